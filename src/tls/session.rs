//! A TLS session by native-tls, and what its errors mean.
//!
//! native-tls tells the reason of a failed verification as text only, in OpenSSL's words, which
//! differ between its versions; it is read leniently here, once.

use std::error::Error as _;
use std::io;

use native_tls::{HandshakeError, Protocol, TlsConnector, TlsStream};
use openssl::error::ErrorStack;

use super::trust::Identity;
use crate::net::Stream;

/// What a session demands.
#[derive(Clone, Default)]
pub struct Settings {
    /// Verification is off (`--insecure`).
    pub insecure: bool,
    /// Certificates that are trusted beside the system's.
    pub extra_roots: Vec<native_tls::Certificate>,
    /// The lowest version, when one is asked for.
    pub min: Option<Protocol>,
    /// The highest version, when one is asked for.
    pub max: Option<Protocol>,
    /// What the client shows.
    pub identity: Option<Identity>,
}

/// A connector for one name.
pub struct Tls {
    connector: TlsConnector,
    name: String,
    verified: bool,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The certificate does not verify.
    #[error("{0}")]
    Verify(VerifyFailure),
    /// The server says no, in the protocol's own way.
    #[error("the server ends the handshake: {0}")]
    Alert(Alert),
    /// It closed the connection.
    #[error("the server closed the connection during the handshake")]
    Closed,
    /// It reset the connection.
    #[error("the server reset the connection during the handshake")]
    Reset,
    /// The deadline passed.
    #[error("the handshake was not finished in time")]
    Timeout,
    /// What came was no TLS.
    #[error("the server does not speak TLS here")]
    NotTls,
    /// Anything else, in OpenSSL's words.
    #[error("the handshake failed: {0}")]
    Protocol(String),
    /// TLS could not be set up on our side.
    #[error("set up TLS: {0}")]
    Setup(String),
}

/// An alert of the server (RFC 8446 §6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its number.
    pub number: u8,
    /// Its name with blanks: `protocol version`.
    pub name: String,
}

impl std::fmt::Display for Alert {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "alert {} ({})", self.number, self.name)
    }
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyKind {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It signs itself.
    SelfSigned,
    /// Nobody we trust has signed it.
    UnknownIssuer,
    /// It is for another name.
    NameMismatch,
    /// It was revoked.
    Revoked,
    /// Anything else.
    Other,
}

/// A certificate that does not verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyFailure {
    /// The kind of fault.
    pub kind: VerifyKind,
    /// OpenSSL's words.
    pub words: String,
    /// The name it was verified for.
    pub name: String,
}

impl std::fmt::Display for VerifyFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            VerifyKind::Expired => write!(f, "the certificate has expired"),
            VerifyKind::NotYetValid => write!(f, "the certificate is not valid yet"),
            VerifyKind::SelfSigned => write!(f, "the certificate is self-signed"),
            VerifyKind::UnknownIssuer => {
                write!(f, "no trusted authority has signed the certificate")
            }
            VerifyKind::NameMismatch => write!(f, "the certificate is not for {}", self.name),
            VerifyKind::Revoked => write!(f, "the certificate is revoked"),
            VerifyKind::Other => write!(f, "the certificate does not verify: {}", self.words),
        }
    }
}

impl VerifyFailure {
    /// Could a root that only the bundle holds mend it?
    #[must_use]
    pub fn may_lack_a_root(&self) -> bool {
        matches!(
            self.kind,
            VerifyKind::UnknownIssuer | VerifyKind::SelfSigned
        )
    }
}

impl Tls {
    /// A connector that verifies against `name`, and trusts `more` beside what the settings say.
    pub fn new(settings: &Settings, name: &str, more: &[super::roots::Der]) -> Result<Self, Error> {
        let mut builder = TlsConnector::builder();
        builder
            .danger_accept_invalid_certs(settings.insecure)
            .danger_accept_invalid_hostnames(settings.insecure);
        builder.min_protocol_version(settings.min.or(Some(Protocol::Tlsv12)));
        builder.max_protocol_version(settings.max);
        let more = more
            .iter()
            .filter_map(|root| native_tls::Certificate::from_der(root).ok());
        for root in settings.extra_roots.iter().cloned().chain(more) {
            builder.add_root_certificate(root);
        }
        if let Some(Identity { native, .. }) = &settings.identity {
            builder.identity(native.clone());
        }
        let connector = builder
            .build()
            .map_err(|error| Error::Setup(error.to_string()))?;
        let name = name.strip_suffix('.').unwrap_or(name).to_owned();
        Ok(Self {
            connector,
            name,
            verified: !settings.insecure,
        })
    }

    /// The name the certificate must be for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Is the certificate verified at all?
    #[must_use]
    pub fn verified(&self) -> bool {
        self.verified
    }

    /// Shakes hands.
    pub fn connect(&self, stream: Stream) -> Result<TlsStream<Stream>, Error> {
        self.connector
            .connect(&self.name, stream)
            .map_err(|error| match error {
                HandshakeError::Failure(error) => self.classify(&error),
                // The stream never says `WouldBlock`; should it, nothing more would come.
                HandshakeError::WouldBlock(_) => Error::Timeout,
            })
    }

    fn classify(&self, error: &native_tls::Error) -> Error {
        let io = error
            .source()
            .and_then(|source| source.downcast_ref::<io::Error>());
        let text = error.to_string();
        if io.is_none()
            && let Some(failure) = verify_failure(&text, &self.name)
        {
            return Error::Verify(failure);
        }
        let stack = error
            .source()
            .and_then(|source| source.downcast_ref::<ErrorStack>());
        classify(io, stack, &text)
    }
}

/// Why a handshake failed, by what the socket or OpenSSL said.
pub(super) fn classify(io: Option<&io::Error>, stack: Option<&ErrorStack>, text: &str) -> Error {
    match io.map(|io| (io.kind(), io)) {
        Some((io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock, _)) => Error::Timeout,
        Some((io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe, _)) => Error::Reset,
        Some((io::ErrorKind::UnexpectedEof, _)) => Error::Closed,
        Some((_, io)) => Error::Protocol(io.to_string()),
        None => stack_error(&stack.map(reasons).unwrap_or_default(), text),
    }
}

/// What a failed read inside a session was at heart: TLS 1.3 tells of a missing client certificate
/// after the handshake only (RFC 8446 §4.4.2.4). `None` when it has nothing to do with TLS.
#[must_use]
pub fn of_io(error: &io::Error) -> Option<Error> {
    let inner = error
        .get_ref()?
        .downcast_ref::<openssl::ssl::Error>()?
        .ssl_error()?;
    Some(stack_error(&reasons(inner), &error.to_string()))
}

/// The number of a fatal alert, if that is all there is (RFC 8446 §5.1, §6).
#[must_use]
pub fn alert_record(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [21, 3, _, 0, 2, 2, number] => Some(*number),
        _ => None,
    }
}

/// Code and words of each error.
fn reasons(stack: &ErrorStack) -> Vec<(u32, &str)> {
    let one = |one| {
        let one: &openssl::error::Error = one;
        (reason(one.code()), one.reason().unwrap_or_default())
    };
    stack.errors().iter().map(one).collect()
}

/// The reason in an OpenSSL 1.1 or 3 error code.
fn reason(code: std::ffi::c_ulong) -> u32 {
    u32::try_from(code & 0x7f_ffff).unwrap_or(0)
}

fn stack_error(reasons: &[(u32, &str)], text: &str) -> Error {
    for &(code, words) in reasons {
        // Alerts of the peer are reasons 1000 and up: SSL_AD_REASON_OFFSET.
        let alert = code & 0xfff;
        if words.contains("alert") && (1000..1256).contains(&alert) {
            let name = words.rsplit("alert ").next().unwrap_or(words).to_owned();
            let number = u8::try_from(alert - 1000).unwrap_or(0);
            return Error::Alert(Alert { number, name });
        }
        if words.contains("unexpected eof") {
            return Error::Closed;
        }
        if [
            "wrong version number",
            "http request",
            "packet length too long",
            "record layer failure",
        ]
        .iter()
        .any(|known| words.contains(known))
        {
            return Error::NotTls;
        }
    }
    if reasons.is_empty() && text.contains("unexpected EOF") {
        return Error::Closed;
    }
    let words = reasons.first().map_or(text, |&(_, words)| words);
    Error::Protocol(words.to_owned())
}

/// The parenthesis that native-tls appends when verification failed.
fn verify_failure(text: &str, name: &str) -> Option<VerifyFailure> {
    let words = text.strip_suffix(')')?.rsplit_once('(')?.1;
    let plain = words.to_lowercase().replace('-', " ");
    let kind = if plain.contains("has expired") {
        VerifyKind::Expired
    } else if plain.contains("not yet valid") {
        VerifyKind::NotYetValid
    } else if plain.contains("self signed") {
        // 18 is a leaf that signs itself; 19 is a chain that ends in a root we do not trust.
        if plain.contains("chain") {
            VerifyKind::UnknownIssuer
        } else {
            VerifyKind::SelfSigned
        }
    } else if plain.contains("mismatch") {
        VerifyKind::NameMismatch
    } else if plain.contains("local issuer")
        || plain.contains("verify the first")
        || plain.contains("issuer certificate")
        // Another authority of the same name has signed it.
        || plain.contains("signature failure")
    {
        VerifyKind::UnknownIssuer
    } else if plain.contains("revoked") {
        VerifyKind::Revoked
    } else {
        VerifyKind::Other
    };
    Some(VerifyFailure {
        kind,
        words: words.to_owned(),
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openssls_words_in_both_spellings() {
        let rows = [
            ("certificate has expired", VerifyKind::Expired),
            ("certificate is not yet valid", VerifyKind::NotYetValid),
            ("self-signed certificate", VerifyKind::SelfSigned),
            ("self signed certificate", VerifyKind::SelfSigned),
            (
                "self-signed certificate in certificate chain",
                VerifyKind::UnknownIssuer,
            ),
            (
                "unable to get local issuer certificate",
                VerifyKind::UnknownIssuer,
            ),
            (
                "unable to verify the first certificate",
                VerifyKind::UnknownIssuer,
            ),
            ("hostname mismatch", VerifyKind::NameMismatch),
            ("Hostname mismatch", VerifyKind::NameMismatch),
            ("IP address mismatch", VerifyKind::NameMismatch),
            ("certificate signature failure", VerifyKind::UnknownIssuer),
            ("certificate revoked", VerifyKind::Revoked),
            ("CA md too weak", VerifyKind::Other),
        ];
        for (words, kind) in rows {
            let text = format!(
                "error:0A000086:SSL routines:x:certificate verify failed:ssl.c:1: ({words})"
            );
            assert_eq!(verify_failure(&text, "x").unwrap().kind, kind, "{words}");
        }
        assert!(verify_failure("error:0A00010B:SSL routines::wrong version number", "x").is_none());
    }
}
