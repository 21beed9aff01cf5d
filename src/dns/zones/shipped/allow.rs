//! Allowlists: to be on one is good, and nothing to alarm about; a listing can be required.
//!
//! Facts: DNSWL's page on its answers (also in the rules of SpamAssassin and Rspamd), SPFBL's on its DNSWL, the rules of SpamAssassin
//! for Validity's and ISIPP's zones.

use super::super::build::{domains, zone};
use super::super::{Category, Code, Group, Refusal, Zone};

/// The third octet is the kind of sender, the last one the trust.
static DNSWL: [Code; 4] = [
    Code::over(
        [127, 0, 2, 0],
        [127, 0, 254, 0],
        Category::Allowed,
        "known, no trust",
    ),
    Code::over(
        [127, 0, 2, 1],
        [127, 0, 254, 1],
        Category::Allowed,
        "low trust",
    ),
    Code::over(
        [127, 0, 2, 2],
        [127, 0, 254, 2],
        Category::Allowed,
        "medium trust",
    ),
    Code::over(
        [127, 0, 2, 3],
        [127, 0, 254, 3],
        Category::Allowed,
        "high trust",
    ),
];
static DNSWL_REFUSES: [Refusal; 1] = [Refusal::over(
    [127, 0, 0, 255],
    [127, 0, 255, 255],
    "asked through a public resolver, or too much",
)];
static MAILSPIKE: [Code; 2] = [
    Code::from_to(17, 18, Category::Allowed, "H2-H3: good reputation"),
    Code::from_to(19, 20, Category::Allowed, "H4-H5: excellent reputation"),
];
static SPFBL: [Code; 4] = [
    Code::one(2, Category::Allowed, "excellent reputation"),
    Code::one(3, Category::Allowed, "indispensable to some"),
    Code::one(4, Category::Allowed, "corporate mail only"),
    Code::one(5, Category::Allowed, "shared, little spam"),
];

pub(in super::super) static ZONES: [Zone; 8] = [
    zone("list.dnswl.org", "DNSWL")
        .allowing()
        .v6()
        .codes(&DNSWL)
        .refuses(&DNSWL_REFUSES)
        .lookup("https://www.dnswl.org/s/?s={ip}")
        .group(Group::Default)
        .note("free up to 100 000 queries a day; refuses public resolvers"),
    domains("dwl.dnswl.org", "DNSWL domains")
        .allowing()
        .codes(&DNSWL)
        .refuses(&DNSWL_REFUSES)
        .unproven()
        .lookup("https://www.dnswl.org/s/?s={domain}")
        .group(Group::All)
        .note("domains that sign their mail (DKIM); refuses public resolvers"),
    zone("wl.mailspike.net", "Mailspike WL")
        .allowing()
        .codes(&MAILSPIKE)
        .unproven()
        .lookup("https://mailspike.io/ip_verify")
        .group(Group::Strict)
        .note("free up to 100 000 queries a day"),
    zone("ips.whitelisted.org", "whitelisted.org")
        .allowing()
        .unproven()
        .lookup("https://www.whitelisted.org/")
        .group(Group::All)
        .note("by the makers of UCEPROTECT; paid"),
    zone("dnswl.spfbl.net", "SPFBL DNSWL")
        .allowing()
        .v6()
        .codes(&SPFBL)
        .unproven()
        .lookup("https://matrix.spfbl.net/{ip}")
        .group(Group::All),
    zone("sa-trusted.bondedsender.org", "Validity Certified")
        .allowing()
        .unproven()
        .lookup("https://www.validity.com/products/sender-certification/")
        .group(Group::All)
        .note("paid certification"),
    zone("sa-accredit.habeas.com", "Validity Safe")
        .allowing()
        .unproven()
        .lookup("https://www.validity.com/products/sender-certification/")
        .group(Group::All)
        .note("paid certification"),
    zone("iadb.isipp.com", "ISIPP IADB")
        .allowing()
        .codes(&IADB)
        .tests(&[], &[])
        .lookup("https://www.isipp.com/")
        .group(Group::All)
        .note("several answers an address, facts about the sender in each"),
];

/// Whatever else it gives is a fact about the sender's mail.
static IADB: [Code; 2] = [
    Code::from_to(1, 2, Category::Allowed, "listed"),
    Code::at([127, 0, 1, 255], Category::Allowed, "vouched for"),
];
