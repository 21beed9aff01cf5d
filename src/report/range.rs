//! Ranges of the plugin guidelines: `10`, `10:`, `~:10`, `5:9`, `@5:9`.
//!
//! A value outside the range alerts, with `@` a value inside; both ends belong to the range. Refused, because a threshold
//! that is misread is a silent one: `2:1`, text behind the number, NaN, infinities, exponents, an empty range, and
//! `~:`, which could never alert.

use std::fmt;

use super::decimal;
use super::unit::{Unit, UnitError};

/// Where values are fine (or, with `@`, where they are not).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    start: f64,
    end: f64,
    inside: bool,
}

/// A text that is no range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RangeError {
    /// Nothing but colons, `~` or `@`.
    #[error("range {0:?} has no bound; use 10, 10:, ~:10, 5:9 or @5:9")]
    NoBound(String),
    /// More than one colon.
    #[error("range {0:?} has too many colons; use START:END")]
    Colons(String),
    /// A bound cannot be read.
    #[error("range {text:?}: {source}")]
    Bound {
        /// The range as given.
        text: String,
        /// What is wrong with the bound.
        source: UnitError,
    },
    /// The start lies above the end.
    #[error("range {0:?} ends before it starts")]
    Reversed(String),
}

/// On which side of a range a value fell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Breach {
    Below(f64),
    Above(f64),
    Within,
    NotANumber,
}

impl Range {
    /// Reads a range whose bounds are numbers of `unit`.
    ///
    /// # Errors
    /// [`RangeError`] for everything the guidelines do not name.
    pub fn parse(text: &str, unit: Unit) -> Result<Self, RangeError> {
        let given = || text.chars().take(80).collect::<String>();
        let trimmed = text.trim();
        let (inside, body) = match trimmed.strip_prefix('@') {
            Some(body) => (true, body),
            None => (false, trimmed),
        };
        let bound = |number: &str| {
            unit.parse(number).map_err(|source| RangeError::Bound {
                text: given(),
                source,
            })
        };
        let (start, end) = match body.split_once(':') {
            None if body.is_empty() || body == "~" => return Err(RangeError::NoBound(given())),
            None => (0.0, bound(body)?),
            Some((_, end)) if end.contains(':') => return Err(RangeError::Colons(given())),
            Some(("" | "~", "")) => return Err(RangeError::NoBound(given())),
            Some((start, end)) => (
                match start {
                    "" => 0.0,
                    "~" => f64::NEG_INFINITY,
                    number => bound(number)?,
                },
                if end.is_empty() {
                    f64::INFINITY
                } else {
                    bound(end)?
                },
            ),
        };
        if start > end {
            return Err(RangeError::Reversed(given()));
        }
        Ok(Range { start, end, inside })
    }

    /// Fine from here upwards: `10:`. `None` for what is not a number.
    #[must_use]
    pub fn at_least(start: f64) -> Option<Self> {
        start.is_finite().then_some(Range {
            start,
            end: f64::INFINITY,
            inside: false,
        })
    }

    /// Whether `value` calls for an alert. What is not a number always does.
    #[must_use]
    pub fn alerts(&self, value: f64) -> bool {
        self.breach(value).is_some()
    }

    pub(super) fn breach(&self, value: f64) -> Option<Breach> {
        if value.is_nan() {
            Some(Breach::NotANumber)
        } else if self.inside {
            (self.start <= value && value <= self.end).then_some(Breach::Within)
        } else if value < self.start {
            Some(Breach::Below(self.start))
        } else if value > self.end {
            Some(Breach::Above(self.end))
        } else {
            None
        }
    }

    /// The lower bound, if there is one.
    pub(super) fn lower(&self) -> Option<f64> {
        self.start.is_finite().then_some(self.start)
    }

    /// The bound of a range that says no more than "not above this": what readers without ranges understand.
    pub(super) fn plain_upper(&self) -> Option<f64> {
        let open_below = self.start == 0.0 || self.start == f64::NEG_INFINITY;
        self.upper().filter(|_| open_below && !self.inside)
    }

    /// The upper bound, if there is one.
    #[must_use]
    pub fn upper(&self) -> Option<f64> {
        self.end.is_finite().then_some(self.end)
    }

    /// Whether small values are the bad ones: `14:`, `@~:14` or `@14`.
    pub(super) fn dreads_the_small(&self) -> bool {
        if self.inside {
            self.upper().is_some()
        } else {
            self.upper().is_none()
        }
    }
}

impl fmt::Display for Range {
    /// Plain numbers in the base unit; `10` rather than `0:10`, since Icinga keeps plain thresholds only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.inside {
            f.write_str("@")?;
        }
        match (self.lower(), self.upper()) {
            (Some(0.0), Some(end)) => f.write_str(&decimal::plain(end)),
            (Some(start), Some(end)) => {
                write!(f, "{}:{}", decimal::plain(start), decimal::plain(end))
            }
            (Some(start), None) => write!(f, "{}:", decimal::plain(start)),
            (None, Some(end)) => write!(f, "~:{}", decimal::plain(end)),
            (None, None) => f.write_str("~:"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(text: &str) -> Range {
        Range::parse(text, Unit::Count).unwrap()
    }

    #[test]
    fn the_examples_of_the_guidelines() {
        for (text, fine, alerting) in [
            ("10", vec![0.0, 10.0], vec![-1.0, 10.1]),
            ("10:", vec![10.0, 1e9], vec![9.9, -1.0]),
            ("~:10", vec![-1e9, 10.0], vec![10.1]),
            ("10:20", vec![10.0, 20.0], vec![9.9, 20.1]),
            ("@10:20", vec![9.9, 20.1], vec![10.0, 15.0, 20.0]),
            (":10", vec![0.0, 10.0], vec![-0.1, 10.1]),
            ("0", vec![0.0], vec![1.0, -1.0]),
        ] {
            for value in fine {
                assert!(!range(text).alerts(value), "{text} on {value}");
            }
            for value in alerting {
                assert!(range(text).alerts(value), "{text} on {value}");
            }
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "", " ", ":", "~", "~:", "@", "@:", "@~:", "2:1", "5abc", "1:2:3", "nan", "inf",
            "~:inf", "1e3", "0x10", "1,5", "10%", "@@5", "5:~", "1 2", "--1", "5@",
        ] {
            assert!(Range::parse(text, Unit::Count).is_err(), "{text:?}");
        }
    }

    #[test]
    fn refusals_say_why() {
        let say = |text| Range::parse(text, Unit::Seconds).unwrap_err().to_string();
        assert_eq!(say("2:1"), "range \"2:1\" ends before it starts");
        assert_eq!(
            say("10M"),
            "range \"10M\": \"10M\" is ambiguous: write m for minutes or month for months"
        );
        assert_eq!(
            say(""),
            "range \"\" has no bound; use 10, 10:, ~:10, 5:9 or @5:9"
        );
    }

    #[test]
    fn bounds_take_units_and_print_in_the_base() {
        let range = Range::parse("500ms:1m30s", Unit::Seconds).unwrap();
        assert_eq!(range.to_string(), "0.5:90");
        assert_eq!(Range::parse("0:10", Unit::Count).unwrap().to_string(), "10");
        assert_eq!(Range::parse("-0:7", Unit::Count).unwrap().to_string(), "7");
    }

    #[test]
    fn what_is_not_a_number_alerts() {
        assert!(range("10").alerts(f64::NAN));
        assert!(range("@10").alerts(f64::NAN));
    }

    fn any_range() -> impl Strategy<Value = Range> {
        let bound = || prop_oneof![-1e12..1e12f64, (-1000i32..1000).prop_map(f64::from)];
        (bound(), bound(), 0..3u8, any::<bool>()).prop_map(|(a, b, shape, inside)| Range {
            start: if shape == 1 {
                f64::NEG_INFINITY
            } else {
                a.min(b) + 0.0
            },
            end: if shape == 2 {
                f64::INFINITY
            } else {
                a.max(b) + 0.0
            },
            inside,
        })
    }

    proptest! {
        #[test]
        fn print_and_parse_are_inverse(range in any_range()) {
            prop_assert_eq!(Range::parse(&range.to_string(), Unit::Count), Ok(range));
        }

        #[test]
        fn both_ends_belong_to_the_range(range in any_range()) {
            for end in [range.lower(), range.upper()].into_iter().flatten() {
                prop_assert_eq!(range.alerts(end), range.inside);
            }
        }

        #[test]
        fn reversed_ranges_are_refused(a in -1e6..1e6f64, step in 0.001..1e6f64) {
            let text = format!("{}:{}", decimal::plain(a + step), decimal::plain(a));
            prop_assert_eq!(Range::parse(&text, Unit::Count), Err(RangeError::Reversed(text.clone())));
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            for unit in [Unit::Seconds, Unit::Bytes, Unit::Percent, Unit::Count, Unit::Days] {
                let _ = Range::parse(&text, unit);
            }
        }

        #[test]
        fn no_number_with_units_panics(text in "[0-9.:@~ a-zA-Z%µ-]{0,40}") {
            for unit in [Unit::Seconds, Unit::Bytes, Unit::Percent, Unit::Count, Unit::Days] {
                let _ = Range::parse(&text, unit);
            }
        }
    }
}
