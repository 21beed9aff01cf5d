//! What each zone said.

use super::{Tally, words};
use crate::dns::blocklist::{Unknown, Verdict};
use crate::report::Unit;

impl Tally<'_> {
    /// A line for each zone.
    pub(super) fn details(&self) {
        let width = self
            .survey
            .places
            .iter()
            .map(|place| place.shown.len())
            .max()
            .unwrap_or_default()
            .min(40);
        for (place, report) in self.pairs() {
            let mut said: Vec<String> = Vec::new();
            for (number, verdict) in &report.verdicts {
                let Some(subject) = self.survey.subjects.get(*number) else {
                    continue;
                };
                let about = if self.survey.subjects.len() == 1 {
                    String::new()
                } else {
                    format!("{} ", subject.entry)
                };
                match verdict {
                    Verdict::Listed(listing) => {
                        said.push(format!("{about}listed ({})", words(listing)));
                    }
                    Verdict::Allowed(listing) => {
                        said.push(format!("{about}allowed ({})", words(listing)));
                    }
                    Verdict::Clean | Verdict::Unknown(_) => {}
                }
            }
            if let Some(why) = report.unknown() {
                said.push(match why {
                    Unknown::Refused(words) => format!("refused: {words}"),
                    Unknown::Unreachable(words) => format!("unknown: {words}"),
                    Unknown::Bogus(address) => format!("bogus: {address}"),
                    Unknown::Dead => "dead".to_owned(),
                    Unknown::ListsEverything => "lists everything".to_owned(),
                    Unknown::Unsuited => "unsuited".to_owned(),
                });
            } else if report.verdicts.is_empty() || report.is_unsuited() {
                said.push("not asked about such".to_owned());
            } else if said.is_empty() {
                said.push("not listed".to_owned());
            }
            let took = Unit::Seconds.human(report.took.as_secs_f64());
            self.scene.detail(format!(
                "{:width$}  {took:>8}  {}",
                place.shown,
                said.join(", ")
            ));
        }
        if !self.lookup.selection.keyless.is_empty() {
            self.scene.detail(format!(
                "left out for want of a key: {}",
                self.lookup.selection.keyless.join(", ")
            ));
        }
    }
}
