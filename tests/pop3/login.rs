//! Logins: which way is taken, and what a refusal is worth.

use std::io::{BufRead, BufReader, Write};

use crate::check::{assert_finds, assert_ok, assert_says, check, inside, verbs};
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::probe::Run;
use crate::sandbox::{Mechanism, Sandbox, Scenario, Service};

/// How a good login went, by the server's own log.
fn taken(scenario: Scenario, options: &[&str]) -> String {
    let server = Sandbox::start(scenario);
    let outcome = inside(&server, options);
    assert_ok(&outcome);
    let logins = server.session().logins;
    assert_eq!(logins.len(), 1, "{outcome}");
    logins[0].mechanism.clone()
}

#[test]
fn the_strongest_that_both_know() {
    let plain = || Scenario::pop3().mechanisms(&[Mechanism::Plain, Mechanism::Login]);
    assert_eq!(taken(Scenario::pop3(), &[]), "SCRAM-SHA-256");
    let cram = Scenario::pop3().mechanisms(&[Mechanism::Plain, Mechanism::CramMd5]);
    assert_eq!(taken(cram, &[]), "CRAM-MD5");
    // A digest goes before a password in clear, TLS or not.
    assert_eq!(taken(plain(), &[]), "APOP");
    assert_eq!(taken(plain().tls(), &["--tls"]), "APOP");
    assert_eq!(taken(plain().without("APOP"), &[]), "PLAIN");
    let user = || Scenario::pop3().mechanisms(&[]).without("APOP");
    assert_eq!(taken(user(), &[]), "PASS");
    assert_eq!(taken(user().tls(), &["--tls"]), "PASS");
}

/// Quirk `apop-timestamp-only`: qmail-popup greets with a timestamp and may not know APOP.
#[test]
fn a_timestamp_without_capa_is_no_offer_where_the_password_may_go() {
    let qmail = || Scenario::pop3().without("CAPA");
    assert_eq!(taken(qmail(), &[]), "PASS");
    assert_eq!(taken(qmail().tls(), &["--tls"]), "PASS");
    assert_eq!(taken(qmail().tls(), &["--tls", "-k"]), "PASS");
}

#[test]
fn every_way_by_name() {
    for (name, expected) in [
        ("user", "PASS"),
        ("apop", "APOP"),
        ("plain", "PLAIN"),
        ("LOGIN", "LOGIN"),
        ("CRAM-MD5", "CRAM-MD5"),
        ("scram-sha-1", "SCRAM-SHA-1"),
        ("SCRAM-SHA-256", "SCRAM-SHA-256"),
    ] {
        assert_eq!(taken(Scenario::pop3(), &["--auth", name]), expected);
    }
    let plus = ["--tls", "--auth", "SCRAM-SHA-256-PLUS"];
    assert_eq!(taken(Scenario::pop3().tls(), &plus), "SCRAM-SHA-256-PLUS");
    for name in ["XOAUTH2", "OAUTHBEARER"] {
        let server = Sandbox::start(Scenario::pop3().tls());
        let token = ["--tls", "--user", "probe", "--token-env", "TOKEN"];
        let outcome = check(&server, &[token.as_slice(), &["--auth", name]].concat());
        assert_ok(&outcome);
        assert_eq!(server.session().logins[0].mechanism, name);
    }
}

#[test]
fn a_login_that_must_be_refused() {
    let server = Sandbox::start(Scenario::pop3());
    let outcome = inside(&server, &["--reject-login"]);
    assert_finds(&outcome, 2, &["login-accepted"]);
    // Nothing is read that nobody asked for.
    assert!(!verbs(&server).contains(&"STAT".to_owned()));
    let wrong = ["--user", "probe", "--password", "nonesuch-Pass"];
    assert_finds(&check(&server, &wrong), 2, &["auth-rejected"]);
    for way in ["USER", "APOP", "PLAIN", "SCRAM-SHA-256"] {
        let outcome = check(
            &server,
            &[wrong.as_slice(), &["--auth", way, "--reject-login"]].concat(),
        );
        assert_ok(&outcome);
        assert_says(&outcome, "refused as it must be");
    }
}

#[test]
fn only_bad_credentials_are_a_refusal() {
    for (phase, reply, refused) in [
        (Phase::Login, &b"-ERR [AUTH] no\r\n"[..], true),
        (Phase::Login, b"-ERR login failed\r\n", true),
        (Phase::Login, b"-ERR internal error\r\n", false),
        (Phase::Login, b"-ERR unknown command\r\n", false),
        (Phase::Login, b"-ERR [UTF8] no\r\n", false),
    ] {
        let fault = Fault::custom(Service::Pop3, phase, Action::Reply(reply));
        let server = Sandbox::start(Scenario::pop3().fault(fault));
        let outcome = inside(&server, &["--auth", "USER", "--reject-login"]);
        if refused {
            assert_ok(&outcome);
        } else {
            assert_finds(&outcome, 2, &["auth-missing"]);
            assert_says(&outcome, "could not be tried");
        }
    }
}

/// To USER, before the password was told, nothing but `[AUTH]` is about the login.
#[test]
fn a_name_that_is_not_wanted_is_not_a_refused_login() {
    for (reply, refused) in [
        ("-ERR [AUTH] no\r\n", true),
        ("-ERR never heard of mrose\r\n", false),
        ("-ERR unknown command USER\r\n", false),
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"+OK ready\r\n").unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in lines.map_while(Result::ok) {
                let answer = match line.split(' ').next() {
                    Some("USER") => reply,
                    Some("CAPA") => "+OK\r\nUSER\r\n.\r\n",
                    _ => "+OK\r\n",
                };
                if stream.write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
        });
        let outcome = Run::new("check_pop3")
            .args(["-H", "127.0.0.1", "-p", &port, "-t", "8"])
            .args([
                "--format",
                "json",
                "--user",
                "mrose",
                "--password",
                "tanstaaf",
            ])
            .args(["--reject-login"])
            .run();
        server.join().unwrap();
        if refused {
            assert_ok(&outcome);
        } else {
            assert_finds(&outcome, 2, &["auth-missing"]);
        }
    }
}

#[test]
fn response_codes_say_what_is_wrong() {
    for (fault, code, id, words) in [
        (
            "auth-err-in-use",
            2,
            "mailbox-locked",
            "mailbox of \"probe\" is locked by another session: -ERR [IN-USE]",
        ),
        (
            "auth-err-login-delay",
            1,
            "login-delay",
            "wants a longer pause between logins of \"probe\"",
        ),
        (
            "auth-sys-temp",
            2,
            "auth-unavailable",
            "cannot check the login of \"probe\" now: -ERR [SYS/TEMP]",
        ),
        (
            "auth-sys-perm",
            2,
            "mailbox-broken",
            "cannot open the mailbox of \"probe\": -ERR [SYS/PERM]",
        ),
        (
            "auth-err-auth",
            2,
            "auth-rejected",
            "refused the login of \"probe\": -ERR [AUTH]",
        ),
    ] {
        for way in ["USER", "APOP", "PLAIN", "SCRAM-SHA-256"] {
            let server = Sandbox::start(Scenario::pop3().fault_named(fault));
            let outcome = inside(&server, &["--auth", way]);
            assert_finds(&outcome, code, &[id]);
            assert_says(&outcome, words);
        }
    }
    // Only who knows the password is told of the lock.
    let server = Sandbox::start(Scenario::pop3().fault_named("auth-err-in-use"));
    let outcome = inside(&server, &["--reject-login"]);
    assert_finds(&outcome, 2, &["login-accepted"]);
}

#[test]
fn what_cannot_be_tried_says_why() {
    let server = Sandbox::start(Scenario::pop3().without("APOP"));
    let outcome = inside(&server, &["--auth", "APOP"]);
    assert_finds(&outcome, 2, &["auth-missing"]);
    assert_says(&outcome, "no timestamp");
    let server = Sandbox::start(
        Scenario::pop3()
            .mechanisms(&[])
            .without("APOP")
            .without("USER"),
    );
    let outcome = inside(&server, &[]);
    assert_finds(&outcome, 2, &["auth-missing"]);
    assert_says(&outcome, "offers no authentication here");
    let server = Sandbox::start(Scenario::pop3());
    let token = ["--user", "probe", "--token-env", "TOKEN", "--auth", "USER"];
    let outcome = check(&server, &token);
    assert_eq!(outcome.code, Some(3), "{outcome}");
}
