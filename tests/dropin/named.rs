//! What options a peer's own help names, in whatever form it is written: the dashes at the beginning of a line. None may be
//! without a row.

use std::collections::BTreeSet;

use crate::frame::{Peer, Row};
use crate::manual;
use crate::sandbox::probe::Run;

/// No option of the peer's help is without a row, and the rows show the differences that our manual tells, no more and no fewer.
#[track_caller]
pub fn complete(peer: &Peer, rows: &[Row]) {
    let forgotten = forgotten(named(peer), rows);
    assert!(forgotten.is_empty(), "no row has {forgotten:?}");
    manual::agrees(peer.probe, rows);
}

/// Every spelling, with its dashes.
fn named(peer: &Peer) -> BTreeSet<String> {
    let help = Run::new(peer.name).arg("--help").run_binary(&peer.theirs());
    let names: BTreeSet<String> = help.stdout.lines().flat_map(names).collect();
    assert!(names.len() > 10, "no options in this?\n{help}");
    names
}

/// `-f,--file file   Local ...` and `-w (--warning)   = Min. ...`.
fn names(line: &str) -> Vec<String> {
    let words = line.split([' ', ',']).filter(|word| !word.is_empty());
    words
        .map(|word| word.trim_matches(['(', ')', '.']))
        .take_while(|word| word.starts_with('-'))
        .map(|word| word.split(['=', '[']).next().unwrap_or(word).to_owned())
        .filter(|word| word.len() > 1)
        .collect()
}

/// Those that no row has.
fn forgotten(names: BTreeSet<String>, rows: &[Row]) -> Vec<String> {
    let said: BTreeSet<String> = rows
        .iter()
        .flat_map(|row| row.words())
        .map(|word| word.split('=').next().unwrap_or_default().to_owned())
        .collect();
    names
        .into_iter()
        .filter(|name| !said.contains(name))
        .collect()
}
