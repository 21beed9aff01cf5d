//! Options that contradict each other, and what they say about it.

use crate::check::{assert_usage, check, imap};
use crate::sandbox::verdict::assert_help;
use crate::sandbox::{Sandbox, Scenario};

#[test]
fn mistakes_are_told_in_one_line() {
    let server = Sandbox::start(Scenario::imap());
    for (args, words) in [
        (&["--mailbox", "INBOX"][..], "give --user"),
        (&["--quota"], "give --user"),
        (&["-w", "unseen=5"], "give --user"),
        (&["--match", "subject=x"], "give --user"),
        (
            &["--user", "a", "--password", "b", "-c", "matches=1:"],
            "--match",
        ),
        (
            &["--user", "a", "--password", "b", "--match", "sbuject=x"],
            "known: subject, from, to",
        ),
        (
            &[
                "--user",
                "a",
                "--password",
                "b",
                "--write-test",
                "--mailbox",
                "a",
                "--mailbox",
                "b",
            ],
            "--write-test",
        ),
        (
            &[
                "--user",
                "a",
                "--password",
                "b",
                "--write-test",
                "--mailbox",
                "a*",
            ],
            "--write-test",
        ),
        (
            &[
                "--user",
                "a",
                "--password",
                "b",
                "--reject-login",
                "--quota",
            ],
            "--reject-login",
        ),
        (&["--user", "a", "--password", "b", "-s", "x"], "-s"),
        (&["-s", "x", "--starttls"], "-s"),
        (
            &["--user", "a", "--password", "b", "--auth", "NTLM"],
            "--auth",
        ),
        (&["-c", "unsene=5"], "did you mean unseen?"),
        (&["--on", "no-macth=ok"], "did you mean no-match?"),
        (&["--starttls", "--tls"], "either"),
    ] {
        let outcome = imap(&server).args(args).run();
        assert_usage(&outcome, words);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn findings_can_be_worth_something_else() {
    let server = Sandbox::start(Scenario::imap());
    let outcome = check(
        &server,
        &[
            "--require-capability",
            "X-NO",
            "--on",
            "capability-missing=warning",
        ],
    );
    assert_eq!(outcome.code, Some(1), "{outcome}");
}

#[test]
fn the_help_fits() {
    let outcome = crate::sandbox::probe::Run::new("check_imap")
        .arg("--help")
        .run();
    assert_help(&outcome);
    let short = crate::sandbox::probe::Run::new("check_imap")
        .arg("-h")
        .run();
    let options = short.stdout.split("\nDurations:").next().unwrap();
    assert!(outcome.stdout.starts_with(options), "{outcome}");
    assert!(!outcome.stdout.contains(" ... "), "{outcome}");
    assert!(outcome.stdout.contains("check_simap"), "{outcome}");
    for words in ["--mailbox", "--match", "--write-test", "LOGIN-COMMAND"] {
        assert!(outcome.stdout.contains(words), "{words}");
    }
}
