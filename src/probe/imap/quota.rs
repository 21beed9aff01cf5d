//! How much of the quota is used (GETQUOTAROOT, RFC 9208).

use super::findings::QUOTA_UNKNOWN;
use super::mailboxes::float;
use crate::probe::Scene;
use crate::report::{Metric, Unit};
use crate::session::Error;
use crate::session::imap::{Imap, Mailbox};
use crate::wire::imap::Capabilities;
use crate::wire::imap::data::Quota;

/// STORAGE counts in these (RFC 9208 §5.1).
const BLOCK: u64 = 1024;

/// Asks for the quotas of a mailbox and tells the worst. `user` is whose it is, for people.
pub fn check(imap: &mut Imap, mailbox: &Mailbox, user: &str, scene: &Scene) -> Result<(), Error> {
    let name = scene.name();
    if !imap.offers(Capabilities::quota)? {
        scene.finding(QUOTA_UNKNOWN, format!("{name} does not offer QUOTA"));
        return Ok(());
    }
    let roots = match imap.quota(mailbox)? {
        Ok(roots) => roots,
        Err(no) => {
            let text = format!("{name} does not tell the quota of \"{mailbox}\": {no}");
            scene.finding(QUOTA_UNKNOWN, text);
            return Ok(());
        }
    };
    let mut worst: Option<Use> = None;
    for found in roots.iter().flat_map(uses) {
        scene.detail(format!("quota {}: {}", found.resource, found.words()));
        if worst
            .as_ref()
            .is_none_or(|known| known.percent() < found.percent())
        {
            worst = Some(found);
        }
    }
    let Some(worst) = worst else {
        let text = format!("{name} has set no quota for \"{user}\"");
        scene.finding(QUOTA_UNKNOWN, text);
        return Ok(());
    };
    let whole = format!("quota of \"{user}\" at {}", worst.words());
    let words = format!("{name}: {whole}");
    scene.metric(
        Metric::new("quota", worst.percent(), Unit::Percent)
            .limits(Some(0.0), Some(100.0))
            .above(words),
    );
    if let Some(storage) = roots
        .iter()
        .flat_map(uses)
        .filter(|found| found.bytes)
        .max_by_key(|found| found.usage)
    {
        let metric = Metric::new("quota_bytes", float(storage.usage), Unit::Bytes);
        scene.metric(metric.limits(Some(0.0), Some(float(storage.limit))));
    }
    scene.proven(whole);
    Ok(())
}

/// How much of one resource is used.
struct Use {
    resource: String,
    bytes: bool,
    usage: u64,
    limit: u64,
}

/// Storage and messages; a limit of nothing is none.
fn uses(quota: &Quota) -> impl Iterator<Item = Use> {
    quota
        .resources
        .iter()
        .filter(|resource| matches!(resource.name.as_str(), "STORAGE" | "MESSAGE"))
        .filter(|resource| resource.limit > 0)
        .map(|resource| {
            let bytes = resource.name == "STORAGE";
            let scale = if bytes { BLOCK } else { 1 };
            Use {
                resource: resource.name.to_ascii_lowercase(),
                bytes,
                usage: resource.usage.saturating_mul(scale),
                limit: resource.limit.saturating_mul(scale),
            }
        })
}

impl Use {
    fn percent(&self) -> f64 {
        float(self.usage) / float(self.limit) * 100.0
    }

    /// `91 % (9.1 GiB of 10 GiB)`.
    fn words(&self) -> String {
        let share = Unit::Percent.human(self.percent());
        let unit = if self.bytes { Unit::Bytes } else { Unit::Count };
        let (usage, limit) = (unit.human(float(self.usage)), unit.human(float(self.limit)));
        let what = if self.bytes { "" } else { " mails" };
        format!("{share} ({usage} of {limit}{what})")
    }
}
