//! check_blacklist against real name servers (see `blocklists`): each odd list is told from the proper ones, by status, finding and
//! metric.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;

use super::blocklists::*;
use crate::probe::{Outcome, Run};

/// A zone file for one run.
fn table() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), TABLE).expect("a file");
    file
}

fn probe(resolver: SocketAddr, table: &Path, args: &[&str]) -> Outcome {
    Run::new("check_blacklist")
        .args(["-n", &resolver.to_string()])
        .args(["--zones".as_ref(), table.as_os_str()])
        .args(["-t", "4", "--format", "json"])
        .args(args)
        .run()
}

/// What a run found: findings that are not OK, all of them, metrics, and everything it says.
struct Found {
    code: Option<i32>,
    bad: BTreeSet<String>,
    ids: BTreeSet<String>,
    metrics: BTreeMap<String, f64>,
    text: String,
}

fn found(outcome: &Outcome) -> Found {
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|error| panic!("{error}: {outcome:?}"));
    let list = |key: &str| report[key].as_array().cloned().unwrap_or_default();
    let id = |finding: &serde_json::Value| finding["id"].as_str().unwrap_or("").to_owned();
    Found {
        code: outcome.code,
        bad: list("findings")
            .iter()
            .filter(|finding| finding["status"] != "OK")
            .map(id)
            .collect(),
        ids: list("findings").iter().map(id).collect(),
        metrics: list("metrics")
            .iter()
            .filter_map(|metric| {
                Some((
                    metric["label"].as_str()?.to_owned(),
                    metric["value"].as_f64()?,
                ))
            })
            .collect(),
        text: report.to_string(),
    }
}

/// A zone, who is asked about, the exit code, a finding, a metric, and words that must be said.
type Row = (
    &'static str,
    &'static str,
    i32,
    &'static str,
    (&'static str, f64),
    &'static str,
);

const ROWS: [Row; 27] = [
    (
        "proper.test",
        LISTED,
        2,
        "listed",
        ("listed", 1.0),
        "see https://lists.example/",
    ),
    (
        "proper.test",
        LISTED_V6,
        2,
        "listed",
        ("listed", 1.0),
        "2001:db8::7 is listed",
    ),
    ("proper.test", CLEAN, 0, "", ("unknown", 0.0), "not listed"),
    (
        "proper.test",
        CLEAN_V6,
        0,
        "",
        ("unknown", 0.0),
        "not listed",
    ),
    // The bits of one answer, gravest first, at the weight of the gravest.
    (
        "bits.test",
        LISTED,
        2,
        "listed",
        ("weight", 9.0),
        "(steals passwords, sends spam)",
    ),
    (
        "bits.test",
        LISTED,
        2,
        "listed",
        ("listed", 1.0),
        "https://bits.example/?q=192.0.2.7",
    ),
    ("bits.test", CLEAN, 0, "", ("weight", 0.0), "not listed"),
    (
        "allow.test",
        LISTED,
        0,
        "",
        ("allowlisted", 1.0),
        "good mail",
    ),
    (
        "allow.test",
        CLEAN,
        0,
        "",
        ("allowlisted", 0.0),
        "not listed",
    ),
    (
        "alias.test",
        LISTED,
        2,
        "listed",
        ("listed", 1.0),
        "127.0.0.2",
    ),
    ("alias.test", CLEAN, 0, "", ("listed", 0.0), "not listed"),
    (
        "slow.test",
        LISTED,
        2,
        "listed",
        ("listed", 1.0),
        "127.0.0.2",
    ),
    (
        "sixty.test",
        LISTED,
        2,
        "listed",
        ("listed", 1.0),
        "127.0.0.",
    ),
    (
        "large.test",
        LISTED,
        2,
        "listed",
        ("listed", 1.0),
        "127.0.0.",
    ),
    (
        "mixed.test",
        LISTED,
        2,
        "listed",
        ("listed", 1.0),
        "127.0.0.2",
    ),
    // No verdict is never OK.
    (
        "dead.test",
        LISTED,
        3,
        "zone-dead",
        ("unknown", 1.0),
        "dead.test",
    ),
    (
        "nowhere.test",
        CLEAN,
        3,
        "zone-dead",
        ("unknown", 1.0),
        "nowhere.test",
    ),
    (
        "world.test",
        CLEAN,
        3,
        "zone-lists-everything",
        ("listed", 0.0),
        "world.test",
    ),
    (
        "world.test",
        CLEAN_V6,
        3,
        "zone-lists-everything",
        ("listed", 0.0),
        "world.test",
    ),
    (
        "parked.test",
        CLEAN,
        3,
        "zone-bogus",
        ("listed", 0.0),
        "203.0.113.80",
    ),
    (
        "public.test",
        CLEAN,
        3,
        "query-refused",
        ("listed", 0.0),
        "public or open resolver",
    ),
    (
        "public.test",
        LISTED,
        3,
        "query-refused",
        ("unknown", 1.0),
        "public or open resolver",
    ),
    (
        "one.test",
        CLEAN,
        3,
        "query-refused",
        ("listed", 0.0),
        "127.0.0.1",
    ),
    (
        "empty.test",
        LISTED,
        3,
        "zone-unreachable",
        ("unknown", 1.0),
        "empty",
    ),
    (
        "refused.test",
        LISTED,
        3,
        "zone-unreachable",
        ("unknown", 1.0),
        "REFUSED",
    ),
    (
        "silent.test",
        LISTED,
        3,
        "zone-unreachable",
        ("unknown", 1.0),
        "no answer",
    ),
    (
        "domains.test",
        LISTED,
        3,
        "zones-unknown",
        ("listed", 0.0),
        "none of the zones",
    ),
];

#[test]
fn every_odd_list_is_told_from_a_proper_one() {
    let lists = blocklists();
    let table = table();
    for (zone, who, code, id, (metric, value), words) in ROWS {
        let outcome = probe(lists.zones.plain(), table.path(), &["-H", who, "-s", zone]);
        let found = found(&outcome);
        let row = format!("{zone} {who}: {}", outcome.stdout);
        assert_eq!(found.code, Some(code), "{row}");
        if id.is_empty() {
            assert!(found.bad.is_empty(), "{row}");
        } else {
            assert!(found.ids.contains(id), "{row}");
        }
        assert_eq!(found.metrics.get(metric), Some(&value), "{row}");
        assert!(found.text.contains(words), "{words}: {row}");
    }
}

#[test]
fn a_list_of_domains_is_asked_about_domains() {
    let lists = blocklists();
    let table = table();
    for (domain, code, listed) in [(LISTED_DOMAIN, 2, 1.0), ("good.example", 0, 0.0)] {
        let args = ["-U", domain, "-s", "domains.test"];
        let outcome = probe(lists.zones.plain(), table.path(), &args);
        let found = found(&outcome);
        assert_eq!(found.code, Some(code), "{}", outcome.stdout);
        assert_eq!(found.metrics["listed"], listed, "{}", outcome.stdout);
        assert_eq!(found.text.contains("phishing domain"), listed > 0.0);
    }
}

/// Behind a resolver that validates, a zone whose signatures have run out is no clean one; without validation it lists.
#[test]
fn a_zone_whose_signatures_have_run_out_gives_no_verdict() {
    let lists = blocklists();
    let table = table();
    let args = ["-H", LISTED, "-s", "expired.test"];
    let bogus = probe(lists.zones.validating(), table.path(), &args);
    let found_bogus = found(&bogus);
    assert_eq!(found_bogus.code, Some(3), "{}", bogus.stdout);
    assert!(
        found_bogus.ids.contains("zone-unreachable"),
        "{}",
        bogus.stdout
    );
    assert!(found_bogus.text.contains("SERVFAIL"), "{}", bogus.stdout);
    let plain = probe(lists.zones.plain(), table.path(), &args);
    assert_eq!(found(&plain).code, Some(2), "{}", plain.stdout);
}

/// All at once: no odd list hides what a proper one says, or takes its time.
#[test]
fn the_odd_ones_do_not_stand_in_the_way_of_the_proper_ones() {
    let lists = blocklists();
    let table = table();
    let odd = [
        "dead.test",
        "world.test",
        "parked.test",
        "public.test",
        "one.test",
        "refused.test",
    ];
    let proper = [
        "proper.test",
        "bits.test",
        "alias.test",
        "sixty.test",
        "large.test",
        "mixed.test",
        "allow.test",
    ];
    let zones = odd.iter().chain(&proper).flat_map(|zone| ["-s", zone]);
    let args: Vec<&str> = ["-H", LISTED].into_iter().chain(zones).collect();
    let outcome = probe(lists.zones.plain(), table.path(), &args);
    let listed = found(&outcome);
    assert_eq!(listed.code, Some(2), "{}", outcome.stdout);
    for id in [
        "listed",
        "zone-dead",
        "zone-lists-everything",
        "zone-bogus",
        "query-refused",
    ] {
        assert!(listed.ids.contains(id), "{id}: {}", outcome.stdout);
    }
    assert_eq!(listed.metrics["listed"], 6.0, "{}", outcome.stdout);
    assert_eq!(listed.metrics["allowlisted"], 1.0, "{}", outcome.stdout);
    assert_eq!(listed.metrics["unknown"], 6.0, "{}", outcome.stdout);
    assert_eq!(listed.metrics["zones"], 13.0, "{}", outcome.stdout);

    // The same lists, and somebody whom no proper one has: what is wrong with the odd ones is said, and nothing is listed.
    let args: Vec<&str> = args
        .iter()
        .map(|arg| if *arg == LISTED { CLEAN } else { arg })
        .collect();
    let outcome = probe(lists.zones.plain(), table.path(), &args);
    let clean = found(&outcome);
    assert_eq!(clean.code, Some(3), "{}", outcome.stdout);
    assert_eq!(clean.metrics["listed"], 0.0, "{}", outcome.stdout);
    assert!(!clean.ids.contains("listed"), "{}", outcome.stdout);
}

/// Zones are asked side by side: a silent one costs its time once, and hides nothing.
#[test]
fn a_silent_list_hides_nothing() {
    let lists = blocklists();
    let table = table();
    let args = [
        "-H",
        LISTED,
        "-s",
        "silent.test",
        "-s",
        "proper.test",
        "-s",
        "slow.test",
    ];
    let outcome = probe(lists.zones.plain(), table.path(), &args);
    let found = found(&outcome);
    assert_eq!(found.code, Some(2), "{}", outcome.stdout);
    assert_eq!(found.metrics["listed"], 2.0, "{}", outcome.stdout);
    assert_eq!(found.metrics["unknown"], 1.0, "{}", outcome.stdout);
    assert!(found.ids.contains("zone-unreachable"), "{}", outcome.stdout);
    assert!(!outcome.killed);
}

/// An allowlist can be required.
#[test]
fn a_required_allowlist_must_hold_the_address() {
    let lists = blocklists();
    let table = table();
    for (who, code, id) in [(LISTED, 0, ""), (CLEAN, 2, "allowlist-missing")] {
        let args = [
            "-H",
            who,
            "-s",
            "allow.test",
            "--require-allowlist",
            "allow.test",
        ];
        let outcome = probe(lists.zones.plain(), table.path(), &args);
        let found = found(&outcome);
        assert_eq!(found.code, Some(code), "{}", outcome.stdout);
        assert!(
            id.is_empty() || found.bad.contains(id),
            "{}",
            outcome.stdout
        );
    }
}
