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

const LOOKUP: &str = "https://check.spamhaus.org/results?query={ip}";
const FREE: &str = "free for low volume and non-commercial use; refuses public resolvers and resolvers with a generic reverse name";
const PAID: &str =
    "Data Query Service: needs a key (a free one for small use), works through any resolver";

/// DBL has a domain of its own in place of RFC 5782's TEST.
static DBL_LISTED: [Entry; 1] = [Entry::domain("dbltest.com")];
static DBL_UNLISTED: [Entry; 1] = [Entry::domain("example.com")];

pub(in super::super) static ZONES: [Zone; 7] = [
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
        .note("part of zen.spamhaus.org; ask one of them"),
    zone("xbl.spamhaus.org", "Spamhaus XBL")
        .v6_tested()
        .codes(&XBL)
        .lookup(LOOKUP)
        .weight(8)
        .note("part of zen.spamhaus.org; ask one of them"),
    zone("pbl.spamhaus.org", "Spamhaus PBL")
        .v6_tested()
        .codes(&PBL)
        .lookup(LOOKUP)
        .weight(5)
        .note("part of zen.spamhaus.org; ask one of them"),
    zone("{key}.zen.dq.spamhaus.net", "Spamhaus ZEN (DQS)")
        .v6_tested()
        .codes(&ZEN)
        .lookup(LOOKUP)
        .weight(8)
        .key("spamhaus")
        .group(Group::Default)
        .note(PAID),
    domains("{key}.dbl.dq.spamhaus.net", "Spamhaus DBL (DQS)")
        .codes(&DBL)
        .refuses(&DBL_REFUSES)
        .tests(&DBL_LISTED, &DBL_UNLISTED)
        .lookup(LOOKUP)
        .weight(8)
        .key("spamhaus")
        .group(Group::Default)
        .note(PAID),
];
