//! `--format junit`: the XML that CI systems read: one test case per target. Whatever is not OK fails the case; UNKNOWN is
//! an error of the test itself.
//!
//! Foreign text is escaped and stays what it is; characters that XML 1.0 does not have are dropped or replaced.

use std::fmt::Write;

use super::sanitize::printable;
use super::{Judge, Report, Status, Style, TargetReport, decimal, long, summary};

pub(super) fn render(report: &Report, judge: &Judge, style: Style) -> String {
    let labels = report.labels();
    let count = |wanted: fn(Status) -> bool| {
        report
            .targets
            .iter()
            .filter(|target| wanted(target.status()))
            .count()
    };
    let failures = count(|status| matches!(status, Status::Warning | Status::Critical));
    let errors = count(|status| status == Status::Unknown);
    let cases: Vec<f64> = report.targets.iter().map(seconds).collect();
    let longest = cases.iter().copied().fold(0.0, f64::max);
    let service = escape(&report.service);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "  <testsuite name=\"mailprobe {service}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" \
         skipped=\"0\" time=\"{}\">",
        report.targets.len(),
        decimal::rounded(longest, 6),
    );
    for ((target, label), time) in report.targets.iter().zip(&labels).zip(cases) {
        let _ = writeln!(
            out,
            "    <testcase classname=\"mailprobe.{service}\" name=\"{}\" time=\"{}\">",
            escape(label),
            decimal::rounded(time, 6),
        );
        case(report, target, judge, style, &mut out);
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// What happened in one case. A case has at most one failure; the findings stand in it.
fn case(report: &Report, target: &TargetReport, judge: &Judge, style: Style, out: &mut String) {
    let alone = Report {
        service: report.service.clone(),
        targets: vec![target.clone()],
        notes: Vec::new(),
    };
    let troubles = target.troubles();
    if let Some(worst) = troubles.first() {
        let element = match worst.status {
            Status::Unknown => "error",
            _ => "failure",
        };
        let all: Vec<String> = troubles
            .iter()
            .map(|f| escape(&format!("{} {}: {}", f.status, f.id, f.text)))
            .collect();
        let _ = writeln!(
            out,
            "      <{element} type=\"{}\" message=\"{}\">{}</{element}>",
            escape(worst.id),
            escape(&worst.text),
            all.join("\n"),
        );
    }
    let style = Style {
        color: false,
        ..style
    };
    let mut lines = vec![summary::head(&alone, judge)];
    lines.extend(long::lines(&alone, style));
    let lines: Vec<String> = lines.iter().map(|line| indented(line)).collect();
    let _ = writeln!(out, "      <system-out>{}</system-out>", lines.join("\n"));
}

/// The time of the whole session.
fn seconds(target: &TargetReport) -> f64 {
    let time = target.metrics.iter().find(|metric| metric.label == "time");
    time.map_or(0.0, |metric| metric.value.max(0.0))
}

/// A line that is already clean, with its blanks: what continues another line must not look like one of its own.
fn indented(line: &str) -> String {
    let text = line.trim_start_matches(' ');
    format!("{:1$}{2}", "", line.len() - text.len(), escape(text))
}

/// Text for XML: no character that XML 1.0 does not have, none that means markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
