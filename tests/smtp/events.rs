//! Event by event: what the peers' check_smtp makes of it, and what we do. The same where they are right; CRITICAL where
//! they call a dead or lying server OK, WARNING or UNKNOWN.

use std::path::Path;

use crate::peers::call;
use crate::sandbox::{Certificate, PASSWORD, Sandbox, Scenario, TlsPolicy};

/// Where Debian has the peer.
const PEER: &str = "/usr/lib/nagios/plugins/check_smtp";

/// One row: who is checked how, what the peer says (2.3 to 3.0), what we say.
struct Row {
    event: &'static str,
    scenario: Scenario,
    options: &'static [&'static str],
    theirs: i32,
    ours: i32,
}

fn row(
    event: &'static str,
    scenario: Scenario,
    options: &'static [&'static str],
    codes: (i32, i32),
) -> Row {
    let (theirs, ours) = codes;
    Row {
        event,
        scenario,
        options,
        theirs,
        ours,
    }
}

fn rows() -> Vec<Row> {
    let plain = Scenario::smtp;
    let faulty = |name| Scenario::smtp().fault_named(name);
    let starttls = |name| Scenario::smtp().starttls().fault_named(name);
    let login = &["-A", "LOGIN", "-U", "probe", "-P", PASSWORD];
    vec![
        row("healthy", plain(), &[], (0, 0)),
        row("healthy, STARTTLS", plain().starttls(), &["-S"], (0, 0)),
        row("healthy, login", plain(), login, (0, 0)),
        row(
            "healthy, days left",
            plain().starttls(),
            &["-S", "-D", "14,7"],
            (0, 0),
        ),
        row("healthy, LMTP", Scenario::lmtp(), &["-L"], (0, 0)),
        row(
            "healthy, sender",
            plain(),
            &["-f", "probe@example.test"],
            (0, 0),
        ),
        row(
            "healthy, command",
            plain(),
            &["-C", "NOOP", "-R", "^250"],
            (0, 0),
        ),
        row(
            "healthy, expected text",
            plain(),
            &["-e", "sandbox"],
            (0, 0),
        ),
        row(
            "healthy, old spellings",
            plain(),
            &["-wt", "5", "-ct", "9", "-to", "5"],
            (0, 0),
        ),
        row("connection refused", faulty("refused"), &[], (2, 2)),
        row("silence", faulty("greeting-silence"), &["-t", "1"], (2, 2)),
        row(
            "silence after EHLO",
            faulty("ehlo-silence"),
            &["-t", "1"],
            (2, 2),
        ),
        row(
            "TLS fails after STARTTLS",
            starttls("tls-alert"),
            &["-S"],
            (2, 2),
        ),
        row(
            "old TLS only",
            plain().starttls().tls_policy(TlsPolicy::Old),
            &["-S"],
            (2, 2),
        ),
        row("STARTTLS not offered", plain(), &["-S"], (1, 1)),
        row("unexpected greeting", plain(), &["-e", "Postfix"], (1, 1)),
        row(
            "reply does not match",
            plain(),
            &["-C", "NOOP", "-R", "^251"],
            (1, 1),
        ),
        row(
            "wrong password",
            plain(),
            &["-A", "LOGIN", "-U", "probe", "-P", "wrong"],
            (2, 2),
        ),
        row("login refused", faulty("auth-535"), login, (2, 2)),
        row(
            "too slow for -c",
            faulty("greeting-late"),
            &["-w", "0.1", "-c", "0.2"],
            (2, 2),
        ),
        row(
            "too slow for -w",
            faulty("greeting-late"),
            &["-w", "0.2", "-c", "5"],
            (1, 1),
        ),
        row(
            "days too few for C",
            plain().starttls().certificate(Certificate::EndsSoon),
            &["-S", "-D", "14,7"],
            (2, 2),
        ),
        row(
            "days too few for W",
            plain().starttls().certificate(Certificate::EndsSoon),
            &["-S", "-D", "14,2"],
            (1, 1),
        ),
        row("mistaken option", plain(), &["--nonsense"], (3, 3)),
        row("-s and -S", plain(), &["-s", "-S"], (3, 3)),
        // Deliberate differences from here on: the service is dead or lies, and that is CRITICAL.
        row(
            "closed instead of greeting",
            faulty("greeting-close"),
            &[],
            (1, 2),
        ),
        row("554 for a greeting", faulty("greeting-554"), &[], (1, 2)),
        row(
            "554 and gone",
            faulty("greeting-554-then-close"),
            &[],
            (1, 2),
        ),
        row("HTTP for a greeting", faulty("greeting-http"), &[], (1, 2)),
        row(
            "2200 for a greeting",
            faulty("greeting-four-digits"),
            &[],
            (0, 2),
        ),
        row(
            "220 and 554 in one greeting",
            faulty("greeting-mixed-codes"),
            &[],
            (0, 2),
        ),
        row(
            "closed instead of EHLO's reply",
            faulty("ehlo-close"),
            &[],
            (1, 2),
        ),
        row("EHLO and HELO refused", faulty("ehlo-554"), &[], (0, 2)),
        row(
            "STARTTLS refused",
            starttls("starttls-454"),
            &["-S"],
            (3, 2),
        ),
        row(
            "EHLO refused after TLS",
            starttls("ehlo-after-tls-554"),
            &["-S"],
            (0, 2),
        ),
        row(
            "closed after TLS",
            starttls("ehlo-after-tls-close"),
            &["-S"],
            (3, 2),
        ),
        row(
            "closed during the login",
            faulty("auth-close"),
            login,
            (1, 2),
        ),
        row(
            "certificate expired",
            plain().starttls().certificate(Certificate::Expired),
            &["-S"],
            (0, 2),
        ),
        row(
            "certificate of another",
            plain().starttls().certificate(Certificate::WrongName),
            &["-S"],
            (0, 2),
        ),
        row(
            "certificate self-signed",
            plain().starttls().certificate(Certificate::SelfSigned),
            &["-S", "-D", "14"],
            (0, 2),
        ),
        row(
            "certificate not yet valid",
            plain().starttls().certificate(Certificate::NotYetValid),
            &["-S", "-D", "14"],
            (0, 2),
        ),
        row(
            "sender refused",
            plain(),
            &["-f", "rejected@example.org"],
            (0, 2),
        ),
        // Busy is not dead.
        row("421 for a greeting", faulty("greeting-421"), &[], (1, 1)),
        row(
            "421 instead of EHLO's reply",
            faulty("ehlo-421"),
            &[],
            (0, 1),
        ),
        // And what is no fault at all.
        row(
            "QUIT not answered",
            faulty("quit-silence"),
            &["-t", "1"],
            (2, 0),
        ),
        row(
            "mismatch, then a match",
            plain(),
            &["-C", "NOOP", "-R", "^251", "-C", "HELP", "-R", "214"],
            (0, 1),
        ),
        row(
            "login by another mechanism",
            plain(),
            &["-A", "PLAIN", "-U", "probe", "-P", PASSWORD],
            (2, 0),
        ),
    ]
}

#[test]
fn event_by_event() {
    for row in rows() {
        let server = Sandbox::start(row.scenario.clone());
        let outcome = call(&server, row.options).run();
        assert_eq!(outcome.code, Some(row.ours), "{}\n{outcome}", row.event);
        assert_eq!(
            outcome.stdout.lines().count(),
            1,
            "{}\n{outcome}",
            row.event
        );
    }
}

/// What the table says of the peer is true of the one that is installed here (2.3 in Debian 12).
#[test]
fn the_peer_does_what_the_table_says() {
    if !Path::new(PEER).exists() {
        eprintln!("{PEER} is not installed: its column is not looked at");
        return;
    }
    let mut wrong = Vec::new();
    for row in rows() {
        let server = Sandbox::start(row.scenario.clone());
        let outcome = call(&server, row.options).run_binary(Path::new(PEER));
        if outcome.code != Some(row.theirs) {
            wrong.push(format!("{}: table {}\n{outcome}", row.event, row.theirs));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
