//! Who it must be: pins, issuer, names, uses, staples, lifetimes.

use openssl::hash::MessageDigest;

use crate::check::{against, case_run, found};
use crate::sandbox::pki::case;
use crate::server::Server;

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[test]
fn a_pin_fits_certificate_or_key() {
    let chain = case("good");
    let leaf = &chain.certs[0];
    let sha256 = leaf.digest(MessageDigest::sha256()).unwrap().to_vec();
    let sha1 = leaf.digest(MessageDigest::sha1()).unwrap().to_vec();
    let spki = leaf.public_key().unwrap().public_key_to_der().unwrap();
    let key = openssl::sha::sha256(&spki);
    let colons = |bytes: &[u8]| {
        let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    };
    let other = "00".repeat(32);
    let server = Server::tls(&chain);
    let pin = |digest: &[u8]| format!("sha256:{}", hex(digest));
    for (options, expected) in [
        (vec!["--pin".to_owned(), pin(&sha256)], &[][..]),
        (vec!["--pin".to_owned(), pin(&key)], &[]),
        (
            vec!["--pin".to_owned(), format!("sha256:{}", colons(&sha256))],
            &[],
        ),
        (
            vec!["--pin".to_owned(), data_encoding::BASE64.encode(&key)],
            &[],
        ),
        (
            vec!["--pin".to_owned(), format!("sha256:{other}")],
            &["pin-mismatch=critical"],
        ),
        (
            vec![
                "--pin".to_owned(),
                format!("sha256:{other}"),
                "--pin".to_owned(),
                pin(&key),
            ],
            &[],
        ),
        (vec!["--fingerprint".to_owned(), colons(&sha1)], &[]),
        (vec!["--fingerprint".to_owned(), hex(&sha256)], &[]),
        (
            vec!["--fingerprint".to_owned(), "00".repeat(20)],
            &["pin-mismatch=critical"],
        ),
    ] {
        let mut all: Vec<&str> = options.iter().map(String::as_str).collect();
        all.extend(["--format", "json"]);
        let outcome = against(&server, &chain, &all);
        assert_eq!(found(&outcome, false), expected, "{options:?}\n{outcome}");
    }
    for wrong in ["sha1:00", "sha256:00", "x", ""] {
        let outcome = against(&server, &chain, &["--pin", wrong]);
        assert_eq!(outcome.code, Some(3), "{wrong}\n{outcome}");
    }
}

#[test]
fn a_pinned_certificate_may_sign_itself() {
    let chain = case("self-signed");
    let sha256 = chain.certs[0].digest(MessageDigest::sha256()).unwrap();
    let pin = format!("sha256:{}", hex(&sha256));
    let outcome = case_run("self-signed", &["--pin", &pin, "--format", "json"]);
    assert_eq!(found(&outcome, false), Vec::<String>::new(), "{outcome}");
    let outcome = case_run(
        "self-signed",
        &[
            "--pin",
            &pin,
            "--tls-name",
            "a.example.org",
            "--format",
            "json",
        ],
    );
    assert_eq!(
        found(&outcome, false),
        ["cert-name-mismatch=critical"],
        "{outcome}"
    );
    let outcome = case_run("self-signed", &["-s", "--format", "json"]);
    assert_eq!(found(&outcome, false), Vec::<String>::new(), "{outcome}");
    let outcome = case_run("self-signed", &["-s", "--at", "+60d", "--format", "json"]);
    assert_eq!(
        found(&outcome, false),
        ["cert-expiring=critical"],
        "{outcome}"
    );
}

/// Options, findings.
#[test]
fn issuer_names_and_uses() {
    for (options, expected) in [
        (&["--issuer", "Case Intermediate CA"][..], &[][..]),
        (&["-i", "^Case Root CA$"], &[]),
        (&["-i", "Case .* CA"], &[]),
        (&["-i", "Other"], &["issuer-mismatch=critical"]),
        (&["--san", "localhost"], &[]),
        (
            &[
                "--match",
                "mail.example.test",
                "-m",
                "localhost",
                "-n",
                "localhost",
            ],
            &[],
        ),
        (&["--san", "a.example.org"], &["san-missing=critical"]),
        (
            &["--san", "a.example.org", "--san", "localhost"],
            &["san-missing=critical"],
        ),
        (
            &["--tls-name", "a.example.org"],
            &["cert-name-mismatch=critical"],
        ),
        (&["--require-eku", "serverAuth"], &[]),
        (&["--require-eku", "clientAuth"], &["eku-missing=critical"]),
        (
            &["--require-eku", "1.3.6.1.5.5.7.3.4"],
            &["eku-missing=critical"],
        ),
        (&["--require-staple"], &["staple-missing=critical"]),
        (&["--require-ocsp-stapling"], &["staple-missing=critical"]),
        (
            &["--maximum-validity", "90"],
            &["lifetime-too-long=critical"],
        ),
        (&["--maximum-validity", "91"], &[]),
        (&["--maximum-validity"], &[]),
    ] {
        let mut all = options.to_vec();
        all.extend(["--format", "json"]);
        let outcome = case_run("good", &all);
        assert_eq!(found(&outcome, false), expected, "{options:?}\n{outcome}");
    }
}

/// Case, options, findings.
#[test]
fn some_things_are_worth_less_where_nobody_looks() {
    for (name, options, expected) in [
        (
            "wrong-name",
            &["--policy", "mx"][..],
            &["cert-name-mismatch=warning"][..],
        ),
        (
            "unknown-ca",
            &["--policy", "mx"],
            &["cert-untrusted=warning"],
        ),
        (
            "self-signed",
            &["--policy", "mx"],
            &["cert-self-signed=warning"],
        ),
        ("expired", &["--policy", "mx"], &["cert-expired=critical"]),
        (
            "wrong-name",
            &["--policy", "mx", "--on", "cert-name-mismatch=ok"],
            &[],
        ),
        ("wrong-name", &["--ignore-host-cn"], &[]),
        ("unknown-ca", &["-A"], &[]),
        ("missing-intermediate", &["--ignore-incomplete-chain"], &[]),
        ("sha1", &["--ignore-sig-alg"], &[]),
        ("cn-only", &["--allow-empty-san"], &[]),
        (
            "cn-only",
            &["--require-san"],
            &["no-subject-alt-name=critical"],
        ),
        ("root-sent", &["--check-chain"], &["cert-extra=critical"]),
        ("expired", &["--ignore-exp"], &[]),
        (
            "staple-revoked",
            &["--ignore-ocsp", "--ignore-crl", "--ignore-sct"],
            &["cert-revoked=critical"],
        ),
        (
            "staple-garbage",
            &["--require-staple"],
            &["staple-invalid=critical"],
        ),
        (
            "long-lived",
            &["--maximum-validity"],
            &["lifetime-too-long=critical"],
        ),
    ] {
        let mut all = options.to_vec();
        all.extend(["--format", "json"]);
        let outcome = case_run(name, &all);
        assert_eq!(
            found(&outcome, false),
            expected,
            "{name} {options:?}\n{outcome}"
        );
    }
}
