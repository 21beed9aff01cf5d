//! How the probes of mailboxes are asked here, and what their first line is held against.

use crate::lab;
use crate::probe::Outcome;

/// The arguments of a login.
pub const LOGIN: [&str; 4] = ["--user", lab::USER, "--password-env", "SECRET"];

pub fn with<'a>(login: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [login, more].concat()
}

/// Status, words in the first line, no secret anywhere.
#[track_caller]
pub fn says(outcome: &Outcome, code: i32, words: &[&str]) {
    assert_eq!(outcome.code, Some(code), "{outcome}");
    let first = outcome.stdout.lines().next().unwrap_or_default();
    for words in words {
        assert!(first.contains(words), "no {words:?} in: {outcome}");
    }
    assert!(!outcome.reveals(lab::PASSWORD), "{outcome}");
    assert!(!outcome.reveals(&lab::token()), "{outcome}");
    outcome.plugin();
}

/// The mails that `dovecot.sh` puts into the INBOX of the account, by what stands in them.
#[track_caller]
pub fn finds_the_mails(look: impl Fn(&[&str]) -> Outcome) {
    says(
        &look(&["--match", "subject=FAILED", "--unless", "body=no space"]),
        2,
        &["bad news: \"Backup srv3 FAILED\" of ", "no space left"],
    );
    says(
        &look(&[
            "--match",
            "subject=^Sicherung für Größe erledigt$",
            "--match",
            "from=Büro",
            "--match",
            "body=48 GiB",
        ]),
        0,
        &["matches=1"],
    );
    says(
        &look(&["--match", "body=^Hier steht: Aufträge erledigt"]),
        0,
        &["matches=1"],
    );
}
