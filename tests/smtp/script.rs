//! Commands of the caller's own: `-C` and `-R`.

use crate::check::{assert_finds, assert_ok, assert_usage, check, proven, text};
use crate::sandbox::{End, PASSWORD, Sandbox, Scenario};

fn plain() -> Sandbox {
    Sandbox::start(Scenario::smtp())
}

#[test]
fn commands_and_their_replies() {
    let server = plain();
    let outcome = check(
        &server,
        &[
            "-C",
            "VRFY probe",
            "-C",
            "HELP",
            "-R",
            "^252 2",
            "--response",
            "scripted server",
        ],
    );
    assert_ok(&outcome);
    assert!(proven(&outcome).contains("\"VRFY probe\" answered as expected"));
    assert!(outcome.metric("command").is_some());
    assert_eq!(server.lines()[1..], ["VRFY probe", "HELP", "QUIT"]);
}

#[test]
fn a_reply_that_does_not_match_is_a_warning_and_stays_one() {
    let server = plain();
    // The old check_smtp forgot the first mismatch when a later reply matched.
    let outcome = check(
        &server,
        &["-C", "NOOP", "-C", "HELP", "-R", "^251", "-R", "^214"],
    );
    assert_finds(&outcome, 1, &["response-mismatch"]);
    let said = text(&outcome, "response-mismatch");
    assert!(
        said.contains("NOOP") && said.contains("250 2.0.0 ok") && said.contains("^251"),
        "{said}"
    );
    assert_eq!(server.session().end, End::Polite);
}

#[test]
fn fewer_patterns_than_commands_leave_the_rest_unchecked() {
    assert_ok(&check(
        &plain(),
        &["-C", "NOOP", "-C", "NONSENSE", "-R", "250"],
    ));
    assert_ok(&check(&plain(), &["-C", "NONSENSE"]));
    let server = plain();
    assert_usage(
        &check(&server, &["-C", "NOOP", "-R", "250", "-R", "250"]),
        "-R is given 2 times",
    );
    assert_usage(&check(&server, &["-R", "250"]), "-C only 0");
    assert_usage(&check(&server, &["-C", "NOOP", "-R", "("]), "-R \"(\"");
    assert_eq!(server.connections(), 0);
}

#[test]
fn patterns_see_each_line() {
    let server = plain();
    for pattern in [
        "^250-PIPELINING$",
        "^250 SMTPUTF8$",
        "SIZE [0-9]+$",
        "PIPELINING(\n|.)*8BITMIME",
    ] {
        assert_ok(&check(
            &server,
            &["-C", "EHLO again.example.org", "-R", pattern],
        ));
    }
    // . is no line break, and letters have a case.
    for pattern in ["^250-pipelining$", "PIPELINING.*8BITMIME"] {
        let outcome = check(&server, &["-C", "EHLO again.example.org", "-R", pattern]);
        assert_finds(&outcome, 1, &["response-mismatch"]);
    }
}

#[test]
fn the_envelope_goes_first_and_stays() {
    let server = plain();
    let outcome = check(
        &server,
        &[
            "-f",
            "watchdog@example.org",
            "-C",
            "RCPT TO:<probe@example.test>",
            "-C",
            "DATA",
            "-C",
            ".",
            "-R",
            "250",
            "-R",
            "354",
            "-R",
            "queued as",
        ],
    );
    assert_ok(&outcome);
    assert_eq!(
        server.lines()[1..],
        [
            "MAIL FROM:<watchdog@example.org>",
            "RCPT TO:<probe@example.test>",
            "DATA",
            ".",
            "QUIT"
        ]
    );
    let refused = check(
        &plain(),
        &[
            "-f",
            "rejected@example.org",
            "-C",
            "RCPT TO:<probe@example.test>",
            "-R",
            "503",
        ],
    );
    assert_finds(&refused, 2, &["sender-rejected"]);
    let unknown = check(&plain(), &["--to", "nobody@example.test", "-C", "NOOP"]);
    assert_finds(&unknown, 2, &["recipient-rejected"]);
    assert_usage(
        &check(&plain(), &["-C", "NOOP", "--reject-to", "x@example.test"]),
        "--reject-to and -C",
    );
}

#[test]
fn after_starttls_and_login() {
    let server = Sandbox::start(Scenario::smtp().starttls().require_auth());
    let outcome = check(
        &server,
        &[
            "-S",
            "-U",
            "probe",
            "--password-env",
            "PASSWORD",
            "-f",
            "probe@example.test",
            "-C",
            "RCPT TO:<a@example.net>",
            "-R",
            "^250 ",
        ],
    );
    assert_ok(&outcome);
    let session = server.session();
    assert!(session.lines.iter().skip(2).all(|line| line.encrypted));
}

#[test]
fn a_login_by_hand_does_not_show() {
    let server = plain();
    let encode = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    let plain_login = format!("AUTH PLAIN {}", encode(&format!("\0probe\0{PASSWORD}")));
    let outcome = check(&server, &["-C", &plain_login, "-R", "^235"]);
    assert_ok(&outcome);
    let (user, password) = (encode("probe"), encode(PASSWORD));
    let login = [
        "-C",
        "AUTH LOGIN",
        "-C",
        &user,
        "-C",
        &password,
        "-C",
        "NOOP",
    ];
    for patterns in [
        ["-R", "334", "-R", "334", "-R", "235"],
        ["-R", "334", "-R", "334", "-R", "535"],
    ] {
        let outcome = check(&server, &[&login[..], &patterns].concat());
        assert!(!outcome.reveals(PASSWORD), "{outcome}");
        assert!(outcome.stdout.contains("NOOP"), "{outcome}");
    }
}

#[test]
fn one_line_is_one_command() {
    let server = plain();
    assert_ok(&check(&server, &["-C", "NOOP\r\nVRFY probe", "-R", "^250"]));
    assert_eq!(server.lines()[1..], ["NOOP  VRFY probe", "QUIT"]);
}
