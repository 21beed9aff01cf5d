//! Certificates made for one test: an authority, one below it, a server's, and what is wrong with each.

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};

/// The name the server is reached by.
pub const HOST: &str = "mail.example.test";

/// A key and its certificate.
#[derive(Clone)]
pub struct Pair {
    pub key: PKey<Private>,
    pub certificate: X509,
}

impl Pair {
    pub fn der(&self) -> Vec<u8> {
        self.certificate.to_der().unwrap()
    }

    pub fn spki(&self) -> Vec<u8> {
        self.key.public_key_to_der().unwrap()
    }
}

pub fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn builder(
    name: &str,
    key: &PKey<Private>,
    issuer: Option<&X509>,
    days: (i64, i64),
) -> X509Builder {
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    let mut serial = BigNum::new().unwrap();
    serial.rand(120, MsbOption::MAYBE_ZERO, false).unwrap();
    builder
        .set_serial_number(&serial.to_asn1_integer().unwrap())
        .unwrap();
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_nid(Nid::COMMONNAME, name).unwrap();
    let subject = subject.build();
    builder.set_subject_name(&subject).unwrap();
    let issuer = issuer.map_or(&*subject, |issuer| issuer.subject_name());
    builder.set_issuer_name(issuer).unwrap();
    builder.set_pubkey(key).unwrap();
    let at = |days: i64| Asn1Time::from_unix(now() + days * 86_400).unwrap();
    builder.set_not_before(&at(days.0)).unwrap();
    builder.set_not_after(&at(days.1)).unwrap();
    builder
}

pub fn authority(name: &str, above: Option<&Pair>) -> Pair {
    let key = key();
    let mut builder = builder(name, &key, above.map(|it| &it.certificate), (-30, 300));
    builder
        .append_extension(BasicConstraints::new().critical().ca().build().unwrap())
        .unwrap();
    let signer = above.map_or(&key, |it| &it.key);
    builder.sign(signer, MessageDigest::sha256()).unwrap();
    Pair {
        certificate: builder.build(),
        key,
    }
}

pub fn server(name: &str, above: Option<&Pair>, days: (i64, i64)) -> Pair {
    renewed(name, above, days, &key())
}

pub fn renewed(name: &str, above: Option<&Pair>, days: (i64, i64), key: &PKey<Private>) -> Pair {
    let mut builder = builder(name, key, above.map(|it| &it.certificate), days);
    let names = SubjectAlternativeName::new()
        .dns(name)
        .build(&builder.x509v3_context(None, None))
        .unwrap();
    builder.append_extension(names).unwrap();
    builder
        .append_extension(ExtendedKeyUsage::new().server_auth().build().unwrap())
        .unwrap();
    let signer = above.map_or(key, |it| &it.key);
    builder.sign(signer, MessageDigest::sha256()).unwrap();
    Pair {
        certificate: builder.build(),
        key: key.clone(),
    }
}

/// Seconds since 1970.
pub fn now() -> i64 {
    mailprobe::time::Clock::unix_time()
}
