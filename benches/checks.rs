//! What a check costs: round trips beside the protocol's minimum, and CPU, wall time and memory beside the
//! monitoring-plugins, against the lab's Postfix and Dovecot.
//!
//! `make bench`; `make bench RUNS=100` for steadier medians. Ours and theirs run in turn, so that a machine whose
//! speed drifts is fair to both. Ours verify certificates; theirs do not.

// Raw sockets and a stopwatch are for tests to use.
#![allow(clippy::disallowed_methods)]

#[path = "../tests/lab/frame.rs"]
mod frame;
#[path = "../tests/lab/servers.rs"]
mod lab;
#[path = "../tests/lab/pki.rs"]
mod pki;
#[path = "../tests/lab/ports.rs"]
mod ports;
#[path = "../tests/sandbox/mod.rs"]
mod sandbox;
#[path = "suite.rs"]
mod suite;
#[allow(dead_code)] // no check here logs in by token
#[path = "../tests/lab/token.rs"]
mod token;

use std::path::Path;
use std::time::Duration;

use frame::Server;
use lab::{ADDRESS, CERT_HOST, PASSWORD, STRICT_HOST, USER};
use sandbox::probe::{Outcome, Run, built};
use sandbox::relay::Relay;

/// One way; a round trip takes twice this.
const DELAY: Duration = Duration::from_millis(50);
const PEERS: &str = "/usr/lib/nagios/plugins";

fn main() {
    let runs = std::env::var("RUNS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(30);
    round_trips();
    costs(runs);
    suite::certificate(runs);
    suite::queue(runs);
    suite::blocklists(runs.min(10));
}

fn address(server: &Server, port: &str) -> std::net::SocketAddr {
    ([127, 0, 0, 1], server.port(port)).into()
}

fn check(probe: &str, server: &Server, port: u16, more: &[&str]) -> Run {
    Run::new(probe)
        .args([
            "-H",
            "localhost",
            "--address",
            "127.0.0.1",
            "-t",
            "20",
            "-p",
            &port.to_string(),
        ])
        .arg("--ca-file")
        .arg(server.ca())
        .env("SECRET", lab::PASSWORD)
        .args(more)
}

const LOGIN: [&str; 6] = [
    "--user",
    lab::USER,
    "--password-env",
    "SECRET",
    "--auth",
    "PLAIN",
];

fn with<'a>(first: &[&'a str], second: &[&'a str]) -> Vec<&'a str> {
    [first, second].concat()
}

/// TCP, TLS 1.3 and protocol, counted and timed through a relay that delays each way.
fn round_trips() {
    println!(
        "round trips, {} ms each way; the answer to QUIT or LOGOUT is not waited for that long",
        DELAY.as_millis()
    );
    println!(
        "{:<46} {:>7} {:>7} {:>9}",
        "check", "minimum", "counted", "wall ms"
    );
    let (postfix, dovecot) = (lab::postfix(), lab::dovecot());
    // Minimum: TCP, greeting, then each command that has to wait for the one before it.
    type Row<'a> = (&'a str, &'a str, &'a Server, &'a str, Vec<&'a str>, u64);
    let rows: [Row; 5] = [
        (
            "SMTP banner, EHLO, QUIT",
            "check_smtp",
            postfix,
            "SMTP",
            vec![],
            3,
        ),
        (
            "submission STARTTLS, AUTH PLAIN",
            "check_smtp",
            postfix,
            "SUBMISSION",
            with(&["--starttls"], &LOGIN),
            7,
        ),
        (
            "submission STARTTLS, AUTH, MAIL, RCPT, RSET",
            "check_smtp",
            postfix,
            "SUBMISSION",
            with(
                &with(&["--starttls"], &LOGIN),
                &["--from", lab::ADDRESS, "--to", lab::ADDRESS],
            ),
            8,
        ),
        (
            "IMAPS login, STATUS",
            "check_imap",
            dovecot,
            "IMAPS",
            with(&with(&["--tls"], &LOGIN), &["--mailbox", "INBOX"]),
            5,
        ),
        (
            "POP3S login, STAT",
            "check_pop3",
            dovecot,
            "POP3S",
            with(&["--tls"], &LOGIN),
            5,
        ),
    ];
    for (name, probe, server, port, args, minimum) in rows {
        // The first check after a start is a slow one for some servers.
        fine(&check(probe, server, server.port(port), &args).run());
        let relay = Relay::start(address(server, port), DELAY);
        let outcome = check(probe, server, relay.port(), &args).run();
        fine(&outcome);
        println!(
            "{name:<46} {minimum:>7} {:>7} {:>9.0}",
            relay.round_trips(),
            millis(outcome.wall)
        );
    }
    println!();
}

/// CPU, wall time and peak memory of whole processes, ours and theirs in turn.
fn costs(runs: usize) {
    println!("medians of {runs} runs each, in turn; ratio is ours to theirs");
    println!(
        "{:<40} {:>21} {:>21} {:>19}",
        "", "CPU ms", "wall ms", "peak MiB"
    );
    println!(
        "{:<40} {:>21} {:>21} {:>19}",
        "check", "ours theirs ratio", "ours theirs ratio", "ours theirs ratio"
    );
    let (postfix, dovecot) = (lab::postfix(), lab::dovecot());
    let peer = |name: &str, server: &Server, port: &str, more: &[&str]| {
        let path = Path::new(PEERS).join(name);
        let run = Run::new(name)
            .args(["-H", "127.0.0.1", "-p", &server.port(port).to_string()])
            .args(more);
        (path, run)
    };
    let ours = |probe: &str, server: &Server, port: &str, more: &[&str]| {
        check(probe, server, server.port(port), more)
    };
    let rows = [
        (
            "check_smtp",
            ours("check_smtp", postfix, "SMTP", &[]),
            peer("check_smtp", postfix, "SMTP", &[]),
        ),
        (
            "check_smtp -S",
            ours("check_smtp", postfix, "SMTP", &["-S"]),
            peer("check_smtp", postfix, "SMTP", &["-S"]),
        ),
        (
            "check_smtp -S -A LOGIN",
            ours(
                "check_smtp",
                postfix,
                "SUBMISSION",
                &[
                    "-S",
                    "-A",
                    "LOGIN",
                    "-U",
                    lab::USER,
                    "--password-env",
                    "SECRET",
                ],
            ),
            peer(
                "check_smtp",
                postfix,
                "SUBMISSION",
                &["-S", "-A", "LOGIN", "-U", lab::USER, "-P", lab::PASSWORD],
            ),
        ),
        (
            "check_imap",
            ours("check_imap", dovecot, "IMAP", &[]),
            peer("check_imap", dovecot, "IMAP", &[]),
        ),
        (
            "check_simap",
            ours("check_imap", dovecot, "IMAPS", &["--tls"]),
            peer("check_simap", dovecot, "IMAPS", &[]),
        ),
        (
            "check_pop",
            ours("check_pop3", dovecot, "POP3", &[]),
            peer("check_pop", dovecot, "POP3", &[]),
        ),
        (
            "check_spop",
            ours("check_pop3", dovecot, "POP3S", &["--tls"]),
            peer("check_spop", dovecot, "POP3S", &[]),
        ),
        (
            "check_imap, TLS, login, STATUS (alone)",
            ours(
                "check_imap",
                dovecot,
                "IMAPS",
                &with(&with(&["--tls"], &LOGIN), &["--mailbox", "INBOX"]),
            ),
            peer("check_simap", dovecot, "IMAPS", &[]),
        ),
    ];
    for (name, ours, (path, theirs)) in rows {
        let mut samples = [Vec::new(), Vec::new()];
        for run in 0..runs + 3 {
            let pair = [ours.run(), theirs.run_binary(&path)];
            for (outcome, kept) in pair.iter().zip(&mut samples) {
                fine(outcome);
                if run >= 3 {
                    kept.push([
                        millis(outcome.cpu),
                        millis(outcome.wall),
                        outcome.max_rss_kib as f64 / 1024.0,
                    ]);
                }
            }
        }
        let cell = |at: usize| {
            let [a, b] = [median(&samples[0], at), median(&samples[1], at)];
            format!("{a:.1} {b:.1} {:.2}", a / b)
        };
        println!("{name:<40} {:>21} {:>21} {:>19}", cell(0), cell(1), cell(2));
    }
    println!(
        "\nbinaries: ours {}",
        built("check_smtp").map_or_else(String::new, |path| path.display().to_string())
    );
}

fn median(samples: &[[f64; 3]], at: usize) -> f64 {
    let mut values: Vec<f64> = samples.iter().map(|sample| sample[at]).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn fine(outcome: &Outcome) {
    assert_eq!(outcome.code, Some(0), "{outcome}");
}
