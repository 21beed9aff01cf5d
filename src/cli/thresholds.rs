//! When to alarm: `-w`, `-c`, `--on`, and the certificate days of old.

use clap::Args;

use super::usage::UsageError;
use crate::report::Judge;

/// The options.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "When to alarm")]
pub struct ThresholdOptions {
    /// WARNING outside this range; without METRIC= the main metric is meant
    #[arg(
        short = 'w',
        long,
        value_name = "[METRIC=]RANGE",
        allow_hyphen_values = true
    )]
    pub warning: Vec<String>,
    /// CRITICAL outside this range
    #[arg(
        short = 'c',
        long,
        value_name = "[METRIC=]RANGE",
        allow_hyphen_values = true
    )]
    pub critical: Vec<String>,
    /// Give a finding another status: --on starttls-missing=critical
    #[arg(long, value_name = "ID=STATUS")]
    pub on: Vec<String>,
}

impl ThresholdOptions {
    /// Puts them into the judge.
    pub fn apply(&self, judge: &mut Judge) -> Result<(), UsageError> {
        for rule in &self.warning {
            judge
                .warning(rule)
                .map_err(|error| UsageError(format!("-w: {error}")))?;
        }
        for rule in &self.critical {
            judge
                .critical(rule)
                .map_err(|error| UsageError(format!("-c: {error}")))?;
        }
        for rule in &self.on {
            judge
                .on(rule)
                .map_err(|error| UsageError(format!("--on: {error}")))?;
        }
        Ok(())
    }
}

/// `-D WARN[,CRIT]`: days that a certificate must still be valid; `label` is their metric.
pub(super) fn certificate_days(
    text: &str,
    label: &str,
    judge: &mut Judge,
) -> Result<(), UsageError> {
    let wrong = || {
        UsageError(format!(
            "-D {text:?}: give days, or two numbers of days: 14,7"
        ))
    };
    let (warning, critical) = match text.split_once(',') {
        Some((warning, critical)) => (warning.trim(), Some(critical.trim())),
        None => (text.trim(), None),
    };
    let number = |days: &str| days.parse::<u32>().map_err(|_| wrong());
    let rule = format!("{label}={}:", number(warning)?);
    judge.warning(&rule).map_err(UsageError::new)?;
    if let Some(critical) = critical {
        let rule = format!("{label}={}:", number(critical)?);
        judge.critical(&rule).map_err(UsageError::new)?;
    }
    Ok(())
}
