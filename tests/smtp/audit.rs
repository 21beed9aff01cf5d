//! What passes before TLS: `--audit-plaintext`, `--require-tls`.

use crate::check::{assert_finds, assert_ok, check, proven, text};
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::{End, Mechanism, Sandbox, Scenario, Service};

#[test]
fn a_server_that_keeps_secrets_for_tls() {
    let server = Sandbox::start(Scenario::smtp().starttls().require_tls());
    for options in [
        &["--audit-plaintext", "--require-tls"][..],
        &["--audit-plaintext", "--require-tls", "-S"],
        &["-S", "--audit-plaintext"],
        &["--require-tls"],
    ] {
        assert_ok(&check(&server, options));
    }
    let both = check(&server, &["--audit-plaintext", "--require-tls"]);
    let said = proven(&both);
    assert!(
        said.contains("no clear-text login before TLS") && said.contains("no MAIL before TLS"),
        "{said}"
    );
    for session in server.sessions() {
        assert_eq!(session.end, End::Polite);
        assert!(session.logins.is_empty());
    }
}

#[test]
fn auth_before_tls() {
    let server = Sandbox::start(Scenario::smtp().starttls().auth_before_tls());
    let outcome = check(&server, &["--audit-plaintext"]);
    assert_finds(&outcome, 2, &["plaintext-auth"]);
    assert!(
        text(&outcome, "plaintext-auth").contains("PLAIN LOGIN"),
        "{outcome}"
    );
    assert_finds(
        &check(&server, &["--audit-plaintext", "-S"]),
        2,
        &["plaintext-auth"],
    );
    // Mechanisms that do not tell the password are no leak.
    let safe = Sandbox::start(
        Scenario::smtp()
            .starttls()
            .auth_before_tls()
            .mechanisms(&[Mechanism::CramMd5, Mechanism::ScramSha256]),
    );
    assert_ok(&check(&safe, &["--audit-plaintext"]));
}

#[test]
fn what_is_not_offered_but_accepted_is_found_too() {
    // AUTH is hidden from EHLO and works all the same.
    let server = Sandbox::start(Scenario::smtp().without("AUTH"));
    let outcome = check(
        &server,
        &["--audit-plaintext", "--on", "starttls-missing=ok"],
    );
    assert_finds(&outcome, 2, &["plaintext-auth"]);
    assert!(
        text(&outcome, "plaintext-auth").contains("does not offer"),
        "{outcome}"
    );
    let lines = server.lines();
    assert!(
        lines.contains(&"AUTH LOGIN".to_owned()) && lines.contains(&"*".to_owned()),
        "{lines:?}"
    );
    assert_eq!(server.session().end, End::Polite);
}

#[test]
fn a_server_that_does_not_answer_is_not_audited() {
    for (reply, id) in [
        (&b"421 4.3.2 shutting down\r\n"[..], "service-busy"),
        (b"221 2.0.0 bye\r\n", "service-refused"),
        (b"454 4.7.0 no user database\r\n", "auth-unavailable"),
    ] {
        let fault = Fault::custom(Service::Smtp, Phase::Auth, Action::ReplyClose(reply));
        let server = Sandbox::start(Scenario::smtp().without("AUTH").fault(fault));
        let outcome = check(
            &server,
            &["--audit-plaintext", "--on", "starttls-missing=ok"],
        );
        assert!(outcome.finding_ids().contains(&id.to_owned()), "{outcome}");
        assert!(!proven(&outcome).contains("login before TLS"), "{outcome}");
    }
    for (reply, code, id) in [
        (&b"421 4.3.2 shutting down\r\n"[..], 1, "service-busy"),
        (b"221 2.0.0 bye\r\n", 2, "service-refused"),
        (b"450 4.7.1 greylisted\r\n", 1, "sender-deferred"),
        (b"354 go on\r\n", 2, "plaintext-mail"),
    ] {
        let fault = Fault::custom(Service::Smtp, Phase::Mail, Action::Reply(reply));
        let server = Sandbox::start(Scenario::smtp().fault(fault));
        let outcome = check(&server, &["--require-tls"]);
        assert_finds(&outcome, code, &[id]);
        assert!(!proven(&outcome).contains("MAIL before TLS"), "{outcome}");
    }
}

#[test]
fn no_starttls_at_all() {
    let server = Sandbox::start(Scenario::smtp().mechanisms(&[]));
    for options in [&["--audit-plaintext"][..], &["--audit-plaintext", "-S"]] {
        assert_finds(&check(&server, options), 1, &["starttls-missing"]);
    }
}

#[test]
fn mail_before_tls() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let outcome = check(&server, &["--require-tls"]);
    assert_finds(&outcome, 2, &["plaintext-mail"]);
    assert!(
        text(&outcome, "plaintext-mail").contains("250"),
        "{outcome}"
    );
    // The transaction is taken back before the dialogue goes on.
    let more = check(
        &server,
        &["--require-tls", "-S", "--to", "probe@example.test"],
    );
    assert_finds(&more, 2, &["plaintext-mail"]);
    for session in server.sessions() {
        assert_eq!(session.end, End::Polite);
    }
}

#[test]
fn inside_tls_there_is_nothing_to_audit() {
    let server = Sandbox::start(Scenario::smtp().tls());
    assert_ok(&check(
        &server,
        &["-s", "--audit-plaintext", "--require-tls"],
    ));
    assert_eq!(server.lines().len(), 2);
}
