//! `postqueue -p`, Postfix's `mailq` (showq_compat.c; before 3.1 the showq service wrote it itself).
//!
//! Short and long queue ids differ in the widths of columns only; words are what counts here. `*` behind the id is active, `!` on
//! hold, `#` (3.5) to be expired; without a mark the message is in deferred, incoming or maildrop, which the listing does not
//! tell. The date has no year. A reason stands in parentheses before the recipients it is about, and again when it
//! changes. The last line tells how many messages there were: without it the listing was cut off.

use crate::queue::Given;
use crate::queue::date;
use crate::queue::entry::{Entry, Queue};
use crate::queue::lines::{LineParser, find, number, word};
use crate::queue::listing::Out;

/// A reason goes on over so many lines at most.
const WRAP_LIMIT: u8 = 20;

#[derive(Debug, Default)]
pub(crate) struct Text {
    given: Given,
    entry: Entry,
    open: bool,
    reason: Vec<u8>,
    /// Lines of a reason whose end has not come yet.
    wrapped: u8,
    ended: bool,
}

impl Text {
    pub(crate) fn new(given: Given) -> Self {
        Self {
            given,
            ..Self::default()
        }
    }

    fn close(&mut self, out: &mut Out<'_>) {
        if self.open {
            out.entry(&self.entry);
            self.open = false;
        }
        self.reason.clear();
        self.wrapped = 0;
    }

    /// `ID[*!#] SIZE Mon Nov 18 20:03:11 SENDER`
    fn head(&mut self, line: &[u8]) -> Option<()> {
        let (id, rest) = word(line);
        let (size, rest) = word(rest);
        let (weekday, rest) = word(rest);
        let (month, rest) = word(rest);
        let (day, rest) = word(rest);
        let (time, sender) = word(rest);
        let bare = id
            .iter()
            .rposition(u8::is_ascii_alphanumeric)
            .and_then(|last| id.get(..=last))?;
        let marks = id.get(bare.len()..).unwrap_or_default();
        let plain = bare.len() >= 5 && bare.iter().all(u8::is_ascii_alphanumeric);
        if !plain || !marks.iter().all(|mark| b"*!#".contains(mark)) {
            return None;
        }
        let size = number(size)?;
        let time = date::time(time)?;
        let day = date::small(day)?;
        // A listing in another language: the message counts, its age is not known.
        let arrival = date::month(month).and_then(|month| {
            date::yearless(month, day, time, date::weekday(weekday), &self.given)
        });
        self.entry.clear();
        self.entry.set_id(bare);
        self.entry.set_queue(if marks.contains(&b'*') {
            Queue::Active
        } else if marks.contains(&b'!') {
            Queue::Hold
        } else {
            Queue::Deferred
        });
        self.entry.set_size(Some(size));
        self.entry.set_arrival(arrival);
        self.entry.set_sender(sender);
        self.entry.know_recipients();
        self.open = true;
        Some(())
    }

    /// A line of a message that begins with blanks.
    fn detail(&mut self, line: &[u8]) {
        let text = line.trim_ascii();
        if self.wrapped > 0 {
            self.reason.push(b' ');
            self.end_reason(text);
        } else if let Some(reason) = text.strip_prefix(b"(") {
            self.reason.clear();
            self.end_reason(reason);
        } else {
            let reason = (!self.reason.is_empty()).then_some(self.reason.as_slice());
            self.entry.add_recipient(text, reason);
        }
    }

    fn end_reason(&mut self, text: &[u8]) {
        if let Some(last) = text.strip_suffix(b")") {
            self.reason.extend_from_slice(last);
            self.wrapped = 0;
            if self.reason == b"reason unavailable" {
                self.reason.clear();
            }
        } else {
            self.reason.extend_from_slice(text);
            self.wrapped = (self.wrapped + 1) % WRAP_LIMIT;
        }
    }
}

/// A line that belongs to the message before it: indented, but for a reason that fills the line.
fn is_detail(line: &[u8]) -> bool {
    line.first()
        .is_some_and(|first| first.is_ascii_whitespace() || *first == b'(')
}

/// `-- 9 Kbytes in 3 Requests.`
fn summary(line: &[u8]) -> Option<u64> {
    let rest = line.trim_ascii().strip_prefix(b"--")?;
    let (kbytes, rest) = word(rest);
    number(kbytes)?;
    let at = find(rest, b"Kbytes in ")?;
    let (count, rest) = word(rest.get(at + 10..)?);
    let rest = rest.trim_ascii();
    let whole = rest.eq_ignore_ascii_case(b"Request.") || rest.eq_ignore_ascii_case(b"Requests.");
    whole.then(|| number(count)).flatten()
}

impl LineParser for Text {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        let text = line.trim_ascii();
        if text.is_empty() {
            self.close(out);
        } else if self.open && is_detail(line) {
            self.detail(line);
        } else if let Some(count) = summary(text) {
            self.close(out);
            out.said(count);
            self.ended = true;
        } else if text.ends_with(b"Mail queue is empty") {
            self.close(out);
            out.said(0);
            self.ended = true;
        } else if text.starts_with(b"-") && find(text, b"Queue ID-").is_some() {
            self.close(out);
            out.proven();
            self.ended = false;
        } else {
            self.close(out);
            match self.head(line) {
                Some(()) => self.ended = false,
                None => out.stray(line),
            }
        }
    }

    fn ended(&self) -> bool {
        self.ended
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        self.close(out);
        if !self.ended {
            out.damage("its last line is missing (\"-- N Kbytes in N Requests.\")");
        }
    }
}
