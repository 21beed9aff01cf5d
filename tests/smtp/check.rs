//! One run of check_smtp, and what of it is API: exit code, finding ids, metrics, what was proven.

use std::time::Duration;

use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{PASSWORD, Sandbox, TOKEN};

/// A run against that server, reported as JSON; secrets in the environment, the sandbox's CA trusted.
pub fn smtp(server: &Sandbox) -> Run {
    let ca = server.ca_file();
    let run = match server.unix_path() {
        Some(path) => Run::new("check_smtp").arg("-H").arg(path),
        None => Run::new("check_smtp")
            .args(["-H", "localhost", "--address", &server.host()])
            .args(["-p", &server.port().to_string()]),
    };
    run.args(["-t", "8", "--format", "json", "-vvv", "--ca-file"])
        .arg(ca)
        .env("PASSWORD", PASSWORD)
        .env("TOKEN", TOKEN)
        .kill_after(Duration::from_secs(15))
}

/// The same with these options.
pub fn check(server: &Sandbox, options: &[&str]) -> Outcome {
    smtp(server).args(options).run()
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

/// OK, and nothing found that is not.
#[track_caller]
pub fn assert_ok(outcome: &Outcome) {
    assert_finds(outcome, 0, &[]);
}

/// A mistake in the options: 3, one line on stdout, and it names what is wrong.
#[track_caller]
pub fn assert_usage(outcome: &Outcome, words: &str) {
    assert_eq!(outcome.code, Some(3), "\n{outcome}");
    assert_eq!(outcome.stdout.lines().count(), 1, "\n{outcome}");
    let starts = [
        "SMTP UNKNOWN - ",
        "{\"exit_code\":3,\"findings\":[{\"id\":\"usage-error\"",
    ];
    let usage = starts.iter().any(|start| outcome.stdout.starts_with(start));
    assert!(usage, "\n{outcome}");
    let said = outcome.stdout.replace("\\\"", "\"");
    assert!(said.contains(words), "no {words:?}\n{outcome}");
    assert_eq!(outcome.stderr, "", "\n{outcome}");
    assert!(!outcome.reveals(PASSWORD), "a secret shows:\n{outcome}");
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

/// What the only target has proven.
pub fn proven(outcome: &Outcome) -> String {
    outcome.json()["targets"][0]["proven"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The text of the finding of that id.
pub fn text(outcome: &Outcome, id: &str) -> String {
    let json = outcome.json();
    let findings = json["findings"].as_array().cloned().unwrap_or_default();
    findings
        .iter()
        .find(|finding| finding["id"] == id)
        .and_then(|finding| finding["text"].as_str())
        .unwrap_or_else(|| panic!("no finding {id}\n{outcome}"))
        .to_owned()
}
