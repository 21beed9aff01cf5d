//! A command that hangs, is missing, dies, floods: never an empty queue, never later than the deadline.

use std::time::Duration;

use crate::fake::{Fake, json, mailq, messages, metric, now};
use crate::probe::{Outcome, Run};

/// The report and its findings, on two runs.
fn judged(run: &Run) -> (Outcome, Vec<String>) {
    let ids = run.clone().args(["--format", "json"]).run().finding_ids();
    (run.run(), ids)
}

fn expect(run: Run, code: i32, id: &str, words: &str) -> Outcome {
    let (outcome, ids) = judged(&run);
    assert_eq!(outcome.code, Some(code), "{outcome}");
    assert!(
        ids.iter().any(|found| found == id),
        "no {id} in {ids:?}\n{outcome}"
    );
    assert!(outcome.stdout.contains(words), "no {words:?}\n{outcome}");
    outcome
}

fn no_total(outcome: &Outcome) {
    assert_eq!(metric(outcome, "total"), None, "{outcome}");
}

#[test]
fn a_missing_program() {
    let run = mailq().args(["-M", "postfix", "--command", "/nonexistent/mailq"]);
    no_total(&expect(
        run,
        3,
        "mta-missing",
        "there is no /nonexistent/mailq",
    ));
}

#[test]
fn a_program_that_may_not_be_run() {
    let fake = Fake::raw(b"#!/bin/sh\necho Mail queue is empty\n", 0o644);
    no_total(&expect(fake.check(), 3, "queue-unreadable", "may not run"));
}

#[test]
fn a_program_that_is_none() {
    let fake = Fake::raw(&[0x7f, b'E', b'L', b'F', 9, 9, 9, 0, 1], 0o755);
    no_total(&expect(
        fake.check(),
        3,
        "queue-unreadable",
        "cannot be run",
    ));
}

#[test]
fn exit_codes_are_told_by_their_meaning() {
    let fake = Fake::new("echo 'mailq: disk on fire' >&2; exit 75");
    no_total(&expect(
        fake.check(),
        2,
        "command-failed",
        "exit code 75 (temporary failure): \"mailq: disk on fire\"",
    ));
    let fake = Fake::new("exit 1");
    no_total(&expect(fake.check(), 2, "command-failed", "exit code 1"));
    // What was shown before it failed is not the whole queue, and an alarm all the same.
    let fake = Fake::new(&format!("cat <<'END'\n{}END\nexit 75", messages(3)));
    let outcome = expect(
        fake.check().args(["-c", "2"]),
        2,
        "command-failed",
        "3 messages",
    );
    assert_eq!(metric(&outcome, "total"), Some(3.0));
}

#[test]
fn words_that_explain_a_failure() {
    let fake = Fake::new(
        "echo 'postqueue: fatal: Queue report unavailable - mail system is down' >&2; exit 69",
    );
    no_total(&expect(
        fake.check().args(["-M", "postfix"]),
        2,
        "mta-down",
        "Postfix is not running",
    ));
    let fake = Fake::new("echo 'exim: permission denied' >&2; exit 1");
    let outcome = expect(
        fake.check().args(["-M", "exim", "-v"]),
        3,
        "queue-unreadable",
        "permission denied",
    );
    assert!(
        outcome.stdout.contains("queue_list_requires_admin"),
        "{outcome}"
    );
    let fake = Fake::new(
        "echo 'postqueue: fatal: User nobody(65534) is not allowed to view the mail queue' >&2; exit 69",
    );
    expect(
        fake.check().args(["-M", "postfix"]),
        3,
        "queue-unreadable",
        "authorized_mailq_users",
    );
}

#[test]
fn a_listing_from_a_system_that_is_down() {
    let fake = Fake::new(&format!(
        "echo 'postqueue: warning: Mail system is down -- accessing queue directly' >&2\ncat <<'END'\n{}END",
        messages(2)
    ));
    let outcome = expect(
        fake.check().args(["-M", "postfix"]),
        2,
        "mta-down",
        "Postfix is not running",
    );
    assert_eq!(metric(&outcome, "total"), Some(2.0), "{outcome}");
}

#[test]
fn it_hangs() {
    let fake = Fake::new(&format!("cat <<'END'\n{}END\nexec sleep 600", messages(3)));
    let outcome = expect(fake.check().args(["-t", "0.4"]), 2, "timeout", "3 messages");
    in_time(&outcome, 400);
    expect(
        fake.check().args(["-t", "0.3:unknown"]),
        3,
        "timeout",
        "within",
    );
}

#[test]
fn it_closes_its_output_and_stays() {
    let fake = Fake::new("exec >&- 2>&-; exec sleep 600");
    let outcome = expect(
        fake.check().args(["-M", "postfix", "-t", "0.4"]),
        2,
        "timeout",
        "did not end",
    );
    in_time(&outcome, 400);
    no_total(&outcome);
}

#[test]
fn a_grandchild_holds_the_pipe() {
    let fake = Fake::new("sleep 600 &\necho 'Mail queue is empty'");
    let outcome = fake.check().args(["-M", "postfix", "-t", "5"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.took() < Duration::from_secs(2), "{outcome}");
}

#[test]
fn a_grandchild_complains_without_end() {
    for script in [
        "yes warning >&2 &\necho 'Mail queue is empty'",
        // The output is held, too.
        "(while :; do echo warning >&2; done) &\necho 'Mail queue is empty'",
    ] {
        let outcome = Fake::new(script)
            .check()
            .args(["-M", "postfix", "-t", "9"])
            .run();
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(outcome.took() < Duration::from_secs(4), "{outcome}");
    }
}

#[test]
fn nothing_stays_behind() {
    let mark = format!("{}.5", 40_000 + std::process::id());
    for (script, code) in [
        (format!("sleep {mark} & sleep {mark}"), 2),
        (format!("sleep {mark} & echo 'Mail queue is empty'"), 0),
    ] {
        let fake = Fake::new(&script);
        let outcome = fake.check().args(["-M", "postfix", "-t", "0.5"]).run();
        assert_eq!(outcome.code, Some(code), "{outcome}");
        // A killed process takes a moment to go.
        let gone = (0..2000).any(|_| processes(&mark).is_empty());
        assert!(gone, "{:?} after {outcome}", processes(&mark));
    }
}

/// Processes with this word in their command line.
fn processes(word: &str) -> Vec<String> {
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(&format!("sleep {word}")))
        .collect()
}

#[test]
fn half_a_listing() {
    let whole = messages(3);
    let half = &whole[..whole.len() - 40];
    let fake = Fake::new(&format!("printf '%s' '{half}'"));
    let outcome = expect(
        fake.check(),
        3,
        "listing-incomplete",
        "2 messages were read",
    );
    assert_eq!(metric(&outcome, "total"), Some(2.0));
    // Enough is enough, whatever is missing.
    assert_eq!(fake.check().args(["-c", "2"]).run().code, Some(2));
    let fake = Fake::new(&format!("printf '%s' '{half}'; kill -9 $$"));
    expect(fake.check(), 2, "command-failed", "signal 9");
}

#[test]
fn no_listing_at_all() {
    for text in [
        "Hello, world!\n",
        "\u{1}\u{2}\u{0}binary\u{ff}\n",
        "<html><body>502</body></html>\n",
    ] {
        let fake = Fake::printing(text);
        no_total(&expect(fake.check(), 3, "listing-unknown", "no listing"));
    }
}

#[test]
fn a_queue_without_end_and_a_line_without_end_stay_small() {
    let endless = Fake::new(
        "while :; do echo \"$0 is no listing, and has no end either, not by itself\"; done",
    );
    let outcome = endless.check().args(["-t", "0.8"]).run();
    assert!(matches!(outcome.code, Some(2 | 3)), "{outcome}");
    in_time(&outcome, 800);
    small(&outcome);
    let line = Fake::new("exec head -c 60000000 /dev/zero | tr '\\0' x");
    let outcome = line.check().args(["-t", "15"]).run();
    assert_eq!(outcome.code, Some(3), "{outcome}");
    small(&outcome);
    let line = json(1, "deferred", now(), "a@example.org", "b@example.net", None);
    let flood = Fake::new(&format!("yes '{}' | head -n 20000", line.trim_end()));
    let outcome = flood.check().args(["-t", "15"]).run();
    assert_eq!(metric(&outcome, "total"), Some(20_000.0), "{outcome}");
    small(&outcome);
}

#[test]
fn noise_beside_the_listing_changes_nothing() {
    let fake = Fake::new(&format!(
        "head -c 3000000 /dev/zero | tr '\\0' '!' >&2; echo 'perl: warning: Setting locale failed.' >&2\ncat <<'END'\n{}END",
        messages(2)
    ));
    let outcome = fake.check().args(["-M", "postfix"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(metric(&outcome, "total"), Some(2.0));
    small(&outcome);
}

#[test]
fn the_command_sees_a_clean_environment_and_no_input() {
    let fake = Fake::new(
        "[ -z \"$SECRET\" ] && [ \"$LC_ALL\" = C ] && ! read -r line && echo 'Mail queue is empty'",
    );
    let outcome = fake
        .check()
        .env("SECRET", "x")
        .env("LC_ALL", "de_DE.UTF-8")
        .stdin("text\n")
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

fn in_time(outcome: &Outcome, deadline: u64) {
    // What the machine's other work costs is not ours.
    assert!(
        outcome.took() < Duration::from_millis(deadline + 600),
        "{outcome}"
    );
}

fn small(outcome: &Outcome) {
    assert!(outcome.max_rss_kib < 32 * 1024, "{outcome}");
}
