//! Dates as listings write them: with or without a year, a day of the week, a zone.

use super::{Given, Zone};
use crate::time::calendar::{self, DAY};

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
/// 1970-01-01 was a Thursday.
const WEEKDAYS: [&[u8; 3]; 7] = [b"Thu", b"Fri", b"Sat", b"Sun", b"Mon", b"Tue", b"Wed"];
/// A date that is a little ahead may come from another clock; one that is more is of last year.
const AHEAD: i64 = 26 * 3600;

/// The month of an English name, from 1.
pub(super) fn month(name: &[u8]) -> Option<i64> {
    let at = MONTHS
        .iter()
        .position(|month| month.eq_ignore_ascii_case(name))?;
    i64::try_from(at + 1).ok()
}

/// The day of the week of an English name, counted from Thursday.
pub(super) fn weekday(name: &[u8]) -> Option<i64> {
    let at = WEEKDAYS
        .iter()
        .position(|day| day.eq_ignore_ascii_case(name))?;
    i64::try_from(at).ok()
}

/// Seconds of a day, of `hh:mm` or `hh:mm:ss`.
pub(super) fn time(text: &[u8]) -> Option<i64> {
    let mut parts = text.split(|byte| *byte == b':').map(|part| {
        let short = part.len() <= 2;
        short.then(|| small(part)).flatten()
    });
    let hours = parts.next()??;
    let minutes = parts.next()??;
    let seconds = parts.next().unwrap_or(Some(0))?;
    let right = hours < 24 && minutes < 60 && seconds <= 60 && parts.next().is_none();
    right.then_some(hours * 3600 + minutes * 60 + seconds)
}

/// A small number.
pub(super) fn small(text: &[u8]) -> Option<i64> {
    if text.len() > 6 {
        return None;
    }
    super::lines::number(text).and_then(|number| i64::try_from(number).ok())
}

/// Days since 1970 of a date of the Gregorian calendar, which must exist.
pub(super) fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let exists = (1..=calendar::days_in(year, month)).contains(&day) && (1..=9999).contains(&year);
    exists.then(|| calendar::days(year, month, day))
}

/// Seconds since 1970 of a local date.
pub(super) fn full(days: i64, time: i64, zone: &Zone) -> i64 {
    zone.to_utc(days.saturating_mul(DAY).saturating_add(time))
}

/// Seconds since 1970 of a local date without a year: the last such day that is not in the future, of the right day of the
/// week if that is told.
pub(super) fn yearless(
    month: i64,
    day: i64,
    time: i64,
    weekday: Option<i64>,
    given: &Given,
) -> Option<i64> {
    let this = calendar::date(given.now.div_euclid(DAY)).0 + 1;
    let past = (this - 12..=this).rev().filter_map(|year| {
        let days = days(year, month, day)?;
        let when = full(days, time, &given.zone);
        (when <= given.now.saturating_add(AHEAD)).then_some((days, when))
    });
    let right = past
        .clone()
        .find(|(days, _)| weekday.is_none_or(|weekday| days.rem_euclid(7) == weekday));
    // A clock that was wrong, or a wrong zone: better the year that is most likely than no age at all.
    right.or_else(|| past.clone().next()).map(|(_, when)| when)
}
