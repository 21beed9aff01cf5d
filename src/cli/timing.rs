//! How long everything may take: `-t DURATION[:STATUS]`.

use std::time::Duration;

use clap::Args;

use super::usage::UsageError;
use crate::report::{Status, Unit};

/// The longest time that can be asked for, and what `-t 0` ("no limit" elsewhere) means here.
const LONGEST: Duration = Duration::from_secs(3600);

/// The option.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "When to alarm")]
pub struct TimingOptions {
    /// One deadline for everything, and the status when it passes [default: 10s:critical]
    #[arg(short = 't', long, value_name = "TIME[:STATUS]")]
    pub timeout: Option<String>,
}

/// What it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The whole time.
    pub limit: Duration,
    /// The status at the deadline; the probe's own default when not given.
    pub status: Option<Status>,
}

impl TimingOptions {
    /// Validates; `default` is the probe's own limit.
    pub fn plan(&self, default: Duration) -> Result<Timing, UsageError> {
        let Some(text) = self.timeout.as_deref() else {
            return Ok(Timing {
                limit: default,
                status: None,
            });
        };
        let wrong = |why: &dyn std::fmt::Display| UsageError(format!("-t {text:?}: {why}"));
        let (time, status) = match text.split_once(':') {
            Some((time, status)) => (
                time,
                Some(status.parse::<Status>().map_err(|error| wrong(&error))?),
            ),
            None => (text, None),
        };
        if time.is_empty() {
            return Ok(Timing {
                limit: default,
                status,
            });
        }
        let seconds = Unit::Seconds.parse(time).map_err(|error| wrong(&error))?;
        if seconds < 0.0 {
            return Err(wrong(&"a time is not negative"));
        }
        let limit = if seconds == 0.0 {
            LONGEST
        } else {
            Duration::from_secs_f64(seconds.min(3600.0))
        };
        Ok(Timing { limit, status })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_statuses() {
        let plan = |text: &str| {
            TimingOptions {
                timeout: Some(text.to_owned()),
            }
            .plan(Duration::from_secs(10))
        };
        let seconds = Duration::from_secs;
        assert_eq!(
            plan("5").unwrap(),
            Timing {
                limit: seconds(5),
                status: None
            }
        );
        assert_eq!(plan("1m30s").unwrap().limit, seconds(90));
        assert_eq!(
            plan("2:unknown").unwrap(),
            Timing {
                limit: seconds(2),
                status: Some(Status::Unknown)
            }
        );
        assert_eq!(
            plan(":1").unwrap(),
            Timing {
                limit: seconds(10),
                status: Some(Status::Warning)
            }
        );
        assert_eq!(plan("0").unwrap().limit, LONGEST);
        for wrong in ["-1", "x", "5:", "5:never", "nan", "1e999"] {
            assert!(plan(wrong).is_err(), "{wrong}");
        }
    }
}
