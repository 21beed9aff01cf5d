//! The clock, the one deadline of a run, and the phases that a run is made of.
//!
//! This is the only module that asks the operating system what time it is.

pub mod calendar;
mod phases;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub use phases::{Phase, Phases};

/// A monotonic clock that starts with the run.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// Starts the clock.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Time since 1970 by the wall clock; 0 when the clock stands before that.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    pub fn wall() -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }

    /// The same in whole seconds.
    #[must_use]
    pub fn unix_time() -> i64 {
        i64::try_from(Self::wall().as_secs()).unwrap_or(i64::MAX)
    }

    /// The same with its fraction.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    pub fn unix_seconds() -> f64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |since| since.as_secs_f64())
    }

    /// A deadline this long after the start of the clock.
    #[must_use]
    pub fn deadline(&self, after: Duration) -> Deadline {
        Deadline {
            clock: *self,
            after,
        }
    }
}

/// The moment at which everything ends: name resolution, connect, TLS, every read and write.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    clock: Clock,
    after: Duration,
}

/// The deadline has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the deadline has passed")]
pub struct Expired;

impl Deadline {
    /// What is left; an error once nothing is left, so that no call is ever made without a limit.
    pub fn remaining(&self) -> Result<Duration, Expired> {
        match self.after.checked_sub(self.clock.elapsed()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(Expired),
        }
    }

    /// The same deadline, or one this far from now if that comes sooner.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Self {
        let soon = self.clock.elapsed().saturating_add(limit);
        Self {
            clock: self.clock,
            after: self.after.min(soon),
        }
    }

    /// The whole time that was given, from the start of the run.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.after
    }

    /// The clock it is measured by.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }
}
