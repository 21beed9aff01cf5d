//! What is narrowed is what is judged; what nobody tells is not 0.

use crate::fake::{Fake, json, metric, now};
use crate::probe::Outcome;

fn queue() -> Fake {
    let now = now();
    let mut text = String::new();
    for (id, queue, age, from, to, reason) in [
        (
            1,
            "deferred",
            7200,
            "a@example.org",
            "x@gmail.example",
            Some(
                "host mx.gmail.example[192.0.2.1] said: 550 5.7.1 blocked by policy (in reply to end of DATA command)",
            ),
        ),
        (
            2,
            "deferred",
            5400,
            "a@example.org",
            "y@gmail.example",
            Some(
                "host mx.gmail.example[192.0.2.1] said: 550 5.7.1 blocked by policy (in reply to end of DATA command)",
            ),
        ),
        (
            3,
            "deferred",
            60,
            "b@news.example.org",
            "z@mail.slow.example",
            Some("connect to mx.slow.example[192.0.2.2]:25: Connection timed out"),
        ),
        (4, "active", 1, "", "b@example.net", None),
        (5, "hold", 90_000, "c@example.org", "d@example.net", None),
    ] {
        text.push_str(&json(id, queue, now - age, from, to, reason));
    }
    Fake::printing(&text)
}

fn total(options: &[&str]) -> (f64, Outcome) {
    let outcome = queue().check().args(options).run();
    (
        metric(&outcome, "total").unwrap_or_else(|| panic!("{outcome}")),
        outcome,
    )
}

#[test]
fn filters_narrow_what_is_judged() {
    for (options, wanted) in [
        (&[][..], 5.0),
        (&["--domain", "gmail.example"], 2.0),
        (&["--domain", "slow.example"], 0.0),
        (&["--domain", ".slow.example"], 1.0),
        (
            &["--domain", "gmail.example", "--domain", "example.net"],
            4.0,
        ),
        (&["--sender", "a@example.org"], 2.0),
        (&["--sender", "example.org"], 3.0),
        (&["--sender", "<>"], 1.0),
        (&["--older-than", "1h"], 3.0),
        (&["--older-than", "1d"], 1.0),
        (&["--queue", "hold"], 1.0),
        (&["--reason", "policy"], 2.0),
        (&["--reason", "timeout"], 1.0),
        (&["--reason", "/timed out/"], 1.0),
        (&["--reason", "policy", "--sender", "news.example.org"], 0.0),
    ] {
        let (total, outcome) = total(options);
        assert!((total - wanted).abs() < 0.1, "{options:?}\n{outcome}");
    }
}

#[test]
fn the_first_blocked_reply_alarms() {
    let (_, outcome) = total(&["--reason", "policy", "-c", "1"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(
        outcome
            .plugin()
            .text
            .contains("2 for gmail.example: 550 5.7.1 blocked by policy (policy)"),
        "{outcome}"
    );
    let (_, outcome) = total(&["--reason", "greylisted", "-c", "1"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(
        outcome.plugin().text.contains("no message waits"),
        "{outcome}"
    );
}

#[test]
fn a_destination_is_named_with_its_own_reason() {
    let now = now();
    let mut text = String::new();
    for id in 0..30 {
        let (to, reason) = match id % 3 {
            // What most others wait for is not why this one does.
            0 => (
                "x@gmail.example",
                "host mx.gmail.example[192.0.2.1] said: 421-4.7.28 rate limited (in reply to DATA)"
                    .to_owned(),
            ),
            _ => (
                "x",
                format!(
                    "connect to mx{id}.a-provider-of-mail.example.net[192.0.2.{id}]:25: Connection timed out"
                ),
            ),
        };
        let to = if to == "x" {
            format!("x@d{id}.example.net")
        } else {
            to.to_owned()
        };
        text.push_str(&json(
            id,
            "deferred",
            now - 60,
            "a@example.org",
            &to,
            Some(&reason),
        ));
    }
    let queue = Fake::printing(&text);
    let outcome = queue.check().run();
    for words in [
        "; 10 for gmail.example: 421-4.7.28 rate limited (rate-limited)",
        "; most: Connection timed out (timeout)",
    ] {
        assert!(outcome.plugin().text.contains(words), "{outcome}");
    }
    // It does not depend on what else is shown.
    let text = outcome.plugin().text;
    assert_eq!(queue.check().arg("-v").run().plugin().text, text);
    let outcome = queue.check().args(["--domain", "gmail.example"]).run();
    assert!(!outcome.plugin().text.contains("timeout"), "{outcome}");
}

#[test]
fn ages_queues_and_sizes_are_judged_by_name() {
    for (rule, code) in [
        ("oldest=1d", 2),
        ("oldest=2d", 0),
        ("hold=0", 2),
        ("active=1", 0),
        ("size=4k", 2),
        ("recipients=5", 0),
    ] {
        let (_, outcome) = total(&["-c", rule]);
        assert_eq!(outcome.code, Some(code), "{rule}\n{outcome}");
    }
    let (_, outcome) = total(&["--on", "held-messages=warning"]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let (_, outcome) = total(&["-c", "oldest=1d"]);
    assert!(
        outcome
            .plugin()
            .text
            .contains("the oldest message waits for 25 h"),
        "{outcome}"
    );
}

#[test]
fn what_is_not_told_is_not_zero() {
    let nullmailer = Fake::printing("2026-11-21 12:00:00 502 bytes from <a@example.org>\n");
    let check = || nullmailer.check().args(["-M", "nullmailer"]);
    for options in [
        &["--domain", "example.net"][..],
        &["--reason", "policy"],
        &["--queue", "hold"],
        &["-c", "recipients=1"],
        &["-c", "corrupt=0"],
    ] {
        let outcome = check().args(options).args(["--format", "json"]).run();
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(
            outcome.finding_ids().contains(&"metric-unknown".to_owned()),
            "{outcome}"
        );
    }
    assert_eq!(
        check()
            .args(["--sender", "example.org", "-c", "1"])
            .run()
            .code,
        Some(2)
    );
    // Nor is a number that Postfix's listing cannot tell.
    assert_eq!(
        queue().check().args(["-c", "corrupt=0"]).run().code,
        Some(3)
    );
}

#[test]
fn tables_are_listed() {
    for (by, row) in [
        ("domain", "2 example.net"),
        ("sender", "2 a@example.org"),
        ("sender-domain", "3 example.org"),
        ("reason", "2 policy: 550 5.7.1 blocked by policy"),
    ] {
        let (_, outcome) = total(&["--top", "3", "--top-by", by]);
        assert!(outcome.stdout.contains(row), "{by}\n{outcome}");
    }
}

#[test]
fn mistakes_in_one_line() {
    for (options, words) in [
        (&["--reason", "bad-luck"][..], "greylisted"),
        (&["--reason", "/(/"], "unclosed group"),
        (&["--queue", "lost"], "deferred"),
        (&["--older-than", "soon"], "--older-than"),
        (&["--spool", "/x", "--input", "-"], "exclude each other"),
        (&["--command", "mailq"], "absolute path"),
        (&["-c", "growth=5"], "--rate"),
        (&["--state-dir", "/x"], "--rate"),
        (&["-s", "--input", "-"], "-s"),
        (&["-w", "nosuch=1"], "nosuch"),
    ] {
        let outcome = crate::fake::mailq().args(options).run();
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(
            outcome.stdout.contains(words) && outcome.stdout.lines().count() == 1,
            "{words}\n{outcome}"
        );
    }
    let help = crate::fake::mailq().arg("-h").run();
    assert_eq!(help.code, Some(3));
    for line in help.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
