//! LMTP, over TCP and over a unix socket.

use crate::check::{assert_finds, assert_ok, check, proven};
use crate::sandbox::{End, Listen, Sandbox, Scenario};

fn listening(listen: Listen) -> Sandbox {
    Sandbox::start(Scenario::lmtp().listen(listen))
}

#[test]
fn over_tcp_and_over_a_socket() {
    for listen in [Listen::V4, Listen::V6, Listen::Unix] {
        for option in ["-L", "--lmtp"] {
            let server = listening(listen);
            let outcome = check(&server, &[option]);
            assert_ok(&outcome);
            assert_eq!(outcome.json()["service"], "LMTP");
            let lines = server.lines();
            assert!(lines[0].starts_with("LHLO "), "{lines:?}");
            assert_eq!(server.session().end, End::Polite);
        }
    }
}

#[test]
fn recipients_of_the_mail_store() {
    for listen in [Listen::V4, Listen::Unix] {
        let server = listening(listen);
        let outcome = check(
            &server,
            &[
                "-L",
                "--to",
                "probe@example.test",
                "--reject-to",
                "nobody@example.test",
            ],
        );
        assert_ok(&outcome);
        let full = check(&server, &["-L", "--to", "full@example.test"]);
        assert_finds(&full, 1, &["recipient-deferred"]);
        let unknown = check(&server, &["-L", "--to", "nobody@example.test"]);
        assert_finds(&unknown, 2, &["recipient-rejected"]);
    }
}

#[test]
fn starttls_and_tls() {
    for listen in [Listen::V4, Listen::Unix] {
        let starttls = Sandbox::start(Scenario::lmtp().starttls().listen(listen));
        let outcome = check(&starttls, &["-L", "-S"]);
        assert_ok(&outcome);
        assert!(proven(&outcome).contains("STARTTLS verified"), "{outcome}");
        let tls = Sandbox::start(Scenario::lmtp().tls().listen(listen));
        assert_ok(&check(&tls, &["-L", "-s"]));
        // A socket has no name; the certificate may be asked for under one.
        let other = check(&tls, &["-L", "-s", "--tls-name", "mail.example.test"]);
        assert_ok(&other);
        let wrong = check(&tls, &["-L", "-s", "--tls-name", "mx.example.org"]);
        assert_finds(&wrong, 2, &["cert-name-mismatch"]);
    }
}

#[test]
fn the_wrong_protocol_is_critical() {
    let lmtp = listening(Listen::V4);
    assert_finds(&check(&lmtp, &[]), 2, &["service-refused"]);
    let smtp = Sandbox::start(Scenario::smtp());
    assert_finds(&check(&smtp, &["-L"]), 2, &["service-refused"]);
    for server in [lmtp, smtp] {
        assert_eq!(server.session().end, End::Polite);
    }
}

#[test]
fn a_socket_that_nobody_serves() {
    let dead = Sandbox::start(Scenario::lmtp().listen(Listen::Unix).fault_named("refused"));
    assert_finds(&check(&dead, &["-L"]), 2, &["connect-refused"]);
    let outcome = crate::sandbox::probe::Run::new("check_smtp")
        .args(["-L", "-H", "/nonexistent/lmtp", "--format", "json"])
        .run();
    assert_finds(&outcome, 2, &["connect-failed"]);
    let full = Sandbox::start(
        Scenario::lmtp()
            .listen(Listen::Unix)
            .fault_named("black-hole"),
    );
    let outcome = crate::sandbox::probe::Run::new("check_smtp")
        .args(["-L", "-H", &full.host(), "--format", "json", "-t", "700ms"])
        .run_within(std::time::Duration::from_millis(950));
    assert!(outcome.code == Some(2), "{outcome}");
}
