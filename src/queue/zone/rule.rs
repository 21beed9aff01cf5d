//! The rule of a zone: `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1-2017 8.3, with the wider hours of RFC 9636).

use crate::queue::date::days;
use crate::time::calendar::{self, DAY};

/// What is kept of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    standard: i64,
    summer: Option<Summer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Summer {
    offset: i64,
    start: Change,
    end: Change,
}

/// A day of every year, and the local time of the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    day: Day,
    time: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// The so-manyth such day of the week of a month, 5 for the last; 0 is Sunday.
    Month { month: i64, week: i64, weekday: i64 },
    /// A day of the year from 1, without the day that leaps.
    Julian(i64),
    /// A day of the year from 0.
    Zero(i64),
}

impl Rule {
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let rest = name(text)?;
        let (west, rest) = duration(rest)?;
        if rest.is_empty() {
            return Some(Self {
                standard: -west,
                summer: None,
            });
        }
        let rest = name(rest)?;
        let (offset, rest) = match rest.first()? {
            b',' => (3600 - west, rest),
            _ => duration(rest).map(|(west, rest)| (-west, rest))?,
        };
        let mut changes = rest.strip_prefix(b",")?.split(|byte| *byte == b',');
        let start = change(changes.next()?)?;
        let end = change(changes.next()?)?;
        changes.next().is_none().then_some(Self {
            standard: -west,
            summer: Some(Summer { offset, start, end }),
        })
    }

    /// The distance from UTC at a moment.
    pub(super) fn at(&self, when: i64) -> i64 {
        let Some(summer) = self.summer else {
            return self.standard;
        };
        let year = calendar::date(when.clamp(-1 << 40, 1 << 37).div_euclid(DAY)).0;
        let start = summer.start.of(year).map(|local| local - self.standard);
        let end = summer.end.of(year).map(|local| local - summer.offset);
        let (Some(start), Some(end)) = (start, end) else {
            return self.standard;
        };
        let warm = if start < end {
            (start..end).contains(&when)
        } else {
            !(end..start).contains(&when)
        };
        if warm { summer.offset } else { self.standard }
    }
}

impl Change {
    /// Local seconds since 1970.
    fn of(&self, year: i64) -> Option<i64> {
        let day = match self.day {
            Day::Zero(day) => days(year, 1, 1)? + day,
            Day::Julian(day) => {
                let leaps = days(year, 2, 29).is_some() && day >= 60;
                days(year, 1, 1)? + day - 1 + i64::from(leaps)
            }
            Day::Month {
                month,
                week,
                weekday,
            } => {
                let first = days(year, month, 1)?;
                // 1970-01-01 was a Thursday.
                let ahead = (weekday - (first + 4)).rem_euclid(7);
                let day = first + ahead + (week - 1) * 7;
                let next = days(year + month / 12, month % 12 + 1, 1)?;
                if day >= next { day - 7 } else { day }
            }
        };
        Some(day * DAY + self.time)
    }
}

/// Passes over a name: three letters or more, or anything within angle brackets.
fn name(text: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = text.strip_prefix(b"<") {
        let end = rest.iter().position(|byte| *byte == b'>')?;
        return rest.get(end + 1..);
    }
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let utc = text == b"UTC" || text == b"GMT";
    if utc {
        // Without a distance there is one only of these.
        return Some(b"0");
    }
    (end >= 3).then(|| text.get(end..))?
}

/// `[+-]hh[:mm[:ss]]`, in seconds.
fn duration(text: &[u8]) -> Option<(i64, &[u8])> {
    let (sign, rest) = match text.split_first()? {
        (b'-', rest) => (-1, rest),
        (b'+', rest) => (1, rest),
        _ => (1, text),
    };
    let end = rest
        .iter()
        .position(|byte| !byte.is_ascii_digit() && *byte != b':')
        .unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    let mut seconds = 0;
    for (part, unit) in digits.split(|byte| *byte == b':').zip([3600, 60, 1]) {
        seconds += small(part).filter(|number| *number <= 167)? * unit;
    }
    Some((sign * seconds, rest))
}

fn change(text: &[u8]) -> Option<Change> {
    let mut parts = text.splitn(2, |byte| *byte == b'/');
    let day = parts.next()?;
    let time = match parts.next() {
        None => 7200,
        Some(time) => {
            let (seconds, rest) = duration(time)?;
            rest.is_empty().then_some(seconds)?
        }
    };
    let day = match day.split_first()? {
        (b'M', rest) => {
            let mut parts = rest.split(|byte| *byte == b'.').map(small);
            let (month, week, weekday) = (parts.next()??, parts.next()??, parts.next()??);
            let right = (1..=12).contains(&month) && (1..=5).contains(&week) && weekday <= 6;
            right.then_some(Day::Month {
                month,
                week,
                weekday,
            })?
        }
        (b'J', rest) => Day::Julian(small(rest).filter(|day| (1..=365).contains(day))?),
        _ => Day::Zero(small(day).filter(|day| *day <= 365)?),
    };
    Some(Change { day, time })
}

fn small(text: &[u8]) -> Option<i64> {
    crate::queue::date::small(text)
}
