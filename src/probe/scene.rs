//! What one target is probed in: its journal, and what has been found so far. Shared with the
//! watchdog, which prints it when the check hangs.

mod parts;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::main::own_fault;
use super::{Target, finding, hint, verdict};
use crate::report::{
    Direction as Marked, Finding, Judge, Metric, PhaseRow, Status, TargetReport, TranscriptRow,
    Unit,
};
use crate::secret::Redactor;
use crate::session::{Dial, Direction, Error, Journal};
use crate::time::{Clock, Deadline};
use crate::tls::roots::Der;

/// One target's scene; clones share it.
#[derive(Clone)]
pub struct Scene {
    /// Phases, peer and transcript.
    pub journal: Journal,
    /// When it ends.
    pub deadline: Deadline,
    /// Roots that the directory of hashed links lacks, for the second try.
    pub more_roots: Arc<Vec<Der>>,
    name: String,
    /// What machines call it where it has no name.
    label: String,
    /// A server whose readiness is told; other reports say what they proved by themselves.
    serves: bool,
    /// Where it is connected to, when that was known before.
    address: Option<IpAddr>,
    judge: Arc<Judge>,
    at_deadline: Option<Status>,
    found: Arc<Mutex<Found>>,
    parts: parts::Parts,
    redactor: Redactor,
}

#[derive(Default)]
struct Found {
    proven: Vec<String>,
    findings: Vec<Finding>,
    metrics: Vec<Metric>,
    details: Vec<String>,
    hint: Option<String>,
    /// What a job is at, where its phase would not tell.
    at: Option<String>,
    over: bool,
    /// The conversation did not come to its end: it proves nothing.
    failed: bool,
}

impl Scene {
    /// A scene in which nothing has happened.
    #[must_use]
    pub fn new(
        name: String,
        deadline: Deadline,
        judge: Arc<Judge>,
        at_deadline: Option<Status>,
        redactor: Redactor,
    ) -> Self {
        Self {
            journal: Journal::new(deadline.clock(), redactor.clone()),
            deadline,
            more_roots: Arc::default(),
            name,
            label: String::new(),
            serves: false,
            address: None,
            judge,
            at_deadline,
            found: Arc::default(),
            parts: parts::Parts::default(),
            redactor,
        }
    }

    /// The scene of a server; `about_time` when its readiness is what is proven first.
    #[must_use]
    pub fn serving(mut self, target: &Target, about_time: bool) -> Self {
        self.serves = about_time;
        self.address = match &target.dial {
            Dial::Tcp { addresses, .. } => match addresses.as_slice() {
                [only] => Some(*only),
                _ => None,
            },
            Dial::Unix(_) => None,
        };
        self
    }

    /// The scene of a job that machines call so.
    #[must_use]
    pub fn labelled(mut self, label: String) -> Self {
        self.label = label;
        self
    }

    /// Forgets everything: the target is probed anew, with more roots.
    pub fn again(&mut self, more_roots: Vec<Der>) {
        self.journal.forget();
        *self.found() = Found::default();
        self.parts.forget();
        self.more_roots = Arc::new(more_roots);
    }

    /// A judged fact.
    pub fn finding(&self, id: &'static str, text: impl Into<String>) {
        self.add(self.judge.finding(id, text));
    }

    /// A judged fact that another finding's words tell of already: the first line leaves it out.
    pub fn told(&self, id: &'static str, text: impl Into<String>) {
        self.add(self.judge.finding(id, text).told());
    }

    /// A judged fact that is the deadline's: what was waited for did not come until it passed. `-t TIME:STATUS`
    /// says what that is worth.
    pub fn overdue(&self, id: &'static str, text: impl Into<String>) {
        let mut finding = self.judge.finding(id, text);
        if let Some(status) = self.at_deadline {
            finding.status = status;
        }
        self.add(finding);
    }

    fn add(&self, mut finding: Finding) {
        let id = finding.id;
        if id == finding::TIMEOUT
            && let Some(status) = self.at_deadline
        {
            finding.status = status;
        }
        let mut found = self.found();
        found.failed |= id == finding::INTERNAL_ERROR;
        // A server that is asked again and again and always says the same says it once.
        if !found.findings.contains(&finding) {
            found.findings.push(finding);
        }
    }

    /// A judged fact whose status depends on more than its name.
    pub fn finding_as(&self, id: &'static str, status: Status, text: impl Into<String>) {
        let finding = self.judge.finding_as(id, status, text);
        self.found().findings.push(finding);
    }

    /// A number.
    pub fn metric(&self, metric: Metric) {
        self.found().metrics.push(metric);
    }

    /// Something that was proven; an OK line says all of it.
    pub fn proven(&self, text: impl Into<String>) {
        self.found().proven.push(text.into());
    }

    /// The same, before all else that was proven.
    pub fn proven_first(&self, text: impl Into<String>) {
        self.found().proven.insert(0, text.into());
    }

    /// A line for people who look closer.
    pub fn detail(&self, text: impl Into<String>) {
        self.found().details.push(text.into());
    }

    /// What to look at next.
    pub fn hint(&self, text: impl Into<String>) {
        self.found().hint.get_or_insert(text.into());
    }

    /// What the job is at, for people who wait.
    pub fn at(&self, text: impl Into<String>) {
        self.found().at = Some(text.into());
    }

    /// The largest value that the thresholds of a metric allow: what is beyond is alarmed about in
    /// any case.
    #[must_use]
    pub fn bound(&self, label: &str) -> Option<f64> {
        let threshold = self.judge.threshold_of(label)?;
        [threshold.warning, threshold.critical]
            .into_iter()
            .flatten()
            .filter_map(|range| range.upper())
            .reduce(f64::max)
    }

    /// What messages call the target: `mx1.example.org:25`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Is this number judged by a range?
    #[must_use]
    pub fn judges(&self, label: &str) -> bool {
        self.judge.threshold_of(label).is_some()
    }

    /// The conversation could not go on.
    pub fn fail(&self, error: &Error) {
        let record = self.journal.snapshot();
        let (id, text) = verdict::of(error, &self.name, &record, self.deadline.total());
        self.found().failed = true;
        self.finding(id, text);
        if let Some(advice) = hint::after(id, verdict::phase(&record), &record) {
            self.hint(advice);
        }
    }

    /// The deadline passed and the check did not notice: it hangs somewhere below us.
    pub fn expire(&self) {
        if self.found().over {
            return;
        }
        self.found().failed = true;
        // A part that hangs says better what is missing.
        if self.parts.expire() {
            return;
        }
        let text = self.unfinished(self.deadline.total());
        self.finding(finding::TIMEOUT, text);
        let record = self.journal.snapshot();
        if let Some(advice) = hint::after(finding::TIMEOUT, verdict::phase(&record), &record) {
            self.hint(advice);
        }
    }

    /// A signal ended the check before it came to an end by itself.
    pub fn stop(&self, signal: &str, clock: Clock) {
        if self.is_over() {
            return;
        }
        let text = self.unfinished(clock.elapsed());
        self.found().failed = true;
        self.finding(finding::INTERRUPTED, format!("{signal}: {text}"));
    }

    /// What was not over after that time: what a job without a server's name is at says more than a phase.
    fn unfinished(&self, limit: std::time::Duration) -> String {
        let at = self.found().at.clone();
        match at.filter(|_| self.name.is_empty() && !self.label.is_empty()) {
            Some(at) => {
                let took = Unit::Seconds.human(limit.as_secs_f64());
                format!("{}: {at} was not over after {took}", self.label)
            }
            None => verdict::silence(&self.name, &self.journal.snapshot(), limit),
        }
    }

    /// The check died before it came to an end here: a fault of ours, and never OK.
    pub fn died(&self) {
        if !self.is_over() {
            self.finding(
                finding::INTERNAL_ERROR,
                format!("{}: {}", self.name, own_fault()),
            );
        }
    }

    /// The check of this target is over.
    pub fn over(&self) {
        self.found().over = true;
    }

    /// Is it?
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.found().over
    }

    /// What is being waited for, in a few words.
    #[must_use]
    pub fn doing(&self) -> String {
        if let Some(text) = self.found().at.clone() {
            return text;
        }
        let record = self.journal.snapshot();
        let phase = record
            .phases
            .current()
            .map_or("session", |phase| phase.name);
        format!("{}: {phase}", self.name)
    }

    /// The report of what is known now.
    #[must_use]
    pub fn report(&self, clock: Clock) -> TargetReport {
        let record = self.journal.snapshot();
        let now = clock.elapsed();
        let start = record
            .phases
            .list()
            .first()
            .map_or(now, |phase| phase.start);
        let time = record
            .done
            .unwrap_or(now)
            .saturating_sub(start)
            .saturating_sub(record.waited);
        let found = self.found();
        let mut metrics = vec![seconds("time", time)];
        for kind in self
            .judge
            .metric_kinds()
            .iter()
            .filter(|kind| kind.unit == Unit::Seconds && kind.label != "time")
        {
            if let Some(took) = record.phases.total(kind.label) {
                metrics.push(seconds(kind.label, took));
            }
        }
        metrics.extend(found.metrics.iter().cloned());
        let sum = self.parts.sum(&self.judge, clock);
        metrics.extend(sum.metrics);
        let mut findings = found.findings.clone();
        findings.extend(sum.findings);
        findings.extend(self.judge.judge_metrics(&metrics));
        // What to look at next is for those who have something to look for.
        let troubled = findings.iter().any(|finding| finding.status != Status::Ok);
        let hint = found.hint.clone().or(sum.hint);
        let hint = hint
            .or_else(|| hint::for_all(&findings, &record))
            .filter(|_| troubled);
        // What was said before a conversation failed holds, but an OK must not be taken for its proof.
        let waived = findings.iter().all(|finding| finding.status == Status::Ok);
        let mut proven = Vec::new();
        let failed = found.failed || sum.failed;
        if !failed && self.serves {
            let took = Unit::Seconds.human(time.as_secs_f64());
            proven.push(format!("{} ready in {took}", self.name));
        }
        if !(failed && waived) {
            proven.extend(found.proven.iter().cloned());
        }
        let mut transcript: Vec<TranscriptRow> = record
            .transcript
            .iter()
            .map(|entry| TranscriptRow {
                at: entry.at,
                direction: mark(entry.direction),
                text: entry.text.clone(),
            })
            .collect();
        if record.dropped > 0 {
            let text = format!("{} more lines", record.dropped);
            transcript.push(TranscriptRow {
                at: now,
                direction: Marked::Note,
                text,
            });
        }
        let mut phases: Vec<PhaseRow> = record
            .phases
            .list()
            .iter()
            .map(|phase| PhaseRow {
                name: phase.name.to_owned(),
                start: phase.start,
                duration: phase
                    .took
                    .unwrap_or_else(|| now.saturating_sub(phase.start)),
                note: phase.note.clone(),
            })
            .collect();
        if !sum.phases.is_empty() {
            phases.extend(sum.phases);
            phases.sort_by_key(|phase| phase.start);
            transcript.extend(sum.transcript);
        }
        let mut details = found.details.clone();
        details.extend(sum.details);
        TargetReport {
            target: self.name.clone(),
            label: self.label.clone(),
            address: record
                .peer
                .and_then(|peer| peer.address)
                .or(self.address)
                .map(|address| address.to_string()),
            proven: proven.join(", "),
            findings,
            metrics,
            details,
            phases,
            transcript,
            hint,
        }
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seconds(label: &str, value: std::time::Duration) -> Metric {
    Metric::new(label, value.as_secs_f64(), Unit::Seconds).limits(Some(0.0), None)
}

fn mark(direction: Direction) -> Marked {
    match direction {
        Direction::Sent => Marked::Sent,
        Direction::Received => Marked::Received,
        Direction::Note => Marked::Note,
    }
}
