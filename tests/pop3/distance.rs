//! Round trips, which are what a check costs at a distance.

use std::time::Duration;

use crate::check::LOGIN;
use crate::sandbox::probe::Run;
use crate::sandbox::relay::Relay;
use crate::sandbox::{PASSWORD, Sandbox, Scenario};

const DELAY: Duration = Duration::from_millis(40);

fn round_trips(scenario: Scenario, options: &[&str]) -> u64 {
    let server = Sandbox::start(scenario);
    let relay = Relay::start(server.address(), DELAY);
    let outcome = Run::new("check_pop3")
        .args(["-H", "localhost", "--address", "127.0.0.1", "-t", "15"])
        .args(["-p", &relay.port().to_string(), "--ca-file"])
        .arg(server.ca_file())
        .args(options)
        .env("PASSWORD", PASSWORD)
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    relay.round_trips()
}

/// QUIT is not counted: its answer is awaited for less than a round trip here.
#[test]
fn no_round_trip_is_wasted() {
    // TCP, greeting.
    assert_eq!(round_trips(Scenario::pop3(), &[]), 2);
    // And TLS 1.3.
    assert_eq!(round_trips(Scenario::pop3().tls(), &["--tls"]), 3);
    // TCP, greeting, CAPA, STLS, TLS.
    assert_eq!(round_trips(Scenario::pop3().starttls(), &["--starttls"]), 5);
    let inside = |more: &[&'static str]| [LOGIN.as_slice(), &["--tls"], more].concat();
    // TCP, TLS, greeting, CAPA, AUTH; then STAT, LIST and UIDL at once.
    let plain = inside(&["--auth", "PLAIN"]);
    assert_eq!(round_trips(Scenario::pop3().tls(), &plain), 6);
    // SCRAM has two challenges.
    assert_eq!(round_trips(Scenario::pop3().tls(), &inside(&[])), 8);
    // All mails are read in one more.
    let reading = inside(&["--auth", "PLAIN", "--match", "subject=backup"]);
    assert_eq!(round_trips(Scenario::pop3().tls(), &reading), 7);
    // Without PIPELINING each command waits.
    let slow = Scenario::pop3().tls().without("PIPELINING");
    assert_eq!(round_trips(slow, &plain), 8);
}
