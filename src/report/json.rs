//! `--format json`: one object on one line, for programs. Keys are stable; new ones may come, `schema` counts breaks.
//!
//! Foreign text is on one line, without control and invisible characters and without `|`, because it is shown on terminals
//! and in plugin output again. `<`, `$` and quotes stay: whoever makes a page, a notification or a command of it escapes it
//! for there.

use serde_json::{Value, json};

use super::perfdata::{self, Datum};
use super::sanitize::printable;
use super::{
    Finding, Judge, Metric, Report, Status, Style, TargetReport, decimal, summary, transcript,
};

/// Raised when a key goes or changes its meaning.
const SCHEMA: u32 = 1;

pub(super) fn render(report: &Report, judge: &Judge, style: Style) -> String {
    let status = summary::status(report);
    let labels = report.labels();
    let named = || report.targets.iter().zip(&labels);
    let object = json!({
        "schema": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "service": printable(&report.service),
        "status": status.as_str(),
        "exit_code": status.exit_code(),
        "text": summary::text(report, judge),
        "metrics": perfdata::data(report, judge).iter().map(datum).collect::<Vec<_>>(),
        "findings": named()
            .flat_map(|(target, label)| target.findings.iter().map(move |f| finding(f, Some(label))))
            .collect::<Vec<_>>(),
        "targets": report.targets.iter().map(|target| of_target(target, style)).collect::<Vec<_>>(),
        "notes": report.notes.iter().map(|note| printable(note)).collect::<Vec<_>>(),
    });
    format!("{object}\n")
}

fn of_target(target: &TargetReport, style: Style) -> Value {
    let status: Status = target.status();
    let mut object = json!({
        "target": printable(target.named()),
        "address": target.address.as_deref().map(printable),
        "status": status.as_str(),
        "proven": printable(&target.proven),
        "findings": target.findings.iter().map(|f| finding(f, None)).collect::<Vec<_>>(),
        "metrics": target.metrics.iter().filter_map(metric).collect::<Vec<_>>(),
        "details": target.details.iter().map(|line| printable(line)).collect::<Vec<_>>(),
        "hint": target.hint.as_deref().map(printable),
        "phases": target.phases.iter().map(|phase| json!({
            "name": printable(&phase.name),
            "start_s": number(phase.start.as_secs_f64(), 6),
            "duration_s": number(phase.duration.as_secs_f64(), 6),
            "note": printable(&phase.note),
        })).collect::<Vec<_>>(),
    });
    if style.verbosity >= 3 {
        let (lines, left_out) = transcript::single_lines(&target.transcript);
        let lines: Vec<Value> = lines
            .into_iter()
            .map(|(row, text)| {
                json!({
                    "at_s": number(row.at.as_secs_f64(), 6),
                    "direction": row.direction.as_str(),
                    "text": printable(text),
                })
            })
            .collect();
        if let Some(fields) = object.as_object_mut() {
            fields.insert("transcript".into(), lines.into());
            fields.insert("transcript_lines_left_out".into(), left_out.into());
        }
    }
    object
}

fn finding(finding: &Finding, target: Option<&str>) -> Value {
    let mut object = json!({
        "id": finding.id,
        "status": finding.status.as_str(),
        "text": printable(&finding.text),
    });
    if let (Some(target), Some(fields)) = (target, object.as_object_mut()) {
        fields.insert("target".into(), printable(target).into());
    }
    object
}

fn metric(metric: &Metric) -> Option<Value> {
    metric.value.is_finite().then(|| {
        json!({
            "label": printable(&metric.label),
            "value": number(metric.value, metric.unit.places()),
            "unit": metric.unit.perfdata_suffix(),
        })
    })
}

fn datum(datum: &Datum) -> Value {
    let limit = |value: Option<f64>| value.map(|value| number(value, datum.unit.places()));
    json!({
        "label": datum.label,
        "value": number(datum.value, datum.unit.places()),
        "unit": datum.unit.perfdata_suffix(),
        "warn": datum.threshold.warning.map(|range| range.to_string()),
        "crit": datum.threshold.critical.map(|range| range.to_string()),
        "min": limit(datum.min),
        "max": limit(datum.max),
    })
}

/// The number that perfdata shows; null for what is none.
fn number(value: f64, places: usize) -> Value {
    decimal::parse(&decimal::rounded(value, places)).map_or(Value::Null, Value::from)
}
