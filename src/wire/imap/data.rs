//! Data responses: what the server tells of mailboxes and messages (RFC 3501 §7.2 to §7.4, and the
//! extensions named at each).
//!
//! What is unknown, or known but not shaped as it should be, is [`Data::Other`] and never an error: a
//! caller that misses an answer says so. Unknown items within a known response are passed over.

mod fetch;
mod mailbox;
mod quota;
mod search;

use super::capability::Capabilities;
use super::flags::Flags;
use super::frame::Message;
use super::response::SHOWN;
use super::token::{Token, number, tokens};

pub use fetch::Fetch;
pub use mailbox::{List, MailboxName, MailboxStatus, Namespace, Namespaces};
pub use quota::{Quota, QuotaRoot, Resource};
pub use search::{Esearch, Range};

/// One data response.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// `CAPABILITY`
    Capability(Capabilities),
    /// `ENABLED` (RFC 5161)
    Enabled(Capabilities),
    /// `n EXISTS`: messages in the selected mailbox.
    Exists(u32),
    /// `n RECENT`
    Recent(u32),
    /// `n EXPUNGE`
    Expunge(u32),
    /// `STATUS`
    Status(MailboxStatus),
    /// `SEARCH`
    Search(Vec<u32>),
    /// `ESEARCH` (RFC 4731)
    Esearch(Esearch),
    /// `n FETCH`
    Fetch(Fetch),
    /// `LIST`, and `LSUB`, `XLIST`
    List(List),
    /// `QUOTA` (RFC 2087, RFC 9208)
    Quota(Quota),
    /// `QUOTAROOT`
    QuotaRoot(QuotaRoot),
    /// `NAMESPACE` (RFC 2342)
    Namespace(Namespaces),
    /// `ID` (RFC 2971): names and values, in the order of the server.
    Id(Vec<(String, Option<String>)>),
    /// `FLAGS`
    Flags(Flags),
    /// Anything else: the beginning of what came.
    Other(Vec<u8>),
}

impl Data {
    /// Reads a message that begins with `* ` and is no state.
    pub(super) fn parse(message: &Message) -> Self {
        Self::known(message).unwrap_or_else(|| Self::Other(message.raw(SHOWN)))
    }

    fn known(message: &Message) -> Option<Self> {
        let rest = message.first_line().strip_prefix(b"* ")?;
        let (word, after) = match rest.iter().position(|byte| *byte == b' ') {
            Some(at) => (rest.get(..at)?, rest.get(at + 1..)?),
            None => (rest, &b""[..]),
        };
        // These are long or simple, and are read without a tree.
        match word.to_ascii_uppercase().as_slice() {
            b"CAPABILITY" => return Some(Self::Capability(Capabilities::parse(after))),
            b"ENABLED" => return Some(Self::Enabled(Capabilities::parse(after))),
            b"SEARCH" => return search::numbers(after).map(Self::Search),
            _ => {}
        }
        let tokens = tokens(message, 2).ok()?;
        let (first, rest) = tokens.split_first()?;
        if let Some(count) = first.number() {
            return Self::numbered(u32::try_from(count).ok()?, rest);
        }
        let word = first.bytes()?.to_ascii_uppercase();
        match word.as_slice() {
            b"STATUS" => MailboxStatus::parse(rest).map(Self::Status),
            b"ESEARCH" => Esearch::parse(rest).map(Self::Esearch),
            b"LIST" | b"LSUB" | b"XLIST" => List::parse(rest).map(Self::List),
            b"QUOTA" => Quota::parse(rest).map(Self::Quota),
            b"QUOTAROOT" => QuotaRoot::parse(rest).map(Self::QuotaRoot),
            b"NAMESPACE" => Namespaces::parse(rest).map(Self::Namespace),
            b"ID" => id(rest).map(Self::Id),
            b"FLAGS" => Some(Self::Flags(flags(rest.first()?)?)),
            _ => None,
        }
    }

    fn numbered(count: u32, rest: &[Token<'_>]) -> Option<Self> {
        let (word, rest) = rest.split_first()?;
        match word.bytes()?.to_ascii_uppercase().as_slice() {
            b"EXISTS" => Some(Self::Exists(count)),
            b"RECENT" => Some(Self::Recent(count)),
            b"EXPUNGE" => Some(Self::Expunge(count)),
            b"FETCH" => Fetch::parse(count, rest).map(Self::Fetch),
            _ => None,
        }
    }
}

fn flags(token: &Token<'_>) -> Option<Flags> {
    Some(Flags::new(token.list()?.iter().filter_map(Token::text)))
}

fn id(rest: &[Token<'_>]) -> Option<Vec<(String, Option<String>)>> {
    let first = rest.first()?;
    if first.is_nil() {
        return Some(Vec::new());
    }
    let value = |token: &Token<'_>| {
        token
            .nstring()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let pairs = first.list()?.chunks_exact(2).filter_map(|pair| match pair {
        [name, given] => Some((name.text()?, value(given))),
        _ => None,
    });
    Some(pairs.collect())
}

/// `word` as a number of 32 bits.
fn number32(word: &[u8]) -> Option<u32> {
    u32::try_from(number(word)?).ok()
}

#[cfg(test)]
mod tests;
