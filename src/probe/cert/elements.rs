//! Whose end counts, when not that of the whole path: the old `--element`, `--skip-element` and
//! `--first-element-only`. What is over already and cannot be done without is told in any case.

use crate::x509::verify::{Expiry, PathReport};

/// Elements of the chain as it was sent, counted from 1.
#[derive(Clone, Debug, Default)]
pub struct Elements {
    /// Only so many of the first ones.
    pub most: Option<usize>,
    /// Not these.
    pub skipped: Vec<usize>,
}

impl Elements {
    /// The end to judge; none when no element of the path counts.
    pub fn end(&self, report: &PathReport) -> Option<Expiry> {
        if self.most.is_none() && self.skipped.is_empty() {
            return Some(report.expiry.clone());
        }
        let counts = |place: usize| {
            self.most.is_none_or(|most| place < most) && !self.skipped.contains(&(place + 1))
        };
        let first = report
            .path
            .iter()
            .enumerate()
            .filter(|(_, link)| link.sent.is_some_and(counts))
            .min_by_key(|(_, link)| link.certificate.not_after);
        first.map(|(depth, link)| Expiry {
            at: link.certificate.not_after,
            depth,
            certificate: link.certificate.clone(),
            ..report.expiry.clone()
        })
    }
}
