//! Sendmail 8.8 to 8.18: `mailq`, `mailq -v`, `mailq -Ac` (queue.c, printqueue).
//!
//! A heading for each queue group tells its directory and its number of requests; `Total requests` stands at the end (since 8.12
//! always). Debian's `mailq` and `mailq -Ac` show two such lists, the submission queue's and the MTA's. Behind the id
//! `*` is being processed, `X` waits for a lower load, `-` is too young, `?` lost. A reason stands in parentheses behind
//! the message, cut at 60 characters by Sendmail itself; with `-v` others behind a recipient. A message that was delivered
//! in the meantime says so.

use super::date;
use super::entry::{Entry, Queue};
use super::lines::{LineParser, find, number, word};
use super::listing::{Given, Out};

#[derive(Debug, Default)]
pub(super) struct Sendmail {
    given: Given,
    entry: Entry,
    open: bool,
    recipients: bool,
    reason: Vec<u8>,
    wrapped: bool,
    /// Requests that the headings since the last total told; those of groups that are empty are zero.
    requests: Option<u64>,
    total_due: bool,
    msp_due: bool,
}

impl Sendmail {
    pub(super) fn new(given: Given) -> Self {
        Self {
            given,
            ..Self::default()
        }
    }

    fn close(&mut self, out: &mut Out<'_>) {
        if self.open {
            out.entry(&self.entry);
        }
        self.open = false;
        self.recipients = false;
        self.wrapped = false;
        self.reason.clear();
    }

    /// Headings, totals, and what else is about the whole queue.
    fn frame(&mut self, text: &[u8], out: &mut Out<'_>) {
        if find(text, b"MSP Queue status").is_some() {
            self.msp_due = true;
            self.total_due = true;
            out.proven();
        } else if find(text, b"MTA Queue status").is_some() {
            self.msp_due = false;
            self.total_due = true;
            out.proven();
        } else if let Some(total) = total(text) {
            self.total(total, out);
        } else if is_empty(text) {
            out.said(0);
            self.requests.get_or_insert(0);
            // A queue group is a folder below the queue's: more groups follow, and then the total.
            if !text.starts_with(b"Mail queue") && !is_top(text) {
                self.total_due = true;
            }
        } else if let Some(requests) = requests(text) {
            out.said(requests);
            let before = self.requests.unwrap_or(0);
            self.requests = Some(before.saturating_add(requests));
        } else {
            out.proven();
            // The column of the id is that wide since 8.12, which always tells a total.
            self.total_due |= text.starts_with(b"-----Q-ID-----");
        }
    }

    fn total(&mut self, total: u64, out: &mut Out<'_>) {
        self.total_due = false;
        match self.requests.take() {
            Some(requests) if total > requests => {
                out.said(total - requests);
            }
            Some(_) => {}
            None => {
                // Nothing but the number, as by `mailq | tail -1`.
                out.said(total);
                if total > 0 && out.entries() == 0 {
                    let mut entry = Entry::default();
                    entry.set_count(total);
                    out.entry(&entry);
                }
            }
        }
    }

    /// `xAIK3D9S000453*      36 Mon Nov 18 20:03 <alice@example.org>`, or with `-v`
    /// `xAIK3D9S000453       36      30036+Nov 18 20:03 <alice@example.org>`.
    fn head(&mut self, line: &[u8], out: &mut Out<'_>) -> Option<()> {
        let (Head { id, mut flag, size }, mut rest) = id(line)?;
        let mut next = size;
        if next.is_empty() {
            (next, rest) = word(rest);
        }
        if let [mark @ (b'*' | b'X' | b'-' | b'?')] = next {
            flag = *mark;
            (next, rest) = word(rest);
        }
        let remark = line.get(line.len() - rest.len() - next.len()..)?;
        if remark.starts_with(b"(") {
            return self.remark(id, remark, out);
        }
        let size = match next.strip_prefix(b"-") {
            Some(_) => None,
            None => Some(number(next)?),
        };
        self.begin(id, flag);
        self.entry.set_size(size);
        let (arrival, sender) = self.arrival(rest);
        self.entry.set_arrival(arrival);
        match find(sender, b"(no control file)") {
            Some(at) => {
                let sender = sender.get(..at).unwrap_or_default().trim_ascii();
                if !sender.is_empty() {
                    self.entry.set_sender(sender);
                }
            }
            None => self.entry.set_sender(sender),
        }
        Some(())
    }

    fn begin(&mut self, id: &[u8], flag: u8) {
        self.entry.clear();
        self.entry.set_id(id);
        self.entry.set_queue(match flag {
            b'*' => Queue::Active,
            b'?' => Queue::Corrupt,
            _ => Queue::Deferred,
        });
        self.entry.know_recipients();
        self.open = true;
    }

    /// What stands instead of a size.
    fn remark(&mut self, id: &[u8], remark: &[u8], out: &mut Out<'_>) -> Option<()> {
        if find(remark, b"job completed").is_some() {
            out.gone();
            return Some(());
        }
        // "permission denied", "no control file", or another error: the message is there, and no more is known.
        self.begin(id, b' ');
        self.close(out);
        Some(())
    }

    /// The time, in one of two forms, and what stands behind it.
    fn arrival<'a>(&self, text: &'a [u8]) -> (Option<i64>, &'a [u8]) {
        let (first, rest) = word(text);
        // The priority of -v, to which a mark or the month is glued.
        let digits = first
            .iter()
            .position(|byte| !byte.is_ascii_digit() && *byte != b'-')
            .unwrap_or(first.len());
        let (weekday, rest) = if digits == 0 {
            (date::weekday(first), rest)
        } else {
            let skip = text.len() - rest.len() - first.len() + digits;
            let rest = text.get(skip..).unwrap_or_default();
            (None, rest.strip_prefix(b"+").unwrap_or(rest))
        };
        let (month, rest) = word(rest);
        let (day, rest) = word(rest);
        let (time, rest) = word(rest);
        let arrival = date::month(month)
            .zip(date::small(day))
            .zip(date::time(time))
            .and_then(|((month, day), time)| {
                date::yearless(month, day, time, weekday, &self.given)
            });
        match date::time(time) {
            Some(_) => (arrival, rest.trim_ascii()),
            // No date at all: what is there is the sender.
            None => (None, text.trim_ascii()),
        }
    }

    fn detail(&mut self, text: &[u8]) {
        if self.wrapped {
            self.reason.push(b' ');
            self.end_reason(text);
            return;
        }
        if let Some(reason) = text.strip_prefix(b"QUARANTINE:") {
            self.entry.set_queue(Queue::Hold);
            self.reason = reason.trim_ascii().to_vec();
            return;
        }
        // 8BITMIME and 7BIT stand before the reason.
        let (first, rest) = word(text);
        let body = matches!(first, b"8BITMIME" | b"7BIT");
        let text = if body { rest.trim_ascii() } else { text };
        if text.is_empty() || text.starts_with(b"(---") {
            return;
        }
        if let Some(reason) = text.strip_prefix(b"(") {
            self.reason.clear();
            self.end_reason(reason);
            return;
        }
        self.recipients = true;
        let reason = (!self.reason.is_empty()).then_some(self.reason.as_slice());
        self.entry.add_recipient(text, reason);
    }

    fn end_reason(&mut self, text: &[u8]) {
        let last = text.strip_suffix(b")");
        self.wrapped = last.is_none() && self.reason.len() < 2000;
        self.reason.extend_from_slice(last.unwrap_or(text));
        if self.recipients && !self.wrapped {
            let reason = std::mem::take(&mut self.reason);
            self.entry.reason_of_last(&reason);
        }
    }
}

fn is_frame(text: &[u8]) -> bool {
    is_columns(text)
        || is_empty(text)
        || total(text).is_some()
        || requests(text).is_some()
        || find(text, b" Queue status").is_some()
}

/// `Total requests: 3`, in any case of letters.
fn total(text: &[u8]) -> Option<u64> {
    let at = find(text, b"total requests:")?;
    number(word(text.get(at + 15..)?).0)
}

/// `/var/spool/mqueue (3 requests, only 2 printed)`, `Mail Queue (1 request)`: how many are shown.
fn requests(text: &[u8]) -> Option<u64> {
    let open = text.iter().rposition(|byte| *byte == b'(')?;
    let (count, rest) = word(text.get(open + 1..)?);
    let count = number(count)?;
    let rest = rest.trim_ascii();
    (rest.starts_with(b"request") && rest.ends_with(b")")).then_some(count)
}

fn is_empty(text: &[u8]) -> bool {
    let directory = text.starts_with(b"/") || find(text, b"queue").is_some();
    directory && text.ends_with(b" is empty")
}

/// The queue's own directory, as it is called wherever there are no groups.
fn is_top(text: &[u8]) -> bool {
    let directory = text.strip_suffix(b" is empty").unwrap_or(text);
    [b"mqueue".as_slice(), b"clientmqueue", b"mqueue-client"]
        .iter()
        .any(|name| directory.ends_with(name))
}

/// `-----Q-ID----- --Size-- ...`, `--QID-- --Size-- ...`
fn is_columns(text: &[u8]) -> bool {
    text.starts_with(b"--")
        && find(text, b"--Size--").is_some()
        && (find(text, b"Q-ID").is_some() || find(text, b"QID").is_some())
}

impl LineParser for Sendmail {
    fn line(&mut self, line: &[u8], out: &mut Out<'_>) {
        let text = line.trim_ascii();
        if text.is_empty() {
            self.wrapped = false;
            return;
        }
        if !self.wrapped && !text.starts_with(b"<") && !text.starts_with(b"(") && is_frame(text) {
            self.close(out);
            self.frame(text, out);
            return;
        }
        let indent = line
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        // Old versions align ids to the right; what belongs to a message stands further in.
        if indent < 8 && looks_like_head(text) {
            self.close(out);
            if self.head(text, out).is_none() {
                out.stray(line);
            }
            return;
        }
        if self.open && indent > 0 {
            self.detail(text);
        } else {
            out.stray(line);
        }
    }

    fn finish(&mut self, out: &mut Out<'_>) {
        if self.open && !self.recipients && self.entry.recipients().next().is_none() {
            out.damage(format!("it ends within entry {}", out.entries() + 1));
        }
        self.close(out);
        if self.msp_due {
            out.damage("the MTA's queue is missing behind that of the submission program");
        } else if self.total_due {
            out.damage("its last line is missing (\"Total requests: N\")");
        }
    }
}

/// The first word of a message's line. A flag is glued to the id, and a size of eight digits to the flag.
struct Head<'a> {
    id: &'a [u8],
    flag: u8,
    size: &'a [u8],
}

/// Ids are letters and digits and end with a process id.
fn id(line: &[u8]) -> Option<(Head<'_>, &[u8])> {
    let (first, rest) = word(line);
    let flag = first
        .iter()
        .rposition(|byte| matches!(byte, b'*' | b'X' | b'-' | b'?'))
        .filter(|at| {
            let pid = first.get(at.saturating_sub(5)..*at).unwrap_or_default();
            let tail = first.get(at + 1..).unwrap_or_default();
            pid.iter().all(u8::is_ascii_digit) && tail.iter().all(u8::is_ascii_digit)
        });
    let (id, flag, size) = match flag {
        Some(at) => (first.get(..at)?, *first.get(at)?, first.get(at + 1..)?),
        None => (first, b' ', b"".as_slice()),
    };
    // The body type stands as far to the left as an id, and a reason behind it.
    let right = id != b"8BITMIME"
        && id.len() >= 7
        && id.iter().all(u8::is_ascii_alphanumeric)
        && id.last().is_some_and(u8::is_ascii_digit);
    right.then_some((Head { id, flag, size }, rest))
}

/// An id, and then a size or a remark.
fn looks_like_head(text: &[u8]) -> bool {
    let Some((head, rest)) = id(text) else {
        return false;
    };
    if !head.size.is_empty() {
        return true;
    }
    let (mut second, rest) = word(rest);
    if matches!(second, b"*" | b"X" | b"-" | b"?") {
        second = word(rest).0;
    }
    second
        .first()
        .is_some_and(|byte| matches!(byte, b'(' | b'-') || byte.is_ascii_digit())
}
