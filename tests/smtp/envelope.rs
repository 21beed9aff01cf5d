//! Who may send to whom: `--from`, `--to`, `--reject-to`. Nothing is ever sent.

use crate::check::{assert_finds, assert_ok, assert_usage, check, proven, text};
use crate::sandbox::{End, Sandbox, Scenario, Session};

fn plain() -> Sandbox {
    Sandbox::start(Scenario::smtp())
}

fn lines(session: &Session) -> Vec<String> {
    session
        .lines
        .iter()
        .skip(1)
        .map(|line| line.text())
        .collect()
}

#[test]
fn a_sender_alone() {
    let server = plain();
    let outcome = check(&server, &["-f", "probe@example.test"]);
    assert_ok(&outcome);
    assert!(proven(&outcome).contains("sender <probe@example.test> accepted"));
    assert!(outcome.metric("mail").is_some() && outcome.metric("rcpt").is_none());
    let session = server.session();
    assert_eq!(
        lines(&session),
        ["MAIL FROM:<probe@example.test>", "RSET", "QUIT"]
    );
    assert_eq!(session.end, End::Polite);
}

#[test]
fn brackets_are_optional_and_the_empty_sender_is_one() {
    for (given, sent) in [
        ("<probe@example.test>", "MAIL FROM:<probe@example.test>"),
        ("<>", "MAIL FROM:<>"),
        ("", "MAIL FROM:<>"),
    ] {
        let server = plain();
        assert_ok(&check(&server, &["--from", given]));
        assert_eq!(lines(&server.session())[0], sent);
    }
    // Recipients without a sender: the empty one.
    let server = plain();
    assert_ok(&check(&server, &["--to", "probe@example.test"]));
    assert_eq!(lines(&server.session())[0], "MAIL FROM:<>");
}

#[test]
fn recipients_each_with_its_own_verdict() {
    let server = plain();
    let outcome = check(
        &server,
        &[
            "-f",
            "a@example.org",
            "--to",
            "probe@example.test",
            "--to",
            "grey@example.test",
            "--to",
            "nobody@example.test",
            "--reject-to",
            "user@example.net",
            "--reject-to",
            "ghost@example.test",
        ],
    );
    assert_finds(&outcome, 2, &["recipient-deferred", "recipient-rejected"]);
    assert!(text(&outcome, "recipient-deferred").contains("450 4.7.1 greylisted"));
    assert!(text(&outcome, "recipient-rejected").contains("550 5.1.1 user unknown"));
    let said = proven(&outcome);
    assert!(
        outcome
            .stdout
            .contains("<user@example.net>, <ghost@example.test> refused as they must be"),
        "{outcome}"
    );
    for fact in [
        "to <probe@example.test> accepted",
        ", 2 recipients refused as they must be",
    ] {
        assert!(said.contains(fact), "{said}");
    }
    let asked = lines(&server.session());
    assert_eq!(
        asked
            .iter()
            .filter(|line| line.starts_with("RCPT TO:<"))
            .count(),
        5
    );
    assert!(!asked.iter().any(|line| line == "DATA"));
    assert_eq!(asked[asked.len() - 2..], ["RSET", "QUIT"]);
}

#[test]
fn greylisted_and_full_are_warnings() {
    for recipient in ["grey@example.test", "full@example.test"] {
        assert_finds(
            &check(&plain(), &["--to", recipient]),
            1,
            &["recipient-deferred"],
        );
        assert_finds(
            &check(
                &plain(),
                &["--to", recipient, "--on", "recipient-deferred=ok"],
            ),
            0,
            &[],
        );
    }
}

#[test]
fn a_recipient_that_must_be_refused() {
    let taken = check(&plain(), &["--reject-to", "probe@example.test"]);
    assert_finds(&taken, 2, &["recipient-accepted"]);
    let deferred = check(&plain(), &["--reject-to", "grey@example.test"]);
    assert_finds(&deferred, 1, &["recipient-deferred"]);
}

#[test]
fn a_sender_that_is_refused() {
    for without in ["", "PIPELINING"] {
        let server = Sandbox::start(Scenario::smtp().without(without));
        let outcome = check(
            &server,
            &[
                "--from",
                "rejected@example.org",
                "--to",
                "probe@example.test",
            ],
        );
        // The recipients were never judged: nothing is said about them.
        assert_finds(&outcome, 2, &["sender-rejected"]);
        assert!(text(&outcome, "sender-rejected").contains("550 5.7.1 sender rejected"));
        let asked = lines(&server.session());
        let rcpt = asked.iter().any(|line| line.starts_with("RCPT"));
        assert_eq!(rcpt, without.is_empty(), "{asked:?}");
        assert_eq!(server.session().end, End::Polite);
    }
}

#[test]
fn commands_are_pipelined_only_where_that_is_offered() {
    let envelope = ["--to", "probe@example.test", "--to", "ok-2@example.test"];
    let slow = |without| {
        let scenario = Scenario::smtp()
            .latency(std::time::Duration::from_millis(60))
            .without(without);
        let server = Sandbox::start(scenario);
        let outcome = check(&server, &envelope);
        assert_ok(&outcome);
        server.session()
    };
    // What is received in one piece was sent in one piece; the sandbox answers each command by itself, so the
    // bytes tell nothing, but both must be the same words.
    assert_eq!(lines(&slow("")), lines(&slow("PIPELINING")));
}

#[test]
fn a_server_that_goes_is_busy() {
    for (fault, id, code) in [
        ("mail-421", "service-busy", 1),
        ("rcpt-421", "service-busy", 1),
        ("mail-450", "sender-deferred", 1),
        ("mail-554", "sender-rejected", 2),
        ("mail-552", "sender-rejected", 2),
        ("rcpt-452", "recipient-deferred", 1),
        ("rcpt-multi-line", "recipient-rejected", 2),
    ] {
        for without in ["", "PIPELINING"] {
            let server = Sandbox::start(Scenario::smtp().fault_named(fault).without(without));
            let outcome = check(&server, &["--to", "probe@example.test"]);
            assert_finds(&outcome, code, &[id]);
        }
    }
    let server = Sandbox::start(Scenario::smtp().fault_named("rcpt-multi-line"));
    let outcome = check(&server, &["--to", "probe@example.test"]);
    let said = text(&outcome, "recipient-rejected");
    assert!(
        said.contains("550 5.7.1 blocked by dnsbl.example.test: see there"),
        "{said}"
    );
}

#[test]
fn addresses_beyond_ascii_need_smtputf8() {
    let server = plain();
    assert_ok(&check(
        &server,
        &["-f", "jörg@example.org", "--to", "probe@example.test"],
    ));
    assert_eq!(
        lines(&server.session())[0],
        "MAIL FROM:<jörg@example.org> SMTPUTF8"
    );
    let server = plain();
    let outcome = check(
        &server,
        &["-f", "a@example.org", "--to", "jörg@example.test"],
    );
    assert_finds(&outcome, 2, &["recipient-rejected"]);
    assert_eq!(
        lines(&server.session())[0],
        "MAIL FROM:<a@example.org> SMTPUTF8"
    );
    let server = Sandbox::start(Scenario::smtp().without("SMTPUTF8"));
    let outcome = check(&server, &["--to", "jörg@example.test"]);
    assert_finds(&outcome, 2, &["capability-missing"]);
    assert_eq!(lines(&server.session()), ["QUIT"]);
}

#[test]
fn what_is_no_address() {
    let server = plain();
    for (option, wrong) in [
        ("--from", "a@example.org> SIZE=1"),
        ("--to", "a b@example.org"),
        ("--to", "a@example.org\r\nDATA"),
        ("--reject-to", "<<a@example.org>>x<"),
    ] {
        assert_usage(&check(&server, &[option, wrong]), option);
    }
    assert_eq!(server.connections(), 0);
}
