//! What a zone's answer means: an address of 127.0.0.0/8 by itself, as one of a range, or as bits (RFC 5782 §2.3).
//!
//! Refused: nothing; an answer that no row explains is still a listing ([`Reading::Unexplained`]), one from outside 127.0.0.0/8 never is.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv4Addr;

/// What sort of thing a return code says, harmless first, gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// On an allowlist: spoken for, the opposite of a listing.
    Allowed,
    /// Known and neither good nor bad: no listing.
    Neutral,
    /// A fact that no one should refuse mail for: a new domain, a country, a relay of a big provider.
    Informational,
    /// Nobody caught it at anything: such addresses are not to send mail (dynamic, residential, no reverse name).
    Policy,
    /// In bad company: its net or its provider is listed.
    Neighbour,
    /// Suspicious: low reputation, grey lists, one complaint.
    Suspect,
    /// Answers mail that was not sent to it, or calls back: backscatter.
    Backscatter,
    /// Sends spam.
    Spam,
    /// A good site or server that somebody abuses.
    Abused,
    /// Attacks: guesses passwords, scans, floods.
    Attacker,
    /// Lets strangers through: open relay, open proxy, VPN or Tor exit.
    OpenProxy,
    /// Taken over: bots, worms, compromised accounts.
    Exploited,
    /// Hosts or sends malware, or steers bots.
    Malware,
    /// Steals passwords.
    Phishing,
    /// Belongs to criminals as a whole: a hijacked net, never any good mail.
    Rogue,
}

impl Category {
    /// Every category, harmless first.
    pub const ALL: [Category; 15] = [
        Category::Allowed,
        Category::Neutral,
        Category::Informational,
        Category::Policy,
        Category::Neighbour,
        Category::Suspect,
        Category::Backscatter,
        Category::Spam,
        Category::Abused,
        Category::Attacker,
        Category::OpenProxy,
        Category::Exploited,
        Category::Malware,
        Category::Phishing,
        Category::Rogue,
    ];

    /// Its name in zone files and in output that programs read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Category::Allowed => "allowed",
            Category::Neutral => "neutral",
            Category::Informational => "informational",
            Category::Policy => "policy",
            Category::Neighbour => "neighbour",
            Category::Suspect => "suspect",
            Category::Backscatter => "backscatter",
            Category::Spam => "spam",
            Category::Abused => "abused",
            Category::Attacker => "attacker",
            Category::OpenProxy => "open-proxy",
            Category::Exploited => "exploited",
            Category::Malware => "malware",
            Category::Phishing => "phishing",
            Category::Rogue => "rogue",
        }
    }

    /// The category of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Whether this is a listing, something to alarm about.
    #[must_use]
    pub const fn is_listing(self) -> bool {
        !matches!(self, Category::Allowed | Category::Neutral)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which answers a row speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// Every address between these two, both included, octet by octet: 127.0.0.1 to 127.0.255.1 is 127.0.x.1.
    Range(Ipv4Addr, Ipv4Addr),
    /// Every address whose last octet has one of these bits.
    Bits(u8),
}

impl Match {
    /// Whether `answer` is one of them.
    #[must_use]
    pub fn takes(self, answer: Ipv4Addr) -> bool {
        let octets = answer.octets();
        match self {
            Match::Range(first, last) => first
                .octets()
                .iter()
                .zip(octets)
                .zip(last.octets())
                .all(|((first, octet), last)| (*first..=last).contains(&octet)),
            Match::Bits(mask) => octets[0] == 127 && octets[3] & mask != 0,
        }
    }

    /// The least answer it takes: what a zone built from the table gives.
    #[must_use]
    pub const fn example(self) -> Ipv4Addr {
        match self {
            Match::Range(first, _) => first,
            Match::Bits(mask) => Ipv4Addr::new(127, 0, 0, mask),
        }
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Match::Range(first, last) if first == last => write!(f, "{first}"),
            Match::Range(first, last) => write!(f, "{first}-{last}"),
            Match::Bits(mask) => write!(f, "bit {mask}"),
        }
    }
}

/// A row of a zone's answers: which, how grave, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The answers it speaks of.
    pub answers: Match,
    /// How grave they are.
    pub category: Category,
    /// What they mean, short: `XBL: exploited host`.
    pub words: Cow<'static, str>,
    /// Counts this much where it differs from its zone's weight.
    pub weight: Option<u8>,
}

impl Code {
    /// A row for one address, `127.a.b.c`.
    #[must_use]
    pub const fn at(octets: [u8; 4], category: Category, words: &'static str) -> Self {
        Self::over(octets, octets, category, words)
    }

    /// A row for 127.0.0.`last`.
    #[must_use]
    pub const fn one(last: u8, category: Category, words: &'static str) -> Self {
        Self::at([127, 0, 0, last], category, words)
    }

    /// A row for every address whose octets lie between those of `first` and `last`.
    #[must_use]
    pub const fn over(
        first: [u8; 4],
        last: [u8; 4],
        category: Category,
        words: &'static str,
    ) -> Self {
        let [a, b, c, d] = first;
        let [e, f, g, h] = last;
        Code {
            answers: Match::Range(Ipv4Addr::new(a, b, c, d), Ipv4Addr::new(e, f, g, h)),
            category,
            words: Cow::Borrowed(words),
            weight: None,
        }
    }

    /// A row for 127.0.0.`first` to 127.0.0.`last`.
    #[must_use]
    pub const fn from_to(first: u8, last: u8, category: Category, words: &'static str) -> Self {
        Self::over([127, 0, 0, first], [127, 0, 0, last], category, words)
    }

    /// A row for the addresses whose last octet has one of these bits.
    #[must_use]
    pub const fn bits(mask: u8, category: Category, words: &'static str) -> Self {
        Code {
            answers: Match::Bits(mask),
            category,
            words: Cow::Borrowed(words),
            weight: None,
        }
    }

    /// The same row, counting `weight`.
    #[must_use]
    pub const fn weighing(mut self, weight: u8) -> Self {
        self.weight = Some(weight);
        self
    }
}

/// An answer by which a zone says that it will not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The answers it speaks of.
    pub answers: Match,
    /// Why, in words that go behind `refuses to answer: `.
    pub words: Cow<'static, str>,
}

impl Refusal {
    /// A refusal by one address, `127.a.b.c`.
    #[must_use]
    pub const fn at(octets: [u8; 4], words: &'static str) -> Self {
        Self::over(octets, octets, words)
    }

    /// A refusal by any address between these two.
    #[must_use]
    pub const fn over(first: [u8; 4], last: [u8; 4], words: &'static str) -> Self {
        let [a, b, c, d] = first;
        let [e, f, g, h] = last;
        Refusal {
            answers: Match::Range(Ipv4Addr::new(a, b, c, d), Ipv4Addr::new(e, f, g, h)),
            words: Cow::Borrowed(words),
        }
    }

    /// A refusal by bits.
    #[must_use]
    pub const fn bits(mask: u8, words: &'static str) -> Self {
        Refusal {
            answers: Match::Bits(mask),
            words: Cow::Borrowed(words),
        }
    }
}

/// Answers by which any zone may refuse; what a zone says itself goes first. Spamhaus made 127.255.255.0/24 a custom (2019),
/// and 127.0.0.1 is what several lists and filtering resolvers give in place of an answer: no list may list it (RFC 5782 §5).
pub static COMMON_REFUSALS: [Refusal; 5] = [
    Refusal::at(
        [127, 255, 255, 252],
        "the zone's name is misspelt, says its server",
    ),
    Refusal::at(
        [127, 255, 255, 254],
        "asked through a public or open resolver",
    ),
    Refusal::at([127, 255, 255, 255], "too many queries"),
    Refusal::over(
        [127, 255, 255, 0],
        [127, 255, 255, 255],
        "an error code of its server",
    ),
    Refusal::at([127, 0, 0, 1], "127.0.0.1 is no listing code"),
];

/// What one answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading<'a> {
    /// These rows, gravest first; never empty.
    Means(Vec<&'a Code>),
    /// The zone will not answer us.
    Refused(&'a Refusal),
    /// An address of 127.0.0.0/8 that no row explains: listed, for a reason unknown to the table.
    Unexplained(Ipv4Addr),
    /// Not from 127.0.0.0/8: a parked domain, a catching resolver, no blocklist.
    Outside(Ipv4Addr),
}
