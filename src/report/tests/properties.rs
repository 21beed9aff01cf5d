//! No report breaks the output, and perfdata reads back as it went in.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// What a strict reader of perfdata gets: label, value, unit, and the four fields behind.
fn read_perfdata(text: &str) -> Vec<(String, f64, String, [String; 4])> {
    let mut entries = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let label;
        if let Some(quoted) = rest.strip_prefix('\'') {
            (label, rest) = quoted.split_once("'=").expect("a closing quote");
        } else {
            (label, rest) = rest.split_once('=').expect("an equals sign");
            assert!(!label.contains(' '), "blank in unquoted {label:?}");
        }
        assert!(
            !label.is_empty() && !label.contains(['=', '\'', '|']),
            "{label:?}"
        );
        let entry;
        (entry, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let mut fields = entry.split(';');
        let first = fields.next().unwrap();
        let end = first
            .find(|c: char| !matches!(c, '-' | '.' | '0'..='9'))
            .unwrap_or(first.len());
        let (number, unit) = first.split_at(end);
        assert!(matches!(unit, "" | "s" | "B" | "%"), "{unit:?}");
        let mut others = [const { String::new() }; 4];
        for (slot, field) in others.iter_mut().zip(fields.by_ref()) {
            field.clone_into(slot);
        }
        assert_eq!(fields.next(), None);
        entries.push((
            label.to_owned(),
            number.parse().unwrap(),
            unit.to_owned(),
            others,
        ));
    }
    entries
}

fn any_unit() -> impl Strategy<Value = Unit> {
    prop_oneof![
        Just(Unit::Seconds),
        Just(Unit::Bytes),
        Just(Unit::Percent),
        Just(Unit::Count),
        Just(Unit::Days)
    ]
}

fn any_metric() -> impl Strategy<Value = Metric> {
    let value = prop_oneof![
        -1e9..1e9f64,
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::MAX),
        Just(1e-300)
    ];
    let label = prop_oneof![
        Just("time".to_owned()),
        Just("size".to_owned()),
        "[a-z =|']{0,8}",
        any::<String>()
    ];
    (
        label,
        value,
        any_unit(),
        any::<Option<f64>>(),
        any::<Option<f64>>(),
    )
        .prop_map(|(label, value, unit, min, max)| Metric {
            label,
            value,
            unit,
            min,
            max,
            above: None,
            judged: None,
        })
}

fn any_duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (0..20_000u64).prop_map(Duration::from_millis),
        Just(Duration::MAX)
    ]
}

fn any_target() -> impl Strategy<Value = TargetReport> {
    let finding = (0..FINDINGS.len(), any::<String>())
        .prop_map(|(n, text)| Finding::new(FINDINGS[n].id, FINDINGS[n].status, text));
    let name = prop_oneof![any::<String>(), "[a-z]{1,4}:[0-9]{2}", Just(String::new())];
    let phase = (
        any::<String>(),
        any_duration(),
        any_duration(),
        any::<String>(),
    )
        .prop_map(|(name, start, duration, note)| PhaseRow {
            name,
            start,
            duration,
            note,
        });
    let row = (any_duration(), any::<String>()).prop_map(|(at, text)| TranscriptRow {
        at,
        text,
        direction: Direction::Received,
    });
    (
        name,
        any::<Option<String>>(),
        any::<String>(),
        proptest::collection::vec(finding, 0..4),
        proptest::collection::vec(any_metric(), 0..4),
        proptest::collection::vec(any::<String>(), 0..2),
        proptest::collection::vec(phase, 0..3),
        proptest::collection::vec(row, 0..3),
        any::<Option<String>>(),
    )
        .prop_map(
            |(target, address, proven, findings, metrics, details, phases, transcript, hint)| {
                TargetReport {
                    target,
                    label: String::new(),
                    address,
                    proven,
                    findings,
                    metrics,
                    details,
                    phases,
                    transcript,
                    hint,
                }
            },
        )
}

proptest! {
    #[test]
    fn no_report_breaks_the_output(
        targets in proptest::collection::vec(any_target(), 0..4),
        verbosity in 0..5u8,
        color in any::<bool>(),
        width in prop_oneof![0..300usize, Just(usize::MAX)],
    ) {
        let report = report(targets);
        let style = Style { verbosity, color, terminal: color, width, ..Style::default() };
        let (text, status) = render(&report, &judge(), Format::Nagios, style, &str::to_owned);
        prop_assert!(status.exit_code() <= 3);
        prop_assert!(text.ends_with('\n'));
        let (first, long) = text.split_once('\n').unwrap();
        prop_assert!(!long.contains('|'));
        prop_assert!(first.matches('|').count() <= 1);
        if !color {
            prop_assert!(text.bytes().all(|b| b == b'\n' || (b' '..=b'~').contains(&b)));
            prop_assert!(long.lines().all(|line| line.len() <= 80));
            prop_assert!(first.split(" | ").next().unwrap().len() <= 160);
        }
        if verbosity == 0 {
            // But for what to look at next, for whoever sits at a terminal.
            prop_assert!(long.is_empty() || color && long.trim_start().starts_with("next:"), "{long:?}");
        }

        let (json, same) = render(&report, &judge(), Format::Json, style, &str::to_owned);
        prop_assert_eq!(same, status);
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(value["exit_code"].as_u64(), Some(u64::from(status.exit_code())));
        prop_assert_eq!(json.lines().count(), 1);
    }

    #[test]
    fn perfdata_reads_back_as_it_went_in(metrics in proptest::collection::vec(any_metric(), 0..6)) {
        let mut one = target("mail.example.org:25", &[]);
        one.metrics = metrics;
        let report = report(vec![one]);
        let judge = judge();
        let data = perfdata::data(&report, &judge);
        let read = read_perfdata(&perfdata::line(&data, usize::MAX));
        prop_assert_eq!(read.len(), data.len());
        for (datum, (label, value, unit, [warn, crit, _, _])) in data.iter().zip(read) {
            prop_assert_eq!(&datum.label, &label);
            prop_assert_eq!(datum.unit.perfdata_suffix(), unit);
            let step = 10f64.powi(-i32::try_from(datum.unit.places()).unwrap());
            prop_assert!((datum.value - value).abs() <= step, "{} read as {}", datum.value, value);
            let expected = if label == "time" { ("1", "5") } else { ("", "") };
            prop_assert_eq!((warn.as_str(), crit.as_str()), expected);
        }
        if let Some(time) = data.iter().position(|datum| datum.label == "time") {
            prop_assert_eq!(time, 0);
        }
    }
}
