//! `--write-test`: nothing but its own message is touched.

use crate::check::{assert_finds, assert_ok, assert_says, commands, inside};
use crate::sandbox::{Mailbox, Message, Sandbox, Scenario, Store};

fn two() -> Store {
    Store::new([
        Mailbox::new("INBOX")
            .uid_next(70)
            .message(Message::new("a@example.org", "one", "x"))
            .message(Message::new("a@example.org", "two", "x").flag("\\Deleted")),
        Mailbox::new("Tests"),
    ])
}

#[test]
fn stored_found_read_and_removed() {
    for scenario in [
        Scenario::imap(),
        Scenario::imap().without("LITERAL+"),
        Scenario::imap().tls(),
    ] {
        let tls = scenario.transport == crate::sandbox::Transport::Tls;
        let server = Sandbox::start(scenario.store(&two()));
        let mut args = vec!["--write-test"];
        args.extend(tls.then_some("--tls"));
        let outcome = inside(&server, &args);
        assert_ok(&outcome);
        assert_says(&outcome, "a mail stored in \"INBOX\", found, read, removed");
        for label in ["append", "search", "fetch", "expunge"] {
            assert!(outcome.metric(label).is_some(), "{label}\n{outcome}");
        }
        // Somebody else's marked mail stays.
        assert_eq!(server.scenario().store.messages("INBOX").len(), 2);
    }
}

#[test]
fn without_uidplus_nothing_else_is_expunged() {
    let server = Sandbox::start(Scenario::imap().without("UIDPLUS").store(&two()));
    let outcome = inside(&server, &["--write-test", "--mailbox", "Tests"]);
    assert_ok(&outcome);
    assert!(commands(&server).contains(&"EXPUNGE".to_owned()));
    assert!(server.scenario().store.messages("Tests").is_empty());
    // In INBOX a mail is marked already: ours is marked, and left.
    let outcome = inside(&server, &["--write-test"]);
    assert_finds(&outcome, 1, &["write-leftover"]);
    assert_eq!(server.scenario().store.messages("INBOX").len(), 3);
}

#[test]
fn what_can_go_wrong() {
    for (fault, ids) in [
        ("append-overquota", &["write-failed"][..]),
        ("append-trycreate", &["mailbox-missing"]),
        ("append-no", &["write-failed"]),
        ("search-empty", &["write-failed"]),
        ("fetch-nothing", &["write-failed"]),
    ] {
        let server = Sandbox::start(Scenario::imap().store(&two()).fault_named(fault));
        let outcome = inside(&server, &["--write-test", "--mailbox", "Tests"]);
        assert_finds(&outcome, 2, ids);
        // Where the server said which one it is, it is removed all the same.
        let left = server.scenario().store.messages("Tests").len();
        assert!(left == 0 || fault.starts_with("append"), "{outcome}");
    }
}
