//! Mistakes in the options, and the help.

use crate::check::Path;
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::verdict::assert_usage;

fn run(options: &[&str]) -> Outcome {
    Run::new("check_roundtrip").args(options).run()
}

#[test]
fn mistakes_are_told_in_one_line() {
    let (from, to) = (["--from", "a@example.org"], ["--to", "b@example.org"]);
    let both = [from, to].concat();
    let ends = [
        "--send",
        "smtp://localhost",
        "--receive",
        "imap://u@localhost",
    ];
    let rows: [(&[&str], &str); 16] = [
        (&[], "give --from ADDRESS"),
        (&from, "give --to ADDRESS"),
        (&["--from", "", "--to", "b@example.org"], "--from"),
        (&both, "how is it sent?"),
        (&["--smtp-host", "localhost"], "where does it arrive?"),
        (
            &["--send", "smtp://u:hunter2@localhost"],
            "a password in a URL",
        ),
        (
            &[
                "--send",
                "imap://localhost",
                "--receive",
                "imap://localhost",
            ],
            "--send",
        ),
        (
            &[
                "--smtp-host",
                "localhost",
                "--imap-host",
                "a",
                "--pop3-host",
                "b",
            ],
            "arrives in one place",
        ),
        (
            &[
                "--smtp-host",
                "localhost",
                "--receive",
                "imap://a",
                "--pop3-user",
                "b",
            ],
            "--pop3-*",
        ),
        (
            &["--imap-user", "x", "--smtp-host", "localhost"],
            "--imap-host",
        ),
        (
            &[&ends[..], &["--imap-password-file", "/nonexistent"]].concat(),
            "--imap-password-file /nonexistent",
        ),
        (
            &[&ends[..], &["--require-auth", "spf"]].concat(),
            "--authserv-id",
        ),
        (&[&ends[..], &["--expect", "x"]].concat(), "--expect"),
        (&[&ends[..], &["--payload", "x"]].concat(), "--payload"),
        (
            &[&ends[..], &["--archive-user", "x"]].concat(),
            "--archive-*",
        ),
        (&[&ends[..], &["--imap-port", "x"]].concat(), "--imap-port"),
    ];
    for (options, words) in rows {
        let given = if options.contains(&"--from") || options.is_empty() {
            options.to_vec()
        } else {
            [&both[..], options].concat()
        };
        let outcome = run(&given);
        assert_usage(&outcome, words);
        assert!(!outcome.stdout.contains("hunter2"), "{outcome}");
    }
}

#[test]
fn the_help_fits_and_has_all_legs() {
    let outcome = run(&["-h"]);
    assert_eq!(outcome.code, Some(3));
    for line in outcome.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line:?}");
    }
    for option in ["--smtp-host", "--imap-password-file", "--send", "--no-wait"] {
        assert!(outcome.stdout.contains(option), "{option}");
    }
    assert!(!outcome.stdout.contains("--pop3-user"));
    let outcome = run(&["--help"]);
    for option in [
        "--pop3-host",
        "--archive-password-credential",
        "--bounce-token-env",
        "--imap-tls-min",
    ] {
        assert!(outcome.stdout.contains(option), "{option}");
    }
}

#[test]
fn secrets_show_nowhere() {
    let path = Path::imap();
    for format in ["nagios", "json"] {
        let outcome = path.check(&["--format", format, "-vvv"]);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(!outcome.reveals(crate::sandbox::PASSWORD), "{outcome}");
    }
}
