//! Dates of IMAP: `date-time` of INTERNALDATE and APPEND, `date` of SEARCH (RFC 3501 §9).
//!
//! Proleptic Gregorian arithmetic on seconds since 1970; no clock and no time zone data. Refused:
//! days, hours, minutes, seconds and zones out of range.

use std::fmt;

use crate::time::calendar::{self, DAY};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// When the server took a message in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InternalDate {
    /// Seconds since 1970, UTC.
    pub unix: i64,
    /// The zone that the server writes it in, minutes east of UTC.
    pub zone: i32,
}

impl InternalDate {
    /// Reads `17-Jul-1996 02:44:25 -0700`; a day of one digit has a blank before it, or nothing.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let mut words = text.split(' ').filter(|word| !word.is_empty());
        let (date, time, zone) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let mut date = date.split('-');
        let (day, month, year) = (date.next()?, date.next()?, date.next()?);
        if date.next().is_some() || year.len() != 4 {
            return None;
        }
        let month = (1..)
            .zip(MONTHS)
            .find(|(_, name)| name.eq_ignore_ascii_case(month))?
            .0;
        let (year, day) = (digits(year, 4)?, digits(day, 2)?);
        if day < 1 || day > calendar::days_in(year, month) {
            return None;
        }
        let mut time = time.split(':');
        let (hour, minute, second) = (time.next()?, time.next()?, time.next()?);
        let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
        // A leap second is the first of the next minute.
        if time.next().is_some() || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let zone = zone_minutes(zone)?;
        let local = calendar::days(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
        Some(Self {
            unix: local - i64::from(zone) * 60,
            zone,
        })
    }
}

impl fmt::Display for InternalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.unix.saturating_add(i64::from(self.zone) * 60);
        let (year, month, day) = calendar::date(local.div_euclid(DAY));
        let second = local.rem_euclid(DAY);
        let sign = if self.zone < 0 { '-' } else { '+' };
        let zone = self.zone.unsigned_abs();
        write!(
            f,
            "{day:>2}-{}-{year:04} {:02}:{:02}:{:02} {sign}{:02}{:02}",
            month_name(month),
            second / 3600,
            second / 60 % 60,
            second % 60,
            zone / 60,
            zone % 60,
        )
    }
}

/// The UTC day of a moment as SEARCH wants it: `1-Feb-1994`.
///
/// SINCE and BEFORE compare with the server's own day, in whatever zone it keeps (RFC 3501 §6.4.4):
/// ask for a day more than is needed, then look at INTERNALDATE.
#[must_use]
pub fn search_date(unix: i64) -> String {
    let (year, month, day) = calendar::date(unix.div_euclid(DAY));
    format!("{day}-{}-{year:04}", month_name(month))
}

fn month_name(month: i64) -> &'static str {
    usize::try_from(month - 1)
        .ok()
        .and_then(|index| MONTHS.get(index))
        .copied()
        .unwrap_or("Jan")
}

fn digits(text: &str, most: usize) -> Option<i64> {
    let fits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

fn zone_minutes(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    if rest.len() != 4 {
        return None;
    }
    let number = i32::try_from(digits(rest, 4)?).ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_moments() {
        for (text, unix, zone) in [
            ("01-Jan-1970 00:00:00 +0000", 0, 0),
            ("17-Jul-1996 02:44:25 -0700", 837_596_665, -420),
            (" 7-Feb-1994 21:52:25 -0800", 760_686_745, -480),
            ("29-Feb-2024 23:59:59 +0530", 1_709_231_399, 330),
            ("31-dec-1969 23:59:59 +0000", -1, 0),
        ] {
            assert_eq!(
                InternalDate::parse(text.as_bytes()),
                Some(InternalDate { unix, zone }),
                "{text}"
            );
        }
        assert_eq!(search_date(760_686_745), "8-Feb-1994");
        assert_eq!(search_date(-1), "31-Dec-1969");
        let date = InternalDate {
            unix: 760_686_745,
            zone: -480,
        };
        assert_eq!(date.to_string(), " 7-Feb-1994 21:52:25 -0800");
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "17-Jul-1996",
            "17-Jul-1996 02:44:25",
            "32-Jan-1996 00:00:00 +0000",
            "29-Feb-2023 00:00:00 +0000",
            "00-Jan-1996 00:00:00 +0000",
            "1-Foo-1996 00:00:00 +0000",
            "1-Jan-96 00:00:00 +0000",
            "1-Jan-1996 24:00:00 +0000",
            "1-Jan-1996 00:60:00 +0000",
            "1-Jan-1996 00:00:00 0000",
            "1-Jan-1996 00:00:00 +2400",
            "1-Jan-1996 00:00:00 +000",
            "1-Jan-1996 00:00:00 +0000 x",
            "+1-Jan-1996 00:00:00 +0000",
            "1-Jan-1996 00:00:00 \u{e4}000",
        ] {
            assert_eq!(InternalDate::parse(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn written_and_read_again(unix in -62_000_000_000_i64..253_000_000_000, zone in -1439_i32..1440) {
            let date = InternalDate { unix, zone };
            prop_assert_eq!(InternalDate::parse(date.to_string().as_bytes()), Some(date));
        }

        #[test]
        fn no_moment_panics(unix in any::<i64>(), zone in any::<i32>(), text in "\\PC{0,30}") {
            let _ = InternalDate { unix, zone }.to_string();
            let _ = search_date(unix);
            let _ = InternalDate::parse(text.as_bytes());
        }
    }
}
