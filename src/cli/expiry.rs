//! How long something must still last: `28d`, `48h`, a bare number of days, `25%` of the lifetime, or
//! `28d,25%`, the smaller of both. Plain ranges are accepted, too; their bare numbers are days as well.

use super::usage::UsageError;
use crate::report::{Judge, Range, Unit};
use crate::x509::Threshold;

const DAY: f64 = 86_400.0;
/// A bare number above this is no number of days.
const MOST_DAYS: f64 = 36_500.0;

/// What must be left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Remaining {
    /// At least so much.
    AtLeast(Threshold),
    /// Within a range of seconds.
    Within(Range),
}

impl Remaining {
    /// Reads it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.contains([':', '@', '~']) {
            return range(text);
        }
        let (mut seconds, mut share) = (None, None);
        for part in text.split(',') {
            let part = part.trim();
            let before = match part.strip_suffix('%') {
                Some(number) => share.replace(percent(number)?),
                None => seconds.replace(duration(part)?),
            };
            if before.is_some() {
                return Err("give one duration and one share at most: 28d,25%".to_owned());
            }
        }
        Ok(Self::AtLeast(Threshold { seconds, share }))
    }

    /// The range of seconds that this means for something that lives so long.
    #[must_use]
    pub fn of(&self, lifetime: i64) -> Option<Range> {
        match self {
            Self::Within(range) => Some(*range),
            Self::AtLeast(threshold) => Range::at_least(threshold.limit(lifetime)?.floor()),
        }
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let number = Unit::Percent
        .parse(text)
        .map_err(|error| error.to_string())?;
    if (0.0..=100.0).contains(&number) {
        Ok(number / 100.0)
    } else {
        Err(format!("{text}% is no share of a lifetime"))
    }
}

fn duration(text: &str) -> Result<f64, String> {
    let seconds = match Unit::Count.parse(text) {
        Ok(days) if days > MOST_DAYS => {
            return Err(format!("{text} days? write {text}s for seconds"));
        }
        Ok(days) => days * DAY,
        Err(_) => Unit::Seconds
            .parse(text)
            .map_err(|error| error.to_string())?,
    };
    if seconds < 0.0 {
        return Err(format!("{text}: what is left is not negative"));
    }
    Ok(seconds)
}

/// A range whose bare numbers are days.
fn range(text: &str) -> Result<Remaining, String> {
    let (mark, body) = match text.trim().strip_prefix('@') {
        Some(body) => ("@", body),
        None => ("", text.trim()),
    };
    let bound = |part: &str| match Unit::Count.parse(part) {
        Ok(days) if days > MOST_DAYS => Err(format!("{part} days? write {part}s for seconds")),
        Ok(days) => Ok(format!("{}", days * DAY)),
        Err(_) => Ok(part.to_owned()),
    };
    let parts: Vec<String> = body
        .split(':')
        .map(|part| bound(part.trim()))
        .collect::<Result<_, _>>()?;
    Range::parse(&format!("{mark}{}", parts.join(":")), Unit::Seconds)
        .map(Remaining::Within)
        .map_err(|error| error.to_string())
}

/// When to alarm about an end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Expiry {
    /// WARNING when less is left.
    pub warning: Option<Remaining>,
    /// CRITICAL when less is left.
    pub critical: Option<Remaining>,
}

impl Expiry {
    /// Takes the rules of `-w` and `-c` that are about the end, `METRIC=` or nothing before them, and
    /// gives all others to the judge. What is not said stays as it is.
    pub fn read(
        mut self,
        metric: &str,
        warning: &[String],
        critical: &[String],
        judge: &mut Judge,
    ) -> Result<Self, UsageError> {
        for (option, rules) in [("-w", warning), ("-c", critical)] {
            for rule in rules {
                let wrong = |why: &dyn std::fmt::Display| UsageError(format!("{option}: {why}"));
                let own = match rule.split_once('=') {
                    None => Some(rule.as_str()),
                    Some((label, rest)) if label.trim().eq_ignore_ascii_case(metric) => Some(rest),
                    Some(_) => None,
                };
                if let Some(text) = own {
                    let remaining = Remaining::parse(text)
                        .map_err(|error| wrong(&format!("{text:?}: {error}")))?;
                    if option == "-w" {
                        self.warning = Some(remaining);
                    } else {
                        self.critical = Some(remaining);
                    }
                } else if option == "-w" {
                    judge.warning(rule).map_err(|error| wrong(&error))?;
                } else {
                    judge.critical(rule).map_err(|error| wrong(&error))?;
                }
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_possible_truncation, reason = "a test's days are few")]
    fn limit(text: &str, days: f64) -> f64 {
        let lifetime = (days * DAY).round() as i64;
        let range = Remaining::parse(text).unwrap().of(lifetime).unwrap();
        let text = range.to_string();
        text.strip_suffix(':').unwrap().parse().unwrap()
    }

    #[test]
    fn the_smaller_of_both_holds() {
        for (days, warning, critical) in [
            (6.67, 1.6675, 0.667),
            (47.0, 11.75, 4.7),
            (90.0, 22.5, 9.0),
            (200.0, 28.0, 14.0),
            (398.0, 28.0, 14.0),
            (3650.0, 28.0, 14.0),
        ] {
            assert_eq!(limit("28d,25%", days), (warning * DAY).floor(), "{days}");
            assert_eq!(limit("14d, 10%", days), (critical * DAY).floor(), "{days}");
        }
    }

    #[test]
    fn durations_days_and_shares() {
        assert_eq!(limit("28", 90.0), 28.0 * DAY);
        assert_eq!(limit("0.5", 90.0), 0.5 * DAY);
        assert_eq!(limit("48h", 90.0), 2.0 * DAY);
        assert_eq!(limit("2w", 90.0), 14.0 * DAY);
        assert_eq!(limit("25%", 90.0), 22.5 * DAY);
        assert_eq!(limit("0", 90.0), 0.0);
        assert_eq!(limit("28:", 90.0), 28.0 * DAY);
        assert_eq!(limit("48h:", 90.0), 2.0 * DAY);
        let both = Remaining::parse("10:90").unwrap();
        assert_eq!(both.of(1).unwrap().to_string(), "864000:7776000");
        let inside = Remaining::parse("@0:14").unwrap();
        assert_eq!(inside.of(1).unwrap().to_string(), "@1209600");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for text in [
            "", " ", ",", "28,14", "25%,10%", "101%", "-5", "-1%", "x", "28d,", "2419200",
            "2419200:", "28M", "nan", "inf", "1e3", "5:2", ":", "%",
        ] {
            assert!(Remaining::parse(text).is_err(), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,30}|[0-9a-z%,:@~. ]{0,20}") {
            if let Ok(remaining) = Remaining::parse(&text) {
                let _ = remaining.of(10_000_000);
            }
        }

        #[test]
        fn less_left_is_never_better(lifetime in 1..1_000_000_000i64, left in -1e9..1e9f64, less in 0.0..1e9f64) {
            let range = Remaining::parse("28d,25%").unwrap().of(lifetime).unwrap();
            proptest::prop_assert!(range.alerts(left - less) >= range.alerts(left));
        }
    }
}
