//! When something was, for people.

use mail_parser::DateTime;

const DAY: i64 = 86_400;
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A time in seconds since 1970 as seen at another: `Fri 02:14 UTC` within the last days,
/// `2026-11-14 02:14 UTC` otherwise.
#[must_use]
pub fn moment(when: i64, now: i64) -> String {
    // Dates outside of four-digit years cannot be told from garbage.
    if !(0..=253_402_300_799).contains(&when) {
        return "at an impossible date".to_owned();
    }
    let date = DateTime::from_timestamp(when);
    let time = format!("{:02}:{:02} UTC", date.hour, date.minute);
    let recent = (0..6 * DAY).contains(&now.saturating_sub(when));
    match DAYS.get(usize::from(date.day_of_week())) {
        Some(day) if recent => format!("{day} {time}"),
        _ => format!("{:04}-{:02}-{:02} {time}", date.year, date.month, date.day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn near_and_far() {
        // 2026-11-20 was a Friday.
        let friday = 1_795_140_840;
        assert_eq!(moment(friday, friday + 3600), "Fri 02:14 UTC");
        assert_eq!(moment(friday, friday + 7 * DAY), "2026-11-20 02:14 UTC");
        assert_eq!(moment(friday, friday - 60), "2026-11-20 02:14 UTC");
        assert_eq!(moment(0, friday), "1970-01-01 00:00 UTC");
        assert_eq!(moment(i64::MAX, friday), "at an impossible date");
    }

    proptest! {
        #[test]
        fn never_panics(when in any::<i64>(), now in any::<i64>()) {
            let _ = moment(when, now);
        }
    }
}
