//! Weak keys, signatures and lifetimes of whole chains.

use mailprobe::x509::DAY;
use mailprobe::x509::strength::{WeaknessKind, weaknesses};

use crate::judge;
use crate::sandbox::pki::mint::{Asn, Spec, p256};
use crate::sandbox::pki::{CASES, case};

#[test]
fn each_chain_by_its_weaknesses() {
    use WeaknessKind::*;
    let rows: &[(&str, &[(usize, WeaknessKind)])] = &[
        ("rsa-512", &[(0, KeyBroken)]),
        ("rsa-1024", &[(0, KeyWeak)]),
        ("p-192", &[(0, KeyBroken)]),
        ("p-224", &[(0, KeyWeak)]),
        ("md5", &[(0, SignatureBroken), (1, KeyWeak)]),
        ("sha1", &[(0, SignatureWeak)]),
        ("sha1-intermediate", &[(1, SignatureWeak)]),
        ("negative-serial", &[(0, Form)]),
        ("long-lived", &[(0, Lifetime)]),
        ("year-9999", &[(0, Lifetime)]),
    ];
    for name in CASES {
        let chain = case(name);
        let found = weaknesses(&judge(&chain, chain.now));
        let found: Vec<_> = found
            .iter()
            .map(|weakness| (weakness.depth, weakness.kind))
            .collect();
        let want = rows.iter().find(|(row, _)| row == name);
        assert_eq!(found, want.map_or(&[][..], |(_, kinds)| kinds), "{name}");
    }
}

#[test]
fn in_words() {
    let words = |name: &str| {
        let chain = case(name);
        weaknesses(&judge(&chain, chain.now))[0].words.clone()
    };
    assert_eq!(words("rsa-1024"), "has an RSA key of 1024 bits");
    assert_eq!(words("p-192"), "has a key on the curve P-192");
    assert_eq!(words("md5"), "is signed by RSA with MD5");
    assert_eq!(words("sha1"), "is signed by ECDSA with SHA-1");
    assert_eq!(words("negative-serial"), "has a negative serial number");
}

/// Both ends of the validity count: a certificate of exactly so many days ends a second before.
#[test]
fn lifetimes_to_the_second() {
    let from = 1_800_000_000;
    for (seconds, weak) in [(200 * DAY - 1, false), (200 * DAY, true)] {
        let mut spec = Spec::server(from);
        (spec.from, spec.to) = (Asn::Unix(from), Asn::Unix(from + seconds));
        let own = crate::read(&spec.root(p256()).x509);
        let roots = mailprobe::x509::verify::Roots::none();
        let report = mailprobe::x509::verify::verify(&own, &[], &roots, Default::default(), from);
        let found = weaknesses(&report);
        assert_eq!(
            found.iter().any(|one| one.kind == WeaknessKind::Lifetime),
            weak,
            "{found:?}"
        );
        if weak {
            assert_eq!(
                found[0].words,
                "lasts 201 d, longer than the 200 d that public authorities may give"
            );
        }
    }
}
