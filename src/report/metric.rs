//! Metrics: every number a probe knows, and the table of those it can measure.

use super::{Threshold, Unit};

/// A row of a probe's table of metrics. The first row is the main metric: `-w RANGE` without a name judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricKind {
    /// Perfdata label, as given to `-w LABEL=RANGE`.
    pub label: &'static str,
    /// What its numbers count, and how its thresholds are read.
    pub unit: Unit,
    /// What it means, for the manual.
    pub about: &'static str,
}

/// A row of a table of metrics.
#[must_use]
pub const fn metric(label: &'static str, unit: Unit, about: &'static str) -> MetricKind {
    MetricKind { label, unit, about }
}

/// One number that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// The label of its [`MetricKind`].
    pub label: String,
    /// In the unit's base: seconds, bytes, percent, pieces, days.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
    /// The least it can be.
    pub min: Option<f64>,
    /// The most it can be.
    pub max: Option<f64>,
    /// What an alarm says when the value is above its range, where `label value is above` would
    /// not tell what is wrong.
    pub above: Option<String>,
    /// The thresholds it was judged by, where whoever measured it has judged it, too: they depend on
    /// what was measured, such as a share of a certificate's lifetime.
    pub judged: Option<Threshold>,
}

impl Metric {
    /// A metric that cannot fall below zero and has no upper end.
    #[must_use]
    pub fn new(label: impl Into<String>, value: f64, unit: Unit) -> Self {
        Metric {
            label: label.into(),
            value,
            unit,
            min: Some(0.0),
            max: None,
            above: None,
            judged: None,
        }
    }

    /// The same with words for a value above its range.
    #[must_use]
    pub fn above(mut self, words: impl Into<String>) -> Self {
        self.above = Some(words.into());
        self
    }

    /// The same, judged already by these thresholds: they are printed and not asked again.
    #[must_use]
    pub fn judged(mut self, threshold: Threshold) -> Self {
        self.judged = Some(threshold);
        self
    }

    /// The same with other limits.
    #[must_use]
    pub fn limits(mut self, min: Option<f64>, max: Option<f64>) -> Self {
        self.min = min;
        self.max = max;
        self
    }
}
