//! What is counted.

use super::super::run::many;
use super::{Sum, Tally};
use crate::dns::blocklist::Verdict;
use crate::report::{Metric, Unit};

impl Tally<'_> {
    pub(super) fn metrics(&self, sum: &Sum, lead: Option<String>, summed_up: Option<String>) {
        // No run has more of anything than a float can count.
        #[allow(clippy::cast_precision_loss)]
        let count = |label: &str, value: usize| Metric::new(label, value as f64, Unit::Count);
        let main = if self.lookup.classic {
            "servers"
        } else {
            "listed"
        };
        let (main, lead) = if self.lookup.inverted {
            let lead = sum.missing.first().map(|(place, subject)| {
                let text = format!("{subject} is not on the allowlist {}", place.shown);
                match sum.missing.len() - 1 {
                    0 => text,
                    more => format!("{text} and {more} more of {}", sum.zones),
                }
            });
            (count(main, sum.missing.len()), lead)
        } else {
            (count(main, sum.listed.len()), lead)
        };
        let weights: u32 = sum.listed.iter().map(|hit| hit.listing.weight).sum();
        let weight = Metric::new("weight", f64::from(weights), Unit::Count);
        let (main, weight) = match lead {
            Some(lead) if self.lookup.inverted => (main.above(self.appended(lead)), weight),
            Some(lead) => (
                main.above(self.appended(lead.clone())),
                weight.above(self.appended(format!("{lead} (weight {weights})"))),
            ),
            None => (main, weight),
        };
        self.scene.metric(main);
        self.scene.metric(weight);
        self.scene.metric(count("allowlisted", sum.allowed.len()));
        // In the words of the finding, so that the first line does not say it twice.
        let silent = summed_up.unwrap_or_else(|| {
            format!(
                "{} of {} gave no verdict",
                sum.unknown.len(),
                many(sum.zones, "zone")
            )
        });
        self.scene
            .metric(count("unknown", sum.unknown.len()).above(silent));
        self.scene.metric(count("zones", sum.zones));
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
