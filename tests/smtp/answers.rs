//! Answers that nobody asked for, and answers that say neither yes nor no: none of them proves anything.

use crate::check::{assert_finds, assert_ok, check, text};
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::probe::Outcome;
use crate::sandbox::{Sandbox, Scenario, Service};

const ENVELOPE: [&str; 4] = ["--from", "a@example.org", "--to", "probe@example.test"];

fn at(phase: Phase, action: Action, options: &[&str]) -> Outcome {
    let fault = Fault::custom(Service::Smtp, phase, action);
    check(&Sandbox::start(Scenario::smtp().fault(fault)), options)
}

#[test]
fn answers_that_came_before_the_question() {
    // MAIL, RCPT and RSET were all said yes to before they were sent.
    let canned = b"250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.0.0 ok\r\n";
    for without in ["", "PIPELINING"] {
        let fault = Fault::custom(Service::Smtp, Phase::Capability, Action::After(canned));
        let server = Sandbox::start(Scenario::smtp().without(without).fault(fault));
        let outcome = check(&server, &ENVELOPE);
        assert_finds(&outcome, 2, &["protocol-error"]);
        let text = text(&outcome, "protocol-error");
        assert!(
            text.contains("\"250 2.1.0 ok\" without being asked"),
            "{text}"
        );
        let lines = server.lines();
        assert!(
            !lines.iter().any(|line| line.starts_with("MAIL")),
            "{lines:?}"
        );
    }
}

#[test]
fn what_came_before_quit_is_looked_at() {
    for (said, code, id) in [
        (&b"421 4.3.2 shutting down\r\n"[..], 1, "service-busy"),
        (b"221 2.0.0 bye\r\n", 2, "protocol-error"),
        (b"250 2.0.0 ok\r\n", 2, "protocol-error"),
        (b"42", 2, "protocol-error"),
    ] {
        let outcome = at(Phase::Capability, Action::After(said), &[]);
        assert_finds(&outcome, code, &[id]);
    }
    // The same before any other command.
    let goes = Action::After(b"421 4.3.2 shutting down\r\n");
    assert_finds(
        &at(Phase::Capability, goes, &ENVELOPE),
        1,
        &["service-busy"],
    );
    // After the login it is not the login's fault.
    let login = ["-U", "probe", "--password-env", "PASSWORD"];
    assert_finds(&at(Phase::Login, goes, &login), 1, &["service-busy"]);
    // A server that refuses to serve, as expected, may say that it goes.
    let refuses = Action::Reply(b"554 no service\r\n421 4.3.2 bye\r\n");
    assert_ok(&at(Phase::Greeting, refuses, &["-e", "554"]));
}

#[test]
fn the_answer_to_rset() {
    let goes = Action::ReplyClose(b"421 4.3.2 shutting down\r\n");
    for without in ["", "PIPELINING"] {
        let fault = Fault::custom(Service::Smtp, Phase::Rset, goes);
        let server = Sandbox::start(Scenario::smtp().without(without).fault(fault));
        // What was said of the recipients holds.
        let outcome = check(
            &server,
            &["--to", "probe@example.test", "--to", "nobody@example.test"],
        );
        assert_finds(&outcome, 2, &["recipient-rejected", "service-busy"]);
    }
    let odd = Action::Reply(b"502 5.5.1 not implemented\r\n");
    let outcome = at(Phase::Rset, odd, &ENVELOPE);
    assert_ok(&outcome);
    assert!(
        outcome.stdout.contains("RSET answered with 502 5.5.1"),
        "{outcome}"
    );
}

#[test]
fn hello_is_answered_with_250() {
    for (reply, id) in [
        (&b"220 hello\r\n"[..], "protocol-error"),
        (b"251 hello\r\n", "protocol-error"),
        (b"354 go on\r\n", "protocol-error"),
        (b"221 bye\r\n", "service-refused"),
    ] {
        let outcome = at(Phase::Capability, Action::Reply(reply), &[]);
        assert_finds(&outcome, 2, &[id]);
        let fault = Fault::custom(Service::Lmtp, Phase::Capability, Action::Reply(reply));
        let server = Sandbox::start(Scenario::lmtp().fault(fault));
        assert_finds(&check(&server, &["-L"]), 2, &[id]);
    }
}

#[test]
fn the_envelope_is_accepted_with_250_and_251() {
    for (phase, reply, id) in [
        (
            Phase::Mail,
            &b"251 will forward\r\n"[..],
            Some("sender-rejected"),
        ),
        (Phase::Mail, b"354 go on\r\n", Some("sender-rejected")),
        (Phase::Mail, b"221 bye\r\n", Some("service-refused")),
        (Phase::Rcpt, b"251 will forward\r\n", None),
        (
            Phase::Rcpt,
            b"252 cannot verify\r\n",
            Some("recipient-rejected"),
        ),
        (Phase::Rcpt, b"354 go on\r\n", Some("recipient-rejected")),
        (Phase::Rcpt, b"221 bye\r\n", Some("service-refused")),
    ] {
        for options in [&ENVELOPE[..], &[&ENVELOPE[..], &["-C", "NOOP"]].concat()] {
            let outcome = at(phase, Action::Reply(reply), options);
            let Some(id) = id else {
                assert_ok(&outcome);
                continue;
            };
            assert_finds(&outcome, 2, &[id]);
            let code = String::from_utf8_lossy(&reply[..3]).into_owned();
            assert!(text(&outcome, id).contains(&code), "{outcome}");
        }
    }
    let vague = at(
        Phase::Rcpt,
        Action::Reply(b"252 cannot verify\r\n"),
        &["--to", "probe@example.test"],
    );
    let said = text(&vague, "recipient-rejected");
    assert!(said.contains("with 250 or 251 but says: 252"), "{said}");
}

#[test]
fn who_was_not_understood_has_refused_nobody() {
    for reply in [
        &b"252 cannot verify\r\n"[..],
        b"500 5.5.1 unknown command\r\n",
        b"503 5.5.1 bad sequence\r\n",
    ] {
        let outcome = at(
            Phase::Rcpt,
            Action::Reply(reply),
            &["--reject-to", "probe@example.test"],
        );
        assert_finds(&outcome, 2, &["recipient-accepted"]);
        let said = text(&outcome, "recipient-accepted");
        assert!(said.contains("does not refuse mail for"), "{said}");
    }
}

#[test]
fn a_script_that_is_cut_off_is_not_ok() {
    // RSET is what the script sends here.
    let goes = Action::ReplyClose(b"421 4.3.2 shutting down\r\n");
    assert_finds(
        &at(Phase::Rset, goes, &["-C", "RSET"]),
        1,
        &["service-busy"],
    );
    // Whoever expects it has it.
    assert_ok(&at(Phase::Rset, goes, &["-C", "RSET", "-R", "^421"]));
    assert_ok(&at(Phase::Rset, goes, &["-C", "QUIT"]));
}

#[test]
fn what_must_be_refused_stands_before_the_end_of_the_line() {
    let server = Sandbox::start(Scenario::smtp());
    let run = |options: &[&str]| {
        let port = server.port().to_string();
        crate::sandbox::probe::Run::new("check_smtp")
            .args(["-H", "localhost", "--address", &server.host(), "-p", &port])
            .args(options)
            .run()
    };
    let short = run(&[
        "--from",
        "a@example.org",
        "--to",
        "probe@example.test",
        "--reject-to",
        "u@example.net",
    ]);
    assert!(
        short
            .stdout
            .contains(", to <probe@example.test> accepted, <u@example.net> refused as it must be"),
        "{short}"
    );
    let long = run(&[
        "--from",
        "a.sender.whose.name.is.long@mailhub-with-a-long-name.example.org",
        "--to",
        "probe@example.test",
        "--to",
        "ok-second-recipient@example.test",
        "--to",
        "ok-third-recipient@example.test",
        "--reject-to",
        "somebody-who-is-not-here@far-away-in-another-domain.example.net",
    ]);
    assert!(
        long.stdout
            .contains(", to 3 recipients accepted, 1 recipient refused as it must be"),
        "{long}"
    );
}
