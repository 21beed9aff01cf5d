//! Moments of a certificate: `UTCTime` and `GeneralizedTime` (RFC 5280 §4.1.2.5) to seconds since 1970, and seconds to words.
//!
//! Read more leniently than RFC 5280 allows (no seconds, fractions, offsets: X.690 lets them be), because a monitor has
//! to say what stands there; whether OpenSSL takes it is for the verification to say.

use super::der::{Element, tag};
use crate::time::calendar;
pub use crate::time::calendar::DAY;

/// Seconds since 1970; `None` when it is no time.
pub(super) fn unix(element: Element<'_>) -> Option<i64> {
    let text = std::str::from_utf8(element.value).ok()?;
    let (year, rest) = match element.tag {
        tag::UTC_TIME => {
            let year = digits(text.get(..2)?)?;
            // RFC 5280 §4.1.2.5.1: 50 to 99 are of the twentieth century.
            let century = if year >= 50 { 1900 } else { 2000 };
            (century + year, text.get(2..)?)
        }
        tag::GENERALIZED_TIME => (digits(text.get(..4)?)?, text.get(4..)?),
        _ => return None,
    };
    let month = digits(rest.get(..2)?)?;
    let day = digits(rest.get(2..4)?)?;
    let hour = digits(rest.get(4..6)?)?;
    let minute = digits(rest.get(6..8)?)?;
    let mut rest = rest.get(8..)?;
    let mut second = 0;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        second = digits(rest.get(..2)?)?;
        rest = rest.get(2..)?;
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    let offset = match rest.split_at_checked(1) {
        Some(("Z", "")) => 0,
        Some((sign @ ("+" | "-"), zone)) if zone.len() == 4 => {
            let ahead = digits(zone.get(..2)?)? * 3600 + digits(zone.get(2..)?)? * 60;
            if sign == "+" { ahead } else { -ahead }
        }
        _ => return None,
    };
    let sane = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour <= 23
        && minute <= 59
        && second <= 60;
    sane.then(|| {
        calendar::days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset
    })
}

fn digits(text: &str) -> Option<i64> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `2026-11-30 12:00 UTC`.
#[must_use]
pub fn date(unix: i64) -> String {
    let (year, month, day) = calendar::date(unix.div_euclid(DAY));
    let second = unix.rem_euclid(DAY);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02} UTC",
        second / 3600,
        second / 60 % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: u8, text: &str) -> Option<i64> {
        unix(Element {
            tag,
            value: text.as_bytes(),
            whole: &[],
        })
    }

    #[test]
    fn times_of_both_kinds() {
        let rows = [
            (tag::UTC_TIME, "700101000000Z", Some(0)),
            (tag::UTC_TIME, "491231235959Z", Some(2_524_607_999)),
            (tag::UTC_TIME, "500101000000Z", Some(-631_152_000)),
            (tag::UTC_TIME, "7001010100+0100", Some(0)),
            (
                tag::GENERALIZED_TIME,
                "99991231235959Z",
                Some(253_402_300_799),
            ),
            (
                tag::GENERALIZED_TIME,
                "00000101000000Z",
                Some(-62_167_219_200),
            ),
            (
                tag::GENERALIZED_TIME,
                "20240229120000.5Z",
                Some(1_709_208_000),
            ),
            (tag::GENERALIZED_TIME, "20241301000000Z", None),
            (tag::GENERALIZED_TIME, "20241201000000", None),
            (tag::UTC_TIME, "", None),
            (tag::UTC_TIME, "7001010000é0Z", None),
            (tag::UTC_TIME, "+70101000000Z", None),
        ];
        for (tag, text, want) in rows {
            assert_eq!(read(tag, text), want, "{text}");
        }
    }

    #[test]
    fn dates_in_words() {
        assert_eq!(date(0), "1970-01-01 00:00 UTC");
        assert_eq!(date(253_402_300_799), "9999-12-31 23:59 UTC");
        assert_eq!(date(-1), "1969-12-31 23:59 UTC");
        assert_eq!(date(1_709_208_000), "2024-02-29 12:00 UTC");
        let _ = (date(i64::MAX), date(i64::MIN));
    }
}
