//! Lists that answer customers only, each under the customer's own key. Spamhaus' stand with Spamhaus'.
//!
//! Facts: Abusix' page on its production zones (codes, test points); SpamRATS' on keys.

use super::super::build::{domains, zone};
use super::super::{Category, Code, Entry, Group, Zone};

static ABUSIX: [Code; 6] = [
    Code::one(2, Category::Spam, "black: mailed spam traps"),
    Code::one(3, Category::Spam, "black: very low reputation"),
    Code::one(4, Category::Exploited, "exploit: taken over"),
    Code::one(11, Category::Policy, "policy: generic reverse name").weighing(3),
    Code::one(12, Category::Policy, "policy: no reverse name").weighing(3),
    Code::one(200, Category::Spam, "black: listed by hand"),
];
static ABUSIX_DOMAIN: [Code; 2] = [
    Code::at([127, 0, 1, 1], Category::Spam, "dblack: seen in spam"),
    Code::at(
        [127, 0, 1, 2],
        Category::Suspect,
        "dblack: new, and near spam",
    )
    .weighing(3),
];
/// Its test points for IPv4 and IPv6.
static ABUSIX_LISTED: [Entry; 2] = [Entry::v4([127, 0, 0, 2]), Entry::v6(0xffff_7f00_0002)];
static ABUSIX_EXPLOIT_LISTED: [Entry; 1] = [Entry::v4([127, 0, 0, 4])];
static ABUSIX_POLICY_LISTED: [Entry; 1] = [Entry::v4([127, 0, 0, 11])];
static ABUSIX_UNLISTED: [Entry; 1] = [Entry::v4([127, 0, 0, 1])];

const ABUSIX_LOOKUP: &str = "https://lookup.abusix.com/search?q={ip}";

pub(in super::super) static ZONES: [Zone; 6] = [
    zone("{key}.combined.mail.abusix.zone", "Abusix combined")
        .v6()
        .codes(&ABUSIX)
        .tests(&ABUSIX_LISTED, &ABUSIX_UNLISTED)
        .lookup(ABUSIX_LOOKUP)
        .weight(6)
        .key("abusix")
        .group(Group::Default)
        .note("a key is free for small use; black, exploit and policy in one"),
    zone("{key}.black.mail.abusix.zone", "Abusix black")
        .v6()
        .codes(&ABUSIX)
        .tests(&ABUSIX_LISTED, &ABUSIX_UNLISTED)
        .lookup(ABUSIX_LOOKUP)
        .weight(6)
        .key("abusix")
        .part_of_another()
        .note("part of the combined list"),
    zone("{key}.exploit.mail.abusix.zone", "Abusix exploit")
        .v6()
        .means(Category::Exploited)
        .codes(&ABUSIX)
        .tests(&ABUSIX_EXPLOIT_LISTED, &ABUSIX_UNLISTED)
        .lookup(ABUSIX_LOOKUP)
        .weight(6)
        .key("abusix")
        .part_of_another()
        .note("part of the combined list"),
    zone("{key}.dynamic.mail.abusix.zone", "Abusix policy")
        .means(Category::Policy)
        .codes(&ABUSIX)
        .tests(&ABUSIX_POLICY_LISTED, &ABUSIX_UNLISTED)
        .lookup(ABUSIX_LOOKUP)
        .weight(3)
        .key("abusix")
        .part_of_another()
        .note("part of the combined list"),
    domains("{key}.dblack.mail.abusix.zone", "Abusix domains")
        .codes(&ABUSIX_DOMAIN)
        .unproven()
        .lookup(ABUSIX_LOOKUP)
        .weight(6)
        .key("abusix")
        .group(Group::Default)
        .note("a key is free for small use"),
    zone("{key}.all.spamrats.com", "SpamRATS (key)")
        .codes(&super::widely_used::RATS)
        .unproven()
        .lookup("https://www.spamrats.com/lookup.php?ip={ip}")
        .weight(2)
        .key("spamrats")
        .instead_of("all.spamrats.com")
        .group(Group::Strict)
        .note("a key is free for most"),
];
