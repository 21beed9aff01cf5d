//! What `-h` and `--help` print: the options in two columns under the reader's questions, and with `--help` also the
//! names that `--on`, `-w` and `-c` take.
//!
//! clap's own layout gives each option three lines as soon as one of a group is long; at a terminal of 24 lines that is
//! too much to look through.

use std::fmt::Write;

use clap::{Arg, Command};

use super::Probe;
use crate::report::Unit;

/// Columns of a screen.
const SCREEN: usize = 80;
/// Where texts begin; a longer term has a line of its own.
const TEXT: usize = 30;

/// The help of a probe; `long` for `--help`.
#[must_use]
pub fn render(probe: &Probe, long: bool) -> String {
    let mut command: Command = (probe.command)();
    let mut out = format!(
        "{} {} (mailprobe)\n{}\n\n{}\n",
        probe.name,
        env!("CARGO_PKG_VERSION"),
        probe.about,
        command.render_usage(),
    );
    let mut groups: Vec<(&str, String)> = Vec::new();
    for argument in command.get_arguments() {
        let hidden = argument.is_hide_set() || argument.is_positional();
        if hidden || (!long && argument.is_hide_short_help_set()) {
            continue;
        }
        let heading = argument.get_help_heading().unwrap_or("Options");
        let line = entry(&term(argument), &about(argument));
        match groups.iter_mut().find(|(name, _)| *name == heading) {
            Some((_, text)) => text.push_str(&line),
            None => groups.push((heading, line)),
        }
    }
    // Writing to a String cannot fail.
    for (heading, text) in groups {
        let _ = write!(out, "\n{heading}:\n{text}");
    }
    if long {
        out.push_str("\nFindings, for --on ID=STATUS:\n");
        for kind in probe.findings {
            let id = format!("  {} ({})", kind.id, kind.status.as_str());
            out.push_str(&entry(&id, kind.about));
        }
        out.push_str("\nMetrics, for -w and -c [METRIC=]RANGE; the first is the main one:\n");
        for kind in probe.metrics {
            let unit = match kind.unit {
                Unit::Seconds => " (seconds)",
                Unit::Bytes => " (bytes)",
                Unit::Percent => " (percent)",
                Unit::Days => " (days)",
                Unit::Count => "",
            };
            out.push_str(&entry(&format!("  {}{unit}", kind.label), kind.about));
        }
    }
    if let Some(after) = command.get_after_help() {
        let _ = write!(out, "\n{after}\n");
    }
    out
}

/// `  -H, --hostname <HOST>`
fn term(argument: &Arg) -> String {
    let mut term = match argument.get_short() {
        Some(short) => format!("  -{short}"),
        None => "    ".to_owned(),
    };
    if let Some(long) = argument.get_long() {
        term.push_str(if argument.get_short().is_some() {
            ", --"
        } else {
            "  --"
        });
        term.push_str(long);
    }
    if argument.get_action().takes_values() {
        let name = argument
            .get_value_names()
            .and_then(|names| names.first())
            .map_or("VALUE", |name| name.as_str());
        let optional = argument
            .get_num_args()
            .is_some_and(|range| range.min_values() == 0);
        let _ = match (optional, argument.is_require_equals_set()) {
            (true, true) => write!(term, "[={name}]"),
            (true, false) => write!(term, " [<{name}>]"),
            (false, _) => write!(term, " <{name}>"),
        };
    }
    term
}

/// The text, with what else is worth knowing of an option.
fn about(argument: &Arg) -> String {
    let mut about = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let takes = argument.get_action().takes_values();
    if takes && !argument.is_hide_default_value_set() && !argument.get_default_values().is_empty() {
        let values = argument.get_default_values().iter();
        let values: Vec<String> = values
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        let _ = write!(about, " [default: {}]", values.join(" "));
    }
    let aliases = argument.get_visible_aliases().unwrap_or_default();
    if !aliases.is_empty() {
        let aliases: Vec<String> = aliases.iter().map(|alias| format!("--{alias}")).collect();
        let _ = write!(about, " [alias: {}]", aliases.join(", "));
    }
    about
}

/// A term and its text beside it.
fn entry(term: &str, about: &str) -> String {
    let mut out = term.to_owned();
    let mut column = term.chars().count();
    let mut fresh = true;
    if column + 1 > TEXT {
        out.push('\n');
        column = 0;
    }
    for word in about.split_whitespace() {
        let size = word.chars().count();
        if !fresh && column + 1 + size > SCREEN {
            out.push('\n');
            column = 0;
            fresh = true;
        }
        if fresh {
            let _ = write!(out, "{:1$}", "", TEXT.saturating_sub(column));
            column = TEXT;
        } else {
            out.push(' ');
            column += 1;
        }
        fresh = false;
        out.push_str(word);
        column += size;
    }
    out.push('\n');
    out
}
