//! What stands behind the options: names, patterns, uses, days, moments.

use regex::Regex;

use crate::cli::UsageError;
use crate::net::Host;
use crate::report::Unit;
use crate::time::Clock;
use crate::x509::ExtendedUsage;

/// A name or an address.
pub fn host(option: &str, text: &str) -> Result<Host, UsageError> {
    Host::parse(text).map_err(|error| UsageError(format!("{option}: {error}")))
}

/// A pattern of a person's.
pub fn pattern(option: &str, text: &str) -> Result<Regex, UsageError> {
    regex::RegexBuilder::new(text)
        .size_limit(1 << 20)
        .build()
        .map_err(|error| {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default();
            UsageError(format!("{option} {text:?}: {why}"))
        })
}

/// An extended key usage.
pub fn usage(text: &str) -> Result<ExtendedUsage, UsageError> {
    ExtendedUsage::parse(text).ok_or_else(|| {
        UsageError(format!(
            "--require-eku {text:?}: give serverAuth, clientAuth, emailProtection or an OID"
        ))
    })
}

/// `--maximum-validity`: whole or broken days.
#[expect(clippy::cast_possible_truncation, reason = "bounded")]
pub fn days(text: &str) -> Result<i64, UsageError> {
    let days = Unit::Days.parse(text).ok();
    let days = days.filter(|days| (0.0..=1e6).contains(days));
    days.map(|days| (days * 86_400.0).round() as i64)
        .ok_or_else(|| UsageError(format!("--maximum-validity {text:?}: give days")))
}

/// `--at`: a date, a date and a time in UTC, or a distance from now.
pub fn moment(text: &str) -> Result<i64, UsageError> {
    let wrong = || {
        UsageError(format!(
            "--at {text:?}: give 2026-12-24, 2026-12-24T18:00:00Z or +30d"
        ))
    };
    let trimmed = text.trim();
    if let Some(distance) = trimmed.strip_prefix(['+', '-']) {
        let seconds = Unit::Seconds.parse(distance).map_err(|_| wrong())?;
        let sign = if trimmed.starts_with('-') { -1.0 } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, reason = "bounded by the parser")]
        let moment = Clock::unix_time().saturating_add((sign * seconds).round() as i64);
        return representable(moment).ok_or_else(wrong);
    }
    if let Some(seconds) = trimmed.strip_prefix('@') {
        // As date(1) writes seconds since 1970.
        let seconds: Option<i64> = seconds.parse().ok();
        return seconds.and_then(representable).ok_or_else(wrong);
    }
    let whole = match trimmed.trim_end_matches('Z').len() {
        10 => format!("{}T00:00:00Z", trimmed.trim_end_matches('Z')),
        16 => format!("{}:00Z", trimmed.trim_end_matches('Z')),
        _ => trimmed.to_owned(),
    };
    let time = humantime::parse_rfc3339_weak(&whole).map_err(|_| wrong())?;
    let since = time
        .duration_since(std::time::UNIX_EPOCH)
        .map_err(|_| wrong())?;
    i64::try_from(since.as_secs()).map_err(|_| wrong())
}

/// A moment that a certificate can speak of: years 1970 to 9999.
fn representable(moment: i64) -> Option<i64> {
    (0..=253_402_300_799).contains(&moment).then_some(moment)
}
