//! Pins: the certificate or its key must be one that is known.

use super::findings as id;
use super::judge::Fault;
use crate::cli::UsageError;
use crate::x509::Certificate;
use crate::x509::pin::{Pin, Pinned};

/// What may be known of a certificate; one must fit.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    sha256: Vec<Pin>,
    /// The SHA-1 fingerprint of the certificate, as the old check_ssl_cert wants it.
    sha1: Vec<[u8; 20]>,
}

impl Pins {
    /// Reads `--pin` and the old `--fingerprint`, which is SHA-1 unless it is longer.
    pub fn read(pins: &[String], fingerprints: &[String]) -> Result<Self, UsageError> {
        let mut read = Self::default();
        for text in pins {
            let pin = Pin::parse(text);
            read.sha256
                .push(pin.map_err(|error| UsageError(format!("--pin {text:?}: {error}")))?);
        }
        for text in fingerprints {
            let hex: String = text.chars().filter(|c| *c != ':').collect();
            let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes());
            match bytes.map(<[u8; 20]>::try_from) {
                Ok(Ok(sha1)) => read.sha1.push(sha1),
                _ => {
                    let pin = Pin::parse(&format!("sha256:{hex}")).map_err(|_| {
                        let why = "give the 40 hexadecimal digits of SHA-1 or the 64 of SHA-256";
                        UsageError(format!("--fingerprint {text:?}: {why}"))
                    });
                    read.sha256.push(pin?);
                }
            }
        }
        Ok(read)
    }

    /// What fits; `Ok(None)` when nothing is pinned.
    pub fn check(&self, name: &str, leaf: &Certificate) -> Result<Option<&'static str>, Fault> {
        if self.sha256.is_empty() && self.sha1.is_empty() {
            return Ok(None);
        }
        let sha1 = openssl::sha::sha1(leaf.der());
        let found = self
            .sha256
            .iter()
            .find_map(|pin| pin.matches(leaf))
            .map(|pinned| match pinned {
                Pinned::Certificate => "pinned certificate",
                Pinned::Key => "pinned key",
            })
            .or_else(|| self.sha1.contains(&sha1).then_some("known fingerprint"));
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        found.map(Some).ok_or_else(|| {
            let text = format!(
                "{name} shows none of the pinned certificates and keys: certificate sha256:{}, key sha256:{}",
                hex(&leaf.sha256),
                hex(&leaf.spki_sha256)
            );
            (id::PIN_MISMATCH, text)
        })
    }
}
