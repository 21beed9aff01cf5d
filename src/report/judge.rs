//! What findings and numbers are worth: the probe's tables, changed by `--on`, `-w` and `-c`.

use std::collections::BTreeMap;

use super::{
    Finding, FindingKind, Metric, MetricKind, Range, RangeError, Status, StatusError, Threshold,
    nearest_first,
};

/// The id of the findings that [`Judge::judge_metrics`] makes. Every probe has it, whether in its table or not.
pub const THRESHOLD: &str = "threshold";

/// The id of the finding that a signal ended the check. Every probe has it, whether in its table or not; it is UNKNOWN.
pub const INTERRUPTED: &str = "interrupted";

/// What no table needs to name.
const UNIVERSAL: [&str; 2] = [THRESHOLD, INTERRUPTED];

/// The rules one run is judged by.
#[derive(Debug, Clone)]
pub struct Judge {
    findings: &'static [FindingKind],
    metrics: &'static [MetricKind],
    statuses: BTreeMap<&'static str, Status>,
    thresholds: BTreeMap<&'static str, Threshold>,
}

/// A rule that cannot be taken; the text is for the person who typed it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum JudgeError {
    /// No `=` in an argument of `--on`.
    #[error("{0:?} is no ID=STATUS (such as {1}=ok)")]
    Shape(String, &'static str),
    /// No finding of that name.
    #[error("there is no finding {given:?}; {}", known_names("findings", .known))]
    Finding {
        /// As typed.
        given: String,
        /// All names, the nearest first.
        known: Vec<&'static str>,
    },
    /// No metric of that name.
    #[error("there is no metric {given:?}; {}", known_names("metrics", .known))]
    Metric {
        /// As typed.
        given: String,
        /// All names, the nearest first.
        known: Vec<&'static str>,
    },
    /// The probe measures nothing.
    #[error("this probe has no metric to judge")]
    NoMetric,
    /// The right side of `--on` is no status.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// The range is none.
    #[error(transparent)]
    Range(#[from] RangeError),
}

/// So many names a mistake is answered with, beside the nearest.
const OTHERS: usize = 4;

fn known_names(what: &str, known: &[&str]) -> String {
    match known.split_first() {
        None => format!("this probe has no {what}"),
        Some((nearest, [])) => format!("the only one is {nearest}"),
        Some((nearest, others)) => {
            let some: Vec<&str> = others.iter().take(OTHERS).copied().collect();
            let more = match others.len() - some.len() {
                0 => String::new(),
                more => format!(" and {more} more (see --help)"),
            };
            format!("did you mean {nearest}? others: {}{more}", some.join(", "))
        }
    }
}

impl Judge {
    /// The defaults of a probe's tables.
    #[must_use]
    pub fn new(findings: &'static [FindingKind], metrics: &'static [MetricKind]) -> Self {
        Judge {
            findings,
            metrics,
            statuses: BTreeMap::new(),
            thresholds: BTreeMap::new(),
        }
    }

    /// Takes an `ID=STATUS` of `--on`. A later one for the same id wins.
    ///
    /// # Errors
    /// When the shape, the id or the status is not known.
    pub fn on(&mut self, rule: &str) -> Result<&mut Self, JudgeError> {
        let Some((id, status)) = rule.split_once('=') else {
            let example = self.findings.first().map_or(THRESHOLD, |kind| kind.id);
            return Err(JudgeError::Shape(rule.to_owned(), example));
        };
        let id = id.trim();
        let known = self
            .findings
            .iter()
            .map(|kind| kind.id)
            .chain(UNIVERSAL)
            .find(|known| known.eq_ignore_ascii_case(id));
        let Some(known) = known else {
            return Err(JudgeError::Finding {
                given: id.to_owned(),
                known: nearest_first(id, self.findings.iter().map(|kind| kind.id)),
            });
        };
        self.statuses.insert(known, status.parse()?);
        Ok(self)
    }

    /// Takes a `[METRIC=]RANGE` of `-w`. A later one for the same metric wins.
    ///
    /// # Errors
    /// When the metric is not known or the range is none.
    pub fn warning(&mut self, rule: &str) -> Result<&mut Self, JudgeError> {
        let (label, range) = self.threshold(rule)?;
        self.thresholds.entry(label).or_default().warning = Some(range);
        Ok(self)
    }

    /// Takes a `[METRIC=]RANGE` of `-c`. A later one for the same metric wins.
    ///
    /// # Errors
    /// When the metric is not known or the range is none.
    pub fn critical(&mut self, rule: &str) -> Result<&mut Self, JudgeError> {
        let (label, range) = self.threshold(rule)?;
        self.thresholds.entry(label).or_default().critical = Some(range);
        Ok(self)
    }

    /// A threshold that was not typed as `[METRIC=]RANGE`.
    pub fn set(&mut self, label: &'static str, threshold: Threshold) -> &mut Self {
        self.thresholds.insert(label, threshold);
        self
    }

    fn threshold(&self, rule: &str) -> Result<(&'static str, Range), JudgeError> {
        let (kind, range) = match rule.split_once('=') {
            None => (self.metrics.first().ok_or(JudgeError::NoMetric)?, rule),
            Some((label, range)) => {
                let label = label.trim();
                let kind = self
                    .metrics
                    .iter()
                    .find(|kind| kind.label.eq_ignore_ascii_case(label))
                    .ok_or_else(|| JudgeError::Metric {
                        given: label.to_owned(),
                        known: nearest_first(label, self.metrics.iter().map(|kind| kind.label)),
                    })?;
                (kind, range)
            }
        };
        Ok((kind.label, Range::parse(range, kind.unit)?))
    }

    /// What a finding of this name is worth. A name that is in no table is our mistake: UNKNOWN.
    #[must_use]
    pub fn status_of(&self, id: &str) -> Status {
        if let Some(status) = self.statuses.get(id) {
            return *status;
        }
        let kind = self.findings.iter().find(|kind| kind.id == id);
        debug_assert!(
            kind.is_some() || UNIVERSAL.contains(&id),
            "finding {id:?} is in no table"
        );
        kind.map_or(Status::Unknown, |kind| kind.status)
    }

    /// Is it one of the probe's labels?
    pub(super) fn knows(&self, label: &str) -> bool {
        self.metrics.iter().any(|kind| kind.label == label)
    }

    /// Whether `--on ID=ok` took the sting out of a finding that would not be OK by itself.
    pub(super) fn waives(&self, id: &str) -> bool {
        let kind = self.findings.iter().find(|kind| kind.id == id);
        self.statuses.get(id) == Some(&Status::Ok)
            && kind.is_none_or(|kind| kind.status != Status::Ok)
    }

    /// A finding with the status it has in this run.
    #[must_use]
    pub fn finding(&self, id: &'static str, text: impl Into<String>) -> Finding {
        Finding::new(id, self.status_of(id), text)
    }

    /// A finding whose status somebody else has worked out; `--on` overrules that.
    #[must_use]
    pub fn finding_as(&self, id: &'static str, status: Status, text: impl Into<String>) -> Finding {
        let status = self.statuses.get(id).copied().unwrap_or(status);
        Finding::new(id, status, text)
    }

    /// One finding for each metric that its threshold does not like. `--on threshold=STATUS` overrules their status.
    #[must_use]
    pub fn judge_metrics(&self, metrics: &[Metric]) -> Vec<Finding> {
        metrics
            .iter()
            .filter(|metric| metric.judged.is_none())
            .filter_map(|metric| self.threshold_of(&metric.label)?.judge(metric))
            .map(|mut finding| {
                if let Some(status) = self.statuses.get(THRESHOLD) {
                    finding.status = *status;
                }
                finding
            })
            .collect()
    }

    /// The thresholds given for a metric.
    #[must_use]
    pub fn threshold_of(&self, label: &str) -> Option<&Threshold> {
        self.thresholds.get(label)
    }

    /// The probe's main metric.
    #[must_use]
    pub fn main_metric(&self) -> Option<&'static MetricKind> {
        self.metrics.first()
    }

    /// Where a metric stands in the table; what is in no table comes last.
    pub(super) fn rank(&self, label: &str) -> usize {
        self.metrics
            .iter()
            .position(|kind| kind.label == label)
            .unwrap_or(usize::MAX)
    }

    /// The table of findings, for the manual.
    #[must_use]
    pub fn finding_kinds(&self) -> &'static [FindingKind] {
        self.findings
    }

    /// The table of metrics, for the manual.
    #[must_use]
    pub fn metric_kinds(&self) -> &'static [MetricKind] {
        self.metrics
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Unit;

    const FINDINGS: &[FindingKind] = &[
        FindingKind {
            id: "starttls-missing",
            status: Status::Warning,
            about: "",
        },
        FindingKind {
            id: "auth-rejected",
            status: Status::Critical,
            about: "",
        },
    ];
    const METRICS: &[MetricKind] = &[
        MetricKind {
            label: "time",
            unit: Unit::Seconds,
            about: "",
        },
        MetricKind {
            label: "size",
            unit: Unit::Bytes,
            about: "",
        },
    ];

    #[test]
    fn on_changes_what_a_finding_is_worth() {
        let mut judge = Judge::new(FINDINGS, METRICS);
        assert_eq!(judge.status_of("auth-rejected"), Status::Critical);
        judge
            .on("auth-rejected=warn")
            .unwrap()
            .on("starttls-missing=OK")
            .unwrap();
        assert_eq!(judge.finding("auth-rejected", "no").status, Status::Warning);
        assert_eq!(judge.status_of("starttls-missing"), Status::Ok);
    }

    #[test]
    fn mistakes_name_the_nearest_spelling_first() {
        let mut judge = Judge::new(FINDINGS, METRICS);
        assert_eq!(
            judge.on("auth-rejectd=ok").unwrap_err().to_string(),
            "there is no finding \"auth-rejectd\"; did you mean auth-rejected? others: starttls-missing"
        );
        assert_eq!(
            judge.on("auth-rejected").unwrap_err().to_string(),
            "\"auth-rejected\" is no ID=STATUS (such as starttls-missing=ok)"
        );
        assert_eq!(
            judge.on("auth-rejected=bad").unwrap_err().to_string(),
            "\"bad\" is no status; use ok, warning, critical or unknown"
        );
        assert_eq!(
            judge.warning("tiem=5").unwrap_err().to_string(),
            "there is no metric \"tiem\"; did you mean time? others: size"
        );
        // A line is no place for a table.
        let many = ["a", "b", "c", "d", "e", "f", "g"];
        assert_eq!(
            known_names("finding", &many),
            "did you mean a? others: b, c, d, e and 2 more (see --help)"
        );
        assert_eq!(
            Judge::new(&[], &[]).warning("5").unwrap_err(),
            JudgeError::NoMetric
        );
    }

    #[test]
    fn a_range_without_a_name_judges_the_main_metric() {
        let mut judge = Judge::new(FINDINGS, METRICS);
        judge.warning("1s").unwrap().critical("size=10K").unwrap();
        let found = judge.judge_metrics(&[
            Metric::new("time", 2.31, Unit::Seconds),
            Metric::new("size", 20480.0, Unit::Bytes),
            Metric::new("other", 1e9, Unit::Count),
        ]);
        assert_eq!(
            found,
            [
                Finding::new(THRESHOLD, Status::Warning, "time 2.31 s is above 1 s"),
                Finding::new(THRESHOLD, Status::Critical, "size 20 KiB is above 10 KiB"),
            ]
        );
        judge.on("threshold=ok").unwrap();
        assert!(
            judge
                .judge_metrics(&[Metric::new("time", 5.0, Unit::Seconds)])
                .iter()
                .all(|finding| finding.status == Status::Ok)
        );
    }
}
