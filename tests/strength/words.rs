//! What a hostile server may say, by the reader that it is meant for.

/// Stands in each of the words, so that it is seen where they are shown.
pub const MARK: &str = "MARK";
/// Stands where a word hopes to begin a line of its own.
pub const FORGED: &str = "FORGED";
/// The same place in peace.
pub const PLAIN: &[u8] = b"MARK some words";

/// Name and bytes. None has a line break: those are below.
pub const WORDS: [(&str, &[u8]); 19] = [
    ("C0", b"MARK \x1b[2J\x1b]0;owned\x07\x08\x7f\x0b\x0c"),
    ("C1", b"MARK \x9b31m \x90q\x9c \x85FORGED"),
    (
        "C1 in UTF-8",
        "MARK \u{9b}31m\u{9d}0;owned\u{9c} \u{85}FORGED".as_bytes(),
    ),
    (
        "directions",
        "MARK \u{202e}KO\u{202c} \u{2066}\u{2067}x\u{2069}\u{200f}\u{61c}".as_bytes(),
    ),
    (
        "invisible",
        "MARK O\u{200b}K\u{feff}\u{ad}\u{2060}\u{fe0f}\u{e0041}".as_bytes(),
    ),
    (
        "line separators",
        "MARK \u{2028}FORGED \u{2029}FORGED".as_bytes(),
    ),
    ("perfdata", b"MARK | time=0s;;;0 total=0 'x'=9;8;7"),
    (
        "perfdata in another script",
        "MARK \u{ff5c} time=0s \u{2223} x=1".as_bytes(),
    ),
    ("quotes", b"MARK ' \" `id` ''=1 \"x\"=2;3"),
    ("macros", b"MARK $USER1$ $(reboot) ${HOME} $$"),
    (
        "tags",
        b"MARK <script>alert(1)</script><img src=x onerror=alert(1)//@><!-- <b@c",
    ),
    (
        "tags in pieces",
        "MARK <\u{200b}script>x</\u{200b}script> <svg/onload=x@y>".as_bytes(),
    ),
    (
        "XML",
        b"MARK ]]> &lt; &#0; &x; <![CDATA[ <?xml ?> \"/><testcase name=\"FORGED\"/>",
    ),
    (
        "escaped line",
        b"MARK\\nFORGED - all is well (!!) (!) (.) (?)",
    ),
    ("JSON", b"MARK \\\" \\u0000 \",\"exit_code\":0,\"x\":\"\\"),
    (
        "exposition",
        b"MARK a\"} 1 mailprobe_status{service=\"smtp\"} 0 \\",
    ),
    (
        "no UTF-8",
        b"MARK \xed\xa0\x80 \xc0\xbc\xc0\xbe \xe2\x82 \xf8\x88\x80\x80\x80 \xff\xfe",
    ),
    (
        "no characters",
        "MARK \u{fffe}\u{ffff}\u{1fffe}\u{fdd0} \u{fffd}".as_bytes(),
    ),
    ("NUL", b"MARK a\0b\0\0FORGED"),
];

/// The same for places that hold lines.
pub const LINES: [(&str, &[u8]); 2] = [
    (
        "lines",
        b"MARK\r\nFORGED OK - fine | time=0s\nFORGED\rFORGED",
    ),
    ("a carriage return", b"MARK x\rFORGED OK - fine"),
];
