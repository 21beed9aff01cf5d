//! Lists of addresses, beside Spamhaus', that many mail servers ask.

use super::super::build::zone;
use super::super::{Category, Group, Zone};

pub(in super::super) static ZONES: [Zone; 3] = [
    zone("bl.spamcop.net", "SpamCop")
        .lookup("https://www.spamcop.net/w3m?action=checkblock&ip={ip}")
        .weight(5)
        .group(Group::Default)
        .note("fed by complaints; a listing ends by itself a day after the last one"),
    zone("b.barracudacentral.org", "Barracuda")
        .lookup("https://www.barracudacentral.org/lookups/lookup-reputation?lookup_entry={ip}")
        .weight(5)
        .group(Group::Default)
        .note("the resolver's address must be registered with Barracuda"),
    zone("psbl.surriel.com", "PSBL")
        .means(Category::Spam)
        .lookup("https://psbl.org/listing?ip={ip}")
        .weight(4)
        .group(Group::Default)
        .note("spam traps; anybody may remove an address"),
];
