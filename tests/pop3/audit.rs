//! --audit-plaintext: no password in the clear.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use crate::check::{assert_finds, assert_ok, assert_says, check, inside};
use crate::sandbox::probe::Run;
use crate::sandbox::{Sandbox, Scenario};

#[test]
fn a_server_that_waits_for_tls_passes() {
    let server = Sandbox::start(Scenario::pop3().starttls());
    let outcome = check(&server, &["--audit-plaintext"]);
    assert_ok(&outcome);
    assert_says(&outcome, "no password before TLS");
    let outcome = inside(&server, &["--audit-plaintext", "--starttls"]);
    assert_ok(&outcome);
}

#[test]
fn user_and_plain_before_tls_are_found() {
    let server = Sandbox::start(Scenario::pop3().starttls().auth_before_tls());
    let outcome = check(&server, &["--audit-plaintext"]);
    assert_finds(&outcome, 2, &["plaintext-auth"]);
    assert_says(&outcome, "offers USER, SASL PLAIN, SASL LOGIN");
    let server = Sandbox::start(Scenario::pop3());
    let outcome = check(&server, &["--audit-plaintext"]);
    assert_finds(&outcome, 2, &["plaintext-auth", "starttls-missing"]);
}

/// A server that answers each line by the first table entry that it starts with.
fn scripted(table: &'static [(&'static str, &'static str)]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        (&stream).write_all(b"+OK\r\n").unwrap();
        for line in BufReader::new(&stream).lines() {
            let Ok(line) = line else { break };
            let known = table.iter().find(|(verb, _)| line.starts_with(verb));
            let answer = known.map_or("-ERR no\r\n", |(_, answer)| *answer);
            if (&stream).write_all(answer.as_bytes()).is_err() {
                break;
            }
        }
    });
    port
}

#[test]
fn what_is_accepted_without_an_offer_is_found_too() {
    for (table, words) in [
        (
            &[("CAPA", "+OK\r\nSTLS\r\n.\r\n"), ("USER", "+OK go on\r\n")][..],
            "accepts USER before TLS although it does not offer it: +OK go on",
        ),
        (
            &[("CAPA", "+OK\r\nSTLS\r\n.\r\n"), ("AUTH PLAIN", "+ \r\n")][..],
            "accepts AUTH PLAIN before TLS although it does not offer it: +",
        ),
    ] {
        let port = scripted(table).to_string();
        let outcome = Run::new("check_pop3")
            .args(["-H", "127.0.0.1", "-p", &port, "-t", "5"])
            .args(["--audit-plaintext", "--format", "json"])
            .run();
        assert_finds(&outcome, 2, &["plaintext-auth"]);
        assert_says(&outcome, words);
    }
}

#[test]
fn in_tls_from_the_first_byte_there_is_nothing_to_audit() {
    let server = Sandbox::start(Scenario::pop3().tls());
    assert_ok(&check(&server, &["--tls", "--audit-plaintext"]));
}
