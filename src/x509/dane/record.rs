//! One TLSA record (RFC 6698 §2): what it says, whether anybody can use it, what it is of.
//!
//! Refused as unusable (RFC 6698 §4.1, RFC 7671 §4): unknown usages, selectors and matching types, digests of the wrong length,
//! and whole certificates or keys that are none. By RFC 7672 §3.1.3 also usages 0 and 1, where mail servers talk to each other.

use std::fmt;
use std::str::FromStr;

use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::x509::{X509, X509Ref};

/// A larger certificate is not worth being looked at.
const LARGEST: usize = 64 * 1024;

/// What a domain published about a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tlsa {
    /// 0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE.
    pub usage: u8,
    /// 0 the certificate, 1 its key.
    pub selector: u8,
    /// 0 whole, 1 SHA-256, 2 SHA-512.
    pub matching: u8,
    /// The certificate association data.
    pub data: Vec<u8>,
}

/// Whose rules hold for usages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Application {
    /// Mail servers among themselves (RFC 7672): 2 and 3.
    Mta,
    /// A user's client (RFC 7673, RFC 6698): all four.
    Client,
}

/// Why a text is no TLSA record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no TLSA record (usage, selector, matching type, hex: 3 1 1 4f2c...)")]
pub struct TlsaError(String);

impl Tlsa {
    /// Why no client of this application can use it; `None` when it can.
    #[must_use]
    pub fn unusable(&self, application: Application) -> Option<String> {
        match (self.usage, application) {
            (0 | 1, Application::Mta) => {
                let usage = self.usage;
                return Some(format!("usage {usage} is not for SMTP (RFC 7672)"));
            }
            (0..=3, _) => {}
            (usage, _) => return Some(format!("unknown usage {usage}")),
        }
        if self.selector > 1 {
            return Some(format!("unknown selector {}", self.selector));
        }
        let digest = match self.matching {
            0 => return self.unreadable(),
            1 => 32,
            2 => 64,
            other => return Some(format!("unknown matching type {other}")),
        };
        let length = self.data.len();
        (length != digest).then(|| format!("a digest of {length} bytes where {digest} are wanted"))
    }

    /// What stands there whole must be what it says.
    fn unreadable(&self) -> Option<String> {
        if self.data.len() > LARGEST {
            return Some("it is too large".to_owned());
        }
        // A certificate with something behind it is not the certificate.
        let (good, what) = if self.selector == 0 {
            let whole = X509::from_der(&self.data).and_then(|it| it.to_der());
            (
                whole.is_ok_and(|der| der.len() == self.data.len()),
                "certificate",
            )
        } else {
            (PKey::public_key_from_der(&self.data).is_ok(), "key")
        };
        (!good).then(|| format!("its data is no {what}"))
    }

    /// Is this the certificate, or its key, that the record speaks of?
    #[must_use]
    pub fn is_of(&self, certificate: &X509Ref) -> bool {
        let selected = match self.selector {
            0 => certificate.to_der(),
            1 => certificate
                .public_key()
                .and_then(|key| key.public_key_to_der()),
            _ => return false,
        };
        let Ok(selected) = selected else {
            return false;
        };
        let digest = match self.matching {
            0 => return selected == self.data,
            1 => MessageDigest::sha256(),
            2 => MessageDigest::sha512(),
            _ => return false,
        };
        openssl::hash::hash(digest, &selected).is_ok_and(|digest| *digest == *self.data)
    }

    /// The record that this certificate would need.
    #[must_use]
    pub fn wanted(usage: u8, selector: u8, matching: u8, certificate: &X509Ref) -> Option<Self> {
        let selected = match selector {
            0 => certificate.to_der().ok()?,
            _ => certificate.public_key().ok()?.public_key_to_der().ok()?,
        };
        let data = match matching {
            0 => selected,
            1 => openssl::hash::hash(MessageDigest::sha256(), &selected)
                .ok()?
                .to_vec(),
            _ => openssl::hash::hash(MessageDigest::sha512(), &selected)
                .ok()?
                .to_vec(),
        };
        Some(Self {
            usage,
            selector,
            matching,
            data,
        })
    }

    /// Everything, as a zone file has it.
    #[must_use]
    pub fn full(&self) -> String {
        let data = data_encoding::HEXLOWER.encode(&self.data);
        format!("{} {} {} {data}", self.usage, self.selector, self.matching)
    }
}

/// Short: `3 1 1 4f2c...`; the first bytes are enough to find it in a zone.
impl fmt::Display for Tlsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.data.get(..2).unwrap_or(&self.data);
        write!(
            f,
            "{} {} {} {}{}",
            self.usage,
            self.selector,
            self.matching,
            data_encoding::HEXLOWER.encode(shown),
            if self.data.len() > shown.len() {
                "..."
            } else {
                ""
            },
        )
    }
}

impl FromStr for Tlsa {
    type Err = TlsaError;

    /// As in a zone file: three numbers and hex, which may be broken by blanks.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || TlsaError(text.chars().filter(|c| !c.is_control()).take(60).collect());
        let mut words = text.split_ascii_whitespace();
        let mut number = || words.next().and_then(|word| word.parse::<u8>().ok());
        let (usage, selector, matching) = (
            number().ok_or_else(error)?,
            number().ok_or_else(error)?,
            number().ok_or_else(error)?,
        );
        let hex: String = words.collect();
        let data = data_encoding::HEXLOWER_PERMISSIVE
            .decode(hex.as_bytes())
            .map_err(|_| error())?;
        Ok(Self {
            usage,
            selector,
            matching,
            data,
        })
    }
}
