//! Courier: `mailq`, `mailq -batch` (courier/mailq.c).
//!
//! Without `-batch` three kinds of lines: size (within 16 columns), id and `Mar 12 08:14`; the local user and the sender; a status and a
//! recipient, `done` and `fail` for those that wait no more. With it one line a message: `size;id;date;user;sender;` and
//! `status;recipient;` for each recipient. Both end with the number of messages; an empty queue has that line, too.

use super::date;
use super::entry::Entry;
use super::lines::{LineParser, number, size, word};
use super::listing::{Given, Out};

#[derive(Debug, Default)]
pub(super) struct Courier {
    given: Given,
    entry: Entry,
    open: bool,
    has_sender: bool,
    ended: bool,
}

impl Courier {
    pub(super) fn new(given: Given) -> Self {
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
    }

    fn begin(&mut self, bytes: u64, id: &[u8], when: &[u8]) -> Option<()> {
        let (month, rest) = word(when);
        let (day, rest) = word(rest);
        let (time, rest) = word(rest);
        if !rest.trim_ascii().is_empty() {
            return None;
        }
        let month = date::month(month)?;
        let arrival = date::yearless(
            month,
            date::small(day)?,
            date::time(time)?,
            None,
            &self.given,
        );
        self.entry.clear();
        self.entry.set_size(Some(bytes));
        self.entry.set_id(id);
        self.entry.set_arrival(arrival);
        self.entry.know_recipients();
        self.open = true;
        self.has_sender = false;
        self.ended = false;
        Some(())
    }

    fn head(&mut self, text: &[u8]) -> Option<()> {
        let (bytes, rest) = word(text);
        let (id, when) = word(rest);
        // Ids are hexadecimal numbers between dots.
        let shape = id.contains(&b'.')
            && id
                .iter()
                .all(|byte| byte.is_ascii_hexdigit() || *byte == b'.');
        if !shape {
            return None;
        }
        self.begin(size(bytes)?, id, when)
    }

    fn batch(&mut self, text: &[u8]) -> Option<()> {
        let mut fields = text.split(|byte| *byte == b';');
        let bytes = size(fields.next()?.trim_ascii())?;
        let id = fields.next()?;
        self.begin(bytes, id, fields.next()?)?;
        let _user = fields.next()?;
        self.entry.set_sender(fields.next()?);
        while let (Some(status), Some(recipient)) = (fields.next(), fields.next()) {
            self.recipient(status, recipient);
        }
        Some(())
    }

    fn recipient(&mut self, status: &[u8], recipient: &[u8]) {
        if !matches!(status.trim_ascii(), b"done" | b"fail") {
            self.entry.add_recipient(recipient, None);
        }
    }

    /// A status or a user within 16 columns, and an address.
    fn detail(&mut self, line: &[u8]) {
        let (left, right) = line.split_at(line.len().min(17));
        if self.has_sender {
            self.recipient(left, right);
        } else {
            self.entry.set_sender(right);
            self.has_sender = true;
        }
    }
}

/// `   3 messages.`, `messages: 3`
fn summary(text: &[u8]) -> Option<u64> {
    if let Some(rest) = text.strip_prefix(b"messages:") {
        return number(rest.trim_ascii());
    }
    number(text.strip_suffix(b" messages.")?.trim_ascii())
}

fn is_heading(text: &[u8]) -> bool {
    let (first, rest) = word(text);
    let rest = rest.trim_ascii();
    match first {
        b"Size" => rest.starts_with(b"Queue ID"),
        b"User" => rest == b"From",
        b"Status" => rest == b"Recipient",
        _ => first.len() >= 16 && first.iter().all(|byte| *byte == b'-'),
    }
}

impl LineParser for Courier {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        let text = line.trim_ascii();
        if text.is_empty() {
            self.close(out);
        } else if let Some(count) = summary(text) {
            self.close(out);
            out.said(count);
            self.ended = true;
        } else if self.open
            && line.len() > 16
            && line.get(16) == Some(&b' ')
            && self.head_of_next(text).is_none()
        {
            self.detail(line);
        } else {
            self.close(out);
            if is_heading(text) {
                out.proven();
            } else if self.batch(text).is_some() {
                self.close(out);
            } else if self.head(text).is_none() {
                out.stray(line);
            }
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        self.close(out);
        if !self.ended {
            out.damage("its last line is missing (\"N messages.\")");
        }
    }
}

impl Courier {
    /// The size of a message without the empty line before it: a sender's line has no size in front.
    fn head_of_next(&self, text: &[u8]) -> Option<u64> {
        let (first, rest) = word(text);
        let (id, _) = word(rest);
        let id = id.iter().filter(|byte| **byte == b'.').count() == 2 && !id.contains(&b'@');
        (id && self.has_sender).then(|| size(first)).flatten()
    }
}
