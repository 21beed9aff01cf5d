//! `--open-relay`: foreign to foreign, in every spelling, and nothing is sent.

use crate::check::{assert_finds, assert_ok, check, proven, text};
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::{End, Relaying, Sandbox, Scenario, Service};

#[test]
fn a_closed_relay() {
    let server = Sandbox::start(Scenario::smtp());
    let outcome = check(&server, &["--open-relay"]);
    assert_ok(&outcome);
    assert!(
        proven(&outcome).contains("relaying refused in 8 spellings"),
        "{outcome}"
    );
    // <mailprobe%example.net> was answered with 504: no address there, which is fine.
    assert!(outcome.stdout.contains("were not judged: 1"), "{outcome}");
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
fn what_is_no_refusal_proves_nothing() {
    for reply in [
        &b"252 2.1.5 cannot verify\r\n"[..],
        b"354 go on\r\n",
        b"500 5.5.1 unknown command\r\n",
        b"503 5.5.1 bad sequence\r\n",
        b"552 5.3.4 too big\r\n",
        b"554 5.3.0 disk full\r\n",
    ] {
        for phase in [Phase::Mail, Phase::Rcpt] {
            let fault = Fault::custom(Service::Smtp, phase, Action::Reply(reply));
            let server = Sandbox::start(Scenario::smtp().relaying(Relaying::Any).fault(fault));
            let outcome = check(&server, &["--open-relay"]);
            assert_finds(&outcome, 1, &["relay-unclear"]);
            let code = String::from_utf8_lossy(&reply[..3]).into_owned();
            assert!(text(&outcome, "relay-unclear").contains(&code), "{outcome}");
        }
    }
    // Before TLS nobody may send anything; behind it everybody may.
    let server = Sandbox::start(
        Scenario::smtp()
            .starttls()
            .require_tls()
            .relaying(Relaying::Any),
    );
    assert_finds(&check(&server, &["--open-relay"]), 1, &["relay-unclear"]);
    assert_finds(&check(&server, &["-S", "--open-relay"]), 2, &["open-relay"]);
}

#[test]
fn a_server_that_goes_has_not_refused() {
    for (reply, ids) in [
        (
            &b"421 4.7.0 too many errors\r\n"[..],
            ["relay-unclear", "service-busy"],
        ),
        (b"221 2.0.0 bye\r\n", ["relay-unclear", "service-refused"]),
    ] {
        let fault = Fault::custom(Service::Smtp, Phase::Rcpt, Action::ReplyClose(reply));
        let server = Sandbox::start(Scenario::smtp().relaying(Relaying::Any).fault(fault));
        let outcome = check(&server, &["--open-relay"]);
        let worst = if ids.contains(&"service-busy") { 1 } else { 2 };
        assert_finds(&outcome, worst, &ids);
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
