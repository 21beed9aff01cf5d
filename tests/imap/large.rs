//! Large mailboxes: little is read, little is kept.

use std::time::Duration;

use crate::check::{assert_ok, commands, inside};
use crate::sandbox::probe::Outcome;
use crate::sandbox::{Mailbox, Message, Sandbox, Scenario, Store};

const MANY: u64 = 20_000;

/// A mail a minute; the newest is ten minutes old. In the middle, out of order, lies one of three minutes.
fn large() -> Store {
    let one = |minutes: u64| {
        Message::new("job@example.org", "one of many", "x").age(Duration::from_secs(minutes * 60))
    };
    let newer =
        Message::new("job@example.org", "Backup srv1 ok", "x").age(Duration::from_secs(3 * 60));
    let half = MANY / 2;
    let messages = (0..MANY).rev().map(move |n| {
        if n == half {
            newer.clone()
        } else {
            one(n + 10)
        }
    });
    Store::new([Mailbox::new("INBOX").messages(messages)])
}

#[test]
fn twenty_thousand_mails() {
    let server = Sandbox::start(Scenario::imap().store(&large()));
    let minutes = |outcome: &Outcome, label| (outcome.metric(label).unwrap() / 60.0).floor();

    let outcome = inside(&server, &["--ages", "-t", "20"]);
    assert_ok(&outcome);
    assert_eq!(minutes(&outcome, "newest"), 3.0, "{outcome}");
    assert_eq!(minutes(&outcome, "oldest"), (MANY + 9) as f64, "{outcome}");

    let outcome = inside(
        &server,
        &["--match", "subject=^Backup", "-c", "newest=1h", "-t", "20"],
    );
    assert_ok(&outcome);
    assert_eq!(minutes(&outcome, "newest"), 3.0, "{outcome}");

    let outcome = inside(&server, &["--match", "subject=many$", "-t", "20"]);
    assert_ok(&outcome);
    assert_eq!(outcome.metric("matches"), Some(300.0), "{outcome}");

    let outcome = inside(&server, &["--size", "--mailbox", "INBOX", "-t", "20"]);
    assert_ok(&outcome);
    for session in server.sessions() {
        assert!(session.sent < 1 << 20, "{} bytes", session.sent);
    }
    let without = Scenario::imap().without("STATUS=SIZE");
    let server = Sandbox::start(without.store(&large()));
    let outcome = inside(&server, &["--size", "--mailbox", "INBOX", "-t", "20"]);
    assert_ok(&outcome);
    let fetches = commands(&server)
        .iter()
        .filter(|name| *name == "FETCH")
        .count();
    assert_eq!(fetches, 10);
    assert!(outcome.max_rss_kib < 32 * 1024, "{outcome}");
}
