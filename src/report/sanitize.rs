//! Foreign text made fit to print: on one line, bounded, and without what a reader of plugin output would take for itself.
//!
//! * control characters (line breaks, escapes, C1) and invisible direction marks become blanks or vanish: a server must not add
//!   lines, move the cursor or turn the text around;
//! * `|` becomes `/`: behind a bar Nagios, Naemon and Icinga read performance data;
//! * `$` becomes `?` in plugin output: Nagios and Icinga 1 look for macros in it when they build a notification, and
//!   `$USER1$` and its like hold passwords. A person at a terminal sees `$` as it is. `` ` `` becomes `'` for the same
//!   reason: notifications go through a shell, where these two begin a command even between double quotes (the rest of
//!   what a shell reads is the monitoring system's to take out: `illegal_macro_output_chars`);
//! * `<` becomes `(` in plugin output where a browser would take it for a tag, see [`without_markup`]: not every web
//!   interface escapes what plugins say;
//! * beyond ASCII: folded to the nearest letters where there are some, else `?`.

use crate::secret::invisible;

/// Bytes to text: UTF-8, and what is not UTF-8 byte by byte as Latin-1, as old servers write it.
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    text
}

/// A server's own words for quoting in a finding: decoded, masked, on one line, at most `max` characters.
///
/// The mask comes before the cut: half a secret is not a secret's text any more, and would pass.
#[must_use]
pub fn excerpt(bytes: &[u8], max: usize, mask: &dyn Fn(&str) -> String) -> String {
    cut(printable(&mask(&decode(bytes))), max)
}

/// `text` on one line of printable ASCII without `|`, `$` and `` ` ``.
#[must_use]
pub fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    one_line(text, |c| match c {
        '|' => out.push('/'),
        '$' => out.push('?'),
        '`' => out.push('\''),
        ' '..='~' => out.push(c),
        _ => match fold(c) {
            Some(letters) => out.push_str(letters),
            None => out.push('?'),
        },
    });
    out
}

/// `text` on one line for a terminal: any printable character but `|`.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    one_line(text, |c| out.push(if c == '|' { '/' } else { c }));
    out
}

/// A finished line for a web interface: `<` and its `>` become round brackets where HTML would see a tag or a comment
/// (a letter, `/`, `!` or `?` follows). Addresses in angle brackets stay: they are what mail servers talk about, and as a
/// tag they would have no attribute and do nothing.
#[must_use]
pub fn without_markup(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('<') {
        out.push_str(before);
        let tag =
            behind.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let inner = behind.split_once('>').map(|(inner, _)| inner);
        let inner = inner.filter(|inner| !inner.contains('<'));
        if !tag || inner.is_some_and(is_address) {
            out.push('<');
            rest = behind;
            continue;
        }
        out.push('(');
        rest = behind;
        if let Some(inner) = inner {
            out.push_str(inner);
            out.push(')');
            rest = behind.get(inner.len() + 1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// What a path or a message id looks like, and no attribute does.
fn is_address(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"@.-_+:%!#*[],~^{}".contains(&b);
    text.contains('@') && text.bytes().all(plain)
}

/// Hands on what can be seen; a run of control characters counts as one blank, none at the ends.
fn one_line(text: &str, mut put: impl FnMut(char)) {
    let mut gap = false;
    for c in text
        .trim_matches(|c: char| c.is_control() || c == ' ')
        .chars()
    {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            gap = true;
        } else if !invisible(c) {
            if std::mem::take(&mut gap) {
                put(' ');
            }
            put(c);
        }
    }
}

/// `text`, or its beginning and `...`, so that it has at most `max` characters.
#[must_use]
pub fn cut(text: String, max: usize) -> String {
    if text.chars().count() <= max {
        return text;
    }
    let kept: String = text.chars().take(max.saturating_sub(3)).collect();
    let mut out = kept.trim_end().to_owned();
    out.extend("...".chars().take(max));
    out
}

/// The nearest ASCII of what European servers, mail subjects and our own texts have.
fn fold(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => " ",
        '\u{ab}' | '\u{bb}' | '\u{201c}'..='\u{201f}' => "\"",
        '\u{2018}'..='\u{201b}' | '\u{b4}' | '\u{2039}' | '\u{203a}' => "'",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{2022}' | '\u{b7}' => "*",
        '\u{2026}' => "...",
        '\u{2190}' => "<-",
        '\u{2192}' => "->",
        '\u{20ac}' => "EUR",
        '\u{a3}' => "GBP",
        '\u{a9}' => "(c)",
        '\u{ae}' => "(R)",
        '\u{2122}' => "(TM)",
        '\u{d7}' => "x",
        '\u{b5}' | '\u{3bc}' => "u",
        'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'Ā' | 'Ă' | 'Ą' => "A",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'Ä' => "Ae",
        'ä' => "ae",
        'Æ' => "AE",
        'æ' => "ae",
        'Ç' | 'Ć' | 'Č' | 'Ĉ' | 'Ċ' => "C",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'Ď' | 'Đ' | 'Ð' => "D",
        'ď' | 'đ' | 'ð' => "d",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ė' | 'Ę' | 'Ě' => "E",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'Ğ' | 'Ģ' | 'Ĝ' => "G",
        'ğ' | 'ģ' | 'ĝ' => "g",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'Ī' | 'İ' | 'Į' => "I",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' | 'į' => "i",
        'Ķ' => "K",
        'ķ' => "k",
        'Ł' | 'Ľ' | 'Ĺ' | 'Ļ' => "L",
        'ł' | 'ľ' | 'ĺ' | 'ļ' => "l",
        'Ñ' | 'Ń' | 'Ň' | 'Ņ' => "N",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ø' | 'Ő' | 'Ō' => "O",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ő' | 'ō' => "o",
        'Ö' => "Oe",
        'ö' => "oe",
        'Œ' => "OE",
        'œ' => "oe",
        'Ř' | 'Ŕ' => "R",
        'ř' | 'ŕ' => "r",
        'Ś' | 'Š' | 'Ş' | 'Ș' => "S",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'Ť' | 'Ţ' | 'Ț' => "T",
        'ť' | 'ţ' | 'ț' => "t",
        'Þ' => "Th",
        'þ' => "th",
        'Ù' | 'Ú' | 'Û' | 'Ů' | 'Ű' | 'Ū' | 'Ų' => "U",
        'ù' | 'ú' | 'û' | 'ů' | 'ű' | 'ū' | 'ų' => "u",
        'Ü' => "Ue",
        'ü' => "ue",
        'Ý' | 'Ÿ' => "Y",
        'ý' | 'ÿ' => "y",
        'Ź' | 'Ż' | 'Ž' => "Z",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn foreign_letters_are_folded() {
        assert_eq!(ascii("Grüße – „no“ … Łódź"), "Gruesse - \"no\" ... Lodz");
        assert_eq!(ascii("日本"), "??");
        assert_eq!(printable("Grüße | 日本"), "Grüße / 日本");
    }

    #[test]
    fn nothing_can_break_out_of_the_line() {
        assert_eq!(
            ascii("250 ok\r\nOK | time=0\x1b[2J $USER1$\u{85}x\r\n"),
            "250 ok OK / time=0 [2J ?USER1? x"
        );
        assert_eq!(ascii("$(reboot) `reboot`"), "?(reboot) 'reboot'");
        assert_eq!(printable("a\u{202e}b\u{200b}c\u{9b}d\u{2028}e"), "abc d e");
    }

    #[test]
    fn no_line_holds_markup_and_addresses_stay() {
        for (line, clean) in [
            (
                "a <script>alert(1)</script> b",
                "a (script)alert(1)(/script) b",
            ),
            ("<IMG src=x@y onerror=f()>", "(IMG src=x@y onerror=f())"),
            (
                "<!-- x --> <?php ?> <![CDATA[",
                "(!-- x --) (?php ?) (![CDATA[",
            ),
            ("<a<b@c>", "(a<b@c>"),
            ("<svg/onload=alert(1)//@", "(svg/onload=alert(1)//@"),
            (
                "<probe@example.org>: unknown",
                "<probe@example.org>: unknown",
            ),
            (
                "MAIL FROM:<> BODY[]<0.100> 1 < 2 <- x",
                "MAIL FROM:<> BODY[]<0.100> 1 < 2 <- x",
            ),
            ("<@a.test:b@c.test> <", "<@a.test:b@c.test> <"),
        ] {
            assert_eq!(without_markup(line), clean);
        }
    }

    #[test]
    fn old_servers_write_latin_1() {
        assert_eq!(
            decode(b"Zugriff verweigert f\xfcr \xc3\xbc"),
            "Zugriff verweigert für ü"
        );
    }

    #[test]
    fn excerpts_are_masked_before_they_are_cut() {
        let mask = |text: &str| text.replace("hunter2hunter2", "****");
        assert_eq!(
            excerpt(b"535 hunter2hunter2 is wrong", 20, &mask),
            "535 **** is wrong"
        );
        assert_eq!(excerpt(b"no hunter2hunter2", 10, &mask), "no ****");
        assert_eq!(excerpt(b"0123456789abc", 10, &mask), "0123456...");
        assert_eq!(cut("abcdef".into(), 2), "..");
    }

    proptest! {
        #[test]
        fn any_bytes_become_one_printable_line(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let line = ascii(&decode(&bytes));
            prop_assert!(line.bytes().all(|b| (b' '..=b'~').contains(&b) && !b"|$`".contains(&b)));
            let line = printable(&decode(&bytes));
            prop_assert!(!line.chars().any(|c| c.is_control() || c == '|'));
        }

        #[test]
        fn no_tag_is_left(text in "[a@ =<>/!?\"']{0,40}") {
            let line = without_markup(&text);
            for (at, _) in line.match_indices('<') {
                let behind = &line[at + 1..];
                let tag = behind.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
                let inner = behind.split('>').next().unwrap();
                prop_assert!(!tag || (inner.contains('@') && !inner.contains([' ', '=', '/', '"', '\''])), "{}", line);
            }
            prop_assert_eq!(line.len(), text.len());
        }

        #[test]
        fn any_text_is_bounded(text in any::<String>(), max in 0..60usize) {
            prop_assert!(cut(ascii(&text), max).chars().count() <= max);
            prop_assert!(excerpt(text.as_bytes(), max, &str::to_owned).chars().count() <= max);
        }
    }
}
