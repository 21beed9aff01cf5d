//! Spamhaus: the free zones, and those that are asked with a customer's key (DQS).
//!
//! Facts: Spamhaus' own descriptions of its return codes (DNSBL usage, "return codes" of DBL and of ZEN, the error codes of
//! 2019), as mail filters of several makers have them too.

use super::super::build::{domains, zone};
use super::super::{Category, Code, Entry, Group, Refusal, Zone};

/// What ZEN gives together its parts give alone.
static SBL: [Code; 3] = [
    Code::one(2, Category::Spam, "SBL: spam source or spam service").weighing(8),
    Code::one(3, Category::Spam, "CSS: sends like a spammer").weighing(6),
    Code::one(9, Category::Rogue, "DROP: hijacked or criminal network").weighing(10),
];
static XBL: [Code; 1] =
    [Code::from_to(4, 7, Category::Exploited, "XBL: exploited host").weighing(8)];
static PBL: [Code; 2] = [
    Code::one(
        10,
        Category::Policy,
        "PBL: not to send mail, says its provider",
    )
    .weighing(5),
    Code::one(11, Category::Policy, "PBL: not to send mail, says Spamhaus").weighing(5),
];
static ZEN: [Code; 6] = [
    Code::one(2, Category::Spam, "SBL: spam source or spam service").weighing(8),
    Code::one(3, Category::Spam, "CSS: sends like a spammer").weighing(6),
    Code::from_to(4, 7, Category::Exploited, "XBL: exploited host").weighing(8),
    Code::one(9, Category::Rogue, "DROP: hijacked or criminal network").weighing(10),
    Code::one(
        10,
        Category::Policy,
        "PBL: not to send mail, says its provider",
    )
    .weighing(5),
    Code::one(11, Category::Policy, "PBL: not to send mail, says Spamhaus").weighing(5),
];
static DBL: [Code; 9] = [
    Code::at([127, 0, 1, 2], Category::Spam, "DBL: spam domain"),
    Code::at([127, 0, 1, 4], Category::Phishing, "DBL: phishing domain"),
    Code::at([127, 0, 1, 5], Category::Malware, "DBL: malware domain"),
    Code::at([127, 0, 1, 6], Category::Malware, "DBL: botnet controller"),
    Code::at(
        [127, 0, 1, 102],
        Category::Abused,
        "DBL: good domain abused for spam",
    ),
    Code::at(
        [127, 0, 1, 103],
        Category::Abused,
        "DBL: redirector abused for spam",
    ),
    Code::at(
        [127, 0, 1, 104],
        Category::Abused,
        "DBL: good domain abused for phishing",
    ),
    Code::at(
        [127, 0, 1, 105],
        Category::Abused,
        "DBL: good domain abused for malware",
    ),
    Code::at(
        [127, 0, 1, 106],
        Category::Abused,
        "DBL: good domain abused by a botnet controller",
    ),
];
static DBL_REFUSES: [Refusal; 1] = [Refusal::at(
    [127, 0, 1, 255],
    "it was asked about an address and knows domains only",
)];

/// Hours since the domain was first seen, in the last octet.
static ZRD: [Code; 1] = [Code::over(
    [127, 0, 2, 2],
    [127, 0, 2, 24],
    Category::Informational,
    "ZRD: first seen within 24 hours",
)];
static ZRD_REFUSES: [Refusal; 1] = [Refusal::at(
    [127, 0, 2, 255],
    "it was asked about an address and knows domains only",
)];
static AUTHBL: [Code; 1] = [Code::one(
    20,
    Category::Attacker,
    "AuthBL: guesses passwords",
)];

const LOOKUP: &str = "https://check.spamhaus.org/results?query={ip}";
const FREE: &str = "free for low volume and non-commercial use; refuses public resolvers and resolvers with a generic reverse name";
const PAID: &str =
    "Data Query Service: needs a key (a free one for small use), works through any resolver";

/// DBL has a domain of its own in place of RFC 5782's TEST.
static DBL_LISTED: [Entry; 1] = [Entry::domain("dbltest.com")];
static DBL_UNLISTED: [Entry; 1] = [Entry::domain("example.com")];

pub(in super::super) static ZONES: [Zone; 11] = [
    zone("zen.spamhaus.org", "Spamhaus ZEN")
        .v6_tested()
        .codes(&ZEN)
        .lookup(LOOKUP)
        .weight(8)
        .group(Group::Default)
        .note(FREE),
    domains("dbl.spamhaus.org", "Spamhaus DBL")
        .codes(&DBL)
        .refuses(&DBL_REFUSES)
        .tests(&DBL_LISTED, &DBL_UNLISTED)
        .lookup(LOOKUP)
        .weight(8)
        .group(Group::Default)
        .note(FREE),
    zone("sbl.spamhaus.org", "Spamhaus SBL")
        .v6_tested()
        .codes(&SBL)
        .lookup(LOOKUP)
        .weight(8)
        .part_of_another()
        .note("part of zen.spamhaus.org"),
    zone("xbl.spamhaus.org", "Spamhaus XBL")
        .v6_tested()
        .codes(&XBL)
        .lookup(LOOKUP)
        .weight(8)
        .part_of_another()
        .note("part of zen.spamhaus.org"),
    zone("pbl.spamhaus.org", "Spamhaus PBL")
        .v6_tested()
        .codes(&PBL)
        .lookup(LOOKUP)
        .weight(5)
        .part_of_another()
        .note("part of zen.spamhaus.org"),
    zone("{key}.zen.dq.spamhaus.net", "Spamhaus ZEN (DQS)")
        .v6_tested()
        .codes(&ZEN)
        .lookup(LOOKUP)
        .weight(8)
        .key("spamhaus")
        .instead_of("zen.spamhaus.org")
        .group(Group::Default)
        .note(PAID),
    domains("{key}.dbl.dq.spamhaus.net", "Spamhaus DBL (DQS)")
        .codes(&DBL)
        .refuses(&DBL_REFUSES)
        .tests(&DBL_LISTED, &DBL_UNLISTED)
        .lookup(LOOKUP)
        .weight(8)
        .key("spamhaus")
        .instead_of("dbl.spamhaus.org")
        .group(Group::Default)
        .note(PAID),
    domains("{key}.zrd.dq.spamhaus.net", "Spamhaus ZRD (DQS)")
        .codes(&ZRD)
        .refuses(&ZRD_REFUSES)
        .unproven()
        .lookup(LOOKUP)
        .weight(1)
        .key("spamhaus")
        .group(Group::Strict)
        .note("domains first seen within the last 24 hours; a customer's key (DQS) only"),
    zone("{key}.authbl.dq.spamhaus.net", "Spamhaus AuthBL (DQS)")
        .codes(&AUTHBL)
        .unproven()
        .lookup(LOOKUP)
        .weight(3)
        .key("spamhaus")
        .group(Group::Strict)
        .note("guesses passwords over SMTP; a customer's key (DQS) only"),
    zone("sbl-xbl.spamhaus.org", "Spamhaus SBL and XBL")
        .codes(&ZEN)
        .lookup(LOOKUP)
        .weight(8)
        .part_of_another()
        .note("long since replaced by zen.spamhaus.org"),
    zone("cbl.abuseat.org", "CBL")
        .means(Category::Exploited)
        .lookup(LOOKUP)
        .weight(8)
        .part_of_another()
        .note("merged into the XBL in January 2021; zen.spamhaus.org has it"),
];
