//! One run of check_smtp; what of its report is API is judged by `sandbox::verdict`.

use std::time::Duration;

use crate::sandbox::probe::{Outcome, Run};
pub use crate::sandbox::verdict::{assert_finds, assert_ok};
use crate::sandbox::{PASSWORD, Sandbox, verdict};

/// A run against that server, reported as JSON.
pub fn smtp(server: &Sandbox) -> Run {
    verdict::reported(verdict::against("check_smtp", server)).kill_after(Duration::from_secs(15))
}

/// The same with these options.
pub fn check(server: &Sandbox, options: &[&str]) -> Outcome {
    smtp(server).args(options).run()
}

/// The targets of the report, each with its status.
pub fn targets(outcome: &Outcome) -> Vec<(String, String)> {
    let json = outcome.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    json["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| (text(&target["target"]), text(&target["status"])))
        .collect()
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
