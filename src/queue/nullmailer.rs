//! nullmailer: `mailq` (mailq.cc): `2022-08-25 01:30:40 502 bytes from <alice@example.org>` in local time, without a queue id.
//! Recipients follow on the same line or on lines of their own, ` to <bob@example.net>`, in versions that tell them.

use super::date;
use super::entry::Entry;
use super::lines::{LineParser, find, number, word};
use super::listing::{Given, Out};

#[derive(Debug, Default)]
pub(super) struct Nullmailer {
    given: Given,
    entry: Entry,
    open: bool,
}

impl Nullmailer {
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

    fn head(&mut self, line: &[u8]) -> Option<()> {
        let (day, rest) = word(line);
        let (time, rest) = word(rest);
        let mut parts = day.split(|byte| *byte == b'-').map(date::small);
        let days = date::days(parts.next()??, parts.next()??, parts.next()??)?;
        let arrival = date::full(days, date::time(time)?, &self.given.zone);
        let (size, rest) = word(rest);
        let (unit, rest) = word(rest);
        // A file that vanishes while it is looked at has question marks for a size.
        let size = if size.starts_with(b"?") {
            None
        } else {
            Some(number(size)?)
        };
        if size.is_some() && !matches!(unit, b"bytes" | b"byte") {
            return None;
        }
        self.entry.clear();
        self.entry.set_arrival(Some(arrival));
        self.entry.set_size(size);
        self.open = true;
        let rest = rest.trim_ascii();
        let to = find(rest, b" to <");
        if let Some(sender) = rest.get(..to.unwrap_or(rest.len()))
            && let Some(sender) = sender.strip_prefix(b"from ")
        {
            self.entry.set_sender(sender);
        }
        if let Some(to) = to {
            self.recipients(rest.get(to..).unwrap_or_default());
        }
        Some(())
    }

    fn recipients(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
            let behind = rest.get(start..).unwrap_or_default();
            let end = behind.iter().position(|byte| *byte == b'>');
            let end = end.map_or(behind.len(), |end| end + 1);
            self.entry
                .add_recipient(behind.get(..end).unwrap_or_default(), None);
            rest = behind.get(end..).unwrap_or_default();
        }
    }
}

impl LineParser for Nullmailer {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        let text = line.trim_ascii();
        if text.is_empty() {
            return;
        }
        if self.open
            && line.first().is_some_and(u8::is_ascii_whitespace)
            && text.starts_with(b"to <")
        {
            self.recipients(text);
            return;
        }
        self.close(out);
        if self.head(text).is_none() {
            out.stray(line);
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        self.close(out);
    }
}
