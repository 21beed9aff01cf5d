//! The house stands as ARCHITECTURE.md draws it: a floor uses what is below it, never what is beside or above.

use std::fs;
use std::path::{Path, PathBuf};

/// Top floor first.
const FLOORS: [&str; 15] = [
    "probe", "cli", "session", "mta", "queue", "message", "dns", "tls", "x509", "net", "wire",
    "report", "time", "secret", "child",
];

/// Crates that one floor alone may know.
const CONFINED: [(&str, &str); 4] = [
    ("hickory_resolver", "dns"),
    ("tokio", "dns"),
    ("toml", "dns"),
    ("mail_parser", "message"),
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|suffix| suffix == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

fn floor(path: &Path) -> Option<String> {
    let first = path.components().nth(1)?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (name != "lib").then(|| name.to_owned())
}

fn rank(name: &str) -> usize {
    FLOORS
        .iter()
        .position(|floor| *floor == name)
        .unwrap_or_else(|| panic!("{name} is no floor of ARCHITECTURE.md"))
}

/// Names behind `prefix` in the code, comments left out.
fn named<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(move |line| {
            line.match_indices(prefix).map(move |(at, _)| {
                let rest = &line[at + prefix.len()..];
                &rest[..rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len())]
            })
        })
}

#[test]
fn a_floor_uses_only_what_is_below_it() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(own) = floor(&path) else { continue };
        for used in named(&text, "crate::").filter(|name| FLOORS.contains(name)) {
            if used != own && rank(used) <= rank(&own) {
                wrong.push(format!("{}: {own} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn some_crates_are_known_to_one_floor_alone() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(own) = floor(&path) else { continue };
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for (name, home) in CONFINED {
            if own != home && code.contains(&format!("{name}::")) {
                wrong.push(format!(
                    "{} knows {name}, which belongs to {home}",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_floor_is_drawn() {
    let drawn = fs::read_to_string("ARCHITECTURE.md").unwrap();
    for name in FLOORS {
        assert!(
            drawn.contains(&format!("\n{name}/")),
            "ARCHITECTURE.md does not draw {name}/"
        );
    }
    for (path, _) in sources() {
        if let Some(name) = floor(&path) {
            rank(&name);
        }
    }
}

#[test]
fn the_binaries_are_a_few_lines() {
    for entry in fs::read_dir("bin").unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap();
        assert!(text.lines().count() <= 10, "{}", entry.path().display());
    }
}

#[test]
fn unsafe_stands_in_two_places() {
    let mut places = Vec::new();
    for (path, text) in sources() {
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        places.extend(
            code.filter(|line| line.contains("unsafe {"))
                .map(|_| path.display().to_string()),
        );
    }
    places.sort();
    assert_eq!(places, ["src/probe/abort.rs", "src/tls/roots.rs"]);
}
