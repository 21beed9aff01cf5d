//! What OpenDKIM signed verifies, with the key that a name server has, and not with another.

use super::stage::{DKIM, by_imap, finds, leaves_no_trace, text, timed, to, trip, went_well};
use crate::lab::Server;
use crate::probe::Outcome;

/// A name server for example.test with this text at the selector `lab`, and a run that asks it.
fn asked(account: &str, record: Option<&str>, port: &str, options: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let mut zone = "$ORIGIN example.test.\n$TTL 60\n\
        @ IN SOA ns.example.test. hostmaster.example.test. 1 7200 3600 1209600 60\n\
        @ IN NS ns\nns IN A 127.0.0.1\n"
        .to_owned();
    if let Some(record) = record {
        // A string holds 255 bytes.
        let bytes: Vec<char> = record.chars().collect();
        let strings: Vec<String> = bytes
            .chunks(200)
            .map(|part| format!("\"{}\"", part.iter().collect::<String>()))
            .collect();
        zone += &format!("lab._domainkey IN TXT {}\n", strings.join(" "));
    }
    std::fs::write(folder.path().join("example.test"), zone).expect("a zone");
    let zones = folder.path().to_string_lossy().into_owned();
    let nsd = Server::start("nsd", &["DNS"], &[("LAB_ZONES", &zones)])
        .unwrap_or_else(|error| panic!("{error}"));
    let resolver = format!("127.0.0.1:{}", nsd.port("DNS"));
    leaves_no_trace(account, || {
        trip(account, &to(port), &by_imap(account))
            .args(["--verify-dkim", "--resolver", &resolver])
            .args(options)
            .run()
    })
}

/// The record of a key.
fn record(key: &openssl::pkey::PKeyRef<openssl::pkey::Private>) -> String {
    let key = key.public_key_to_der().expect("a public key");
    format!("v=DKIM1; k=rsa; p={}", data_encoding::BASE64.encode(&key))
}

#[test]
fn what_opendkim_signs_verifies() {
    let record = record(&DKIM);
    for payload in ["plain", "all"] {
        let outcome = asked("signed", Some(&record), "DKIM", &["--payload", payload]);
        went_well(&outcome, 2.0);
        let words = "DKIM signature of example.test verified";
        assert!(text(&outcome).contains(words), "{outcome}");
    }
    let unsigned = asked("signed", Some(&record), "SMTP", &[]);
    finds(&unsigned, 2, &["dkim-invalid"]);
    timed(&unsigned, 2.0);
}

#[test]
fn a_signature_without_its_key_does_not() {
    let other = openssl::rsa::Rsa::generate(2048).expect("a key");
    let other = openssl::pkey::PKey::from_rsa(other).expect("a key");
    finds(
        &asked("keyless", Some(&record(&other)), "DKIM", &[]),
        2,
        &["dkim-invalid"],
    );
    finds(&asked("keyless", None, "DKIM", &[]), 2, &["dkim-invalid"]);
    finds(
        &asked("keyless", Some("v=DKIM1; p="), "DKIM", &[]),
        2,
        &["dkim-invalid"],
    );
}
