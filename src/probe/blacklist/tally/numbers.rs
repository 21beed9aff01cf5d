//! What is counted.

use super::super::run::many;
use super::{Hit, Tally};
use crate::dns::blocklist::{Place, Subject, Unknown, Verdict};
use crate::report::{Metric, Unit};

impl Tally<'_> {
    pub(super) fn metrics(
        &self,
        listed: &[Hit],
        allowed: &[Hit],
        missing: &[(&Place, &Subject)],
        zones: usize,
        unknown: &[(&Place, &Unknown)],
        (lead, summed_up): (Option<String>, Option<String>),
    ) {
        // No run has more of anything than a float can count.
        #[allow(clippy::cast_precision_loss)]
        let count = |label: &str, value: usize| Metric::new(label, value as f64, Unit::Count);
        let main = if self.lookup.classic {
            "servers"
        } else {
            "listed"
        };
        let (main, lead) = if self.lookup.inverted {
            let lead = missing.first().map(|(place, subject)| {
                let text = format!("{subject} is not on the allowlist {}", place.shown);
                match missing.len() - 1 {
                    0 => text,
                    more => format!("{text} and {more} more of {zones}"),
                }
            });
            (count(main, missing.len()), lead)
        } else {
            (count(main, listed.len()), lead)
        };
        let sum: u32 = listed.iter().map(|hit| hit.listing.weight).sum();
        let weight = Metric::new("weight", f64::from(sum), Unit::Count);
        let (main, weight) = match lead {
            Some(lead) if self.lookup.inverted => (main.above(self.appended(lead)), weight),
            Some(lead) => (
                main.above(self.appended(lead.clone())),
                weight.above(self.appended(format!("{lead} (weight {sum})"))),
            ),
            None => (main, weight),
        };
        self.scene.metric(main);
        self.scene.metric(weight);
        self.scene.metric(count("allowlisted", allowed.len()));
        // In the words of the finding, so that the first line does not say it twice.
        let silent = summed_up.unwrap_or_else(|| {
            format!(
                "{} of {} gave no verdict",
                unknown.len(),
                many(zones, "zone")
            )
        });
        self.scene
            .metric(count("unknown", unknown.len()).above(silent));
        self.scene.metric(count("zones", zones));
        if self.lookup.perfdata_zones {
            for (place, report) in self.pairs() {
                // What is not known is left out.
                let hits = report
                    .verdicts
                    .iter()
                    .filter(|(_, verdict)| {
                        matches!(verdict, Verdict::Listed(_) | Verdict::Allowed(_))
                    })
                    .count();
                if report.unknown().is_none() && !report.is_unsuited() || hits > 0 {
                    self.scene.metric(count(&place.shown, hits));
                }
            }
        }
    }
}
