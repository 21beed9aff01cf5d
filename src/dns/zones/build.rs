//! How the shipped rows are written: a zone begins as a list of IPv4 addresses that RFC 5782 describes, and each word says
//! where it differs. All of it happens in the compiler.

use std::borrow::Cow;
use std::mem::{forget, replace};

use super::{Category, Code, Entry, Group, Refusal, Zone};

/// The entries of RFC 5782 §5: IPv4, IPv6, domains; always listed and never listed.
static V4_LISTED: [Entry; 1] = [Entry::v4([127, 0, 0, 2])];
static V4_UNLISTED: [Entry; 1] = [Entry::v4([127, 0, 0, 1])];
static V6_LISTED: [Entry; 2] = [Entry::v4([127, 0, 0, 2]), Entry::v6(0xffff_7f00_0002)];
static V6_UNLISTED: [Entry; 2] = [Entry::v4([127, 0, 0, 1]), Entry::v6(0xffff_7f00_0001)];
static V6_ALONE_LISTED: [Entry; 1] = [Entry::v6(0xffff_7f00_0002)];
static V6_ALONE_UNLISTED: [Entry; 1] = [Entry::v6(0xffff_7f00_0001)];
static NAME_LISTED: [Entry; 1] = [Entry::domain("test")];
static NAME_UNLISTED: [Entry; 1] = [Entry::domain("invalid")];
static ALL_LISTED: [Entry; 3] = [
    Entry::v4([127, 0, 0, 2]),
    Entry::v6(0xffff_7f00_0002),
    Entry::domain("test"),
];
static ALL_UNLISTED: [Entry; 3] = [
    Entry::v4([127, 0, 0, 1]),
    Entry::v6(0xffff_7f00_0001),
    Entry::domain("invalid"),
];

/// Puts a value in place of one that needs no dropping: rows are made of borrowed text, but the compiler cannot know.
macro_rules! put {
    ($place:expr, $value:expr) => {
        forget(replace(&mut $place, $value))
    };
}

/// A list of IPv4 addresses with the test entries of RFC 5782.
pub(super) const fn zone(name: &'static str, title: &'static str) -> Zone {
    Zone {
        name: Cow::Borrowed(name),
        title: Cow::Borrowed(title),
        v4: true,
        v6: false,
        domains: false,
        allow: false,
        codes: Cow::Borrowed(&[]),
        category: Category::Spam,
        refusals: Cow::Borrowed(&[]),
        listed: Cow::Borrowed(&V4_LISTED),
        unlisted: Cow::Borrowed(&V4_UNLISTED),
        lookup: Cow::Borrowed(""),
        weight: 2,
        key: None,
        instead_of: None,
        group: Some(Group::All),
        note: Cow::Borrowed(""),
    }
}

/// A list of domains with the test entries of RFC 5782.
pub(super) const fn domains(name: &'static str, title: &'static str) -> Zone {
    let mut zone = zone(name, title);
    zone.v4 = false;
    zone.domains = true;
    zone.tests(&NAME_LISTED, &NAME_UNLISTED)
}

impl Zone {
    /// IPv6 addresses too; it is not known to have test entries for them.
    pub(super) const fn v6(mut self) -> Self {
        self.v6 = true;
        self
    }

    /// IPv6 addresses too, with the test entries of RFC 5782.
    pub(super) const fn v6_tested(mut self) -> Self {
        self.v6 = true;
        self.tests(&V6_LISTED, &V6_UNLISTED)
    }

    /// IPv6 addresses and nothing else, with the test entries of RFC 5782.
    pub(super) const fn only_v6_tested(mut self) -> Self {
        self.v4 = false;
        self.v6 = true;
        self.tests(&V6_ALONE_LISTED, &V6_ALONE_UNLISTED)
    }

    /// All sorts, with the test entries of RFC 5782.
    pub(super) const fn domains_tested(mut self) -> Self {
        self.domains = true;
        self.tests(&ALL_LISTED, &ALL_UNLISTED)
    }

    /// An allowlist.
    pub(super) const fn allowing(mut self) -> Self {
        self.allow = true;
        self.category = Category::Allowed;
        self.weight = 0;
        self
    }

    /// What its answers mean.
    pub(super) const fn codes(mut self, codes: &'static [Code]) -> Self {
        put!(self.codes, Cow::Borrowed(codes));
        self
    }

    /// How grave its listings are where no code says so.
    pub(super) const fn means(mut self, category: Category) -> Self {
        self.category = category;
        self
    }

    /// By which answers it refuses.
    pub(super) const fn refuses(mut self, refusals: &'static [Refusal]) -> Self {
        put!(self.refusals, Cow::Borrowed(refusals));
        self
    }

    /// Its own test entries: always listed, never listed.
    pub(super) const fn tests(
        mut self,
        listed: &'static [Entry],
        unlisted: &'static [Entry],
    ) -> Self {
        put!(self.listed, Cow::Borrowed(listed));
        put!(self.unlisted, Cow::Borrowed(unlisted));
        self
    }

    /// Where a listing is looked up and lifted.
    pub(super) const fn lookup(mut self, url: &'static str) -> Self {
        put!(self.lookup, Cow::Borrowed(url));
        self
    }

    /// What a listing counts.
    pub(super) const fn weight(mut self, weight: u8) -> Self {
        self.weight = weight;
        self
    }

    /// Whose key it needs.
    pub(super) const fn key(mut self, owner: &'static str) -> Self {
        forget(self.key.replace(Cow::Borrowed(owner)));
        self
    }

    /// The smallest group it is in.
    pub(super) const fn group(mut self, group: Group) -> Self {
        self.group = Some(group);
        self
    }

    /// In no group: its answers are in another list's, too.
    pub(super) const fn part_of_another(mut self) -> Self {
        self.group = None;
        self
    }

    /// The zone that is not asked beside it.
    pub(super) const fn instead_of(mut self, name: &'static str) -> Self {
        forget(self.instead_of.replace(Cow::Borrowed(name)));
        self
    }

    /// No entry is known that is always listed; RFC 5782's that must not be are still none of its.
    pub(super) const fn unproven(self) -> Self {
        let unlisted: &'static [Entry] = if self.domains {
            &NAME_UNLISTED
        } else {
            &V4_UNLISTED
        };
        self.tests(&[], unlisted)
    }

    /// What to know about it.
    pub(super) const fn note(mut self, note: &'static str) -> Self {
        put!(self.note, Cow::Borrowed(note));
        self
    }
}
