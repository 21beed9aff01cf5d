//! What distance costs: every probe over a relay that delays each way, its round trips counted beside the fewest that
//! the protocol allows to a client that does not know the server yet. What is above that is told, and why.
//!
//! A round trip is a wait: TCP's handshake, TLS 1.3's, the greeting, and each command whose answer decides the next. QUIT
//! and LOGOUT cost none: their answer is awaited for less than a round trip here.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::lab::{self, PASSWORD, Server, USER};
use crate::late::LateServer;
use crate::probe::{Outcome, Run};
use crate::relay::Relay;

/// One way; a round trip takes twice this.
const DELAY: Duration = Duration::from_millis(50);

/// A check and what it has to wait for.
struct Row {
    name: &'static str,
    probe: &'static str,
    /// Of the server; a relay's takes its place in the arguments.
    port: u16,
    args: Vec<String>,
    /// The waits of the shortest dialogue.
    minimum: u64,
    /// Ours, which the test holds.
    #[allow(dead_code)]
    counted: u64,
    /// What the difference is for.
    why: &'static str,
}

const LOGIN: [&str; 6] = [
    "--user",
    USER,
    "--password-env",
    "SECRET",
    "--auth",
    "PLAIN",
];

fn row(
    (name, probe): (&'static str, &'static str),
    (server, port): (&Server, &str),
    options: &[&[&str]],
    (minimum, counted): (u64, u64),
    why: &'static str,
) -> Row {
    let ca = server.ca().to_string_lossy().into_owned();
    let fixed = ["-H", "localhost", "--address", "127.0.0.1", "-t", "20"];
    let words = fixed.into_iter().chain(["--ca-file", &ca]);
    Row {
        name,
        probe,
        port: server.port(port),
        args: words
            .chain(options.iter().copied().flatten().copied())
            .map(ToOwned::to_owned)
            .collect(),
        minimum,
        counted,
        why,
    }
}

/// Part of the farewell, and in no measured time.
const GREETED: &str = "the greeting is heard before the farewell: servers log a client that goes without as an attack";
const OFFERED: &str =
    "CAPA tells whether STLS is offered, so that one stripped on the way is noticed";

fn rows() -> Vec<Row> {
    let (postfix, dovecot) = (lab::postfix(), lab::dovecot());
    let starttls: &[&str] = &["--starttls"];
    let tls: &[&str] = &["--tls"];
    let envelope: &[&str] = &["--from", lab::ADDRESS, "--to", lab::ADDRESS];
    let inbox: &[&str] = &["--mailbox", "INBOX"];
    vec![
        // TCP, greeting, EHLO.
        row(("SMTP", "check_smtp"), (postfix, "SMTP"), &[], (3, 3), ""),
        // STARTTLS, TLS, EHLO.
        row(
            ("SMTP STARTTLS", "check_smtp"),
            (postfix, "SMTP"),
            &[starttls],
            (6, 6),
            "",
        ),
        row(
            ("SMTPS", "check_smtp"),
            (postfix, "SMTPS"),
            &[tls],
            (4, 4),
            "",
        ),
        row(
            ("SMTPS AUTH", "check_smtp"),
            (postfix, "SMTPS"),
            &[tls, &LOGIN],
            (5, 5),
            "",
        ),
        row(
            ("SMTP STARTTLS AUTH", "check_smtp"),
            (postfix, "SUBMISSION"),
            &[starttls, &LOGIN],
            (7, 7),
            "",
        ),
        // MAIL, RCPT and RSET at once (RFC 2920).
        row(
            ("SMTP STARTTLS AUTH, envelope", "check_smtp"),
            (postfix, "SUBMISSION"),
            &[starttls, &LOGIN, envelope],
            (8, 8),
            "",
        ),
        // TCP, greeting.
        row(("IMAP", "check_imap"), (dovecot, "IMAP"), &[], (2, 2), ""),
        row(
            ("IMAP STARTTLS", "check_imap"),
            (dovecot, "IMAP"),
            &[starttls],
            (4, 4),
            "",
        ),
        row(
            ("IMAPS", "check_imap"),
            (dovecot, "IMAPS"),
            &[tls],
            (3, 3),
            "",
        ),
        row(
            ("IMAPS login", "check_imap"),
            (dovecot, "IMAPS"),
            &[tls, &LOGIN],
            (4, 4),
            "",
        ),
        row(
            ("IMAPS login, STATUS", "check_imap"),
            (dovecot, "IMAPS"),
            &[tls, &LOGIN, inbox],
            (5, 5),
            "",
        ),
        row(("POP3", "check_pop3"), (dovecot, "POP3"), &[], (2, 2), ""),
        row(
            ("POP3 STLS", "check_pop3"),
            (dovecot, "POP3"),
            &[starttls],
            (4, 5),
            OFFERED,
        ),
        row(
            ("POP3S", "check_pop3"),
            (dovecot, "POP3S"),
            &[tls],
            (3, 3),
            "",
        ),
        // CAPA and AUTH, or USER and PASS; then STAT, LIST and UIDL at once.
        row(
            ("POP3S login, STAT", "check_pop3"),
            (dovecot, "POP3S"),
            &[tls, &LOGIN],
            (6, 6),
            "",
        ),
        row(
            ("certificate, SMTP", "check_cert"),
            (postfix, "SMTP"),
            &[&["-P", "smtp"], starttls],
            (5, 5),
            "",
        ),
        row(
            ("certificate, IMAP", "check_cert"),
            (dovecot, "IMAP"),
            &[&["-P", "imap"], starttls],
            (4, 4),
            "",
        ),
        row(
            ("certificate, POP3", "check_cert"),
            (dovecot, "POP3"),
            &[&["-P", "pop3"], starttls],
            (4, 5),
            OFFERED,
        ),
        row(
            ("certificate, ManageSieve", "check_cert"),
            (dovecot, "SIEVE"),
            &[&["-P", "sieve"], starttls],
            (4, 4),
            "",
        ),
        row(
            ("certificate, IMAPS", "check_cert"),
            (dovecot, "IMAPS"),
            &[&["-P", "imaps"]],
            (2, 3),
            GREETED,
        ),
    ]
}

/// What was measured.
struct Measured {
    trips: u64,
    wall: Duration,
}

fn measure(row: &Row) -> Measured {
    let run = |port: u16| {
        let run = Run::new(row.probe).args(&row.args);
        let run = run.args(["-p", &port.to_string()]).env("SECRET", PASSWORD);
        fine(run.run())
    };
    // The first check after a start is a slow one for some servers.
    run(row.port);
    let relay = relay(row.port);
    let outcome = run(relay.port());
    Measured {
        trips: relay.round_trips(),
        wall: outcome.wall,
    }
}

fn relay(port: u16) -> Relay {
    Relay::start(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), DELAY)
}

#[track_caller]
fn fine(outcome: Outcome) -> Outcome {
    assert_eq!(outcome.code, Some(0), "{outcome}");
    outcome
}

/// Thirty zones and their self-test: questions that nobody waits with.
const ZONES: usize = 30;

fn blocklists() -> (u64, usize, Duration) {
    let server = LateServer::start("127.0.0.1:0", DELAY * 2).expect("a name server");
    let mut run = Run::new("check_blacklist")
        .args(["-n", &server.address().to_string(), "-t", "20"])
        .args(["-H", "192.0.2.1"]);
    for zone in 0..ZONES {
        run = run.args(["-s", &format!("z{zone}.bl.test")]);
    }
    let outcome = fine(run.run());
    let (questions, rounds) = server.asked();
    (rounds, questions, outcome.wall)
}

/// A message by SMTP and its way into a mailbox, each end by its own relay.
struct Trip {
    smtp: u64,
    imap: u64,
    wall: Duration,
}

fn roundtrip() -> Trip {
    let (postfix, dovecot) = (lab::postfix(), lab::dovecot());
    let (smtp, imap) = (relay(postfix.port("SMTP")), relay(dovecot.port("IMAP")));
    let outcome = Run::new("check_roundtrip")
        .args(["-f", lab::ADDRESS, "--to", "inbox@example.test", "-t", "30"])
        .args(["--send", &format!("smtp://127.0.0.1:{}?plain", smtp.port())])
        .arg("--receive")
        .arg(format!("imap://inbox@127.0.0.1:{}?plain", imap.port()))
        .args(["--imap-auth", "PLAIN", "--imap-password-env", "SECRET"])
        .env("SECRET", PASSWORD)
        .kill_after(Duration::from_secs(40))
        .run();
    let outcome = fine(outcome);
    Trip {
        smtp: smtp.round_trips(),
        imap: imap.round_trips(),
        wall: outcome.wall,
    }
}

/// TCP, greeting, EHLO; MAIL, RCPT and DATA at once; the message.
const SEND: Leg = Leg {
    minimum: 5,
    counted: 6..=6,
    why: "DATA waits for the answer to RCPT: a message that nobody is to get is never begun",
};

/// TCP, greeting, login, SELECT, the news that it is there, FETCH; STORE and EXPUNGE at once.
const RECEIVE: Leg = Leg {
    minimum: 7,
    // It may be there at the first look, be told of by IDLE, or come between the two.
    counted: 13..=17,
    why: "LIST finds the mailbox for junk and STATUS what is in it; EXAMINE instead of SELECT, until something \
          has to be removed; the header before the message; a second look (NOOP, FETCH) for a duplicate; and \
          EXPUNGE waits for the answer to STORE, so that nothing is removed that the server would not mark. \
          Only the news and the first FETCH are in the time of transit",
};

struct Leg {
    minimum: u64,
    #[allow(dead_code)] // the test holds it
    counted: std::ops::RangeInclusive<u64>,
    why: &'static str,
}

/// The table.
#[allow(dead_code)] // the bench prints it
pub fn print() {
    println!(
        "\n## Distance\n\nRound trips at {} ms each way, beside the fewest that the protocol allows.\n",
        DELAY.as_millis()
    );
    println!(
        "|{:<32}|{:>7}|{:>4}|{:>7}|",
        "check", "minimum", "ours", "wall ms"
    );
    println!("|{}|------:|---:|------:|", "-".repeat(32));
    let line = |name: &str, minimum: u64, trips: u64, wall: Duration| {
        println!(
            "|{name:<32}|{minimum:>7}|{trips:>4}|{:>7}|",
            wall.as_millis()
        );
    };
    let mut reasons = Vec::new();
    for row in rows() {
        let measured = measure(&row);
        line(row.name, row.minimum, measured.trips, measured.wall);
        if measured.trips > row.minimum {
            reasons.push(format!("{}: {}.", row.name, row.why));
        }
    }
    let (rounds, _, wall) = blocklists();
    line("30 zones with self-test", 1, rounds, wall);
    let trip = roundtrip();
    for (name, leg, trips) in [
        ("round trip, SMTP leg", SEND, trip.smtp),
        ("round trip, IMAP leg", RECEIVE, trip.imap),
    ] {
        line(name, leg.minimum, trips, trip.wall);
        reasons.push(format!("{name}: {}.", leg.why));
    }
    for reason in reasons {
        println!("\n{reason}");
    }
}

#[test]
fn no_probe_waits_more_often_than_it_must() {
    for row in rows() {
        let measured = measure(&row);
        let name = row.name;
        println!("{name}: {} trips, {:?}", measured.trips, measured.wall);
        assert_eq!(measured.trips, row.counted, "{name}");
        assert!(row.counted >= row.minimum, "{name}");
        assert_eq!(row.counted > row.minimum, !row.why.is_empty(), "{name}");
    }
}

#[test]
fn all_zones_are_one_wait() {
    let (rounds, questions, _) = blocklists();
    assert_eq!((rounds, questions), (1, ZONES * 3));
}

#[test]
fn a_message_and_its_way_back() {
    let trip = roundtrip();
    println!("SMTP {}, IMAP {}, {:?}", trip.smtp, trip.imap, trip.wall);
    for (leg, trips) in [(SEND, trip.smtp), (RECEIVE, trip.imap)] {
        assert!(leg.counted.contains(&trips), "{trips}: {}", leg.why);
        assert!(*leg.counted.start() > leg.minimum && !leg.why.is_empty());
    }
}
