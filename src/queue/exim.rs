//! Exim: `-bp` and its like, `-bpc` (queue.c).
//!
//! A message's line tells its age in whole minutes, hours or days (so that the arrival is as coarse), its size, its id (6-6-2
//! characters, 6-11-4 since 4.97), its sender, and whether it is frozen. Recipients follow, indented; `D` (and with
//! `-bpa` `+D`) before those who have got it. An empty line ends the message. An empty queue is no text at all.

use super::Given;
use super::entry::{Entry, Queue};
use super::lines::{LineParser, find, number, size, word};
use super::listing::Out;

#[derive(Debug, Default)]
pub(super) struct Exim {
    now: i64,
    entry: Entry,
    open: bool,
    lines: u64,
}

impl Exim {
    pub(super) fn new(given: &Given) -> Self {
        Self {
            now: given.now,
            ..Self::default()
        }
    }

    fn close(&mut self, out: &mut Out<'_>) {
        if self.open {
            out.entry(&self.entry);
            self.open = false;
        }
    }

    fn begin(&mut self, head: &Head<'_>) {
        self.entry.clear();
        self.entry.set_id(head.id);
        self.entry.set_size(head.size);
        self.entry
            .set_arrival(head.age.map(|age| self.now.saturating_sub(age)));
        self.entry.know_recipients();
        if head.frozen {
            self.entry.set_queue(Queue::Frozen);
        }
        if let Some(sender) = head.sender {
            self.entry.set_sender(sender);
        }
        self.open = true;
        self.lines = 0;
    }

    fn detail(&mut self, text: &[u8]) {
        self.lines += 1;
        if text.starts_with(b"***") {
            if find(text, b"frozen").is_some() {
                self.entry.set_queue(Queue::Frozen);
            }
            if find(text, b"spool").is_some() {
                self.entry.set_queue(Queue::Corrupt);
            }
        } else if !text.starts_with(b"D ") && !text.starts_with(b"+D ") {
            self.entry.add_recipient(text, None);
        }
    }
}

/// A line that begins a message: age, size, id.
pub(super) fn is_head(line: &[u8]) -> bool {
    head(line).is_some_and(|head| head.age.is_some())
}

/// The first line of a message.
struct Head<'a> {
    age: Option<i64>,
    size: Option<u64>,
    id: &'a [u8],
    sender: Option<&'a [u8]>,
    frozen: bool,
}

/// `25m  2.9K 0t5C6f-0000c8-00 <alice@example.org> *** frozen ***`
fn head(line: &[u8]) -> Option<Head<'_>> {
    let mut rest = line;
    let mut facts: [Option<&[u8]>; 2] = [None; 2];
    let id = loop {
        let (next, behind) = word(rest);
        rest = behind;
        if is_id(next) {
            break next;
        }
        *facts.iter_mut().find(|fact| fact.is_none())? = Some(next);
    };
    // A message whose file could not be read has no age; nothing else than these two stands before an id.
    let (age, size) = match facts {
        [Some(first), Some(second)] => (Some(age(first)?), Some(size(second)?)),
        [Some(first), None] => match age(first) {
            Some(age) => (Some(age), None),
            None => (None, Some(size(first)?)),
        },
        _ => (None, None),
    };
    let start = rest.iter().position(|byte| *byte == b'<');
    let end = rest.iter().rposition(|byte| *byte == b'>');
    let sender = start
        .zip(end)
        .and_then(|(start, end)| rest.get(start..=end));
    Some(Head {
        age,
        size,
        id,
        sender,
        frozen: find(rest, b"*** frozen ***").is_some(),
    })
}

/// 6-6-2 characters, or 6-11-4 since Exim 4.97.
fn is_id(text: &[u8]) -> bool {
    let mut parts = text.split(|byte| *byte == b'-').map(<[u8]>::len);
    let lengths = (parts.next(), parts.next(), parts.next(), parts.next());
    let shape = matches!(
        lengths,
        (Some(6), Some(6), Some(2), None) | (Some(6), Some(11), Some(4), None)
    );
    shape
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// `25m`, `3h`, `2d`, in seconds.
fn age(text: &[u8]) -> Option<i64> {
    let (unit, digits) = text.split_last()?;
    let unit = match unit {
        b'm' => 60,
        b'h' => 3600,
        b'd' => 86_400,
        b'w' => 7 * 86_400,
        _ => return None,
    };
    i64::try_from(number(digits)?).ok()?.checked_mul(unit)
}

impl LineParser for Exim {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        let text = line.trim_ascii();
        if text.is_empty() {
            self.lines += 1;
            self.close(out);
            return;
        }
        // Behind a message without its empty line the next one tells itself by its age.
        let next = head(line).filter(|head| !self.open || head.age.is_some());
        if let Some(head) = next {
            self.close(out);
            self.begin(&head);
        } else if self.open && line.first().is_some_and(u8::is_ascii_whitespace) {
            self.detail(text);
        } else {
            out.stray(line);
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        if self.open && self.lines == 0 {
            out.damage(format!("it ends within entry {}", out.entries() + 1));
        }
        self.close(out);
    }
}

/// `exim -bpc`: a number, and nothing else.
#[derive(Debug, Default)]
pub(super) struct EximCount;

impl LineParser for EximCount {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        match number(line.trim_ascii()) {
            Some(count) => {
                out.said(count);
                if count > 0 {
                    let mut entry = Entry::default();
                    entry.set_count(count);
                    out.entry(&entry);
                }
            }
            None => out.stray(line),
        }
    }

    fn finish(&mut self, _out: &mut Out<'_>) {}
}
