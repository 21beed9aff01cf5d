//! A leg that does not work is named, and what worked of the other is still told.

use std::time::Duration;

use crate::check::{Path, assert_notes};
use crate::sandbox::calm::punctual;
use crate::sandbox::verdict::{assert_finds, assert_ok, assert_says};
use crate::sandbox::{Certificate, Delivery, PASSWORD, Scenario, Service};

#[test]
fn a_login_that_fails_costs_no_message() {
    let path = Path::imap();
    let run = path.run().env("PASSWORD", "wrong").run();
    assert_finds(&run, 2, &["auth-rejected"]);
    assert!(run.metric("smtp_ehlo").is_some(), "{run}");
    assert_eq!(path.left(), 0);
    let sent = path.smtp.lines();
    assert!(
        !sent.iter().any(|line| line.starts_with("MAIL")),
        "{sent:?}"
    );

    let path = Path::new(Scenario::smtp(), Scenario::pop3());
    let run = path.run().env("PASSWORD", "wrong").run();
    assert_finds(&run, 2, &["auth-rejected"]);
}

#[test]
fn the_sending_end() {
    for (fault, code, id) in [
        ("greeting-554", 2, "service-refused"),
        ("refused", 2, "connect-refused"),
        ("mail-554", 2, "sender-rejected"),
        ("mail-450", 1, "sender-deferred"),
        ("rcpt-554", 2, "recipient-rejected"),
        ("rcpt-450", 1, "recipient-deferred"),
        ("data-554", 2, "message-rejected"),
        ("message-450", 1, "message-deferred"),
        ("message-554", 2, "message-rejected"),
        ("data-close", 2, "connection-closed"),
        ("message-close", 2, "connection-closed"),
        ("mail-reset", 2, "connection-reset"),
    ] {
        let path = Path::new(Scenario::smtp().fault_named(fault), Scenario::imap());
        let outcome = path.check(&["-t", "4"]);
        assert_finds(&outcome, code, &[id]);
        assert!(outcome.metric("imap_connect").is_some(), "{outcome}");
        if fault.starts_with("mail") || fault.starts_with("rcpt") {
            assert_says(&outcome, "localhost:");
        }
    }
}

#[test]
fn quota_full_is_told_in_the_servers_words() {
    let path = Path::imap();
    let outcome = path.check(&["--to", "full@example.test"]);
    assert_finds(&outcome, 1, &["recipient-deferred"]);
    assert_says(&outcome, "452 4.2.2 mailbox full");
}

#[test]
fn a_server_that_hangs_costs_no_more_than_the_deadline() {
    for (smtp, inbox) in [
        (
            Scenario::smtp().fault_named("message-silence"),
            Scenario::imap(),
        ),
        (
            Scenario::smtp().fault_named("greeting-silence"),
            Scenario::imap(),
        ),
        (
            Scenario::smtp(),
            Scenario::imap().fault_named("greeting-silence"),
        ),
        (
            Scenario::smtp(),
            Scenario::imap().fault_named("fetch-silence"),
        ),
        (
            Scenario::smtp(),
            Scenario::pop3().fault_named("stat-silence"),
        ),
    ] {
        let path = Path::new(smtp, inbox);
        let outcome = punctual(Duration::from_millis(1750), || {
            path.check(&["-t", "1500ms"])
        });
        assert_eq!(outcome.code, Some(2), "{outcome}");
        assert_notes(&outcome, "timeout");
        assert!(!outcome.reveals(PASSWORD), "{outcome}");
    }
}

#[test]
fn certificates_of_both_ends() {
    let path = Path::new(
        Scenario::smtp().tls().certificate(Certificate::Expired),
        Scenario::imap().tls(),
    );
    assert_finds(&path.check(&[]), 2, &["cert-expired"]);
    let path = Path::new(
        Scenario::smtp().starttls(),
        Scenario::imap()
            .starttls()
            .certificate(Certificate::Expired),
    );
    assert_finds(&path.check(&[]), 2, &["cert-expired"]);
    let path = Path::new(Scenario::smtp().tls(), Scenario::imap().tls());
    let outcome = path.check(&["--imap-certificate", "100000"]);
    assert_finds(&outcome, 1, &["threshold"]);
    assert!(outcome.metric("imap_cert_days").is_some(), "{outcome}");
    assert!(outcome.metric("smtp_cert_days").is_some(), "{outcome}");
}

#[test]
fn a_login_at_the_sending_end() {
    let path = Path::new(Scenario::smtp().starttls().require_auth(), Scenario::imap());
    let login = ["--smtp-user", "probe", "--smtp-password-env", "PASSWORD"];
    assert_ok(&path.check(&login));
    assert_finds(&path.check(&[]), 2, &["sender-rejected"]);
    let outcome = path.run().args(login).env("PASSWORD", "no").run();
    assert_finds(&outcome, 2, &["auth-rejected", "auth-rejected"]);
}

#[test]
fn no_such_mailbox() {
    let path = Path::imap();
    let outcome = path.check(&["--mailbox", "Nowhere"]);
    assert_finds(&outcome, 2, &["mailbox-missing"]);
    assert_eq!(path.left(), 0);
}

#[test]
fn a_maildrop_that_is_locked() {
    let path = Path::new(
        Scenario::smtp(),
        Scenario::pop3().fault_named("auth-err-in-use"),
    );
    let outcome = path.check(&["-t", "3"]);
    assert_finds(&outcome, 1, &["mailbox-locked"]);
    assert_eq!(path.left(), 0);
}

#[test]
fn what_cannot_be_removed_is_said() {
    let refuses = crate::sandbox::faults::Fault::custom(
        Service::Pop3,
        crate::sandbox::faults::Phase::Delete,
        crate::sandbox::faults::Action::Reply(b"-ERR [SYS/PERM] not yours\r\n"),
    );
    let path = Path::new(Scenario::smtp(), Scenario::pop3().fault(refuses));
    let outcome = path.check(&[]);
    assert_finds(&outcome, 1, &["cleanup-failed"]);
    assert_says(&outcome, "not yours");
    assert_eq!(path.left(), 1);
    // The next run may.
    let refuses = crate::sandbox::faults::Fault::custom(
        Service::Imap,
        crate::sandbox::faults::Phase::Store,
        crate::sandbox::faults::Action::Reply(b"{tag} NO [NOPERM] not yours\r\n"),
    );
    let path = Path::new(Scenario::smtp(), Scenario::imap().fault(refuses));
    let outcome = path.check(&[]);
    assert_finds(&outcome, 1, &["cleanup-failed"]);
    assert_eq!(path.left(), 1);
}

#[test]
fn a_server_that_restarts_while_it_is_waited_for() {
    let slow = Delivery::Slow(Duration::from_millis(900));
    let bye = crate::sandbox::faults::Fault::custom(
        Service::Imap,
        crate::sandbox::faults::Phase::Idle,
        crate::sandbox::faults::Action::ReplyClose(b"+ idling\r\n* BYE server shutting down\r\n"),
    );
    let path = Path::new(Scenario::smtp().delivery(slow), Scenario::imap().fault(bye));
    let outcome = path.check(&["-t", "6"]);
    assert_ok(&outcome);
    assert_notes(&outcome, "reconnected");
    assert_eq!(path.left(), 0);
}
