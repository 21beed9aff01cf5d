//! A manual: the option table, the tables of findings and metrics, and the sections that are written by hand
//! (man/sections/).

use std::fmt::Write;

use mailprobe::probe::Probe;
use mailprobe::report::{Status, Unit};

use super::roff::{self, entry, escape, filled, heading, inline};

/// What `check_x.1` says.
pub fn page(probe: &Probe) -> String {
    let mut out = head(probe.name, 1);
    let about = probe.about.trim_end_matches('.');
    let mut letters = about.chars();
    let about = letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect::<String>())
        .unwrap_or_default();
    out.push_str(&heading("NAME"));
    let name = format!("{} \\- {}", escape(probe.name), escape(&about));
    out.push_str(&filled(&name));
    out.push_str(&heading("SYNOPSIS"));
    let _ = writeln!(out, "\\fB{}\\fR [\\fIOPTION\\fR...]", escape(probe.name));
    let by_hand = by_hand(probe.name);
    let (before, after) = by_hand
        .split_once("# OPTIONS\n")
        .unwrap_or_else(|| panic!("{}: no \"# OPTIONS\" in its sections", probe.name));
    out.push_str(&roff::sections(before));
    out.push_str(&options(probe));
    out.push_str(&findings(probe));
    out.push_str(&metrics(probe));
    out.push_str(&roff::sections(after));
    out.push_str(&heading("SEE ALSO"));
    out.push_str("\\fBmailprobe\\fR(7)\n");
    out
}

/// What `mailprobe.7` says.
pub fn overview(probes: &[&Probe]) -> String {
    let mut out = head("mailprobe", 7);
    out.push_str(&roff::sections(&by_hand("mailprobe")));
    out.push_str(&heading("SEE ALSO"));
    let names: Vec<String> = probes
        .iter()
        .map(|probe| format!("\\fB{}\\fR(1)", escape(probe.name)))
        .collect();
    out.push_str(&names.join(",\n"));
    out.push('\n');
    out
}

fn head(name: &str, section: u8) -> String {
    format!(
        ".\\\" Made from the option table and man/sections/{name}.md by `make pages`: do not edit.\n\
         .TH {} {section} 2026-11-21 \"mailprobe {}\" \"Mail server probes\"\n",
        name.to_uppercase(),
        env!("CARGO_PKG_VERSION"),
    )
}

fn by_hand(name: &str) -> String {
    let path = super::root().join(format!("man/sections/{name}.md"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The options under the reader's questions, in the order of `-h`.
fn options(probe: &Probe) -> String {
    let command = (probe.command)();
    let mut groups: Vec<(String, String)> = Vec::new();
    for argument in command.get_arguments() {
        if argument.is_hide_set() || argument.is_positional() {
            continue;
        }
        let group = argument.get_help_heading().unwrap_or("Options").to_owned();
        let text = option(argument);
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, all)) => all.push_str(&text),
            None => groups.push((group, text)),
        }
    }
    let mut out = heading("OPTIONS");
    for (group, text) in groups {
        let _ = write!(out, ".SS {}\n{text}", escape(&group));
    }
    out
}

fn option(argument: &clap::Arg) -> String {
    let mut names: Vec<String> = Vec::new();
    if let Some(short) = argument.get_short() {
        names.push(format!("-{short}"));
    }
    if let Some(long) = argument.get_long() {
        names.push(format!("--{long}"));
    }
    for alias in argument.get_visible_aliases().unwrap_or_default() {
        names.push(format!("--{alias}"));
    }
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("\\fB{}\\fR", escape(name)))
        .collect();
    let mut term = names.join(", ");
    if argument.get_action().takes_values() {
        let value = argument
            .get_value_names()
            .and_then(|names| names.first())
            .map_or("VALUE", |name| name.as_str());
        let optional = argument
            .get_num_args()
            .is_some_and(|range| range.min_values() == 0);
        let value = format!("\\fI{}\\fR", escape(value));
        if optional {
            let _ = write!(term, "[={value}]");
        } else {
            let _ = write!(term, " {value}");
        }
    }
    let mut about = argument
        .get_long_help()
        .or_else(|| argument.get_help())
        .map(ToString::to_string)
        .unwrap_or_default();
    let defaults = argument.get_default_values();
    if !defaults.is_empty() && argument.get_action().takes_values() {
        let defaults: Vec<String> = defaults
            .iter()
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        let _ = write!(about, " [default: {}]", defaults.join(" "));
    }
    entry(&term, &inline(&about))
}

fn findings(probe: &Probe) -> String {
    let mut out = heading("FINDINGS");
    out.push_str(&filled(&inline(
        "Each has a name, with which `--on` gives it another status than the one told here.",
    )));
    for kind in probe.findings {
        let term = format!("\\fB{}\\fR ({})", escape(kind.id), word(kind.status));
        out.push_str(&entry(&term, &inline(kind.about)));
    }
    out.push_str(&entry(
        "\\fBinterrupted\\fR (UNKNOWN)",
        "a signal ended the check; the text says what it was waiting for",
    ));
    out.push_str(&entry(
        "\\fBusage\\-error\\fR (UNKNOWN)",
        &inline("a mistake in the options; `--on` cannot change it"),
    ));
    out
}

fn word(status: Status) -> &'static str {
    status.as_str()
}

fn metrics(probe: &Probe) -> String {
    let mut out = heading("METRICS");
    out.push_str(&filled(&inline(
        "Perfdata, in this order; what was not reached is left out. `-w` and `-c` judge any of them by name, the first \
         without one.",
    )));
    for kind in probe.metrics {
        let term = format!("\\fB{}\\fR ({})", escape(kind.label), unit(kind.unit));
        out.push_str(&entry(&term, &inline(kind.about)));
    }
    out
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "seconds",
        Unit::Bytes => "bytes",
        Unit::Percent => "percent",
        Unit::Count => "number",
        Unit::Days => "days",
    }
}
