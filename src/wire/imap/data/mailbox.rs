//! Mailboxes: their names, attributes and counts (RFC 3501 §7.2.2 to §7.2.4, RFC 2342).

use super::super::flags::Flags;
use super::super::token::Token;
use super::super::utf7;
use super::flags;

/// A name as the server writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxName(pub Vec<u8>);

impl MailboxName {
    fn parse(token: &Token<'_>) -> Option<Self> {
        token.bytes().map(|bytes| Self(bytes.to_vec()))
    }

    /// The name for people, out of modified UTF-7; never fails. Where UTF8=ACCEPT is enabled the name
    /// is UTF-8 already, see [`utf8`](Self::utf8).
    #[must_use]
    pub fn decoded(&self) -> String {
        utf7::decode_lossy(&self.0)
    }

    /// The name of a session in which UTF8=ACCEPT is enabled (RFC 6855 §3): an `&` stands for itself.
    #[must_use]
    pub fn utf8(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }

    /// INBOX, in any case.
    #[must_use]
    pub fn is_inbox(&self) -> bool {
        self.0.eq_ignore_ascii_case(b"INBOX")
    }
}

/// The answer to STATUS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxStatus {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// The counts, names in upper case: MESSAGES, UNSEEN, UIDNEXT, UIDVALIDITY, SIZE, ...
    pub items: Vec<(String, u64)>,
}

impl MailboxStatus {
    pub(super) fn parse(rest: &[Token<'_>]) -> Option<Self> {
        let [mailbox, items, ..] = rest else {
            return None;
        };
        let numbers = items.list()?.chunks_exact(2).filter_map(|pair| match pair {
            [name, value] => Some((name.text()?.to_ascii_uppercase(), value.number()?)),
            _ => None,
        });
        Some(Self {
            mailbox: MailboxName::parse(mailbox)?,
            items: numbers.collect(),
        })
    }

    /// One count by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<u64> {
        self.items
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

/// A mailbox of LIST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// `\Noselect`, `\Junk`, ...
    pub flags: Flags,
    /// What separates the levels of the name; none in a flat name space.
    pub delimiter: Option<char>,
    /// The name.
    pub name: MailboxName,
}

impl List {
    pub(super) fn parse(rest: &[Token<'_>]) -> Option<Self> {
        // Behind the name RFC 5258 allows more.
        let [attributes, delimiter, name, ..] = rest else {
            return None;
        };
        Some(Self {
            flags: flags(attributes)?,
            delimiter: one_char(delimiter),
            name: MailboxName::parse(name)?,
        })
    }
}

fn one_char(token: &Token<'_>) -> Option<char> {
    let bytes = token.nstring()?;
    std::str::from_utf8(bytes).ok()?.chars().next()
}

/// A part of the name space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// What names in it begin with.
    pub prefix: MailboxName,
    /// What separates the levels.
    pub delimiter: Option<char>,
}

/// The answer to NAMESPACE.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespaces {
    /// The user's own.
    pub personal: Vec<Namespace>,
    /// Other users'.
    pub others: Vec<Namespace>,
    /// Shared by all.
    pub shared: Vec<Namespace>,
}

impl Namespaces {
    pub(super) fn parse(rest: &[Token<'_>]) -> Option<Self> {
        let [personal, others, shared, ..] = rest else {
            return None;
        };
        Some(Self {
            personal: namespaces(personal)?,
            others: namespaces(others)?,
            shared: namespaces(shared)?,
        })
    }
}

fn namespaces(token: &Token<'_>) -> Option<Vec<Namespace>> {
    if token.is_nil() {
        return Some(Vec::new());
    }
    token
        .list()?
        .iter()
        .map(|entry| match entry.list()? {
            [prefix, delimiter, ..] => Some(Namespace {
                prefix: MailboxName::parse(prefix)?,
                delimiter: one_char(delimiter),
            }),
            _ => None,
        })
        .collect()
}
