//! Bytes that were made to hurt: every entry comes back, soon and without a panic.

// A stopwatch is the point here.
#![allow(clippy::disallowed_methods)]

use std::time::{Duration, Instant};

use mailprobe::x509::staple;
use mailprobe::x509::verify::{Purpose, Roots, verify};
use proptest::prelude::*;

use crate::entries::{self, bundle, certificate};
use crate::sandbox::pki::der::{sequence, tlv};
use crate::sandbox::pki::mint::{Alt, Spec, p256};
use crate::sandbox::pki::{CASES, case};
use crate::{read, sent};

/// A response about the certificate of the case that has one.
fn response(bytes: &[u8]) {
    let chain = case("staple");
    let ders: Vec<Vec<u8>> = chain
        .certs
        .iter()
        .map(|one| one.to_der().unwrap())
        .collect();
    entries::response(&ders[0], &ders[1], bytes, chain.now);
}

/// Bytes changed, taken out, put in.
#[derive(Clone, Debug)]
enum Change {
    Set(usize, u8),
    Cut(usize, usize),
    Insert(usize, Vec<u8>),
    Repeat(usize, usize),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let one = prop_oneof![
        6 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => (any::<usize>(), 1..40_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        1 => (any::<usize>(), prop::collection::vec(any::<u8>(), 1..20)).prop_map(|(at, new)| Change::Insert(at, new)),
        1 => (any::<usize>(), 1..200_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
    ];
    prop::collection::vec(one, 1..6)
}

fn change(bytes: &mut Vec<u8>, changes: &[Change]) {
    for change in changes {
        let length = bytes.len().max(1);
        match change {
            Change::Set(at, byte) => bytes[at % length] = *byte,
            Change::Cut(at, count) => {
                let at = at % length;
                let end = (at + count).min(bytes.len());
                if end - at < bytes.len() {
                    bytes.drain(at..end);
                }
            }
            Change::Insert(at, new) => {
                let at = at % length;
                bytes.splice(at..at, new.iter().copied());
            }
            Change::Repeat(at, count) => {
                let at = at % length;
                let again = bytes[at..(at + count).min(bytes.len())].to_vec();
                bytes.splice(at..at, again);
            }
        }
    }
}

const SEEDS: [&str; 8] = [
    "good",
    "mail-names",
    "rsa-1024",
    "p-192",
    "must-staple",
    "timestamps",
    "name-constraints-broken",
    "negative-serial",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn certificates_with_changed_bytes(seed in 0..SEEDS.len(), which in 0..2_usize, changes in changes()) {
        let mut bytes = case(SEEDS[seed]).certs[which].to_der().unwrap();
        change(&mut bytes, &changes);
        certificate(&bytes);
        bundle(&bytes);
    }

    #[test]
    fn responses_with_changed_bytes(delegated in any::<bool>(), changes in changes()) {
        let name = if delegated { "staple-delegated" } else { "staple" };
        let mut bytes = case(name).staple.unwrap();
        change(&mut bytes, &changes);
        response(&bytes);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        certificate(&bytes);
        bundle(&bytes);
        response(&bytes);
    }

    #[test]
    fn files_with_changed_bytes(changes in changes()) {
        let mut bytes = case("good").pem();
        change(&mut bytes, &changes);
        bundle(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chains_of_anything(bytes in prop::collection::vec(any::<u8>(), 0..30)) {
        let all = ["two-paths", "expired-cross-sign", "misordered", "self-signed"].map(case);
        let ders: Vec<Vec<u8>> = all.iter().flat_map(|chain| &chain.certs).map(|one| one.to_der().unwrap()).collect();
        let roots: Vec<Vec<u8>> = case("two-paths").roots.iter().map(|one| one.to_der().unwrap()).collect();
        entries::path(&ders, &roots, &bytes, all[0].now);
    }
}

/// A response whose signed part was changed never counts.
#[test]
fn no_changed_response_is_good() {
    let chain = case("staple");
    let good = chain.staple.clone().unwrap();
    let sent = sent(&chain);
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 0x20;
        let verdict = staple::check(&bytes, &sent[0], sent.get(1), chain.now);
        // The signature's algorithm is not signed; its parameters are free.
        assert!(
            !verdict.is_good(),
            "octet {at} of {} changed and still good",
            good.len()
        );
    }
}

fn within(limit: Duration, what: &str, act: impl FnOnce()) {
    let begun = Instant::now();
    act();
    assert!(begun.elapsed() < limit, "{what} took {:?}", begun.elapsed());
}

/// Sequences in sequences, thousands deep: alone, as an extension, as a name.
#[test]
fn nested_without_end() {
    let mut nest = Vec::new();
    for _ in 0..9000 {
        nest = tlv(0x30, &nest);
    }
    let mut endless = [0x30, 0x80].repeat(20_000);
    endless.truncate(60_000);
    within(Duration::from_secs(5), "nesting", || {
        for bytes in [&nest, &endless] {
            certificate(bytes);
            bundle(bytes);
            response(bytes);
        }
        for name in [
            "2.5.29.17",
            "2.5.29.35",
            "2.5.29.31",
            "1.3.6.1.5.5.7.1.1",
            "2.5.29.30",
            "1.3.6.1.4.1.55555.1",
        ] {
            let extra = vec![(name, false, nest.clone())];
            let spec = Spec {
                names: vec![],
                extra,
                ..Spec::server(1_800_000_000)
            };
            certificate(&spec.root(p256()).x509.to_der().unwrap());
        }
    });
}

#[test]
fn many_of_everything() {
    let mut spec = Spec::server(1_800_000_000);
    // As many as 64 KiB hold.
    spec.names = (0..16_000).map(|_| Alt::Raw(0x82, b"a".to_vec())).collect();
    let names = spec.root(p256()).x509;
    let mut spec = Spec::server(1_800_000_000);
    spec.usages = vec!["2.5.29.37.0"; 5000];
    let usages = spec.root(p256()).x509;
    let mut spec = Spec::server(1_800_000_000);
    spec.common_name = Some("x".repeat(60));
    spec.extra = (0..900)
        .map(|_| ("1.3.6.1.4.1.55555.2", false, tlv(0x0c, b"again and again")))
        .collect();
    let extensions = spec.root(p256()).x509;
    within(
        Duration::from_secs(10),
        "many names, usages and extensions",
        || {
            for x509 in [&names, &usages, &extensions] {
                certificate(&x509.to_der().unwrap());
            }
        },
    );
    assert_eq!(read(&names).extensions.names.unwrap().dns.len(), 10_000);
}

/// Two hundred certificates of one name, each of which may have signed each.
#[test]
fn a_chain_in_which_everybody_may_have_signed_everybody() {
    let now = 1_800_000_000;
    let spec = Spec {
        identifiers: false,
        ..Spec::authority("Everybody CA", now)
    };
    let keys: Vec<_> = (0..20).map(|_| p256()).collect();
    let minted: Vec<_> = keys.iter().map(|key| spec.root(key.clone())).collect();
    let mut all = Vec::new();
    for (number, issuer) in minted.iter().enumerate() {
        for step in 1..=10 {
            let key = keys[(number + step) % keys.len()].clone();
            all.push(read(&spec.with(key, issuer).x509));
        }
    }
    let leaf = read(
        &Spec {
            identifiers: false,
            ..Spec::server(now)
        }
        .by(&minted[0])
        .x509,
    );
    within(Duration::from_secs(10), "two hundred alike", || {
        for at in [now, now + 100 * 86_400, now + 9999 * 86_400] {
            let report = verify(&leaf, &all, &Roots::none(), Purpose::Server, at);
            assert!(!report.is_valid());
        }
    });
}

#[test]
fn a_broken_extension_hides_no_other() {
    let extra = vec![
        ("1.3.6.1.5.5.7.1.1", false, vec![0x30, 0x7f, 1]),
        ("2.5.29.31", false, sequence(&[tlv(0x02, &[1])])),
        ("1.3.6.1.4.1.11129.2.4.2", false, tlv(0x04, &[0, 9, 0])),
        ("1.3.6.1.5.5.7.1.24", false, sequence(&[tlv(0x02, &[5])])),
    ];
    let spec = Spec {
        extra,
        ..Spec::server(1_800_000_000)
    };
    let certificate = read(&spec.root(p256()).x509);
    assert_eq!(
        certificate.extensions.broken,
        ["1.3.6.1.5.5.7.1.1", "1.3.6.1.4.1.11129.2.4.2"]
    );
    assert!(certificate.extensions.must_staple);
    assert_eq!(certificate.extensions.names.unwrap().dns.len(), 2);
}

#[test]
fn every_chain_passes_the_entries() {
    for name in CASES {
        let chain = case(name);
        for one in &chain.certs {
            certificate(&one.to_der().unwrap());
        }
        bundle(&chain.pem());
        if let Some(staple) = chain.staple {
            response(&staple);
        }
    }
}
