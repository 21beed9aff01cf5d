//! Trust and identity that the caller brings: `--ca-file`, `--ca-dir`, `--client-cert`.

use std::io;
use std::path::{Path, PathBuf};

use openssl::x509::X509;

/// A CA file larger than this is no CA file.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// It cannot be read.
    #[error("read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// It holds no certificate.
    #[error("{}: no certificate in it", .path.display())]
    NoCertificate {
        /// The file or directory.
        path: PathBuf,
    },
    /// Certificate and key do not make an identity.
    #[error("{} and {}: {why}", .certificate.display(), .key.display())]
    Identity {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong.
        why: String,
    },
}

/// A client certificate with its key.
#[derive(Clone)]
pub struct Identity {
    pub(super) native: native_tls::Identity,
    pub(super) chain: Vec<openssl::x509::X509>,
    pub(super) key: openssl::pkey::PKey<openssl::pkey::Private>,
}

/// All certificates of a PEM file, or the one of a DER file.
pub fn load_ca_file(path: &Path) -> Result<Vec<native_tls::Certificate>, TrustError> {
    let bytes = read(path)?;
    let found = parse(&bytes);
    if found.is_empty() {
        Err(TrustError::NoCertificate {
            path: path.to_owned(),
        })
    } else {
        Ok(found)
    }
}

/// All certificates of all files in a directory; files that hold none are passed over.
pub fn load_ca_dir(path: &Path) -> Result<Vec<native_tls::Certificate>, TrustError> {
    let entries = std::fs::read_dir(path).map_err(|source| TrustError::Read {
        path: path.to_owned(),
        source,
    })?;
    let mut found = Vec::new();
    for entry in entries.flatten().filter(|entry| entry.path().is_file()) {
        found.extend(
            read(&entry.path())
                .map(|bytes| parse(&bytes))
                .unwrap_or_default(),
        );
    }
    if found.is_empty() {
        Err(TrustError::NoCertificate {
            path: path.to_owned(),
        })
    } else {
        Ok(found)
    }
}

/// The same for whoever verifies by OpenSSL itself.
pub fn certificates_of_file(path: &Path) -> Result<Vec<X509>, TrustError> {
    Ok(load_ca_file(path)?.iter().filter_map(x509).collect())
}

/// The same for whoever verifies by OpenSSL itself.
pub fn certificates_of_dir(path: &Path) -> Result<Vec<X509>, TrustError> {
    Ok(load_ca_dir(path)?.iter().filter_map(x509).collect())
}

fn x509(certificate: &native_tls::Certificate) -> Option<X509> {
    X509::from_der(&certificate.to_der().ok()?).ok()
}

/// A client certificate (PEM, chain allowed) and its key (PEM, any unencrypted form).
pub fn load_identity(certificate: &Path, key: &Path) -> Result<Identity, TrustError> {
    let chain = read(certificate)?;
    let private = zeroize::Zeroizing::new(read(key)?);
    let wrong = |why: &dyn std::fmt::Display| TrustError::Identity {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        why: why.to_string(),
    };
    // native-tls wants PKCS #8; keys are often kept as "RSA PRIVATE KEY" or "EC PRIVATE KEY".
    // Nobody is asked for a passphrase: OpenSSL would wait at the terminal, or take it from standard input.
    let private = openssl::pkey::PKey::private_key_from_pem_callback(&private, |_| Ok(0))
        .map_err(|_| wrong(&"no private key that can be read without a passphrase"))?;
    // Told now and in words, rather than by OpenSSL in the middle of the session.
    let certificates = openssl::x509::X509::stack_from_pem(&chain).unwrap_or_default();
    let leaf = certificates
        .first()
        .ok_or_else(|| wrong(&"no certificate that can be read"))?;
    let fits = leaf.public_key().is_ok_and(|key| key.public_eq(&private));
    if !fits {
        return Err(wrong(&"the key does not belong to the certificate"));
    }
    let pkcs8 = private
        .private_key_to_pem_pkcs8()
        .map_err(|error| wrong(&error))?;
    let pkcs8 = zeroize::Zeroizing::new(pkcs8);
    let native = native_tls::Identity::from_pkcs8(&chain, &pkcs8).map_err(|error| wrong(&error))?;
    Ok(Identity {
        native,
        chain: certificates,
        key: private,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, TrustError> {
    let wrap = |source| TrustError::Read {
        path: path.to_owned(),
        source,
    };
    if std::fs::metadata(path).map_err(wrap)?.len() > LIMIT {
        return Err(wrap(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "larger than any CA file",
        )));
    }
    std::fs::read(path).map_err(wrap)
}

/// The certificates of a PEM text, or the one in DER. Each is decoded once: OpenSSL 3 takes a fifth of a
/// whole handshake for that.
fn parse(bytes: &[u8]) -> Vec<native_tls::Certificate> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let text = String::from_utf8_lossy(bytes);
    let found: Vec<_> = text
        .split(BEGIN)
        .skip(1)
        .filter_map(|rest| rest.split_once(END))
        .filter_map(|(body, _)| {
            native_tls::Certificate::from_pem(format!("{BEGIN}{body}{END}\n").as_bytes()).ok()
        })
        .collect();
    if found.is_empty() {
        native_tls::Certificate::from_der(bytes)
            .into_iter()
            .collect()
    } else {
        found
    }
}
