//! Findings: judged facts with stable names, and the table of those a probe can make.

use super::Status;

/// A row of a probe's table of findings: what can be found, and what it is worth unless `--on` says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindingKind {
    /// Stable kebab-case name, as given to `--on`.
    pub id: &'static str,
    /// Default status.
    pub status: Status,
    /// What it means, for the manual.
    pub about: &'static str,
}

/// One judged fact about one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of its [`FindingKind`].
    pub id: &'static str,
    /// What it is worth here.
    pub status: Status,
    /// What, where, and what the server said; a full text, neither cut nor cleaned.
    pub text: String,
    /// Another finding's words tell of it already: the first line needs no second.
    pub told: bool,
}

impl Finding {
    /// A finding as given.
    #[must_use]
    pub fn new(id: &'static str, status: Status, text: impl Into<String>) -> Self {
        Finding {
            id,
            status,
            text: text.into(),
            told: false,
        }
    }

    /// The same, which another finding's words tell of already.
    #[must_use]
    pub fn told(mut self) -> Self {
        self.told = true;
        self
    }
}
