//! Zones that are no more, so that who still asks one is told. Some of them answer nothing, some are parked and list the world.
//!
//! Facts: the closing notes of the lists themselves and what the field's chronicles say of them; the year is left out where it is not
//! known for certain.

use super::super::Dead;

const fn dead(name: &'static str, note: &'static str) -> Dead {
    Dead { name, note }
}

/// Each with every name below it.
pub(in super::super) static DEAD: [Dead; 40] = [
    dead("sorbs.net", "SORBS closed in June 2024"),
    dead("ix.dnsbl.manitu.net", "NiX Spam closed in January 2025"),
    dead(
        "db.wpbl.info",
        "WPBL was emptied in November 2023 and closed in 2024",
    ),
    dead("ubl.unsubscore.com", "LashBack's UBL is gone"),
    dead("ubl.lashback.com", "LashBack's UBL is gone"),
    dead(
        "spamcannibal.org",
        "SpamCannibal closed in 2018; its domain was parked and listed the world",
    ),
    dead("inps.de", "inps.de closed in May 2020"),
    dead(
        "megarbl.net",
        "MegaRBL is gone; its domain was parked in November 2019 and listed the world",
    ),
    dead(
        "emailbasura.org",
        "Email Basura is gone; its domain was parked and listed the world",
    ),
    dead(
        "burnt-tech.com",
        "the Burnt Tech list is gone; its domain was parked and listed the world",
    ),
    dead(
        "ahbl.org",
        "AHBL closed in 2014 and listed the world from January 2015",
    ),
    dead("njabl.org", "NJABL closed in March 2013"),
    dead("rfc-ignorant.org", "RFC-Ignorant closed in November 2012"),
    dead("dsbl.org", "DSBL closed in May 2008"),
    dead(
        "ordb.org",
        "ORDB closed in December 2006 and listed the world from March 2008",
    ),
    dead(
        "opm.blitzed.org",
        "Blitzed's open proxy monitor closed in 2006",
    ),
    dead(
        "osirusoft.com",
        "Osirusoft closed in August 2003 and listed the world",
    ),
    dead("spews.org", "SPEWS has not been kept since 2006"),
    dead(
        "mail-abuse.org",
        "the free MAPS zones are gone; Trend Micro's are asked under a customer's name",
    ),
    dead(
        "spam.abuse.ch",
        "abuse.ch no longer runs a blocklist of this kind",
    ),
    dead(
        "drone.abuse.ch",
        "abuse.ch no longer runs a blocklist of this kind",
    ),
    dead(
        "combined.abuse.ch",
        "abuse.ch no longer runs a blocklist of this kind",
    ),
    dead(
        "httpbl.abuse.ch",
        "abuse.ch no longer runs a blocklist of this kind",
    ),
    dead(
        "dnsbl.abuse.ch",
        "abuse.ch no longer runs a blocklist of this kind",
    ),
    dead(
        "blackholes.us",
        "blackholes.us is gone; it listed the world at its end",
    ),
    dead(
        "cyberlogic.net",
        "the Cyberlogic list is gone; its domain answers every name",
    ),
    dead(
        "spamdown.org",
        "the Spamdown list is gone; its domain answers every name",
    ),
    dead("five-ten-sg.com", "the Five-Ten list is closed"),
    dead("bl.deadbeef.com", "closed, and listed the world"),
    dead("dnsbl.net.au", "the dnsbl.net.au lists are closed"),
    dead("aupads.org", "the AUPADS lists are closed"),
    dead("csma.biz", "the McFadden lists are closed"),
    dead("dul.ru", "closed"),
    dead("rbl.jp", "RBL.JP is closed"),
    dead("virbl.bit.nl", "Virbl is closed"),
    dead("virbl.dnsbl.bit.nl", "Virbl is closed"),
    dead("fusionzero.com", "0spam moved to 0spam.org: bl.0spam.org"),
    dead(
        "swl.spamhaus.org",
        "Spamhaus' allowlists have been closed since 2018",
    ),
    dead(
        "dwl.spamhaus.org",
        "Spamhaus' allowlists have been closed since 2018",
    ),
    dead("completewhois.com", "the Completewhois lists are closed"),
];
