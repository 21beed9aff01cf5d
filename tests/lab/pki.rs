//! A certificate authority of the run's own, made when the first server starts.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName,
    SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name};

/// PEM texts, by the name of the file that holds them.
struct Pki {
    files: Vec<(&'static str, Vec<u8>)>,
}

static PKI: LazyLock<Result<Pki, ErrorStack>> = LazyLock::new(make);

/// Writes `ca.pem`, `server.pem` (with its chain), `server.key`, `client.pem` and `client.key` into a new directory.
pub fn write(directory: &Path) -> Result<(), String> {
    let pki = PKI
        .as_ref()
        .map_err(|error| format!("certificates: {error}"))?;
    fs::create_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for (name, text) in &pki.files {
        let path = directory.join(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn make() -> Result<Pki, ErrorStack> {
    let ca_key = new_key()?;
    let mut ca = new_certificate("Lab Root", None, &ca_key)?;
    ca.append_extension(BasicConstraints::new().critical().ca().build()?)?;
    ca.append_extension(
        KeyUsage::new()
            .critical()
            .key_cert_sign()
            .crl_sign()
            .build()?,
    )?;
    let subject_key = SubjectKeyIdentifier::new().build(&ca.x509v3_context(None, None))?;
    ca.append_extension(subject_key)?;
    ca.sign(&ca_key, MessageDigest::sha256())?;
    let ca = ca.build();

    let mut names = SubjectAlternativeName::new();
    names.dns("localhost").dns("mail.example.test");
    for address in ["127.0.0.1", super::STRICT_HOST, super::CERT_HOST, "::1"] {
        names.ip(address);
    }
    let (server, server_key) = leaf("mail.example.test", &names, &ca, &ca_key)?;
    let mut names = SubjectAlternativeName::new();
    names.email(super::ADDRESS);
    let (client, client_key) = leaf(super::USER, &names, &ca, &ca_key)?;

    let ca = ca.to_pem()?;
    let chain = [server.to_pem()?, ca.clone()].concat();
    Ok(Pki {
        files: vec![
            ("ca.pem", ca),
            ("server.pem", chain),
            ("server.key", server_key.private_key_to_pem_pkcs8()?),
            ("client.pem", client.to_pem()?),
            ("client.key", client_key.private_key_to_pem_pkcs8()?),
        ],
    })
}

fn leaf(
    name: &str,
    names: &SubjectAlternativeName,
    ca: &X509,
    ca_key: &PKey<Private>,
) -> Result<(X509, PKey<Private>), ErrorStack> {
    let key = new_key()?;
    let mut leaf = new_certificate(name, Some(ca), &key)?;
    leaf.append_extension(BasicConstraints::new().critical().build()?)?;
    leaf.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
    leaf.append_extension(
        ExtendedKeyUsage::new()
            .server_auth()
            .client_auth()
            .build()?,
    )?;
    let context = leaf.x509v3_context(Some(ca), None);
    let names = names.build(&context)?;
    let authority = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
    leaf.append_extension(names)?;
    leaf.append_extension(authority)?;
    leaf.sign(ca_key, MessageDigest::sha256())?;
    Ok((leaf.build(), key))
}

fn new_key() -> Result<PKey<Private>, ErrorStack> {
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    PKey::from_ec_key(EcKey::generate(&curve)?)
}

fn new_certificate(
    name: &str,
    issuer: Option<&X509>,
    key: &PKey<Private>,
) -> Result<X509Builder, ErrorStack> {
    let mut subject = X509Name::builder()?;
    subject.append_entry_by_nid(Nid::COMMONNAME, name)?;
    let subject = subject.build();
    let mut serial = BigNum::new()?;
    serial.rand(120, MsbOption::MAYBE_ZERO, false)?;

    let mut certificate = X509::builder()?;
    certificate.set_version(2)?;
    certificate.set_serial_number(&*serial.to_asn1_integer()?)?;
    certificate.set_subject_name(&subject)?;
    certificate.set_issuer_name(issuer.map_or(&*subject, |issuer| issuer.subject_name()))?;
    certificate.set_pubkey(key)?;
    certificate.set_not_before(&*Asn1Time::days_from_now(0)?)?;
    certificate.set_not_after(&*Asn1Time::days_from_now(90)?)?;
    Ok(certificate)
}
