//! A TLS session as an auditor sees it: nothing is verified here, everything is looked at.
//!
//! One handshake by the openssl crate, which native-tls links anyway. There is no trust in it, the
//! security level is 0 and TLS 1.0 is good enough, because a server that is weak or broken is what has
//! to be reported; what is seen is judged elsewhere, over DER. SSL 3 and anonymous ciphers are not
//! offered: neither says anything about a certificate.
//!
//! A chain that was received is known although the handshake broke after it: the server wants a client
//! certificate, its key exchange is too weak for the library, it goes away. OpenSSL takes a chain of
//! 100 KiB at most.

mod watched;

use std::io::{self, Read, Write};

use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Public};
use openssl::ssl::{
    HandshakeError, Ssl, SslContext, SslMethod, SslOptions, SslRef, SslStream, SslVerifyMode,
    SslVersion, StatusType,
};

use self::watched::Watched;
use super::session::{Error, classify};
use super::trust::Identity;

/// More elements than this are counted, not looked at.
const ELEMENTS: usize = 200;
/// More bytes than this neither.
const BYTES: usize = 1 << 20;

/// All that can be negotiated and shows a certificate.
const CIPHERS: &str = "ALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0";

/// The groups of a client of 2026 and those of the 2000s; then fewer.
const OBSOLETE_GROUPS: [&str; 3] = [
    "X25519:P-256:X448:P-384:P-521:secp224r1:prime192v1:secp256k1:secp224k1:secp192k1:secp160r1:sect283r1:sect233r1:sect163r2",
    "X25519:P-256:X448:P-384:P-521:secp224r1:prime192v1:secp256k1",
    "X25519:P-256:P-384:P-521:secp224r1",
];

/// A version of TLS, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// TLS 1.0 (RFC 2246).
    Tls10,
    /// TLS 1.1 (RFC 4346).
    Tls11,
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

impl Version {
    /// All that can be offered.
    pub const ALL: [Self; 4] = [Self::Tls10, Self::Tls11, Self::Tls12, Self::Tls13];

    /// Its name: `TLSv1.2`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tls10 => "TLSv1.0",
            Self::Tls11 => "TLSv1.1",
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        }
    }

    /// Reads what people write: `1.2`, `TLSv1.2`, `tls1_2`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.trim_start_matches(['T', 't', 'L', 'l', 'S', 's', 'v', 'V']);
        match number.replace('_', ".").as_str() {
            "1.0" | "1" => Some(Self::Tls10),
            "1.1" => Some(Self::Tls11),
            "1.2" => Some(Self::Tls12),
            "1.3" => Some(Self::Tls13),
            _ => None,
        }
    }

    fn openssl(self) -> SslVersion {
        match self {
            Self::Tls10 => SslVersion::TLS1,
            Self::Tls11 => SslVersion::TLS1_1,
            Self::Tls12 => SslVersion::TLS1_2,
            Self::Tls13 => SslVersion::TLS1_3,
        }
    }

    fn of(version: SslVersion) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|known| known.openssl() == version)
    }
}

/// What is offered to the server.
#[derive(Clone, Default)]
pub struct Offer {
    /// The name in the server name indication (RFC 6066 §3); none for addresses.
    pub server_name: Option<String>,
    /// What the client shows when it is asked.
    pub identity: Option<Identity>,
    /// The lowest version.
    pub min: Option<Version>,
    /// The highest version.
    pub max: Option<Version>,
    /// Signature algorithms, when only some are wanted: which of several certificates is shown.
    pub signatures: Option<String>,
    /// Offer the curves, too, that no client wants any more, and no version that lacks them: to see a
    /// certificate that nobody else can see.
    pub obsolete: bool,
}

/// What shakes hands, once.
pub struct Inspector {
    context: SslContext,
    server_name: Option<String>,
}

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// The chain as it was sent, DER, the server's own certificate first.
    pub chain: Vec<Vec<u8>>,
    /// Elements that were sent beyond what is looked at.
    pub beyond: usize,
    /// The version that was agreed on.
    pub version: Option<Version>,
    /// The cipher by its registered name.
    pub cipher: Option<String>,
    /// Bits of its key.
    pub bits: Option<i32>,
    /// The key exchange: `X25519`, `P-256`, `DH 2048`.
    pub group: Option<String>,
    /// The stapled OCSP response (RFC 6066 §8), DER.
    pub staple: Option<Vec<u8>>,
    /// Has the server asked for a client certificate?
    pub asks_for_certificate: bool,
    /// The name that was sent.
    pub server_name: Option<String>,
    /// Did the handshake come to its end?
    pub complete: bool,
}

/// A session that was inspected.
#[derive(Debug)]
pub struct Inspected<S>(SslStream<Watched<S>>);

impl Inspector {
    /// Prepares a handshake.
    pub fn new(offer: &Offer) -> Result<Self, Error> {
        Self::context(offer)
            .map(|context| Self {
                context,
                server_name: offer.server_name.clone(),
            })
            .map_err(|error| Error::Setup(error.to_string()))
    }

    fn context(offer: &Offer) -> Result<SslContext, ErrorStack> {
        let mut builder = SslContext::builder(SslMethod::tls_client())?;
        builder.set_security_level(0);
        builder.set_verify(SslVerifyMode::NONE);
        // Servers older than RFC 5746 must be reported, not refused; nobody renegotiates here.
        builder.set_options(
            SslOptions::ALLOW_UNSAFE_LEGACY_RENEGOTIATION
                | SslOptions::NO_RENEGOTIATION
                | SslOptions::NO_SSLV3
                | SslOptions::NO_COMPRESSION,
        );
        let min = offer.min.unwrap_or(Version::Tls10).openssl();
        builder.set_min_proto_version(Some(min))?;
        let max = match (offer.obsolete, offer.max) {
            (true, max) => Some(max.map_or(Version::Tls12, |max| max.min(Version::Tls12))),
            (false, max) => max,
        };
        builder.set_max_proto_version(max.map(Version::openssl))?;
        if offer.obsolete {
            // What a library does not know any more is left out.
            for groups in OBSOLETE_GROUPS {
                if builder.set_groups_list(groups).is_ok() {
                    break;
                }
            }
        }
        builder.set_cipher_list(CIPHERS)?;
        if let Some(signatures) = &offer.signatures {
            builder.set_sigalgs_list(signatures)?;
        }
        if let Some(identity) = &offer.identity {
            let mut chain = identity.chain.iter();
            if let Some(leaf) = chain.next() {
                builder.set_certificate(leaf)?;
                builder.set_private_key(&identity.key)?;
            }
            for element in chain {
                builder.add_extra_chain_cert(element.clone())?;
            }
        }
        Ok(builder.build())
    }

    /// Shakes hands. What was seen is told whatever came of it.
    pub fn connect<S: Read + Write>(&self, stream: S) -> (Inspection, Result<Inspected<S>, Error>) {
        let ssl = match self.session() {
            Ok(ssl) => ssl,
            Err(error) => {
                return (Inspection::default(), Err(Error::Setup(error.to_string())));
            }
        };
        let (mut seen, outcome) = match ssl.connect(Watched::new(stream)) {
            Ok(mut stream) => {
                let mut seen = look(stream.ssl());
                seen.complete = true;
                seen.asks_for_certificate = stream.get_ref().showed_certificate();
                stream.get_mut().rest();
                (seen, Ok(Inspected(stream)))
            }
            Err(HandshakeError::SetupFailure(error)) => {
                (Inspection::default(), Err(Error::Setup(error.to_string())))
            }
            // The stream never says `WouldBlock`; should it, nothing more would come.
            Err(HandshakeError::WouldBlock(half)) => (look(half.ssl()), Err(Error::Timeout)),
            Err(HandshakeError::Failure(half)) => {
                let mut seen = look(half.ssl());
                seen.asks_for_certificate = half.get_ref().showed_certificate();
                let error = half.error();
                (
                    seen,
                    Err(classify(
                        error.io_error(),
                        error.ssl_error(),
                        &error.to_string(),
                    )),
                )
            }
        };
        seen.server_name.clone_from(&self.server_name);
        (seen, outcome)
    }

    fn session(&self) -> Result<Ssl, ErrorStack> {
        let mut ssl = Ssl::new(&self.context)?;
        ssl.set_status_type(StatusType::OCSP)?;
        if let Some(name) = &self.server_name {
            ssl.set_hostname(name)?;
        }
        Ok(ssl)
    }
}

/// What a session has come to know, finished or not.
fn look(ssl: &SslRef) -> Inspection {
    let mut seen = Inspection::default();
    let mut bytes = 0;
    for element in ssl.peer_cert_chain().into_iter().flatten() {
        let der = element.to_der().unwrap_or_default();
        bytes += der.len();
        if seen.chain.len() >= ELEMENTS || bytes > BYTES {
            seen.beyond += 1;
        } else {
            seen.chain.push(der);
        }
    }
    if let Some(cipher) = ssl.current_cipher() {
        let name = cipher.standard_name().unwrap_or_else(|| cipher.name());
        seen.cipher = Some(name.to_owned());
        seen.bits = Some(cipher.bits().secret);
        seen.version = ssl.version2().and_then(Version::of);
    }
    seen.group = ssl.peer_tmp_key().ok().as_ref().and_then(group);
    seen.staple = ssl.ocsp_status().map(<[u8]>::to_vec);
    seen
}

/// The name of the key exchange by the key that the server showed for it.
fn group(key: &PKey<Public>) -> Option<String> {
    match key.id() {
        Id::X25519 => Some("X25519".to_owned()),
        Id::X448 => Some("X448".to_owned()),
        Id::EC => {
            let curve = key.ec_key().ok()?.group().curve_name()?;
            Some(match curve {
                Nid::X9_62_PRIME256V1 => "P-256".to_owned(),
                Nid::SECP384R1 => "P-384".to_owned(),
                Nid::SECP521R1 => "P-521".to_owned(),
                other => other.short_name().ok()?.to_owned(),
            })
        }
        Id::DH => Some(format!("DH {}", key.bits())),
        // Hybrids of newer libraries have no name here.
        _ => None,
    }
}

impl<S> Inspected<S> {
    /// The stream below.
    #[must_use]
    pub fn get_ref(&self) -> &S {
        self.0.get_ref().get_ref()
    }

    /// Bytes that are decrypted and not read yet.
    pub fn pending(&self) -> usize {
        self.0.ssl().pending()
    }

    /// The stream below, to change it.
    pub fn get_mut(&mut self) -> &mut S {
        self.0.get_mut().get_mut()
    }

    /// Says close_notify.
    pub fn shutdown(&mut self)
    where
        S: Read + Write,
    {
        let _ = self.0.shutdown();
    }
}

impl<S: Read + Write> Read for Inspected<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<S: Read + Write> Write for Inspected<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
