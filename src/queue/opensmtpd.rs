//! OpenSMTPD: `smtpctl show queue` (smtpctl.c, show_queue_envelope): an envelope a line, fields between `|`.
//!
//! `id|source|agent|flags|sender|recipient|destination|creation|expiry|last try|tries|state|seconds|error`. The first half of the id is
//! the message's: envelopes of one message follow each other and make one entry. A server that is not running lists its
//! queue all the same, in state `offline`. Before 5.4 the agent came first and fields were fewer: there the id is the field of 16
//! hexadecimal digits, the addresses are the first fields with an `@`.

use super::entry::{Entry, Queue};
use super::lines::{LineParser, number};
use super::listing::Out;

const FIELDS: usize = 14;

#[derive(Debug, Default)]
pub(super) struct OpenSmtpd {
    entry: Entry,
    message: Vec<u8>,
    queue: Option<Queue>,
    open: bool,
}

struct Envelope<'a> {
    id: &'a [u8],
    queue: Queue,
    sender: &'a [u8],
    recipient: &'a [u8],
    creation: Option<i64>,
    error: &'a [u8],
}

impl OpenSmtpd {
    fn close(&mut self, out: &mut Out<'_>) {
        if self.open {
            out.entry(&self.entry);
            self.open = false;
        }
    }

    fn take(&mut self, envelope: &Envelope<'_>, out: &mut Out<'_>) {
        let message = envelope.id.get(..8).unwrap_or(envelope.id);
        if !self.open || self.message != message {
            self.close(out);
            self.open = true;
            self.message.clear();
            self.message.extend_from_slice(message);
            self.queue = None;
            self.entry.clear();
            self.entry.set_id(message);
            self.entry.set_sender(nobody(envelope.sender));
            self.entry.set_arrival(envelope.creation);
        }
        // One envelope that is under way, or held, says it of the message.
        let rank = |queue: Queue| match queue {
            Queue::Active => 4,
            Queue::Hold => 3,
            Queue::Deferred => 2,
            Queue::Bounce => 1,
            _ => 0,
        };
        if self
            .queue
            .is_none_or(|queue| rank(queue) < rank(envelope.queue))
        {
            self.queue = Some(envelope.queue);
            self.entry.set_queue(envelope.queue);
        }
        let reason = (!envelope.error.is_empty()).then_some(envelope.error);
        self.entry.add_recipient(nobody(envelope.recipient), reason);
    }
}

/// An address without user and domain is written as its `@` alone.
fn nobody(address: &[u8]) -> &[u8] {
    if address == b"@" { b"" } else { address }
}

fn is_id(text: &[u8]) -> bool {
    text.len() == 16 && text.iter().all(u8::is_ascii_hexdigit)
}

fn time(text: &[u8]) -> Option<i64> {
    number(text)
        .and_then(|time| i64::try_from(time).ok())
        .filter(|time| *time > 0)
}

fn envelope(line: &[u8]) -> Option<Envelope<'_>> {
    let mut fields: [&[u8]; FIELDS] = [b""; FIELDS];
    let mut count = 0;
    for (field, part) in fields
        .iter_mut()
        .zip(line.splitn(FIELDS, |byte| *byte == b'|'))
    {
        *field = part.trim_ascii();
        count += 1;
    }
    if is_id(fields[0]) && count >= 12 {
        return modern(&fields, count);
    }
    (count >= 7).then(|| old(fields.get(..count)?)).flatten()
}

fn modern<'a>(fields: &[&'a [u8]; FIELDS], count: usize) -> Option<Envelope<'a>> {
    let [
        id,
        _,
        agent,
        flags,
        sender,
        recipient,
        destination,
        creation,
        _,
        last_try,
        tries,
        state,
        _,
        error,
    ] = *fields;
    // "invalid|" and an error that is missing are one field less in some versions; an envelope without a creation is none.
    let creation = time(creation);
    if !matches!(agent, b"mta" | b"mda" | b"bounce" | b"?")
        || (creation.is_none() && count < FIELDS)
    {
        return None;
    }
    let tried = number(tries).unwrap_or(0) > 0 || number(last_try).unwrap_or(0) > 0;
    let flag = |name: &[u8]| flags.split(|byte| *byte == b',').any(|flag| flag == name);
    let queue = if state == b"inflight" {
        Queue::Active
    } else if flag(b"hold") || flag(b"suspend") {
        Queue::Hold
    } else if agent == b"bounce" || flag(b"bounce") {
        Queue::Bounce
    } else if tried {
        Queue::Deferred
    } else {
        Queue::Queued
    };
    Some(Envelope {
        id,
        queue,
        sender,
        recipient: if destination.contains(&b'@') && destination != b"@" {
            destination
        } else {
            recipient
        },
        creation,
        error,
    })
}

fn old<'a>(fields: &[&'a [u8]]) -> Option<Envelope<'a>> {
    let id = *fields.iter().take(3).find(|field| is_id(field))?;
    let mut addresses = fields.iter().filter(|field| field.contains(&b'@'));
    let sender = *addresses.next()?;
    let recipient = *addresses.next()?;
    let creation = fields
        .iter()
        .find_map(|field| time(field).filter(|time| *time > 100_000_000));
    let last = *fields.last()?;
    Some(Envelope {
        id,
        queue: Queue::Queued,
        sender,
        recipient,
        creation,
        error: if number(last).is_some() || last.contains(&b'@') {
            b""
        } else {
            last
        },
    })
}

impl LineParser for OpenSmtpd {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        let text = line.trim_ascii();
        if text.is_empty() {
            return;
        }
        match envelope(text) {
            Some(envelope) => self.take(&envelope, out),
            None => out.stray(line),
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        self.close(out);
    }
}
