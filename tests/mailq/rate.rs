//! `--rate`: a first run is no alarm, the next one knows.

use crate::fake::{Fake, mailq, messages, metric};
use crate::probe::Outcome;

fn run(state: &std::path::Path, count: u64, options: &[&str]) -> Outcome {
    let check = mailq()
        .args(["--input", "-", "--rate", "--state-dir"])
        .arg(state);
    check.args(options).stdin(messages(count)).run()
}

#[test]
fn growth_is_known_from_the_second_run_on() {
    let folder = tempfile::tempdir().unwrap();
    let first = run(folder.path(), 2, &["-c", "growth=5"]);
    assert_eq!(
        (first.code, metric(&first, "growth")),
        (Some(0), None),
        "{first}"
    );
    let second = run(folder.path(), 500, &["-c", "growth=5"]);
    assert_eq!(second.code, Some(2), "{second}");
    assert!(
        metric(&second, "growth").is_some_and(|growth| growth > 5.0),
        "{second}"
    );
    let third = run(folder.path(), 3, &["-c", "growth=~:5"]);
    assert_eq!(third.code, Some(0), "{third}");
    assert!(
        metric(&third, "growth").is_some_and(|growth| growth < 0.0),
        "{third}"
    );
    // Another target has a memory of its own.
    let other = run(
        folder.path(),
        900,
        &["-c", "growth=5", "--domain", "example.net"],
    );
    assert_eq!(
        (other.code, metric(&other, "growth")),
        (Some(0), None),
        "{other}"
    );
}

#[test]
fn a_state_that_cannot_be_kept_is_told() {
    let fake = Fake::printing("");
    let file = fake.path();
    let outcome = run(&file, 2, &["--format", "json"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert_eq!(outcome.finding_ids(), ["state-unusable"]);
}

#[test]
fn a_queue_that_was_not_read_leaves_no_mark() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), 5, &[]);
    let lost = mailq()
        .args(["--input", "-", "--rate", "--state-dir"])
        .arg(folder.path())
        .stdin("")
        .run();
    assert_eq!(lost.code, Some(3), "{lost}");
    let next = run(folder.path(), 5, &["-c", "growth=0"]);
    assert_eq!(
        (next.code, metric(&next, "growth")),
        (Some(0), Some(0.0)),
        "{next}"
    );
}
