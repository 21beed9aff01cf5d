//! check_blacklist asks the whole shipped table, against name servers made from it.

use std::collections::BTreeSet;

use mailprobe::dns::zones::{Category, Entry, Sort, Table, Zone};

use crate::sandbox::dns::{Dns, Zone as Served};
use crate::sandbox::probe::{Outcome, Run};
use crate::simulated::{KEY, every, first_answer, first_code, serve, subject};

/// Asks every zone of the table about `entry`, with a key for each that wants one.
fn ask(server: &Dns, table: &Table, entry: &Entry) -> Outcome {
    let mut run = Run::new("check_blacklist")
        .args([
            "-n",
            &server.address().to_string(),
            "-t",
            "10",
            "--format",
            "json",
        ])
        .env("LIST_KEY", KEY);
    run = match entry {
        Entry::Address(address) => run.args(["-H", &address.to_string()]),
        Entry::Domain(domain) => run.args(["-U", domain]),
    };
    for zone in taking(table, entry.sort()) {
        run = run.args(["-s", &zone.name]);
    }
    let owners: BTreeSet<&str> = taking(table, entry.sort())
        .filter_map(|zone| zone.key.as_deref())
        .collect();
    for owner in owners {
        run = run.args(["--key", &format!("{owner}=env:LIST_KEY")]);
    }
    run.run()
}

/// A paid zone of the same name as a free one is the same list: it is asked once.
fn taking(table: &Table, sort: Sort) -> impl Iterator<Item = &Zone> {
    let mut seen = BTreeSet::new();
    table
        .zones()
        .filter(move |zone| zone.takes(sort) && seen.insert(shown(zone)))
}

fn report(outcome: &Outcome) -> serde_json::Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

fn metric(report: &serde_json::Value, label: &str) -> usize {
    let metrics = report["metrics"].as_array().expect("metrics");
    let metric = metrics.iter().find(|metric| metric["label"] == label);
    let value = metric.and_then(|metric| metric["value"].as_f64());
    value.unwrap_or_else(|| panic!("no {label}: {report}")) as usize
}

fn findings(report: &serde_json::Value, id: &str) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings");
    let own = findings.iter().filter(|finding| finding["id"] == id);
    own.map(|finding| finding["text"].as_str().unwrap_or("").to_owned())
        .collect()
}

/// The name of a zone as messages have it.
fn shown(zone: &Zone) -> &str {
    zone.name.strip_prefix("{key}.").unwrap_or(&zone.name)
}

const SORTS: [Sort; 3] = [Sort::V4, Sort::V6, Sort::Domain];

#[test]
fn every_zone_proves_that_it_lives_and_lists_nothing() {
    let table = Table::shipped();
    let server = Dns::start(every(&table));
    for sort in SORTS {
        let outcome = ask(&server, &table, &subject(sort));
        let report = report(&outcome);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stdout);
        assert_eq!(metric(&report, "zones"), taking(&table, sort).count());
        for label in ["listed", "unknown", "allowlisted"] {
            assert_eq!(metric(&report, label), 0, "{label}: {}", outcome.stdout);
        }
        assert!(!outcome.stdout.contains(KEY), "{}", outcome.stdout);
    }
}

#[test]
fn what_every_zone_lists_is_counted_as_its_row_says() {
    let table = Table::shipped();
    for sort in SORTS {
        let entry = subject(sort);
        let served = table.zones().fold(every(&table), |served, zone| {
            let name = entry.under(&zone.domain(Some(KEY)).expect("a key is given"));
            served.a(&name, first_answer(zone))
        });
        let server = Dns::start(served);
        let outcome = ask(&server, &table, &entry);
        let report = report(&outcome);
        let category = |zone: &Zone| first_code(zone).map_or(zone.category, |code| code.category);
        let listed = taking(&table, sort)
            .filter(|zone| !zone.allow && category(zone) != Category::Informational)
            .count();
        let allowed = taking(&table, sort).filter(|zone| zone.allow).count();
        assert_eq!(outcome.code, Some(2), "{}", outcome.stdout);
        assert_eq!(metric(&report, "listed"), listed, "{}", outcome.stdout);
        assert_eq!(
            metric(&report, "allowlisted"),
            allowed,
            "{}",
            outcome.stdout
        );
        assert_eq!(metric(&report, "unknown"), 0, "{}", outcome.stdout);
        // Each zone says so in its own words, and where to go.
        for zone in taking(&table, sort).filter(|zone| !zone.allow) {
            if let Some(code) = first_code(zone) {
                let said = outcome.stdout.contains(code.words.as_ref());
                assert!(said, "{}: {}: {}", zone.name, code.words, outcome.stdout);
            }
            if category(zone) == Category::Informational {
                continue;
            }
            if let Some(url) = zone.lookup_url(&entry) {
                assert!(outcome.stdout.contains(&url), "{}: {url}", zone.name);
            }
        }
        assert!(!outcome.stdout.contains(KEY), "{}", outcome.stdout);
    }
}

#[test]
fn a_zone_that_has_lost_its_test_entry_is_found_dead() {
    let table = Table::shipped();
    // Names exist, nothing is listed.
    let server = Dns::start(Served::new().a("example.test", [192, 0, 2, 1]));
    for sort in SORTS {
        let outcome = ask(&server, &table, &subject(sort));
        let report = report(&outcome);
        assert_eq!(outcome.code, Some(3), "{}", outcome.stdout);
        let dead = findings(&report, "zone-dead");
        let proven: Vec<_> = taking(&table, sort)
            .filter(|zone| zone.always(sort).next().is_some())
            .collect();
        assert!(!proven.is_empty());
        assert_eq!(dead.len(), proven.len(), "{}", outcome.stdout);
        for zone in proven {
            let named = dead.iter().any(|text| text.starts_with(shown(zone)));
            assert!(named, "{}: {dead:?}", zone.name);
        }
    }
}

#[test]
fn a_zone_that_lists_the_world_lists_nobody() {
    let table = Table::shipped();
    let served = table.zones().fold(Served::new(), |served, zone| {
        let domain = zone.domain(Some(KEY)).expect("a key is given");
        serve(served, zone).a(&format!("*.{domain}"), first_answer(zone))
    });
    let server = Dns::start(served);
    for sort in SORTS {
        let outcome = ask(&server, &table, &subject(sort));
        let report = report(&outcome);
        let world = findings(&report, "zone-lists-everything");
        for zone in taking(&table, sort).filter(|zone| zone.never(sort).next().is_some()) {
            let named = world.iter().any(|text| text.starts_with(shown(zone)));
            assert!(named, "{}: {}", zone.name, outcome.stdout);
        }
    }
}

/// DroneBL's test entry answers 127.0.0.1, which is a refusal elsewhere.
#[test]
fn a_test_entry_with_a_code_of_its_own_is_a_proof() {
    let served = Served::new().a("2.0.0.127.dnsbl.dronebl.org", [127, 0, 0, 1]);
    let server = Dns::start(served);
    let outcome = Run::new("check_blacklist")
        .args([
            "-H",
            "192.0.2.7",
            "-s",
            "dnsbl.dronebl.org",
            "--format",
            "json",
        ])
        .args(["-n", &server.address().to_string()])
        .run();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stdout);
    assert_eq!(
        metric(&report(&outcome), "unknown"),
        0,
        "{}",
        outcome.stdout
    );
}
