//! The pair of ranges that one metric is judged by.

use super::{Finding, Metric, Range, Status, judge::THRESHOLD, range::Breach};

/// What `-w` and `-c` say about one metric. Either may be missing; a missing one never alerts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Threshold {
    /// `-w`
    pub warning: Option<Range>,
    /// `-c`
    pub critical: Option<Range>,
}

impl Threshold {
    /// What `metric` is worth: CRITICAL is asked first. `None` when it is fine.
    pub(super) fn judge(&self, metric: &Metric) -> Option<Finding> {
        [
            (self.critical, Status::Critical),
            (self.warning, Status::Warning),
        ]
        .into_iter()
        .find_map(|(range, status)| {
            let range = range?;
            let breach = range.breach(metric.value)?;
            Some(Finding::new(
                THRESHOLD,
                status,
                describe(metric, &range, breach),
            ))
        })
    }

    /// Whether small values are the bad ones here; `None` when no threshold was given.
    pub(super) fn dreads_the_small(&self) -> Option<bool> {
        self.critical
            .or(self.warning)
            .map(|range| range.dreads_the_small())
    }
}

fn describe(metric: &Metric, range: &Range, breach: Breach) -> String {
    let (label, unit, value) = (&metric.label, metric.unit, metric.value);
    let against = |word: &str, bound: f64| {
        let (mut shown, mut limit) = (unit.human(value), unit.human(bound));
        if shown == limit {
            // "1 s is above 1 s" helps nobody.
            (shown, limit) = (unit.exact(value), unit.exact(bound));
        }
        format!("{label} {shown} is {word} {limit}")
    };
    if let (Breach::Above(_), Some(words)) = (breach, &metric.above) {
        return words.clone();
    }
    match breach {
        Breach::Below(bound) => against("below", bound),
        Breach::Above(bound) => against("above", bound),
        Breach::NotANumber => format!("{label} is not a number"),
        Breach::Within => {
            let shown = unit.human(value);
            match (range.lower(), range.upper()) {
                (Some(low), Some(high)) => format!(
                    "{label} {shown} is within {} to {}",
                    unit.human(low),
                    unit.human(high)
                ),
                (Some(low), None) => format!("{label} {shown} is not below {}", unit.human(low)),
                (None, Some(high)) => format!("{label} {shown} is not above {}", unit.human(high)),
                (None, None) => format!("{label} {shown} is within the range"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Unit;

    fn judged(warning: &str, critical: &str, value: f64) -> Option<(Status, String)> {
        let range =
            |text: &str| (!text.is_empty()).then(|| Range::parse(text, Unit::Seconds).unwrap());
        Threshold {
            warning: range(warning),
            critical: range(critical),
        }
        .judge(&Metric::new("time", value, Unit::Seconds))
        .map(|finding| (finding.status, finding.text))
    }

    #[test]
    fn critical_is_asked_before_warning() {
        assert_eq!(
            judged("1", "2", 2.31),
            Some((Status::Critical, "time 2.31 s is above 2 s".into()))
        );
        assert_eq!(
            judged("1", "2", 1.5),
            Some((Status::Warning, "time 1.5 s is above 1 s".into()))
        );
        assert_eq!(judged("1", "2", 1.0), None);
        assert_eq!(judged("", "", 1e9), None);
    }

    #[test]
    fn the_text_says_which_way() {
        assert_eq!(
            judged("10m:", "", 60.0).unwrap().1,
            "time 1 min is below 10 min"
        );
        assert_eq!(
            judged("@5:9", "", 7.0).unwrap().1,
            "time 7 s is within 5 s to 9 s"
        );
        assert_eq!(
            judged("1", "", 1.0004).unwrap().1,
            "time 1.0004 s is above 1 s"
        );
        let threshold = Threshold {
            warning: None,
            critical: Some(Range::parse("26h", Unit::Seconds).unwrap()),
        };
        let metric = Metric::new("newest", 111_600.0, Unit::Seconds).above("no mail for 31 h");
        assert_eq!(threshold.judge(&metric).unwrap().text, "no mail for 31 h");
        assert_eq!(judged("1", "", f64::NAN).unwrap().1, "time is not a number");
    }
}
