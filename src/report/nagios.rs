//! The plugin guidelines' output: `SERVICE STATUS - text | perfdata`, then the long output.
//!
//! What a server had a say in is cleaned for three kinds of readers: the core (one line, one `|`, no macro), the shell of a
//! notification (no `` ` ``, no `$`), the web interface (no tag). A person at a terminal, for whom there is colour, gets `<`
//! and `$` below the first line as they are.

use super::long::{self, Paint};
use super::sanitize::{ascii, cut, without_markup};
use super::{Finding, Format, Judge, Report, Status, Style, TargetReport, perfdata, summary};

/// Bytes of the whole output: what a pipe holds although nobody reads it, so that no check hangs in saying what it
/// found.
const OUTPUT: usize = 60_000;
/// Of these, bytes of performance data; entries beyond are left out whole.
const PERFDATA: usize = 32_000;
/// The most that a line about a mistake may say.
const FAULT: usize = 320;

pub(super) fn render(report: &Report, judge: &Judge, style: Style) -> String {
    let status = summary::status(report);
    let mut out = without_markup(&summary::head(report, judge));
    if style.color {
        // The word stands behind the service and a blank; nothing else is coloured, so that what is pasted stays itself.
        let painted = Paint(true).status(status, status.as_str());
        out = out.replacen(&format!(" {status} - "), &format!(" {painted} - "), 1);
    }
    let data = perfdata::data(report, judge);
    let perfdata = perfdata::line(&data, PERFDATA);
    if !perfdata.is_empty() {
        out.push_str(" | ");
        out.push_str(&perfdata);
    }
    out.push('\n');
    let lines = long::lines(report, style);
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim_end();
        if out.len() + line.len() >= OUTPUT {
            out.push_str(&format!("  ... {} more lines\n", lines.len() - at));
            break;
        }
        if style.color {
            out.push_str(line);
        } else {
            out.push_str(&without_markup(line));
        }
        out.push('\n');
    }
    out
}

/// The name of a mistake in the options, where a format has names.
pub const USAGE_ERROR: &str = "usage-error";

/// A run that never was, for the readers of a format: whoever reads JSON or XML cannot read a line. `id` is
/// [`USAGE_ERROR`], or a finding of the probe's own.
#[must_use]
pub fn fault(
    service: &str,
    id: &'static str,
    text: &str,
    format: Format,
    mask: &dyn Fn(&str) -> String,
) -> String {
    if format == Format::Nagios {
        return fault_line(service, text, mask);
    }
    let report = Report {
        service: service.to_owned(),
        targets: vec![TargetReport {
            label: "check".to_owned(),
            findings: vec![Finding::new(id, Status::Unknown, text)],
            ..TargetReport::default()
        }],
        notes: Vec::new(),
    };
    super::render(
        &report,
        &Judge::new(&[], &[]),
        format,
        Style::default(),
        mask,
    )
    .0
}

/// The one line for a run that never was: a mistake in the options, a fault of our own. Its status is UNKNOWN.
#[must_use]
pub fn fault_line(service: &str, text: &str, mask: &dyn Fn(&str) -> String) -> String {
    let start = format!("{} {} - ", ascii(service), Status::Unknown);
    format!("{start}{}\n", cut(ascii(&mask(text)), FAULT))
}
