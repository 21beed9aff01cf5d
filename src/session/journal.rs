//! What has happened so far with one target: phases, peer, transcript. Shared with the watchdog, so
//! that a report can be printed although the conversation hangs.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::net::Peer;
use crate::secret::Redactor;
use crate::time::{Clock, Phases};

/// Rows of a transcript; what comes after is counted, not kept.
const ROWS: usize = 1000;
/// Bytes of a row.
const ROW: usize = 400;
/// Bytes in which secrets are looked for before a row is cut: more than twice what a secret has.
const SEARCHED: usize = 256 * 1024;

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// We did.
    Sent,
    /// The server did.
    Received,
    /// A remark of ours.
    Note,
}

/// One row of the transcript.
#[derive(Clone, Debug)]
pub struct Entry {
    /// From the start of the run.
    pub at: Duration,
    /// Who said it.
    pub direction: Direction,
    /// What; secrets are masked.
    pub text: String,
}

/// The record of one target; clones share it.
#[derive(Clone)]
pub struct Journal {
    record: Arc<Mutex<Record>>,
    clock: Clock,
    redactor: Redactor,
}

/// What a journal holds.
#[derive(Clone, Debug)]
pub struct Record {
    /// The phases, in order.
    pub phases: Phases,
    /// Who was connected to.
    pub peer: Option<Peer>,
    /// What was said.
    pub transcript: Vec<Entry>,
    /// Rows that were not kept.
    pub dropped: usize,
    /// When the conversation proper ended: the polite end is not part of `time`.
    pub done: Option<Duration>,
    /// What was waited because the caller said so; not part of `time` either.
    pub waited: Duration,
}

impl Record {
    fn new(clock: Clock) -> Self {
        Self {
            phases: Phases::new(clock),
            peer: None,
            transcript: Vec::new(),
            dropped: 0,
            done: None,
            waited: Duration::ZERO,
        }
    }
}

impl Journal {
    /// An empty journal.
    #[must_use]
    pub fn new(clock: Clock, redactor: Redactor) -> Self {
        Self {
            record: Arc::new(Mutex::new(Record::new(clock))),
            clock,
            redactor,
        }
    }

    /// An empty journal of the same run, for what is no part of the conversation proper.
    #[must_use]
    pub fn aside(&self) -> Self {
        Self::new(self.clock, self.redactor.clone())
    }

    /// Enters a phase.
    pub fn enter(&self, name: &'static str) {
        self.record().phases.enter(name);
    }

    /// Ends the phase that lasts.
    pub fn leave(&self, note: impl Into<String>) {
        let note = note.into();
        self.record().phases.leave(note);
    }

    /// Who was connected to.
    pub fn met(&self, peer: &Peer) {
        self.record().peer = Some(peer.clone());
    }

    /// We said this; the text is masked already.
    pub fn sent(&self, text: &str) {
        self.add(Direction::Sent, text);
    }

    /// The server said this.
    pub fn received(&self, bytes: &[u8]) {
        // Listings have a line for each of a hundred thousand mails.
        let mut record = self.record();
        if record.transcript.len() >= ROWS {
            record.dropped += 1;
            return;
        }
        drop(record);
        // A whole row is masked together with its neighbours, when it is printed.
        if bytes.len() <= ROW {
            self.add(Direction::Received, &String::from_utf8_lossy(bytes));
            return;
        }
        let head = self.redactor.cut(&searched(bytes), ROW);
        let text = format!("{head}... ({} bytes)", bytes.len());
        self.add(Direction::Received, &text);
    }

    /// The beginning of what a server said, for a message: at most `most` bytes, and `...` when it
    /// was cut. Secrets are struck out before the cut: half a secret would be known no more.
    #[must_use]
    pub fn quote(&self, bytes: &[u8], most: usize) -> String {
        let text = searched(bytes);
        if bytes.len() <= most {
            return self.redactor.strike(&text);
        }
        format!("{}...", self.redactor.strike_head(&text, most))
    }

    /// A remark: `STARTTLS done`, `no answer to QUIT`.
    pub fn note(&self, text: &str) {
        self.add(Direction::Note, text);
    }

    /// The conversation proper is over; what follows is courtesy and is not in `time`.
    pub fn done(&self) {
        let now = self.clock.elapsed();
        self.record().done.get_or_insert(now);
    }

    /// So long was waited because the caller said so.
    pub fn waited(&self, time: Duration) {
        let mut record = self.record();
        record.waited = record.waited.saturating_add(time);
    }

    /// Takes a secret on, so that it is struck out of everything that is printed.
    pub fn hide(&self, bytes: &[u8]) {
        self.redactor.learn_bytes(bytes);
    }

    /// Forgets everything: the target is talked to anew.
    pub fn forget(&self) {
        let mut record = self.record();
        *record = Record::new(self.clock);
    }

    /// Everything so far.
    #[must_use]
    pub fn snapshot(&self) -> Record {
        self.record().clone()
    }

    fn add(&self, direction: Direction, text: &str) {
        let at = self.clock.elapsed();
        let mut record = self.record();
        if record.transcript.len() >= ROWS {
            record.dropped += 1;
            return;
        }
        record.transcript.push(Entry {
            at,
            direction,
            text: text.to_owned(),
        });
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As much of what a server said as secrets are looked for in before it is cut.
fn searched(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes.get(..SEARCHED).unwrap_or(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal() -> Journal {
        let journal = Journal::new(Clock::start(), Redactor::default());
        journal.hide(b"hunter2Secret!");
        journal
    }

    #[test]
    fn no_cut_goes_through_a_secret() {
        for before in ROW - 14..=ROW {
            let journal = journal();
            let line = [&vec![b'y'; before], &b"hunter2Secret!, and so on"[..]].concat();
            journal.received(&line);
            let text = journal.snapshot().transcript.remove(0).text;
            assert!(!journal.redactor.strike(&text).contains("yh"), "{text}");
            assert!(
                text.ends_with(&format!("... ({} bytes)", line.len())),
                "{text}"
            );
            assert!(!journal.quote(&line, ROW).contains("yh"));
        }
    }

    #[test]
    fn a_quote_tells_that_it_was_cut() {
        let journal = journal();
        assert_eq!(journal.quote(b"HTTP/1.1 400", 12), "HTTP/1.1 400");
        assert_eq!(journal.quote(b"HTTP/1.1 400 Bad", 12), "HTTP/1.1 400...");
        assert_eq!(journal.quote(b"no hunter2Secret!", 8), "no ****...");
    }
}
