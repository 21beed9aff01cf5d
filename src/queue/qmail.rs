//! qmail, netqmail, notqmail: `qmail-qstat` and `qmail-qread` (qmail-qstat.sh, qmail-qread.c).
//!
//! qmail-qstat counts: the first number is of all messages, the second of those among them that qmail-send has not looked at.
//! qmail-qread lists those that it has: a line with date (GMT), number, size and sender, `bouncing` when it has been
//! given up; then the recipients with a tab before them, `done` before those who have got it. It tells no reasons.

use super::Zone;
use super::date;
use super::entry::{Entry, Queue};
use super::lines::{LineParser, find, number, word};
use super::listing::Out;

const TOTAL: &[u8] = b"messages in queue:";
const NEW: &[u8] = b"messages in queue but not yet preprocessed:";

/// The number behind these words.
fn behind(text: &[u8], words: &[u8]) -> Option<u64> {
    let at = find(text, words)?;
    number(text.get(at + words.len()..)?.trim_ascii())
}

#[derive(Debug, Default)]
pub(super) struct QmailStat {
    total: Option<u64>,
    new: Option<u64>,
}

impl LineParser for QmailStat {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        let text = line.trim_ascii();
        if let Some(total) = behind(text, TOTAL) {
            self.total = Some(total);
            out.proven();
        } else if let Some(new) = behind(text, NEW) {
            self.new = Some(new);
            out.proven();
        } else {
            out.stray(line);
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        let new = self.new.unwrap_or(0);
        let total = self.total.unwrap_or(0);
        for (count, queue) in [
            (total.saturating_sub(new), Queue::Queued),
            (new, Queue::Incoming),
        ] {
            if count > 0 {
                let mut entry = Entry::default();
                entry.set_count(count);
                entry.set_queue(queue);
                out.entry(&entry);
            }
        }
        if self.total.is_none() {
            out.damage("the number of messages is missing");
        } else if self.new.is_none() {
            out.damage("the number of messages not yet preprocessed is missing");
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct QmailRead {
    entry: Entry,
    open: bool,
}

impl QmailRead {
    fn close(&mut self, out: &mut Out<'_>) {
        if self.open {
            out.entry(&self.entry);
            self.open = false;
        }
    }

    /// `13 Oct 2024 08:14:02 GMT  #1057  2345  <alice@example.org>  bouncing`
    fn head(&mut self, line: &[u8]) -> Option<()> {
        let (day, rest) = word(line);
        let (month, rest) = word(rest);
        let (year, rest) = word(rest);
        let (time, rest) = word(rest);
        let day = date::small(day)?;
        let days =
            date::month(month).and_then(|month| date::days(date::small(year)?, month, day))?;
        let arrival = date::full(days, date::time(time)?, &Zone::utc());
        let at = rest.iter().position(|byte| *byte == b'#')?;
        let (id, rest) = word(rest.get(at + 1..)?);
        let (size, rest) = word(rest);
        let size = number(size)?;
        let rest = rest.trim_ascii();
        let end = rest.iter().rposition(|byte| *byte == b'>')?;
        let sender = rest.get(..=end)?;
        self.entry.clear();
        self.entry.set_id(id);
        self.entry.set_size(Some(size));
        self.entry.set_arrival(Some(arrival));
        self.entry.set_sender(sender);
        self.entry.know_recipients();
        if find(rest.get(end..)?, b"bouncing").is_some() {
            self.entry.set_queue(Queue::Bounce);
        }
        self.open = true;
        Some(())
    }

    /// `\tremote\tbob@example.net`, `  done\tlocal\tcarol`
    fn detail(&mut self, text: &[u8]) -> bool {
        let (first, rest) = word(text);
        let (channel, address) = match first {
            b"done" => word(rest),
            _ => (first, rest),
        };
        if !matches!(channel, b"remote" | b"local") {
            return false;
        }
        if first != b"done" {
            self.entry.add_recipient(address, None);
        }
        true
    }
}

impl LineParser for QmailRead {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        let text = line.trim_ascii();
        if text.is_empty() {
            return;
        }
        let indented = line.first().is_some_and(u8::is_ascii_whitespace);
        if indented && self.open && self.detail(text) {
            return;
        }
        // qmail-qstat's numbers in the same text: those not yet preprocessed are not listed.
        if let Some(total) = behind(text, TOTAL) {
            self.close(out);
            out.said(total);
        } else if let Some(new) = behind(text, NEW) {
            self.close(out);
            if new > 0 {
                let mut entry = Entry::default();
                entry.set_count(new);
                entry.set_queue(Queue::Incoming);
                out.entry(&entry);
            }
        } else {
            self.close(out);
            if self.head(text).is_none() {
                out.stray(line);
            }
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        self.close(out);
    }
}
