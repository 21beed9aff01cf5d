//! Every chain of the test PKI, shown by a server: exit code, findings, numbers.

use crate::check::{case_run, found};
use crate::sandbox::pki::CASES;

const DAY: f64 = 86_400.0;

/// Case, exit code, findings that are not OK.
const ROWS: &[(&str, i32, &[&str])] = &[
    ("good", 0, &[]),
    ("no-intermediate-needed", 0, &[]),
    ("ends-soon", 2, &["cert-expiring=critical"]),
    ("expired", 2, &["cert-expired=critical"]),
    ("not-yet-valid", 2, &["cert-not-yet-valid=critical"]),
    ("short-lived", 0, &[]),
    ("long-lived", 0, &[]),
    ("wrong-name", 2, &["cert-name-mismatch=critical"]),
    ("many-wrong-names", 2, &["cert-name-mismatch=critical"]),
    ("ip", 0, &[]),
    ("ip-only", 0, &[]),
    ("idn", 0, &[]),
    ("cn-only", 1, &["no-subject-alt-name=warning"]),
    ("nameless", 2, &["cert-name-mismatch=critical"]),
    ("wildcard", 0, &[]),
    ("wildcard-too-wide", 2, &["cert-name-mismatch=critical"]),
    ("self-signed", 2, &["cert-self-signed=critical"]),
    ("self-signed-pinned", 0, &[]),
    ("unknown-ca", 2, &["cert-untrusted=critical"]),
    ("unknown-root-sent", 2, &["cert-untrusted=critical"]),
    ("forged-ca", 2, &["cert-untrusted=critical"]),
    (
        "missing-intermediate",
        2,
        &["cert-chain-incomplete=critical"],
    ),
    ("misordered", 0, &[]),
    ("duplicate", 0, &[]),
    ("extra", 0, &[]),
    ("root-sent", 0, &[]),
    ("expired-cross-sign", 0, &[]),
    ("expired-cross-sign-beside", 0, &[]),
    ("two-paths", 0, &[]),
    ("expired-intermediate", 2, &["cert-expired=critical"]),
    ("ending-intermediate", 2, &["cert-expiring=critical"]),
    ("expired-root", 2, &["cert-expired=critical"]),
    ("expired-twice", 2, &["cert-expired=critical"]),
    ("not-a-ca", 2, &["cert-invalid=critical"]),
    ("path-too-long", 2, &["cert-invalid=critical"]),
    ("client-only", 2, &["eku-missing=critical"]),
    ("critical-extension", 2, &["cert-invalid=critical"]),
    ("name-constraints-kept", 0, &[]),
    ("name-constraints-broken", 2, &["cert-invalid=critical"]),
    ("two-roots", 0, &[]),
    ("rsa-512", 2, &["key-weak=critical", "tls-failed=critical"]),
    ("rsa-1024", 1, &["key-small=warning"]),
    ("rsa-2048", 0, &[]),
    ("p-192", 2, &["key-weak=critical", "tls-failed=critical"]),
    ("p-224", 2, &["key-small=warning", "tls-failed=critical"]),
    ("ed25519", 0, &[]),
    ("md5", 2, &["key-small=warning", "signature-weak=critical"]),
    ("sha1", 1, &["signature-weak=warning"]),
    ("sha1-intermediate", 1, &["signature-weak=warning"]),
    ("dual-key", 0, &[]),
    ("must-staple", 2, &["staple-missing=critical"]),
    ("must-staple-stapled", 0, &[]),
    ("staple", 0, &[]),
    ("staple-sha256", 0, &[]),
    ("staple-delegated", 0, &[]),
    ("staple-delegated-wrong", 1, &["staple-invalid=warning"]),
    ("staple-revoked", 2, &["cert-revoked=critical"]),
    ("staple-unknown", 1, &["staple-invalid=warning"]),
    ("staple-expired", 1, &["staple-invalid=warning"]),
    ("staple-early", 1, &["staple-invalid=warning"]),
    ("staple-spoilt", 1, &["staple-invalid=warning"]),
    ("staple-other-certificate", 1, &["staple-invalid=warning"]),
    ("staple-foreign-signer", 1, &["staple-invalid=warning"]),
    ("staple-refused", 1, &["staple-invalid=warning"]),
    ("staple-garbage", 1, &["staple-invalid=warning"]),
    ("negative-serial", 0, &[]),
    ("many-names", 0, &[]),
    ("mail-names", 0, &[]),
    ("hostile-name", 2, &["cert-name-mismatch=critical"]),
    ("nul-name", 2, &["cert-name-mismatch=critical"]),
    ("year-9999", 0, &[]),
    ("before-1970", 0, &[]),
    ("timestamps", 0, &[]),
    ("long-chain", 2, &["cert-untrusted=critical"]),
];

#[test]
fn every_case_is_judged() {
    let mut wrong = Vec::new();
    for name in CASES {
        let Some((_, code, expected)) = ROWS.iter().find(|(known, ..)| known == name) else {
            wrong.push(format!("{name}: no row"));
            continue;
        };
        let outcome = case_run(name, &["--format", "json"]);
        let found = found(&outcome, false);
        if outcome.code != Some(*code) || found != *expected {
            wrong.push(format!(
                "{name}: wanted {code} {expected:?}, got {found:?}\n{outcome}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Case, and a note that must be among the findings although it alarms nobody.
#[test]
fn what_harms_nobody_is_noted() {
    for (name, id) in [
        ("misordered", "cert-chain-order"),
        ("duplicate", "cert-extra"),
        ("extra", "cert-extra"),
        ("root-sent", "cert-extra"),
        ("expired-cross-sign", "cert-extra"),
        ("expired-cross-sign-beside", "cert-extra"),
        ("wildcard", "cert-wildcard"),
        ("negative-serial", "cert-odd"),
    ] {
        let outcome = case_run(name, &["--format", "json"]);
        let all = found(&outcome, true);
        assert!(
            all.contains(&format!("{id}=ok")),
            "{name}: {all:?}\n{outcome}"
        );
    }
    let good = case_run("good", &["--format", "json"]);
    assert_eq!(found(&good, true), Vec::<String>::new(), "{good}");
}

/// Case, days until no path is valid, days until the server's own certificate ends.
#[test]
fn the_end_is_that_of_the_last_valid_path() {
    for (name, path, leaf) in [
        ("good", 63.5, 63.5),
        ("expired", -3.0, -3.0),
        ("ending-intermediate", 10.0, 63.5),
        ("two-paths", 63.5, 63.5),
        ("expired-cross-sign", 63.5, 63.5),
        ("expired-intermediate", -9.0, 63.5),
    ] {
        let outcome = case_run(name, &["--format", "json"]);
        for (label, days) in [("expires", path), ("leaf_expires", leaf)] {
            let value = outcome
                .metric(label)
                .unwrap_or_else(|| panic!("{name} {label}\n{outcome}"));
            assert!(
                (value / DAY - days).abs() < 0.1,
                "{name} {label}: {} d\n{outcome}",
                value / DAY
            );
        }
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let outcome = case_run(
        "expired-twice",
        &["--format", "json", "--tls-name", "a.example.org"],
    );
    let json = outcome.json();
    let texts: Vec<String> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["text"].as_str().unwrap().to_owned())
        .collect();
    let expired = texts
        .iter()
        .filter(|text| text.contains("expired on"))
        .count();
    assert_eq!(expired, 2, "{outcome}");
    assert!(
        texts
            .iter()
            .any(|text| text.contains("not for a.example.org")),
        "{outcome}"
    );
}

#[test]
fn the_missing_intermediate_is_named_with_its_address() {
    let line = case_run("missing-intermediate", &[]).stdout;
    assert!(line.contains("\"Case Intermediate CA\""), "{line}");
    assert!(
        line.contains("http://ca.example.test/intermediate.der"),
        "{line}"
    );
}

#[test]
fn foreign_names_cannot_forge_output() {
    let outcome = case_run("hostile-name", &["-vvv"]);
    let first = outcome.stdout.lines().next().unwrap();
    assert!(first.starts_with("CERT CRITICAL - "), "{outcome}");
    assert_eq!(first.matches('|').count(), 1, "{outcome}");
    assert!(!outcome.stdout.contains('\u{1b}'), "{outcome}");
    assert!(!outcome.stdout.contains('\u{202e}'), "{outcome}");
    assert!(
        !outcome
            .stdout
            .lines()
            .any(|line| line.starts_with("SMTP OK")),
        "{outcome}"
    );
}
