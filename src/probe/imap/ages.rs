//! How old the newest and the oldest mail are, without downloading any.
//!
//! Mails stand in a mailbox in the order in which they came into it, which is not the order of their
//! dates: one that was moved keeps its own. Small mailboxes are looked through. Of large ones both
//! ends are, and the server is asked whether anything lies beyond what they show.

use super::findings::{MAILBOX_EMPTY, MAILBOX_UNREADABLE};
use super::mailboxes::{self, Asked};
use crate::probe::Scene;
use crate::report::{Metric, Unit};
use crate::session::Error;
use crate::session::imap::{Criteria, Imap, Mailbox, Said, sequence_set};
use crate::time::Clock;
use crate::time::calendar::DAY;
use crate::wire::imap::InternalDate;

/// Up to here all dates are asked for.
const SMALL: u32 = 500;
/// Mails at each end of a large mailbox.
const END: u32 = 50;
/// Mails beyond the ends that are looked at.
const BEYOND: usize = 1000;

/// The dates of some mailboxes.
#[derive(Debug, Default)]
pub struct Ages {
    /// The stalest of the newest, and its mailbox.
    newest: Option<(InternalDate, Mailbox)>,
    /// The oldest of the oldest.
    oldest: Option<(InternalDate, Mailbox)>,
    empty: Vec<Mailbox>,
    /// How many were looked at.
    looked: usize,
}

impl Ages {
    /// Looks at the mailbox that is open.
    pub fn look(
        &mut self,
        imap: &mut Imap,
        name: &Mailbox,
        exists: u32,
        asked: &Asked,
        scene: &Scene,
    ) -> Result<(), Error> {
        self.looked += 1;
        if exists == 0 {
            self.empty.push(name.clone());
            return Ok(());
        }
        let dates = match span(imap, exists, asked)? {
            Ok(dates) => dates,
            Err(no) => {
                mailboxes::unreadable(scene, name, &no);
                return Ok(());
            }
        };
        let Some((oldest, newest)) = dates else {
            let text = format!("{} tells no dates of the mails in \"{name}\"", scene.name());
            scene.finding(MAILBOX_UNREADABLE, text);
            return Ok(());
        };
        if self
            .newest
            .as_ref()
            .is_none_or(|(known, _)| newest.unix < known.unix)
        {
            self.newest = Some((newest, name.clone()));
        }
        if self
            .oldest
            .as_ref()
            .is_none_or(|(known, _)| oldest.unix < known.unix)
        {
            self.oldest = Some((oldest, name.clone()));
        }
        Ok(())
    }

    /// Says what was found.
    pub fn tell(&self, asked: &Asked, scene: &Scene) {
        let now = Clock::unix_time();
        if asked.newest
            && let Some((date, name)) = &self.newest
        {
            let age = age(now, *date);
            let shown = Unit::Seconds.human(age);
            let words = format!("no new mail in \"{name}\" of {} for {shown}", scene.name());
            scene.metric(Metric::new("newest", age, Unit::Seconds).above(words));
            let place = self.place(name);
            scene.proven(format!("newest mail{place} {shown} old"));
        }
        if asked.oldest
            && let Some((date, name)) = &self.oldest
        {
            let age = age(now, *date);
            let shown = Unit::Seconds.human(age);
            let words = format!(
                "the oldest mail in \"{name}\" of {} waits for {shown}",
                scene.name()
            );
            scene.metric(Metric::new("oldest", age, Unit::Seconds).above(words));
            let place = self.place(name);
            scene.proven(format!("oldest mail{place} {shown} old"));
        }
        // Without a mail there is no age that a threshold could dislike.
        if asked.judges_newest && asked.newest {
            for name in &self.empty {
                let text = format!("{}: there is no mail at all in \"{name}\"", scene.name());
                scene.finding(MAILBOX_EMPTY, text);
            }
        }
    }
}

impl Ages {
    /// Where it is, if there is more than one place.
    fn place(&self, name: &Mailbox) -> String {
        if self.looked > 1 {
            format!(" in \"{name}\"")
        } else {
            String::new()
        }
    }
}

/// Seconds since then; a clock that is ahead of ours makes no negative age.
pub fn age(now: i64, date: InternalDate) -> f64 {
    let seconds = u64::try_from(now.saturating_sub(date.unix)).unwrap_or_default();
    mailboxes::float(seconds)
}

type Span = Option<(InternalDate, InternalDate)>;

/// The oldest and the newest date in the mailbox that is open.
fn span(imap: &mut Imap, exists: u32, asked: &Asked) -> Result<Said<Span>, Error> {
    const ITEMS: &str = "UID INTERNALDATE";
    if exists <= SMALL {
        let most = usize::try_from(exists).unwrap_or(usize::MAX);
        let found = imap.fetch(false, "1:*", ITEMS, most)?;
        return Ok(found.map(|found| {
            found
                .iter()
                .filter_map(|fetch| fetch.internal_date)
                .fold(None, wider)
        }));
    }
    let ends = format!("1:{END},{}:{exists}", exists - END + 1);
    let found = match imap.fetch(false, &ends, ITEMS, 2 * BEYOND)? {
        Ok(found) => found,
        Err(no) => return Ok(Err(no)),
    };
    let span = found
        .iter()
        .filter_map(|fetch| fetch.internal_date)
        .fold(None, wider);
    let Some((oldest, newest)) = span else {
        return Ok(Ok(None));
    };
    // WITHIN asks for seconds; without it the server compares days, in a zone of its own, so that a
    // day more is asked for.
    let within = imap
        .known_capabilities()
        .is_some_and(|offered| offered.has("WITHIN"));
    let now = Clock::unix_time();
    let seconds = |date: InternalDate| u64::try_from(now.saturating_sub(date.unix)).ok();
    let mut beyond = Vec::new();
    if asked.newest {
        let younger = seconds(newest).filter(|_| within);
        let criteria = Criteria {
            younger,
            since: younger.is_none().then_some(newest.unix.saturating_sub(DAY)),
            ..Criteria::default()
        };
        match imap.search(&criteria, BEYOND)? {
            Ok(uids) => beyond.extend(uids),
            Err(no) => return Ok(Err(no)),
        }
    }
    if asked.oldest {
        let older = seconds(oldest).filter(|_| within);
        let criteria = Criteria {
            older,
            before: older.is_none().then_some(oldest.unix.saturating_add(DAY)),
            ..Criteria::default()
        };
        match imap.search(&criteria, usize::MAX)? {
            Ok(uids) => beyond.extend(uids.iter().rev().take(BEYOND)),
            Err(no) => return Ok(Err(no)),
        }
    }
    beyond.retain(|uid| !found.iter().any(|fetch| fetch.uid == Some(*uid)));
    if beyond.is_empty() {
        return Ok(Ok(span));
    }
    let set = sequence_set(&beyond);
    let found = imap.fetch(true, &set, ITEMS, beyond.len())?;
    Ok(found.map(|found| {
        found
            .iter()
            .filter_map(|fetch| fetch.internal_date)
            .fold(span, wider)
    }))
}

fn wider(span: Span, date: InternalDate) -> Span {
    let (mut oldest, mut newest) = span.unwrap_or((date, date));
    if date.unix < oldest.unix {
        oldest = date;
    }
    if date.unix > newest.unix {
        newest = date;
    }
    Some((oldest, newest))
}
