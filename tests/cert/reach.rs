//! Every protocol to TLS and politely out again, with one connection.

use std::sync::atomic::Ordering;

use crate::check::{Files, against, found};
use crate::sandbox::pki::case;
use crate::sandbox::probe::Run;
use crate::server::Server;

/// Protocol, behind STARTTLS, the word for `-P`, what is said inside TLS at the end.
const WAYS: [(&str, bool, &str, &str); 11] = [
    ("smtp", true, "smtp", "QUIT"),
    ("smtp", true, "submission", "QUIT"),
    ("smtp", false, "smtps", "QUIT"),
    ("lmtp", true, "lmtp", "QUIT"),
    ("imap", true, "imap", "LOGOUT"),
    ("imap", false, "imaps", "LOGOUT"),
    ("pop3", true, "pop3", "QUIT"),
    ("pop3", false, "pop3s", "QUIT"),
    ("sieve", true, "sieve", "LOGOUT"),
    ("sieve", false, "sieves", "LOGOUT"),
    ("tls", false, "tls", ""),
];

#[test]
fn every_protocol_leads_to_tls_and_out_again() {
    let chain = case("good");
    for (protocol, starttls, name, farewell) in WAYS {
        let server = Server::start(&chain, protocol, starttls, |_| {});
        let outcome = against(&server, &chain, &["-P", name, "-vvv"]);
        assert_eq!(outcome.code, Some(0), "{name}\n{outcome}");
        let line = outcome.stdout.lines().next().unwrap();
        let start = format!("CERT OK - mail.example.test:{} valid until ", server.port);
        assert!(line.starts_with(&start), "{line}");
        assert!(
            line.contains(
                "63 d left, TLSv1.3 X25519 TLS_AES_256_GCM_SHA384, chain of 3 verified | expires="
            ),
            "{line}"
        );
        assert_eq!(server.connections(), 1, "{name}");
        let lines = server.heard.lines.lock().unwrap().clone();
        if farewell.is_empty() {
            assert_eq!(lines, Vec::<String>::new(), "{name}");
        } else {
            assert!(
                lines.len() == 1 && lines[0].contains(farewell),
                "{name}: {lines:?}"
            );
        }
        assert_eq!(
            server.heard.closed.load(Ordering::SeqCst),
            1,
            "{name}: no close_notify\n{outcome}"
        );
        let names = server.heard.names.lock().unwrap().clone();
        assert_eq!(names, [Some("mail.example.test".to_owned())]);
    }
}

#[test]
fn a_port_may_say_its_protocol() {
    let chain = case("good");
    let imap = Server::start(&chain, "imap", true, |_| {});
    let sieve = Server::start(&chain, "sieve", true, |_| {});
    let tls = Server::tls(&chain);
    let ports = format!("{}:imap,{}:sieve,{}:tls", imap.port, sieve.port, tls.port);
    let outcome = against(&imap, &chain, &["-p", &ports]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(
        outcome.stdout.starts_with("CERT OK - 3 targets ok: "),
        "{outcome}"
    );
}

#[test]
fn the_server_name_can_be_chosen() {
    let chain = case("good");
    for (options, expected) in [
        (
            &["--sni", "other.example.test"][..],
            Some("other.example.test"),
        ),
        (&["--sni", "none"], None),
        (&["--tls-name", "localhost"], Some("localhost")),
        (
            &["--tls-name", "localhost", "--sni", "b.example.test"],
            Some("b.example.test"),
        ),
    ] {
        let server = Server::tls(&chain);
        let outcome = against(&server, &chain, options);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        let names = server.heard.names.lock().unwrap().clone();
        assert_eq!(names, [expected.map(str::to_owned)], "{options:?}");
    }
}

#[test]
fn an_address_sends_no_server_name_and_must_stand_in_the_certificate() {
    let chain = case("good");
    let server = Server::tls(&chain);
    let files = Files::new();
    let roots = files.write("roots.pem", &chain.roots_pem());
    let port = server.port.to_string();
    let run = |host: &str| {
        Run::new("check_cert")
            .args(["-H", host, "-p", &port, "-r", &roots, "--format", "json"])
            .run()
    };
    let outcome = run("127.0.0.1");
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(server.heard.names.lock().unwrap().clone(), [None]);
    let other = Server::tls(&case("wrong-name"));
    let port = other.port.to_string();
    let outcome = Run::new("check_cert")
        .args([
            "-H",
            "127.0.0.1",
            "-p",
            &port,
            "-r",
            &roots,
            "--format",
            "json",
        ])
        .run();
    assert_eq!(
        found(&outcome, false),
        ["cert-name-mismatch=critical"],
        "{outcome}"
    );
}

#[test]
fn the_phases_are_numbers() {
    let chain = case("good");
    let server = Server::start(&chain, "smtp", true, |_| {});
    let outcome = against(&server, &chain, &["-P", "smtp", "--format", "json"]);
    for label in [
        "time",
        "connect",
        "greeting",
        "ehlo",
        "starttls",
        "tls",
        "lifetime_left",
        "chain_length",
        "key_bits",
        "cipher_bits",
    ] {
        assert!(outcome.metric(label).is_some(), "{label}\n{outcome}");
    }
    assert_eq!(outcome.metric("key_bits"), Some(256.0));
    assert_eq!(outcome.metric("chain_length"), Some(2.0));
}

#[test]
fn a_server_without_starttls_has_no_certificate_to_show() {
    let server = Server::serve(|mut socket, _| {
        use std::io::{Read, Write};
        let _ = socket.write_all(b"220 x ESMTP\r\n");
        let mut buffer = [0; 512];
        let _ = socket.read(&mut buffer);
        let _ = socket.write_all(b"250-x\r\n250 HELP\r\n");
        let _ = socket.read(&mut buffer);
        let _ = socket.write_all(b"221 bye\r\n");
    });
    let outcome = against(&server, &case("good"), &["-P", "smtp", "--format", "json"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(
        found(&outcome, false),
        ["starttls-missing=critical"],
        "{outcome}"
    );
}

#[test]
fn plain_text_before_the_handshake_is_told() {
    let server = Server::serve(|mut socket, _| {
        use std::io::{Read, Write};
        let mut buffer = [0; 512];
        let _ = socket.write_all(b"220 x ESMTP\r\n");
        let _ = socket.read(&mut buffer);
        let _ = socket.write_all(b"250-x\r\n250 STARTTLS\r\n");
        let _ = socket.read(&mut buffer);
        let _ = socket.write_all(b"220 go\r\n250 injected\r\n");
        let _ = socket.read(&mut buffer);
    });
    let outcome = against(&server, &case("good"), &["-P", "smtp", "--format", "json"]);
    assert_eq!(
        found(&outcome, false),
        ["starttls-injection=critical"],
        "{outcome}"
    );
}
