//! What a check says about the certificate of a session: whose it is and how long it lasts.

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::nid::Nid;
use openssl::x509::{X509, X509Ref};

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
        let certificate = X509::from_der(der).ok()?;
        let subject = common_name(certificate.subject_name())
            .or_else(|| first_alternative(&certificate))
            .unwrap_or_else(|| "a nameless subject".to_owned());
        let issuer = common_name(certificate.issuer_name())
            .unwrap_or_else(|| "a nameless issuer".to_owned());
        Some(Self {
            subject,
            issuer,
            not_after: unix(certificate.not_after())?,
        })
    }

    /// Days until it ends, negative once it has; not rounded.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds of a date fit a double exactly"
    )]
    pub fn days_left(&self, now: i64) -> f64 {
        (self.not_after - now) as f64 / 86_400.0
    }
}

fn common_name(name: &openssl::x509::X509NameRef) -> Option<String> {
    let entry = name.entries_by_nid(Nid::COMMONNAME).next()?;
    Some(String::from_utf8_lossy(entry.data().as_slice()).into_owned())
}

fn first_alternative(certificate: &X509Ref) -> Option<String> {
    let names = certificate.subject_alt_names()?;
    names
        .iter()
        .find_map(|name| name.dnsname())
        .map(str::to_owned)
}

/// Seconds since 1970. OpenSSL gives differences only.
fn unix(time: &Asn1TimeRef) -> Option<i64> {
    let epoch = Asn1Time::from_unix(0).ok()?;
    let since = epoch.diff(time).ok()?;
    Some(i64::from(since.days) * 86_400 + i64::from(since.secs))
}
