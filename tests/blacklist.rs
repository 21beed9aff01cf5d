//! check_blacklist, the real binary, against a scripted name server.

#[path = "blacklist/cache.rs"]
mod cache;
#[path = "blacklist/cases.rs"]
mod cases;
#[path = "blacklist/classic.rs"]
mod classic;
#[path = "blacklist/hostile.rs"]
mod hostile;
#[path = "blacklist/keys.rs"]
mod keys;
#[path = "blacklist/many.rs"]
mod many;
#[path = "blacklist/options.rs"]
mod options;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "blacklist/subjects.rs"]
mod subjects;

use sandbox::dns::{Dns, Zone};
use sandbox::probe::{Outcome, Run};

/// The address that is looked up.
const IP: &str = "192.0.2.7";
/// The same in a zone.
const REVERSED: &str = "7.2.0.192";

/// A zone with its test entries.
fn proper(zone: Zone, name: &str) -> Zone {
    zone.a(&format!("2.0.0.127.{name}"), [127, 0, 0, 2])
}

/// A zone that lists [`IP`] with this code.
fn listing(zone: Zone, name: &str, code: [u8; 4]) -> Zone {
    proper(zone, name).a(&format!("{REVERSED}.{name}"), code)
}

fn run(dns: &Dns, options: &[&str]) -> Outcome {
    Run::new("check_blacklist")
        .args(["-n", &dns.address().to_string()])
        .args(options)
        .run()
}

/// The same, as JSON.
fn json(dns: &Dns, options: &[&str]) -> Outcome {
    run(dns, &[options, &["--format", "json"]].concat())
}

/// A metric; -1 when it is not there.
fn metric(outcome: &Outcome, label: &str) -> f64 {
    outcome.json()["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|metric| metric["label"] == label)
        .map_or(-1.0, |metric| metric["value"].as_f64().unwrap())
}
