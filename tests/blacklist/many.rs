//! Many zones: in the time of the slowest, with few descriptors, within memory.

use std::time::Duration;

use crate::sandbox::dns::{Behaviour, Dns, Zone};
use crate::{IP, json, metric, proper};

fn zones(count: usize) -> Vec<String> {
    (0..count)
        .flat_map(|number| ["-s".to_owned(), format!("z{number}.bl.test")])
        .collect()
}

#[test]
fn zones_are_asked_side_by_side_and_each_question_once() {
    let zone = (0..40).fold(Zone::new(), |zone, number| {
        proper(zone, &format!("z{number}.bl.test"))
    });
    let dns = Dns::start(zone.behave("*.bl.test", Behaviour::Late(Duration::from_millis(200))));
    let zones = zones(40);
    let mut options = vec!["-H", IP, "-H", "192.0.2.8"];
    options.extend(zones.iter().map(String::as_str));
    let outcome = json(&dns, &options);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(metric(&outcome, "zones"), 40.0);
    assert_eq!(dns.asked().len(), 160);
    assert!(outcome.wall < Duration::from_millis(900), "{outcome}");
}

#[test]
fn five_thousand_zones_are_bounded() {
    let dns = Dns::start(Zone::new().behave("*.bl.test", Behaviour::ServFail));
    let zones = zones(5000);
    let mut options = vec!["-H", "192.0.2.4/31", "-t", "6"];
    options.extend(zones.iter().map(String::as_str));
    let outcome = json(&dns, &options);
    assert_eq!(outcome.code, Some(3), "{:?}", outcome.wall);
    assert_eq!(metric(&outcome, "zones"), 5000.0);
    assert_eq!(metric(&outcome, "unknown"), 5000.0);
    assert!(
        outcome.wall < Duration::from_millis(6250),
        "{:?}",
        outcome.wall
    );
    assert!(
        outcome.max_rss_kib < 120 * 1024,
        "{} KiB",
        outcome.max_rss_kib
    );
}

#[test]
fn few_descriptors_are_enough() {
    let zone = (0..300).fold(Zone::new(), |zone, number| {
        proper(zone, &format!("z{number}.bl.test"))
    });
    let dns = Dns::start(zone);
    let mut line = format!(
        "ulimit -n 12; exec \"$0\" -n {} -H {IP} --format json",
        dns.address()
    );
    for zone in zones(300) {
        line.push(' ');
        line.push_str(&zone);
    }
    let binary = crate::sandbox::probe::built("check_blacklist").unwrap();
    let outcome = crate::sandbox::probe::Run::new("sh")
        .args(["-c", &line, &binary.display().to_string()])
        .run_binary(std::path::Path::new("/bin/sh"));
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(metric(&outcome, "zones"), 300.0, "{outcome}");
}
