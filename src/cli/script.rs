//! Commands of the caller's own and the replies they must get: `-C` and `-R`.

use clap::Args;
use regex::Regex;

use super::usage::UsageError;

/// The options.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "What to check")]
pub struct ScriptOptions {
    /// Send this command; repeatable
    #[arg(
        short = 'C',
        long = "command",
        value_name = "COMMAND",
        allow_hyphen_values = true
    )]
    pub commands: Vec<String>,
    /// The reply to the command of the same place must match; repeatable
    #[arg(
        short = 'R',
        long = "response",
        value_name = "REGEX",
        allow_hyphen_values = true
    )]
    pub responses: Vec<String>,
}

/// One command, and what its reply must look like.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is sent.
    pub command: String,
    /// What the reply must match; unchecked when there are fewer patterns than commands.
    pub response: Option<Regex>,
}

impl ScriptOptions {
    /// Validates.
    pub fn plan(&self) -> Result<Vec<Step>, UsageError> {
        if self.responses.len() > self.commands.len() {
            return Err(UsageError(format!(
                "-R is given {} times, -C only {}: each pattern belongs to a command",
                self.responses.len(),
                self.commands.len()
            )));
        }
        let mut patterns = self.responses.iter();
        self.commands
            .iter()
            .map(|command| {
                let response = patterns
                    .next()
                    .map(|text| pattern("-R", text))
                    .transpose()?;
                Ok(Step {
                    command: command.clone(),
                    response,
                })
            })
            .collect()
    }
}

/// A pattern; `^` and `$` are the ends of a line, as in the peers' REG_NEWLINE.
fn pattern(option: &str, text: &str) -> Result<Regex, UsageError> {
    regex::RegexBuilder::new(text)
        .multi_line(true)
        .size_limit(1 << 20)
        .build()
        .map_err(|error| {
            UsageError(format!(
                "{option} {text:?}: {}",
                error.to_string().replace('\n', " ")
            ))
        })
}
