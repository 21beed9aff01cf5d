//! Logins: every mechanism, with and without an initial response, the LOGIN command, refusals, audits.

use crate::check::{assert_finds, assert_ok, assert_says, check, commands, imap, inside};
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::{Mechanism, PASSWORD, Sandbox, Scenario, Service};

#[test]
fn every_mechanism_with_and_without_an_initial_response() {
    for initial in [true, false] {
        for mechanism in Mechanism::ALL {
            let name = mechanism.name();
            let mut scenario = Scenario::imap().tls().mechanisms(&[mechanism]);
            if !initial {
                scenario = scenario.without("SASL-IR");
            }
            if name == "EXTERNAL" {
                continue;
            }
            let server = Sandbox::start(scenario);
            let secret = if name.contains("OAUTH") {
                ["--token-env", "TOKEN"]
            } else {
                ["--password-env", "PASSWORD"]
            };
            let outcome = check(
                &server,
                &[["--tls", "--user", "probe"].as_slice(), &secret].concat(),
            );
            assert_ok(&outcome);
            assert_says(&outcome, &format!("login as \"probe\" by {name}"));
            assert_eq!(commands(&server), ["AUTHENTICATE", "LOGOUT"]);
            let login = &server.session().logins[0];
            assert!(login.accepted && login.mechanism == name, "{login:?}");
        }
    }
}

#[test]
fn the_login_command_is_the_last_resort() {
    let server = Sandbox::start(Scenario::imap().mechanisms(&[]));
    let outcome = inside(&server, &[]);
    assert_ok(&outcome);
    assert_says(&outcome, "by LOGIN command");
    // It is asked whether there is really no mechanism.
    assert_eq!(commands(&server), ["CAPABILITY", "LOGIN", "LOGOUT"]);
    let server = Sandbox::start(Scenario::imap());
    assert_ok(&inside(&server, &["--auth", "login-command"]));
    assert_eq!(commands(&server), ["LOGIN", "LOGOUT"]);
    assert!(server.lines()[0].contains(&format!("\"{PASSWORD}\"")));
}

#[test]
fn names_and_passwords_beyond_ascii_go_as_literals() {
    for (scenario, announced) in [
        (Scenario::imap(), "{7+}"),
        (Scenario::imap().without("LITERAL+"), "{7}"),
    ] {
        let server = Sandbox::start(scenario);
        let outcome = imap(&server)
            .args(["--format", "json", "-vvv", "--auth", "LOGIN-COMMAND"])
            .args(["--user", "jürgen", "--password-env", "OTHER"])
            .env("OTHER", "gräßlich \"geheim\"")
            .run();
        assert_finds(&outcome, 2, &["auth-rejected"]);
        assert!(!outcome.reveals("gräßlich"), "{outcome}");
        assert!(!outcome.reveals("geheim"), "{outcome}");
        let received = String::from_utf8(server.session().received).unwrap();
        assert!(received.contains(announced), "{received}");
        assert!(received.contains("gräßlich \"geheim\""), "{received}");
    }
}

#[test]
fn refusals() {
    let server = Sandbox::start(Scenario::imap());
    let wrong = |more: &[&str]| {
        let args = ["--user", "probe", "--password", "wrong-Pass"];
        check(&server, &[args.as_slice(), more].concat())
    };
    for how in [
        "PLAIN",
        "LOGIN",
        "CRAM-MD5",
        "SCRAM-SHA-256",
        "LOGIN-COMMAND",
    ] {
        let outcome = wrong(&["--auth", how]);
        assert_finds(&outcome, 2, &["auth-rejected"]);
        assert_says(&outcome, "NO [AUTHENTICATIONFAILED]");
        assert_ok(&wrong(&["--auth", how, "--reject-login"]));
    }
    assert_finds(
        &inside(&server, &["--reject-login"]),
        2,
        &["login-accepted"],
    );
    for (fault, code, id) in [
        ("auth-no-expired", 2, "auth-rejected"),
        ("auth-no-unavailable", 2, "auth-unavailable"),
        ("auth-ok-alert", 1, "server-alert"),
    ] {
        let server = Sandbox::start(Scenario::imap().fault_named(fault));
        assert_finds(&inside(&server, &[]), code, &[id]);
    }
    let server = Sandbox::start(Scenario::imap().fault_named("auth-no-expired"));
    let outcome = inside(&server, &[]);
    assert!(outcome.stdout.contains("password has expired"), "{outcome}");
}

#[test]
fn only_bad_credentials_are_a_refusal() {
    for (reply, refused) in [
        (&b"{tag} NO [AUTHENTICATIONFAILED] no\r\n"[..], true),
        (b"{tag} NO [EXPIRED] no\r\n", true),
        (b"{tag} NO login failed, try again\r\n", true),
        (b"{tag} BAD command unknown\r\n", false),
        (b"{tag} NO internal server error\r\n", false),
        (b"{tag} NO [SERVERBUG] oops\r\n", false),
        (b"{tag} NO [CONTACTADMIN] oops\r\n", false),
        (b"{tag} NO [PRIVACYREQUIRED] TLS first\r\n", false),
    ] {
        for how in ["PLAIN", "LOGIN-COMMAND"] {
            let fault = Fault::custom(Service::Imap, Phase::Login, Action::Reply(reply));
            let server = Sandbox::start(Scenario::imap().fault(fault));
            let outcome = inside(&server, &["--auth", how, "--reject-login"]);
            if refused {
                assert_ok(&outcome);
            } else {
                assert_finds(&outcome, 2, &["auth-missing"]);
                assert_says(&outcome, "could not be tried");
            }
        }
    }
}

#[test]
fn login_disabled_is_respected() {
    let scenario = || Scenario::imap().starttls().login_disabled();
    let server = Sandbox::start(scenario());
    let outcome = inside(&server, &["--auth", "LOGIN-COMMAND"]);
    assert_finds(&outcome, 2, &["auth-missing"]);
    assert_says(&outcome, "LOGINDISABLED");
    assert!(!commands(&server).contains(&"LOGIN".to_owned()));
    let server = Sandbox::start(scenario());
    assert_ok(&inside(&server, &["--starttls", "--auth", "LOGIN-COMMAND"]));
}

#[test]
fn what_a_server_allows_before_tls() {
    let audit = |scenario: Scenario, more: &[&str]| {
        let server = Sandbox::start(scenario);
        let outcome = check(&server, &[["--audit-plaintext"].as_slice(), more].concat());
        let logins = server.session().logins;
        assert!(logins.iter().all(|login| !login.accepted), "{logins:?}");
        outcome
    };
    assert_ok(&audit(Scenario::imap().starttls().login_disabled(), &[]));
    assert_ok(&audit(
        Scenario::imap().starttls().login_disabled(),
        &["--starttls"],
    ));
    let outcome = audit(Scenario::imap(), &[]);
    assert_finds(&outcome, 2, &["plaintext-auth", "starttls-missing"]);
    let outcome = audit(Scenario::imap().starttls().auth_before_tls(), &[]);
    assert_finds(&outcome, 2, &["plaintext-auth"]);
    assert_says(&outcome, "the LOGIN command");
    assert_ok(&audit(Scenario::imap().tls(), &["--tls"]));
}

#[test]
fn a_password_does_not_go_over_what_is_not_verified() {
    let server = Sandbox::start(Scenario::imap().tls().mechanisms(&[Mechanism::Plain]));
    // Loopback is nobody else's business, so that this is asked of the option only.
    assert_ok(&inside(&server, &["--tls", "-k"]));
    let outcome = inside(&server, &["--tls", "--tls-name", "www.example.org"]);
    assert_finds(&outcome, 2, &["cert-name-mismatch"]);
    assert!(server.sessions()[1].logins.is_empty());
}

/// A server that reads nothing and has all its answers ready is no server.
#[test]
fn answers_that_come_before_the_question_are_none() {
    let canned = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\na1 OK in\r\n* STATUS INBOX (MESSAGES 5)\r\na2 OK done\r\n";
    let fault = Fault::custom(Service::Imap, Phase::Greeting, Action::Reply(canned));
    let server = Sandbox::start(Scenario::imap().fault(fault));
    let outcome = inside(&server, &["--mailbox", "INBOX"]);
    assert_finds(&outcome, 2, &["protocol-error"]);
}
