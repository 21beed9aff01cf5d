//! The Gregorian calendar, carried on into all years: days since 1970-01-01, and back. Pure arithmetic: no clock, no zones.

/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// Days from 0000-03-01, from which it is easiest to count, to 1970-01-01.
const EPOCH: i64 = 719_468;
/// Days of the 400 years in which the calendar comes round.
const ERA: i64 = 146_097;

/// Days since 1970-01-01. The year is counted from March, so that the day that leaps is its last.
#[must_use]
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH
}

/// Year, month and day of a day since 1970-01-01.
#[must_use]
pub fn date(days: i64) -> (i64, i64, i64) {
    // Far beyond year 9999 nothing is a date any more, and nothing may overflow.
    let days = days.clamp(-1_000_000_000, 1_000_000_000) + EPOCH;
    let era = days.div_euclid(ERA);
    let of_era = days.rem_euclid(ERA);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// Days of a month from 1 to 12; none of any other.
#[must_use]
pub fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_follows_the_last() {
        let mut next = days(0, 1, 1);
        for year in 0..10_000 {
            for month in 1..=12 {
                for day in 1..=days_in(year, month) {
                    assert_eq!(days(year, month, day), next, "{year}-{month}-{day}");
                    assert_eq!(date(next), (year, month, day));
                    next += 1;
                }
            }
        }
        assert_eq!(next, days(10_000, 1, 1));
    }

    #[test]
    fn known_days() {
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 2, 29), 11_016);
        assert_eq!(days(1600, 1, 1), -135_140);
        let _ = (date(i64::MAX), date(i64::MIN));
    }
}
