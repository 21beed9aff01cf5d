//! A probe against a server of the sandbox, and what of its report is API: exit code, finding ids, metrics, words.

use std::time::Duration;

use super::probe::{Outcome, Run};
use super::{PASSWORD, Sandbox, TOKEN};

/// The login of the sandbox's account.
pub const LOGIN: [&str; 4] = ["--user", "probe", "--password-env", "PASSWORD"];

/// A run against that server; secrets in the environment, the sandbox's CA trusted.
pub fn against(probe: &str, server: &Sandbox) -> Run {
    let run = match server.unix_path() {
        Some(path) => Run::new(probe).arg("-H").arg(path),
        None => Run::new(probe)
            .args(["-H", "localhost", "--address", &server.host()])
            .args(["-p", &server.port().to_string()]),
    };
    run.args(["-t", "8", "--ca-file"])
        .arg(server.ca_file())
        .env("PASSWORD", PASSWORD)
        .env("TOKEN", TOKEN)
        .kill_after(Duration::from_secs(30))
}

/// The same, reported as JSON with all that can be said.
pub fn reported(run: Run) -> Run {
    run.args(["--format", "json", "-vvv"])
}

/// Exactly these findings that are not OK, the exit code of the worst of them, and no secret.
#[track_caller]
pub fn assert_finds(outcome: &Outcome, code: i32, ids: &[&str]) {
    let mut found = outcome.alarms();
    found.sort();
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    assert_eq!(found, wanted, "\n{outcome}");
    assert_eq!(outcome.code, Some(code), "\n{outcome}");
    assert_eq!(outcome.stderr, "", "\n{outcome}");
    for secret in [PASSWORD, TOKEN] {
        assert!(!outcome.reveals(secret), "a secret shows:\n{outcome}");
    }
}

/// OK, and nothing found that is not.
#[track_caller]
pub fn assert_ok(outcome: &Outcome) {
    assert_finds(outcome, 0, &[]);
}

/// The text of the whole report.
pub fn text(outcome: &Outcome) -> String {
    let json = outcome.json();
    json["text"].as_str().unwrap_or_default().to_owned()
}

#[track_caller]
pub fn assert_says(outcome: &Outcome, words: &str) {
    let said = text(outcome);
    assert!(said.contains(words), "no {words:?} in {said:?}\n{outcome}");
}

/// A mistake in the options: 3, one line on stdout, and it names what is wrong.
#[track_caller]
pub fn assert_usage(outcome: &Outcome, words: &str) {
    assert_eq!(outcome.code, Some(3), "\n{outcome}");
    assert_eq!(outcome.stdout.lines().count(), 1, "\n{outcome}");
    assert!(outcome.stdout.contains(words), "no {words:?}\n{outcome}");
    assert_eq!(outcome.stderr, "", "\n{outcome}");
}

/// Help: 3, no line wider than a screen, and the reader's questions in their order.
#[track_caller]
pub fn assert_help(outcome: &Outcome) {
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert_eq!(outcome.stderr, "", "{outcome}");
    for line in outcome.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let headings = [
        "Examples:",
        "What to check:",
        "How to connect:",
        "How to log in:",
        "When to alarm:",
        "What to print:",
        "Exit codes:",
    ];
    let places = headings.map(|heading| outcome.stdout.find(heading));
    assert!(places.is_sorted() && places[0].is_some(), "{places:?}");
}
