//! The first words and the last: greeting, capabilities, STARTTLS, LOGOUT, and what they cost.

use std::time::Duration;

use crate::check::{LOGIN, assert_finds, assert_ok, assert_says, check, commands, imap, inside};
use crate::sandbox::relay::Relay;
use crate::sandbox::{End, Listen, Sandbox, Scenario};

#[test]
fn a_plain_check_reads_the_greeting_and_says_goodbye() {
    for listen in [Listen::V4, Listen::V6, Listen::Unix] {
        let server = Sandbox::start(Scenario::imap().listen(listen));
        let outcome = check(&server, &[]);
        assert_ok(&outcome);
        assert_eq!(commands(&server), ["LOGOUT"]);
        let session = server.session();
        assert_eq!(session.end, End::Polite);
        assert!(!session.bare_lf);
        assert!(outcome.metric("greeting").is_some(), "{outcome}");
        for label in ["tls", "starttls", "auth", "capability", "cert_days"] {
            assert_eq!(outcome.metric(label), None, "{label}\n{outcome}");
        }
    }
}

#[test]
fn tls_from_the_first_byte_and_after_starttls() {
    let server = Sandbox::start(Scenario::imap().tls());
    let outcome = check(&server, &["--tls"]);
    assert_ok(&outcome);
    assert_eq!(commands(&server), ["LOGOUT"]);
    assert!(server.session().close_notify);
    assert!(outcome.metric("cert_days").is_some());

    let server = Sandbox::start(Scenario::imap().starttls());
    let outcome = check(&server, &["--starttls"]);
    assert_ok(&outcome);
    assert_says(&outcome, "STARTTLS verified");
    // The greeting offers STARTTLS; after it nothing is asked that nobody wants to know.
    assert_eq!(commands(&server), ["STARTTLS", "LOGOUT"]);
    let facts = server.session().tls.unwrap();
    assert_eq!(facts.server_name.as_deref(), Some("localhost"));
}

#[test]
fn capabilities_are_asked_for_where_nobody_tells_them() {
    let quiet = || Scenario::imap().no_capability_greeting();
    let server = Sandbox::start(quiet());
    assert_ok(&check(&server, &[]));
    assert_eq!(commands(&server), ["LOGOUT"]);
    let server = Sandbox::start(quiet());
    assert_ok(&inside(&server, &[]));
    assert_eq!(commands(&server), ["CAPABILITY", "AUTHENTICATE", "LOGOUT"]);
    let server = Sandbox::start(quiet().starttls());
    assert_ok(&inside(&server, &["--starttls"]));
    assert_eq!(
        commands(&server),
        [
            "CAPABILITY",
            "STARTTLS",
            "CAPABILITY",
            "AUTHENTICATE",
            "LOGOUT"
        ]
    );
    let server = Sandbox::start(Scenario::imap());
    assert_ok(&inside(&server, &[]));
    assert_eq!(commands(&server), ["AUTHENTICATE", "LOGOUT"]);
}

#[test]
fn required_and_forbidden_capabilities() {
    let server = Sandbox::start(Scenario::imap());
    assert_ok(&check(&server, &["--require-capability", "idle"]));
    // What a greeting does not tell may be offered all the same: it is asked for.
    assert_eq!(commands(&server), ["CAPABILITY", "LOGOUT"]);
    let outcome = check(&server, &["--require-capability", "QUOTA"]);
    assert_finds(&outcome, 2, &["capability-missing"]);
    assert_ok(&inside(&server, &["--require-capability", "QUOTA"]));
    let outcome = inside(&server, &["--forbid-capability", "uidplus"]);
    assert_finds(&outcome, 2, &["capability-forbidden"]);
    let outcome = check(
        &server,
        &["--require-auth", "PLAIN", "--require-auth", "NTLM"],
    );
    assert_finds(&outcome, 2, &["mechanism-missing"]);
    assert_says(&outcome, "does not offer AUTH=NTLM (but ");
}

#[test]
fn who_the_server_says_it_is() {
    let server = Sandbox::start(Scenario::imap());
    let outcome = inside(&server, &["--id"]);
    assert_ok(&outcome);
    assert!(outcome.stdout.contains("name sandbox, version 1"));
    assert_eq!(commands(&server), ["AUTHENTICATE", "ID", "LOGOUT"]);
    let ours = |line: &String| line.contains("\"mailprobe\"");
    assert!(server.lines().iter().any(ours), "{outcome}");
    let server = Sandbox::start(Scenario::imap().without("ID"));
    assert_ok(&inside(&server, &["--id"]));
}

#[test]
fn a_slow_server_costs_its_round_trips_only() {
    let server = Sandbox::start(Scenario::imap().latency(Duration::from_millis(100)));
    let outcome = check(&server, &[]);
    assert_ok(&outcome);
    let time = outcome.metric("time").unwrap();
    assert!((0.1..0.2).contains(&time), "{time}\n{outcome}");
}

/// Round trips as a relay counts them: TCP's and each time the client waited.
#[track_caller]
fn round_trips(scenario: Scenario, options: &[&str], most: u64) {
    let server = Sandbox::start(scenario);
    let relay = Relay::start(server.address(), Duration::from_millis(10));
    let outcome = imap(&server)
        .args(["-p", &relay.port().to_string()])
        .args(["--format", "json"])
        .args(options)
        .run();
    assert_ok(&outcome);
    assert!(
        relay.round_trips() <= most,
        "{} round trips, not {most}\n{outcome}\n{:?}",
        relay.round_trips(),
        server.lines()
    );
}

#[test]
fn no_round_trip_is_wasted() {
    let login = |more: &[&'static str]| [LOGIN.as_slice(), more].concat();
    // TCP, greeting, LOGOUT.
    round_trips(Scenario::imap(), &[], 3);
    // TCP, TLS 1.3, greeting, PLAIN, STATUS, LOGOUT. The greeting comes with the handshake's end or after it.
    round_trips(
        Scenario::imap().tls(),
        &login(&["--tls", "--auth", "PLAIN", "--mailbox", "INBOX"]),
        6,
    );
    // TCP, greeting, STARTTLS, TLS, CAPABILITY, PLAIN, LOGOUT.
    round_trips(
        Scenario::imap().starttls(),
        &login(&["--starttls", "--auth", "PLAIN"]),
        7,
    );
    // Several mailboxes are asked about together.
    round_trips(
        Scenario::imap(),
        &login(&[
            "--auth",
            "PLAIN",
            "--mailbox",
            "INBOX",
            "--mailbox",
            "Reports",
        ]),
        5,
    );
}

#[test]
fn a_socket_may_greet_with_preauth() {
    use crate::check::assert_usage;
    let scenario = Scenario::imap().fault_named("greeting-preauth");
    let server = Sandbox::start(scenario.clone().listen(Listen::Unix));
    let outcome = check(&server, &["--mailbox", "INBOX", "--on", "preauth=ok"]);
    assert_ok(&outcome);
    assert_eq!(outcome.metric("messages"), Some(3.0));
    assert_finds(&check(&server, &[]), 1, &["preauth"]);
    // Over the network it is a mistake to hope for that.
    let server = Sandbox::start(scenario);
    assert_usage(&imap(&server).args(["--mailbox", "INBOX"]).run(), "--user");
}
