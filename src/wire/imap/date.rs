//! Dates of IMAP: `date-time` of INTERNALDATE and APPEND, `date` of SEARCH (RFC 3501 §9).
//!
//! Proleptic Gregorian arithmetic on seconds since 1970; no clock and no time zone data. Refused:
//! days, hours, minutes, seconds and zones out of range.

use std::fmt;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAY: i64 = 86_400;

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
        if day < 1 || day > days_in(year, month) {
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
        let local = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
        Some(Self {
            unix: local - i64::from(zone) * 60,
            zone,
        })
    }
}

impl fmt::Display for InternalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.unix.saturating_add(i64::from(self.zone) * 60);
        let (year, month, day) = civil_from_days(local.div_euclid(DAY));
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
    let (year, month, day) = civil_from_days(unix.div_euclid(DAY));
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

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01. The year is counted from March, so that the leap day is its last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
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
