//! Where the time went: the Received fields on one scale, although each has a clock of its own.
//!
//! What is known for sure is when we began to send, when the first server had taken the message, and when it was
//! seen at the end. A hop whose date lies outside of that has a wrong clock, by at least the distance; its place
//! is then the nearest possible one. Dates are whole seconds, cut off, so that a second of difference says nothing.

use super::received::Hop;

/// Differences up to this say nothing: dates are cut to seconds.
const TOLERANCE: f64 = 1.5;

/// Our own end points, seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ends {
    /// We began to send.
    pub start: f64,
    /// The first server had taken it; `None` when nobody remembers.
    pub taken: Option<f64>,
    /// It was seen.
    pub seen: f64,
}

/// A hop on the scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// So long after the start it was taken.
    pub after: f64,
    /// So long after the step before.
    pub took: f64,
    /// So much is its clock wrong at least; 0 where nothing shows it.
    pub skew: f64,
}

/// The way as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// One for each hop, in order.
    pub steps: Vec<Step>,
    /// From the last hop to the mailbox, where that is longer than cut seconds explain.
    pub rest: Option<f64>,
}

impl Trace {
    /// The hop that took longest: which, and how long.
    #[must_use]
    pub fn slowest(&self) -> Option<(usize, f64)> {
        let mut found: Option<(usize, f64)> = None;
        for (at, step) in self.steps.iter().enumerate() {
            if found.is_none_or(|(_, took)| step.took > took) {
                found = Some((at, step.took));
            }
        }
        found
    }

    /// The clock that is most wrong: whose, and by how much.
    #[must_use]
    pub fn worst_clock(&self) -> Option<(usize, f64)> {
        let mut found: Option<(usize, f64)> = None;
        for (at, step) in self.steps.iter().enumerate() {
            if step.skew != 0.0 && found.is_none_or(|(_, skew)| step.skew.abs() > skew.abs()) {
                found = Some((at, step.skew));
            }
        }
        found
    }
}

/// Puts hops on the scale.
#[must_use]
pub fn trace(hops: &[Hop], ends: Ends) -> Trace {
    let seen = ends.seen.max(ends.start);
    let taken = ends.taken.map(|taken| taken.clamp(ends.start, seen));
    let mut steps = Vec::with_capacity(hops.len());
    let mut before = ends.start;
    for (at, hop) in hops.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970")]
        let said = hop.date.map(|date| date as f64);
        // The first server wrote its field while we were sending.
        let latest = match taken {
            Some(taken) if at == 0 => taken,
            _ => seen,
        };
        let skew = match said {
            Some(said) if said < ends.start - TOLERANCE => said - ends.start,
            Some(said) if said > latest + TOLERANCE => said - latest,
            _ => 0.0,
        };
        let place = match (taken, said) {
            (Some(taken), _) if at == 0 => taken,
            (_, Some(said)) => said.clamp(before, seen),
            (_, None) => before,
        };
        steps.push(Step {
            after: place - ends.start,
            took: place - before,
            skew,
        });
        before = place;
    }
    let rest = seen - before;
    Trace {
        steps,
        rest: (rest > TOLERANCE && !hops.is_empty()).then_some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hops(dates: &[Option<i64>]) -> Vec<Hop> {
        dates
            .iter()
            .map(|date| Hop {
                date: *date,
                ..Hop::default()
            })
            .collect()
    }

    const ENDS: Ends = Ends {
        start: 1000.3,
        taken: Some(1000.5),
        seen: 1010.2,
    };

    #[test]
    fn right_clocks() {
        let way = trace(&hops(&[Some(1000), Some(1008), Some(1010)]), ENDS);
        assert_eq!(way.worst_clock(), None);
        let (at, took) = way.slowest().unwrap();
        assert_eq!((at, (took * 10.0).round()), (1, 75.0));
        assert_eq!(way.rest, None);
        assert_eq!(trace(&[], ENDS), Trace::default());
    }

    #[test]
    fn wrong_clocks_do_not_make_negative_times() {
        // The second is five minutes behind, the third a minute ahead.
        let way = trace(&hops(&[Some(1000), Some(704), Some(1071)]), ENDS);
        assert!(way.steps.iter().all(|step| step.took >= 0.0), "{way:?}");
        assert_eq!(way.worst_clock().unwrap().0, 1);
        assert!((way.worst_clock().unwrap().1 + 296.3).abs() < 0.01);
        assert!((way.steps[2].skew - 60.8).abs() < 0.01);
        // One that is stuck behind the last field is seen as well.
        let way = trace(&hops(&[Some(1000)]), ENDS);
        assert!(way.rest.unwrap() > 9.0);
    }

    proptest! {
        #[test]
        fn all_of_it_is_accounted_for(dates in prop::collection::vec(prop::option::of(any::<i64>()), 0..8), start in 0.0_f64..2e9, took in 0.0_f64..100.0) {
            let ends = Ends { start, taken: Some(start + took / 3.0), seen: start + took };
            let way = trace(&hops(&dates), ends);
            let sum: f64 = way.steps.iter().map(|step| step.took).sum();
            prop_assert!(way.steps.iter().all(|step| step.took >= 0.0 && step.after >= 0.0));
            prop_assert!(sum <= took + 0.001);
        }
    }
}
