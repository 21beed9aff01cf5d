//! Extensions of a certificate (RFC 5280 §4.2, RFC 7633, RFC 6962 §3.3, RFC 9598), each read on its own: one that is broken
//! does not hide the others.

use std::net::IpAddr;

use super::der::{Element, Reader, bit_string, integer, oid, small, tag, text};

/// Names of one certificate that are read; the largest in use have a few hundred.
const NAMES: usize = 10_000;
/// Extensions, and URLs of one kind, that are read.
const MANY: usize = 100;
const KEY_USAGE: &str = "2.5.29.15";

/// `BasicConstraints` (RFC 5280 §4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// May it sign certificates?
    pub ca: bool,
    /// How many intermediates may stand below it.
    pub path_len: Option<u32>,
}

impl BasicConstraints {
    pub(super) fn read(fields: Element<'_>) -> Self {
        let mut fields = fields.inside();
        let ca = fields
            .tagged(tag::BOOLEAN)
            .is_some_and(|ca| ca.value.iter().any(|byte| *byte != 0));
        let path_len = fields
            .tagged(tag::INTEGER)
            .map(|length| small(length.value).unwrap_or(u32::MAX));
        Self { ca, path_len }
    }
}

/// Subject alternative names (RFC 5280 §4.2.1.6). Foreign text, not cleaned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlternativeNames {
    /// `dNSName`s as they stand there.
    pub dns: Vec<String>,
    /// `iPAddress`es of four or sixteen octets.
    pub ip: Vec<IpAddr>,
    /// `rfc822Name`s.
    pub email: Vec<String>,
    /// `SmtpUTF8Mailbox`es (RFC 9598).
    pub smtp_utf8: Vec<String>,
    /// `uniformResourceIdentifier`s.
    pub uri: Vec<String>,
    /// Names of other kinds, or broken ones.
    pub other: usize,
}

impl AlternativeNames {
    fn read(all: Element<'_>) -> Self {
        let mut names = Self::default();
        for name in all.inside().take(NAMES) {
            let characters = || text(tag::UTF8, name.value);
            // The numbers of GeneralName's choices.
            match name.tag {
                1 | 0x81 => names.email.push(characters()),
                0x82 => names.dns.push(characters()),
                0x86 => names.uri.push(characters()),
                0x87 => match address(name.value) {
                    Some(address) => names.ip.push(address),
                    None => names.other += 1,
                },
                0xa0 => match smtp_utf8(name) {
                    Some(mailbox) => names.smtp_utf8.push(mailbox),
                    None => names.other += 1,
                },
                _ => names.other += 1,
            }
        }
        names
    }

    /// DNS names and addresses as text, for saying what a certificate is for.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        let addresses = self.ip.iter().map(IpAddr::to_string);
        self.dns.iter().cloned().chain(addresses).collect()
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(octets) {
        return Some(four.into());
    }
    Some(<[u8; 16]>::try_from(octets).ok()?.into())
}

/// `OtherName {id-on-SmtpUTF8Mailbox, [0] UTF8String}`.
fn smtp_utf8(name: Element<'_>) -> Option<String> {
    let mut fields = name.inside();
    if oid(fields.tagged(tag::OID)?.value)? != "1.3.6.1.5.5.7.8.9" {
        return None;
    }
    let value = fields
        .tagged(tag::explicit(0))?
        .inside()
        .tagged(tag::UTF8)?;
    Some(text(value.tag, value.value))
}

/// Key usage (RFC 5280 §4.2.1.3), bit 0 first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    const WORDS: [&'static str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];

    fn read(bits: Element<'_>) -> Option<Self> {
        // The count of unused bits does not matter: they are zero.
        let octets = bits.is(tag::BIT_STRING)?.value.get(1..)?;
        let first = u16::from(octets.first().copied().unwrap_or(0).reverse_bits());
        let second = u16::from(octets.get(1).copied().unwrap_or(0).reverse_bits());
        Some(Self(first | second << 8))
    }

    /// The usages it allows, in RFC 5280's words.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::WORDS
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.0 >> bit & 1 == 1)
            .map(|(_, word)| word)
    }

    /// May the key sign certificates?
    #[must_use]
    pub fn cert_sign(self) -> bool {
        self.0 >> 5 & 1 == 1
    }
}

/// One extended key usage (RFC 5280 §4.2.1.12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedUsage {
    /// Dotted.
    pub oid: String,
    /// RFC 5280's word for it.
    pub name: Option<&'static str>,
}

impl ExtendedUsage {
    const KNOWN: [(&'static str, &'static str); 11] = [
        ("1.3.6.1.5.5.7.3.1", "serverAuth"),
        ("1.3.6.1.5.5.7.3.2", "clientAuth"),
        ("1.3.6.1.5.5.7.3.3", "codeSigning"),
        ("1.3.6.1.5.5.7.3.4", "emailProtection"),
        ("1.3.6.1.5.5.7.3.8", "timeStamping"),
        ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
        ("2.5.29.37.0", "anyExtendedKeyUsage"),
        ("1.3.6.1.4.1.311.10.3.3", "msSGC"),
        ("2.16.840.1.113730.4.1", "nsSGC"),
        ("1.3.6.1.4.1.311.20.2.2", "msSmartcardLogin"),
        ("1.3.6.1.5.5.7.3.17", "ipsecIKE"),
    ];

    fn new(oid: String) -> Self {
        let known = Self::KNOWN.iter().find(|(known, _)| *known == oid);
        Self {
            name: known.map(|(_, name)| *name),
            oid,
        }
    }

    /// Reads what a person writes: `serverAuth`, in any case, or an OID.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let known = Self::KNOWN
            .iter()
            .find(|(oid, name)| name.eq_ignore_ascii_case(text) || *oid == text);
        if let Some((oid, _)) = known {
            return Some(Self::new((*oid).to_owned()));
        }
        let arcs = text.split('.').count() > 1
            && text
                .split('.')
                .all(|arc| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()));
        arcs.then(|| Self::new(text.to_owned()))
    }

    /// The word or the OID.
    #[must_use]
    pub fn text(&self) -> &str {
        self.name.unwrap_or(&self.oid)
    }
}

/// What the extensions say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// Subject alternative names; `None` when there is no such extension.
    pub names: Option<AlternativeNames>,
    /// Basic constraints.
    pub basic: Option<BasicConstraints>,
    /// Key usage.
    pub key_usage: Option<KeyUsage>,
    /// Is that extension marked as critical?
    pub key_usage_critical: bool,
    /// Extended key usage; `None` when any is allowed because there is no such extension.
    pub extended: Option<Vec<ExtendedUsage>>,
    /// Authority information access, caIssuers: where the issuer's certificate can be had.
    pub ca_issuers: Vec<String>,
    /// Authority information access, OCSP.
    pub ocsp: Vec<String>,
    /// CRL distribution points.
    pub crls: Vec<String>,
    /// TLS feature status_request (RFC 7633): clients expect a stapled OCSP response.
    pub must_staple: bool,
    /// Signed certificate timestamps (RFC 6962) inside the certificate.
    pub timestamps: usize,
    /// Subject key identifier.
    pub subject_key: Option<Vec<u8>>,
    /// Authority key identifier.
    pub authority_key: Option<Vec<u8>>,
    /// Has it name constraints?
    pub constrains_names: bool,
    /// Extensions that could not be read, by OID.
    pub broken: Vec<String>,
}

impl Extensions {
    /// Reads `Extensions ::= SEQUENCE OF Extension`.
    pub(super) fn read(all: Element<'_>) -> Self {
        let mut read = Self::default();
        for extension in all.inside().take(MANY) {
            let mut fields = extension.inside();
            let Some(name) = fields.tagged(tag::OID).and_then(|name| oid(name.value)) else {
                continue;
            };
            let critical = fields
                .tagged(tag::BOOLEAN)
                .is_some_and(|critical| critical.value.iter().any(|byte| *byte != 0));
            let value = fields.tagged(tag::OCTET_STRING).and_then(|value| {
                let mut inside = value.inside();
                let value = inside.next()?;
                inside.is_empty().then_some(value)
            });
            if value.and_then(|value| read.one(&name, value)).is_none() {
                read.broken.push(name);
            } else if name == KEY_USAGE {
                read.key_usage_critical = critical;
            }
        }
        read
    }

    fn one(&mut self, name: &str, value: Element<'_>) -> Option<()> {
        match name {
            "2.5.29.17" => self.names = Some(AlternativeNames::read(value.is(tag::SEQUENCE)?)),
            "2.5.29.19" => self.basic = Some(BasicConstraints::read(value.is(tag::SEQUENCE)?)),
            KEY_USAGE => self.key_usage = Some(KeyUsage::read(value)?),
            "2.5.29.37" => {
                let usages = value.is(tag::SEQUENCE)?.inside().take(MANY);
                let usages =
                    usages.map(|usage| oid(usage.is(tag::OID)?.value).map(ExtendedUsage::new));
                self.extended = Some(usages.collect::<Option<_>>()?);
            }
            "1.3.6.1.5.5.7.1.1" => self.access(value.is(tag::SEQUENCE)?),
            "2.5.29.31" => self.crls = crls(value.is(tag::SEQUENCE)?),
            "1.3.6.1.5.5.7.1.24" => {
                // Feature 5 is status_request, 17 status_request_v2.
                let mut features = value.is(tag::SEQUENCE)?.inside().take(MANY);
                self.must_staple = features.any(|feature| {
                    feature.tag == tag::INTEGER && matches!(small(feature.value), Some(5 | 17))
                });
            }
            "1.3.6.1.4.1.11129.2.4.2" => {
                self.timestamps = timestamps(value.is(tag::OCTET_STRING)?.value)?;
            }
            "2.5.29.14" => self.subject_key = Some(value.is(tag::OCTET_STRING)?.value.to_vec()),
            "2.5.29.35" => {
                let key = value.is(tag::SEQUENCE)?.inside().tagged(tag::context(0));
                self.authority_key = key.map(|key| key.value.to_vec());
            }
            "2.5.29.30" => self.constrains_names = true,
            _ => {}
        }
        Some(())
    }

    fn access(&mut self, all: Element<'_>) {
        for description in all.inside().take(MANY) {
            let mut fields = description.inside();
            let method = fields.tagged(tag::OID).and_then(|method| oid(method.value));
            let Some(url) = fields.tagged(tag::context(6)) else {
                continue;
            };
            let url = text(tag::UTF8, url.value);
            match method.as_deref() {
                Some("1.3.6.1.5.5.7.48.2") => self.ca_issuers.push(url),
                Some("1.3.6.1.5.5.7.48.1") => self.ocsp.push(url),
                _ => {}
            }
        }
    }

    /// Does it allow this usage? Without the extension everything is allowed.
    #[must_use]
    pub fn allows(&self, usage: &ExtendedUsage) -> bool {
        self.extended
            .as_ref()
            .is_none_or(|all| all.iter().any(|one| one.oid == usage.oid))
    }
}

/// `DistributionPoint { [0] { [0] fullName { [6] URI }}}`.
fn crls(points: Element<'_>) -> Vec<String> {
    let names = points.inside().filter_map(|point| {
        let name = point.inside().tagged(tag::explicit(0))?;
        name.inside().tagged(tag::explicit(0))
    });
    names
        .flat_map(|names| names.inside())
        .filter(|name| name.tag == tag::context(6))
        .map(|url| text(tag::UTF8, url.value))
        .take(MANY)
        .collect()
}

/// RFC 6962 §3.3: a TLS vector of vectors.
fn timestamps(list: &[u8]) -> Option<usize> {
    let vector = |bytes: &[u8]| -> Option<(usize, usize)> {
        let length = usize::from(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]));
        (bytes.len() >= length + 2).then_some((2, length + 2))
    };
    let (from, to) = vector(list)?;
    let mut rest = list.get(from..to)?;
    let mut count = 0;
    while !rest.is_empty() {
        let (_, end) = vector(rest)?;
        rest = rest.get(end..)?;
        count += 1;
    }
    Some(count)
}

/// A serial number in hexadecimal: `3af0`, `-01`, `00`.
pub(super) fn serial(value: &[u8]) -> String {
    let (negative, magnitude) = integer(value);
    let digits = data_encoding::HEXLOWER.encode(&magnitude);
    let digits = if digits.is_empty() { "00" } else { &digits };
    format!("{}{digits}", if negative { "-" } else { "" })
}

/// The octets of the public key itself, without its algorithm (the hash of OCSP's issuerKeyHash is over them).
pub(super) fn key_octets(info: &[u8]) -> Option<&[u8]> {
    let mut fields = Reader::new(info).tagged(tag::SEQUENCE)?.inside();
    fields.tagged(tag::SEQUENCE)?;
    bit_string(fields.tagged(tag::BIT_STRING)?.value)
}
