//! What an OK line says.

use super::super::run::many;
use super::{Sum, Tally};

/// Allowlists that are named on the line.
const MOST_NAMED: usize = 2;

impl Tally<'_> {
    /// What an OK line says.
    pub(super) fn proof(&self, sum: &Sum) -> String {
        let (zones, unknown) = (sum.zones, &sum.unknown);
        let who = match self.survey.subjects.as_slice() {
            [only] => only.to_string(),
            many => format!("{} addresses", many.len()),
        };
        let is = if self.survey.subjects.len() == 1 {
            "is"
        } else {
            "are"
        };
        let said = zones - unknown.len();
        let of = if unknown.is_empty() {
            many(zones, "zone")
        } else {
            format!("{said} of {}", many(zones, "zone"))
        };
        let mut text = if self.lookup.inverted {
            format!(
                "{who} {is} on all but {} of {}",
                sum.missing.len(),
                many(zones, "allowlist")
            )
        } else {
            match sum.listed.as_slice() {
                [] => format!("{who} {is} not listed by {of}"),
                listed => format!("{who}: {} in {of}", many(listed.len(), "listing")),
            }
        };
        if let Some((place, why)) = unknown.first() {
            let (_, first) = self.no_verdict(place, why);
            let rest = match unknown.len() - 1 {
                0 => String::new(),
                more => format!(", {more} more unknown"),
            };
            text.push_str(&format!(" ({first}{rest})"));
        }
        if !sum.allowed.is_empty() && !self.lookup.inverted {
            let mut names: Vec<&str> = sum
                .allowed
                .iter()
                .map(|hit| hit.place.shown.as_str())
                .collect();
            names.dedup();
            let more = names.len().saturating_sub(MOST_NAMED);
            names.truncate(MOST_NAMED);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            text.push_str(&format!(", allowed by {}{more}", names.join(", ")));
        }
        self.appended(text)
    }
}
