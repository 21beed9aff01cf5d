//! One run of check_imap, and what of it is API: exit code, finding ids, metrics, what was proven.

use std::time::Duration;

use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{PASSWORD, Sandbox, TOKEN};

/// The login of the sandbox's account.
pub const LOGIN: [&str; 4] = ["--user", "probe", "--password-env", "PASSWORD"];

/// A run against that server; secrets in the environment, the sandbox's CA trusted.
pub fn imap(server: &Sandbox) -> Run {
    let run = match server.unix_path() {
        Some(path) => Run::new("check_imap").arg("-H").arg(path),
        None => Run::new("check_imap")
            .args(["-H", "localhost", "--address", &server.host()])
            .args(["-p", &server.port().to_string()]),
    };
    run.args(["-t", "8", "--ca-file"])
        .arg(server.ca_file())
        .env("PASSWORD", PASSWORD)
        .env("TOKEN", TOKEN)
        .kill_after(Duration::from_secs(30))
}

/// The same with these options, reported as JSON.
pub fn check(server: &Sandbox, options: &[&str]) -> Outcome {
    imap(server)
        .args(["--format", "json", "-vvv"])
        .args(options)
        .run()
}

/// The same with the login.
pub fn inside(server: &Sandbox, options: &[&str]) -> Outcome {
    check(server, &[LOGIN.as_slice(), options].concat())
}

/// Exactly these findings that are not OK, and the exit code of the worst of them.
#[track_caller]
pub fn assert_finds(outcome: &Outcome, code: i32, ids: &[&str]) {
    let mut found: Vec<String> = outcome
        .findings()
        .into_iter()
        .filter(|(_, status)| status != "OK")
        .map(|(id, _)| id)
        .collect();
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

/// A metric of the only target.
pub fn metric(outcome: &Outcome, label: &str) -> Option<f64> {
    let json = outcome.json();
    let metrics = json["metrics"].as_array().cloned().unwrap_or_default();
    metrics
        .iter()
        .find(|metric| metric["label"] == label)
        .and_then(|metric| metric["value"].as_f64())
}

/// The client's commands without their tags, each up to its first argument.
pub fn commands(server: &Sandbox) -> Vec<String> {
    server
        .lines()
        .iter()
        .filter_map(|line| {
            let (tag, rest) = line.split_once(' ')?;
            tag.starts_with('a').then(|| {
                let words = if rest.starts_with("UID ") { 2 } else { 1 };
                rest.split(' ').take(words).collect::<Vec<_>>().join(" ")
            })
        })
        .collect()
}
