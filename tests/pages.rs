//! Manuals and completions are made from the option tables, and committed. This test makes them anew and compares;
//! `make pages` (PAGES=write) writes them. It also reads them as their readers do: mandoc, bash, zsh, fish.

// Whoever has no unpacked environment has no business here.
#![allow(clippy::disallowed_methods)]

#[path = "pages/completions.rs"]
mod completions;
#[path = "pages/manual.rs"]
mod manual;
#[path = "pages/roff.rs"]
mod roff;
#[path = "pages/shells.rs"]
mod shells;

use std::path::{Path, PathBuf};
use std::process::Command;

use mailprobe::probe::smtp::SSMTP;
use mailprobe::probe::table::PROBES;
use mailprobe::probe::tcp;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the help calls an option's value, where it has a name.
fn value_name(argument: &clap::Arg) -> Option<&str> {
    let names = argument.get_value_names()?;
    names.first().map(|name| name.as_str())
}

/// Whether an option that takes a value may come without.
fn value_is_optional(argument: &clap::Arg) -> bool {
    let count = argument.get_num_args();
    count.is_some_and(|range| range.takes_values() && range.min_values() == 0)
}

/// Every file that is made: its path below the project, its text.
fn made() -> Vec<(PathBuf, String)> {
    let mut files = vec![(PathBuf::from("man/mailprobe.7"), manual::overview(PROBES))];
    for probe in PROBES {
        let page = format!("man/{}.1", probe.name);
        files.push((page.into(), manual::page(probe)));
        files.extend(completions::of(probe));
    }
    // Names with options of their own.
    files.extend(completions::of(&SSMTP));
    files.extend(completions::of(&tcp::PROBE));
    files
}

#[test]
fn manuals_and_completions_are_in_step_with_the_options() {
    let write = std::env::var_os("PAGES").is_some_and(|value| value == "write");
    let mut stale = Vec::new();
    for (path, text) in made() {
        let file = root().join(&path);
        if std::fs::read_to_string(&file).ok().as_deref() == Some(&text) {
            continue;
        }
        if write {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
        } else {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "run `make pages`: {stale:?}");
}

#[test]
fn nothing_is_left_of_what_is_no_longer_made() {
    let made: Vec<PathBuf> = made().into_iter().map(|(path, _)| path).collect();
    for folder in [
        "man",
        "completions/bash",
        "completions/zsh",
        "completions/fish",
    ] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = Path::new(folder).join(entry.file_name());
            assert!(
                entry.path().is_dir() || made.contains(&path),
                "{} is made by nobody",
                path.display()
            );
        }
    }
}

#[test]
fn mandoc_has_nothing_to_complain_of() {
    for (path, _) in made() {
        if !path.starts_with("man") {
            continue;
        }
        let said = Command::new("mandoc")
            .args(["-T", "lint"])
            .arg(root().join(&path))
            .output()
            .expect("mandoc is installed");
        let complaints = String::from_utf8_lossy(&said.stdout);
        assert!(
            said.status.success() && complaints.is_empty(),
            "{complaints}"
        );
    }
}

/// What a manual promises stands in it: every option, finding and metric.
#[test]
fn every_option_finding_and_metric_is_told() {
    for probe in PROBES {
        let said = Command::new("mandoc")
            .args(["-T", "utf8", "-O", "width=200"])
            .arg(root().join(format!("man/{}.1", probe.name)))
            .output()
            .expect("mandoc is installed");
        // A terminal's bold is a character, a backspace, and the character again.
        let mut text = String::new();
        for c in String::from_utf8_lossy(&said.stdout).chars() {
            if c == '\u{8}' {
                text.pop();
            } else {
                text.push(c);
            }
        }
        let command = (probe.command)();
        let options = command
            .get_arguments()
            .filter(|argument| !argument.is_hide_set())
            .filter_map(|argument| argument.get_long())
            .map(|long| format!("--{long}"));
        let findings = probe.findings.iter().map(|kind| kind.id.to_owned());
        let metrics = probe.metrics.iter().map(|kind| kind.label.to_owned());
        for word in options.chain(findings).chain(metrics) {
            assert!(text.contains(&word), "{}: no {word}", probe.name);
        }
    }
}
