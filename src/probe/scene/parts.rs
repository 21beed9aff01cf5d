//! The parts of a job that talks to more than one server: each has a scene of its own, and the job's
//! report holds them all. Names of phases and metrics get the part's label before them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Found, Scene, seconds};
use crate::report::{Finding, Judge, Metric, PhaseRow, TranscriptRow};
use crate::session::Journal;
use crate::time::Clock;

/// The parts, in the order in which they were begun.
#[derive(Clone, Default)]
pub(super) struct Parts(Arc<Mutex<Vec<(&'static str, Scene)>>>);

/// What all parts add to the report.
#[derive(Default)]
pub(super) struct Sum {
    pub metrics: Vec<Metric>,
    pub findings: Vec<Finding>,
    pub details: Vec<String>,
    pub phases: Vec<PhaseRow>,
    pub transcript: Vec<TranscriptRow>,
    pub hint: Option<String>,
    pub failed: bool,
}

impl Scene {
    /// The scene of a part of this one: `label` stands before its phases and metrics (`imap_auth`),
    /// `name` is what messages call its server.
    #[must_use]
    pub fn part(&self, label: &'static str, name: String) -> Scene {
        let part = Scene {
            journal: Journal::new(self.deadline.clock(), self.redactor.clone()),
            deadline: self.deadline,
            more_roots: Arc::clone(&self.more_roots),
            name,
            label: String::new(),
            serves: false,
            address: None,
            judge: Arc::clone(&self.judge),
            at_deadline: self.at_deadline,
            found: Arc::new(Mutex::new(Found::default())),
            parts: Parts::default(),
            redactor: self.redactor.clone(),
        };
        self.parts.lock().push((label, part.clone()));
        part
    }
}

impl Parts {
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    /// Lets the part that hangs say so; tells whether there was one.
    pub(super) fn expire(&self) -> bool {
        let hangs = |(_, part): &&(&'static str, Scene)| {
            !part.is_over() && part.journal.snapshot().phases.current().is_some()
        };
        let hanging: Vec<Scene> = self
            .lock()
            .iter()
            .filter(hangs)
            .map(|(_, part)| part.clone())
            .collect();
        for part in &hanging {
            part.expire();
        }
        !hanging.is_empty()
    }

    pub(super) fn sum(&self, judge: &Judge, clock: Clock) -> Sum {
        let now = clock.elapsed();
        let known = |label: &str| judge.metric_kinds().iter().any(|kind| kind.label == label);
        let mut sum = Sum::default();
        for (label, part) in self.lock().iter() {
            let record = part.journal.snapshot();
            let mut names: Vec<&'static str> = Vec::new();
            for phase in record.phases.list() {
                if !names.contains(&phase.name) {
                    names.push(phase.name);
                }
                sum.phases.push(PhaseRow {
                    name: format!("{label} {}", phase.name),
                    start: phase.start,
                    duration: phase
                        .took
                        .unwrap_or_else(|| now.saturating_sub(phase.start)),
                    note: phase.note.clone(),
                });
            }
            for name in names {
                let own = format!("{label}_{name}");
                if let (true, Some(took)) = (known(&own), record.phases.total(name)) {
                    sum.metrics.push(seconds(&own, took));
                }
            }
            // One dialogue after the other, and each row as it came: a secret that is broken over two rows is
            // known by both together.
            if let Some(first) = record.transcript.first() {
                sum.transcript.push(TranscriptRow {
                    at: first.at,
                    direction: super::Marked::Note,
                    text: format!("{label}: {}", part.name),
                });
            }
            sum.transcript
                .extend(record.transcript.iter().map(|entry| TranscriptRow {
                    at: entry.at,
                    direction: super::mark(entry.direction),
                    text: entry.text.clone(),
                }));
            let found = part.found();
            for metric in &found.metrics {
                let own = format!("{label}_{}", metric.label);
                let again = sum.metrics.iter().any(|metric| metric.label == own);
                if known(&own) && !again {
                    let mut metric = metric.clone();
                    metric.label = own;
                    sum.metrics.push(metric);
                }
            }
            sum.findings.extend(found.findings.iter().cloned());
            if !found.proven.is_empty() {
                let mut proven = found.proven.clone();
                proven.dedup();
                sum.details
                    .push(format!("{}: {}", part.name, proven.join(", ")));
            }
            sum.details.extend(found.details.iter().cloned());
            sum.hint = sum.hint.or_else(|| found.hint.clone());
            sum.failed |= found.failed;
        }
        sum
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(&'static str, Scene)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
