//! What mailboxes hold: counts, sizes, ages, quota, names beyond ASCII.

use std::time::Duration;

use crate::check::{assert_finds, assert_ok, assert_says, commands, inside};
use crate::sandbox::probe::Outcome;
use crate::sandbox::{Mailbox, Message, Sandbox, Scenario, Store};

fn mail(subject: &str, hours: u64) -> Message {
    Message::new("job@example.org", subject, "done").age(Duration::from_secs(hours * 3600 + 60))
}

#[test]
fn counts_by_status_alone() {
    let server = Sandbox::start(Scenario::imap());
    let outcome = inside(&server, &["--mailbox", "INBOX"]);
    assert_ok(&outcome);
    assert_says(&outcome, "\"INBOX\" holds 3 mails, 2 unseen");
    assert_eq!(outcome.metric("messages"), Some(3.0));
    assert_eq!(outcome.metric("unseen"), Some(2.0));
    assert_eq!(outcome.metric("size"), None);
    assert_eq!(commands(&server), ["AUTHENTICATE", "STATUS", "LOGOUT"]);
    // A login alone looks at nothing.
    let outcome = inside(&server, &[]);
    assert_eq!(outcome.metric("messages"), None);
}

#[test]
fn several_and_patterns() {
    let server = Sandbox::start(Scenario::imap());
    let outcome = inside(
        &server,
        &[
            "--mailbox",
            "INBOX",
            "--mailbox",
            "Reports",
            "--mailbox",
            "INBOX",
        ],
    );
    assert_says(&outcome, "2 mailboxes hold 6 mails");
    assert_eq!(outcome.metric("messages"), Some(6.0));
    let outcome = inside(&server, &["--mailbox", "Re%"]);
    assert_eq!(outcome.metric("messages"), Some(3.0));
    // Archive itself holds nothing that could be counted.
    assert_ok(&inside(&server, &["--mailbox", "Archive*"]));
    let outcome = inside(&server, &["--mailbox", "No*"]);
    assert_finds(&outcome, 2, &["mailbox-missing"]);
    let outcome = inside(&server, &["--mailbox", "INBOX", "--mailbox", "Nowhere"]);
    assert_finds(&outcome, 2, &["mailbox-missing"]);
    assert_eq!(outcome.metric("messages"), Some(3.0));
}

#[test]
fn names_beyond_ascii_with_and_without_utf8() {
    let store = || {
        Store::new([
            Mailbox::new("INBOX"),
            Mailbox::new("Größe & mehr/日本語").message(mail("x", 1)),
        ])
    };
    let name = "Größe & mehr/日本語";
    let server = Sandbox::start(Scenario::imap().store(&store()));
    let outcome = inside(&server, &["--mailbox", name]);
    assert_ok(&outcome);
    assert_eq!(outcome.metric("messages"), Some(1.0));
    assert!(
        server
            .lines()
            .iter()
            .any(|line| line.contains("Gr&APYA3w-e &- mehr/"))
    );
    assert_ok(&inside(&server, &["--mailbox", "Gr*"]));

    let server = Sandbox::start(Scenario::imap().store(&store()));
    let outcome = inside(&server, &["--utf8", "--mailbox", name]);
    assert_ok(&outcome);
    assert_says(&outcome, "UTF8=ACCEPT enabled");
    assert_eq!(outcome.metric("messages"), Some(1.0));
    assert!(server.lines().iter().any(|line| line.contains(name)));
    assert_ok(&inside(&server, &["--utf8", "--mailbox", "Gr*"]));
    let server = Sandbox::start(Scenario::imap().without("UTF8=ACCEPT"));
    let outcome = inside(&server, &["--utf8", "--mailbox", "INBOX"]);
    assert_finds(&outcome, 2, &["capability-missing"]);
}

#[test]
fn the_size_with_and_without_help() {
    let store = Store::new([Mailbox::new("INBOX").messages((0..5).map(|_| mail("x", 1)))]);
    let bytes: usize = store.messages("INBOX").iter().map(|m| m.raw.len()).sum();
    for (scenario, fetches) in [
        (Scenario::imap(), false),
        (Scenario::imap().without("STATUS=SIZE"), true),
    ] {
        let server = Sandbox::start(scenario.store(&store));
        let outcome = inside(&server, &["--mailbox", "INBOX", "-w", "size=1M"]);
        assert_ok(&outcome);
        let size = outcome.metric("size").unwrap();
        assert!((size - bytes as f64).abs() < 0.5, "{outcome}");
        assert_eq!(commands(&server).contains(&"FETCH".to_owned()), fetches);
    }
}

#[test]
fn ages_whatever_the_order() {
    // The newest came in the middle, the oldest was moved in last.
    let store = Store::new([
        Mailbox::new("INBOX").messages([mail("a", 50), mail("b", 3), mail("c", 90)]),
        Mailbox::new("Stale").messages([mail("d", 200)]),
        Mailbox::new("Empty"),
    ]);
    let server = Sandbox::start(Scenario::imap().store(&store));
    let hours = |outcome: &Outcome, label| (outcome.metric(label).unwrap() / 3600.0).round();
    let outcome = inside(&server, &["--ages"]);
    assert_ok(&outcome);
    assert_eq!(
        (hours(&outcome, "newest"), hours(&outcome, "oldest")),
        (3.0, 90.0)
    );
    // Of several mailboxes the stalest counts.
    let both = [
        "--mailbox",
        "INBOX",
        "--mailbox",
        "Stale",
        "-c",
        "newest=26h",
    ];
    let outcome = inside(&server, &both);
    assert_finds(&outcome, 2, &["threshold"]);
    assert_says(&outcome, "no new mail in \"Stale\"");
    let both = [&both[..4], &["--ages"]].concat();
    let outcome = inside(&server, &both);
    assert_says(&outcome, "newest mail in \"Stale\" 8 d 8 h old");
    let proven = outcome.json()["targets"][0]["proven"].to_string();
    assert!(proven.contains("oldest mail in "), "{outcome}");
    let outcome = inside(&server, &["-w", "oldest=80h"]);
    assert_finds(&outcome, 1, &["threshold"]);
    assert_says(&outcome, "the oldest mail in \"INBOX\"");
    let outcome = inside(&server, &["--mailbox", "Empty", "-c", "newest=26h"]);
    assert_finds(&outcome, 2, &["mailbox-empty"]);
    assert_ok(&inside(
        &server,
        &["--mailbox", "Empty", "-c", "oldest=26h"],
    ));
}

#[test]
fn nothing_is_changed() {
    let server = Sandbox::start(Scenario::imap());
    let store = server.scenario().store.clone();
    let before = store.messages("INBOX");
    let all = ["--mailbox", "INBOX", "--ages", "--size", "--quota"];
    inside(&server, &all);
    inside(&server, &["--match", "body=Punkte"]);
    let after = store.messages("INBOX");
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.flags, after.flags);
    }
    assert!(!commands(&server).contains(&"SELECT".to_owned()));
}

#[test]
fn quotas() {
    let quota = |used, limit| {
        let store = Store::new([Mailbox::new("INBOX")]).quota(used, limit);
        Sandbox::start(Scenario::imap().store(&store))
    };
    let server = quota(9_542_042, 10 << 20);
    let outcome = inside(&server, &["-w", "quota=90"]);
    assert_finds(&outcome, 1, &["threshold"]);
    assert_says(&outcome, "quota of \"probe\" at 91 % (9.1 GiB of 10 GiB)");
    assert_eq!(outcome.metric("quota_bytes"), Some(9_542_042.0 * 1024.0));
    assert_ok(&inside(&server, &["--quota"]));
    let outcome = inside(&server, &["-c", "quota_bytes=9G"]);
    assert_finds(&outcome, 2, &["threshold"]);
    let none = Store::new([Mailbox::new("INBOX")]);
    let none = Sandbox::start(Scenario::imap().store(&none));
    assert_finds(&inside(&none, &["--quota"]), 3, &["quota-unknown"]);
    let without = Sandbox::start(Scenario::imap().without("QUOTA"));
    assert_finds(&inside(&without, &["--quota"]), 3, &["quota-unknown"]);
    // The fuller of storage and messages.
    assert_eq!(
        inside(&quota(0, 100), &["--quota"]).metric("quota"),
        Some(1.2)
    );
}
