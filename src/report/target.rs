//! What a probe hands over: one report per target, and all of them together.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Finding, Metric, Status};

/// All that one run learned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// The service word of the first line: `SMTP`.
    pub service: String,
    /// In the order of the plan, which does not depend on the outcome.
    pub targets: Vec<TargetReport>,
    /// Lines about the run as a whole, for `-v`.
    pub notes: Vec<String>,
}

/// What one run learned about one target. All texts are whole and uncleaned; [`super::render`] masks, cleans and cuts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetReport {
    /// `mx1.example.org:587`; empty for what has no name, such as the queue of this host.
    pub target: String,
    /// What machines call it where `target` is empty: people have it in the words of the findings.
    pub label: String,
    /// The address that was used, without port.
    pub address: Option<String>,
    /// What was proven; the text of an OK line.
    pub proven: String,
    /// Judged facts.
    pub findings: Vec<Finding>,
    /// Numbers.
    pub metrics: Vec<Metric>,
    /// Lines for people, shown by `-v`.
    pub details: Vec<String>,
    /// The timeline, shown by `-vv`.
    pub phases: Vec<PhaseRow>,
    /// The dialogue, shown by `-vvv`.
    pub transcript: Vec<TranscriptRow>,
    /// One line that helps after a failure, shown by `-v` behind `next: `.
    pub hint: Option<String>,
}

/// One phase of a session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhaseRow {
    /// `connect`, `greeting`, ...
    pub name: String,
    /// From the start of the session.
    pub start: Duration,
    /// How long it took.
    pub duration: Duration,
    /// What came of it.
    pub note: String,
}

/// Who said a line of the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// We did.
    Sent,
    /// The server did.
    Received,
    /// Nobody; something happened.
    #[default]
    Note,
}

impl Direction {
    /// Its mark in the transcript.
    pub(super) fn mark(self) -> char {
        match self {
            Direction::Sent => '>',
            Direction::Received => '<',
            Direction::Note => '*',
        }
    }

    /// Its word in JSON.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Direction::Sent => "sent",
            Direction::Received => "received",
            Direction::Note => "note",
        }
    }
}

/// One step of the dialogue; may hold several lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TranscriptRow {
    /// From the start of the session.
    pub at: Duration,
    /// Who said it.
    pub direction: Direction,
    /// What was said.
    pub text: String,
}

impl TargetReport {
    /// An empty report about `target`.
    #[must_use]
    pub fn new(target: impl Into<String>) -> Self {
        TargetReport {
            target: target.into(),
            ..TargetReport::default()
        }
    }

    /// What machines call it.
    pub(super) fn named(&self) -> &str {
        if self.target.is_empty() {
            &self.label
        } else {
            &self.target
        }
    }

    /// The worst of its findings; OK without any.
    #[must_use]
    pub fn status(&self) -> Status {
        self.findings
            .iter()
            .map(|finding| finding.status)
            .max()
            .unwrap_or(Status::Ok)
    }

    /// The findings that are not OK, worst first, otherwise in the order they were made.
    pub(super) fn troubles(&self) -> Vec<&Finding> {
        let mut troubles: Vec<&Finding> = self
            .findings
            .iter()
            .filter(|finding| finding.status != Status::Ok)
            .collect();
        troubles.sort_by_key(|finding| std::cmp::Reverse(finding.status));
        troubles
    }

    /// `host [address]:port`, the form that tells two addresses of a name apart.
    pub(super) fn with_address(&self, open: &str, close: &str) -> String {
        let (host, port) = split_port(&self.target);
        match self.address.as_deref() {
            Some(address) if !address.is_empty() && bare(host) != bare(address) => {
                let port = port.map(|port| format!(":{port}")).unwrap_or_default();
                format!("{host}{open}{}{close}{port}", bare(address))
            }
            _ => self.target.clone(),
        }
    }
}

impl Report {
    /// A name for each target, no two the same: the target itself, with its address or a number where that is not enough.
    pub(super) fn labels(&self) -> Vec<String> {
        let twins = |names: &[String]| {
            let mut seen = BTreeMap::<String, usize>::new();
            for name in names {
                *seen.entry(name.clone()).or_default() += 1;
            }
            seen
        };
        let mut labels: Vec<String> = self
            .targets
            .iter()
            .map(|target| target.named().to_owned())
            .collect();
        let seen = twins(&labels);
        for (label, target) in labels.iter_mut().zip(&self.targets) {
            if seen.get(label).is_some_and(|count| *count > 1) {
                *label = target.with_address(" [", "]");
            }
        }
        let seen = twins(&labels);
        let mut counted = BTreeMap::<String, usize>::new();
        for label in &mut labels {
            if seen.get(label).is_some_and(|count| *count > 1) || label.is_empty() {
                let number = counted.entry(label.clone()).or_default();
                *number += 1;
                *label = format!("{label} #{number}").trim_start().to_owned();
            }
        }
        labels
    }
}

/// `host:port` apart; a bare IPv6 address has no port.
pub(super) fn split_port(target: &str) -> (&str, Option<&str>) {
    match target.rsplit_once(':') {
        Some((host, port))
            if !port.is_empty()
                && port.bytes().all(|b| b.is_ascii_digit())
                && (!host.contains(':') || host.ends_with(']')) =>
        {
            (host, Some(port))
        }
        _ => (target, None),
    }
}

/// An address without its brackets.
pub(super) fn bare(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str, address: &str) -> TargetReport {
        TargetReport {
            address: (!address.is_empty()).then(|| address.to_owned()),
            ..TargetReport::new(name)
        }
    }

    #[test]
    fn ports_are_told_from_addresses() {
        assert_eq!(
            split_port("mx.example.org:25"),
            ("mx.example.org", Some("25"))
        );
        assert_eq!(
            split_port("[2001:db8::2]:25"),
            ("[2001:db8::2]", Some("25"))
        );
        assert_eq!(split_port("2001:db8::25"), ("2001:db8::25", None));
        assert_eq!(split_port("/run/lmtp:sock"), ("/run/lmtp:sock", None));
    }

    #[test]
    fn labels_are_unique_and_short() {
        let report = Report {
            targets: vec![
                target("mx1.example.org:25", "192.0.2.1"),
                target("mx2.example.org:25", "192.0.2.2"),
                target("mx2.example.org:25", "2001:db8::2"),
                target("mx3.example.org:25", ""),
                target("mx3.example.org:25", ""),
            ],
            ..Report::default()
        };
        assert_eq!(
            report.labels(),
            [
                "mx1.example.org:25",
                "mx2.example.org [192.0.2.2]:25",
                "mx2.example.org [2001:db8::2]:25",
                "mx3.example.org:25 #1",
                "mx3.example.org:25 #2",
            ]
        );
    }

    #[test]
    fn an_address_is_not_said_twice() {
        assert_eq!(
            target("[2001:db8::2]:25", "2001:db8::2").with_address(" (", ")"),
            "[2001:db8::2]:25"
        );
        assert_eq!(
            target("mx.example.org:25", "192.0.2.1").with_address(" (", ")"),
            "mx.example.org (192.0.2.1):25"
        );
    }
}
