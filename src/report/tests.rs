//! The renderers as a whole: what each kind of run prints.

use std::time::Duration;

use super::*;

mod properties;

const FINDINGS: &[FindingKind] = &[
    FindingKind {
        id: "connection-refused",
        status: Status::Critical,
        about: "",
    },
    FindingKind {
        id: "starttls-refused",
        status: Status::Critical,
        about: "",
    },
    FindingKind {
        id: "busy",
        status: Status::Warning,
        about: "",
    },
];
const METRICS: &[MetricKind] = &[
    MetricKind {
        label: "time",
        unit: Unit::Seconds,
        about: "",
    },
    MetricKind {
        label: "connect",
        unit: Unit::Seconds,
        about: "",
    },
    MetricKind {
        label: "size",
        unit: Unit::Bytes,
        about: "",
    },
];

fn judge() -> Judge {
    let mut judge = Judge::new(FINDINGS, METRICS);
    judge.warning("1").unwrap().critical("5").unwrap();
    judge
}

fn target(name: &str, findings: &[(&'static str, &str)]) -> TargetReport {
    let judge = judge();
    TargetReport {
        proven: format!("{name} ready in 41 ms"),
        findings: findings
            .iter()
            .map(|(id, text)| judge.finding(id, *text))
            .collect(),
        metrics: vec![
            Metric::new("connect", 0.009, Unit::Seconds),
            Metric::new("time", 0.041, Unit::Seconds),
        ],
        ..TargetReport::new(name)
    }
}

fn report(targets: Vec<TargetReport>) -> Report {
    Report {
        service: "SMTP".into(),
        targets,
        notes: vec![],
    }
}

fn print(targets: Vec<TargetReport>, verbosity: u8) -> (String, Status) {
    let style = Style {
        verbosity,
        ..Style::default()
    };
    render(
        &report(targets),
        &judge(),
        Format::Nagios,
        style,
        &str::to_owned,
    )
}

#[test]
fn ok_says_what_was_proven() {
    assert_eq!(
        print(vec![target("mail.example.org:587", &[])], 0),
        (
            "SMTP OK - mail.example.org:587 ready in 41 ms | time=0.041s;1;5;0 connect=0.009s;;;0\n".into(),
            Status::Ok
        )
    );
}

#[test]
fn the_worst_comes_first_and_the_thing_is_named_once() {
    let targets = vec![target(
        "mail.example.org:587",
        &[
            ("busy", "421 try later"),
            ("starttls-refused", "STARTTLS refused: 454 4.7.0 no"),
        ],
    )];
    let (text, status) = print(targets, 0);
    assert_eq!(status, Status::Critical);
    assert!(
        text.starts_with(
            "SMTP CRITICAL - mail.example.org:587 STARTTLS refused: 454 4.7.0 no; 421 try later | time=0.041s;1;5;0"
        ),
        "{text}"
    );
}

#[test]
fn a_text_that_names_the_host_is_left_alone() {
    let targets = vec![target(
        "mail.example.org:25",
        &[("busy", "no greeting from mail.example.org:25 (192.0.2.7)")],
    )];
    assert!(
        print(targets, 0)
            .0
            .starts_with("SMTP WARNING - no greeting from mail.example.org:25 (192.0.2.7) | ")
    );
}

#[test]
fn several_targets_are_counted() {
    let mut second = target(
        "mx2.example.org:25",
        &[("connection-refused", "connection refused")],
    );
    second.address = Some("2001:db8::2".into());
    second.metrics.clear();
    let mut third = target("mx2.example.org:25", &[]);
    third.address = Some("192.0.2.2".into());
    third.metrics = vec![Metric::new("time", 0.5, Unit::Seconds)];
    let (text, status) = print(vec![target("mx1.example.org:25", &[]), second, third], 0);
    assert_eq!(status, Status::Critical);
    assert_eq!(
        text,
        "SMTP CRITICAL - 1 of 3 targets failed: mx2.example.org [2001:db8::2]:25 connection refused \
         | time=0.5s;1;5;0 targets=3;;;0 failed=1;;;0 degraded=0;;;0 \
         mx1.example.org:25::time=0.041s;1;5;0 mx1.example.org:25::connect=0.009s;;;0 \
         mx2.example.org[192.0.2.2]:25::time=0.5s;1;5;0\n"
    );
}

#[test]
fn several_targets_that_work_say_so() {
    let (text, _) = print(
        vec![
            target("a.example.org:25", &[]),
            target("b.example.org:25", &[]),
        ],
        0,
    );
    assert!(
        text.starts_with("SMTP OK - 2 targets ok: a.example.org:25 ready in 41 ms; b.example.org:25 ready in 41 ms | "),
        "{text}"
    );
}

#[test]
fn warnings_are_not_failures() {
    let (text, status) = print(
        vec![
            target("a.example.org:25", &[("busy", "busy")]),
            target(
                "b.example.org:25",
                &[("connection-refused", "connection refused")],
            ),
            target("c.example.org:25", &[]),
        ],
        0,
    );
    assert_eq!(status, Status::Critical);
    assert!(
        text.starts_with(
            "SMTP CRITICAL - 1 of 3 targets failed, 1 degraded: \
             b.example.org:25 connection refused; a.example.org:25 busy | "
        ),
        "{text}"
    );
}

#[test]
fn the_line_stays_short_and_counts_what_it_leaves_out() {
    let long = "x".repeat(500);
    let targets: Vec<_> = (0..9)
        .map(|n| {
            target(
                &format!("mx{n}.example.org:25"),
                &[("connection-refused", long.as_str())],
            )
        })
        .collect();
    let (text, _) = print(targets, 0);
    let (head, _) = text.split_once(" | ").unwrap();
    assert!(head.len() <= 160, "{head}");
    assert!(head.contains("..."), "{head}");
    assert!(head.ends_with(" more)"), "{head}");
}

#[test]
fn an_ok_that_was_asked_for_says_so() {
    let mut judge = judge();
    judge.on("busy=ok").unwrap();
    let mut one = target("mail.example.org:25", &[]);
    one.findings = vec![
        judge.finding("busy", "421 busy"),
        judge.finding("busy", "421 still busy"),
    ];
    let (text, status) = render(
        &report(vec![one]),
        &judge,
        Format::Nagios,
        Style::default(),
        &str::to_owned,
    );
    assert_eq!(status, Status::Ok);
    assert!(
        text.starts_with("SMTP OK - mail.example.org:25 ready in 41 ms; ignored: busy | "),
        "{text}"
    );
}

#[test]
fn no_target_is_unknown() {
    let (text, status) = print(vec![], 0);
    assert_eq!(
        (text.as_str(), status),
        ("SMTP UNKNOWN - nothing was checked\n", Status::Unknown)
    );
}

#[test]
fn verbosity_adds_checks_then_timeline_then_dialogue() {
    let mut one = target("mail.example.org:587", &[("busy", "421 4.7.0 try later")]);
    one.address = Some("192.0.2.7".into());
    one.details = vec!["STARTTLS offered".into()];
    one.hint = Some("see the server's log".into());
    one.phases = vec![PhaseRow {
        name: "dns".into(),
        duration: Duration::from_millis(1),
        ..PhaseRow::default()
    }];
    one.transcript = vec![TranscriptRow {
        direction: Direction::Received,
        text: "421 4.7.0 try later\r\n".into(),
        ..TranscriptRow::default()
    }];
    let (text, _) = print(vec![one], 3);
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "  mail.example.org (192.0.2.7):587",
            "    WARNING   busy: 421 4.7.0 try later",
            "    STARTTLS offered",
            "    dns         1 ms  ####################",
            "         0 s  < 421 4.7.0 try later",
            "    next: see the server's log",
        ]
    );
}

#[test]
fn json_has_all_of_it() {
    let style = Style {
        verbosity: 3,
        ..Style::default()
    };
    let mut one = target("mail.example.org:587", &[("busy", "Grüße\n|")]);
    one.transcript = vec![TranscriptRow {
        text: "a\r\nb\r\n".into(),
        ..TranscriptRow::default()
    }];
    let (text, status) = render(
        &report(vec![one]),
        &judge(),
        Format::Json,
        style,
        &str::to_owned,
    );
    assert_eq!(status, Status::Warning);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["schema"], 1);
    assert_eq!(value["exit_code"], 1);
    assert_eq!(value["findings"][0]["text"], "Grüße /");
    assert_eq!(value["findings"][0]["target"], "mail.example.org:587");
    assert_eq!(value["metrics"][0]["label"], "time");
    assert_eq!(value["metrics"][0]["value"], 0.041);
    assert_eq!(value["metrics"][0]["crit"], "5");
    assert_eq!(value["targets"][0]["transcript"][1]["text"], "b");
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn secrets_are_masked_everywhere() {
    let secret = "s3cr3t-that-is-long";
    let hide = |text: &str| text.replace(secret, "****");
    let mut one = target(secret, &[("busy", secret)]);
    one.address = Some(secret.into());
    one.proven = secret.into();
    one.metrics
        .push(Metric::new(secret, 1.0, Unit::Count).above(secret));
    one.details = vec![secret.into()];
    one.hint = Some(secret.into());
    one.phases = vec![PhaseRow {
        note: secret.into(),
        ..PhaseRow::default()
    }];
    one.transcript = vec![TranscriptRow {
        text: secret.into(),
        ..TranscriptRow::default()
    }];
    let report = Report {
        service: "SMTP".into(),
        targets: vec![one],
        notes: vec![secret.into()],
    };
    for format in [Format::Nagios, Format::Json] {
        for color in [false, true] {
            let style = Style {
                verbosity: 3,
                color,
                terminal: color,
                width: 80,
            };
            let (text, _) = render(&report, &judge(), format, style, &hide);
            assert!(!text.contains("s3cr3t"), "{text}");
        }
    }
}

#[test]
fn faults_are_one_line() {
    assert_eq!(
        fault_line("SMTP", "no such option\n--foo | x", &str::to_owned),
        "SMTP UNKNOWN - no such option --foo / x\n"
    );
}

#[test]
fn a_secret_that_is_one_of_our_words_changes_no_format() {
    let mut one = target("mail.example.org:25", &[("busy", "421 time to connect")]);
    one.phases = vec![PhaseRow {
        name: "connect".into(),
        ..PhaseRow::default()
    }];
    for word in ["time", "connect", "SMTP", "busy", "WARNING"] {
        let hide = |text: &str| text.replace(word, "****");
        for format in [Format::Nagios, Format::Json] {
            let style = Style {
                verbosity: 3,
                ..Style::default()
            };
            let (text, _) = render(&report(vec![one.clone()]), &judge(), format, style, &hide);
            let mut ours = ["SMTP", "WARNING", "time", "connect", "busy"].iter();
            assert!(ours.all(|word| text.contains(word)), "{word}: {text}");
            if format == Format::Nagios {
                assert!(
                    text.contains("| time=0.041s;1;5;0 connect=0.009s"),
                    "{text}"
                );
            }
        }
    }
}

/// A target about which a server said far too much.
fn endless() -> TargetReport {
    let long = "x".repeat(300_000);
    let mut one = target("mail.example.org:25", &[("busy", "421 no")]);
    one.findings
        .extend(vec![judge().finding("busy", "y".repeat(3_000)); 1_000]);
    one.details = vec!["z".repeat(3_000); 1_000];
    one.details.insert(0, long.clone());
    one.phases = vec![
        PhaseRow {
            name: "connect".into(),
            note: long,
            ..PhaseRow::default()
        };
        3
    ];
    let row = TranscriptRow {
        direction: Direction::Received,
        text: "w".repeat(2_000),
        ..TranscriptRow::default()
    };
    one.transcript = vec![row; 2_000];
    one
}

#[test]
fn whatever_a_server_says_the_output_is_bounded() {
    for (verbosity, count) in [(0, 1), (1, 30), (3, 1), (3, 30)] {
        let targets = vec![endless(); count];
        let (text, _) = print(targets.clone(), verbosity);
        assert!(text.len() < 64 * 1024, "{}", text.len());
        assert_eq!(verbosity > 0, text.contains(" more lines\n"), "{text}");
        let style = Style {
            verbosity,
            ..Style::default()
        };
        let (text, _) = render(
            &report(targets),
            &judge(),
            Format::Json,
            style,
            &str::to_owned,
        );
        assert!(text.len() < 10 << 20, "{}", text.len());
    }
}

#[test]
fn a_secret_over_several_lines_of_the_dialogue_is_masked() {
    let heard = |text: &str| TranscriptRow {
        direction: Direction::Received,
        text: text.into(),
        ..TranscriptRow::default()
    };
    let redactor = crate::secret::Redactor::default();
    redactor.learn_bytes(b"hunter2Secret!");
    let mut one = target("mail.example.org:25", &[]);
    let sent = TranscriptRow {
        direction: Direction::Sent,
        text: "QUIT".into(),
        ..TranscriptRow::default()
    };
    one.transcript = vec![
        heard("535-bad hunter2S"),
        sent,
        heard("535 ecret!"),
        heard("221 a\n221 b"),
    ];
    let style = Style {
        verbosity: 3,
        ..Style::default()
    };
    let mask = |text: &str| redactor.strike(text);
    let (text, _) = render(&report(vec![one]), &judge(), Format::Nagios, style, &mask);
    let said: Vec<&str> = text.lines().filter_map(|line| line.get(16..)).collect();
    assert!(
        text.contains("< 535-bad ****\n") && text.contains("> QUIT\n"),
        "{text}"
    );
    assert!(
        text.contains("< ****\n") && text.contains("< 221 a\n"),
        "{said:?}"
    );
}

#[test]
fn an_ok_that_proves_nothing_says_what_it_ignores() {
    let mut judge = judge();
    judge.on("connection-refused=ok").unwrap();
    let mut one = TargetReport::new("mail.example.org:25");
    let text = "mail.example.org:25 refuses connections";
    one.findings.push(judge.finding("connection-refused", text));
    let print = |targets: Vec<TargetReport>| {
        render(
            &report(targets),
            &judge,
            Format::Nagios,
            Style::default(),
            &str::to_owned,
        )
        .0
    };
    assert_eq!(
        print(vec![one.clone()]),
        "SMTP OK - mail.example.org:25 refuses connections (ignored)\n"
    );
    let two = TargetReport {
        target: "mx.example.org:25".into(),
        ..one.clone()
    };
    assert!(
        print(vec![one.clone(), two])
            .contains("mail.example.org:25 refuses connections (ignored); ")
    );
    one.findings
        .push(judge.finding("connection-refused", "y".repeat(500)));
    let long = print(vec![one]);
    assert!(long.contains("(ignored)") && long.len() <= 161, "{long}");
}
