//! Servers that are none, or that are slow, or that send too much.

use std::io::{Read, Write};
use std::time::Duration;

use crate::check::{against, found};
use crate::sandbox::calm::punctual;
use crate::sandbox::pki::case;
use crate::sandbox::probe::Outcome;
use crate::server::Server;

fn run(server: &Server, more: &[&str]) -> Outcome {
    against(server, &case("good"), more)
}

/// What is sent after the ClientHello.
fn answering(bytes: &'static [u8]) -> Server {
    Server::serve(move |mut socket, _| {
        let mut buffer = [0; 4096];
        let _ = socket.read(&mut buffer);
        let _ = socket.write_all(bytes);
        // Until the probe goes.
        while socket.read(&mut buffer).is_ok_and(|count| count > 0) {}
    })
}

#[test]
fn what_is_no_tls_is_told() {
    for bytes in [
        &b"220 mail.example.test ESMTP\r\n"[..],
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x00\x01\x02\x03\x04\x05\x06\x07",
        b"\x16\x03\x03\x40\x00AAAA",
        b"\x16\x03\x03\x00\x04\x02\xff\xff\xff",
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"\x80\x2e\x01\x00\x02",
    ] {
        let server = answering(bytes);
        let outcome = run(&server, &["-t", "1", "--format", "json"]);
        assert_eq!(outcome.code, Some(2), "{bytes:?}\n{outcome}");
        let found = found(&outcome, false);
        assert!(
            found == ["tls-failed=critical"] || found == ["timeout=critical"],
            "{bytes:?}\n{outcome}"
        );
    }
}

#[test]
fn a_server_that_hangs_up_is_told() {
    let server = Server::serve(|_, _| {});
    let outcome = run(&server, &["--format", "json"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let refused = run(&server, &["-p", "1", "--format", "json"]);
    assert_eq!(
        found(&refused, false),
        ["connect-refused=critical"],
        "{refused}"
    );
}

#[test]
fn nothing_outlives_the_deadline() {
    let silent = Server::serve(|mut socket, _| {
        let _ = socket.read_to_end(&mut Vec::new());
    });
    let stalled = Server::serve(|mut socket, _| {
        let _ = socket.read(&mut [0; 4096]);
        let _ = socket.write_all(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03");
        let _ = socket.read_to_end(&mut Vec::new());
    });
    let dripping = Server::serve(|mut socket, _| {
        let _ = socket.read(&mut [0; 4096]);
        let _ = socket.write_all(b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb\x03\x03");
        let _ = socket.set_read_timeout(Some(Duration::from_millis(20)));
        // The pause is a read that times out.
        while socket.write_all(b"x").is_ok() {
            let _ = socket.read(&mut [0; 16]);
        }
    });
    for (name, server) in [
        ("silent", silent),
        ("stalled", stalled),
        ("dripping", dripping),
    ] {
        let outcome = punctual(Duration::from_millis(750), || {
            run(&server, &["-t", "500ms", "--format", "json"])
        });
        assert_eq!(
            found(&outcome, false),
            ["timeout=critical"],
            "{name}\n{outcome}"
        );
    }
}

#[test]
fn a_long_chain_is_bounded_and_judged() {
    let chain = case("long-chain");
    let server = Server::tls(&chain);
    let outcome = against(&server, &chain, &["-vvv"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.took() < Duration::from_secs(5), "{outcome}");
    assert!(outcome.stdout.len() < 200_000, "{}", outcome.stdout.len());
}

#[test]
fn a_chain_that_is_too_large_is_told() {
    let mut chain = case("many-names");
    let root = chain.roots[0].clone();
    let leaf = chain.certs[0].clone();
    for _ in 0..8 {
        chain.certs.push(leaf.clone());
    }
    chain.certs.push(root);
    let server = Server::tls(&chain);
    let outcome = against(&server, &chain, &["--format", "json"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(
        found(&outcome, false),
        ["chain-too-large=critical"],
        "{outcome}"
    );
}

/// What is said before TLS is bounded as for every probe.
#[test]
fn endless_greetings_end() {
    for (name, word) in [
        ("imap", "* OK "),
        ("sieve", "\"A\" \""),
        ("pop3", "+OK "),
        ("smtp", "220 "),
    ] {
        let server = Server::serve(move |mut socket, _| {
            let _ = socket.write_all(word.as_bytes());
            let junk = [b'x'; 65536];
            while socket.write_all(&junk).is_ok() {}
        });
        let outcome = run(&server, &["-P", name, "--format", "json"]);
        assert_eq!(
            found(&outcome, false),
            ["limit-exceeded=critical"],
            "{name}\n{outcome}"
        );
    }
}

/// Endless lines of ManageSieve, and other protocols on its port.
#[test]
fn what_is_no_managesieve_is_told() {
    for (greeting, id) in [
        ("220 mail.example.test ESMTP\r\n", "protocol-error"),
        ("NO \"not now\"\r\n", "service-refused"),
        ("BYE (TRYLATER) \"later\"\r\n", "service-busy"),
        ("OK \"no starttls here\"\r\n", "starttls-missing"),
        ("{999999999}\r\n", "limit-exceeded"),
    ] {
        let server = Server::serve(move |mut socket, _| {
            let _ = socket.write_all(greeting.as_bytes());
            let _ = socket.read_to_end(&mut Vec::new());
        });
        let outcome = run(&server, &["-P", "sieve", "--format", "json"]);
        let ids = outcome.finding_ids();
        assert_eq!(ids, [id], "{greeting}\n{outcome}");
    }
}
