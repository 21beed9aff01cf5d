//! The table that ships, one file per family of zones. Each file's head says where its facts come from.

mod spamhaus;
mod widely_used;

use super::{Dead, Zone};

/// Every zone, in the order in which they are shown: the ones that decide most about mail first.
pub(super) fn zones() -> impl Iterator<Item = &'static Zone> {
    spamhaus::ZONES.iter().chain(&widely_used::ZONES)
}

/// Zones that are no more.
pub(super) static DEAD: [Dead; 1] = [Dead {
    name: "sorbs.net",
    note: "all SORBS zones were closed in June 2024",
}];
