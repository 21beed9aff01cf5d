//! A file of authorities: a bundle of roots, or intermediates alone. Each stands for itself.

use super::demands::Demands;
use super::findings as id;
use super::judge::{self, float, human};
use crate::probe::{Scene, finding};
use crate::report::{Metric, Status, Threshold, Unit};
use crate::time::Clock;
use crate::x509::{Certificate, KeyUsage, date};

/// Is it one? A certificate with names for hosts is a server's, though it may call itself an authority: `openssl req -x509`
/// has that in every certificate it makes. One alone must say that it signs certificates.
pub fn is_one(all: &[Certificate]) -> bool {
    let serves = |one: &Certificate| {
        let names = one.extensions.names.as_ref();
        !one.is_ca() || names.is_some_and(|names| !names.hosts().is_empty())
    };
    let signs = |one: &Certificate| one.extensions.key_usage.is_some_and(KeyUsage::cert_sign);
    !all.iter().any(serves) && (all.len() > 1 || all.iter().any(signs))
}

/// Judges the ends. A root that is over harms nobody, an intermediate does.
pub fn judge(name: &str, all: &[Certificate], demands: &Demands, scene: &Scene) {
    let at = demands.at.unwrap_or_else(Clock::unix_time);
    let (over, good): (Vec<&Certificate>, Vec<&Certificate>) =
        all.iter().partition(|one| one.not_after <= at);
    for one in &over {
        let ago = human(at - one.not_after);
        let text = format!(
            "\"{}\" in {name} expired on {}, {ago} ago",
            one.name(),
            date(one.not_after)
        );
        if one.self_issued() && !good.is_empty() {
            scene.finding(id::CHAIN_EXTRA, text);
        } else {
            scene.finding(finding::CERT_EXPIRED, text);
        }
    }
    let first = good.iter().min_by_key(|one| one.not_after);
    let Some(first) = first.or_else(|| over.iter().max_by_key(|one| one.not_after)) else {
        return;
    };
    let left = first.not_after - at;
    let range = |remaining: Option<crate::cli::Remaining>| {
        remaining.and_then(|one| one.of(first.lifetime()))
    };
    let threshold = Threshold {
        warning: range(demands.expiry.warning),
        critical: range(demands.expiry.critical),
    };
    scene.metric(
        Metric::new("expires", float(left), Unit::Seconds)
            .limits(None, None)
            .judged(threshold),
    );
    let count = float(i64::try_from(all.len()).unwrap_or(i64::MAX));
    scene.metric(Metric::new("chain_length", count, Unit::Count));
    let status = judge::status(threshold, left);
    if left > 0 && status != Status::Ok {
        let text = format!(
            "\"{}\" in {name} expires in {} ({})",
            first.name(),
            human(left),
            date(first.not_after)
        );
        scene.finding_as(id::EXPIRING, status, text);
    }
    scene.proven(format!(
        "{name} holds {}, {} on {}, {} left",
        match all.len() {
            1 => format!("the authority \"{}\"", first.name()),
            many => format!("{many} authorities"),
        },
        if all.len() == 1 {
            "which ends"
        } else {
            "the first ends"
        },
        date(first.not_after),
        human(left)
    ));
}
