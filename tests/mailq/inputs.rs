//! Listings that were taken elsewhere: files, pipes, standard input.

use crate::fake::{Fake, mailq, messages, metric};

#[test]
fn a_file_standard_input_and_a_pipe() {
    let fake = Fake::printing("");
    let file = fake.dir().join("listing");
    std::fs::write(&file, messages(7)).unwrap();
    let outcome = mailq()
        .arg("--input")
        .arg(&file)
        .args(["-w", "7", "-c", "8"])
        .run();
    assert_eq!(
        (outcome.code, metric(&outcome, "total")),
        (Some(1), Some(7.0)),
        "{outcome}"
    );
    let outcome = mailq().args(["--input", "-"]).stdin(messages(3)).run();
    assert_eq!(
        (outcome.code, metric(&outcome, "total")),
        (Some(0), Some(3.0)),
        "{outcome}"
    );
}

#[test]
fn what_is_empty_tells_nothing() {
    for mta in [&[][..], &["-M", "postfix"], &["-M", "exim"]] {
        let outcome = mailq().args(["--input", "-"]).args(mta).stdin("").run();
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert_eq!(metric(&outcome, "total"), None);
    }
    let outcome = mailq().args(["--input", "/nonexistent"]).run();
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let outcome = mailq().args(["--input", "/"]).run();
    assert_eq!(outcome.code, Some(3), "{outcome}");
}

#[test]
fn a_pipe_without_a_writer_is_not_waited_for_forever() {
    let fake = Fake::printing("");
    let pipe = fake.dir().join("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap();
    assert!(made.success());
    let run = mailq().arg("--input").arg(&pipe).args(["-t", "0.3"]);
    let outcome = run.run_within(std::time::Duration::from_secs(1));
    assert_eq!(outcome.code, Some(2), "{outcome}");
}
