//! Demands on a certificate's identity: pins (RFC 7469 §2.4 digests the public key; others the certificate), issuer, names, usages.

use super::extensions::ExtendedUsage;
use super::facts::Certificate;
use super::names;
use crate::net::Host;

/// A SHA-256 that the certificate or its public key has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin([u8; 32]);

/// Why a text is no pin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PinError {
    /// Another digest than SHA-256.
    #[error("a pin is sha256:..., not {0}:...")]
    Algorithm(String),
    /// Neither 64 hexadecimal digits nor 44 characters of base64.
    #[error("a pin is sha256: and 64 hexadecimal digits (colons allowed) or base64 of 32 octets")]
    Form,
}

/// What of a certificate has the digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pinned {
    /// The certificate.
    Certificate,
    /// Its public key, which may outlive it.
    Key,
}

impl Pin {
    /// Reads `sha256:` (or `sha256//`, as curl writes it) and a digest in hexadecimal or base64.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        let text = text.trim();
        // The line that `openssl x509 -fingerprint -sha256` prints.
        let label = "sha256 fingerprint=";
        let text = match text.get(..label.len()) {
            Some(head) if head.eq_ignore_ascii_case(label) => text.split_at(label.len()).1,
            _ => text,
        };
        let digest = match text.split_once(':').or_else(|| text.split_once("//")) {
            Some((name, digest)) if is_sha256(name) => digest.strip_prefix("//").unwrap_or(digest),
            // "ab:cd:..." and base64 with "//" in it have no name.
            Some((name, _))
                if name.len() > 2
                    && name.len() < 16
                    && name.to_ascii_lowercase().contains(['s', 'm']) =>
            {
                return Err(PinError::Algorithm(super::subject::shown(name)));
            }
            _ => text,
        };
        let digest = digest.trim();
        let hexadecimal: String = digest.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
        let octets = data_encoding::HEXLOWER_PERMISSIVE
            .decode(hexadecimal.as_bytes())
            .or_else(|_| data_encoding::BASE64.decode(digest.as_bytes()))
            .or_else(|_| data_encoding::BASE64_NOPAD.decode(digest.as_bytes()))
            .or_else(|_| {
                data_encoding::BASE64URL_NOPAD.decode(digest.trim_end_matches('=').as_bytes())
            })
            .map_err(|_| PinError::Form)?;
        Ok(Self(octets.try_into().map_err(|_| PinError::Form)?))
    }

    /// What of the certificate it pins.
    #[must_use]
    pub fn matches(&self, certificate: &Certificate) -> Option<Pinned> {
        if self.0 == certificate.sha256 {
            return Some(Pinned::Certificate);
        }
        (self.0 == certificate.spki_sha256).then_some(Pinned::Key)
    }
}

/// `sha256:` and hexadecimal digits.
impl std::fmt::Display for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "sha256:{}", data_encoding::HEXLOWER.encode(&self.0))
    }
}

fn is_sha256(name: &str) -> bool {
    name.eq_ignore_ascii_case("sha256") || name.eq_ignore_ascii_case("sha-256")
}

/// Is it signed by `wanted`: the issuer's common name or organisation, in any case, or a part of the whole name?
#[must_use]
pub fn issued_by(certificate: &Certificate, wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    if wanted.is_empty() {
        return false;
    }
    let issuer = &certificate.issuer;
    let mut values = issuer.all("CN").chain(issuer.all("O"));
    values.any(|value| value.to_lowercase() == wanted)
        || issuer.to_string().to_lowercase().contains(&wanted)
}

/// The hosts among `wanted` that it is not for.
#[must_use]
pub fn lacking_names<'a>(certificate: &Certificate, wanted: &'a [Host]) -> Vec<&'a Host> {
    let lacks = |host: &&Host| names::check(certificate, host).is_err();
    wanted.iter().filter(lacks).collect()
}

/// The usages among `wanted` that it does not state. Unlike a verification this wants them written down.
#[must_use]
pub fn lacking_usages<'a>(
    certificate: &Certificate,
    wanted: &'a [ExtendedUsage],
) -> Vec<&'a ExtendedUsage> {
    let stated = certificate
        .extensions
        .extended
        .as_deref()
        .unwrap_or_default();
    let lacks = |usage: &&ExtendedUsage| !stated.iter().any(|one| one.oid == usage.oid);
    wanted.iter().filter(lacks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_in_every_form() {
        let hex = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
        let colons: Vec<String> = hex
            .to_uppercase()
            .as_bytes()
            .chunks(2)
            .map(|pair| String::from_utf8_lossy(pair).into_owned())
            .collect();
        let base64 =
            data_encoding::BASE64.encode(&data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap());
        let want = format!("sha256:{hex}");
        for text in [
            hex.to_owned(),
            want.clone(),
            format!("SHA-256:{hex}"),
            format!("sha256:{}", colons.join(":")),
            colons.join(":"),
            format!("sha256 Fingerprint={}", colons.join(":")),
            format!("sha256:{base64}"),
            format!("sha256//{base64}"),
            base64.trim_end_matches('=').to_owned(),
        ] {
            assert_eq!(
                Pin::parse(&text).map(|pin| pin.to_string()),
                Ok(want.clone()),
                "{text}"
            );
        }
        assert_eq!(
            Pin::parse("sha1:00"),
            Err(PinError::Algorithm("sha1".to_owned()))
        );
        for text in ["", "sha256:", "sha256:00", &format!("{hex}00"), "sha256:zz"] {
            assert_eq!(Pin::parse(text), Err(PinError::Form), "{text}");
        }
    }
}
