//! Many zones: in the time of the slowest, with few descriptors, within memory.

use std::cell::Cell;
use std::time::Duration;

use crate::sandbox::calm::punctual;
use crate::sandbox::dns::{Behaviour, Dns, Zone};
use crate::sandbox::probe::Run;
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
    let zone = zone.behave("*.bl.test", Behaviour::Late(Duration::from_millis(200)));
    let zones = zones(40);
    let mut options = vec!["-H", IP, "-H", "192.0.2.8"];
    options.extend(zones.iter().map(String::as_str));
    let asked = Cell::new(0);
    let outcome = punctual(Duration::from_millis(900), || {
        let dns = Dns::start(zone.clone());
        let outcome = json(&dns, &options);
        asked.set(dns.asked().len());
        outcome
    });
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(metric(&outcome, "zones"), 40.0);
    assert_eq!(asked.get(), 160);
}

#[test]
fn five_thousand_zones_are_bounded() {
    // Each question, and each once more because the server could not say. Where packets got lost there were more, and of
    // three runs one loses none.
    let right = (0..3).any(|_| questions_of_five_thousand_zones() == 10_000);
    assert!(right, "too many questions, or too few");
}

fn questions_of_five_thousand_zones() -> usize {
    let dns = Dns::start(Zone::new().behave("*.bl.test", Behaviour::ServFail));
    let outcome = Run::new("check_blacklist")
        .args(["-n", &dns.address().to_string(), "--format", "json"])
        .args(["-H", IP, "-t", "100", "--no-self-test"])
        .args(zones(5000))
        .kill_after(Duration::from_secs(110))
        .run();
    assert_eq!(outcome.code, Some(3), "{:?}", outcome.wall);
    assert_eq!(metric(&outcome, "zones"), 5000.0);
    assert_eq!(metric(&outcome, "unknown"), 5000.0);
    assert!(
        outcome.max_rss_kib < 120 * 1024,
        "{} KiB",
        outcome.max_rss_kib
    );
    dns.asked().len()
}

#[test]
fn what_is_not_answered_at_the_deadline_is_unknown() {
    let dns = Dns::start(Zone::new().behave("*.bl.test", Behaviour::Silence));
    let zones = zones(100);
    let mut options = vec!["-H", IP, "-t", "3"];
    options.extend(zones.iter().map(String::as_str));
    let outcome = json(&dns, &options);
    assert_eq!(outcome.code, Some(3), "{:?}", outcome.wall);
    assert_eq!(metric(&outcome, "unknown"), 100.0);
}

#[test]
fn few_descriptors_are_enough() {
    let zone = (0..300).fold(Zone::new(), |zone, number| {
        proper(zone, &format!("z{number}.bl.test"))
    });
    let dns = Dns::start(zone);
    let mut line = format!(
        "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; ulimit -n 14; exec \"$0\" -n {} -H {IP} --format json",
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
