//! Mistakes in the options, in one line each.

/// A mistake in the options or in what they name; exit code 3.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

impl UsageError {
    /// A mistake, in words.
    #[must_use]
    pub fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// clap's report of a mistake in one line, with the nearest right spelling.
#[must_use]
pub fn usage_error(error: &clap::Error) -> UsageError {
    let text = error.render().to_string();
    let mut said: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("Usage:") || line.starts_with("For more information") {
            break;
        }
        // "to pass '-z' as a value, use '-- -z'" would make a host of it.
        if !line.is_empty() && !line.contains("as a value, use") {
            said.push(
                line.strip_prefix("error: ")
                    .or_else(|| line.strip_prefix("tip: "))
                    .unwrap_or(line),
            );
        }
    }
    // A line that ends with a colon is about the one after it.
    let said = said.join("; ").replace(":; ", ": ");
    UsageError(format!("{said} (see --help)"))
}
