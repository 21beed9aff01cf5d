//! SEARCH (RFC 3501 §6.4.4, RFC 4731, RFC 5032): which messages may be the ones. What is found is a hint and no
//! proof: servers compare by words, ignore encodings, or keep a stale index.

use std::fmt::Write as _;

use super::Imap;
use super::mailbox::{Said, said};
use crate::session::error::Error;
use crate::wire::imap::data::Range;
use crate::wire::imap::{Data, Unsendable, date};

/// Numbers and ranges that are taken of an answer; a mailbox of half a million mails fits.
const RANGES: usize = 500_000;

/// What is looked for; all of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Taken in by the server on this day (UTC) or later; seconds since 1970.
    pub since: Option<i64>,
    /// Taken in before this day.
    pub before: Option<i64>,
    /// Taken in within so many seconds before now, by the server's clock (WITHIN, RFC 5032).
    pub younger: Option<u64>,
    /// Taken in earlier than that.
    pub older: Option<u64>,
    /// Only messages with these numbers, as a sequence set.
    pub numbers: Option<String>,
    /// Marked for removal.
    pub deleted: bool,
    /// Text that must be there.
    pub terms: Vec<Term>,
}

/// Text in a place, compared by the server without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// In the subject.
    Subject(String),
    /// In the senders.
    From(String),
    /// In the recipients.
    To(String),
    /// In a header field.
    Header(String, String),
    /// In the text.
    Body(String),
}

impl Imap {
    /// The UIDs that fit, the newest first, at most so many. Phase `search`.
    pub fn search(&mut self, criteria: &Criteria, most: usize) -> Result<Said<Vec<u32>>, Error> {
        const DOING: &str = "send SEARCH to";
        self.connection.journal().enter("search");
        // A mailbox of which everything fits is one range instead of a line of a megabyte.
        let extended = self
            .capabilities
            .as_ref()
            .is_some_and(|known| known.has("ESEARCH"));
        let verb = if extended {
            "UID SEARCH RETURN (ALL)"
        } else {
            "UID SEARCH"
        };
        let (tag, request) = self.request(verb);
        let request = self.sendable(criteria.write(request), DOING)?;
        let mut found: Vec<Range> = Vec::new();
        let condition = self.run(&tag, &request, DOING, &mut |data| match data {
            Data::Search(numbers) => found.extend(
                numbers
                    .into_iter()
                    .map(|number| Range {
                        first: number,
                        last: number,
                    })
                    .take(RANGES - found.len()),
            ),
            Data::Esearch(answer) => {
                let room = RANGES - found.len();
                found.extend(answer.all.into_iter().take(room));
            }
            _ => {}
        })?;
        let uids = newest(found, most);
        self.connection
            .journal()
            .leave(format!("{} messages", uids.len()));
        Ok(said(condition, uids))
    }
}

impl Criteria {
    fn write(
        &self,
        request: crate::wire::imap::Request,
    ) -> Result<crate::wire::imap::Request, Unsendable> {
        let mut request = request;
        let mut plain = String::new();
        if let Some(numbers) = &self.numbers {
            let _ = write!(plain, "{numbers} ");
        }
        if let Some(since) = self.since {
            let _ = write!(plain, "SINCE {} ", date::search_date(since));
        }
        if let Some(before) = self.before {
            let _ = write!(plain, "BEFORE {} ", date::search_date(before));
        }
        // Zero seconds cannot be said.
        if let Some(seconds) = self.younger {
            let _ = write!(plain, "YOUNGER {} ", seconds.max(1));
        }
        if let Some(seconds) = self.older {
            let _ = write!(plain, "OLDER {} ", seconds.max(1));
        }
        if self.deleted {
            plain.push_str("DELETED ");
        }
        if plain.is_empty() && self.terms.is_empty() {
            plain.push_str("ALL");
        }
        if !plain.is_empty() {
            request = request.raw(plain.trim_end());
        }
        for term in &self.terms {
            request = match term {
                Term::Subject(text) => request.raw("SUBJECT").string(text.as_bytes())?,
                Term::From(text) => request.raw("FROM").string(text.as_bytes())?,
                Term::To(text) => request.raw("TO").string(text.as_bytes())?,
                Term::Header(name, text) => request
                    .raw("HEADER")
                    .string(name.as_bytes())?
                    .string(text.as_bytes())?,
                Term::Body(text) => request.raw("BODY").string(text.as_bytes())?,
            };
        }
        Ok(request)
    }
}

/// The largest numbers in the ranges, the largest first, each once.
fn newest(mut ranges: Vec<Range>, most: usize) -> Vec<u32> {
    ranges.sort_unstable_by_key(|range| std::cmp::Reverse(range.last));
    let mut numbers = Vec::new();
    let mut below = u64::from(u32::MAX) + 1;
    for range in ranges {
        let Some(highest) = below.checked_sub(1) else {
            break;
        };
        let last = u64::from(range.last).min(highest);
        for number in (u64::from(range.first)..=last).rev() {
            if numbers.len() >= most {
                return numbers;
            }
            // All are 32 bits wide, as the ranges' ends are.
            numbers.extend(u32::try_from(number));
        }
        below = below.min(u64::from(range.first));
    }
    numbers
}

/// A set of numbers as the protocol writes it: `3:5,9`.
#[must_use]
pub fn sequence_set(numbers: &[u32]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut out = String::new();
    let mut rest = sorted.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let mut last = first;
        while let Some(next) = rest.next_if(|next| Some(*next) == last.checked_add(1)) {
            last = next;
        }
        if !out.is_empty() {
            out.push(',');
        }
        let _ = if first == last {
            write!(out, "{first}")
        } else {
            write!(out, "{first}:{last}")
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::imap::{Literals, Request};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn criteria_as_a_server_reads_them() {
        let write = |criteria: Criteria| {
            let request = criteria
                .write(Request::new("a1", "UID SEARCH"))
                .unwrap()
                .commands(Literals::Synchronizing);
            String::from_utf8(request[0].wire().to_vec()).unwrap()
        };
        assert_eq!(write(Criteria::default()), "a1 UID SEARCH ALL\r\n");
        let criteria = Criteria {
            since: Some(760_686_745),
            numbers: Some("7:*".to_owned()),
            terms: vec![
                Term::Subject("backup".to_owned()),
                Term::Header("X-Job".to_owned(), "a b".to_owned()),
            ],
            ..Criteria::default()
        };
        assert_eq!(
            write(criteria),
            "a1 UID SEARCH 7:* SINCE 8-Feb-1994 SUBJECT \"backup\" HEADER \"X-Job\" \"a b\"\r\n"
        );
    }

    #[test]
    fn sets_are_short() {
        assert_eq!(sequence_set(&[9, 3, 5, 4, 9]), "3:5,9");
        assert_eq!(sequence_set(&[u32::MAX, 1]), "1,4294967295");
        assert_eq!(sequence_set(&[]), "");
    }

    proptest! {
        #[test]
        fn the_newest_first_each_once(ends in prop::collection::vec((0_u32..60, 0_u32..9), 0..9), most in 0_usize..40) {
            let ranges = ends.iter().map(|(first, more)| Range { first: *first, last: first + more }).collect();
            let all: BTreeSet<u32> = ends.iter().flat_map(|(first, more)| *first..=first + more).collect();
            let want: Vec<u32> = all.into_iter().rev().take(most).collect();
            prop_assert_eq!(newest(ranges, most), want);
        }
    }
}
