//! Lists of addresses that attack, or that let others through: a mail server on one of them has another problem than mail.
//!
//! Facts: DroneBL's and EFnet RBL's tables of classes, blocklist.de's of services, dan.me.uk's page.

use super::super::build::zone;
use super::super::{Category, Code, Group, Zone};

/// DroneBL's classes, in the last octet.
pub(super) static DRONEBL: [Code; 19] = [
    // What its own test entry gives.
    Code::one(1, Category::Neutral, "test entry"),
    Code::one(2, Category::Informational, "sample, for research"),
    Code::one(3, Category::Exploited, "IRC drone"),
    Code::one(5, Category::Exploited, "bottler"),
    Code::one(6, Category::Exploited, "unknown worm or bot"),
    Code::one(7, Category::Attacker, "DDoS drone"),
    Code::one(8, Category::OpenProxy, "open SOCKS proxy"),
    Code::one(9, Category::OpenProxy, "open HTTP proxy"),
    Code::one(10, Category::OpenProxy, "proxy chain"),
    Code::one(11, Category::OpenProxy, "web page proxy"),
    Code::one(12, Category::OpenProxy, "open DNS resolver"),
    Code::one(13, Category::Attacker, "guesses passwords"),
    Code::one(14, Category::OpenProxy, "open WinGate proxy"),
    Code::one(15, Category::Exploited, "compromised router"),
    Code::one(16, Category::Exploited, "autorooting worm"),
    Code::one(17, Category::Exploited, "bot, found by program"),
    Code::one(18, Category::Suspect, "DNS or MX name on IRC"),
    Code::one(19, Category::OpenProxy, "abused VPN"),
    Code::one(255, Category::Attacker, "threat without a class"),
];
/// EFnet's classes; 127.0.0.1 is one of them.
static EFNET: [Code; 5] = [
    Code::one(1, Category::OpenProxy, "open proxy"),
    Code::one(2, Category::Spam, "spam trap 666"),
    Code::one(3, Category::Spam, "spam trap 50"),
    Code::one(4, Category::OpenProxy, "Tor exit"),
    Code::one(5, Category::Attacker, "drone or flood"),
];

pub(in super::super) static ZONES: [Zone; 4] = [
    zone("bl.blocklist.de", "blocklist.de")
        .means(Category::Attacker)
        .v6_tested()
        .lookup("https://www.blocklist.de/en/delist.html?ip={ip}")
        .weight(3)
        .group(Group::Default)
        .note("attacks on services, reported by their servers; ends two days after the last one"),
    zone("rbl.efnetrbl.org", "EFnet RBL")
        .codes(&EFNET)
        .tests(&[], &[])
        .lookup("https://rbl.efnetrbl.org/?i={ip}")
        .weight(1)
        .note("made for IRC; 127.0.0.1 is a listing here"),
    zone("torexit.dan.me.uk", "Tor exits (dan.me.uk)")
        .means(Category::OpenProxy)
        .codes(&TOR)
        .unproven()
        .lookup("https://www.dan.me.uk/torcheck?ip={ip}")
        .weight(1)
        .note("addresses that Tor's traffic comes from"),
    zone("tor.dan.me.uk", "Tor nodes (dan.me.uk)")
        .means(Category::Informational)
        .unproven()
        .lookup("https://www.dan.me.uk/torcheck?ip={ip}")
        .weight(0)
        .part_of_another()
        .note("every Tor node, exit or not"),
];

static TOR: [Code; 1] = [Code::one(100, Category::OpenProxy, "Tor exit")];
