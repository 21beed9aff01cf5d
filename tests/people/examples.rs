//! The examples of the manuals are run, and what the manuals show is what comes out. Times and dates differ from run to
//! run and are masked; a manual may show the perfdata as `| ...`.
//!
//! `make pages` (PAGES=write) writes what comes out into the sections.

use std::path::{Path, PathBuf};

use mailprobe::probe::table::PROBES;
use regex::Regex;

use crate::sandbox::calm::undisturbed;
use crate::sandbox::probe::Run;
use crate::stages::{Set, stage};

/// An example: the lines of its command, the lines that it shows.
struct Example {
    /// Where its first line stands in the file.
    at: usize,
    command: Vec<String>,
    shown: Vec<String>,
}

fn sections(probe: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join(format!("man/sections/{probe}.md"))
}

/// The blocks of a section that begin with a prompt.
fn examples(text: &str) -> Vec<Example> {
    let mut all: Vec<Example> = Vec::new();
    let (mut open, mut goes_on) = (false, false);
    for (at, line) in text.lines().enumerate() {
        let Some(line) = line.strip_prefix("    ") else {
            open = false;
            continue;
        };
        if let Some(command) = line.strip_prefix("$ ") {
            all.push(Example {
                at,
                command: vec![command.to_owned()],
                shown: Vec::new(),
            });
            (open, goes_on) = (true, command.ends_with('\\'));
        } else if let (true, Some(last)) = (open, all.last_mut()) {
            if goes_on {
                goes_on = line.ends_with('\\');
                last.command.push(line.to_owned());
            } else {
                last.shown.push(line.to_owned());
            }
        }
    }
    all
}

/// The words of a command, as a shell parts them: single quotes and line ends are all there is.
fn words(command: &[String]) -> Vec<String> {
    let whole = command
        .iter()
        .map(|line| line.trim_end_matches('\\'))
        .collect::<Vec<_>>()
        .join(" ");
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in whole.split('#').next().unwrap_or_default().chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What comes out, in the manual's names.
fn played(probe: &str, words: &[String], set: &Set) -> (String, String) {
    let mut run = Run::new(probe)
        .env("COLUMNS", "72")
        .current_dir(set.folder.path());
    for word in words.iter().skip(1) {
        run = run.arg(set.given(word));
    }
    let run = run.args(&set.more);
    let outcome = undisturbed(|| run.run());
    assert_eq!(outcome.stderr, "", "{outcome}");
    (set.shown(&outcome.stdout), outcome.to_string())
}

/// A text without what differs from run to run.
fn masked(text: &str) -> String {
    let rules = [
        (r"\s+", " "),
        (r"\d{4}-\d\d-\d\d( \d\d:\d\d( UTC)?)?", "DATE"),
        (r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:\d\d UTC", "DATE"),
        (r"\b\d+(\.\d+)? (ms|s|min|h|d)\b( \d+ (s|min|h)\b)?", "TIME"),
        // Times beside each other are one or two, by what they are.
        (r"TIME( TIME)+", "TIME"),
        (r"([a-z_]+=)[0-9.]+(s?)", "${1}N${2}"),
        (r" +#+", ""),
    ];
    let mut text = text.to_owned();
    for (pattern, put) in rules {
        text = Regex::new(pattern)
            .unwrap()
            .replace_all(&text, put)
            .into_owned();
    }
    text.trim().to_owned()
}

/// What a manual shows of an output: the first line broken at blanks, its perfdata left out unless `whole`.
fn written(output: &str, whole: bool) -> Vec<String> {
    let mut lines = output.lines();
    let first = lines.next().unwrap_or_default();
    let first = match first.split_once(" | ") {
        Some((text, _)) if !whole => format!("{text} | ..."),
        _ => first.to_owned(),
    };
    let mut all = vec![String::new()];
    for word in first.split(' ') {
        let last = all.last_mut().unwrap();
        if !last.is_empty() && last.len() + 1 + word.len() > 72 {
            all.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    all.extend(lines.map(str::to_owned));
    all
}

#[test]
fn the_manuals_show_what_comes_out() {
    let write = std::env::var_os("PAGES").is_some_and(|value| value == "write");
    let mut stale = Vec::new();
    for probe in PROBES {
        let path = sections(probe.name);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let all = examples(&text);
        assert!(all.len() >= 2, "{}: hardly an example", probe.name);
        // From the last to the first, so that the places of those before stay.
        for (number, example) in all.iter().enumerate().rev() {
            let words = words(&example.command);
            assert_eq!(words[0], probe.name);
            let set = stage(probe.name, number);
            let (output, outcome) = played(probe.name, &words, &set);
            assert!(!output.contains("usage-error"), "{outcome}");
            let shown = example.shown.join("\n");
            let whole = !masked(&shown).contains("| ...");
            let wanted = written(&output, whole);
            if masked(&shown) == masked(&wanted.join("\n")) {
                continue;
            }
            if write {
                let from = example.at + example.command.len();
                let new = wanted.iter().map(|line| format!("    {line}"));
                lines.splice(from..from + example.shown.len(), new);
            } else {
                stale.push(format!(
                    "{} shows\n{}\nwhere this comes out:\n{}\n{outcome}",
                    probe.name,
                    masked(&shown),
                    masked(&wanted.join("\n"))
                ));
            }
        }
        let new = lines.join("\n") + "\n";
        if write && new != text {
            std::fs::write(&path, new).unwrap();
        }
    }
    assert!(stale.is_empty(), "run `make pages`: {}", stale.join("\n"));
}
