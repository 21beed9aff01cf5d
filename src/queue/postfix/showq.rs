//! What the showq service says on its socket (`public/showq`), Postfix 3.1 and later: lists of attributes, each `name NUL value
//! NUL`, ended by an empty name (attr_print0.c, showq.c). A list for each message, its recipients' attributes within
//! it; an empty list at the end of all. Since 3.6 the service says first which protocol it speaks.
//!
//! Before 3.1 it wrote the text of `mailq` itself, which is known by its first byte.

use super::Text;
use crate::queue::Given;
use crate::queue::entry::{Entry, Queue};
use crate::queue::lines::Lines;
use crate::queue::listing::{Out, Parser};
use std::str;

/// What of a name or a value is kept.
const TEXT_LIMIT: usize = 16 * 1024;

pub(crate) struct Showq {
    given: Given,
    form: Form,
}

enum Form {
    /// No byte has come yet.
    Unknown,
    Attributes(Box<Attributes>),
    Text(Box<Lines<Text>>),
}

impl Showq {
    pub(crate) fn new(given: Given) -> Self {
        Self {
            given,
            form: Form::Unknown,
        }
    }
}

impl Parser for Showq {
    fn feed(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        if let (Form::Unknown, Some(first)) = (&self.form, bytes.first()) {
            // Attribute names are in lower case; the text begins with a heading or "Mail queue is empty".
            self.form = if *first == 0 || first.is_ascii_lowercase() {
                Form::Attributes(Box::default())
            } else {
                Form::Text(Box::new(Lines::new(Text::new(self.given.clone()))))
            };
        }
        match &mut self.form {
            Form::Unknown => {}
            Form::Attributes(attributes) => attributes.feed(bytes, out),
            Form::Text(text) => text.feed(bytes, out),
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        match &mut self.form {
            Form::Unknown => out.damage("the showq service said nothing"),
            Form::Attributes(attributes) => attributes.finish(out),
            Form::Text(text) => text.finish(out),
        }
    }
}

#[derive(Debug, Default)]
struct Attributes {
    name: Vec<u8>,
    value: Vec<u8>,
    in_value: bool,
    entry: Entry,
    open: bool,
    address: Vec<u8>,
    has_address: bool,
    reason: Vec<u8>,
    preamble: bool,
    ended: bool,
    broken: bool,
}

impl Attributes {
    fn feed(&mut self, bytes: &[u8], out: &mut Out<'_>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == 0);
            let part = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let text = if self.in_value {
                &mut self.value
            } else {
                &mut self.name
            };
            let room = TEXT_LIMIT.saturating_sub(text.len());
            text.extend_from_slice(part.get(..room).unwrap_or(part));
            let Some(end) = end else { return };
            rest = rest.get(end + 1..).unwrap_or_default();
            if self.in_value {
                self.attribute(out);
                self.name.clear();
                self.value.clear();
                self.in_value = false;
            } else if self.name.is_empty() {
                self.end_of_list(out);
            } else {
                self.in_value = true;
            }
        }
    }

    fn end_of_list(&mut self, out: &mut Out<'_>) {
        if self.open {
            self.close(out);
        } else if self.preamble {
            self.preamble = false;
        } else {
            out.proven();
            self.ended = true;
        }
    }

    fn close(&mut self, out: &mut Out<'_>) {
        self.recipient();
        if self.open {
            out.entry(&self.entry);
        }
        self.open = false;
    }

    fn recipient(&mut self) {
        if std::mem::take(&mut self.has_address) {
            let reason = (!self.reason.is_empty()).then_some(self.reason.as_slice());
            self.entry.add_recipient(&self.address, reason);
        }
        self.reason.clear();
    }

    fn attribute(&mut self, out: &mut Out<'_>) {
        let stays_outside = match self.name.as_slice() {
            b"protocol" | b"queue_name" => true,
            b"queue_id" | b"time" | b"size" | b"sender" | b"recipient" | b"reason" => false,
            _ => self.preamble,
        };
        if !self.open && !stays_outside {
            // A list that does not begin as one: an entry would be lost without a word.
            out.damage("an attribute outside of any entry");
        }
        let number = || str::from_utf8(&self.value).ok();
        match self.name.as_slice() {
            b"protocol" => self.preamble = true,
            b"queue_name" => {
                self.close(out);
                self.ended = false;
                self.open = true;
                self.entry.clear();
                self.entry.know_recipients();
                let queue = Queue::named(&self.value).unwrap_or(Queue::Queued);
                self.entry.set_queue(queue);
            }
            b"queue_id" => self.entry.set_id(&self.value),
            b"time" => {
                let time = number().and_then(|text| text.parse().ok());
                self.entry.set_arrival(time);
            }
            b"size" => {
                let size = number().and_then(|text| text.parse().ok());
                self.entry.set_size(size);
            }
            b"sender" => self.entry.set_sender(&self.value),
            b"recipient" => {
                self.recipient();
                self.address.clear();
                self.address.extend_from_slice(&self.value);
                self.has_address = true;
            }
            b"reason" => {
                self.reason.clear();
                self.reason.extend_from_slice(&self.value);
            }
            name => {
                let right = name
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
                if !right && !self.broken {
                    self.broken = true;
                    out.stray(&self.name);
                    out.damage("something that is no attribute");
                }
            }
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        if self.open {
            out.damage(format!("it ends within entry {}", out.entries() + 1));
            return;
        }
        if !self.name.is_empty() {
            out.stray(&self.name);
        }
        if !self.ended {
            out.damage("the end of the list did not come");
        }
    }
}
