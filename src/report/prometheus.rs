//! `--format prometheus`: the text exposition format 0.0.4, for the node exporter's textfile collector or a pushing script.
//!
//! One family per metric of the probe, named `mailprobe_<service>_<label>_<unit>` in Prometheus' base units (days become
//! seconds, percent a ratio), one series per target. Verdicts are `mailprobe_status` (an exit code for each target) and
//! `mailprobe_finding`, 1 for each finding that is not OK. No time stamps: the collector refuses them.
//!
//! Nothing a server says is printed: labels are the names of targets, ASCII, with `\` and `"` escaped.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::sanitize::ascii;
use super::{Judge, Metric, Report, Status, Unit, decimal};

pub(super) fn render(report: &Report, judge: &Judge) -> String {
    let service = name(&report.service);
    let labels = report.labels();
    let mut out = String::new();
    let mut family = Family::new(
        &mut out,
        "mailprobe_status",
        "Verdict of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
    );
    for (target, label) in report.targets.iter().zip(&labels) {
        let code = target.status().exit_code().to_string();
        family.series(&[("service", &service), ("target", label)], &code);
    }
    let mut family = Family::new(
        &mut out,
        "mailprobe_finding",
        "1 for each finding that is not OK.",
    );
    for (target, label) in report.targets.iter().zip(&labels) {
        let troubles: BTreeSet<(&str, Status)> = target
            .troubles()
            .iter()
            .map(|finding| (finding.id, finding.status))
            .collect();
        for (id, status) in troubles {
            family.series(
                &[
                    ("service", &service),
                    ("target", label),
                    ("id", id),
                    ("status", status.as_str()),
                ],
                "1",
            );
        }
    }
    metrics(report, judge, &service, &labels, &mut out);
    out
}

/// The probe's own numbers, in the order of its table; labels that are made at run time come last.
fn metrics(report: &Report, judge: &Judge, service: &str, labels: &[String], out: &mut String) {
    let mut order: Vec<&Metric> = report.targets.iter().flat_map(|t| &t.metrics).collect();
    order.sort_by_key(|metric| judge.rank(&metric.label));
    let mut done = BTreeSet::new();
    for metric in order {
        let family_name = family_name(service, &metric.label, metric.unit);
        if !done.insert(family_name.clone()) {
            continue;
        }
        let about = judge
            .metric_kinds()
            .iter()
            .find(|kind| kind.label == metric.label)
            .map_or_else(|| metric.label.clone(), |kind| kind.about.to_owned());
        let mut family = Family::new(out, &family_name, &about);
        for (target, label) in report.targets.iter().zip(labels) {
            let mut same = target.metrics.iter().filter(|m| m.label == metric.label);
            if let Some(metric) = same.find(|m| m.value.is_finite()) {
                family.series(&[("target", label)], &value(metric));
            }
        }
    }
}

/// `mailprobe_smtp_connect_seconds`. A name must not end like a counter's or a histogram's.
fn family_name(service: &str, label: &str, unit: Unit) -> String {
    let label = name(label);
    let label = match label.as_str() {
        "total" | "count" | "sum" => "all",
        other => other,
    };
    let suffix = match unit {
        Unit::Seconds | Unit::Days => "_seconds",
        Unit::Bytes => "_bytes",
        Unit::Percent => "_ratio",
        Unit::Count => "",
    };
    let stem = match unit {
        Unit::Days => label.strip_suffix("_days").unwrap_or(label),
        Unit::Bytes => label.strip_suffix("_bytes").unwrap_or(label),
        _ => label,
    };
    // A key's bits are no amount of data, and a name must not say a unit that is no base unit.
    let (stem, suffix) = match stem.strip_suffix("_bits") {
        Some(stem) => (stem, "_length"),
        None => (stem, suffix),
    };
    format!("mailprobe_{service}_{stem}{suffix}")
}

/// The number in the base unit.
fn value(metric: &Metric) -> String {
    match metric.unit {
        Unit::Days => decimal::rounded(metric.value * 86_400.0, 0),
        Unit::Percent => decimal::rounded(metric.value / 100.0, 5),
        unit => decimal::rounded(metric.value, unit.places()),
    }
}

/// A piece of a metric's name.
fn name(text: &str) -> String {
    let name: String = text
        .chars()
        .map(|c| match c {
            'a'..='z' | '0'..='9' | '_' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => '_',
        })
        .collect();
    if name.is_empty() {
        "value".to_owned()
    } else {
        name
    }
}

/// A metric family that is being written; its head comes with the first series, so that none is empty.
struct Family<'a> {
    out: &'a mut String,
    name: &'a str,
    about: &'a str,
    begun: bool,
}

impl<'a> Family<'a> {
    fn new(out: &'a mut String, name: &'a str, about: &'a str) -> Self {
        Family {
            out,
            name,
            about,
            begun: false,
        }
    }

    fn series(&mut self, labels: &[(&str, &str)], value: &str) {
        if !std::mem::replace(&mut self.begun, true) {
            let about = ascii(self.about).replace('\\', "\\\\");
            // Writing to a String cannot fail.
            let _ = writeln!(self.out, "# HELP {} {about}", self.name);
            let _ = writeln!(self.out, "# TYPE {} gauge", self.name);
        }
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| {
                let value = ascii(value).replace('\\', "\\\\").replace('"', "\\\"");
                format!("{name}=\"{value}\"")
            })
            .collect();
        let _ = writeln!(self.out, "{}{{{}}} {value}", self.name, labels.join(","));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_in_base_units() {
        for (label, unit, expected) in [
            ("time", Unit::Seconds, "mailprobe_smtp_time_seconds"),
            ("cert_days", Unit::Days, "mailprobe_smtp_cert_seconds"),
            ("quota_bytes", Unit::Bytes, "mailprobe_smtp_quota_bytes"),
            ("quota", Unit::Percent, "mailprobe_smtp_quota_ratio"),
            ("total", Unit::Count, "mailprobe_smtp_all"),
            ("a-b c", Unit::Count, "mailprobe_smtp_a_b_c"),
        ] {
            assert_eq!(family_name("smtp", label, unit), expected);
        }
        assert_eq!(value(&Metric::new("d", 1.5, Unit::Days)), "129600");
        assert_eq!(value(&Metric::new("q", 91.0, Unit::Percent)), "0.91");
    }

    #[test]
    fn nothing_in_a_label_ends_it() {
        let mut out = String::new();
        let mut family = Family::new(&mut out, "m", "a \\ b");
        family.series(&[("target", "a\"} 1\nb\\")], "1");
        assert_eq!(
            out,
            "# HELP m a \\\\ b\n# TYPE m gauge\nm{target=\"a\\\"} 1 b\\\\\"} 1\n"
        );
    }
}
