//! Which form a listing has, told by its first lines.

use super::Format;
use super::lines::{find, number, word};

/// So many bytes are looked at.
pub(super) const ENOUGH: usize = 4096;

/// The form of a listing that begins so; none if that cannot be told yet, or never.
pub(super) fn format(text: &[u8]) -> Option<Format> {
    if text.first() == Some(&0)
        || text.starts_with(b"queue_name\0")
        || text.starts_with(b"protocol\0")
    {
        return Some(Format::PostfixShowq);
    }
    if let Some(format) = json(text) {
        return Some(format);
    }
    text.split(|byte| *byte == b'\n').take(64).find_map(line)
}

/// JSON of Postfix or of Exchange: by the names within.
fn json(text: &[u8]) -> Option<Format> {
    let start = text
        .iter()
        .position(|byte| matches!(byte, b'{' | b'['))
        .filter(|at| {
            let before = text.get(..*at).unwrap_or_default();
            before.trim_ascii().is_empty() || before.trim_ascii_end().len() < before.len()
        })?;
    let json = text.get(start..)?;
    if find(json, b"\"queue_id\"").is_some() || find(json, b"\"queue_name\"").is_some() {
        return Some(Format::PostfixJson);
    }
    let names: [&[u8]; 7] = [
        b"\"MessageCount\"",
        b"\"NextHopDomain\"",
        b"\"FromAddress\"",
        b"\"InternetMessageId\"",
        b"\"DateReceived\"",
        b"\"DeliveryType\"",
        b"\"Identity\"",
    ];
    names
        .iter()
        .any(|name| find(json, name).is_some())
        .then_some(Format::ExchangeJson)
}

/// A line that only one form has.
fn line(line: &[u8]) -> Option<Format> {
    let text = line.trim_ascii();
    let (first, rest) = word(text);
    let rest = rest.trim_ascii_start();
    let has = |wanted: &[u8]| find(text, wanted).is_some();
    if has(b"Mail queue is empty")
        || (has(b"Queue ID-") && text.starts_with(b"-"))
        || is_summary(text)
    {
        return Some(Format::PostfixText);
    }
    if has(b"messages in queue") {
        return Some(Format::QmailStat);
    }
    if (has(b"Q-ID-") || has(b"-QID-")) && text.starts_with(b"-")
        || has(b" Queue status")
        || has(b"total requests:")
        || has(b" requests)")
        || has(b" (1 request)")
        || has(b" requests, only ")
        || (text.starts_with(b"/") && text.ends_with(b" is empty"))
    {
        return Some(Format::Sendmail);
    }
    if (first == b"Size" && rest.starts_with(b"Queue ID"))
        || text.starts_with(b"messages: ")
        || text
            .strip_suffix(b" messages.")
            .is_some_and(|count| number(count.trim_ascii()).is_some())
    {
        return Some(Format::Courier);
    }
    if text.starts_with(b"#TYPE") || is_csv(text) {
        return Some(Format::ExchangeCsv);
    }
    if is_message(text, first, rest) {
        return by_message(text, first);
    }
    number(text)
        .filter(|_| line.len() < 12)
        .map(|_| Format::EximCount)
}

fn is_summary(text: &[u8]) -> bool {
    text.starts_with(b"-- ") && find(text, b" Kbytes in ").is_some()
}

fn is_csv(text: &[u8]) -> bool {
    let has = |wanted: &[u8]| find(text, wanted).is_some();
    text.iter().any(|byte| matches!(byte, b',' | b';' | b'\t'))
        && (has(b"MessageCount") || has(b"FromAddress") || has(b"InternetMessageId"))
        && !text.starts_with(b"{")
}

/// It begins like the line of a message.
fn is_message(text: &[u8], first: &[u8], rest: &[u8]) -> bool {
    !first.is_empty() && !rest.is_empty() || text.contains(&b'|') || text.contains(&b';')
}

fn by_message(text: &[u8], first: &[u8]) -> Option<Format> {
    let pipes = text.iter().filter(|byte| **byte == b'|').count();
    if pipes >= 6 {
        return Some(Format::OpenSmtpd);
    }
    let semicolons = text.iter().filter(|byte| **byte == b';').count();
    if semicolons >= 5 && first.iter().take(4).any(u8::is_ascii_digit) {
        return Some(Format::Courier);
    }
    if find(text, b" GMT ").is_some() && text.contains(&b'#') {
        return Some(Format::QmailRead);
    }
    if super::exim::is_head(text) {
        return Some(Format::Exim);
    }
    let date = first.len() == 10 && first.iter().filter(|byte| **byte == b'-').count() == 2;
    (date && (find(text, b" byte").is_some())).then_some(Format::Nullmailer)
}
