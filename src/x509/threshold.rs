//! When is the end of a certificate near? As a duration, as a share of its lifetime, or the smaller of both.

/// How much must be left.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Threshold {
    /// Seconds.
    pub seconds: Option<f64>,
    /// Share of the lifetime: 0.25 is a quarter.
    pub share: Option<f64>,
}

impl Threshold {
    /// Seconds that must be left of a lifetime of this many seconds; the smaller where both are given, so that a
    /// certificate of six days is not near its end on the day it is made. `None` when nothing is asked for.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds of a lifetime fit a double exactly"
    )]
    pub fn limit(&self, lifetime: i64) -> Option<f64> {
        let of_lifetime = self.share.map(|share| share * lifetime.max(0) as f64);
        match (self.seconds, of_lifetime) {
            (Some(seconds), Some(of_lifetime)) => Some(seconds.min(of_lifetime)),
            (one, other) => one.or(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: f64 = 86_400.0;

    #[test]
    fn the_smaller_of_duration_and_share() {
        let warning = Threshold {
            seconds: Some(28.0 * DAY),
            share: Some(0.25),
        };
        for (days, want) in [
            (6, 1.5),
            (47, 11.75),
            (90, 22.5),
            (100, 25.0),
            (200, 28.0),
            (3650, 28.0),
        ] {
            assert_eq!(
                warning.limit(days * 86_400),
                Some(want * DAY),
                "{days} days"
            );
        }
        assert_eq!(Threshold::default().limit(86_400), None);
        let share = Threshold {
            seconds: None,
            share: Some(0.5),
        };
        assert_eq!(share.limit(-5), Some(0.0));
    }
}
