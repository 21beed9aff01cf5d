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
        let want = rows.iter().find(|(row, _)| row == name);
        let want = want.map_or(&[][..], |(_, kinds)| kinds);
        let found = weaknesses(&judge(&chain, chain.now));
        // From 2029 on the rule in force makes most of these too long.
        let found: Vec<_> = found
            .iter()
            .map(|weakness| (weakness.depth, weakness.kind))
            .filter(|found| found.1 != Lifetime || want.contains(found))
            .collect();
        assert_eq!(found, want, "{name}");
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

/// Keys and signatures as `openssl req` makes them, of every kind that it knows.
#[test]
fn keys_and_signatures_of_every_kind() {
    use WeaknessKind::*;
    let rows: &[(&str, &str, &str, &[WeaknessKind])] = &[
        (
            "-newkey rsa:2048 -sha384",
            "RSA 2048",
            "RSA with SHA-384",
            &[],
        ),
        (
            "-newkey rsa-pss -pkeyopt rsa_keygen_bits:2048 -sha256",
            "RSA-PSS 2048",
            "RSA-PSS with SHA-256",
            &[],
        ),
        (
            "-newkey rsa:1536 -sigopt rsa_padding_mode:pss -sha1",
            "RSA 1536",
            "RSA-PSS with SHA-1",
            &[KeyWeak, SignatureWeak],
        ),
        (
            "-newkey rsa:2048 -pkeyopt rsa_keygen_pubexp:3 -sha512",
            "RSA 2048",
            "RSA with SHA-512",
            &[],
        ),
        ("-newkey ed25519", "Ed25519", "Ed25519", &[]),
        ("-newkey ed448", "Ed448", "Ed448", &[]),
        (
            "-newkey ec -pkeyopt ec_paramgen_curve:P-521",
            "EC P-521",
            "ECDSA with SHA-256",
            &[],
        ),
        (
            "-newkey ec -pkeyopt ec_paramgen_curve:secp256k1",
            "EC secp256k1",
            "ECDSA with SHA-256",
            &[],
        ),
        (
            "-newkey ec -pkeyopt ec_paramgen_curve:brainpoolP384r1",
            "EC brainpoolP384r1",
            "ECDSA with SHA-256",
            &[],
        ),
        (
            "-newkey ec -pkeyopt ec_paramgen_curve:secp160r1",
            "EC secp160r1",
            "ECDSA with SHA-256",
            &[KeyBroken],
        ),
        (
            "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit",
            "EC explicit parameters",
            "ECDSA with SHA-256",
            &[Form],
        ),
        (
            "-newkey rsa:512 -md5",
            "RSA 512",
            "RSA with MD5",
            &[KeyBroken, SignatureBroken],
        ),
    ];
    for (arguments, key, signature, kinds) in rows {
        let mut command = std::process::Command::new("openssl");
        command.args([
            "req",
            "-x509",
            "-nodes",
            "-subj",
            "/CN=mail.example.test",
            "-days",
            "30",
        ]);
        command
            .args(["-keyout", "/dev/null"])
            .args(arguments.split(' '));
        let output = command.output().unwrap();
        let all = mailprobe::x509::file::parse(&output.stdout);
        let all = all.unwrap_or_else(|error| {
            panic!(
                "{arguments}: {error}: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
        let own = &all[0];
        assert_eq!(own.key.to_string(), *key, "{arguments}");
        assert_eq!(own.signature.name, *signature, "{arguments}");
        let roots = mailprobe::x509::verify::Roots::none();
        let report =
            mailprobe::x509::verify::verify(own, &[], &roots, Default::default(), own.not_before);
        let found: Vec<_> = weaknesses(&report).iter().map(|one| one.kind).collect();
        assert_eq!(found, *kinds, "{arguments}");
    }
}
