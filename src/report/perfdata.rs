//! Performance data: `label=value[unit];warn;crit;min;max`, the same labels in the same order whatever the outcome.
//!
//! One target: its metrics in the order of the probe's table. Several: first the worst of the main metric, then
//! `targets`, `failed` and `degraded`, then each target's metrics as `host:port::label`. Icinga takes `::` for
//! check_multi's separator and puts the prefix before the labels that *follow*, so what has no prefix comes first.
//! A value that was not reached is left out: Icinga drops `U` and with it the rest.

use std::collections::HashSet;

use super::sanitize::ascii;
use super::{Judge, Metric, Report, Threshold, Unit, decimal, summary};

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Datum {
    pub label: String,
    pub value: f64,
    pub unit: Unit,
    pub threshold: Threshold,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// All entries of a report, in order, no label twice.
pub(super) fn data(report: &Report, judge: &Judge) -> Vec<Datum> {
    let mut data: Vec<Datum> = Vec::new();
    let mut labels = HashSet::new();
    let mut put = |datum: Datum| {
        if datum.value.is_finite() && labels.insert(datum.label.clone()) {
            data.push(datum);
        }
    };
    match report.targets.as_slice() {
        [] => {}
        [only] => {
            for metric in in_order(&only.metrics, judge) {
                put(datum(label(&metric.label), metric, judge));
            }
        }
        targets => {
            if let Some(metric) = worst(report, judge) {
                put(datum(label(&metric.label), metric, judge));
            }
            for (name, count) in [
                ("targets", targets.len()),
                ("failed", summary::failed(report)),
                ("degraded", summary::degraded(report)),
            ] {
                // No run has more targets than a float can count.
                #[allow(clippy::cast_precision_loss)]
                let metric = Metric::new(name, count as f64, Unit::Count);
                put(datum(name.to_owned(), &metric, judge));
            }
            for (target, name) in targets.iter().zip(report.labels()) {
                // No blank: not every reader knows quotes.
                let name = name.replace(' ', "");
                for metric in in_order(&target.metrics, judge) {
                    put(datum(
                        label(&format!("{name}::{}", metric.label)),
                        metric,
                        judge,
                    ));
                }
            }
        }
    }
    data
}

fn in_order<'a>(metrics: &'a [Metric], judge: &Judge) -> Vec<&'a Metric> {
    let mut ordered: Vec<&Metric> = metrics.iter().collect();
    ordered.sort_by_key(|metric| judge.rank(&metric.label));
    ordered
}

fn datum(label: String, metric: &Metric, judge: &Judge) -> Datum {
    Datum {
        label,
        value: metric.value,
        unit: metric.unit,
        threshold: metric
            .judged
            .or_else(|| judge.threshold_of(&metric.label).copied())
            .unwrap_or_default(),
        min: metric.min,
        max: metric.max,
    }
}

/// The main metric where it is worst: the largest, or the smallest where small is bad.
fn worst<'a>(report: &'a Report, judge: &Judge) -> Option<&'a Metric> {
    let main = judge.main_metric()?;
    let found = || {
        report
            .targets
            .iter()
            .flat_map(|target| &target.metrics)
            .filter(|metric| metric.label == main.label && metric.value.is_finite())
    };
    let small = found()
        .find_map(|metric| metric.judged.as_ref())
        .or_else(|| judge.threshold_of(main.label))
        .and_then(Threshold::dreads_the_small)
        .unwrap_or(main.unit == Unit::Days);
    found().reduce(|worst, metric| {
        let worse = if small {
            metric.value < worst.value
        } else {
            metric.value > worst.value
        };
        if worse { metric } else { worst }
    })
}

/// A label that every reader takes: no `=`, no quote, no bar.
fn label(text: &str) -> String {
    let label = ascii(text).replace(['=', '\'', '"', ';', '`'], "_");
    if label.is_empty() {
        "value".into()
    } else {
        label
    }
}

/// The line behind the bar; empty without entries. What would make it longer than `most` bytes is left out.
pub(super) fn line(data: &[Datum], most: usize) -> String {
    let mut line = String::new();
    for entry in data.iter().map(entry) {
        if line.len() + entry.len() >= most {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&entry);
    }
    line
}

fn entry(datum: &Datum) -> String {
    let number = |value: Option<f64>| {
        value
            .map(|value| decimal::rounded(value, datum.unit.places()))
            .unwrap_or_default()
    };
    let quote = if datum.label.contains(' ') { "'" } else { "" };
    let value = decimal::rounded(datum.value, datum.unit.places());
    let range = |range: Option<super::Range>| range.map(|r| r.to_string()).unwrap_or_default();
    let text = format!(
        "{quote}{}{quote}={value}{};{};{};{};{}",
        datum.label,
        datum.unit.perfdata_suffix(),
        range(datum.threshold.warning),
        range(datum.threshold.critical),
        number(datum.min),
        number(datum.max),
    );
    text.trim_end_matches(';').to_owned()
}
