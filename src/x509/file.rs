//! Certificates out of a file: PEM (RFC 7468, and what people make of it), DER, PKCS #7.
//!
//! Text between the blocks, CRLF, indented lines, byte order marks, UTF-16 and `TRUSTED CERTIFICATE` are taken. Private keys are
//! skipped and never shown. Refused: more than 10 MB, more than a thousand certificates (a system's bundle has two hundred),
//! PKCS #12 and keystores, a block that is no certificate.

use openssl::pkcs7::Pkcs7;

use super::der::{Reader, tag};
use super::facts::{Certificate, FactsError};

/// Octets of a file.
pub const LARGEST_FILE: usize = 10 * 1024 * 1024;
/// Certificates in a file.
pub const MOST: usize = 1000;

/// Why a file gives no certificates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// More than [`LARGEST_FILE`].
    #[error("larger than 10 MB: no file of certificates is")]
    TooLarge,
    /// More than [`MOST`].
    #[error("more than 1000 certificates")]
    TooMany,
    /// Nothing at all.
    #[error("the file is empty")]
    Empty,
    /// Nothing that looks like a certificate.
    #[error("no certificate in it")]
    NoCertificate,
    /// Keys only.
    #[error("a private key in it, but no certificate")]
    KeyOnly,
    /// A request, not a certificate.
    #[error("a certificate request in it, but no certificate")]
    RequestOnly,
    /// PKCS #12.
    #[error("a PKCS #12 file; make it PEM first (openssl pkcs12 -nokeys)")]
    Pkcs12,
    /// A Java keystore.
    #[error("a Java keystore; export its certificates as PEM first")]
    Keystore,
    /// One certificate cannot be read.
    #[error("certificate {number}: {why}")]
    Certificate {
        /// 1 is the first.
        number: usize,
        /// What is wrong with it.
        why: String,
    },
}

/// All certificates of a file, in its order.
pub fn parse(bytes: &[u8]) -> Result<Vec<Certificate>, FileError> {
    if bytes.len() > LARGEST_FILE {
        return Err(FileError::TooLarge);
    }
    if bytes.trim_ascii().is_empty() {
        return Err(FileError::Empty);
    }
    if bytes.starts_with(&[0xfe, 0xed, 0xfe, 0xed]) || bytes.starts_with(&[0xce, 0xce, 0xce, 0xce])
    {
        return Err(FileError::Keystore);
    }
    let marker = b"-----BEGIN ";
    if let Some(text) = utf16(bytes) {
        return pem(&text);
    }
    if !bytes.windows(marker.len()).any(|window| window == marker) {
        return der(bytes);
    }
    // Text before the first block may begin like DER ("0 s:CN=..." of openssl s_client does).
    match pem(&String::from_utf8_lossy(bytes)) {
        Err(error) if bytes.first() == Some(&tag::SEQUENCE) => der(bytes).map_err(|_| error),
        read => read,
    }
}

/// What PowerShell's `>` makes of a PEM text.
fn utf16(bytes: &[u8]) -> Option<String> {
    let read: fn([u8; 2]) -> u16 = match bytes.get(..2)? {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|pair| Some(read(pair.try_into().ok()?)))
        .collect();
    Some(String::from_utf16_lossy(&units))
}

fn pem(text: &str) -> Result<Vec<Certificate>, FileError> {
    let mut found = Vec::new();
    let mut keys = false;
    let mut requests = false;
    for block in text.split("-----BEGIN ").skip(1) {
        let Some((label, rest)) = block.split_once("-----") else {
            continue;
        };
        if label.ends_with("PRIVATE KEY") {
            keys = true;
            continue;
        }
        requests |= label.ends_with("CERTIFICATE REQUEST");
        let wanted = matches!(
            label,
            "CERTIFICATE"
                | "X509 CERTIFICATE"
                | "TRUSTED CERTIFICATE"
                | "PKCS7"
                | "PKCS #7 SIGNED DATA"
                | "CMS"
        );
        if !wanted {
            continue;
        }
        let number = found.len() + 1;
        let bad = |why: &str| FileError::Certificate {
            number,
            why: why.to_owned(),
        };
        let (body, _) = rest
            .split_once("-----END ")
            .ok_or_else(|| bad("it has no end"))?;
        let octets = base64(body).ok_or_else(|| bad("it is not base64"))?;
        if matches!(label, "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS") {
            found.extend(pkcs7(&octets, number)?);
        } else {
            found.push(certificate(&octets, number)?);
        }
        if found.len() > MOST {
            return Err(FileError::TooMany);
        }
    }
    match (found.is_empty(), keys, requests) {
        (false, _, _) => Ok(found),
        (_, true, _) => Err(FileError::KeyOnly),
        (_, _, true) => Err(FileError::RequestOnly),
        _ => Err(FileError::NoCertificate),
    }
}

/// The octets of a PEM body; headers (RFC 1421 §4.6) before a blank line are stepped over.
fn base64(body: &str) -> Option<Vec<u8>> {
    let lines = body.lines().map(str::trim);
    let characters: String = lines.filter(|line| !line.contains(':')).collect();
    let characters: String = characters.split_ascii_whitespace().collect();
    data_encoding::BASE64
        .decode(characters.as_bytes())
        .or_else(|_| {
            data_encoding::BASE64_NOPAD.decode(characters.trim_end_matches('=').as_bytes())
        })
        .ok()
}

fn der(bytes: &[u8]) -> Result<Vec<Certificate>, FileError> {
    let mut all = Reader::new(bytes);
    let Some(first) = all.tagged(tag::SEQUENCE) else {
        return base64_alone(bytes);
    };
    // ContentInfo begins with an OID, PFX with version 3, a certificate with a sequence.
    match first.inside().next() {
        Some(inner) if inner.tag == tag::OID => return pkcs7(first.whole, 1),
        Some(inner) if inner.tag == tag::INTEGER && inner.value == [3] => {
            return Err(FileError::Pkcs12);
        }
        Some(inner) if inner.tag == tag::INTEGER => return Err(FileError::KeyOnly),
        _ => {}
    }
    let mut found = vec![certificate(first.whole, 1)?];
    while let Some(next) = all.tagged(tag::SEQUENCE) {
        found.push(certificate(next.whole, found.len() + 1)?);
        if found.len() > MOST {
            return Err(FileError::TooMany);
        }
    }
    Ok(found)
}

/// A PEM body whose first and last line were lost.
fn base64_alone(bytes: &[u8]) -> Result<Vec<Certificate>, FileError> {
    let text = std::str::from_utf8(bytes).map_err(|_| FileError::NoCertificate)?;
    let octets = base64(text).ok_or(FileError::NoCertificate)?;
    match Certificate::from_der(&octets) {
        Ok(certificate) => Ok(vec![certificate]),
        Err(_) => Err(FileError::NoCertificate),
    }
}

fn certificate(octets: &[u8], number: usize) -> Result<Certificate, FileError> {
    Certificate::from_der(octets).map_err(|why: FactsError| FileError::Certificate {
        number,
        why: why.to_string(),
    })
}

/// The certificates of SignedData (RFC 5652 §5.1), whoever signed it.
fn pkcs7(octets: &[u8], number: usize) -> Result<Vec<Certificate>, FileError> {
    let bad = |why: &str| FileError::Certificate {
        number,
        why: why.to_owned(),
    };
    let message = Pkcs7::from_der(octets).map_err(|_| bad("no PKCS #7 message"))?;
    let all = message
        .signed()
        .and_then(|signed| signed.certificates())
        .ok_or_else(|| bad("a PKCS #7 message without certificates"))?;
    if all.len() > MOST {
        return Err(FileError::TooMany);
    }
    let read = all.iter().enumerate().map(|(index, one)| {
        let octets = one.to_der().map_err(|_| bad("no X.509 certificate"))?;
        certificate(&octets, number + index)
    });
    read.collect()
}

/// The server's own certificate first: files of all orders are read as a chain. A file whose first certificate is no
/// authority, or has names for hosts, stays as it is.
#[must_use]
pub fn as_chain(mut all: Vec<Certificate>) -> Vec<Certificate> {
    let named = |one: &Certificate| {
        let names = one.extensions.names.as_ref();
        names.is_some_and(|names| !names.hosts().is_empty())
    };
    if all.first().is_some_and(|one| one.is_ca() && !named(one))
        && let Some(place) = all
            .iter()
            .position(|one| !one.is_ca())
            .or_else(|| all.iter().position(named))
    {
        let leaf = all.remove(place);
        all.insert(0, leaf);
    }
    all
}
