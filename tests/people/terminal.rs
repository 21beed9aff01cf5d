//! A person at a terminal: util-linux's script(1) makes one, 80 columns wide.

use std::process::Command;

use crate::sandbox::pki::pki;
use crate::sandbox::probe::built;
use crate::sandbox::{PASSWORD, Sandbox, Scenario};

/// What a terminal shows, and the exit code.
fn shown(port: u16, options: &str, setting: &str) -> (String, i32) {
    let probe = built("check_smtp").expect("check_smtp is built");
    let line = format!(
        "stty cols 80 rows 24; exec env -u COLUMNS {setting} '{}' -H localhost -4 -p {port} --ca-file '{}' {options}",
        probe.display(),
        pki().ca_file().display()
    );
    let said = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "xterm")
        .env("PW", PASSWORD)
        .env_remove("NO_COLOR")
        .env_remove("COLUMNS")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("script: {error}"));
    let text = String::from_utf8(said.stdout)
        .unwrap()
        .replace("\r\n", "\n");
    (text, said.status.code().unwrap())
}

/// The text without its colours.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\x1b[") {
        out.push_str(before);
        rest = behind.split_once('m').map_or("", |(_, after)| after);
    }
    out + rest
}

#[test]
fn a_terminal_gets_colour_bars_and_lines_that_fit() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let options = "-S --user probe --password-env PW -vvv";
    let (text, code) = shown(server.port(), options, "LC_ALL=C.UTF-8");
    assert_eq!(code, 0, "{text}");
    assert!(
        text.starts_with("SMTP \x1b[32mOK\x1b[0m - localhost:"),
        "{text}"
    );
    assert!(text.contains('▕') && text.contains('█'), "{text}");
    // The first line is as long as it is; whatever is below is made to fit.
    for line in plain(&text).lines().skip(1) {
        assert!(line.chars().count() <= 80, "{line:?}\n{text}");
    }
    assert!(
        plain(&text).contains("> AUTH SCRAM-SHA-256-PLUS ****"),
        "{text}"
    );
    assert!(!text.contains(PASSWORD), "{text}");
    assert!(!text.contains("next:"), "{text}");
}

#[test]
fn no_colour_where_none_is_wanted() {
    let server = Sandbox::start(Scenario::smtp());
    for setting in ["NO_COLOR=1", "TERM=dumb"] {
        let (text, code) = shown(server.port(), "-vv", setting);
        assert_eq!(code, 0, "{text}");
        assert!(
            text.is_ascii() && !text.contains('\x1b'),
            "{setting}: {text}"
        );
        assert!(text.contains("ms  #"), "{setting}: {text}");
    }
}

/// Who types a check sees where to look; a scheduler, which pipes, gets one line.
#[test]
fn a_failure_at_a_terminal_says_where_to_look() {
    let server = Sandbox::start(Scenario::smtp().fault_named("refused"));
    let (text, code) = shown(server.port(), "", "");
    assert_eq!(code, 2, "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[1].starts_with("  next: does the daemon run"),
        "{text}"
    );
    let (text, code) = shown(server.port(), "| cat", "");
    assert_eq!((text.lines().count(), code), (1, 0), "{text}");
    assert!(text.starts_with("SMTP CRITICAL - "), "{text}");
}

/// Two ports with the same trouble are advised about once.
#[test]
fn the_same_advice_is_given_once() {
    let one = Sandbox::start(Scenario::smtp().fault_named("refused"));
    let other = Sandbox::start(Scenario::smtp().fault_named("refused"));
    let (text, _) = shown(one.port(), &format!("-p {}", other.port()), "");
    assert_eq!(text.matches("next:").count(), 1, "{text}");
}
