//! The mail that must be there. The server searches first, by the days that count and by text that
//! every match has; we look at what it finds. What a server finds is a hint: some compare whole words,
//! some do not decode. So when nothing that counts was found among it, the newest mails are looked
//! through as well. All of it is bounded: a mailbox of 100 000 mails is never downloaded.

use std::collections::BTreeSet;

use super::findings::SEARCH_REFUSED;
use super::mailboxes::{self, Asked};
use crate::cli::Conditions;
use crate::message::pattern::{Field, Pattern};
use crate::probe::Scene;
use crate::probe::mail::{self, Mail};
use crate::session::Error;
use crate::session::imap::{Criteria, Imap, Mailbox, Said, Term, sequence_set};
use crate::time::Clock;
use crate::time::calendar::DAY;
use crate::wire::imap::Condition;
use crate::wire::imap::data::Fetch;

/// Headers fetched together.
const HEADERS: usize = 100;
/// Bytes of a header, of those fields that are looked at.
const HEADER: usize = 16 << 10;
/// Mails with their bodies fetched together.
const BODIES: usize = 10;
/// Bytes of such a mail: a report says at its beginning how it went.
const BODY: usize = 128 << 10;
/// Mails that are read whole although the server's search does not find them.
const READ: usize = 50;
/// Mails that are looked at only to tell when the last one came.
const LAST: usize = 50;
/// Matches of all mailboxes together that are remembered.
const REMEMBERED: usize = 2000;
/// Texts of one pattern that the server is asked to find.
const TERMS: usize = 4;

/// Looks for the mails and judges them.
pub fn check(
    imap: &mut Imap,
    names: &[Mailbox],
    conditions: &Conditions,
    asked: &Asked,
    scene: &Scene,
) -> Result<(), Error> {
    let now = Clock::unix_time();
    let mut hunt = Hunt::new(conditions, asked, scene, now);
    let mut searched = Vec::new();
    let mut total = 0;
    let mut failed = false;
    for name in names {
        match imap.examine(name)? {
            Ok(selected) => {
                total += usize::try_from(selected.exists).unwrap_or(usize::MAX);
                searched.push(name);
                if let Err(no) = hunt.mailbox(imap, selected.exists)? {
                    mailboxes::unreadable(scene, name, &no);
                    failed = true;
                }
                hunt.forget();
            }
            Err(no) => mailboxes::missing(imap, scene, name, &no)?,
        }
    }
    if let Some(no) = &hunt.unsearched {
        let text = format!("{} does not search: {no}", scene.name());
        scene.finding(SEARCH_REFUSED, text);
    }
    // What could not be read may hold the mail.
    if searched.is_empty() || (failed && hunt.mails.is_empty()) {
        return Ok(());
    }
    let place = match searched.as_slice() {
        [one] => format!(" in \"{one}\""),
        many => format!(" in {} mailboxes", many.len()),
    };
    let all = hunt.depth.saturating_mul(searched.len());
    let among = if total == 0 {
        "none at all".to_owned()
    } else if total <= all {
        format!("the {total} there")
    } else {
        format!("the newest {} of {total}", hunt.depth)
    };
    mail::judge(hunt.mails, Some(conditions), &place, &among, scene, now);
    Ok(())
}

/// A search through mailboxes.
struct Hunt<'a> {
    conditions: &'a Conditions,
    /// The same without what only bodies tell.
    by_header: Conditions,
    /// What is asked of each mail.
    items: String,
    terms: Vec<Term>,
    /// Mails older than this do not count.
    since: Option<i64>,
    /// How many that the server finds are looked at.
    candidates: usize,
    /// How many are looked at whatever it finds.
    depth: usize,
    /// Is every match wanted, or is one that counts enough?
    every: bool,
    mails: Vec<Mail>,
    /// What a server says that does not search.
    unsearched: Option<Condition>,
    /// What was looked at in the mailbox at hand.
    seen: BTreeSet<u32>,
}

impl<'a> Hunt<'a> {
    fn new(conditions: &'a Conditions, asked: &Asked, scene: &Scene, now: i64) -> Self {
        let by_header = Conditions {
            matching: conditions
                .matching
                .iter()
                .filter(|pattern| pattern.field != Field::Body)
                .cloned()
                .collect(),
            unless: Vec::new(),
        };
        let window = scene.bound("newest");
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float turned into an integer stays within its bounds"
        )]
        let since = window.map(|seconds| now.saturating_sub(seconds.ceil() as i64));
        Self {
            conditions,
            by_header,
            items: items(conditions),
            terms: conditions.matching.iter().flat_map(terms).collect(),
            since,
            candidates: asked.candidates,
            depth: if conditions.need_bodies() {
                asked.candidates.min(READ)
            } else {
                asked.candidates
            },
            every: !conditions.unless.is_empty()
                || scene.judges("matches")
                || scene.judges("oldest"),
            mails: Vec::new(),
            unsearched: None,
            seen: BTreeSet::new(),
        }
    }

    /// Looks through the mailbox that is open.
    fn mailbox(&mut self, imap: &mut Imap, exists: u32) -> Result<Said<()>, Error> {
        if exists == 0 {
            return Ok(Ok(()));
        }
        self.seen.clear();
        let before = self.mails.len();
        let reads = |term: &Term| matches!(term, Term::Body(_));
        // Without an index a server reads what it searches: not the whole mailbox.
        let numbers = self.terms.iter().any(reads).then(|| {
            let depth = u32::try_from(self.candidates).unwrap_or(u32::MAX);
            format!("{}:*", exists.saturating_sub(depth).max(1))
        });
        if self.since.is_some() || !self.terms.is_empty() {
            let criteria = Criteria {
                numbers: numbers.clone(),
                // The server compares days, in a zone of its own.
                since: self.since.map(|since| since.saturating_sub(DAY)),
                terms: self.terms.clone(),
                ..Criteria::default()
            };
            match imap.search(&criteria, self.candidates)? {
                Ok(uids) => match self.look(imap, &uids)? {
                    Ok(()) => {}
                    no => return Ok(no),
                },
                // A server that cannot search may still be read.
                Err(no) => {
                    self.unsearched.get_or_insert(no);
                }
            }
        }
        if self.satisfied(before) {
            return Ok(Ok(()));
        }
        match self.newest(imap, exists)? {
            Ok(()) => {}
            no => return Ok(no),
        }
        // None that counts: when was the last?
        if self.mails.len() == before && self.since.is_some() && !self.terms.is_empty() {
            let criteria = Criteria {
                numbers,
                terms: self.terms.clone(),
                ..Criteria::default()
            };
            if let Ok(mut uids) = imap.search(&criteria, self.candidates)? {
                uids.retain(|uid| !self.seen.contains(uid));
                uids.truncate(LAST);
                return self.look(imap, &uids);
            }
        }
        Ok(Ok(()))
    }

    /// Of very many matches in very many mailboxes the newest are remembered.
    fn forget(&mut self) {
        if self.mails.len() > REMEMBERED {
            self.mails
                .sort_by_key(|mail| std::cmp::Reverse(mail.came.unwrap_or(i64::MIN)));
            self.mails.truncate(REMEMBERED);
        }
    }

    /// Is there a match that counts, in this mailbox?
    fn satisfied(&self, before: usize) -> bool {
        self.mails.iter().skip(before).any(|mail| {
            self.since
                .is_none_or(|since| mail.came.is_some_and(|came| came >= since))
        })
    }

    /// Looks at the newest mails, whatever the server's search says.
    fn newest(&mut self, imap: &mut Imap, exists: u32) -> Result<Said<()>, Error> {
        let helping = u32::try_from(HEADERS).unwrap_or(u32::MAX);
        let mut last = exists;
        let mut left = u32::try_from(self.depth).unwrap_or(u32::MAX);
        while last > 0 && left > 0 {
            let count = helping.min(left).min(last);
            let first = last - count + 1;
            let set = format!("{first}:{last}");
            let found = match imap.fetch(false, &set, &self.items, HEADERS)? {
                Ok(found) => found,
                Err(no) => return Ok(Err(no)),
            };
            match self.judge(imap, &found)? {
                Ok(()) => {}
                no => return Ok(no),
            }
            last = first - 1;
            left -= count;
        }
        Ok(Ok(()))
    }

    /// Looks at these mails, the newest first.
    fn look(&mut self, imap: &mut Imap, uids: &[u32]) -> Result<Said<()>, Error> {
        for helping in uids.chunks(HEADERS) {
            let found = match imap.fetch(true, &sequence_set(helping), &self.items, HEADERS)? {
                Ok(found) => found,
                Err(no) => return Ok(Err(no)),
            };
            match self.judge(imap, &found)? {
                Ok(()) => {}
                no => return Ok(no),
            }
        }
        Ok(Ok(()))
    }

    /// Judges headers, and fetches the bodies of those that could match if bodies matter.
    fn judge(&mut self, imap: &mut Imap, found: &[Fetch]) -> Result<Said<()>, Error> {
        let bodies = self.conditions.need_bodies();
        let mut could = Vec::new();
        for fetch in found {
            let (Some(uid), Some((_, bytes))) = (fetch.uid, fetch.sections.first()) else {
                continue;
            };
            if !self.seen.insert(uid) {
                continue;
            }
            let came = fetch.internal_date.map(|date| date.unix);
            let conditions = if bodies {
                &self.by_header
            } else {
                self.conditions
            };
            let Some(mail) = Mail::see(uid, bytes, came, Some(conditions)) else {
                continue;
            };
            if bodies {
                could.push(uid);
            } else {
                self.mails.push(mail);
            }
        }
        could.sort_unstable_by(|one, other| other.cmp(one));
        let before = self.mails.len();
        for helping in could.chunks(BODIES) {
            let items = format!("UID INTERNALDATE BODY.PEEK[]<0.{BODY}>");
            let found = match imap.fetch(true, &sequence_set(helping), &items, BODIES)? {
                Ok(found) => found,
                Err(no) => return Ok(Err(no)),
            };
            for fetch in &found {
                if let (Some(uid), Some((_, bytes))) = (fetch.uid, fetch.sections.first()) {
                    let came = fetch.internal_date.map(|date| date.unix);
                    self.mails
                        .extend(Mail::see(uid, bytes, came, Some(self.conditions)));
                }
            }
            if !self.every && self.satisfied(before) {
                break;
            }
        }
        Ok(Ok(()))
    }
}

/// The fields that are looked at, and no others.
fn items(conditions: &Conditions) -> String {
    let mut names: Vec<String> = ["Subject", "Date"].map(str::to_owned).to_vec();
    for pattern in conditions.matching.iter().chain(&conditions.unless) {
        let name = match &pattern.field {
            Field::From => "From",
            Field::To => "To",
            Field::Header(name) => name,
            Field::Subject | Field::Body => continue,
        };
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name.to_owned());
        }
    }
    let written: Vec<String> = names.iter().map(|name| field_name(name)).collect();
    format!(
        "UID INTERNALDATE BODY.PEEK[HEADER.FIELDS ({})]<0.{HEADER}>",
        written.join(" ")
    )
}

/// A field name may hold characters that IMAP takes for its own.
fn field_name(name: &str) -> String {
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// What a server can search for.
fn terms(pattern: &Pattern) -> Vec<Term> {
    let mut texts = pattern.required_texts();
    texts.truncate(TERMS);
    texts
        .into_iter()
        .map(|text| match &pattern.field {
            Field::Subject => Term::Subject(text),
            Field::From => Term::From(text),
            Field::To => Term::To(text),
            Field::Header(name) => Term::Header(name.clone(), text),
            Field::Body => Term::Body(text),
        })
        .collect()
}
