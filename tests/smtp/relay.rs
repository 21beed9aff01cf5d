//! `--open-relay`: foreign to foreign, in every spelling, and nothing is sent.

use crate::check::{assert_finds, assert_ok, check, proven, text};
use crate::sandbox::{End, Relaying, Sandbox, Scenario};

#[test]
fn a_closed_relay() {
    let server = Sandbox::start(Scenario::smtp());
    let outcome = check(&server, &["--open-relay"]);
    assert_ok(&outcome);
    assert!(
        proven(&outcome).contains("relaying refused in 9 spellings"),
        "{outcome}"
    );
    let lines = server.lines();
    assert!(!lines.iter().any(|line| line == "DATA"));
    let mails = lines.iter().filter(|line| line.starts_with("MAIL")).count();
    let resets = lines.iter().filter(|line| *line == "RSET").count();
    assert_eq!(mails, resets);
    assert_eq!(server.session().end, End::Polite);
    // Nobody's domains (RFC 2606) and the server's own.
    for line in lines.iter().filter(|line| line.starts_with("RCPT")) {
        let known = ["example.net", "mailprobe-no-such-user"];
        assert!(known.iter().any(|name| line.contains(name)), "{line}");
    }
}

#[test]
fn each_way_to_be_open() {
    for (relaying, spelling) in [
        (Relaying::Any, "to <mailprobe@example.net>"),
        (
            Relaying::Percent,
            "to <mailprobe%example.net@mail.example.test>",
        ),
        (Relaying::Bang, "to <example.net!mailprobe>"),
        (
            Relaying::Quoted,
            "to <\"mailprobe@example.net\"@mail.example.test>",
        ),
        (
            Relaying::SourceRoute,
            "to <@mail.example.test:mailprobe@example.net>",
        ),
    ] {
        let server = Sandbox::start(Scenario::smtp().relaying(relaying));
        let outcome = check(&server, &["--open-relay"]);
        assert_finds(&outcome, 2, &["open-relay"]);
        let text = text(&outcome, "open-relay");
        assert!(text.contains(spelling), "{text}");
        assert_eq!(server.session().end, End::Polite);
        assert!(!server.lines().iter().any(|line| line == "DATA"));
    }
}

#[test]
fn temporary_answers_prove_nothing() {
    for fault in ["rcpt-450", "mail-450"] {
        let server = Sandbox::start(Scenario::smtp().fault_named(fault));
        let outcome = check(&server, &["--open-relay"]);
        assert_finds(&outcome, 1, &["relay-unclear"]);
        assert!(text(&outcome, "relay-unclear").contains("450"), "{outcome}");
    }
}

#[test]
fn it_is_asked_before_the_login_and_beside_everything_else() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let outcome = check(
        &server,
        &[
            "-S",
            "--open-relay",
            "-U",
            "probe",
            "--password-env",
            "PASSWORD",
            "--to",
            "user@example.net",
        ],
    );
    // Who is logged in may relay: that is no open relay.
    assert_ok(&outcome);
    let lines = server.lines();
    let last_mail = lines
        .iter()
        .rposition(|line| line.starts_with("MAIL"))
        .unwrap();
    let login = lines
        .iter()
        .position(|line| line.starts_with("AUTH"))
        .unwrap();
    let first_mail = lines
        .iter()
        .position(|line| line.starts_with("MAIL"))
        .unwrap();
    assert!(first_mail < login && login < last_mail, "{lines:?}");
}

#[test]
fn a_server_that_wants_a_login_first_is_closed() {
    let server = Sandbox::start(Scenario::smtp().require_auth());
    assert_ok(&check(&server, &["--open-relay"]));
}
