//! Microsoft Exchange: what `Get-Queue` and `Get-Message` tell, through `ConvertTo-Json` or a form of CSV.
//!
//! Get-Queue tells numbers only: a row is an entry of so many messages for one next hop. Get-Message tells messages. Property names
//! are never translated, dates, numbers and delimiters are; enumerations come as names or, by ConvertTo-Json, as numbers.
//! Shadow queues hold copies that wait for nothing and are kept apart.

mod csv;
mod json;
mod moment;

pub(super) use csv::ExchangeCsv;
pub(super) use json::ExchangeJson;

use super::Given;
use super::entry::{Entry, Queue};
use super::lines::{find, number, word};
use super::listing::Out;

/// What of one value is kept.
const VALUE_LIMIT: usize = 8 * 1024;

/// A property that is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Field {
    #[default]
    Other,
    Identity,
    Status,
    MessageCount,
    NextHop,
    DeliveryType,
    LastError,
    From,
    Size,
    Received,
    Queue,
    Recipients,
    MessageId,
}

impl Field {
    const COUNT: usize = 13;

    fn named(name: &[u8]) -> Self {
        match name.to_ascii_lowercase().as_slice() {
            b"identity" => Self::Identity,
            b"status" => Self::Status,
            b"messagecount" => Self::MessageCount,
            b"nexthopdomain" => Self::NextHop,
            b"deliverytype" => Self::DeliveryType,
            b"lasterror" => Self::LastError,
            b"fromaddress" => Self::From,
            b"size" => Self::Size,
            b"datereceived" => Self::Received,
            b"queue" => Self::Queue,
            b"recipients" => Self::Recipients,
            b"internetmessageid" => Self::MessageId,
            _ => Self::Other,
        }
    }
}

/// The properties of one row, in buffers that are used again.
#[derive(Debug, Default)]
struct Row {
    values: [Option<Vec<u8>>; Field::COUNT],
    /// Recipients with what Exchange says of each.
    recipients: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Row {
    fn clear(&mut self) {
        self.values = Default::default();
        self.recipients.clear();
    }

    /// Takes a value; of a property that is an object, its first one.
    fn set(&mut self, field: Field, value: &[u8]) {
        if let Some(slot) = self.values.get_mut(field as usize)
            && field != Field::Other
            && slot.is_none()
        {
            let value = value.get(..VALUE_LIMIT).unwrap_or(value);
            *slot = Some(value.trim_ascii().to_vec());
        }
    }

    fn get(&self, field: Field) -> Option<&[u8]> {
        self.values.get(field as usize)?.as_deref()
    }

    /// Hands out what the row stands for; says whether it is one of Exchange's at all.
    fn finish(&self, entry: &mut Entry, given: &Given, out: &mut Out<'_>) -> bool {
        entry.clear();
        entry.set_queue(self.queue());
        if let Some(id) = self.get(Field::Identity).or(self.get(Field::MessageId)) {
            entry.set_id(id);
        }
        let reason = self.get(Field::LastError).filter(|text| !text.is_empty());
        if let Some(count) = self.get(Field::MessageCount) {
            let digits: Vec<u8> = count.iter().copied().filter(u8::is_ascii_digit).collect();
            let Some(count) = number(&digits) else {
                return false;
            };
            out.proven();
            if count > 0 {
                entry.set_count(count);
                self.next_hop(entry, reason);
                out.entry(entry);
            }
            return true;
        }
        let message = [Field::From, Field::Received, Field::Size, Field::MessageId];
        if !message.iter().any(|field| self.get(*field).is_some()) {
            return false;
        }
        if let Some(sender) = self.get(Field::From) {
            entry.set_sender(sender);
        }
        entry.set_size(self.get(Field::Size).and_then(size));
        let received = self.get(Field::Received);
        entry.set_arrival(received.and_then(|text| moment::read(text, given)));
        for (address, error) in &self.recipients {
            let own = (!error.is_empty()).then_some(error.as_slice());
            entry.add_recipient(address, own.or(reason));
        }
        if self.recipients.is_empty() {
            self.next_hop(entry, reason);
        }
        out.entry(entry);
        true
    }

    /// Where it goes, as far as that is a domain, and why it has not gone.
    fn next_hop(&self, entry: &mut Entry, reason: Option<&[u8]>) {
        let hop = self.get(Field::NextHop).unwrap_or_default();
        let domain =
            hop.contains(&b'.') && !hop.iter().any(|byte| matches!(byte, b' ' | b'\\' | b'@'));
        let mut address = Vec::new();
        if domain {
            address.push(b'@');
            address.extend_from_slice(hop);
        }
        if domain || reason.is_some() {
            entry.add_next_hop(&address, reason);
        }
    }

    fn queue(&self) -> Queue {
        let place = self
            .get(Field::Queue)
            .filter(|queue| !queue.is_empty())
            .or(self.get(Field::Identity))
            .unwrap_or_default();
        let kind = self.get(Field::DeliveryType).unwrap_or_default();
        let within = |name: &[u8]| {
            place
                .split(|byte| *byte == b'\\')
                .skip(1)
                .any(|part| part.eq_ignore_ascii_case(name))
        };
        if within(b"Shadow") || kind.eq_ignore_ascii_case(b"ShadowRedundancy") {
            return Queue::Shadow;
        }
        if within(b"Poison") {
            return Queue::Corrupt;
        }
        let status = self.get(Field::Status).unwrap_or_default();
        let messages = self.get(Field::MessageCount).is_none();
        let by_status = status_of(status, messages);
        if within(b"Submission") && !matches!(by_status, Queue::Hold | Queue::Deferred) {
            return Queue::Incoming;
        }
        by_status
    }
}

/// QueueStatus and MessageStatus, by name or by the number of the enumeration.
fn status_of(status: &[u8], of_message: bool) -> Queue {
    match (status.to_ascii_lowercase().as_slice(), of_message) {
        (b"active" | b"connecting" | b"1", _) | (b"5", false) => Queue::Active,
        (b"retry", _) | (b"3", false) | (b"6", true) => Queue::Deferred,
        (b"suspended" | b"pendingsuspend", _) | (b"4", _) | (b"2", true) => Queue::Hold,
        _ => Queue::Queued,
    }
}

/// `12.5 KB (12,800 bytes)`, in any language; or a number.
fn size(text: &[u8]) -> Option<u64> {
    let inner = match text.iter().position(|byte| *byte == b'(') {
        Some(open) => text.get(open + 1..)?,
        None => text,
    };
    let digits: Vec<u8> = inner.iter().copied().filter(u8::is_ascii_digit).collect();
    let plain = inner.len() == text.len();
    if plain && number(text).is_none() && find(text, b"byte").is_none() {
        let (value, unit) = word(text);
        let mut value = value.to_vec();
        value.extend(unit.trim_ascii().first());
        return super::lines::size(&value);
    }
    number(&digits)
}

/// A recipient as Exchange writes it in one text: `bob@example.net;2;2;[{LED=...}];0;...`: the address, and what follows.
fn recipient(text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut parts = text.splitn(2, |byte| *byte == b';');
    let address = parts.next()?.trim_ascii();
    let rest = parts.next().unwrap_or_default();
    let error = find(rest, b"LED=").and_then(|at| rest.get(at + 4..));
    let error = error.map(|error| {
        let end = find(error, b"};").unwrap_or(error.len());
        error.get(..end).unwrap_or(error)
    });
    let plain = address.contains(&b'@') && !address.contains(&b' ');
    plain.then(|| (address.to_vec(), error.unwrap_or_default().to_vec()))
}
