//! The first words: greeting, EHLO, what is expected of them (`-e`), what the server offers.

use std::time::Duration;

use crate::check::{assert_finds, assert_ok, assert_usage, check, proven, text};
use crate::sandbox::{End, HOST, Listen, Sandbox, Scenario};

fn plain() -> Sandbox {
    Sandbox::start(Scenario::smtp())
}

#[test]
fn a_plain_check_says_hello_and_goodbye_and_nothing_else() {
    let server = plain();
    let outcome = check(&server, &[]);
    assert_ok(&outcome);
    let session = server.session();
    let lines: Vec<String> = session.lines.iter().map(|line| line.text()).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("EHLO "), "{lines:?}");
    assert_eq!(lines[1], "QUIT");
    assert_eq!(session.end, End::Polite);
    assert!(!session.bare_lf);
    for label in ["time", "connect", "greeting", "ehlo"] {
        assert!(outcome.metric(label).is_some(), "{label}\n{outcome}");
    }
    for label in ["tls", "starttls", "auth", "mail", "cert_days"] {
        assert_eq!(outcome.metric(label), None, "{label}\n{outcome}");
    }
}

#[test]
fn the_size_limit_is_a_metric_where_there_is_one() {
    let outcome = check(&plain(), &[]);
    assert_eq!(outcome.metric("size_limit"), Some(52_428_800.0));
    let limited = Sandbox::start(Scenario::smtp().size_limit(10_485_760));
    assert_ok(&check(&limited, &["-c", "size_limit=10M:50M"]));
    let low = check(&limited, &["-w", "size_limit=20M:"]);
    assert_finds(&low, 1, &["threshold"]);
    for without in [
        Scenario::smtp().size_limit(0),
        Scenario::smtp().without("SIZE"),
    ] {
        let server = Sandbox::start(without);
        let outcome = check(&server, &["-c", "size_limit=1M:"]);
        assert_ok(&outcome);
        assert_eq!(outcome.metric("size_limit"), None, "{outcome}");
    }
}

#[test]
fn it_waits_for_the_whole_greeting() {
    for fault in ["greeting-multi-line", "greeting-multi-line-late"] {
        let server = Sandbox::start(Scenario::smtp().fault_named(fault));
        let outcome = check(&server, &[]);
        assert_ok(&outcome);
        let session = server.session();
        assert_eq!(session.lines.len(), 2, "{fault}");
        assert_eq!(session.end, End::Polite);
        if fault.ends_with("late") {
            let waited = outcome.metric("greeting").unwrap();
            assert!(waited >= 0.29, "{waited}");
        }
    }
}

#[test]
fn a_slow_server_costs_its_round_trips_only() {
    let server = Sandbox::start(Scenario::smtp().latency(Duration::from_millis(100)));
    let outcome = check(&server, &[]);
    assert_ok(&outcome);
    // Greeting and EHLO; the answer to QUIT is not waited for.
    let time = outcome.metric("time").unwrap();
    assert!((0.2..0.3).contains(&time), "{time}\n{outcome}");
}

#[test]
fn the_name_is_qualified_or_an_address() {
    let server = plain();
    assert_ok(&check(&server, &[]));
    let hello = server.lines().remove(0);
    let name = hello.strip_prefix("EHLO ").unwrap();
    assert!(name.contains('.') || name.starts_with('['), "{hello}");

    let six = Sandbox::start(Scenario::smtp().listen(Listen::V6));
    assert_ok(&check(&six, &[]));
    let hello = six.lines().remove(0);
    assert!(hello.contains('.') || hello == "EHLO [IPv6:::1]", "{hello}");
}

#[test]
fn the_name_is_the_callers_to_choose() {
    for (given, sent) in [
        ("monitor.example.org", "EHLO monitor.example.org"),
        ("Monitor", "EHLO monitor"),
        ("[192.0.2.7]", "EHLO [192.0.2.7]"),
        ("[IPv6:2001:db8::7]", "EHLO [IPv6:2001:db8::7]"),
    ] {
        let server = plain();
        assert_ok(&check(&server, &["-F", given]));
        assert_eq!(server.lines()[0], sent);
    }
    let server = plain();
    let outcome = check(&server, &["--fqdn", "two words"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert_eq!(server.connections(), 0);
}

#[test]
fn helo_where_ehlo_is_refused() {
    for scenario in [Scenario::smtp(), Scenario::smtp().tls()] {
        let options: &[&str] = match scenario.transport {
            crate::sandbox::Transport::Tls => &["-s"],
            _ => &[],
        };
        let server = Sandbox::start(scenario.fault_named("ehlo-refused"));
        let outcome = check(&server, options);
        assert_ok(&outcome);
        assert!(outcome.finding_ids().contains(&"ehlo-refused".to_owned()));
        let lines = server.lines();
        assert!(lines[1].starts_with("HELO "), "{lines:?}");
        let alarmed = check(
            &server,
            &[options, &["--on", "ehlo-refused=warning"]].concat(),
        );
        assert_finds(&alarmed, 1, &["ehlo-refused"]);
    }
}

#[test]
fn expect_looks_at_greeting_and_hello() {
    let server = plain();
    for there in ["220", "sandbox ready", HOST, "250-PIPELINING", "SMTPUTF8"] {
        assert_ok(&check(&server, &["-e", there]));
    }
    let outcome = check(&server, &["-e", "Postfix"]);
    assert_finds(&outcome, 1, &["expect-mismatch"]);
    assert!(text(&outcome, "expect-mismatch").contains("Postfix"));
    // Nothing is in everything.
    assert_usage(&check(&server, &["-e", ""]), "-e");
    assert_finds(
        &check(
            &server,
            &["--expect", "Postfix", "--on", "expect-mismatch=critical"],
        ),
        2,
        &["expect-mismatch"],
    );
}

#[test]
fn expect_sees_every_hello() {
    // STARTTLS stands in the first reply only, AUTH in the second only.
    let server = Sandbox::start(Scenario::smtp().starttls());
    for there in ["STARTTLS", "AUTH PLAIN", "sandbox ready"] {
        assert_ok(&check(&server, &["-S", "-e", there]));
    }
}

#[test]
fn a_greeting_that_refuses_can_be_what_is_expected() {
    for (fault, code) in [("greeting-554", "554"), ("greeting-421", "421")] {
        let server = Sandbox::start(Scenario::smtp().fault_named(fault));
        let outcome = check(&server, &["-e", code]);
        assert_ok(&outcome);
        assert!(proven(&outcome).contains(code), "{outcome}");
        let other = check(&server, &["-e", "220"]);
        assert!(other.code != Some(0), "{other}");
    }
}

#[test]
fn greetings_that_refuse() {
    for (fault, code, id) in [
        ("greeting-421", 1, "service-busy"),
        ("greeting-450", 1, "service-busy"),
        ("greeting-500", 2, "service-refused"),
        ("greeting-521", 2, "service-refused"),
        ("greeting-554", 2, "service-refused"),
    ] {
        let server = Sandbox::start(Scenario::smtp().fault_named(fault));
        let outcome = check(&server, &[]);
        assert_finds(&outcome, code, &[id]);
        let digits = &fault[fault.len() - 3..];
        assert!(text(&outcome, id).contains(digits), "{outcome}");
    }
}

#[test]
fn quit_never_alarms() {
    for fault in ["quit-silence", "quit-reset", "quit-close"] {
        let server = Sandbox::start(Scenario::smtp().fault_named(fault));
        for options in [&[][..], &["-q"], &["--ignore-quit-failure"]] {
            assert_ok(&check(&server, options));
        }
    }
}

#[test]
fn extensions_are_required_and_forbidden() {
    let server = plain();
    assert_ok(&check(
        &server,
        &[
            "--require-capability",
            "pipelining",
            "--require-capability",
            "8BITMIME",
            "--forbid-capability",
            "CHUNKING",
        ],
    ));
    let missing = check(&server, &["--require-capability", "REQUIRETLS"]);
    assert_finds(&missing, 2, &["capability-missing"]);
    assert!(text(&missing, "capability-missing").contains("REQUIRETLS"));
    let two = check(
        &server,
        &["--require-capability", "X1", "--require-capability", "X2"],
    );
    assert_finds(&two, 2, &["capability-missing", "capability-missing"]);
    let forbidden = check(&server, &["--forbid-capability", "smtputf8"]);
    assert_finds(&forbidden, 2, &["capability-forbidden"]);
}

#[test]
fn extensions_are_required_with_their_parameters() {
    let server = plain();
    let good = check(
        &server,
        &[
            "--require-capability",
            "auth plain",
            "--require-capability",
            "SIZE 52428800",
            "--require-auth",
            "LOGIN",
            "--forbid-capability",
            "AUTH GSSAPI",
            "-e",
            "sandbox ready",
        ],
    );
    assert_ok(&good);
    // What was looked at is said.
    let said = proven(&good);
    for fact in [
        "offers AUTH PLAIN, SIZE 52428800, AUTH LOGIN",
        "does not offer AUTH GSSAPI",
        "says \"sandbox ready\"",
    ] {
        assert!(said.contains(fact), "{said}");
    }
    for missing in ["AUTH GSSAPI", "SIZE 1000", "AUTH PLAI"] {
        let outcome = check(&server, &["--require-capability", missing]);
        assert_finds(&outcome, 2, &["capability-missing"]);
        assert!(text(&outcome, "capability-missing").contains(missing));
    }
    let forbidden = check(&server, &["--forbid-capability", "AUTH PLAIN"]);
    assert_finds(&forbidden, 2, &["capability-forbidden"]);
}

#[test]
fn starttls_counts_as_offered_although_it_is_in_use() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    assert_ok(&check(&server, &["-S", "--require-capability", "STARTTLS"]));
    assert_ok(&check(&server, &["--require-capability", "starttls"]));
    let plain = plain();
    let outcome = check(&plain, &["-S", "--require-capability", "STARTTLS"]);
    assert_finds(&outcome, 2, &["capability-missing", "starttls-missing"]);
}

#[test]
fn mechanisms_are_required() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    assert_ok(&check(
        &server,
        &[
            "-S",
            "--require-auth",
            "scram-sha-256",
            "--require-auth",
            "PLAIN",
        ],
    ));
    let gssapi = check(&server, &["-S", "--require-auth", "GSSAPI"]);
    assert_finds(&gssapi, 2, &["mechanism-missing"]);
    // Before TLS nothing is offered.
    let early = check(&server, &["--require-auth", "PLAIN"]);
    assert_finds(&early, 2, &["mechanism-missing"]);
}
