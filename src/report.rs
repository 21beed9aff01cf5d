//! Verdicts and how they are printed: status, findings, metrics, thresholds, and the renderers. Knows no protocol.
//!
//! A probe fills one [`TargetReport`] per target with [`Finding`]s (judged facts) and [`Metric`]s (numbers), asks its
//! [`Judge`] what they are worth, and hands the whole [`Report`] to [`render`]. Everything a server had a say in passes
//! `sanitize` here and nowhere else, after the caller's mask has taken the secrets out.
//!
//! What a line has to look like is in the Monitoring Plugins development guidelines; the deviations are written where
//! they are made.

mod bounded;
mod checkmk;
mod decimal;
mod finding;
mod json;
mod judge;
mod junit;
mod long;
mod metric;
mod nagios;
mod nearest;
mod perfdata;
mod prometheus;
mod range;
pub mod sanitize;
mod status;
mod summary;
mod target;
mod threshold;
mod timeline;
mod transcript;
mod unit;
mod wrap;

pub use decimal::plain;
pub use finding::{Finding, FindingKind};
pub use judge::{INTERRUPTED, Judge, JudgeError, THRESHOLD};
pub use metric::{Metric, MetricKind, metric};
pub use nagios::{USAGE_ERROR, fault, fault_line};
pub use nearest::nearest_first;
pub use range::{Range, RangeError};
pub use status::{Status, StatusError};
pub use target::{Direction, PhaseRow, Report, TargetReport, TranscriptRow};
pub use threshold::Threshold;
pub use unit::{Unit, UnitError};

/// The shapes in which a report can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// `SERVICE STATUS - text | perfdata`, then long output.
    #[default]
    Nagios,
    /// One JSON object on one line.
    Json,
    /// Prometheus' text exposition, for a textfile collector.
    Prometheus,
    /// A line of a Checkmk local check for each target.
    Checkmk,
    /// JUnit's XML: a test case for each target.
    Junit,
}

/// How much is printed, and for what kind of reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Number of `-v`: 0 one line, 1 a line per check, 2 the timeline, 3 the transcript.
    pub verbosity: u8,
    /// A person at a terminal reads this: colour, and characters beyond ASCII below the first line.
    pub color: bool,
    /// Standard output is a terminal: after a failure it is said at any verbosity what to look at next.
    pub terminal: bool,
    /// Columns of the terminal; 0 when not known. Without `color` never more than 80 are used.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Style {
            verbosity: 0,
            color: false,
            terminal: false,
            width: 80,
        }
    }
}

impl Style {
    /// Columns that long lines may fill.
    fn columns(self) -> usize {
        let wanted = if self.width == 0 { 80 } else { self.width };
        if self.color {
            wanted.clamp(40, 240)
        } else {
            wanted.clamp(40, 80)
        }
    }
}

/// Prints `report` and tells its status. `judge` gives thresholds and the order of metrics; the findings are taken as
/// they stand (a probe calls [`Judge::judge_metrics`] itself). `mask` takes secrets out of each foreign text before
/// anything else touches it, so that no cut and no replacement can hide one from it; it should know them also with
/// control and invisible characters inside, which are dropped here.
///
/// The text ends with a line break.
#[must_use]
pub fn render(
    report: &Report,
    judge: &Judge,
    format: Format,
    style: Style,
    mask: &dyn Fn(&str) -> String,
) -> (String, Status) {
    let report = bounded::bounded(report, judge, mask);
    let status = summary::status(&report);
    let text = match format {
        Format::Nagios => nagios::render(&report, judge, style),
        Format::Json => json::render(&report, judge, style),
        Format::Prometheus => prometheus::render(&report, judge),
        Format::Checkmk => checkmk::render(&report, judge, style),
        Format::Junit => junit::render(&report, judge, style),
    };
    (text, status)
}

#[cfg(test)]
mod tests;
