//! Dates as PowerShell writes them: `/Date(1795176000000)/`, ISO 8601, and those of the languages' short forms.

use super::super::Given;
use super::super::date::{days, full, small, time};
use super::super::lines::{find, number, word};

/// Seconds since 1970.
pub(super) fn read(text: &[u8], given: &Given) -> Option<i64> {
    let text = text.trim_ascii();
    if let Some(at) = find(text, b"Date(") {
        let inner = text.get(at + 5..)?;
        let end = inner.iter().position(|byte| !byte.is_ascii_digit())?;
        let millis = i64::try_from(number(inner.get(..end)?)?).ok()?;
        return Some(millis / 1000);
    }
    iso(text, given).or_else(|| local(text, given))
}

/// `2026-11-20T12:00:00.123+01:00`
fn iso(text: &[u8], given: &Given) -> Option<i64> {
    let (day, clock) = text.split_at_checked(10)?;
    let (first, clock) = clock.split_first()?;
    if *first != b'T' {
        return None;
    }
    let mut parts = day.split(|byte| *byte == b'-').map(small);
    let days = days(parts.next()??, parts.next()??, parts.next()??)?;
    let end = clock
        .iter()
        .position(|byte| matches!(byte, b'Z' | b'+' | b'-'))
        .unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    let seconds = clock.split(|byte| *byte == b'.').next()?;
    let when = days * 86_400 + time(seconds)?;
    match zone.split_first() {
        None => Some(given.zone.to_utc(when)),
        Some((b'Z', _)) => Some(when),
        Some((sign, offset)) => {
            let offset = time(offset)?;
            Some(if *sign == b'+' {
                when - offset
            } else {
                when + offset
            })
        }
    }
}

/// `11/20/2026 12:00:00 PM`, `20.11.2026 12:00:00`, `20/11/2026 12:00`, `2026/11/20 12:00:00`
fn local(text: &[u8], given: &Given) -> Option<i64> {
    let (day, rest) = word(text);
    let (clock, half) = word(rest);
    let separator = *day.iter().find(|byte| !byte.is_ascii_digit())?;
    let mut parts = day
        .split(|byte| *byte == separator)
        .filter(|part| !part.is_empty())
        .map(small);
    let (first, second, third) = (parts.next()??, parts.next()??, parts.next()??);
    let mut seconds = time(clock)?;
    let half = half.trim_ascii().to_ascii_lowercase();
    let twelve = matches!(half.first(), Some(b'a' | b'p'));
    if twelve {
        seconds = seconds % 43_200 + if half.starts_with(b"p") { 43_200 } else { 0 };
    }
    let orders = if first > 31 {
        [(first, second, third), (first, second, third)]
    } else if separator == b'/' && twelve {
        [(third, first, second), (third, second, first)]
    } else {
        [(third, second, first), (third, first, second)]
    };
    let mut found = orders
        .into_iter()
        .filter_map(|(year, month, day)| days(year, month, day))
        .map(|days| full(days, seconds, &given.zone));
    let best = found.next()?;
    // Day and month the other way round, if only so it is not in the future.
    let ahead = |when: i64| when > given.now.saturating_add(86_400);
    Some(match found.next() {
        Some(other) if ahead(best) && !ahead(other) => other,
        _ => best,
    })
}
