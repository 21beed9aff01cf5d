//! Servers that send as much as they may, or a little more: memory stays small.

use crate::check::{assert_finds, imap};
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::{PASSWORD, Sandbox, Scenario, Service, Transport};

/// A server that says this in a phase.
fn server(phase: Phase, text: Vec<u8>) -> Sandbox {
    let fault = Fault {
        name: "hostile",
        about: "",
        services: vec![Service::Imap],
        transports: Transport::ALL.to_vec(),
        phase,
        action: Action::Reply(Box::leak(text.into_boxed_slice())),
        wanted: &[2],
        offer: &[],
    };
    // As long as the test lives.
    let fault = Box::leak(Box::new(fault));
    Sandbox::start(Scenario::imap().tls().fault(fault))
}

#[track_caller]
fn small(server: &Sandbox, options: &[&str], code: i32, ids: &[&str]) {
    for format in ["json", "nagios"] {
        let outcome = imap(server)
            .args(["--tls", "--user", "probe", "--password-env", "PASSWORD"])
            .args(["-vvv", "--format", format])
            .args(options)
            .run();
        if format == "json" {
            assert_finds(&outcome, code, ids);
        }
        assert!(
            outcome.max_rss_kib < 32 * 1024,
            "{} KiB",
            outcome.max_rss_kib
        );
        assert!(outcome.stdout.len() < 500_000, "{}", outcome.stdout.len());
        assert!(!outcome.reveals(PASSWORD));
    }
}

const BODY: [&str; 2] = ["--match", "body=hello"];

#[test]
fn literals_as_large_as_they_may_be() {
    let mut text = Vec::new();
    for uid in 1..40 {
        let size = 250 << 10;
        text.extend(format!("* {uid} FETCH (UID {uid} BODY[] {{{size}}}\r\n").bytes());
        text.extend(std::iter::repeat_n(b'x', size));
        text.extend(b")\r\n");
    }
    small(&server(Phase::Fetch, text), &BODY, 2, &["limit-exceeded"]);
}

#[test]
fn a_refusal_of_two_megabytes() {
    let long = "why not? ".repeat(200_000);
    let text = format!("{{tag}} NO [ALERT] {long}\r\n");
    small(
        &server(Phase::Login, text.into()),
        &[],
        2,
        &["auth-rejected"],
    );
    let code = "X".repeat(1 << 20);
    let text = format!("* NO [{code} {code}\r\n{{tag}} NO [{code}] no\r\n");
    small(
        &server(Phase::Status, text.into()),
        &["--mailbox", "INBOX"],
        2,
        &["limit-exceeded"],
    );
}

#[test]
fn a_million_numbers_names_or_words() {
    let numbers = " 7".repeat(1_000_000);
    let text = format!("* SEARCH{numbers}\r\n{{tag}} OK done\r\n");
    small(
        &server(Phase::Search, text.into()),
        &["--match", "subject=nothing"],
        2,
        &["no-match"],
    );
    let names = " x".repeat(1_000_000);
    let text = format!("* CAPABILITY{names}\r\n{{tag}} OK done\r\n");
    small(
        &server(Phase::Capability, text.into()),
        &["--require-capability", "IMAP4rev1"],
        2,
        &["capability-missing"],
    );
    let mut list: String = (0..15_000)
        .map(|n| format!("* LIST () \"/\" box-{n}-{n:0>200}\r\n"))
        .collect();
    list.push_str("{tag} OK done\r\n");
    let mut ids = vec!["mailbox-missing"; 30];
    ids.extend(["limit-exceeded", "mailbox-unreadable"]);
    small(
        &server(Phase::List, list.into()),
        &["--mailbox", "box*"],
        2,
        &ids,
    );
    let flags = " f".repeat(900_000);
    let text = format!("* FLAGS ({flags})\r\n* 1 EXISTS\r\n{{tag}} OK done\r\n");
    small(
        &server(Phase::Select, text.into()),
        &["--ages"],
        2,
        &["limit-exceeded"],
    );
}
