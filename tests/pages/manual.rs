//! A manual: the option table, the tables of findings and metrics, and the sections that are written by hand
//! (man/sections/).

use std::fmt::Write;

use mailprobe::probe::Probe;
use mailprobe::probe::table::PROBES;
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
    out.push_str(&synopsis(probe));
    let by_hand = by_hand(probe.name);
    let (before, after) = by_hand
        .split_once("# OPTIONS\n")
        .unwrap_or_else(|| panic!("{}: no \"# OPTIONS\" in its sections", probe.name));
    out.push_str(&roff::sections(before));
    out.push_str(&options(probe));
    out.push_str(&findings(probe));
    out.push_str(&metrics(probe));
    out.push_str(&roff::sections(after));
    out.push_str(&ends(probe));
    out.push_str(&heading("SEE ALSO"));
    let others = PROBES.iter().filter(|other| other.name != probe.name);
    let others = others.map(|other| format!("\\fB{}\\fR(1)", escape(other.name)));
    let names: Vec<String> = std::iter::once("\\fBmailprobe\\fR(7)".to_owned())
        .chain(others)
        .collect();
    out.push_str(&names.join(",\n"));
    out.push('\n');
    out
}

/// How it is called: the first line of the usage.
fn synopsis(probe: &Probe) -> String {
    let usage = (probe.command)().render_usage().to_string();
    let usage = usage.lines().next().unwrap_or_default();
    let rest = usage
        .strip_prefix("Usage: ")
        .and_then(|usage| usage.strip_prefix(probe.name))
        .unwrap_or_else(|| panic!("{}: {usage:?}", probe.name));
    let words: Vec<String> = rest
        .split_whitespace()
        .map(|word| {
            let bare = word.trim_matches(['[', ']']);
            match bare.starts_with('-') {
                true => word.replace(bare, &format!("\\fB{}\\fR", escape(bare))),
                false => word.replace(bare, &format!("\\fI{}\\fR", escape(bare))),
            }
        })
        .collect();
    filled(&format!(
        "\\fB{}\\fR {}",
        escape(probe.name),
        words.join(" ")
    ))
}

/// What stands at the end of every page: exit status, environment, files.
fn ends(probe: &Probe) -> String {
    let mut out = heading("EXIT STATUS");
    for (code, meaning) in [
        ("0", "OK: all that was asked for was proven"),
        ("1", "WARNING"),
        ("2", "CRITICAL"),
        (
            "3",
            "UNKNOWN: it cannot be told; also a mistake in the options, `--help` and `--version`",
        ),
    ] {
        out.push_str(&entry(&format!("\\fB{code}\\fR"), &inline(meaning)));
    }
    out.push_str(&heading("ENVIRONMENT"));
    out.push_str(&filled(&inline(
        "`NO_COLOR`, `COLUMNS` and `TERM` (how a terminal is written to), `SSL_CERT_FILE` and `SSL_CERT_DIR` (other roots), \
         `MP_CONFIG_FILE` and `NAGIOS_CONFIG_PATH` (where ini files are searched for), and what options name: see \
         mailprobe(7).",
    )));
    out.push_str(&heading("FILES"));
    let own = FILES.iter().filter(|(name, ..)| *name == probe.name);
    let own = own.map(|(_, file, about)| (*file, *about));
    let all = own.chain([
        (
            "/etc/monitoring-plugins/monitoring-plugins.ini",
            "options, for `--extra-opts`; other places are in mailprobe(7)",
        ),
        (
            "/usr/share/mailprobe/report.schema.json",
            "the JSON schema of `--format json`; below the prefix of the installation",
        ),
    ]);
    for (file, about) in all {
        let term = format!("\\fI{}\\fR", escape(file));
        out.push_str(&entry(&term, &inline(about)));
    }
    out
}

/// Files that one probe alone has.
const FILES: &[(&str, &str, &str)] = &[
    (
        "check_mailq",
        "/var/lib/mailprobe",
        "what `--rate` saw at the last run; without the right to write there, a folder below `$HOME` or /var/tmp \
         (`--state-dir`)",
    ),
    (
        "check_smtp",
        "/etc/resolv.conf",
        "the name servers that `--mx` asks",
    ),
    (
        "check_blacklist",
        "/etc/resolv.conf",
        "the name servers that are asked without `-n`",
    ),
];

/// What `mailprobe.7` says.
pub fn overview(probes: &[&Probe]) -> String {
    let mut out = head("mailprobe", 7);
    let by_hand = by_hand("mailprobe");
    let (before, after) = by_hand
        .split_once("# PROBES\n")
        .expect("mailprobe has a \"# PROBES\" in its sections");
    out.push_str(&roff::sections(before));
    out.push_str(&heading("PROBES"));
    for probe in probes {
        let term = format!("\\fB{}\\fR(1)", escape(probe.name));
        out.push_str(&entry(&term, &inline(probe.about)));
    }
    out.push_str(&roff::sections(after));
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
        let value = super::value_name(argument).unwrap_or("VALUE");
        let value = format!("\\fI{}\\fR", escape(value));
        if super::value_is_optional(argument) {
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
