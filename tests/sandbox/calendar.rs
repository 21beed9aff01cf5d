//! The calendar. The library under test has arithmetic for it; here it is done by counting, to be independent.

/// In UTC: year, month from 0, day, hour, minute, second, weekday from Sunday.
pub fn civil(when: i64) -> (i64, usize, i64, i64, i64, i64, usize) {
    let (mut days, time) = (when.div_euclid(86_400), when.rem_euclid(86_400));
    let weekday = usize::try_from((days + 4).rem_euclid(7)).unwrap();
    let mut year = 1970;
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [
        31,
        28 + i64::from(leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    (
        year,
        month,
        days + 1,
        time / 3600,
        time / 60 % 60,
        time % 60,
        weekday,
    )
}
