//! What a check costs, beside the known plugins, beside the smallest program that could do the same, and beside what
//! the protocol demands: against the lab's Postfix and Dovecot.
//!
//! `make bench`, `make bench RUNS=100` for steadier medians, `make bench PARTS="mail fleet"` for less. Ours and theirs
//! run in turn, so that a machine whose speed drifts is fair to both. Ours verify certificates; theirs do not.

// Raw sockets and a stopwatch are for tests to use.
#![allow(clippy::disallowed_methods)]

#[path = "blocklists.rs"]
mod blocklists;
#[path = "cost.rs"]
mod cost;
#[path = "../tests/lab/distance.rs"]
mod distance;
#[path = "fleet.rs"]
mod fleet;
#[path = "floor.rs"]
mod floor;
#[path = "../tests/lab/frame.rs"]
mod frame;
#[path = "head.rs"]
mod head;
#[path = "../tests/lab/inside.rs"]
mod inside;
#[path = "instructions.rs"]
mod instructions;
#[path = "../tests/lab/servers.rs"]
mod lab;
#[path = "mail.rs"]
mod mail;
#[path = "../tests/lab/pki.rs"]
mod pki;
#[path = "../tests/lab/ports.rs"]
mod ports;
#[path = "queue.rs"]
mod queue;
#[path = "../tests/sandbox/mod.rs"]
mod sandbox;
#[allow(dead_code)] // no check here logs in by token
#[path = "../tests/lab/token.rs"]
mod token;

// Where the lab's files look for them.
pub use frame::Server;
use lab::{ADDRESS, CERT_HOST, PASSWORD, STRICT_HOST, USER};
use sandbox::{late, probe, relay};

/// Where Debian has the monitoring-plugins.
const PEERS: &str = "/usr/lib/nagios/plugins";

/// In the order in which they are printed.
const PARTS: [&str; 6] = [
    "mail",
    "queue",
    "blocklists",
    "instructions",
    "distance",
    "fleet",
];

fn main() {
    let runs = number("RUNS", 30);
    let wanted = std::env::var("PARTS").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    if let Some(unknown) = wanted.iter().find(|part| !PARTS.contains(part)) {
        eprintln!("PARTS: no {unknown}; there are {}", PARTS.join(" "));
        std::process::exit(2);
    }
    let does = |part: &str| wanted.is_empty() || wanted.contains(&part);
    head::print(runs);
    let groups: [(&str, cost::Group); 3] = [
        ("mail", mail::rows),
        ("queue", queue::rows),
        ("blocklists", blocklists::rows),
    ];
    let groups: Vec<cost::Group> = groups
        .into_iter()
        .filter(|(part, _)| does(part))
        .map(|(_, rows)| rows)
        .collect();
    if !groups.is_empty() {
        cost::print(runs, &groups);
    }
    if does("instructions") {
        instructions::print();
    }
    if does("distance") {
        distance::print();
    }
    if does("fleet") {
        fleet::print(number("CHECKS", 5000));
    }
}

/// A number from the environment.
fn number(name: &str, default: usize) -> usize {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
        _ => default,
    }
}
