//! Numbers, tables and filters over a queue.

use crate::read::{NOW, given};
use mailprobe::queue::{Class, Filter, Format, Listing, Queue, Summary, Tables, Top, Why};
use proptest::prelude::*;
use std::collections::HashMap;

const QUEUE: &str = r#"{"queue_name": "deferred", "queue_id": "A0000001", "arrival_time": 1795170000, "message_size": 100, "sender": "News@Example.ORG", "recipients": [{"address": "a@example.net", "delay_reason": "connect to x: Connection timed out"}, {"address": "b@mx.example.net", "delay_reason": "said: 450 4.7.1 blocked using zen.spamhaus.org"}]}
{"queue_name": "active", "queue_id": "A0000002", "arrival_time": 1795175000, "message_size": 50, "sender": "", "recipients": [{"address": "c@EXAMPLE.net"}]}
{"queue_name": "hold", "queue_id": "A0000003", "arrival_time": 1795000000, "message_size": 7, "sender": "x@sub.example.org", "recipients": [{"address": "root"}]}
"#;

fn count(filter: &Filter) -> Summary {
    let mut summary = Summary::default();
    let mut listing = Listing::new(Format::PostfixJson, given());
    listing.feed(QUEUE.as_bytes(), &mut |entry| {
        summary.add(entry, filter, NOW);
    });
    listing.finish(&mut |_| {});
    summary
}

#[test]
fn all_numbers() {
    let all = count(&Filter::default());
    assert_eq!(
        (
            all.total(),
            all.count(Queue::Active),
            all.count(Queue::Corrupt)
        ),
        (3, 1, 0)
    );
    assert_eq!((all.size(), all.recipient_count()), (Some(157), Some(4)));
    assert_eq!(all.oldest(), Some((1_795_000_000, "A0000003")));
    assert_eq!(all.newest(), Some(1_795_175_000));
    let domains: Vec<(String, u64, bool)> = all
        .domains(9)
        .into_iter()
        .map(|rank| (rank.name, rank.count, rank.at_least))
        .collect();
    assert_eq!(
        domains,
        [
            ("example.net".to_owned(), 2, false),
            ("mx.example.net".to_owned(), 1, false)
        ]
    );
    assert_eq!(all.senders().first(1)[0].name, "<>");
    assert_eq!(all.sender_domains().distinct(), Some(2));
    let reasons: Vec<(Class, u64)> = all
        .reasons()
        .into_iter()
        .map(|(class, number, _)| (class, number))
        .collect();
    assert_eq!(reasons, [(Class::TimedOut, 1), (Class::Policy, 1)]);
    let (domain, shared) = all.leading_domain().unwrap();
    assert_eq!((domain.name.as_str(), domain.count), ("example.net", 2));
    assert_eq!(
        shared.map(|shared| (shared.count, shared.class)),
        Some((1, Class::TimedOut))
    );
}

#[test]
fn tables_that_nobody_looks_at_stay_empty() {
    let tables = Tables {
        senders: false,
        reasons: false,
    };
    let mut summary = Summary::new(tables);
    let mut listing = Listing::new(Format::PostfixJson, given());
    listing.feed(QUEUE.as_bytes(), &mut |entry| {
        summary.add(entry, &Filter::default(), NOW);
    });
    listing.finish(&mut |_| {});
    assert!(summary.reasons().is_empty() && summary.senders().first(1).is_empty());
    assert_eq!(summary.sender_domains().distinct(), Some(2));
    assert_eq!(
        summary.leading_domain().map(|(rank, _)| rank.count),
        Some(2)
    );
}

#[test]
fn filters_narrow() {
    let domain = |name: &str| Filter {
        domains: vec![name.to_owned()],
        ..Filter::default()
    };
    let sender = |name: &str| Filter {
        senders: vec![name.to_owned()],
        ..Filter::default()
    };
    let reason = |why: Why| Filter {
        reasons: vec![why],
        ..Filter::default()
    };
    for (filter, total, recipients) in [
        (domain("example.NET"), 2, 2),
        (domain(".example.net"), 2, 3),
        (domain("ple.net"), 0, 0),
        (domain(".ple.net"), 0, 0),
        (sender("news@example.org"), 1, 2),
        (sender("example.org"), 1, 2),
        (sender("@example.org"), 1, 2),
        (sender(".example.org"), 2, 3),
        (sender("<>"), 1, 1),
        (reason(Why::Class(Class::Policy)), 1, 1),
        (
            reason(Why::Text(regex::bytes::Regex::new("(?i)TIMED").unwrap())),
            1,
            1,
        ),
        (
            Filter {
                older_than: Some(5999),
                ..Filter::default()
            },
            2,
            3,
        ),
        (
            Filter {
                older_than: Some(6000),
                ..Filter::default()
            },
            1,
            1,
        ),
        (
            Filter {
                queues: vec![Queue::Hold, Queue::Active],
                ..Filter::default()
            },
            2,
            2,
        ),
        (
            Filter {
                queues: vec![Queue::Hold],
                ..domain("example.net")
            },
            0,
            0,
        ),
    ] {
        let summary = count(&filter);
        assert_eq!(
            (summary.total(), summary.recipient_count().unwrap_or(0)),
            (total, recipients),
            "{filter:?}"
        );
    }
    // The recipient of the domain and the one of the reason must be the same.
    let both = Filter {
        domains: vec!["example.net".to_owned()],
        ..reason(Why::Class(Class::Policy))
    };
    assert_eq!(count(&both).total(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_never_counts_too_much(names in proptest::collection::vec(0..60_u32, 0..600), capacity in 2..40_usize) {
        let mut top = Top::new(capacity);
        let mut exact: HashMap<String, u64> = HashMap::new();
        for name in &names {
            // Some names are far more frequent.
            let name = if *name < 30 { name % 3 } else { *name };
            top.add(format!("N{name}").as_bytes(), 1);
            *exact.entry(format!("n{name}")).or_default() += 1;
        }
        let ranks = top.first(1000);
        prop_assert!(ranks.len() <= capacity);
        for rank in &ranks {
            let true_count = exact[&rank.name];
            prop_assert!(rank.count <= true_count);
            prop_assert!(rank.at_least || rank.count == true_count);
        }
        if exact.len() <= capacity {
            prop_assert_eq!(top.distinct(), Some(exact.len()));
            prop_assert!(ranks.iter().all(|rank| !rank.at_least));
        }
        // What more than a share of all have is never forgotten.
        let share = names.len() as u64 / (capacity as u64 / 2).max(1) + 1;
        for (name, count) in exact.iter().filter(|(_, count)| **count > 2 * share) {
            prop_assert!(ranks.iter().any(|rank| rank.name == *name), "{} {}", name, count);
        }
    }
}
