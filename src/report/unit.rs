//! Units: how a threshold's numbers are read, how perfdata names them, how people read them.
//!
//! Perfdata knows base units only (`s`, `B`, `%`, none): Icinga and the graphers behind it scale for themselves, and some
//! drop a unit they have not heard of.

use super::decimal;

/// What a metric counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Durations and ages.
    Seconds,
    /// Sizes.
    Bytes,
    /// Shares of a whole.
    Percent,
    /// Pieces.
    Count,
    /// Days that are left; the fewer the worse.
    Days,
}

/// A number that cannot be read in its unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// Nothing there.
    #[error("a number is missing")]
    Empty,
    /// Not a number of this unit.
    #[error("{text:?} is no {what}")]
    Number {
        /// What was given.
        text: String,
        /// What was wanted, with examples.
        what: &'static str,
    },
    /// Capital M would be a month to the duration parser and a minute to most people.
    #[error("{0:?} is ambiguous: write m for minutes or month for months")]
    Month(String),
}

const KIB: f64 = 1024.0;
/// No threshold needs more; keeps parsers of durations far from their overflows.
const LONGEST: usize = 48;
const MOST_DIGITS: usize = 15;

impl Unit {
    /// Reads a number as people write it in this unit; a bare number is in the base unit.
    ///
    /// # Errors
    /// When the text is empty, no number, or has a unit that does not belong here.
    pub fn parse(self, text: &str) -> Result<f64, UnitError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UnitError::Empty);
        }
        if let Some(value) = decimal::parse(text) {
            return Ok(value);
        }
        let refused = || UnitError::Number {
            text: text.chars().take(LONGEST).collect(),
            what: self.expected(),
        };
        if text.len() > LONGEST {
            return Err(refused());
        }
        match self {
            Unit::Seconds => seconds(text, refused),
            Unit::Bytes => scaled(text, byte_scale).ok_or_else(refused),
            Unit::Percent => scaled(text, |s| (s == "%").then_some(1.0)).ok_or_else(refused),
            Unit::Days => scaled(text, day_scale).ok_or_else(refused),
            Unit::Count => Err(refused()),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Unit::Seconds => "duration (such as 5, 500ms, 1m30s, 2h)",
            Unit::Bytes => "size (such as 1000, 10M, 1.5GiB, 20MB)",
            Unit::Percent => "percentage (such as 90 or 90%)",
            Unit::Count => "number",
            Unit::Days => "number of days (such as 14 or 14d)",
        }
    }

    /// The unit as perfdata has it.
    #[must_use]
    pub fn perfdata_suffix(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::Bytes => "B",
            Unit::Percent => "%",
            Unit::Count | Unit::Days => "",
        }
    }

    /// Decimals that mean something: microseconds, whole bytes, thousandths.
    pub(super) fn places(self) -> usize {
        match self {
            Unit::Seconds => 6,
            Unit::Bytes => 0,
            Unit::Percent | Unit::Count | Unit::Days => 3,
        }
    }

    /// The value for people: `41 ms`, `1 h 20 min`, `9.1 GiB`, `91 %`.
    #[must_use]
    pub fn human(self, value: f64) -> String {
        if !value.is_finite() {
            return "not a number".into();
        }
        if value < 0.0 {
            return format!("-{}", self.human(-value));
        }
        match self {
            Unit::Seconds => human_seconds(value),
            Unit::Bytes => human_bytes(value),
            Unit::Percent => format!("{} %", decimal::rounded(value, 1)),
            Unit::Count => decimal::rounded(value, 3),
            Unit::Days => format!("{} d", decimal::rounded(value, 1)),
        }
    }

    /// The value for people without any rounding, for when rounding would hide a difference.
    pub(super) fn exact(self, value: f64) -> String {
        let number = decimal::plain(value);
        match self {
            Unit::Seconds => format!("{number} s"),
            Unit::Bytes => format!("{number} B"),
            Unit::Percent => format!("{number} %"),
            Unit::Count => number,
            Unit::Days => format!("{number} d"),
        }
    }
}

fn seconds(text: &str, refused: impl Fn() -> UnitError) -> Result<f64, UnitError> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    if letters(rest).any(|unit| unit == "M") {
        return Err(UnitError::Month(text.to_owned()));
    }
    let too_long = rest
        .split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() > MOST_DIGITS);
    if too_long {
        return Err(refused());
    }
    humantime::parse_duration(rest)
        .map(|duration| sign * duration.as_secs_f64())
        .map_err(|_| refused())
}

fn letters(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
}

/// A decimal followed by a unit, with or without a blank between them.
fn scaled(text: &str, scale: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let value = decimal::parse(number)? * scale(unit.trim_start())?;
    value.is_finite().then_some(value)
}

/// As in GNU tools and mail servers' quotas: `K` and `KiB` are 1024, `kB` and `KB` are 1000.
fn byte_scale(unit: &str) -> Option<f64> {
    let unit = unit.to_ascii_lowercase();
    let (power, base) = match unit.as_str() {
        "b" => (0, KIB),
        "k" | "kib" => (1, KIB),
        "m" | "mib" => (2, KIB),
        "g" | "gib" => (3, KIB),
        "t" | "tib" => (4, KIB),
        "kb" => (1, 1000.0),
        "mb" => (2, 1000.0),
        "gb" => (3, 1000.0),
        "tb" => (4, 1000.0),
        _ => return None,
    };
    Some(f64::powi(base, power))
}

fn day_scale(unit: &str) -> Option<f64> {
    match unit {
        "d" | "day" | "days" => Some(1.0),
        "w" | "week" | "weeks" => Some(7.0),
        _ => None,
    }
}

fn human_seconds(value: f64) -> String {
    if value == 0.0 {
        return "0 s".into();
    }
    if value < 0.000_999_5 {
        return format!("{} ms", decimal::rounded(value * 1000.0, 3));
    }
    if value < 0.009_95 {
        return format!("{} ms", decimal::rounded(value * 1000.0, 1));
    }
    if value < 0.999_5 {
        return format!("{} ms", decimal::rounded(value * 1000.0, 0));
    }
    if value < 9.995 {
        return format!("{} s", decimal::rounded(value, 2));
    }
    if value < 59.95 {
        return format!("{} s", decimal::rounded(value, 1));
    }
    // Two units at most, the second left out when it is nothing.
    let two = |large: f64, large_name: &str, small_name: &str, per: f64| {
        let total = (value / large * per).round();
        let (whole, part) = ((total / per).floor(), total % per);
        if part == 0.0 {
            format!("{} {large_name}", decimal::rounded(whole, 0))
        } else {
            format!(
                "{} {large_name} {} {small_name}",
                decimal::rounded(whole, 0),
                decimal::rounded(part, 0)
            )
        }
    };
    if value < 3_599.5 {
        two(60.0, "min", "s", 60.0)
    } else if value < 48.0 * 3_600.0 {
        two(3_600.0, "h", "min", 60.0)
    } else {
        two(86_400.0, "d", "h", 24.0)
    }
}

fn human_bytes(value: f64) -> String {
    let mut scaled = value;
    for name in ["B", "KiB", "MiB", "GiB", "TiB"] {
        if scaled < 1023.95 || name == "TiB" {
            let places = usize::from(name != "B");
            return format!("{} {name}", decimal::rounded(scaled, places));
        }
        scaled /= KIB;
    }
    format!("{} B", decimal::rounded(value, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_as_people_write_them() {
        for (text, value) in [
            ("5", 5.0),
            ("0.25", 0.25),
            ("500ms", 0.5),
            ("1h30m", 5400.0),
            ("1.5s", 1.5),
            ("-2s", -2.0),
            ("1month", 2_630_016.0),
        ] {
            assert_eq!(Unit::Seconds.parse(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn capital_m_is_refused_with_the_reason() {
        let error = Unit::Seconds.parse("10M").unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"10M\" is ambiguous: write m for minutes or month for months"
        );
    }

    #[test]
    fn durations_at_the_edge_of_the_parser_are_refused() {
        // humantime would carry into an overflow here.
        assert!(
            Unit::Seconds
                .parse("18446744073709551615s 1000000000ns")
                .is_err()
        );
    }

    #[test]
    fn sizes_follow_gnu() {
        assert_eq!(Unit::Bytes.parse("10M"), Ok(10_485_760.0));
        assert_eq!(Unit::Bytes.parse("10MB"), Ok(10_000_000.0));
        assert_eq!(Unit::Bytes.parse("1.5 GiB"), Ok(1_610_612_736.0));
        assert!(Unit::Bytes.parse("10s").is_err());
    }

    #[test]
    fn other_units_refuse_what_is_not_theirs() {
        assert_eq!(Unit::Percent.parse("90%"), Ok(90.0));
        assert!(Unit::Percent.parse("90%%").is_err());
        assert_eq!(Unit::Days.parse("2w"), Ok(14.0));
        assert_eq!(Unit::Days.parse("14d"), Ok(14.0));
        assert!(Unit::Count.parse("5s").is_err());
        assert!(Unit::Count.parse("").is_err());
    }

    #[test]
    fn people_get_two_units_at_most() {
        for (value, text) in [
            (0.0, "0 s"),
            (0.000_42, "0.42 ms"),
            (0.041_2, "41 ms"),
            (0.999_6, "1 s"),
            (2.31, "2.31 s"),
            (10.0, "10 s"),
            (59.96, "1 min"),
            (200.0, "3 min 20 s"),
            (4_800.0, "1 h 20 min"),
            (111_600.0, "31 h"),
            (777_600.0, "9 d"),
            (-2.0, "-2 s"),
        ] {
            assert_eq!(Unit::Seconds.human(value), text, "{value}");
        }
        assert_eq!(Unit::Bytes.human(9.1 * KIB * KIB * KIB), "9.1 GiB");
        assert_eq!(Unit::Bytes.human(1023.99), "1 KiB");
        assert_eq!(Unit::Bytes.human(512.0), "512 B");
        assert_eq!(Unit::Percent.human(91.0), "91 %");
        assert_eq!(Unit::Days.human(9.0), "9 d");
    }
}
