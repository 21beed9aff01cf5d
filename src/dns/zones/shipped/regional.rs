//! Smaller lists and lists of one region or one provider: few servers ask them.
//!
//! Facts: that they answer and what for, from the lists' own pages and from the collections of monitoring tools; none is known to
//! give codes with meanings of their own, and their test entries are not known for certain.

use super::super::build::zone;
use super::super::{Category, Zone};

pub(in super::super) static ZONES: [Zone; 8] = [
    zone("dnsrbl.swinog.ch", "SWINOG DNSRBL")
        .unproven()
        .lookup("https://antispam.imp.ch/spamikaze/remove.php")
        .weight(1)
        .note("Swiss spam traps"),
    zone("rbl.abuse.ro", "abuse.ro")
        .unproven()
        .lookup("https://abuse.ro/")
        .weight(1)
        .note("Romanian"),
    zone("blacklist.woody.ch", "woody.ch")
        .unproven()
        .lookup("https://blacklist.woody.ch/rblcheck.php3")
        .weight(1)
        .note("Swiss"),
    zone("black.dnsbl.brukalai.lt", "brukalai.lt")
        .unproven()
        .lookup("https://www.brukalai.lt/")
        .weight(1)
        .note("Lithuanian"),
    zone("bl.nosolicitado.org", "NoSolicitado")
        .unproven()
        .lookup("https://www.nosolicitado.org/")
        .weight(1)
        .note("Spanish-speaking countries"),
    zone("singular.ttk.pte.hu", "singular.ttk.pte.hu")
        .unproven()
        .weight(1)
        .note("Hungarian"),
    zone("bl.suomispam.net", "Suomispam")
        .unproven()
        .lookup("https://suomispam.net/")
        .weight(1)
        .note("Finnish spam"),
    zone("bogons.cymru.com", "Team Cymru bogons")
        .means(Category::Rogue)
        // Loopback is itself a bogon: the entries of RFC 5782 say nothing here.
        .tests(&[], &[])
        .lookup("https://www.team-cymru.com/bogon-networks")
        .weight(3)
        .note("nets that nobody was given"),
];
