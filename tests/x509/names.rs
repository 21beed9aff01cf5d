//! Is the certificate of each chain for the host that is asked for?

use mailprobe::net::Host;
use mailprobe::x509::names::{Mismatch, check};
use mailprobe::x509::pin::{Pin, Pinned, issued_by, lacking_names, lacking_usages};
use mailprobe::x509::{Certificate, ExtendedUsage};

use crate::sandbox::pki::case;
use crate::sandbox::pki::mint::{Alt, Spec, p256};
use crate::sent;

fn leaf(name: &str) -> Certificate {
    sent(&case(name)).remove(0)
}

fn asked(name: &str, host: &str) -> Result<(String, bool), Mismatch> {
    let host = Host::parse(host).unwrap();
    check(&leaf(name), &host).map(|fits| (fits.presented, fits.wildcard))
}

/// A DNS-ID is made of letters, digits and hyphens: a wildcard above `_tcp` is none (RFC 9525 §2).
#[test]
fn wildcards_stand_above_host_names_only() {
    let rows = [
        ("*.example.test", "mail.example.test", true),
        ("*.x-y.test", "mail.x-y.test", true),
        ("*.xn--bcher-kva.test", "mail.xn--bcher-kva.test", true),
        ("*._tcp.test", "mail._tcp.test", false),
        ("*.a._tcp.test", "mail.a._tcp.test", false),
        ("*.x-.test", "mail.x-.test", false),
        ("*.example.test", "_tcp.example.test", false),
        ("_tcp.test", "_tcp.test", true),
    ];
    for (presented, wanted, fits) in rows {
        let x509 = Spec::server(1_800_000_000).for_names(&[presented]);
        let x509 = x509.root(p256()).x509;
        let certificate = Certificate::from_der(&x509.to_der().unwrap()).unwrap();
        let host = Host::parse(wanted).unwrap();
        let found = check(&certificate, &host);
        assert_eq!(found.is_ok(), fits, "{presented} for {wanted}: {found:?}");
    }
}

#[test]
fn names_that_fit() {
    let rows = [
        ("good", "mail.example.test", "mail.example.test", false),
        ("good", "MAIL.Example.Test.", "mail.example.test", false),
        ("good", "127.0.0.1", "127.0.0.1", false),
        ("good", "[::1]", "::1", false),
        ("ip-only", "2001:DB8:0::7", "2001:db8::7", false),
        (
            "idn",
            "bücher.example.test",
            "xn--bcher-kva.example.test",
            false,
        ),
        (
            "idn",
            "BÜCHER.example.test",
            "xn--bcher-kva.example.test",
            false,
        ),
        (
            "idn",
            "xn--bcher-kva.example.test",
            "xn--bcher-kva.example.test",
            false,
        ),
        ("wildcard", "mail.example.test", "*.example.test", true),
        ("wildcard", "MX.example.test.", "*.example.test", true),
        (
            "many-names",
            "name-1499.example.test",
            "name-1499.example.test",
            false,
        ),
    ];
    for (name, host, presented, wildcard) in rows {
        assert_eq!(
            asked(name, host),
            Ok((presented.to_owned(), wildcard)),
            "{name} for {host}"
        );
    }
}

#[test]
fn names_that_do_not_fit_and_why() {
    let rows = [
        ("wrong-name", "mail.example.test", "is for www.example.org"),
        (
            "many-wrong-names",
            "mail.example.test",
            "is for mx0.example.org, mx1.example.org, mx2.example.org, mx3.example.org and 5 more",
        ),
        (
            "good",
            "127.0.0.2",
            "is for mail.example.test, localhost, 127.0.0.1, ::1",
        ),
        (
            "ip-only",
            "mail.example.test",
            "is for 192.0.2.7, 2001:db8::7",
        ),
        (
            "cn-only",
            "mail.example.test",
            "has mail.example.test as common name only, which clients ignore",
        ),
        ("cn-only", "mx.example.test", "is for mail.example.test"),
        ("nameless", "mail.example.test", "names no host"),
        ("wildcard", "example.test", "is for *.example.test"),
        ("wildcard", "a.b.example.test", "is for *.example.test"),
        ("wildcard-too-wide", "example.test", "is for *.test"),
        (
            "idn",
            "mail.example.test",
            "is for xn--bcher-kva.example.test (bücher.example.test)",
        ),
    ];
    for (name, host, words) in rows {
        let mismatch = asked(name, host).unwrap_err();
        assert_eq!(mismatch.words(), words, "{name} for {host}");
    }
    assert!(matches!(
        asked("cn-only", "mail.example.test"),
        Err(Mismatch::CommonNameOnly(_))
    ));
}

#[test]
fn hostile_names_stay_on_their_line() {
    // A name that ends at its NUL for whoever reads C strings.
    assert!(asked("nul-name", "mail.example.test").is_err());
    for name in ["hostile-name", "nul-name"] {
        let certificate = leaf(name);
        let mismatch = asked(name, "mail.example.test").unwrap_err();
        for text in [
            mismatch.words(),
            certificate.name(),
            certificate.subject.to_string(),
            format!("{certificate:?}"),
        ] {
            assert!(
                !text.contains(|c: char| c.is_control() || c == '|' || c == '\u{202e}'),
                "{text:?}"
            );
        }
    }
}

#[test]
fn demands_on_identity() {
    let certificate = leaf("good");
    let hex = |digest: &[u8]| data_encoding::HEXUPPER.encode(digest);
    let pin = Pin::parse(&format!("sha256:{}", hex(&certificate.sha256))).unwrap();
    assert_eq!(pin.matches(&certificate), Some(Pinned::Certificate));
    let pin = Pin::parse(&data_encoding::BASE64.encode(&certificate.spki_sha256)).unwrap();
    assert_eq!(pin.matches(&certificate), Some(Pinned::Key));
    assert_eq!(pin.matches(&leaf("expired")), None);

    for wanted in [
        "Case Intermediate CA",
        "case intermediate ca",
        "Example Test Authority",
        "intermediate",
    ] {
        assert!(issued_by(&certificate, wanted), "{wanted}");
    }
    for wanted in ["Case Root CA", "", " "] {
        assert!(!issued_by(&certificate, wanted), "{wanted}");
    }

    let hosts = ["mail.example.test", "mx.example.test", "127.0.0.1"]
        .map(|host| Host::parse(host).unwrap());
    let lacking: Vec<&str> = lacking_names(&certificate, &hosts)
        .iter()
        .map(|host| host.name())
        .collect();
    assert_eq!(lacking, ["mx.example.test"]);

    let usages = ["serverauth", "clientAuth", "1.3.6.1.5.5.7.3.9"]
        .map(|usage| ExtendedUsage::parse(usage).unwrap());
    let lacking: Vec<&str> = lacking_usages(&certificate, &usages)
        .iter()
        .map(|usage| usage.text())
        .collect();
    assert_eq!(lacking, ["clientAuth", "OCSPSigning"]);
    assert_eq!(ExtendedUsage::parse("server"), None);
    assert_eq!(ExtendedUsage::parse("1..2"), None);
    assert_eq!(ExtendedUsage::parse("1.2.3").unwrap().text(), "1.2.3");
}

#[test]
fn an_address_written_as_a_name_is_no_address() {
    let spec = Spec {
        names: vec![Alt::dns("192.0.2.7")],
        ..Spec::server(1_800_000_000)
    };
    let certificate = crate::read(&spec.root(p256()).x509);
    let mismatch = check(&certificate, &Host::parse("192.0.2.7").unwrap()).unwrap_err();
    let words = "has 192.0.2.7 as a DNS name instead of an address";
    assert_eq!(mismatch.words(), words);
}
