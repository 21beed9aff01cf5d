//! Until when does any valid path exist?
//!
//! Not the earliest end of what was sent: a server may send an expired cross-signed certificate that no client needs. The
//! path is verified again at the moment at which its first element ends; if another path holds then, that one counts.

use super::ask::Question;
use super::{Link, PathError, PathErrorKind};
use crate::x509::facts::Certificate;

/// Verifications at other times; each new path needs another element, so that few are needed.
const TRIES: usize = 24;

/// The end of the last valid path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// Seconds since 1970: from this moment on no path is valid.
    pub at: i64,
    /// When it begins, if that is still ahead.
    pub starts: Option<i64>,
    /// The depth of the element that ends it; 0 is the server's certificate.
    pub depth: usize,
    /// The element that ends it.
    pub certificate: Certificate,
    /// Is it a path to something trusted? Else it is the earliest end of what there is of a path.
    pub proven: bool,
}

pub(super) fn expiry(
    question: &Question<'_>,
    path: &[Link],
    errors: &[PathError],
    at: i64,
) -> Expiry {
    let in_time = errors.iter().all(|error| {
        matches!(
            error.kind,
            PathErrorKind::Expired | PathErrorKind::NotYetValid
        )
    });
    if errors.is_empty() {
        return forward(question, path.to_vec(), None);
    }
    // Another path may be found at another time even if this one has other errors; but nothing is
    // gained by searching where the path does not hold by time alone.
    if in_time
        && let Some(found) = backward(question, path, at).or_else(|| ahead(question, path, at))
    {
        return found;
    }
    earliest(question, path, None, false)
}

/// Where the path is valid: from one path to the next until none is left.
fn forward(question: &Question<'_>, path: Vec<Link>, starts: Option<i64>) -> Expiry {
    let mut best = earliest(question, &path, starts, true);
    for _ in 0..TRIES {
        let answer = question.ask(best.at);
        if answer.code != 0 {
            break;
        }
        let next = earliest(question, &question.links(&answer.chain), starts, true);
        if next.at <= best.at {
            break;
        }
        best = next;
    }
    best
}

/// Expired: the last moment in the past at which there was a path.
fn backward(question: &Question<'_>, path: &[Link], at: i64) -> Option<Expiry> {
    let mut ends: Vec<i64> = everything(question, path)
        .map(|certificate| certificate.not_after)
        .filter(|end| *end <= at)
        .collect();
    ends.sort_unstable();
    ends.dedup();
    ends.into_iter().rev().take(TRIES).find_map(|end| {
        let answer = question.ask(end.checked_sub(1)?);
        let found = || earliest(question, &question.links(&answer.chain), None, true);
        (answer.code == 0).then(found)
    })
}

/// Not yet valid: the first moment at which there will be a path, and from there on.
fn ahead(question: &Question<'_>, path: &[Link], at: i64) -> Option<Expiry> {
    let mut starts: Vec<i64> = everything(question, path)
        .map(|certificate| certificate.not_before)
        .filter(|start| *start > at)
        .collect();
    starts.sort_unstable();
    starts.dedup();
    starts.into_iter().take(TRIES).find_map(|start| {
        let answer = question.ask(start);
        let found = || forward(question, question.links(&answer.chain), Some(start));
        (answer.code == 0).then(found)
    })
}

fn everything<'a>(
    question: &Question<'a>,
    path: &'a [Link],
) -> impl Iterator<Item = &'a Certificate> {
    question
        .sent()
        .chain(path.iter().map(|link| &link.certificate))
}

/// The element of a path that ends first; the lowest of several.
fn earliest(question: &Question<'_>, path: &[Link], starts: Option<i64>, proven: bool) -> Expiry {
    let first = path
        .iter()
        .enumerate()
        .min_by_key(|(_, link)| link.certificate.not_after);
    let (depth, certificate) = first.map_or((0, question.leaf), |(depth, link)| {
        (depth, &link.certificate)
    });
    Expiry {
        at: certificate.not_after,
        starts,
        depth,
        certificate: certificate.clone(),
        proven,
    }
}
