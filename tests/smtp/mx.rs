//! `--mx`: every MX host of a domain, asked of a name server of the test's own.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};

use crate::check::{assert_finds, targets};
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{Listen, Sandbox, Scenario};

/// A zone: owner and type to record data. What is not in it does not exist.
type Zone = BTreeMap<(&'static str, u16), Vec<Vec<u8>>>;

const A: u16 = 1;
const MX: u16 = 15;
const AAAA: u16 = 28;

fn name(text: &str) -> Vec<u8> {
    let mut wire = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        wire.push(u8::try_from(label.len()).unwrap());
        wire.extend_from_slice(label.as_bytes());
    }
    wire.push(0);
    wire
}

fn mx(preference: u16, host: &str) -> Vec<u8> {
    [&preference.to_be_bytes()[..], &name(host)].concat()
}

fn zone() -> Zone {
    let four = |last| Ipv4Addr::new(127, 0, 0, last).octets().to_vec();
    Zone::from([
        (
            ("example.test", MX),
            vec![mx(20, "mx2.example.test"), mx(10, "mx1.example.test")],
        ),
        (("mx1.example.test", A), vec![four(1)]),
        (("mx2.example.test", A), vec![four(2)]),
        (("dual.example.test", MX), vec![mx(10, "both.example.test")]),
        (("both.example.test", A), vec![four(1)]),
        (
            ("both.example.test", AAAA),
            vec![Ipv6Addr::LOCALHOST.octets().to_vec()],
        ),
        (("null.example.test", MX), vec![mx(0, "")]),
        // No MX record: the domain itself takes its mail.
        (("bare.example.test", A), vec![four(1)]),
        (("lost.example.test", MX), vec![mx(10, "gone.example.test")]),
    ])
}

/// Answers until the process ends; gives its address.
fn resolver() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let zone = zone();
        let mut query = [0; 4096];
        while let Ok((length, client)) = socket.recv_from(&mut query) {
            let _ = socket.send_to(&answer(&query[..length], &zone), client);
        }
    });
    address
}

fn answer(query: &[u8], zone: &Zone) -> Vec<u8> {
    let mut labels = Vec::new();
    let mut at = 12;
    while query[at] != 0 {
        let length = usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..=at + length]).to_ascii_lowercase());
        at += 1 + length;
    }
    let owner = labels.join(".");
    let kind = u16::from_be_bytes([query[at + 1], query[at + 2]]);
    let question = &query[12..at + 5];
    let known = zone.keys().any(|(name, _)| *name == owner);
    let records = zone
        .iter()
        .find(|((name, its_kind), _)| *name == owner && *its_kind == kind)
        .map(|(_, records)| records.as_slice())
        .unwrap_or_default();
    let mut reply = query[..2].to_vec();
    // An authoritative answer; NXDOMAIN where nothing has that name.
    reply.extend_from_slice(&[0x85, if known { 0x80 } else { 0x83 }, 0, 1]);
    reply.extend_from_slice(&u16::try_from(records.len()).unwrap().to_be_bytes());
    reply.extend_from_slice(&[0; 4]);
    reply.extend_from_slice(question);
    for data in records {
        reply.extend_from_slice(&[0xc0, 12]);
        reply.extend_from_slice(&kind.to_be_bytes());
        reply.extend_from_slice(&[0, 1, 0, 0, 0, 60]);
        reply.extend_from_slice(&u16::try_from(data.len()).unwrap().to_be_bytes());
        reply.extend_from_slice(data);
    }
    reply
}

fn check(port: u16, options: &[&str]) -> Outcome {
    Run::new("check_smtp")
        .args(["--resolver", &resolver(), "-p", &port.to_string()])
        .args(["--format", "json", "-t", "5"])
        .args(options)
        .run()
}

#[test]
fn every_host_in_the_order_of_preference() {
    let server = Sandbox::start(Scenario::smtp());
    let port = server.port();
    let outcome = check(port, &["--mx", "example.test"]);
    assert_finds(&outcome, 2, &["connect-refused"]);
    assert_eq!(
        targets(&outcome),
        [
            (format!("mx1.example.test:{port}"), "OK".to_owned()),
            (format!("mx2.example.test:{port}"), "CRITICAL".to_owned()),
        ]
    );
    let text = outcome.json()["text"].as_str().unwrap().to_owned();
    assert!(
        text.starts_with(&format!("1 of 2 targets failed: mx2.example.test:{port}")),
        "{text}"
    );
    assert!(text.contains("connection refused"), "{text}");
}

#[test]
fn its_options_hold_for_each_host() {
    let server = Sandbox::start(Scenario::smtp());
    let outcome = check(
        server.port(),
        &["--mx", "bare.example.test", "--open-relay"],
    );
    assert_finds(&outcome, 0, &[]);
    assert!(server.lines().iter().any(|line| line.starts_with("RCPT")));
    // A host beside a domain, and a domain twice.
    let outcome = check(
        server.port(),
        &[
            "--mx",
            "bare.example.test",
            "-H",
            "127.0.0.1",
            "--mx",
            "BARE.example.test.",
        ],
    );
    assert_finds(&outcome, 0, &[]);
    assert_eq!(targets(&outcome).len(), 3);
}

#[test]
fn each_address_of_each_host() {
    let six = Sandbox::start(Scenario::smtp().listen(Listen::V6));
    let outcome = check(
        six.port(),
        &["--mx", "dual.example.test", "--all-addresses"],
    );
    assert_finds(&outcome, 2, &["connect-refused"]);
    assert_eq!(targets(&outcome).len(), 2);
    // One name, as a mail client sees it: the address that answers will do.
    let either = check(six.port(), &["--mx", "dual.example.test"]);
    assert_finds(&either, 0, &[]);
    let only = check(six.port(), &["--mx", "dual.example.test", "-6"]);
    assert_finds(&only, 0, &[]);
    let none = check(six.port(), &["--mx", "dual.example.test", "-4"]);
    assert_finds(&none, 2, &["connect-refused"]);
}

#[test]
fn domains_that_take_no_mail() {
    let server = Sandbox::start(Scenario::smtp());
    for (domain, id, code) in [
        ("null.example.test", "mx-missing", 2),
        ("nosuch.example.test", "mx-missing", 2),
        ("lost.example.test", "mx-missing", 2),
    ] {
        let outcome = check(server.port(), &["--mx", domain]);
        assert_finds(&outcome, code, &[id]);
        let text = outcome.json()["text"].as_str().unwrap().to_owned();
        assert!(text.contains("example.test"), "{text}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_certificate_must_be_for_the_mx_host() {
    let server = Sandbox::start(Scenario::smtp().tls());
    let ca = server.ca_file();
    let ca = ["--ca-file", ca.to_str().unwrap(), "-s"];
    let outcome = check(
        server.port(),
        &[&["--mx", "bare.example.test"][..], &ca].concat(),
    );
    assert_finds(&outcome, 2, &["cert-name-mismatch"]);
    let named = [
        &[
            "--mx",
            "bare.example.test",
            "--tls-name",
            "mail.example.test",
        ][..],
        &ca,
    ]
    .concat();
    assert_finds(&check(server.port(), &named), 0, &[]);
}

#[test]
fn a_name_server_that_is_silent() {
    // Bound and never read.
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let outcome = Run::new("check_smtp")
        .args(["--mx", "example.test", "--format", "json", "-t", "700ms"])
        .args(["--resolver", &silent.local_addr().unwrap().to_string()])
        .run_within(std::time::Duration::from_millis(950));
    let ids = outcome.finding_ids();
    assert!(
        ids == ["resolver-failed"] || ids == ["timeout"],
        "{outcome}"
    );
    assert!(outcome.code.is_some_and(|code| code >= 2), "{outcome}");
}
