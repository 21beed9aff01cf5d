//! Lists of domains, beside Spamhaus'.
//!
//! Facts: SURBL's and URIBL's pages and the rules of SpamAssassin and Rspamd (bits, refusal by 127.0.0.1, test entries); SEM's list
//! of questions for its test names; NordSpam's usage page.

use super::super::build::domains;
use super::super::{Category, Code, Entry, Group, Refusal, Zone};

/// Bits of the last octet; several may be set.
static SURBL: [Code; 4] = [
    Code::bits(8, Category::Phishing, "PH: phishing"),
    Code::bits(16, Category::Malware, "MW: malware"),
    Code::bits(64, Category::Spam, "ABUSE: spam domain"),
    Code::bits(128, Category::Abused, "CR: cracked site"),
];
static SURBL_REFUSES: [Refusal; 1] = [Refusal::bits(
    1,
    "asked through a public resolver, or too much",
)];
static SURBL_LISTED: [Entry; 1] = [Entry::domain("test.surbl.org")];
static NEVER_LISTED: [Entry; 1] = [Entry::domain("example.com")];

static URIBL: [Code; 3] = [
    Code::bits(2, Category::Spam, "black: spam domain"),
    Code::bits(4, Category::Suspect, "grey: bulk mail, not only spam").weighing(1),
    Code::bits(
        8,
        Category::Suspect,
        "red: watched, new or near spam domains",
    )
    .weighing(1),
];
static URIBL_REFUSES: [Refusal; 1] = [Refusal::bits(
    1,
    "asked through a public resolver, or too much",
)];
static URIBL_LISTED: [Entry; 1] = [Entry::domain("test.uribl.com")];

/// SEM's own test names.
static SEM_LISTED: [Entry; 1] = [Entry::domain("_dnsbl_.test")];
static SEM_UNLISTED: [Entry; 1] = [Entry::domain("_dnsblneg_.test")];

const SURBL_LOOKUP: &str = "https://surbl.org/surbl-analysis";
const URIBL_LOOKUP: &str = "https://admin.uribl.com/?section=lookup";
const SEM_LOOKUP: &str = "https://spameatingmonkey.com/lookup/{domain}";

pub(in super::super) static ZONES: [Zone; 12] = [
    domains("multi.surbl.org", "SURBL")
        .codes(&SURBL)
        .refuses(&SURBL_REFUSES)
        .tests(&SURBL_LISTED, &NEVER_LISTED)
        .lookup(SURBL_LOOKUP)
        .weight(6)
        .group(Group::Default)
        .note("free for small use; refuses public resolvers"),
    domains("multi.uribl.com", "URIBL")
        .codes(&URIBL)
        .refuses(&URIBL_REFUSES)
        .tests(&URIBL_LISTED, &NEVER_LISTED)
        .lookup(URIBL_LOOKUP)
        .weight(6)
        .group(Group::Default)
        .note("free for small use; refuses public resolvers"),
    domains("black.uribl.com", "URIBL black")
        .codes(&URIBL)
        .refuses(&URIBL_REFUSES)
        .tests(&URIBL_LISTED, &NEVER_LISTED)
        .lookup(URIBL_LOOKUP)
        .weight(6)
        .part_of_another()
        .note("part of multi.uribl.com"),
    domains("grey.uribl.com", "URIBL grey")
        .codes(&URIBL)
        .refuses(&URIBL_REFUSES)
        .tests(&URIBL_LISTED, &NEVER_LISTED)
        .means(Category::Suspect)
        .lookup(URIBL_LOOKUP)
        .weight(1)
        .part_of_another()
        .note("part of multi.uribl.com"),
    domains("red.uribl.com", "URIBL red")
        .codes(&URIBL)
        .refuses(&URIBL_REFUSES)
        .tests(&URIBL_LISTED, &NEVER_LISTED)
        .means(Category::Suspect)
        .lookup(URIBL_LOOKUP)
        .weight(1)
        .part_of_another()
        .note("part of multi.uribl.com"),
    domains("uribl.spameatingmonkey.net", "SEM-URI")
        .tests(&SEM_LISTED, &SEM_UNLISTED)
        .lookup(SEM_LOOKUP)
        .weight(3)
        .group(Group::Default)
        .note("free up to 100 000 queries a day"),
    domains("urired.spameatingmonkey.net", "SEM-URIRED")
        .means(Category::Suspect)
        .tests(&SEM_LISTED, &SEM_UNLISTED)
        .lookup(SEM_LOOKUP)
        .weight(1)
        .group(Group::Strict),
    domains("fresh.spameatingmonkey.net", "SEM-FRESH")
        .means(Category::Informational)
        .tests(&SEM_LISTED, &SEM_UNLISTED)
        .lookup(SEM_LOOKUP)
        .weight(1)
        .group(Group::Strict)
        .note("registered within the last five days, in some top-level domains"),
    domains("fresh15.spameatingmonkey.net", "SEM-FRESH15")
        .means(Category::Informational)
        .tests(&SEM_LISTED, &SEM_UNLISTED)
        .lookup(SEM_LOOKUP)
        .weight(0)
        .part_of_another()
        .note("registered within the last fifteen days, in some top-level domains"),
    domains("dbl.nordspam.com", "NordSpam DBL")
        .lookup("https://www.nordspam.com/delist/")
        .weight(3)
        .group(Group::Strict)
        .note("free up to 10 000 queries a day"),
    domains("uribl.swinog.ch", "SWINOG URIBL")
        .unproven()
        .weight(1),
    domains("uribl.abuse.ro", "abuse.ro URIBL")
        .unproven()
        .weight(1),
];
