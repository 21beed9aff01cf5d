//! How many messages there are, how large, and what they are called: STAT, LIST, UIDL (RFC 1939 §5
//! and §7), and whether the three agree.
//!
//! Refused: numbers that are none or zero, and unique ids outside of RFC 1939 §7 (1 to 70 characters
//! from `!` to `~`). What follows the size in a LIST or STAT line is ignored, as the RFC allows.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// The answer to STAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Messages in the maildrop.
    pub messages: u64,
    /// Their size in octets.
    pub octets: u64,
}

/// A line that does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}: {line:?}")]
pub struct Malformed {
    /// What is wrong with it.
    pub why: &'static str,
    /// Its start.
    pub line: String,
}

/// Where the answers of one session contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// STAT and LIST count differently.
    #[error("STAT counts {stat} messages, LIST {list}")]
    Count {
        /// By STAT.
        stat: u64,
        /// By LIST.
        list: u64,
    },
    /// STAT and LIST add up differently.
    #[error("STAT says {stat} octets, the sizes of LIST add up to {list}")]
    Octets {
        /// By STAT.
        stat: u64,
        /// By LIST.
        list: u64,
    },
    /// A message in one listing only.
    #[error("message {number} is in {present} but not in {absent}")]
    OneSided {
        /// The message.
        number: u32,
        /// The listing that has it.
        present: &'static str,
        /// The listing that has not.
        absent: &'static str,
    },
    /// The same number twice.
    #[error("{listing} names message {number} twice")]
    Repeated {
        /// Which listing.
        listing: &'static str,
        /// The message.
        number: u32,
    },
    /// The same unique id for two messages.
    #[error("messages {first} and {second} have the same unique id")]
    SharedId {
        /// One message.
        first: u32,
        /// The other.
        second: u32,
    },
}

/// The text of the `+OK` that answers STAT.
pub fn stat(text: &[u8]) -> Result<Stat, Malformed> {
    let line = text;
    let mut words = words(line);
    Ok(Stat {
        messages: number(words.next(), line, "no count of messages")?,
        octets: number(words.next(), line, "no size of the maildrop")?,
    })
}

/// What a [`Collector`](super::Collector) gathered after LIST: number and size of each message.
pub fn sizes(lines: &[u8]) -> Result<Vec<(u32, u64)>, Malformed> {
    each(lines).map(size).collect()
}

/// One line of LIST: number and size of a message.
pub fn size(line: &[u8]) -> Result<(u32, u64), Malformed> {
    let mut words = words(line);
    let message = message_number(words.next(), line)?;
    let size = number(words.next(), line, "no message size")?;
    Ok((message, size))
}

/// What a [`Collector`](super::Collector) gathered after UIDL: number and unique id of each message.
pub fn unique_ids(lines: &[u8]) -> Result<Vec<(u32, String)>, Malformed> {
    each(lines)
        .map(|line| {
            let (message, id) = unique_id(line)?;
            Ok((message, String::from_utf8_lossy(id).into_owned()))
        })
        .collect()
}

/// One line of UIDL: number and unique id of a message.
pub fn unique_id(line: &[u8]) -> Result<(u32, &[u8]), Malformed> {
    let mut words = words(line);
    let message = message_number(words.next(), line)?;
    let id = words.next().unwrap_or_default();
    let fits = (1..=70).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic);
    if fits && words.next().is_none() {
        Ok((message, id))
    } else {
        Err(malformed("not a unique id", line))
    }
}

/// Where STAT, LIST and UIDL contradict each other; `ids` where UIDL was asked, as themselves or as
/// anything else that is equal where they are.
///
/// At most one disagreement of each kind: a server that is wrong is wrong many times.
#[must_use]
pub fn compare<I: Eq + Hash>(
    stat: Stat,
    sizes: &[(u32, u64)],
    ids: Option<&[(u32, I)]>,
) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let count = sizes.len() as u64;
    if count != stat.messages {
        let (stat, list) = (stat.messages, count);
        found.push(Disagreement::Count { stat, list });
    } else {
        let list = sizes
            .iter()
            .fold(0_u64, |sum, (_, size)| sum.saturating_add(*size));
        if list != stat.octets {
            let stat = stat.octets;
            found.push(Disagreement::Octets { stat, list });
        }
    }
    let by_size = numbers("LIST", sizes.iter().map(|(number, _)| *number), &mut found);
    let Some(ids) = ids else {
        return found;
    };
    let by_id = numbers("UIDL", ids.iter().map(|(number, _)| *number), &mut found);
    for (here, there, present, absent) in [
        (&by_size, &by_id, "LIST", "UIDL"),
        (&by_id, &by_size, "UIDL", "LIST"),
    ] {
        let lone = here.difference(there).min();
        if let Some(&number) = lone {
            found.push(Disagreement::OneSided {
                number,
                present,
                absent,
            });
        }
    }
    let mut owner: HashMap<&I, u32> = HashMap::with_capacity(ids.len());
    for (number, id) in ids {
        match owner.insert(id, *number) {
            Some(first) if first != *number => {
                found.push(Disagreement::SharedId {
                    first,
                    second: *number,
                });
                break;
            }
            _ => {}
        }
    }
    found
}

fn numbers(
    listing: &'static str,
    numbers: impl Iterator<Item = u32>,
    found: &mut Vec<Disagreement>,
) -> HashSet<u32> {
    let mut seen = HashSet::new();
    let mut repeated = None;
    for number in numbers {
        if !seen.insert(number) {
            repeated = repeated.or(Some(number));
        }
    }
    if let Some(number) = repeated {
        found.push(Disagreement::Repeated { listing, number });
    }
    seen
}

fn each(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    lines
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b' ' || *byte == b'\t')
        .filter(|word| !word.is_empty())
}

fn number(word: Option<&[u8]>, line: &[u8], why: &'static str) -> Result<u64, Malformed> {
    word.filter(|word| word.iter().all(u8::is_ascii_digit))
        .and_then(|word| std::str::from_utf8(word).ok())
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| malformed(why, line))
}

fn message_number(word: Option<&[u8]>, line: &[u8]) -> Result<u32, Malformed> {
    let why = "no message number";
    match u32::try_from(number(word, line, why)?) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(malformed(why, line)),
    }
}

fn malformed(why: &'static str, line: &[u8]) -> Malformed {
    Malformed {
        why,
        line: String::from_utf8_lossy(line).chars().take(80).collect(),
    }
}

#[cfg(test)]
mod tests;
