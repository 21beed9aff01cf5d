//! The path as it should be: every transport, every way of receiving, every payload.

use crate::check::Path;
use crate::sandbox::verdict::{assert_ok, assert_says};
use crate::sandbox::{Scenario, Transport};

#[test]
fn sent_by_smtp_received_by_imap_and_removed() {
    let path = Path::imap();
    let outcome = path.check(&[]);
    assert_ok(&outcome);
    assert_says(&outcome, "probe@example.org to probe@example.test in ");
    assert_says(&outcome, "INBOX");
    for label in [
        "transit",
        "time",
        "open",
        "send",
        "fetch",
        "age",
        "late",
        "duplicates",
        "smtp_connect",
        "smtp_greeting",
        "smtp_ehlo",
        "smtp_mail",
        "smtp_rcpt",
        "smtp_data",
        "imap_connect",
        "imap_auth",
        "imap_fetch",
        "imap_expunge",
    ] {
        assert!(outcome.metric(label).is_some(), "{label}\n{outcome}");
    }
    assert_eq!(path.left(), 0);
    let labels: Vec<String> = outcome.json()["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| metric["label"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(labels[0], "transit");
}

#[test]
fn every_way_of_receiving() {
    for transport in Transport::ALL {
        for inbox in [
            Scenario::imap(),
            Scenario::imap().without("IDLE"),
            Scenario::imap().without("UIDPLUS").without("SPECIAL-USE"),
            Scenario::pop3(),
            Scenario::pop3().without("PIPELINING").without("UIDL"),
        ] {
            let path = Path::new(
                Scenario::smtp().transport(transport),
                inbox.transport(transport),
            );
            let outcome = path.check(&[]);
            let marked_only = path.inbox.scenario().without.contains(&"UIDPLUS");
            if marked_only {
                crate::sandbox::verdict::assert_finds(&outcome, 1, &["cleanup-failed"]);
            } else {
                assert_ok(&outcome);
                assert_eq!(path.left(), 0, "{outcome}");
            }
        }
    }
}

#[test]
fn every_payload_comes_out_as_it_went_in() {
    for payload in [
        "8bit",
        "utf8",
        "long",
        "dots",
        "attachment",
        "all",
        "gtube",
        "eicar",
    ] {
        for smtp in [Scenario::smtp(), Scenario::smtp().without("8BITMIME")] {
            let path = Path::new(smtp, Scenario::imap());
            let outcome = path.check(&["--payload", payload, "--payload-size", "300K"]);
            assert_ok(&outcome);
            assert_eq!(path.left(), 0, "{outcome}");
        }
        let path = Path::pop3();
        assert_ok(&path.check(&["--payload", payload]));
    }
}
