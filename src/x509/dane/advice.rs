//! What will go wrong at the next renewal (RFC 7671 §8, RFC 7672 §8): records are fine today and forgotten tomorrow.

use std::time::Duration;

use super::{Report, Verdict};

/// A day.
const LONG: Duration = Duration::from_secs(86_400);

/// Something to do before the next change of key or certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Only digests of the whole certificate match: each renewal needs new records first.
    EachRenewal,
    /// One record alone: it must have company before the key may change.
    NoNext,
    /// Only records for authorities match: a certificate from another one does not.
    AuthorityOnly,
    /// Some records can be used by nobody.
    Clutter(usize),
    /// A record matches, but those with a stronger digest are what clients look at.
    StaleDigest,
    /// Answers are kept longer than a day: publish that long before.
    LongTtl(Duration),
}

impl std::fmt::Display for Advice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EachRenewal => f.write_str(
                "only the whole certificate is published (selector 0): each renewal breaks it unless the new record comes first; \
                 3 1 1 with a key that stays does not",
            ),
            Self::NoNext => f.write_str(
                "one record alone: before the key changes, publish the next one's beside it and wait two TTLs",
            ),
            Self::AuthorityOnly => f.write_str(
                "only authorities are published (usage 2): a certificate from another intermediate does not match",
            ),
            Self::Clutter(1) => f.write_str("1 record is unusable: take it out"),
            Self::Clutter(count) => write!(f, "{count} records are unusable: take them out"),
            Self::StaleDigest => f.write_str(
                "a record with SHA-256 matches, but clients look at the one with SHA-512 alone, and that does not",
            ),
            Self::LongTtl(ttl) => write!(
                f,
                "answers are kept for {} h: publish new records twice as long before they are needed",
                ttl.as_secs() / 3600
            ),
        }
    }
}

/// What to say about the records of a port, whose answers are kept for `ttl`.
#[must_use]
pub fn rollover(report: &Report, ttl: Duration) -> Vec<Advice> {
    let mut advice = Vec::new();
    let matching: Vec<_> = report.matching().map(|(record, _)| record).collect();
    let unusable = report
        .records
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Unusable(_)))
        .count();
    let in_force = report
        .records
        .iter()
        .filter(|(_, verdict)| !matches!(verdict, Verdict::Unusable(_) | Verdict::Outdone(_)))
        .count();
    let outdone = report
        .records
        .iter()
        .any(|(_, verdict)| *verdict == Verdict::Outdone(true));
    if matching.is_empty() {
        if outdone {
            advice.push(Advice::StaleDigest);
        }
    } else {
        let whole = matching
            .iter()
            .all(|record| record.selector == 0 && matches!(record.usage, 1 | 3));
        // Those that do not match today are taken for tomorrow's.
        let alone = in_force == matching.len();
        if whole && alone {
            advice.push(Advice::EachRenewal);
        } else if in_force == 1 && matching.iter().all(|record| matches!(record.usage, 0 | 2)) {
            advice.push(Advice::AuthorityOnly);
        } else if in_force == 1 {
            advice.push(Advice::NoNext);
        }
        if ttl > LONG {
            advice.push(Advice::LongTtl(ttl));
        }
    }
    if unusable > 0 && in_force > 0 {
        advice.push(Advice::Clutter(unusable));
    }
    advice
}
