//! Dates of IMAP: `date` of SEARCH, `date-time` of APPEND and INTERNALDATE. All in UTC.

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Days since the epoch of a civil date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// `17-Jul-1996` to days since the epoch.
pub fn day(text: &str) -> Option<i64> {
    let mut parts = text.trim_start().splitn(3, '-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS
        .iter()
        .position(|name| name.eq_ignore_ascii_case(month))?
        + 1;
    let fits = (1..=2).contains(&day.len()) && year.len() == 4;
    let (day, year): (i64, i64) = (day.parse().ok()?, year.parse().ok()?);
    if fits && (1..=31).contains(&day) {
        Some(days(year, i64::try_from(month).ok()?, day))
    } else {
        None
    }
}

/// `17-Jul-1996 02:44:25 -0700` to seconds since the epoch.
pub fn date_time(text: &str) -> Option<i64> {
    let mut parts = text.trim_start().split(' ');
    let (date, time, zone) = (day(parts.next()?)?, parts.next()?, parts.next()?);
    let mut clock = time.split(':').map(str::parse::<i64>);
    let (hour, minute, second) = (
        clock.next()?.ok()?,
        clock.next()?.ok()?,
        clock.next()?.ok()?,
    );
    let offset: i64 = zone.get(1..)?.parse().ok()?;
    let offset = (offset / 100 * 60 + offset % 100) * 60;
    let offset = match zone.as_bytes().first()? {
        b'+' => offset,
        b'-' => -offset,
        _ => return None,
    };
    Some(date * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

/// INTERNALDATE, with its leading blank for a one-digit day.
pub fn internal_date(seconds: i64) -> String {
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let clock = seconds.rem_euclid(86_400);
    let name = usize::try_from(month - 1)
        .ok()
        .and_then(|at| MONTHS.get(at))
        .unwrap_or(&"Jan");
    format!(
        "{day:2}-{name}-{year:04} {:02}:{:02}:{:02} +0000",
        clock / 3600,
        clock / 60 % 60,
        clock % 60
    )
}
