//! The phases of a conversation, each with its start and its length.

use std::time::Duration;

use super::Clock;

/// One phase: `dns`, `connect`, `greeting`, `tls`, `auth` ...
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// The name, which is also the label of its metric.
    pub name: &'static str,
    /// From the start of the run.
    pub start: Duration,
    /// How long it took; `None` while it lasts, or when it was never finished.
    pub took: Option<Duration>,
    /// What came out of it, for people.
    pub note: String,
}

/// The phases of one target in the order in which they were entered.
#[derive(Clone, Debug)]
pub struct Phases {
    clock: Clock,
    list: Vec<Phase>,
}

impl Phases {
    /// No phase entered yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            list: Vec::new(),
        }
    }

    /// Enters a phase.
    pub fn enter(&mut self, name: &'static str) {
        let start = self.clock.elapsed();
        self.list.push(Phase {
            name,
            start,
            took: None,
            note: String::new(),
        });
    }

    /// Ends the phase that was entered last.
    pub fn leave(&mut self, note: String) {
        let now = self.clock.elapsed();
        if let Some(phase) = self.list.last_mut()
            && phase.took.is_none()
        {
            phase.took = Some(now.saturating_sub(phase.start));
            phase.note = note;
        }
    }

    /// The phase that lasts, if one does.
    #[must_use]
    pub fn current(&self) -> Option<&Phase> {
        self.list.last().filter(|phase| phase.took.is_none())
    }

    /// All phases so far.
    #[must_use]
    pub fn list(&self) -> &[Phase] {
        &self.list
    }

    /// The time spent in a phase; the sum if it was entered more than once (EHLO is sent again
    /// after STARTTLS).
    #[must_use]
    pub fn total(&self, name: &str) -> Option<Duration> {
        self.list
            .iter()
            .filter(|phase| phase.name == name)
            .filter_map(|phase| phase.took)
            .reduce(|sum, took| sum.saturating_add(took))
    }
}
