//! From the arguments of the process to a plan, or to what is said instead of one.

use std::ffi::OsString;
use std::time::Duration;

use clap::ValueEnum;
use clap::error::ErrorKind;

use super::{Plan, Probe, Setting, help};
use crate::cli::{FormatName, Invocation, TimingOptions};
use crate::report::{self, Format, Judge, Status};
use crate::secret::Redactor;
use crate::time::Clock;

/// What came of the arguments.
pub enum Prepared {
    /// Help, a version, a mistake: text and exit code.
    Said(String, u8),
    /// A run that is fully decided.
    Planned(Box<Plan>),
}

/// How long the options may take to be read before it is known what they say: files and commands are
/// among them. Looks for `-t` and guesses nothing else.
pub fn patience(arguments: &[OsString], default: Duration) -> Duration {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    let mut timeout = None;
    while let Some(word) = words.next() {
        if word == "-t" || word == "--timeout" || word == "-to" {
            timeout = words.next().map(str::to_owned);
        } else if let Some(value) = word
            .strip_prefix("--timeout=")
            .or_else(|| word.strip_prefix("-t"))
        {
            timeout = Some(value.to_owned());
        }
    }
    let timing = TimingOptions { timeout }.plan(default);
    timing.map_or(default, |timing| timing.limit)
}

/// The form in which a mistake is told, before it is known what the options say.
pub fn format(arguments: &[OsString]) -> Format {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    let mut found = Format::Nagios;
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--format=") {
            None if word == "--format" => words.next(),
            value => value,
        };
        if let Some(name) = value.and_then(|value| FormatName::from_str(value, true).ok()) {
            found = name.into();
        }
    }
    found
}

/// Reads the options and makes the plan.
pub fn prepare(
    probe: &'static Probe,
    arguments: Vec<OsString>,
    clock: Clock,
    redactor: &Redactor,
) -> Prepared {
    let format = format(&arguments);
    let fault = |error: &dyn std::fmt::Display| {
        let text = redactor.strike(&error.to_string());
        let id = report::USAGE_ERROR;
        let text = report::fault(probe.service, id, &text, format, &str::to_owned);
        Prepared::Said(text, Status::Unknown.exit_code())
    };
    let invocation = match Invocation::read(probe.name, arguments.into_iter()) {
        Ok(invocation) => invocation,
        Err(error) => return fault(&error),
    };
    let mut command = (probe.command)();
    let invocation = invocation.fitted(&command);
    let matches = match command.try_get_matches_from_mut(&invocation.arguments) {
        Ok(matches) => matches,
        // --help and --version, which the plugin guidelines want to exit with 3.
        Err(asked) if asked.kind() == ErrorKind::DisplayHelp => {
            let long = invocation.arguments.iter().any(|word| {
                let word = word.to_str().unwrap_or_default();
                word.len() > 2 && "--help".starts_with(word)
            });
            return Prepared::Said(help::render(probe, long), Status::Unknown.exit_code());
        }
        Err(asked) if !asked.use_stderr() => {
            return Prepared::Said(asked.render().to_string(), Status::Unknown.exit_code());
        }
        Err(error) => return fault(&invocation.mistake(&error)),
    };
    let setting = Setting {
        invocation: &invocation,
        judge: Judge::new(probe.findings, probe.metrics),
        redactor: redactor.clone(),
        clock,
    };
    match (probe.plan)(&matches, &setting) {
        Ok(plan) => {
            // Where the process ends soon nobody takes the table of the options to pieces: that is cheaper.
            if plan.output.retry.is_zero() {
                std::mem::forget(command);
            }
            Prepared::Planned(Box::new(plan))
        }
        Err(error) => fault(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_found_and_the_last_counts() {
        let look = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            format(&words)
        };
        assert_eq!(look(&["check_smtp", "--format", "json"]), Format::Json);
        assert_eq!(
            look(&["check_smtp", "--format=junit", "--format=checkmk", "-v"]),
            Format::Checkmk
        );
        assert_eq!(look(&["check_smtp", "--format"]), Format::Nagios);
        assert_eq!(look(&["check_smtp", "--format=xml"]), Format::Nagios);
    }

    #[test]
    fn the_time_is_found_wherever_it_stands() {
        let look = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            patience(&words, Duration::from_secs(10)).as_secs()
        };
        assert_eq!(look(&["check_smtp", "-H", "x", "-t", "3"]), 3);
        assert_eq!(look(&["check_smtp", "-t4:unknown"]), 4);
        assert_eq!(look(&["check_smtp", "--timeout=1m"]), 60);
        assert_eq!(look(&["check_smtp", "-t"]), 10);
        assert_eq!(look(&["check_smtp", "-t", "nonsense"]), 10);
        assert_eq!(look(&["check_smtp"]), 10);
    }
}
