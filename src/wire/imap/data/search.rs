//! What was found: SEARCH (RFC 3501 §7.2.5) and ESEARCH (RFC 4731 §3.1, RFC 4466 §2.6.2).

use super::super::token::Token;
use super::number32;

/// The numbers of a SEARCH line. `(MODSEQ n)` at its end (RFC 7162) is passed over.
pub(super) fn numbers(text: &[u8]) -> Option<Vec<u32>> {
    text.split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty())
        .take_while(|word| !word.starts_with(b"("))
        .map(number32)
        .collect()
}

/// Numbers from one to another, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The smaller end.
    pub first: u32,
    /// The larger end.
    pub last: u32,
}

/// The answer to `SEARCH RETURN (...)`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Esearch {
    /// Which command it answers.
    pub tag: Option<String>,
    /// The numbers are UIDs.
    pub uid: bool,
    /// COUNT
    pub count: Option<u32>,
    /// MIN
    pub min: Option<u32>,
    /// MAX
    pub max: Option<u32>,
    /// ALL, as the ranges that the server sends: they may span more numbers than fit into memory.
    pub all: Vec<Range>,
}

impl Esearch {
    pub(super) fn parse(rest: &[Token<'_>]) -> Option<Self> {
        let mut found = Self::default();
        let mut rest = rest.iter();
        while let Some(token) = rest.next() {
            if let Some(correlator) = token.list() {
                found.tag = correlator.get(1).and_then(Token::text);
                continue;
            }
            match token.bytes()?.to_ascii_uppercase().as_slice() {
                b"UID" => found.uid = true,
                b"COUNT" => found.count = Some(number32(rest.next()?.bytes()?)?),
                b"MIN" => found.min = Some(number32(rest.next()?.bytes()?)?),
                b"MAX" => found.max = Some(number32(rest.next()?.bytes()?)?),
                b"ALL" => found.all = ranges(rest.next()?.bytes()?)?,
                // Each unknown item has one value.
                _ => {
                    rest.next();
                }
            }
        }
        Some(found)
    }

    /// The numbers of ALL, at most `limit` of them.
    pub fn numbers(&self, limit: usize) -> impl Iterator<Item = u32> {
        self.all
            .iter()
            .flat_map(|range| range.first..=range.last)
            .take(limit)
    }
}

/// `2,10:15`; either end of a range may be the larger one.
fn ranges(text: &[u8]) -> Option<Vec<Range>> {
    text.split(|byte| *byte == b',')
        .map(|part| {
            let mut ends = part.splitn(2, |byte| *byte == b':');
            let one = number32(ends.next()?)?;
            let other = match ends.next() {
                Some(end) => number32(end)?,
                None => one,
            };
            Some(Range {
                first: one.min(other),
                last: one.max(other),
            })
        })
        .collect()
}
