//! The four states of the plugin guidelines and which of two is worse.

use std::fmt;
use std::str::FromStr;

/// A state, ordered by how bad it is: OK < UNKNOWN < WARNING < CRITICAL.
///
/// UNKNOWN stands below WARNING: what is known to be wrong must not hide behind what could not be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Status {
    /// Works as asked.
    #[default]
    Ok,
    /// Could not be told.
    Unknown,
    /// Works, but somebody should look.
    Warning,
    /// Does not work.
    Critical,
}

impl Status {
    /// The exit code the guidelines give it.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Status::Ok => 0,
            Status::Warning => 1,
            Status::Critical => 2,
            Status::Unknown => 3,
        }
    }

    /// The word as it stands in a plugin's first line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "OK",
            Status::Unknown => "UNKNOWN",
            Status::Warning => "WARNING",
            Status::Critical => "CRITICAL",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no status; use ok, warning, critical or unknown")]
pub struct StatusError(pub String);

impl FromStr for Status {
    type Err = StatusError;

    /// The words in any case, their usual short forms, and the exit codes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "ok" | "0" => Ok(Status::Ok),
            "warning" | "warn" | "1" => Ok(Status::Warning),
            "critical" | "crit" | "2" => Ok(Status::Critical),
            "unknown" | "3" => Ok(Status::Unknown),
            _ => Err(StatusError(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_ok_unknown_warning_critical() {
        assert!(Status::Ok < Status::Unknown);
        assert!(Status::Unknown < Status::Warning);
        assert!(Status::Warning < Status::Critical);
    }

    #[test]
    fn words_and_codes_both_name_a_status() {
        for status in [
            Status::Ok,
            Status::Unknown,
            Status::Warning,
            Status::Critical,
        ] {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(status.as_str().to_lowercase().parse(), Ok(status));
            assert_eq!(status.exit_code().to_string().parse(), Ok(status));
        }
        assert_eq!("Warn".parse(), Ok(Status::Warning));
        assert_eq!("crit".parse(), Ok(Status::Critical));
        assert_eq!(
            "fine".parse::<Status>().unwrap_err().to_string(),
            "\"fine\" is no status; use ok, warning, critical or unknown"
        );
    }
}
