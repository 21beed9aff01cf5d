//! The differences that rows tell of are those that the manuals do. In `man/sections` each entry of DIFFERENCES that a row
//! shows begins with its word in backquotes and a colon.

use std::collections::BTreeSet;

use crate::frame::{Row, Verdict};

/// Words of the entries in a probe's section DIFFERENCES.
pub fn told(probe: &str) -> BTreeSet<String> {
    let path = format!("{}/man/sections/{probe}.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (_, after) = text
        .split_once("# DIFFERENCES\n")
        .unwrap_or_else(|| panic!("{path} has no DIFFERENCES"));
    let section = after.split("\n# ").next().unwrap_or_default();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("* "))
        .map(|entry| {
            let word = entry
                .strip_prefix('`')
                .and_then(|entry| entry.split_once("`: "));
            let (word, _) = word.unwrap_or_else(|| panic!("{path}: no word before: {entry}"));
            word.to_owned()
        })
        .collect()
}

/// The same words in both.
pub fn agrees(probe: &str, rows: &[Row]) {
    let shown: BTreeSet<String> = rows
        .iter()
        .filter(|row| row.peer.probe == probe)
        .filter_map(|row| match row.verdict {
            Verdict::Differs { reason, .. } | Verdict::Shown { reason, .. } => {
                Some(reason.to_owned())
            }
            _ => None,
        })
        .collect();
    let told = told(probe);
    let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| {
        these.difference(those).cloned().collect::<Vec<_>>()
    };
    assert_eq!(
        (only(&shown, &told), only(&told, &shown)),
        (Vec::new(), Vec::new()),
        "{probe}: shown by rows alone, told by the manual alone"
    );
}
