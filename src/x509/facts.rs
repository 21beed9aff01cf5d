//! One certificate (RFC 5280 §4.1) and what stands in it.
//!
//! OpenSSL has to accept the certificate as well, because it is OpenSSL that judges the path; but the fields are read
//! here: the openssl crate shows neither raw extensions nor the raw public key, and fails as a whole on keys and times it
//! does not like, where a monitor has to say what is there. (x509-parser would read them, with eighteen more crates, and
//! drops an extension for one bad entry.)
//!
//! Refused: more than 64 KiB, no DER, no times. Strings are foreign text: they are cleaned where they are printed.

use std::fmt;

use openssl::x509::X509;

use super::der::{Element, Reader, small, tag};
use super::extensions::{AlternativeNames, Extensions, key_octets, serial};
use super::key::{Key, SignatureAlgorithm};
use super::moment;
use super::subject::Name;

/// Octets of one certificate; real ones have two thousand.
pub const LARGEST: usize = 64 * 1024;

/// Why bytes are no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FactsError {
    /// More than [`LARGEST`].
    #[error("a certificate of {0} octets is larger than any real one")]
    TooLarge(usize),
    /// OpenSSL does not take it for a certificate.
    #[error("no X.509 certificate")]
    NotX509,
    /// A field cannot be read.
    #[error("the certificate's {0} cannot be read")]
    Field(&'static str),
}

/// A certificate.
#[derive(Clone)]
pub struct Certificate {
    /// Whom it names.
    pub subject: Name,
    /// Who signed it.
    pub issuer: Name,
    /// Hexadecimal, with a sign when negative.
    pub serial: String,
    /// 1, 2 or 3.
    pub version: u32,
    /// Seconds since 1970.
    pub not_before: i64,
    /// Seconds since 1970.
    pub not_after: i64,
    /// The public key.
    pub key: Key,
    /// How it is signed.
    pub signature: SignatureAlgorithm,
    /// What its extensions say.
    pub extensions: Extensions,
    /// SHA-256 of the whole certificate.
    pub sha256: [u8; 32],
    /// SHA-256 of its `SubjectPublicKeyInfo`.
    pub spki_sha256: [u8; 32],
    der: Vec<u8>,
    spki: Vec<u8>,
    x509: X509,
}

impl Certificate {
    /// Reads a certificate.
    pub fn from_der(der: &[u8]) -> Result<Self, FactsError> {
        if der.len() > LARGEST {
            return Err(FactsError::TooLarge(der.len()));
        }
        // What follows the certificate is not part of it: digests are over the certificate.
        let whole = Reader::new(der)
            .tagged(tag::SEQUENCE)
            .ok_or(FactsError::NotX509)?;
        let x509 = X509::from_der(whole.whole).map_err(|_| FactsError::NotX509)?;
        Self::read(whole, x509)
    }

    fn read(whole: Element<'_>, x509: X509) -> Result<Self, FactsError> {
        let missing = FactsError::Field;
        let fields = Fields::of(whole)?;
        let (not_before, not_after) = fields.validity;
        Ok(Self {
            subject: Name::read(fields.subject),
            issuer: Name::read(fields.issuer),
            serial: serial(fields.serial.value),
            version: fields.version,
            not_before: not_before.ok_or(missing("notBefore"))?,
            not_after: not_after.ok_or(missing("notAfter"))?,
            key: Key::read(fields.info).ok_or(missing("public key"))?,
            signature: SignatureAlgorithm::read(fields.signature)
                .ok_or(missing("signature algorithm"))?,
            extensions: fields.extensions.map(Extensions::read).unwrap_or_default(),
            sha256: openssl::sha::sha256(whole.whole),
            spki_sha256: openssl::sha::sha256(fields.info.whole),
            der: whole.whole.to_vec(),
            spki: fields.info.whole.to_vec(),
            x509,
        })
    }

    /// The certificate itself.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its `SubjectPublicKeyInfo`, as DANE's selector 1 wants it.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The bits of the key alone.
    pub(super) fn key_octets(&self) -> Option<&[u8]> {
        key_octets(&self.spki)
    }

    /// OpenSSL's view of it.
    #[must_use]
    pub fn x509(&self) -> &X509 {
        &self.x509
    }

    /// Whose it is: the common name, the first alternative name, or what the subject has.
    #[must_use]
    pub fn name(&self) -> String {
        let names = self.extensions.names.as_ref().map(AlternativeNames::hosts);
        match (
            self.subject.common_name(),
            names.unwrap_or_default().first(),
        ) {
            (None, Some(name)) => super::subject::shown(name),
            _ => self.subject.brief(),
        }
    }

    /// Seconds from the first to the last, both included (CA/Browser baseline requirements §6.3.2).
    #[must_use]
    pub fn lifetime(&self) -> i64 {
        (self.not_after - self.not_before).saturating_add(1)
    }

    /// Is it valid at that time, as OpenSSL counts: no more at `not_after` itself?
    #[must_use]
    pub fn valid_at(&self, time: i64) -> bool {
        self.not_before <= time && time < self.not_after
    }

    /// Is it its own issuer, by name?
    #[must_use]
    pub fn self_issued(&self) -> bool {
        !self.subject.is_empty() && self.subject == self.issuer
    }

    /// Is it its own issuer, by name and key?
    #[must_use]
    pub fn self_signed(&self) -> bool {
        self.self_issued() && self.signed_by(self)
    }

    /// Is it an authority: may it sign other certificates?
    #[must_use]
    pub fn is_ca(&self) -> bool {
        match self.extensions.basic {
            Some(basic) => basic.ca,
            // Roots of the first version have no extensions.
            None => self.version < 3 && self.self_issued(),
        }
    }

    /// Does it name `issuer` as its issuer, by name and, where both say one, by key identifier?
    #[must_use]
    pub fn names_as_issuer(&self, issuer: &Certificate) -> bool {
        let named = self.extensions.authority_key.as_ref();
        let own = issuer.extensions.subject_key.as_ref();
        self.issuer.der() == issuer.subject.der()
            && named.zip(own).is_none_or(|(named, own)| named == own)
    }

    /// Is its signature by the key of `issuer`?
    #[must_use]
    pub fn signed_by(&self, issuer: &Certificate) -> bool {
        let key = issuer.x509.public_key();
        // An OpenSSL error (unknown algorithm) is no signature either.
        let signed = key.is_ok_and(|key| self.x509.verify(&key).unwrap_or(false));
        // A signature that does not fit leaves its reason in the thread's queue.
        let _ = openssl::error::ErrorStack::get();
        signed
    }
}

/// `TBSCertificate`, its fields not yet read.
pub(super) struct Fields<'a> {
    pub version: u32,
    pub serial: Element<'a>,
    pub signature: Element<'a>,
    pub issuer: Element<'a>,
    pub validity: (Option<i64>, Option<i64>),
    pub subject: Element<'a>,
    pub info: Element<'a>,
    pub extensions: Option<Element<'a>>,
}

impl<'a> Fields<'a> {
    pub fn of(certificate: Element<'a>) -> Result<Self, FactsError> {
        let missing = FactsError::Field;
        let tbs = certificate.inside().tagged(tag::SEQUENCE);
        let mut fields = tbs.ok_or(FactsError::NotX509)?.inside();
        let version = fields
            .tagged(tag::explicit(0))
            .and_then(|version| version.inside().tagged(tag::INTEGER))
            .and_then(|version| small(version.value))
            .map_or(1, |version| version.saturating_add(1));
        let mut next = |tag, name| fields.tagged(tag).ok_or(missing(name));
        let serial = next(tag::INTEGER, "serial number")?;
        let signature = next(tag::SEQUENCE, "signature algorithm")?;
        let issuer = next(tag::SEQUENCE, "issuer")?;
        let mut validity = next(tag::SEQUENCE, "validity")?.inside();
        let subject = next(tag::SEQUENCE, "subject")?;
        let info = next(tag::SEQUENCE, "public key")?;
        let extensions = fields
            .find(|field| field.tag == tag::explicit(3))
            .and_then(|all| all.inside().tagged(tag::SEQUENCE));
        let mut moment = || validity.next().and_then(moment::unix);
        Ok(Self {
            version,
            serial,
            signature,
            issuer,
            validity: (moment(), moment()),
            subject,
            info,
            extensions,
        })
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Certificate({}, issuer {}, serial {})",
            self.subject, self.issuer, self.serial
        )
    }
}
