//! When it alarms: `-w`, `-c`, `--on`, `-t`.

use std::time::Duration;

use crate::check::{assert_finds, assert_usage, check, smtp, text};
use crate::sandbox::{Sandbox, Scenario};

fn plain() -> Sandbox {
    Sandbox::start(Scenario::smtp())
}

/// Greeting and EHLO take 120 ms each.
fn slow() -> Sandbox {
    Sandbox::start(Scenario::smtp().latency(Duration::from_millis(120)))
}

#[test]
fn time_is_the_main_metric() {
    let server = slow();
    for (options, code) in [
        (&["-w", "5", "-c", "9"][..], 0),
        (&["-w", "100ms", "-c", "9"], 1),
        (&["-w", "0.1", "-c", "0.2"], 2),
        (&["-w", "9", "-c", "time=200ms"], 2),
        (&["-w", "time=0.1"], 1),
        (&["-w", "1:"], 1),
        (&["-c", "@0:9"], 2),
        (&["-w", "~:9"], 0),
        (&["-w", "100ms", "-w", "9"], 0),
        (&["-w", "greeting=9", "-c", "ehlo=100ms"], 2),
        (&["-w", "greeting=50ms"], 1),
        (&["--warning", "greeting=9", "--critical=ehlo=9"], 0),
    ] {
        let outcome = check(&server, options);
        let ids: &[&str] = if code == 0 { &[] } else { &["threshold"] };
        assert_finds(&outcome, code, ids);
    }
    let outcome = check(&server, &["-w", "100ms"]);
    assert!(
        text(&outcome, "threshold").starts_with("time 2"),
        "{outcome}"
    );
}

#[test]
fn thresholds_stand_in_the_perfdata_of_every_state() {
    for (options, code) in [(&[][..], 0), (&["--to", "nobody@example.test"], 2)] {
        let outcome = smtp(&plain())
            .args([
                "--format",
                "nagios",
                "-w",
                "2",
                "-c",
                "5s",
                "-w",
                "connect=0:1",
            ])
            .args(options)
            .run();
        assert_eq!(outcome.code, Some(code), "{outcome}");
        let line = outcome.plugin();
        let time = &line.perfdata[0];
        assert_eq!(
            (&*time.label, &*time.unit, time.min),
            ("time", "s", Some(0.0))
        );
        assert_eq!(time.warn.as_deref(), Some("2"));
        assert_eq!(time.crit.as_deref(), Some("5"));
        assert_eq!(line.perf("connect").unwrap().warn.as_deref(), Some("1"));
    }
    // A connection that is refused has its time, too.
    let dead = Sandbox::start(Scenario::smtp().fault_named("refused"));
    let outcome = smtp(&dead).args(["--format", "nagios", "-w", "2"]).run();
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert_eq!(outcome.plugin().perfdata[0].warn.as_deref(), Some("2"));
}

#[test]
fn what_is_no_threshold() {
    let server = plain();
    for (rule, words) in [
        ("2:1", "ends before it starts"),
        ("nonsense", "nonsense"),
        ("1,5", "1,5"),
        ("5x", "5x"),
        ("", "range"),
        ("tine=1", "did you mean time?"),
        ("nan", "nan"),
        ("1e3", "1e3"),
    ] {
        for option in ["-w", "-c"] {
            assert_usage(&check(&server, &[option, rule]), words);
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn any_finding_can_be_given_another_status() {
    for (status, code) in [
        ("ok", 0),
        ("warning", 1),
        ("critical", 2),
        ("unknown", 3),
        ("WARNING", 1),
        ("2", 2),
    ] {
        let rule = format!("recipient-rejected={status}");
        let outcome = check(&plain(), &["--to", "nobody@example.test", "--on", &rule]);
        let ids: &[&str] = if code == 0 {
            &[]
        } else {
            &["recipient-rejected"]
        };
        assert_finds(&outcome, code, ids);
    }
    let waived = smtp(&plain())
        .args(["--format", "nagios", "--to", "nobody@example.test"])
        .args(["--on", "recipient-rejected=ok"])
        .run();
    assert!(
        waived.stdout.contains("ignored: recipient-rejected"),
        "{waived}"
    );
    let server = plain();
    for (rule, words) in [
        ("recipient-rejectd=ok", "did you mean recipient-rejected?"),
        ("open-relay", "ID=STATUS"),
        ("open-relay=fine", "fine"),
        ("", "ID=STATUS"),
    ] {
        assert_usage(&check(&server, &["--on", rule]), words);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_worst_wins() {
    let both = ["--to", "grey@example.test", "--to", "nobody@example.test"];
    let run = |on: &[&str]| check(&plain(), &[&both[..], on].concat());
    assert_finds(&run(&[]), 2, &["recipient-deferred", "recipient-rejected"]);
    assert_finds(
        &run(&["--on", "recipient-rejected=unknown"]),
        1,
        &["recipient-deferred", "recipient-rejected"],
    );
    assert_finds(
        &run(&[
            "--on",
            "recipient-deferred=unknown",
            "--on",
            "recipient-rejected=ok",
        ]),
        3,
        &["recipient-deferred"],
    );
}

#[test]
fn the_deadline_and_its_status() {
    for (limit, code) in [
        ("400ms", 2),
        ("400ms:unknown", 3),
        ("0.4:warning", 1),
        ("400ms:ok", 0),
        ("400ms:3", 3),
        ("400ms:CRITICAL", 2),
    ] {
        let server = Sandbox::start(Scenario::smtp().fault_named("ehlo-silence"));
        let outcome = smtp(&server)
            .args(["-t", limit])
            .run_within(Duration::from_millis(650));
        assert!(
            outcome.finding_ids().contains(&"timeout".to_owned()),
            "{outcome}"
        );
        assert_eq!(outcome.code, Some(code), "{outcome}");
        assert!(outcome.wall >= Duration::from_millis(400), "{outcome}");
        assert!(outcome.stdout.contains("EHLO"), "{outcome}");
    }
    let server = Sandbox::start(Scenario::smtp().fault_named("ehlo-silence"));
    let outcome = smtp(&server)
        .args(["-t", "300ms", "--on", "timeout=unknown"])
        .run();
    assert_finds(&outcome, 3, &["timeout"]);
    for wrong in ["x", "5:", "5:never", "1h2"] {
        assert_usage(&check(&server, &["-t", wrong]), "-t");
    }
}

#[test]
fn a_range_that_judges_nothing_is_a_mistake() {
    let server = plain();
    assert_usage(&check(&server, &["-c", "cert_days=7:"]), "cert_days");
    assert_usage(
        &check(&server, &["-D", "14", "-p", "25:plain"]),
        "cert_days",
    );
    // A phase that was not entered took no time.
    assert_eq!(check(&server, &["-c", "auth=9"]).code, Some(0));
}
