//! Lists of addresses, beside Spamhaus', that many mail servers ask.
//!
//! Facts: the lists' own pages, and which test entries answer, as other checkers saw it in October 2026; Mailspike's levels and Validity's zones also from the rules of SpamAssassin and Rspamd; SEM's test
//! entries from its list of questions; SpamRATS' codes from its pages.

use super::super::build::zone;
use super::super::{Category, Code, Group, Zone};

/// Mailspike's levels: L5 (worst) to L1, H1 to H5 (best); 127.0.0.2 is the list of the current wave.
static MAILSPIKE_BL: [Code; 6] = [
    Code::one(2, Category::Spam, "Z: part of a spam wave"),
    Code::one(10, Category::Spam, "L5: worst reputation"),
    Code::one(11, Category::Spam, "L4: very bad reputation").weighing(3),
    Code::one(12, Category::Suspect, "L3: bad reputation").weighing(2),
    Code::one(13, Category::Suspect, "L2: suspicious").weighing(1),
    Code::from_to(14, 20, Category::Neutral, "no bad reputation"),
];
static MAILSPIKE_REP: [Code; 6] = [
    Code::one(10, Category::Spam, "L5: worst reputation"),
    Code::one(11, Category::Spam, "L4: very bad reputation").weighing(3),
    Code::one(12, Category::Suspect, "L3: bad reputation").weighing(2),
    Code::from_to(13, 16, Category::Neutral, "neutral reputation"),
    Code::from_to(17, 18, Category::Allowed, "good reputation"),
    Code::from_to(19, 20, Category::Allowed, "excellent reputation"),
];
pub(super) static RATS: [Code; 4] = [
    Code::one(36, Category::Policy, "RATS-Dyna: dynamic address"),
    Code::one(37, Category::Policy, "RATS-NoPtr: no proper reverse name"),
    Code::one(38, Category::Spam, "RATS-Spam: sends spam").weighing(3),
    Code::one(43, Category::Attacker, "RATS-Auth: guesses passwords").weighing(3),
];
static HOSTKARMA: [Code; 6] = [
    Code::one(1, Category::Allowed, "white: sends no spam"),
    Code::one(2, Category::Spam, "black: sends spam"),
    Code::one(3, Category::Neutral, "yellow: sends spam and good mail"),
    Code::one(
        4,
        Category::Suspect,
        "brown: sends spam, not enough for black",
    )
    .weighing(1),
    Code::one(5, Category::Neutral, "not to be listed as black"),
    Code::over(
        [127, 0, 1, 0],
        [127, 0, 2, 255],
        Category::Neutral,
        "a note on its manners",
    ),
];
/// SPFBL's DNSBL.
static SPFBL: [Code; 3] = [
    Code::one(2, Category::Spam, "bad reputation"),
    Code::one(
        3,
        Category::Policy,
        "suspect, or not set up as RFC 5321 wants it",
    )
    .weighing(1),
    Code::one(4, Category::Policy, "no mail server, says its reverse name").weighing(1),
];

const UCEPROTECT: &str = "https://www.uceprotect.net/en/rblcheck.php?ipr={ip}";
const MAILSPIKE: &str = "https://mailspike.io/ip_verify";
const SEM: &str = "https://spameatingmonkey.com/lookup/{ip}";
const SPAMRATS: &str = "https://www.spamrats.com/lookup.php?ip={ip}";

pub(in super::super) static ZONES: [Zone; 31] = [
    zone("bl.spamcop.net", "SpamCop")
        .v6_tested()
        .lookup("https://www.spamcop.net/w3m?action=checkblock&ip={ip}")
        .weight(5)
        .group(Group::Default)
        .note("fed by complaints; a listing ends by itself a day after the last one"),
    zone("b.barracudacentral.org", "Barracuda")
        .v6_tested()
        .lookup("https://www.barracudacentral.org/rbl/removal-request/{ip}")
        .weight(5)
        .group(Group::Default)
        .note("the address of the resolver must be registered with Barracuda"),
    zone("psbl.surriel.com", "PSBL")
        .lookup("https://psbl.org/listing?ip={ip}")
        .weight(4)
        .group(Group::Default)
        .note("spam traps; anybody may remove an address"),
    zone("bl.mailspike.net", "Mailspike BL")
        .codes(&MAILSPIKE_BL)
        .lookup(MAILSPIKE)
        .weight(4)
        .group(Group::Default)
        .note("free up to 100 000 queries a day"),
    zone("z.mailspike.net", "Mailspike Z")
        .unproven()
        .lookup(MAILSPIKE)
        .weight(4)
        .part_of_another()
        .note("part of bl.mailspike.net"),
    zone("rep.mailspike.net", "Mailspike reputation")
        .codes(&MAILSPIKE_REP)
        .unproven()
        .lookup(MAILSPIKE)
        .weight(4)
        .part_of_another()
        .note("good and bad reputation in one; its bad part is in bl.mailspike.net"),
    zone("bl.score.senderscore.com", "Validity RPBL")
        .unproven()
        .lookup("https://senderscore.org/act/blocklist-remover/")
        .weight(4)
        .group(Group::Default)
        .note("free up to 10 000 queries in 30 days; more by resolvers known to Validity"),
    zone("dnsbl-1.uceprotect.net", "UCEPROTECT level 1")
        .lookup(UCEPROTECT)
        .weight(3)
        .group(Group::Default)
        .note(
            "single addresses; a listing ends a week after the last spam; refuses public resolvers",
        ),
    zone("dnsbl-2.uceprotect.net", "UCEPROTECT level 2")
        .means(Category::Neighbour)
        .lookup(UCEPROTECT)
        .weight(1)
        .group(Group::Strict)
        .note("whole nets with several listed addresses"),
    zone("dnsbl-3.uceprotect.net", "UCEPROTECT level 3")
        .means(Category::Neighbour)
        .lookup(UCEPROTECT)
        .weight(0)
        .group(Group::All)
        .note("whole providers; few servers refuse mail for it"),
    zone("all.s5h.net", "s5h")
        .v6_tested()
        .lookup("https://www.s5h.net/rbl")
        .weight(2)
        .group(Group::Strict),
    zone("dnsbl.dronebl.org", "DroneBL")
        .v6_tested()
        .codes(&super::attackers::DRONEBL)
        .lookup("https://dronebl.org/lookup?ip={ip}")
        .weight(3)
        .group(Group::Default)
        .note("proxies, bots and attackers"),
    zone("truncate.gbudb.net", "GBUdb Truncate")
        .lookup("https://www.gbudb.com/truncate/index.jsp")
        .weight(3)
        .group(Group::Default)
        .note("nothing but spam from this address; ends by itself, cannot be lifted by hand"),
    zone("bl.spameatingmonkey.net", "SEM-BLACK")
        .lookup(SEM)
        .weight(3)
        .group(Group::Default)
        .note("free up to 100 000 queries a day"),
    zone("bl.ipv6.spameatingmonkey.net", "SEM-IPV6BL")
        .only_v6_tested()
        .lookup(SEM)
        .weight(3)
        .group(Group::Default)
        .note("free up to 100 000 queries a day"),
    zone("backscatter.spameatingmonkey.net", "SEM-BACKSCATTER")
        .means(Category::Backscatter)
        .lookup(SEM)
        .weight(1)
        .group(Group::Strict),
    zone("ips.backscatterer.org", "Backscatterer")
        .v6_tested()
        .means(Category::Backscatter)
        .lookup("https://www.backscatterer.org/?target=test&ip={ip}")
        .weight(1)
        .group(Group::Strict)
        .note("backscatter and sender callouts; ends after four weeks"),
    zone("all.spamrats.com", "SpamRATS")
        .codes(&RATS)
        .unproven()
        .lookup(SPAMRATS)
        .weight(2)
        .group(Group::Strict)
        .note("free for small use"),
    zone("dyna.spamrats.com", "SpamRATS Dyna")
        .means(Category::Policy)
        .codes(&RATS)
        .unproven()
        .lookup(SPAMRATS)
        .part_of_another()
        .note("part of all.spamrats.com"),
    zone("noptr.spamrats.com", "SpamRATS NoPtr")
        .means(Category::Policy)
        .codes(&RATS)
        .unproven()
        .lookup(SPAMRATS)
        .part_of_another()
        .note("part of all.spamrats.com"),
    zone("spam.spamrats.com", "SpamRATS Spam")
        .codes(&RATS)
        .unproven()
        .lookup(SPAMRATS)
        .part_of_another()
        .note("part of all.spamrats.com"),
    zone("auth.spamrats.com", "SpamRATS Auth")
        .means(Category::Attacker)
        .codes(&RATS)
        .unproven()
        .lookup(SPAMRATS)
        .part_of_another()
        .note("part of all.spamrats.com"),
    zone("hostkarma.junkemailfilter.com", "Hostkarma")
        .codes(&HOSTKARMA)
        // 127.0.0.1 is its word for good, and the entry that must not be listed tells nothing.
        .tests(&[], &[])
        .lookup("https://ipadmin.junkemailfilter.com/remove.php?ip={ip}")
        .weight(2)
        .group(Group::Strict)
        .note("black and white in one; only black and brown are listings"),
    zone("bl.0spam.org", "0spam")
        .lookup("https://0spam.org/")
        .weight(2)
        .group(Group::Strict)
        .note("spam traps"),
    zone("nbl.0spam.org", "0spam nets")
        .means(Category::Neighbour)
        .unproven()
        .lookup("https://0spam.org/")
        .weight(1)
        .group(Group::All)
        .note("nets of 256 with several listed addresses"),
    zone("dnsbl.justspam.org", "JustSpam")
        .unproven()
        .lookup("https://www.justspam.org/")
        .weight(2)
        .group(Group::Strict)
        .note("addresses that another list has, too"),
    zone("rbl.interserver.net", "InterServer")
        .unproven()
        .lookup("https://rbl.interserver.net/")
        .weight(1),
    zone("bl.nordspam.com", "NordSpam")
        .v6_tested()
        .lookup("https://www.nordspam.com/delist/")
        .weight(2)
        .group(Group::Strict)
        .note("free up to 10 000 queries a day"),
    zone("dnsbl.spfbl.net", "SPFBL")
        .v6()
        .codes(&SPFBL)
        .unproven()
        .lookup("https://matrix.spfbl.net/{ip}")
        .weight(2)
        .group(Group::Strict)
        .note("for scores, not to refuse mail by, say its makers"),
    zone("spam.dnsbl.anonmails.de", "anonmails")
        .unproven()
        .lookup("https://anonmails.de/dnsbl.php")
        .weight(1),
    zone("bip.virusfree.cz", "VirusFree BIP")
        .means(Category::Exploited)
        .v6()
        .unproven()
        .lookup("https://www.virusfree.cz/")
        .weight(2)
        .group(Group::Strict)
        .note("bots"),
];
