//! Which mails are looked for: `--match`, `--unless`.

use clap::Args;

use super::usage::UsageError;
use crate::message::Pattern;

/// The options.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "What to check")]
pub struct MatchOptions {
    /// A mail like this must be there; repeatable, all must match. FIELD: subject, from, to,
    /// header:NAME, body. Upper and lower case are the same; (?-i) before REGEX tells them apart
    #[arg(
        long = "match",
        value_name = "FIELD=REGEX",
        help_heading = "What to check"
    )]
    pub matching: Vec<String>,
    /// Such a mail is bad news when it is like this, too; repeatable
    #[arg(long, value_name = "FIELD=REGEX", help_heading = "What to check")]
    pub unless: Vec<String>,
}

/// What they mean.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// All of these must match.
    pub matching: Vec<Pattern>,
    /// Any of these is bad news.
    pub unless: Vec<Pattern>,
}

impl MatchOptions {
    /// Validates; `None` when nothing is looked for.
    pub fn plan(&self) -> Result<Option<Conditions>, UsageError> {
        let patterns = |option: &str, texts: &[String]| {
            texts
                .iter()
                .map(|text| {
                    text.parse::<Pattern>()
                        .map_err(|error| UsageError(format!("{option}: {error}")))
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let conditions = Conditions {
            matching: patterns("--match", &self.matching)?,
            unless: patterns("--unless", &self.unless)?,
        };
        let none = conditions.matching.is_empty() && conditions.unless.is_empty();
        Ok((!none).then_some(conditions))
    }
}
