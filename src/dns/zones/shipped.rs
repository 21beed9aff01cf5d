//! The table that ships, one file per family of zones. Each file's head says where its facts come from; what is not known for
//! certain is left out: a zone whose test entries are unknown has none here, and a code without a row is still a listing.

mod allow;
mod attackers;
mod dead;
mod domains;
mod keyed;
mod regional;
mod spamhaus;
mod widely_used;

use super::Zone;
pub(super) use dead::DEAD;

/// Every zone, in the order in which they are shown: the ones that decide most about mail first.
pub(super) fn zones() -> impl Iterator<Item = &'static Zone> {
    spamhaus::ZONES
        .iter()
        .chain(&widely_used::ZONES)
        .chain(&domains::ZONES)
        .chain(&keyed::ZONES)
        .chain(&attackers::ZONES)
        .chain(&regional::ZONES)
        .chain(&allow::ZONES)
}
