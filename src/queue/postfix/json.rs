//! `postqueue -j`: an object a line (Postfix 3.1 and later, postqueue(1), showq_json.c).
//!
//! Members that are not known are passed over, as the manual asks for: `forced_expire` (3.5), `orig_address` (3.11).
//! `delay_reason` is absent when nothing was tried yet; messages on their way to become a notice have a `bounce_reason`
//! instead (3.11). Beyond what Postfix prints, an array of such objects is read, too (`jq -s`).

use crate::queue::entry::{Entry, Queue};
use crate::queue::json::{Reader, Token};
use crate::queue::listing::Out;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Member {
    #[default]
    Other,
    Name,
    Id,
    Arrival,
    Size,
    Sender,
    Recipients,
    Address,
    Reason,
}

#[derive(Debug, Default)]
pub(crate) struct Json {
    entry: Entry,
    depth: u32,
    /// How deep the object of an entry stands: 1, or 2 within an array.
    base: u32,
    member: Member,
    in_recipients: bool,
    address: Vec<u8>,
    has_address: bool,
    reason: Vec<u8>,
    has_reason: bool,
    has_name: bool,
    has_id: bool,
}

impl Reader for Json {
    fn damaged(out: &Out<'_>) -> String {
        format!("entry {} is damaged", out.entries() + 1)
    }

    fn unended(out: &Out<'_>) -> String {
        format!("it ends within entry {}", out.entries() + 1)
    }

    fn reset(&mut self) {
        self.depth = 0;
        self.base = 0;
        self.in_recipients = false;
        self.entry.clear();
    }

    fn take(&mut self, token: Token<'_>, out: &mut Out<'_>) {
        match token {
            Token::ObjectStart => self.open_object(),
            Token::ArrayStart => {
                self.depth += 1;
                let inside = self.depth == self.base + 1;
                if inside && self.base > 0 && self.member == Member::Recipients {
                    self.in_recipients = true;
                    self.entry.know_recipients();
                }
            }
            Token::ObjectEnd => self.close_object(out),
            Token::ArrayEnd => {
                if self.depth == self.base + 1 {
                    self.in_recipients = false;
                }
                self.depth = self.depth.saturating_sub(1);
            }
            Token::Key(key) => self.member = self.key(key),
            Token::String(text) => self.string(text),
            Token::Bare(text) => self.bare(text, out),
        }
    }
}

impl Json {
    fn open_object(&mut self) {
        // The first object of a line, or of the array around all of them.
        let top = self.depth == 0 || (self.depth == 1 && self.base != 1);
        self.depth += 1;
        if top {
            self.base = self.depth;
            self.entry.clear();
            self.has_name = false;
            self.has_id = false;
        } else if self.in_recipients && self.depth == self.base + 2 {
            self.address.clear();
            self.reason.clear();
            self.has_address = false;
            self.has_reason = false;
        }
        self.member = Member::Other;
    }

    fn close_object(&mut self, out: &mut Out<'_>) {
        if self.in_recipients && self.depth == self.base + 2 && self.has_address {
            let reason = self.has_reason.then_some(self.reason.as_slice());
            self.entry.add_recipient(&self.address, reason);
        }
        if self.depth == self.base {
            if self.has_id && self.has_name {
                out.entry(&self.entry);
            } else {
                out.stray(b"a JSON object that is no entry of postqueue -j");
            }
            self.base = 0;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn key(&self, key: &[u8]) -> Member {
        if self.depth == self.base {
            match key {
                b"queue_name" => Member::Name,
                b"queue_id" => Member::Id,
                b"arrival_time" => Member::Arrival,
                b"message_size" => Member::Size,
                b"sender" => Member::Sender,
                b"recipients" => Member::Recipients,
                _ => Member::Other,
            }
        } else if self.in_recipients && self.depth == self.base + 2 {
            match key {
                b"address" => Member::Address,
                b"delay_reason" | b"bounce_reason" => Member::Reason,
                _ => Member::Other,
            }
        } else {
            Member::Other
        }
    }

    fn string(&mut self, text: &[u8]) {
        match std::mem::take(&mut self.member) {
            Member::Name => {
                self.has_name = true;
                self.entry
                    .set_queue(Queue::named(text).unwrap_or(Queue::Queued));
            }
            Member::Id => {
                self.has_id = !text.is_empty();
                self.entry.set_id(text);
            }
            Member::Sender => self.entry.set_sender(text),
            Member::Address => {
                self.has_address = true;
                self.address.clear();
                self.address.extend_from_slice(text);
            }
            Member::Reason if !text.is_empty() => {
                self.has_reason = true;
                self.reason.clear();
                self.reason.extend_from_slice(text);
            }
            _ => {}
        }
    }

    fn bare(&mut self, text: &[u8], out: &mut Out<'_>) {
        if self.depth == 0 {
            out.stray(text);
            return;
        }
        let number = std::str::from_utf8(text).ok();
        match std::mem::take(&mut self.member) {
            Member::Arrival => self
                .entry
                .set_arrival(number.and_then(|text| text.parse().ok())),
            Member::Size => self
                .entry
                .set_size(number.and_then(|text| text.parse().ok())),
            _ => {}
        }
    }
}
