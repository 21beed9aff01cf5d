//! What a check says about the certificate of a session: whose it is and how long it lasts.
//!
//! Every TLS session of every probe comes by here, and the handshake has already taken the certificate: only the four fields
//! that are said are read, without OpenSSL, whose decoding takes more than ten times as long.

use super::der::{Reader, tag};
use super::extensions::Extensions;
use super::facts::Fields;
use super::subject::{Name, shown};

/// The server's own certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Common name of the subject, or the first alternative name.
    pub subject: String,
    /// Common name of the issuer.
    pub issuer: String,
    /// The end of its validity, in seconds since 1970.
    pub not_after: i64,
}

impl Leaf {
    /// Reads a certificate; `None` when it is none.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let fields = Fields::of(Reader::new(der).tagged(tag::SEQUENCE)?).ok()?;
        let subject = Name::read(fields.subject);
        let alternative = || {
            let names = Extensions::read(fields.extensions?).names?;
            names.dns.first().map(|name| shown(name))
        };
        let subject = subject.common_name().map(shown).or_else(alternative);
        let issuer = Name::read(fields.issuer);
        Some(Self {
            subject: subject.unwrap_or_else(|| "a nameless subject".to_owned()),
            issuer: issuer
                .common_name()
                .map_or_else(|| "a nameless issuer".to_owned(), shown),
            not_after: fields.validity.1?,
        })
    }

    /// Days until it ends, negative once it has; not rounded.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds of a date fit a double exactly"
    )]
    pub fn days_left(&self, now: i64) -> f64 {
        self.not_after.saturating_sub(now) as f64 / 86_400.0
    }
}
