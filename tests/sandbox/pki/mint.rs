//! One certificate, made as it is asked for, however wrong.

use openssl::asn1::{Asn1Integer, Asn1Object, Asn1OctetString, Asn1Time};
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509Builder, X509Extension, X509Name, X509NameBuilder};

use super::der::{oid, sequence, tlv};

pub const DAY: i64 = 86_400;

/// A certificate with its key.
#[derive(Clone)]
pub struct Minted {
    pub x509: X509,
    pub key: PKey<Private>,
}

/// A name of the certificate.
#[derive(Clone, Debug)]
pub enum Alt {
    Dns(String),
    Ip(std::net::IpAddr),
    Email(String),
    /// `SmtpUTF8Mailbox` of RFC 9598.
    SmtpUtf8(String),
    /// Octets of this context tag.
    Raw(u8, Vec<u8>),
}

impl Alt {
    pub fn dns(name: &str) -> Alt {
        Alt::Dns(name.to_owned())
    }

    pub fn ip(text: &str) -> Alt {
        Alt::Ip(text.parse().unwrap())
    }

    fn der(&self) -> Vec<u8> {
        match self {
            Alt::Dns(name) => tlv(0x82, name.as_bytes()),
            Alt::Email(address) => tlv(0x81, address.as_bytes()),
            Alt::Ip(std::net::IpAddr::V4(address)) => tlv(0x87, &address.octets()),
            Alt::Ip(std::net::IpAddr::V6(address)) => tlv(0x87, &address.octets()),
            Alt::SmtpUtf8(mailbox) => {
                let value = tlv(0xa0, &tlv(0x0c, mailbox.as_bytes()));
                tlv(0xa0, &[oid("1.3.6.1.5.5.7.8.9"), value].concat())
            }
            Alt::Raw(tag, octets) => tlv(*tag, octets),
        }
    }
}

/// What goes into one certificate.
#[derive(Clone)]
pub struct Spec {
    pub common_name: Option<String>,
    pub organisation: Option<String>,
    pub names: Vec<Alt>,
    pub from: Asn,
    pub to: Asn,
    /// `Some(path length)` for an authority.
    pub authority: Option<Option<u8>>,
    /// Without basic constraints at all.
    pub bare: bool,
    /// Extended key usages by OID.
    pub usages: Vec<&'static str>,
    pub serial: Option<i64>,
    pub digest: MessageDigest,
    /// caIssuers and OCSP.
    pub access: Vec<(&'static str, String)>,
    /// OID, critical, DER.
    pub extra: Vec<(&'static str, bool, Vec<u8>)>,
    /// Subject and authority key identifiers.
    pub identifiers: bool,
}

/// A moment: seconds since 1970, or a text as ASN.1 has it.
#[derive(Clone, Debug)]
pub enum Asn {
    Unix(i64),
    Text(&'static str),
}

impl Asn {
    fn time(&self) -> Asn1Time {
        match self {
            Asn::Unix(seconds) => Asn1Time::from_unix(*seconds).unwrap(),
            Asn::Text(text) => Asn1Time::from_str(text).unwrap(),
        }
    }
}

pub const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
pub const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
pub const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
pub const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";
pub const OCSP: &str = "1.3.6.1.5.5.7.48.1";
pub const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";
pub const NAME_CONSTRAINTS: &str = "2.5.29.30";
pub const TIMESTAMPS: &str = "1.3.6.1.4.1.11129.2.4.2";

impl Spec {
    /// A server's, 27 days old, 63 days to go (and half a day, so that "63 days" holds for the whole run).
    pub fn server(now: i64) -> Spec {
        Spec {
            common_name: Some("mail.example.test".to_owned()),
            organisation: None,
            names: vec![
                Alt::dns("mail.example.test"),
                Alt::dns("localhost"),
                Alt::ip("127.0.0.1"),
                Alt::ip("::1"),
            ],
            from: Asn::Unix(now - 27 * DAY),
            to: Asn::Unix(now + 63 * DAY + DAY / 2),
            authority: None,
            bare: false,
            usages: vec![SERVER_AUTH],
            serial: None,
            digest: MessageDigest::sha256(),
            access: Vec::new(),
            extra: Vec::new(),
            identifiers: true,
        }
    }

    /// An authority's, a year old, nine to go.
    pub fn authority(name: &str, now: i64) -> Spec {
        Spec {
            common_name: Some(name.to_owned()),
            organisation: Some("Example Test Authority".to_owned()),
            names: Vec::new(),
            from: Asn::Unix(now - 365 * DAY),
            to: Asn::Unix(now + 3285 * DAY),
            authority: Some(None),
            usages: Vec::new(),
            ..Spec::server(now)
        }
    }

    pub fn lasting(mut self, from: i64, to: i64) -> Spec {
        (self.from, self.to) = (Asn::Unix(from), Asn::Unix(to));
        self
    }

    pub fn for_names(mut self, names: &[&str]) -> Spec {
        self.common_name = names.first().map(|name| (*name).to_owned());
        self.names = names.iter().map(|name| Alt::dns(name)).collect();
        self
    }

    /// Signed by itself.
    pub fn root(&self, key: PKey<Private>) -> Minted {
        let x509 = self.sign(&key, None);
        Minted { x509, key }
    }

    /// Signed by `issuer`, with a new key on P-256.
    pub fn by(&self, issuer: &Minted) -> Minted {
        self.with(p256(), issuer)
    }

    pub fn with(&self, key: PKey<Private>, issuer: &Minted) -> Minted {
        let x509 = self.sign(&key, Some(issuer));
        Minted { x509, key }
    }

    fn subject(&self) -> X509Name {
        let mut name = X509NameBuilder::new().unwrap();
        if let Some(organisation) = &self.organisation {
            name.append_entry_by_nid(Nid::ORGANIZATIONNAME, organisation)
                .unwrap();
        }
        if let Some(common) = &self.common_name {
            name.append_entry_by_nid(Nid::COMMONNAME, common).unwrap();
        }
        name.build()
    }

    fn sign(&self, key: &PKey<Private>, issuer: Option<&Minted>) -> X509 {
        let mut builder = X509Builder::new().unwrap();
        builder.set_version(2).unwrap();
        let mut serial = match self.serial {
            Some(number) => BigNum::from_u32(number.unsigned_abs() as u32).unwrap(),
            None => {
                let mut number = BigNum::new().unwrap();
                number.rand(127, MsbOption::ONE, false).unwrap();
                number
            }
        };
        serial.set_negative(self.serial.is_some_and(|number| number < 0));
        builder
            .set_serial_number(&Asn1Integer::from_bn(&serial).unwrap())
            .unwrap();
        let subject = self.subject();
        builder.set_subject_name(&subject).unwrap();
        builder
            .set_issuer_name(issuer.map_or(&*subject, |issuer| issuer.x509.subject_name()))
            .unwrap();
        builder.set_not_before(&self.from.time()).unwrap();
        builder.set_not_after(&self.to.time()).unwrap();
        builder.set_pubkey(key).unwrap();
        for (name, critical, value) in self.extensions(key, issuer) {
            let name = Asn1Object::from_str(name).unwrap();
            let value = Asn1OctetString::new_from_bytes(&value).unwrap();
            builder
                .append_extension(X509Extension::new_from_der(&name, critical, &value).unwrap())
                .unwrap();
        }
        let signer = issuer.map_or(key, |issuer| &issuer.key);
        let digest = if signer.id() == openssl::pkey::Id::ED25519 {
            MessageDigest::null()
        } else {
            self.digest
        };
        builder.sign(signer, digest).unwrap();
        builder.build()
    }

    fn extensions(
        &self,
        key: &PKey<Private>,
        issuer: Option<&Minted>,
    ) -> Vec<(&'static str, bool, Vec<u8>)> {
        let mut all = Vec::new();
        if !self.bare {
            let basic = match self.authority {
                None => Vec::new(),
                Some(None) => tlv(0x01, &[0xff]),
                Some(Some(length)) => [tlv(0x01, &[0xff]), tlv(0x02, &[length])].concat(),
            };
            all.push(("2.5.29.19", true, tlv(0x30, &basic)));
            // keyCertSign and cRLSign, or digitalSignature.
            let usage = if self.authority.is_some() {
                [1, 0x06]
            } else {
                [7, 0x80]
            };
            all.push(("2.5.29.15", true, tlv(0x03, &usage)));
        }
        if !self.usages.is_empty() {
            let usages: Vec<Vec<u8>> = self.usages.iter().map(|usage| oid(usage)).collect();
            all.push(("2.5.29.37", false, sequence(&usages)));
        }
        if !self.names.is_empty() {
            let names: Vec<Vec<u8>> = self.names.iter().map(Alt::der).collect();
            all.push(("2.5.29.17", false, sequence(&names)));
        }
        if !self.access.is_empty() {
            let access = self.access.iter();
            let access: Vec<Vec<u8>> = access
                .map(|(method, url)| sequence(&[oid(method), tlv(0x86, url.as_bytes())]))
                .collect();
            all.push(("1.3.6.1.5.5.7.1.1", false, sequence(&access)));
        }
        if self.identifiers {
            let own = identifier(key);
            all.push(("2.5.29.14", false, tlv(0x04, &own)));
            if let Some(issuer) = issuer {
                all.push((
                    "2.5.29.35",
                    false,
                    sequence(&[tlv(0x80, &identifier(&issuer.key))]),
                ));
            }
        }
        all.extend(self.extra.iter().cloned());
        all
    }
}

fn identifier(key: &PKey<Private>) -> Vec<u8> {
    openssl::sha::sha256(&key.public_key_to_der().unwrap())[..20].to_vec()
}

pub fn p256() -> PKey<Private> {
    curve(Nid::X9_62_PRIME256V1)
}

pub fn curve(nid: Nid) -> PKey<Private> {
    let group = EcGroup::from_curve_name(nid).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

pub fn rsa(bits: u32) -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
}
