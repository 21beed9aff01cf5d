//! The relay: round trips as counted and as felt.

use std::time::{Duration, Instant};

use crate::client::{Client, good_plain};
use crate::sandbox::relay::Relay;
use crate::sandbox::{Sandbox, Scenario};

const DELAY: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(10);

/// How many round trips the time was worth.
fn felt(time: Duration) -> u64 {
    (time.as_secs_f64() / (2.0 * DELAY.as_secs_f64())) as u64
}

#[test]
fn it_counts_what_the_client_waits_for() {
    let sandbox = Sandbox::start(Scenario::smtp());
    let relay = Relay::start(sandbox.address(), DELAY);
    let started = Instant::now();
    let mut client = Client::connect_to(relay.address(), PATIENCE).unwrap();
    client.reply().unwrap();
    client.ask("EHLO c").unwrap();
    // Pipelined: three commands, one round trip.
    client
        .send("MAIL FROM:<>\r\nRCPT TO:<probe@example.test>\r\nRSET\r\n")
        .unwrap();
    for _ in 0..3 {
        client.reply().unwrap();
    }
    client.ask("QUIT").unwrap();
    let took = started.elapsed();
    drop(client);
    // TCP, greeting, EHLO, the pipeline, QUIT; the handshake costs no time here.
    assert_eq!(relay.round_trips(), 5);
    // A busy machine makes it longer, never shorter.
    assert!(felt(took) >= 4, "{took:?}");
    let sent = "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<probe@example.test>\r\nRSET\r\nQUIT\r\n";
    assert_eq!(relay.traffic()[0].bytes_to_server, sent.len() as u64);
    assert_eq!(sandbox.session().lines.len(), 5);
}

#[test]
fn an_answer_after_the_close_is_no_round_trip() {
    let sandbox = Sandbox::start(Scenario::smtp());
    let relay = Relay::start(sandbox.address(), DELAY);
    let mut client = Client::connect_to(relay.address(), PATIENCE).unwrap();
    client.reply().unwrap();
    client.say("QUIT").unwrap();
    drop(client);
    assert_eq!(sandbox.session().lines.len(), 1);
    assert_eq!(relay.round_trips(), 2);
}

#[test]
fn tls_and_a_login() {
    let sandbox = Sandbox::start(Scenario::smtp().starttls());
    let relay = Relay::start(sandbox.address(), DELAY);
    let mut client = Client::connect_to(relay.address(), PATIENCE).unwrap();
    client.reply().unwrap();
    client.ask("EHLO c").unwrap();
    client.ask("STARTTLS").unwrap();
    client.start_tls().unwrap();
    client.ask("EHLO c").unwrap();
    client.ask(&format!("AUTH PLAIN {}", good_plain())).unwrap();
    // TCP, greeting, EHLO, STARTTLS, TLS 1.3, EHLO, AUTH.
    assert_eq!(relay.round_trips(), 7);
}
