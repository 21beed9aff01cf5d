//! The blocklist zones that the suite knows (RFC 5782): what each is asked about, what its answers mean, by which entries it
//! proves that it lives, and where a listing is looked up and lifted. Asking and judging are done elsewhere: nothing here
//! touches the network, and the shipped table is constant, so that it costs nothing at start.
//!
//! Refused in a file of one's own ([`Table::merge`]): unknown keys, names that are no domain, codes outside 127.0.0.0/8.

mod build;
mod code;
mod entry;
mod file;
mod shipped;
mod table;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::net::Ipv4Addr;

pub use code::{COMMON_REFUSALS, Category, Code, Match, Reading, Refusal};
pub use entry::{Entry, Sort};
pub use file::FileError;
pub use table::{Found, Table};

/// The smallest of the built-in groups that a zone is in; each contains the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Lists whose word decides whether mail is taken, for their own reasons only.
    Default,
    /// Also lists that take in neighbours, suspects and policy: what a sender who wants no trouble at all watches.
    Strict,
    /// Every list that is alive and no part of another.
    All,
}

impl Group {
    /// The built-in groups, smallest first.
    pub const ALL: [Group; 3] = [Group::Default, Group::Strict, Group::All];

    /// Its name on the command line and in zone files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Group::Default => "default",
            Group::Strict => "strict",
            Group::All => "all",
        }
    }
}

/// One zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its domain, without a final dot; `{key}` stands where a paid zone wants the customer's key.
    pub name: Cow<'static, str>,
    /// What people call it: `Spamhaus ZEN`.
    pub title: Cow<'static, str>,
    /// Asked about IPv4 addresses.
    pub v4: bool,
    /// Asked about IPv6 addresses.
    pub v6: bool,
    /// Asked about domains.
    pub domains: bool,
    /// An allowlist: to be on it is good.
    pub allow: bool,
    /// What its answers mean; empty: any answer of 127.0.0.0/8 is a listing.
    pub codes: Cow<'static, [Code]>,
    /// How grave an answer is that no code explains.
    pub category: Category,
    /// By which answers it refuses, beside [`COMMON_REFUSALS`].
    pub refusals: Cow<'static, [Refusal]>,
    /// Entries that are always listed; none: it has no such entries, and nothing can be proven by them.
    pub listed: Cow<'static, [Entry]>,
    /// Entries that are never listed.
    pub unlisted: Cow<'static, [Entry]>,
    /// Where a listing is looked up and lifted; `{ip}` and `{domain}` stand for what is listed. Empty: nowhere.
    pub lookup: Cow<'static, str>,
    /// What a listing counts, 0 to 10.
    pub weight: u8,
    /// Whose key it needs, by the name under which the key is given: `spamhaus`.
    pub key: Option<Cow<'static, str>>,
    /// The zone that is not asked beside this one where its key is given: `zen.spamhaus.org`.
    pub instead_of: Option<Cow<'static, str>>,
    /// The smallest built-in group it is in; none: it is asked by name only, as a part of another list is.
    pub group: Option<Group>,
    /// What to know about it: who may ask, how much, through which resolver.
    pub note: Cow<'static, str>,
}

/// A zone that was, and answers no more, or no longer the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dead {
    /// The zone, and every name below it.
    pub name: &'static str,
    /// When and how it ended, as far as known.
    pub note: &'static str,
}

impl Zone {
    /// Whether it can be asked about entries of this sort.
    #[must_use]
    pub fn takes(&self, sort: Sort) -> bool {
        match sort {
            Sort::V4 => self.v4,
            Sort::V6 => self.v6,
            Sort::Domain => self.domains,
        }
    }

    /// The entries of this sort that are always listed.
    pub fn always(&self, sort: Sort) -> impl Iterator<Item = &Entry> {
        self.listed.iter().filter(move |entry| entry.sort() == sort)
    }

    /// The entries of this sort that are never listed.
    pub fn never(&self, sort: Sort) -> impl Iterator<Item = &Entry> {
        self.unlisted
            .iter()
            .filter(move |entry| entry.sort() == sort)
    }

    /// What one answer says.
    #[must_use]
    pub fn read(&self, answer: Ipv4Addr) -> Reading<'_> {
        if answer.octets()[0] != 127 {
            return Reading::Outside(answer);
        }
        let takes = |refusal: &&Refusal| refusal.answers.takes(answer);
        // A list of bits would take an error code for bits.
        if let [127, 255, 255, _] = answer.octets()
            && let Some(refusal) = COMMON_REFUSALS.iter().find(takes)
        {
            return Reading::Refused(refusal);
        }
        if let Some(refusal) = self.refusals.iter().find(takes) {
            return Reading::Refused(refusal);
        }
        let mut means: Vec<&Code> = self
            .codes
            .iter()
            .filter(|code| code.answers.takes(answer))
            .collect();
        if !means.is_empty() {
            means.sort_by_key(|code| Reverse(code.category));
            return Reading::Means(means);
        }
        if let Some(refusal) = COMMON_REFUSALS.iter().find(takes) {
            return Reading::Refused(refusal);
        }
        Reading::Unexplained(answer)
    }

    /// What a listing by this code counts.
    #[must_use]
    pub fn weight_of(&self, code: &Code) -> u8 {
        code.weight.unwrap_or(self.weight)
    }

    /// Where a listing of `entry` is looked up and lifted.
    #[must_use]
    pub fn lookup_url(&self, entry: &Entry) -> Option<String> {
        if self.lookup.is_empty() {
            return None;
        }
        let subject = entry.to_string();
        Some(
            self.lookup
                .replace("{ip}", &subject)
                .replace("{domain}", &subject),
        )
    }

    /// The domain to ask in. A zone that wants a key is asked under it; without one there is none to ask in.
    #[must_use]
    pub fn domain(&self, key: Option<&str>) -> Option<String> {
        match (&self.key, key) {
            (None, _) => Some(self.name.to_string()),
            (Some(_), Some(key)) => Some(self.name.replace("{key}", key)),
            (Some(_), None) => None,
        }
    }

    /// A zone that the table does not know: asked about whatever is at hand, proven by the entries of RFC 5782 §5.
    ///
    /// # Errors
    /// Says why `name` is no zone.
    pub fn unknown(name: &str) -> Result<Self, String> {
        let name = table::proper(name)?;
        let mut zone = build::zone("", "").v6_tested().domains_tested();
        zone.title = Cow::Owned(name.clone());
        zone.name = Cow::Owned(name);
        Ok(zone)
    }
}

#[cfg(test)]
mod tests;
