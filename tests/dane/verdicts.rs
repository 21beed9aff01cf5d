//! What each kind of record is worth against each kind of chain.

use mailprobe::x509::dane::{
    Advice, Application, Match, Outcome, Pkix, Report, Shown, Tlsa, Verdict, judge, rollover,
};
use openssl::sha::{sha256, sha512};
use proptest::prelude::*;

use super::chains::{HOST, Pair, authority, now, renewed, server};

fn record(usage: u8, selector: u8, matching: u8, of: &Pair) -> Tlsa {
    let selected = if selector == 0 { of.der() } else { of.spki() };
    let data = match matching {
        0 => selected,
        1 => sha256(&selected).to_vec(),
        _ => sha512(&selected).to_vec(),
    };
    Tlsa {
        usage,
        selector,
        matching,
        data,
    }
}

fn names() -> Vec<String> {
    vec![HOST.to_owned()]
}

fn verdict(records: &[Tlsa], chain: &[&Pair], names: &[String]) -> Report {
    let chain: Vec<Vec<u8>> = chain.iter().map(|pair| pair.der()).collect();
    let shown = Shown {
        chain: &chain,
        names,
        now: now(),
        application: Application::Mta,
        pkix: None,
    };
    judge(records, &shown)
}

fn one(record: &Tlsa, chain: &[&Pair]) -> Verdict {
    verdict(std::slice::from_ref(record), chain, &names())
        .records
        .remove(0)
        .1
}

/// What a failed verification leaves in the thread's queue, the next TLS read would find.
#[test]
fn no_error_stays_behind() {
    let (root, other) = (authority("Root", None), authority("Other", None));
    let leaf = server(HOST, Some(&root), (-1, 90));
    let over = server(HOST, Some(&root), (-90, -1));
    for selector in [0, 1] {
        for (leaf, above) in [(&leaf, &other), (&over, &root), (&leaf, &root)] {
            let _ = openssl::error::ErrorStack::get();
            one(&record(2, selector, 0, above), &[leaf, &root]);
            let left = openssl::error::ErrorStack::get();
            assert!(left.errors().is_empty(), "2 {selector} 0: {left}");
        }
    }
}

#[test]
fn the_own_key_is_enough_whatever_else_is_wrong() {
    let root = authority("Root", None);
    let rows = [
        server(HOST, Some(&root), (-1, 90)),
        server(HOST, Some(&root), (-90, -1)),
        server(HOST, Some(&root), (1, 90)),
        server("other.example.test", Some(&root), (-1, 90)),
        server(HOST, None, (-1, 90)),
    ];
    for leaf in &rows {
        for selector in [0, 1] {
            for matching in [0, 1, 2] {
                let record = record(3, selector, matching, leaf);
                assert_eq!(
                    one(&record, &[leaf]),
                    Verdict::Matches(Match::Own),
                    "{record}"
                );
            }
        }
        assert_eq!(
            one(&record(3, 1, 1, &root), &[leaf, &root]),
            Verdict::Differs
        );
    }
}

#[test]
fn an_authority_must_be_in_the_chain_or_in_the_record() {
    let root = authority("Root", None);
    let middle = authority("Middle", Some(&root));
    let leaf = server(HOST, Some(&middle), (-1, 90));
    for selector in [0, 1] {
        for matching in [0, 1, 2] {
            let of_middle = record(2, selector, matching, &middle);
            let of_root = record(2, selector, matching, &root);
            let sent = |place| Verdict::Matches(Match::Authority(place));
            assert_eq!(one(&of_middle, &[&leaf, &middle]), sent(1), "{of_middle}");
            assert_eq!(
                one(&of_middle, &[&leaf, &middle, &root]),
                sent(1),
                "{of_middle}"
            );
            assert_eq!(
                one(&of_root, &[&leaf, &middle, &root]),
                sent(2),
                "{of_root}"
            );
            let whole = matching == 0;
            let published = if whole {
                Verdict::Matches(Match::Published)
            } else {
                Verdict::Differs
            };
            assert_eq!(one(&of_middle, &[&leaf]), published, "{of_middle}");
            assert_eq!(one(&of_root, &[&leaf, &middle]), published, "{of_root}");
            assert_eq!(one(&of_root, &[&leaf]), Verdict::Differs, "{of_root}");
        }
    }
    // Usage 2 for the server's own key: a common mistake.
    assert!(
        matches!(one(&record(2, 1, 1, &leaf), &[&leaf, &middle]), Verdict::Fails(why) if why.contains("usage 3"))
    );
}

#[test]
fn below_an_authority_path_dates_and_name_count() {
    let root = authority("Root", None);
    let other = authority("Root", None);
    let fails = |chain: &[&Pair], of: &Pair, words: &str| {
        let record = record(2, 1, 1, of);
        match one(&record, chain) {
            Verdict::Fails(why) => assert!(why.contains(words), "{why}"),
            verdict => panic!("{verdict:?} instead of {words}"),
        }
    };
    fails(
        &[&server(HOST, Some(&root), (-90, -1)), &root],
        &root,
        "expired",
    );
    fails(
        &[&server(HOST, Some(&root), (1, 90)), &root],
        &root,
        "not yet valid",
    );
    fails(
        &[&server("x.example.test", Some(&root), (-1, 90)), &root],
        &root,
        "is not for mail.example.test",
    );
    // The authority was sent, but has signed nothing here, though it bears the name of the one that has.
    fails(&[&server(HOST, Some(&root), (-1, 90)), &other], &other, "");
    let wild = server("*.example.test", Some(&root), (-1, 90));
    let records = [record(2, 0, 1, &root)];
    assert_eq!(
        verdict(&records, &[&wild, &root], &names()).outcome,
        Outcome::Authentic
    );
    // Any of the names will do: the host's or the domain's (RFC 7672 §3.2.2).
    let domain = server("example.test", Some(&root), (-1, 90));
    let both = [HOST.to_owned(), "example.test".to_owned()];
    assert_eq!(
        verdict(&records, &[&domain, &root], &both).outcome,
        Outcome::Authentic
    );
    assert_eq!(
        verdict(&records, &[&domain, &root], &both[..1]).outcome,
        Outcome::Mismatch
    );
}

#[test]
fn what_nobody_can_use_is_said_and_weighs_nothing() {
    let leaf = server(HOST, None, (-1, 90));
    let good = record(3, 1, 1, &leaf);
    let with = |change: fn(&mut Tlsa)| {
        let mut record = good.clone();
        change(&mut record);
        record
    };
    let bad = [
        with(|it| it.usage = 0),
        with(|it| it.usage = 1),
        with(|it| it.usage = 4),
        with(|it| it.usage = 255),
        with(|it| it.selector = 2),
        with(|it| it.matching = 3),
        with(|it| it.matching = 0),
        with(|it| it.matching = 2),
        with(|it| it.data.clear()),
        with(|it| it.data.push(0)),
    ];
    for record in &bad {
        assert!(
            matches!(one(record, &[&leaf]), Verdict::Unusable(_)),
            "{record}"
        );
    }
    assert_eq!(verdict(&bad, &[&leaf], &names()).outcome, Outcome::Unusable);
    assert_eq!(verdict(&[], &[&leaf], &names()).outcome, Outcome::None);
    let mut mixed = bad.to_vec();
    mixed.push(good);
    assert_eq!(
        verdict(&mixed, &[&leaf], &names()).outcome,
        Outcome::Authentic
    );
    mixed.pop();
    mixed.push(record(3, 1, 1, &server(HOST, None, (-1, 90))));
    assert_eq!(
        verdict(&mixed, &[&leaf], &names()).outcome,
        Outcome::Mismatch
    );
}

#[test]
fn the_stronger_digest_counts() {
    let leaf = server(HOST, None, (-1, 90));
    let old = server(HOST, None, (-1, 90));
    let stale = [record(3, 1, 1, &leaf), record(3, 1, 2, &old)];
    let report = verdict(&stale, &[&leaf], &names());
    assert_eq!(report.outcome, Outcome::Mismatch);
    assert_eq!(report.records[0].1, Verdict::Outdone(true));
    assert_eq!(
        rollover(&report, std::time::Duration::ZERO),
        [Advice::StaleDigest]
    );
    // Another selector, or a whole key, is not outdone.
    let other = [record(3, 0, 1, &leaf), record(3, 1, 2, &old)];
    assert_eq!(
        verdict(&other, &[&leaf], &names()).outcome,
        Outcome::Authentic
    );
    let whole = [record(3, 1, 0, &leaf), record(3, 1, 2, &old)];
    assert_eq!(
        verdict(&whole, &[&leaf], &names()).outcome,
        Outcome::Authentic
    );
}

#[test]
fn a_clients_port_knows_public_authorities() {
    let root = authority("Root", None);
    let leaf = server(HOST, Some(&root), (-1, 90));
    let path = [leaf.der(), root.der()];
    let outcome = |record: Tlsa, pkix: Option<bool>| {
        let shown = Shown {
            chain: &path[..1],
            names: &names(),
            now: now(),
            application: Application::Client,
            pkix: pkix.map(|valid| Pkix { valid, path: &path }),
        };
        judge(&[record], &shown).outcome
    };
    for (record, own) in [
        (record(1, 1, 1, &leaf), true),
        (record(0, 0, 1, &root), false),
    ] {
        assert_eq!(
            outcome(record.clone(), Some(true)),
            Outcome::Authentic,
            "{own}"
        );
        assert_eq!(
            outcome(record.clone(), Some(false)),
            Outcome::Mismatch,
            "{own}"
        );
        assert_eq!(outcome(record, None), Outcome::Mismatch, "{own}");
    }
    assert_eq!(
        outcome(record(0, 0, 1, &leaf), Some(true)),
        Outcome::Mismatch
    );
    assert_eq!(outcome(record(3, 1, 1, &leaf), None), Outcome::Authentic);
}

#[test]
fn advice_is_about_the_next_renewal() {
    let root = authority("Root", None);
    let leaf = server(HOST, Some(&root), (-1, 90));
    let next = server(HOST, Some(&root), (-1, 90));
    let advice = |records: &[Tlsa], ttl: u64| {
        let report = verdict(records, &[&leaf, &root], &names());
        rollover(&report, std::time::Duration::from_secs(ttl))
    };
    assert_eq!(
        advice(&[record(3, 0, 1, &leaf)], 300),
        [Advice::EachRenewal]
    );
    assert_eq!(advice(&[record(3, 1, 1, &leaf)], 300), [Advice::NoNext]);
    assert_eq!(
        advice(&[record(2, 1, 1, &root)], 300),
        [Advice::AuthorityOnly]
    );
    assert_eq!(
        advice(&[record(3, 1, 1, &leaf), record(3, 1, 1, &next)], 300),
        []
    );
    assert_eq!(
        advice(&[record(3, 0, 1, &leaf), record(3, 0, 1, &next)], 300),
        []
    );
    assert_eq!(
        advice(&[record(3, 1, 1, &leaf), record(2, 1, 1, &root)], 300),
        []
    );
    let long = Advice::LongTtl(std::time::Duration::from_secs(172_800));
    assert_eq!(
        advice(&[record(3, 1, 1, &leaf), record(2, 1, 1, &root)], 172_800),
        [long]
    );
    let mut useless = record(3, 1, 1, &leaf);
    useless.usage = 1;
    assert_eq!(
        advice(&[record(3, 1, 1, &leaf), useless], 300),
        [Advice::NoNext, Advice::Clutter(1)]
    );
    // The key stays: a new certificate matches what was published for the old one.
    let again = renewed(HOST, Some(&root), (-1, 180), &leaf.key);
    assert_eq!(
        one(&record(3, 1, 1, &leaf), &[&again]),
        Verdict::Matches(Match::Own)
    );
    assert_eq!(one(&record(3, 0, 1, &leaf), &[&again]), Verdict::Differs);
}

#[test]
fn records_are_read_and_shown_as_in_a_zone() {
    let record: Tlsa = "3 1 1 0123456789ABCDEF 0123456789abcdef".parse().unwrap();
    assert_eq!(record.to_string(), "3 1 1 0123...");
    assert_eq!(record.full(), "3 1 1 0123456789abcdef0123456789abcdef");
    for bad in ["", "3 1", "3 1 1 xyz", "256 1 1 00", "-1 1 1 00", "3 1 1 0"] {
        assert!(bad.parse::<Tlsa>().is_err(), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_record_and_no_chain_make_it_fall(
        records in proptest::collection::vec((0u8..6, 0u8..4, 0u8..4, proptest::collection::vec(any::<u8>(), 0..80)), 0..6),
        chain in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..4),
        name in ".{0,20}",
    ) {
        let records: Vec<Tlsa> = records
            .into_iter()
            .map(|(usage, selector, matching, data)| Tlsa { usage, selector, matching, data })
            .collect();
        let names = [name];
        for application in [Application::Mta, Application::Client] {
            let shown = Shown { chain: &chain, names: &names, now: 0, application, pkix: None };
            let report = judge(&records, &shown);
            prop_assert!(report.outcome != Outcome::Authentic);
            let _ = rollover(&report, std::time::Duration::MAX);
        }
    }
}
