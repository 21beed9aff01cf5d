//! check_cert against real servers: every way to TLS, and what they write about it.

use std::time::Duration;

use crate::lab::{self, Server};
use crate::probe::{Outcome, Run};

fn probe(server: &Server, host: &str, address: &str, ports: &str, args: &[&str]) -> Outcome {
    let ports: Vec<String> = ports
        .split(',')
        .map(|port| {
            let (name, service) = port.split_once(':').unwrap();
            format!("{}:{service}", server.port(name))
        })
        .collect();
    Run::new("check_cert")
        .args(["-H", host, "--address", address, "-t", "20", "-r"])
        .arg(server.ca())
        .args(["-p", &ports.join(",")])
        .args(args)
        .kill_after(Duration::from_secs(30))
        .run()
}

fn is_fine(server: &Server, ports: &str) {
    for port in ports.split(',') {
        let outcome = probe(server, "localhost", "127.0.0.1", port, &["-v"]);
        assert_eq!(outcome.code, Some(0), "{port}\n{outcome}");
        let first = outcome.stdout.lines().next().unwrap();
        // 90 days from the start of the tests.
        assert!(first.contains(" 89 d left, TLSv1.3 "), "{port}\n{outcome}");
        assert!(first.contains("chain of 2 verified"), "{port}\n{outcome}");
    }
    let all = probe(server, "localhost", "127.0.0.1", ports, &[]);
    assert_eq!(all.code, Some(0), "{all}");
}

#[test]
fn postfix_on_all_its_ports() {
    let ports = "SMTP:smtp,SUBMISSION:submission,SMTPS:smtps";
    is_fine(lab::postfix(), ports);
}

#[test]
fn exim_on_all_its_ports() {
    is_fine(lab::exim(), "SMTP:smtp,SMTPS:smtps");
}

/// OpenSMTPD 6.8 of Debian 12 breaks every handshake by an alert, the new ones before its certificate was shown
/// (see `opensmtpd.sh`): an old client sees it.
#[test]
fn opensmtpd_breaks_the_handshake_and_its_certificate_is_judged() {
    let outcome = probe(lab::opensmtpd(), "localhost", "127.0.0.1", "SMTP:smtp", &[]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let first = outcome.stdout.lines().next().unwrap();
    assert!(first.contains("alert 80 (internal error)"), "{outcome}");
    assert!(first.contains("| expires=77"), "{outcome}");
}

#[test]
fn dovecot_in_every_protocol() {
    let ports = "IMAP:imap,IMAPS:imaps,POP3:pop3,POP3S:pop3s,LMTP:lmtp,SIEVE:sieve";
    is_fine(lab::dovecot(), ports);
}

#[test]
fn courier_and_cyrus() {
    let ports = "IMAP:imap,IMAPS:imaps,POP3:pop3,POP3S:pop3s";
    for server in [lab::courier(), lab::cyrus()] {
        for port in ports.split(',') {
            let outcome = probe(server, "localhost", "127.0.0.1", port, &[]);
            assert_eq!(outcome.code, Some(0), "{port}\n{outcome}");
        }
    }
}

#[test]
fn a_server_that_asks_for_a_certificate_shows_its_own() {
    let dovecot = lab::dovecot();
    for port in ["IMAPS_CERT:imaps", "POP3S_CERT:pop3s"] {
        let outcome = probe(dovecot, lab::CERT_HOST, lab::CERT_HOST, port, &["-v"]);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(outcome.stdout.contains("client certificate"), "{outcome}");
    }
    let outcome = probe(
        lab::postfix(),
        "localhost",
        "127.0.0.1",
        "SMTPS_CERT:smtps",
        &["-v"],
    );
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stdout.contains("client certificate"), "{outcome}");
}

#[test]
fn names_and_ends_of_real_servers() {
    let postfix = lab::postfix();
    let outcome = probe(
        postfix,
        "mx.example.org",
        "127.0.0.1",
        "SMTP:smtp",
        &["--format", "json"],
    );
    assert_eq!(
        outcome.finding_ids(),
        ["cert-name-mismatch", "cert-extra"],
        "{outcome}"
    );
    let outcome = probe(
        postfix,
        "localhost",
        "127.0.0.1",
        "SMTP:smtp",
        &["-w", "100"],
    );
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let outcome = probe(
        postfix,
        "localhost",
        "127.0.0.1",
        "SMTP:smtp",
        &["--probe-versions", "-v"],
    );
    assert!(outcome.stdout.contains("TLSv1.3"), "{outcome}");
}
