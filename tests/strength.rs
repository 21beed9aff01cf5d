//! Under attack: every fault of the sandbox meets every probe that can speak to it, over every transport, and whatever
//! comes out is held against the rules of the format it is printed in.

// Stopwatches and sockets are for tests to use.
#![allow(clippy::disallowed_methods)]

#[path = "strength/bench.rs"]
mod bench;
#[path = "strength/certificates.rs"]
mod certificates;
#[path = "strength/hostile.rs"]
mod hostile;
#[path = "imap/meaning.rs"]
mod imap;
// Its own tests use all of it.
#[allow(dead_code)]
#[path = "roundtrip/check.rs"]
mod check;
#[path = "strength/legs.rs"]
mod legs;
#[path = "strength/names.rs"]
mod names;
#[path = "strength/places.rs"]
mod places;
#[path = "pop3/meaning.rs"]
mod pop3;
#[path = "strength/printed.rs"]
mod printed;
#[path = "strength/queues.rs"]
mod queues;
#[path = "sandbox/mod.rs"]
mod sandbox;
// The tests of check_cert use all of it.
#[allow(dead_code)]
#[path = "cert/server.rs"]
mod server;
#[path = "strength/sessions.rs"]
mod sessions;
#[path = "smtp/meaning.rs"]
mod smtp;
#[path = "strength/tally.rs"]
mod tally;
#[path = "strength/words.rs"]
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bench::{Bench, Case, WAYS};
use printed::Format;
use tally::Tally;

/// Fewer would mean that the sandbox has lost its faults.
const FEWEST: usize = 1_500;

#[test]
fn every_fault_meets_every_probe() {
    let began = Instant::now();
    let mut cases: Vec<Case> = Vec::new();
    cases.extend(sessions::cases());
    cases.extend(certificates::cases());
    cases.extend(legs::cases());
    cases.extend(names::cases());
    cases.extend(queues::cases());
    assert!(cases.len() > FEWEST, "only {} cases", cases.len());
    complete(&mut cases);
    covered(&cases);
    // For whoever works on one of them: STRENGTH=check_cert.
    if let Ok(part) = std::env::var("STRENGTH") {
        cases.retain(|case| case.name().contains(&part));
    }
    let bench = Bench::new();
    let rows = bench.run(cases);
    assert!(!rows.is_empty(), "nothing was run");
    let tally = Tally::of(&rows);
    println!("{tally}");
    println!("{:.0} s", began.elapsed().as_secs_f64());
    let wrong: Vec<String> = rows.iter().filter_map(|row| row.wrong.clone()).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} rows are wrong:\n\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
    bench.nothing_is_left();
    printed::well_formed_xml(bench.folder());
}

/// Few probes meet some faults, so that the rotation leaves formats out: these are run once more.
fn complete(cases: &mut Vec<Case>) {
    let mut told: BTreeMap<String, BTreeSet<Format>> = BTreeMap::new();
    for case in cases.iter() {
        told.entry(case.fault.clone())
            .or_default()
            .insert(case.format);
    }
    for (fault, formats) in told {
        let first = cases.iter().find(|case| case.fault == fault).cloned();
        let missing = Format::ALL
            .into_iter()
            .filter(|format| !formats.contains(format));
        for (format, case) in missing.zip(std::iter::repeat(first).flatten()) {
            cases.push(Case { format, ..case });
        }
    }
}

/// Each fault is told in each format, and each probe over each of its transports.
fn covered(cases: &[Case]) {
    let faults: BTreeSet<&str> = cases.iter().map(|case| case.fault.as_str()).collect();
    let told: BTreeSet<(&str, Format)> = cases
        .iter()
        .map(|case| (case.fault.as_str(), case.format))
        .collect();
    let missing: Vec<_> = faults
        .iter()
        .flat_map(|fault| Format::ALL.map(|format| (*fault, format)))
        .filter(|pair| !told.contains(pair))
        .collect();
    assert!(missing.is_empty(), "never told so: {missing:?}");
    let told: BTreeSet<_> = cases
        .iter()
        .map(|case| (case.probe, case.way, case.format))
        .collect();
    let ways: BTreeSet<_> = cases.iter().map(|case| (case.probe, case.way)).collect();
    for (probe, way) in &ways {
        for format in Format::ALL {
            assert!(
                told.contains(&(*probe, *way, format)),
                "{probe} over {way} never in {format:?}"
            );
        }
    }
    for probe in [
        "check_smtp",
        "check_imap",
        "check_pop3",
        "check_cert",
        "check_roundtrip",
    ] {
        for way in WAYS {
            assert!(ways.contains(&(probe, way)), "{probe} never over {way}");
        }
    }
}

/// The bound on what a run may take beyond its deadline.
const GRACE: Duration = Duration::from_millis(250);
