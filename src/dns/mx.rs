//! Where a domain takes its mail: MX records in order of preference, the null MX (RFC 7505), and without any MX the
//! address of the domain itself (RFC 5321 §5.1).
//!
//! Hosts come in one order always, by preference and then by name, not in the order of the answer, which servers rotate:
//! what is reported must not depend on the day.

use hickory_resolver::proto::rr::RData;

use super::Outcome;
use super::question::text;

/// More exchangers than any domain needs; what lies behind the best of them is not probed.
const MOST_HOSTS: usize = 64;

/// One mail exchanger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mx {
    /// The lower, the better.
    pub preference: u16,
    /// Its name, in A-labels, without final dot.
    pub host: String,
    /// There is no MX record: this is the domain's own address.
    pub implicit: bool,
}

/// The exchangers among the records of an answer.
///
/// A root name beside real exchangers breaks RFC 7505 §3; it is passed over, as mail servers do.
pub(super) fn exchangers(records: &[RData]) -> Result<Vec<Mx>, Outcome> {
    let mut found: Vec<Mx> = records
        .iter()
        .filter_map(|data| match data {
            RData::MX(mx) => Some(Mx {
                preference: mx.preference,
                host: text(&mx.exchange),
                implicit: false,
            }),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return Err(Outcome::NoData);
    }
    found.retain(|mx| !mx.host.is_empty());
    if found.is_empty() {
        return Err(Outcome::NullMx);
    }
    found.sort_by(|a, b| (a.preference, &a.host).cmp(&(b.preference, &b.host)));
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|mx| seen.insert(mx.host.clone()));
    found.truncate(MOST_HOSTS);
    Ok(found)
}
