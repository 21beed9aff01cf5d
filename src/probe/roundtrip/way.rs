//! The way that the message went, hop by hop: a table for people, the slowest hop, what was encrypted, whose clock
//! is wrong.

use super::findings::{CLOCK_SKEW, HOP_NOT_ENCRYPTED};
use super::run::{Roundtrip, Trip};
use crate::message::Message;
use crate::message::received::{Hop, hops};
use crate::message::trace::{Ends, Trace, trace};
use crate::probe::Scene;
use crate::report::{Metric, Unit};

/// Hops that are shown; a loop has more.
const SHOWN: usize = 30;
/// Characters of a host's name in the table.
const NAME: usize = 18;
/// Characters of the longest bar.
const BAR: f64 = 8.0;

/// What of the way the first line says.
#[derive(Default)]
pub struct Way {
    /// How many hops.
    pub hops: usize,
    /// `mx.example.net (4XyZ1k) with 40 s`
    pub slowest: Option<String>,
}

/// Judges the way.
pub fn judge(trip_of: &Roundtrip, message: &Message<'_>, ends: Ends, scene: &Scene) -> Way {
    let hops = hops(message);
    let way = trace(&hops, ends);
    #[expect(clippy::cast_precision_loss, reason = "a hundred at most")]
    scene.metric(Metric::new("hops", hops.len() as f64, Unit::Count));
    let mut slowest = None;
    if let Some((at, took)) = way.slowest() {
        let name = hops.get(at).map(described).unwrap_or_default();
        let words = format!("{name} with {}", Unit::Seconds.human(took));
        slowest = Some(words.clone());
        let words = format!("{}: the slowest hop is {words}", trip_of.way());
        scene.metric(Metric::new("hop_max", took, Unit::Seconds).above(words));
    }
    let skew = way.worst_clock();
    let off = skew.map_or(0.0, |(_, skew)| skew.abs());
    scene.metric(Metric::new("clock_skew", off, Unit::Seconds));
    if let Some((at, skew)) = skew {
        let name = hops.get(at).map(Hop::name).unwrap_or_default();
        let side = if skew < 0.0 { "slow" } else { "fast" };
        let text = format!(
            "the clock of {name} is at least {} {side}",
            Unit::Seconds.human(skew.abs())
        );
        scene.finding(CLOCK_SKEW, text);
    }
    if trip_of.demands.tls_hops {
        encrypted(&hops, scene);
    }
    for line in table(&hops, &way) {
        scene.detail(line);
    }
    Way {
        hops: hops.len(),
        slowest,
    }
}

/// `mx.example.net (4XyZ1k)`
pub fn described(hop: &Hop) -> String {
    match &hop.id {
        Some(id) => format!("{} ({id})", hop.name()),
        None => hop.name().to_owned(),
    }
}

/// Was every step between two hosts encrypted?
fn encrypted(hops: &[Hop], scene: &Scene) {
    let bare: Vec<String> = hops
        .iter()
        .filter(|hop| !hop.local && !hop.encrypted)
        .map(|hop| {
            let from = hop.from.as_deref().unwrap_or("?");
            let with = hop.with.as_deref().map(|with| format!(" ({with})"));
            format!("{from} to {}{}", hop.name(), with.unwrap_or_default())
        })
        .collect();
    if hops.is_empty() {
        let text = "no Received field tells how the message was sent: its encryption is not known";
        scene.finding(HOP_NOT_ENCRYPTED, text);
    } else if bare.is_empty() {
        scene.proven("every hop between hosts encrypted");
    } else {
        scene.finding(
            HOP_NOT_ENCRYPTED,
            format!("not encrypted: {}", bare.join("; ")),
        );
    }
}

/// The table.
fn table(hops: &[Hop], way: &Trace) -> Vec<String> {
    if hops.is_empty() {
        return vec!["no Received field tells of the way".to_owned()];
    }
    let mut rows = vec![row(["hop", "from", "to", "after", "took", "encrypted"], "")];
    let longest = way.slowest().map_or(0.0, |(_, took)| took);
    let bar = |took: f64| {
        if longest <= 0.0 {
            return String::new();
        }
        // A share of eight.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 8"
        )]
        let cells = (took / longest * BAR).round() as usize;
        "#".repeat(cells)
    };
    let seconds = |value: f64| Unit::Seconds.human((value * 100.0).round() / 100.0);
    for (at, (hop, step)) in hops.iter().zip(&way.steps).enumerate().take(SHOWN) {
        let tls = match (hop.encrypted, hop.local) {
            (true, _) => "TLS",
            (false, true) => "local",
            (false, false) => "-",
        };
        let from = hop.from.as_deref().unwrap_or("-");
        let after = seconds(step.after);
        rows.push(row(
            [
                &(at + 1).to_string(),
                from,
                hop.name(),
                &after,
                &seconds(step.took),
                tls,
            ],
            &bar(step.took),
        ));
        if step.skew != 0.0 {
            let sign = if step.skew < 0.0 { "-" } else { "+" };
            let skew = Unit::Seconds.human(step.skew.abs());
            rows.push(format!("-   its clock is wrong by {sign}{skew} or more"));
        }
    }
    if let Some(rest) = way.rest {
        rows.push(format!("-   then {} until it was seen", seconds(rest)));
    }
    if hops.len() > SHOWN {
        rows.push(format!("-   {} more", hops.len() - SHOWN));
    }
    rows
}

fn row(cells: [&str; 6], bar: &str) -> String {
    let [number, from, to, after, took, encrypted] = cells;
    let name = |text: &str| {
        let mut out: String = text.chars().take(NAME).collect();
        if text.chars().count() > NAME {
            out.truncate(out.floor_char_boundary(NAME - 2));
            out.push_str("..");
        }
        out
    };
    let line = format!(
        "{number:<3} {:NAME$} {:NAME$} {after:>7} {took:>7} {encrypted:9} {bar}",
        name(from),
        name(to)
    );
    line.trim_end().to_owned()
}

/// Our own end points by the wall clock.
pub fn ends(trip: &Trip, seen: f64) -> Ends {
    let took = trip.taken.saturating_sub(trip.start).as_secs_f64();
    Ends {
        start: trip.wall,
        taken: Some(trip.wall + took),
        seen: trip.wall + seen,
    }
}
