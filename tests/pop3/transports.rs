//! The greeting over every transport, and no command that nobody needs.

use crate::check::{assert_finds, assert_ok, assert_says, check, inside, pop3, verbs};
use crate::sandbox::{End, Listen, Sandbox, Scenario, Transport};

#[test]
fn a_plain_check_is_greeting_and_quit() {
    let server = Sandbox::start(Scenario::pop3());
    let outcome = check(&server, &[]);
    assert_ok(&outcome);
    assert_eq!(verbs(&server), ["QUIT"]);
    assert_eq!(server.session().end, End::Polite);
    for label in ["time", "connect", "greeting", "quit"] {
        assert!(outcome.metric(label).is_some(), "{label}\n{outcome}");
    }
    let line = pop3(&server).run().plugin();
    assert_eq!(
        (line.service.as_str(), line.status.as_str()),
        ("POP3", "OK")
    );
}

#[test]
fn over_every_transport_and_kind_of_socket() {
    for transport in Transport::ALL {
        for listen in [Listen::V4, Listen::Unix] {
            let server = Sandbox::start(Scenario::pop3().transport(transport).listen(listen));
            let (option, said): (&[&str], _) = match transport {
                Transport::Plain => (&[], "ready in"),
                Transport::Starttls => (&["--starttls"], "STLS verified"),
                Transport::Tls => (&["--tls"], "TLS verified"),
            };
            let outcome = check(&server, option);
            assert_ok(&outcome);
            assert_says(&outcome, said);
            let session = server.session();
            assert_eq!(session.end, End::Polite);
            assert_eq!(session.close_notify, transport != Transport::Plain);
            assert_eq!(
                outcome.metric("cert_days").is_some(),
                transport != Transport::Plain,
                "{outcome}"
            );
        }
    }
}

#[test]
fn stls_asks_for_capabilities_once_on_each_side_that_needs_them() {
    let server = Sandbox::start(Scenario::pop3().starttls());
    assert_ok(&check(&server, &["--starttls"]));
    assert_eq!(verbs(&server), ["CAPA", "STLS", "QUIT"]);
    let server = Sandbox::start(Scenario::pop3().starttls());
    assert_ok(&inside(&server, &["--starttls"]));
    let verbs = verbs(&server);
    assert_eq!(
        verbs.first_chunk(),
        Some(&["CAPA", "STLS", "CAPA", "AUTH"].map(str::to_owned))
    );
}

#[test]
fn the_listings_go_out_together_only_where_that_is_offered() {
    let commands = ["CAPA", "USER", "PASS", "STAT", "LIST", "UIDL", "QUIT"];
    for without in [None, Some("PIPELINING"), Some("CAPA")] {
        let mut scenario = Scenario::pop3();
        scenario.without = without.into_iter().collect();
        let server = Sandbox::start(scenario);
        assert_ok(&inside(&server, &["--auth", "USER"]));
        assert_eq!(verbs(&server), commands, "{without:?}");
    }
    let server = Sandbox::start(Scenario::pop3().without("UIDL"));
    assert_ok(&inside(&server, &["--auth", "USER"]));
    assert!(!verbs(&server).contains(&"UIDL".to_owned()));
}

#[test]
fn stls_that_is_not_offered_is_a_warning_and_no_password_goes_in_clear() {
    let server = Sandbox::start(Scenario::pop3());
    assert_finds(&check(&server, &["--starttls"]), 1, &["starttls-missing"]);
    let strict = ["--starttls", "--on", "starttls-missing=critical"];
    assert_finds(&check(&server, &strict), 2, &["starttls-missing"]);
}

#[test]
fn capabilities_that_are_required_or_forbidden() {
    let server = Sandbox::start(Scenario::pop3());
    assert_ok(&check(
        &server,
        &[
            "--require-capability",
            "uidl",
            "--require-capability",
            "SASL SCRAM-SHA-256",
            "--forbid-capability",
            "XTND",
        ],
    ));
    let outcome = check(
        &server,
        &[
            "--require-capability",
            "UTF8",
            "--forbid-capability",
            "USER",
        ],
    );
    assert_finds(&outcome, 2, &["capability-missing", "capability-forbidden"]);
}
