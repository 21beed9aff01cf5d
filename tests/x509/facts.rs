//! What stands in a certificate, beside what the openssl crate says where it says it.

use mailprobe::x509::{Certificate, DAY, Digest, FactsError, KeyKind, LARGEST};
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::x509::X509;

use crate::sandbox::pki::{CASES, case};
use crate::{read, sent};

fn leaf(name: &str) -> Certificate {
    sent(&case(name)).remove(0)
}

#[test]
fn the_fields_of_a_good_one() {
    let chain = case("good");
    let certificate = leaf("good");
    assert_eq!(certificate.subject.to_string(), "CN=mail.example.test");
    assert_eq!(
        certificate.issuer.to_string(),
        "CN=Case Intermediate CA, O=Example Test Authority"
    );
    assert_eq!(certificate.name(), "mail.example.test");
    assert_eq!(certificate.not_before, chain.now - 27 * DAY);
    assert_eq!(certificate.not_after, chain.now + 63 * DAY + DAY / 2);
    assert_eq!(certificate.lifetime(), 90 * DAY + DAY / 2 + 1);
    assert_eq!(certificate.version, 3);
    assert_eq!(certificate.key.to_string(), "EC P-256");
    assert_eq!(certificate.signature.name, "ECDSA with SHA-256");
    let extensions = &certificate.extensions;
    let names = extensions.names.as_ref().unwrap();
    assert_eq!(
        names.hosts(),
        ["mail.example.test", "localhost", "127.0.0.1", "::1"]
    );
    assert_eq!(
        extensions.basic.map(|basic| (basic.ca, basic.path_len)),
        Some((false, None))
    );
    assert_eq!(
        extensions.key_usage.unwrap().names().collect::<Vec<_>>(),
        ["digitalSignature"]
    );
    let usages: Vec<&str> = extensions
        .extended
        .as_ref()
        .unwrap()
        .iter()
        .map(|usage| usage.text())
        .collect();
    assert_eq!(usages, ["serverAuth"]);
    assert!(!extensions.must_staple && extensions.timestamps == 0 && extensions.broken.is_empty());
    assert!(!certificate.is_ca() && !certificate.self_issued());
    let middle = read(&chain.certs[1]);
    assert!(middle.is_ca() && !middle.self_signed());
    let usage: Vec<_> = middle.extensions.key_usage.unwrap().names().collect();
    assert_eq!(usage, ["keyCertSign", "cRLSign"]);
    assert!(certificate.signed_by(&middle) && certificate.names_as_issuer(&middle));
    assert!(!middle.signed_by(&certificate));
}

#[test]
fn the_fields_of_odd_ones() {
    assert_eq!(leaf("negative-serial").serial, "-04d2");
    assert!(leaf("must-staple").extensions.must_staple);
    assert_eq!(leaf("timestamps").extensions.timestamps, 2);
    assert_eq!(leaf("year-9999").not_after, 253_402_300_799);
    assert_eq!(leaf("before-1970").not_before, -631_152_000);
    assert_eq!(leaf("nameless").name(), "a nameless subject");
    assert_eq!(leaf("many-names").extensions.names.unwrap().dns.len(), 1502);
    assert!(leaf("self-signed").self_signed());
    let missing = leaf("missing-intermediate").extensions;
    assert_eq!(
        missing.ca_issuers,
        ["http://ca.example.test/intermediate.der"]
    );
    assert_eq!(missing.ocsp, ["http://ocsp.example.test/"]);
    let names = leaf("mail-names").extensions.names.unwrap();
    assert_eq!(names.email, ["postmaster@example.test"]);
    assert_eq!(names.smtp_utf8, ["postmästare@example.test"]);
    assert_eq!(names.uri, ["https://example.test/"]);
    assert_eq!(names.other, 2);
    assert_eq!(leaf("md5").signature.digest, Some(Digest::Md5));
    for (name, text, kind) in [
        ("rsa-512", "RSA 512", KeyKind::Rsa),
        ("rsa-2048", "RSA 2048", KeyKind::Rsa),
        ("p-192", "EC P-192", KeyKind::Ec),
        ("p-224", "EC P-224", KeyKind::Ec),
        ("ed25519", "Ed25519", KeyKind::Ed25519),
    ] {
        let key = leaf(name).key;
        assert_eq!((key.to_string().as_str(), &key.kind), (text, &kind));
    }
    assert_eq!(leaf("rsa-2048").key.exponent, Some(65537));
}

/// What OpenSSL tells of a certificate has to be what is read here.
fn compare(x509: &X509) {
    let ours = read(x509);
    let unix = |time: &openssl::asn1::Asn1TimeRef| {
        let since = Asn1Time::from_unix(0).unwrap().diff(time).unwrap();
        i64::from(since.days) * DAY + i64::from(since.secs)
    };
    assert_eq!(ours.not_before, unix(x509.not_before()));
    assert_eq!(ours.not_after, unix(x509.not_after()));
    assert_eq!(ours.der(), x509.to_der().unwrap());
    assert_eq!(
        ours.sha256[..],
        *x509.digest(MessageDigest::sha256()).unwrap()
    );
    assert_eq!(ours.subject.der(), x509.subject_name().to_der().unwrap());
    let key = x509.public_key().unwrap();
    assert_eq!(ours.spki(), key.public_key_to_der().unwrap());
    assert_eq!(ours.key.bits, key.bits());
    let serial = x509
        .serial_number()
        .to_bn()
        .unwrap()
        .to_hex_str()
        .unwrap()
        .to_lowercase();
    let serial = if serial == "0" { "00" } else { &serial };
    assert_eq!(ours.serial, serial);
    let names = x509.subject_alt_names();
    let dns: Vec<String> = names
        .iter()
        .flatten()
        .filter_map(|name| name.dnsname().map(str::to_owned))
        .collect();
    let own = ours.extensions.names.clone().unwrap_or_default();
    assert_eq!(own.dns, dns);
    let key_id = x509.subject_key_id().map(|id| id.as_slice().to_vec());
    assert_eq!(ours.extensions.subject_key, key_id);
    let key_id = x509.authority_key_id().map(|id| id.as_slice().to_vec());
    assert_eq!(ours.extensions.authority_key, key_id);
    // "None" is an error there.
    let responders = x509.ocsp_responders().ok();
    let responders: Vec<&str> = responders.iter().flatten().map(|url| &**url).collect();
    assert_eq!(ours.extensions.ocsp, responders);
    assert_eq!(
        ours.extensions.basic.and_then(|basic| basic.path_len),
        x509.pathlen()
    );
    let common = x509
        .subject_name()
        .entries_by_nid(openssl::nid::Nid::COMMONNAME)
        .last();
    let common = common.map(|entry| entry.data().to_string().unwrap());
    assert_eq!(ours.subject.common_name(), common.as_deref());
}

#[test]
fn the_same_fields_as_openssl() {
    for name in CASES {
        for x509 in &case(name).certs {
            compare(x509);
        }
    }
}

/// The roots that the system trusts, made by a hundred authorities in thirty years.
#[test]
fn the_systems_roots_are_read_as_openssl_reads_them() {
    let bundle =
        std::fs::read("/etc/ssl/certs/ca-certificates.crt").expect("ca-certificates is installed");
    let all = X509::stack_from_pem(&bundle).unwrap();
    assert!(all.len() > 50);
    for x509 in &all {
        compare(x509);
        let ours = read(x509);
        assert!(ours.is_ca() && ours.self_signed(), "{ours:?}");
        assert!(ours.extensions.broken.is_empty(), "{ours:?}");
        assert!(
            !matches!(ours.key.kind, KeyKind::Other(_)) && ours.key.bits >= 256,
            "{ours:?}"
        );
        assert!(!ours.key.roca);
        assert!(ours.signature.name.contains(" with "), "{ours:?}");
    }
    assert_eq!(
        mailprobe::x509::file::parse(&bundle).unwrap().len(),
        all.len()
    );
}

#[test]
fn what_is_no_certificate() {
    assert_eq!(Certificate::from_der(b"").err(), Some(FactsError::NotX509));
    assert_eq!(
        Certificate::from_der(b"\x30\x03abc").err(),
        Some(FactsError::NotX509)
    );
    assert_eq!(
        Certificate::from_der(&vec![0; LARGEST + 1]).err(),
        Some(FactsError::TooLarge(LARGEST + 1))
    );
    // What stands behind a certificate is not part of it.
    let good = case("good").certs[0].to_der().unwrap();
    let longer = [&good[..], b"more"].concat();
    assert_eq!(Certificate::from_der(&longer).unwrap().der(), good);
}
