//! What to print.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};

use super::usage::UsageError;
use crate::report::{Format, Style, Unit};

/// Nobody waits longer for a server, in seconds: a day.
const LONGEST: f64 = 86_400.0;

/// The options.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "What to print")]
pub struct OutputOptions {
    /// More: -v each check, -vv the phases, -vvv the dialogue
    #[arg(short = 'v', long, action = ArgAction::Count)]
    pub verbose: u8,
    /// The form of the report
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "nagios",
        hide_possible_values = true,
        help = "nagios, json, prometheus, checkmk (local check), junit"
    )]
    pub format: FormatName,
    /// Put the report into this file, at once and whole; nothing is printed then
    #[arg(long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// Print nothing when all is well (for cron)
    #[arg(long)]
    pub quiet: bool,
    /// Try again until it is up (OK or WARNING), for so long (for CI)
    #[arg(long, value_name = "TIME")]
    pub retry_for: Option<String>,
    /// Accepted for the monitoring-plugins 3: multi-line is nagios, mp-test-json is json
    #[arg(long, value_enum, value_name = "FORMAT", hide = true)]
    pub output_format: Option<OldFormatName>,
    /// Always exit with 0, for callers that read the text only
    #[arg(long)]
    pub exit_zero: bool,
    /// Options from an ini file (section: the probe's name)
    #[arg(long, value_name = "[SECTION][@FILE]", num_args = 0..=1, require_equals = true)]
    pub extra_opts: Option<Option<String>>,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    pub version: Option<bool>,
    /// Print this help
    #[arg(short = 'h', long, action = ArgAction::Help)]
    pub help: Option<bool>,
}

/// The names of the formats.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatName {
    /// One line, perfdata, long output.
    Nagios,
    /// One object.
    Json,
    /// Text exposition.
    Prometheus,
    /// Local check lines.
    Checkmk,
    /// XML for CI.
    Junit,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Format {
        match name {
            FormatName::Nagios => Format::Nagios,
            FormatName::Json => Format::Json,
            FormatName::Prometheus => Format::Prometheus,
            FormatName::Checkmk => Format::Checkmk,
            FormatName::Junit => Format::Junit,
        }
    }
}

/// What the monitoring-plugins 3 call their formats.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldFormatName {
    /// Their tree of subchecks; a line with long output here.
    MultiLine,
    /// Their JSON; ours here.
    MpTestJson,
}

/// What it means.
#[derive(Clone, Debug)]
pub struct Output {
    /// The form.
    pub format: Format,
    /// How much, and for whom.
    pub style: Style,
    /// Exit with 0 whatever was found.
    pub exit_zero: bool,
    /// Say nothing when OK.
    pub quiet: bool,
    /// Where the report goes, instead of standard output.
    pub file: Option<PathBuf>,
    /// How long it is tried anew while nothing is up.
    pub retry: Duration,
}

impl OutputOptions {
    /// Looks at where the output goes: colour is for terminals, and not when `NO_COLOR` is set.
    ///
    /// # Errors
    /// When a time is none.
    pub fn plan(&self) -> Result<Output, UsageError> {
        let retry = match self.retry_for.as_deref() {
            None => Duration::ZERO,
            Some(text) => {
                let wrong = |why: &dyn std::fmt::Display| {
                    UsageError(format!("--retry-for {text:?}: {why}"))
                };
                let seconds = Unit::Seconds.parse(text).map_err(|error| wrong(&error))?;
                if seconds < 0.0 {
                    return Err(wrong(&"a time is not negative"));
                }
                Duration::from_secs_f64(seconds.min(LONGEST))
            }
        };
        let terminal = std::io::stdout().is_terminal();
        let color = terminal
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        // A shell knows its COLUMNS, and seldom exports them: the terminal itself is asked.
        let window = || {
            let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
            (terminal && size.ws_col > 0).then_some(usize::from(size.ws_col))
        };
        let width = std::env::var("COLUMNS")
            .ok()
            .and_then(|text| text.parse().ok())
            .or_else(window)
            .unwrap_or(80);
        Ok(Output {
            format: match (self.format, self.output_format) {
                (_, Some(OldFormatName::MpTestJson)) => Format::Json,
                (name, _) => name.into(),
            },
            style: Style {
                verbosity: self.verbose.min(3),
                color,
                terminal,
                width,
            },
            exit_zero: self.exit_zero,
            quiet: self.quiet,
            file: self.output_file.clone(),
            retry,
        })
    }
}
