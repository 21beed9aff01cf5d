//! What each chain of the PKI is called, and until when it holds.

use mailprobe::x509::DAY;
use mailprobe::x509::verify::{NoteKind, PathErrorKind, Purpose, Roots, verify};

use crate::sandbox::pki::{CASES, case};
use crate::{judge, sent};

/// Errors as (depth, kind).
fn errors(name: &str) -> Vec<(usize, PathErrorKind)> {
    let chain = case(name);
    let report = judge(&chain, chain.now);
    report
        .errors
        .iter()
        .map(|error| (error.depth, error.kind))
        .collect()
}

fn notes(name: &str) -> Vec<(usize, NoteKind)> {
    let chain = case(name);
    let report = judge(&chain, chain.now);
    report
        .notes
        .iter()
        .map(|note| (note.place, note.kind))
        .collect()
}

#[test]
fn each_chain_by_its_errors() {
    use PathErrorKind::*;
    let rows: &[(&str, &[(usize, PathErrorKind)])] = &[
        ("expired", &[(0, Expired)]),
        ("not-yet-valid", &[(0, NotYetValid)]),
        ("self-signed", &[(0, SelfSigned)]),
        ("unknown-ca", &[(0, MissingIssuer)]),
        ("unknown-root-sent", &[(1, UntrustedRoot)]),
        ("forged-ca", &[(0, BadSignature)]),
        ("missing-intermediate", &[(0, MissingIssuer)]),
        ("expired-intermediate", &[(1, Expired)]),
        ("expired-root", &[(1, Expired)]),
        ("expired-twice", &[(0, Expired), (1, Expired)]),
        ("not-a-ca", &[(1, NotAuthority)]),
        ("path-too-long", &[(2, PathTooLong)]),
        ("client-only", &[(0, Purpose)]),
        ("critical-extension", &[(0, CriticalExtension)]),
        ("name-constraints-broken", &[(0, NameConstraint)]),
        ("long-chain", &[(100, MissingIssuer)]),
    ];
    for name in CASES {
        let want = rows.iter().find(|(row, _)| row == name);
        assert_eq!(
            errors(name),
            want.map_or(&[][..], |(_, errors)| errors),
            "{name}"
        );
    }
}

#[test]
fn each_chain_by_its_oddities() {
    use NoteKind::*;
    let rows: &[(&str, &[(usize, NoteKind)])] = &[
        ("unknown-root-sent", &[(1, RootSent)]),
        ("misordered", &[(1, Misordered)]),
        ("duplicate", &[(2, Duplicate), (3, Duplicate)]),
        ("extra", &[(2, Extra)]),
        ("root-sent", &[(2, RootSent)]),
        ("expired-cross-sign", &[(2, UnneededExpired)]),
        ("expired-cross-sign-beside", &[(1, UnneededExpired)]),
        ("two-paths", &[(2, Unneeded)]),
        ("long-chain", &[(101, Ignored)]),
    ];
    for name in CASES {
        let want = rows.iter().find(|(row, _)| row == name);
        assert_eq!(
            notes(name),
            want.map_or(&[][..], |(_, notes)| notes),
            "{name}"
        );
    }
}

#[test]
fn until_when_a_path_holds_and_what_ends_it() {
    // Days from now, depth of the element, is there a path to a root?
    let rows = [
        ("good", 63.5, 0, true),
        ("ending-intermediate", 10.0, 1, true),
        // The first path ends, the second one lasts.
        ("two-paths", 63.5, 0, true),
        ("expired-cross-sign", 63.5, 0, true),
        ("expired-cross-sign-beside", 63.5, 0, true),
        // The past.
        ("expired", -3.0, 0, true),
        ("expired-intermediate", -9.0, 1, true),
        ("expired-root", -20.0, 1, true),
        ("expired-twice", -9.0, 1, true),
        // The future.
        ("not-yet-valid", 80.0, 0, true),
        // No path at any time.
        ("self-signed", 63.5, 0, false),
        ("missing-intermediate", 63.5, 0, false),
    ];
    for (name, days, depth, proven) in rows {
        let chain = case(name);
        let expiry = judge(&chain, chain.now).expiry;
        let left = (expiry.at - chain.now) as f64 / DAY as f64;
        assert_eq!(
            (left, expiry.depth, expiry.proven),
            (days, depth, proven),
            "{name}"
        );
    }
    let chain = case("not-yet-valid");
    let expiry = judge(&chain, chain.now).expiry;
    assert_eq!(expiry.starts, Some(chain.now + 2 * DAY));
    assert_eq!(judge(&case("good"), chain.now).expiry.starts, None);
}

#[test]
fn the_far_future_and_past_are_only_times() {
    for name in ["year-9999", "before-1970"] {
        let chain = case(name);
        let report = judge(&chain, chain.now);
        assert!(report.is_valid(), "{name}: {:?}", report.errors);
        for at in [i64::MIN, -1, 0, 253_402_300_799, 253_402_300_800, i64::MAX] {
            assert!(!judge(&chain, at).is_valid(), "{name} at {at}");
        }
    }
    // The leaf would last until 9999; the intermediate does not.
    let chain = case("year-9999");
    assert_eq!(judge(&chain, chain.now).expiry.depth, 1);
}

#[test]
fn a_path_at_its_edges() {
    let chain = case("good");
    let leaf = &sent(&chain)[0];
    assert!(judge(&chain, leaf.not_before).is_valid());
    assert!(!judge(&chain, leaf.not_before - 1).is_valid());
    assert!(judge(&chain, leaf.not_after - 1).is_valid());
    assert!(!judge(&chain, leaf.not_after).is_valid());
}

#[test]
fn all_errors_at_once() {
    // Nobody's root, over, and for clients: three complaints in one look.
    let chain = case("client-only");
    let sent = sent(&chain);
    let at = sent[0].not_after + DAY;
    let report = verify(&sent[0], &sent[1..], &Roots::none(), Purpose::Server, at);
    let kinds: Vec<_> = report
        .errors
        .iter()
        .map(|error| (error.depth, error.kind))
        .collect();
    use PathErrorKind::{Expired, MissingIssuer};
    assert_eq!(
        kinds,
        [
            (0, Expired),
            (0, PathErrorKind::Purpose),
            (1, MissingIssuer)
        ],
        "{:?}",
        report.errors
    );
    assert!(!report.anchored);
    // The same certificate as a client's.
    let report = verify(
        &sent[0],
        &sent[1..],
        &crate::roots(&chain),
        Purpose::Client,
        chain.now,
    );
    assert!(report.is_valid(), "{:?}", report.errors);
}

#[test]
fn a_missing_intermediate_says_where_it_is() {
    let chain = case("missing-intermediate");
    let report = judge(&chain, chain.now);
    let missing = report.missing.unwrap();
    assert_eq!(missing.issuer, "Case Intermediate CA");
    assert_eq!(missing.urls, ["http://ca.example.test/intermediate.der"]);
    assert_eq!(missing.below, 0);
    assert_eq!(
        report.errors[0].words,
        "is signed by Case Intermediate CA, which is neither sent nor trusted"
    );
    assert!(judge(&case("self-signed"), chain.now).missing.is_none());
    assert!(
        judge(&case("unknown-root-sent"), chain.now)
            .missing
            .is_none()
    );
}

#[test]
fn which_path_and_which_anchor() {
    let chain = case("good");
    let report = judge(&chain, chain.now);
    let path: Vec<_> = report
        .path
        .iter()
        .map(|link| (link.certificate.name(), link.sent))
        .collect();
    assert_eq!(
        path,
        [
            ("mail.example.test".to_owned(), Some(0)),
            ("Case Intermediate CA".to_owned(), Some(1)),
            ("Case Root CA".to_owned(), None),
        ]
    );
    assert_eq!(report.anchor().unwrap().name(), "Case Root CA");
    let untrusted = judge(&case("unknown-root-sent"), chain.now);
    assert!(untrusted.anchor().is_none());
}

#[test]
fn roots_from_a_hashed_directory() {
    let chain = case("good");
    let directory = tempfile::tempdir().unwrap();
    let sent = sent(&chain);
    let roots = Roots::none().directory(directory.path());
    let report = verify(&sent[0], &sent[1..], &roots, Purpose::Server, chain.now);
    assert!(report.has(PathErrorKind::MissingIssuer));
    let link = format!("{:08x}.0", chain.roots[0].subject_name_hash());
    std::fs::write(directory.path().join(link), chain.roots_pem()).unwrap();
    let report = verify(&sent[0], &sent[1..], &roots, Purpose::Server, chain.now);
    assert!(report.is_valid(), "{:?}", report.errors);
    // Links to what is no certificate, or to a directory, lead nowhere.
    let hash = format!("{:08x}", chain.roots[0].subject_name_hash());
    let broken = tempfile::tempdir().unwrap();
    for garbage in [
        &b"garbage"[..],
        b"",
        b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    ] {
        std::fs::write(broken.path().join(format!("{hash}.0")), garbage).unwrap();
        let roots = Roots::none().directory(broken.path());
        let report = verify(&sent[0], &sent[1..], &roots, Purpose::Server, chain.now);
        assert!(
            report.has(PathErrorKind::MissingIssuer),
            "{:?}",
            report.errors
        );
        assert!(!report.anchored);
        // What else is trusted still counts.
        let both = crate::roots(&chain).directory(broken.path());
        let report = verify(&sent[0], &sent[1..], &both, Purpose::Server, chain.now);
        assert!(report.is_valid(), "{:?}", report.errors);
    }
    // A directory that is not there trusts nothing.
    let roots = Roots::none().directory(&directory.path().join("none"));
    let report = verify(&sent[0], &sent[1..], &roots, Purpose::Server, chain.now);
    assert!(!report.is_valid());
}

#[test]
fn an_intermediate_can_be_trusted_on_its_own() {
    let chain = case("good");
    let sent = sent(&chain);
    let alone = Roots::none().certificates([&sent[1]]);
    let report = verify(&sent[0], &[], &alone, Purpose::Server, chain.now);
    assert!(!report.is_valid());
    let report = verify(&sent[0], &[], &alone.partial(), Purpose::Server, chain.now);
    assert!(report.is_valid(), "{:?}", report.errors);
    // The certificate itself, as a pin.
    let itself = Roots::none().certificates([&sent[0]]).partial();
    let report = verify(&sent[0], &[], &itself, Purpose::Server, chain.now);
    assert!(report.is_valid(), "{:?}", report.errors);
}

#[test]
fn a_failed_verification_leaves_no_error_behind() {
    let chain = case("forged-ca");
    let _ = openssl::error::ErrorStack::get();
    let _ = judge(&chain, chain.now);
    assert!(openssl::error::ErrorStack::get().errors().is_empty());
}
