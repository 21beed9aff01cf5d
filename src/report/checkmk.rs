//! `--format checkmk`: Checkmk's local checks, one line and so one service for each target:
//! `<status> "<service name>" <metrics> <text>`. Levels stand there as plain numbers or not at all; `\n` as two
//! characters begins the long output.
//!
//! Foreign text has no `\`, so that it cannot begin a line of its own, no tag, and none of the marks `(!)`, `(!!)`, `(?)`,
//! `(.)`, which Checkmk draws as states.

use super::sanitize::{ascii, cut, without_markup};
use super::{Judge, Metric, Range, Report, Style, TargetReport, decimal, long, summary};

/// Characters of a text, before the long output.
const TEXT: usize = 400;

pub(super) fn render(report: &Report, judge: &Judge, style: Style) -> String {
    let labels = report.labels();
    let mut out = String::new();
    for (target, label) in report.targets.iter().zip(&labels) {
        let alone = Report {
            service: report.service.clone(),
            targets: vec![target.clone()],
            notes: report.notes.clone(),
        };
        let name = format!("{} {label}", report.service);
        out.push_str(&line(&alone, target, &name, judge, style));
    }
    if report.targets.is_empty() {
        let empty = TargetReport::default();
        out.push_str(&line(report, &empty, &report.service, judge, style));
    }
    out
}

fn line(report: &Report, target: &TargetReport, name: &str, judge: &Judge, style: Style) -> String {
    let mut metrics: Vec<&Metric> = target.metrics.iter().collect();
    metrics.sort_by_key(|metric| judge.rank(&metric.label));
    let mut data: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for metric in metrics {
        if metric.value.is_finite() && seen.insert(&metric.label) {
            data.push(entry(metric, judge));
        }
    }
    let data = if data.is_empty() {
        "-".to_owned()
    } else {
        data.join("|")
    };
    let mut text = fit(&cut(summary::text(report, judge), TEXT));
    // No colour: the line goes to an agent.
    let style = Style {
        color: false,
        ..style
    };
    for more in long::lines(report, style) {
        text.push_str("\\n");
        text.push_str(fit(&more).trim_end());
    }
    let name = without_markup(&ascii(name).replace(['"', '\\'], "_"));
    let code = summary::status(report).exit_code();
    format!("{code} \"{}\" {data} {text}\n", name.trim())
}

/// Clean text made fit for Checkmk.
fn fit(text: &str) -> String {
    // In this order: a slash behind `<` makes a tag.
    let mut text = without_markup(&text.replace('\\', "/"));
    for mark in ["!!", "!", "?", "."] {
        text = text.replace(&format!("({mark})"), &format!("[{mark}]"));
    }
    text
}

fn entry(metric: &Metric, judge: &Judge) -> String {
    let places = metric.unit.places();
    let number = |value: Option<f64>| {
        value
            .map(|v| decimal::rounded(v, places))
            .unwrap_or_default()
    };
    let threshold = judge
        .threshold_of(&metric.label)
        .copied()
        .unwrap_or_default();
    let level = |range: Option<Range>| number(range.as_ref().and_then(Range::plain_upper));
    let label: String = metric
        .label
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let text = format!(
        "{label}={};{};{};{};{}",
        decimal::rounded(metric.value, places),
        level(threshold.warning),
        level(threshold.critical),
        number(metric.min),
        number(metric.max),
    );
    text.trim_end_matches(';').to_owned()
}
