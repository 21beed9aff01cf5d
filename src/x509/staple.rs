//! A stapled OCSP response (RFC 6960, RFC 6066 §8): is it about this certificate, by somebody entitled, and fresh?
//!
//! Taken: the issuer's own signature, or that of a responder to whom the issuer delegated (OCSPSigning). Refused: responses by
//! responders that are trusted for other reasons. OpenSSL checks the signature; the fields are read here.

use openssl::error::ErrorStack;
use openssl::ocsp::{OcspBasicResponse, OcspFlag, OcspResponse};
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};

use super::der::{Element, Reader, integer, oid, small, tag};
use super::facts::Certificate;
use super::moment::{date, unix};

/// Octets of a response; real ones have two thousand.
const LARGEST: usize = 64 * 1024;
/// Answers in one response that are looked at.
const MANY: usize = 100;
/// Seconds by which a responder's clock may be ahead.
const SKEW: i64 = 300;

/// What a response says in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Not revoked.
    Good,
    /// Revoked, since then and for this reason.
    Revoked {
        /// Seconds since 1970.
        since: Option<i64>,
        /// RFC 5280's word.
        reason: Option<&'static str>,
    },
    /// The responder does not know the certificate.
    Unknown,
    /// Its time is over.
    Stale,
    /// It is of the future.
    Early,
    /// About another certificate.
    OtherCertificate,
    /// The signature does not fit.
    BadSignature,
    /// Signed by somebody whom the issuer did not entitle.
    WrongResponder,
    /// Signed by a certificate that is over.
    ResponderOver,
    /// The issuer's certificate is not known, so that nothing can be checked.
    NoIssuer,
    /// The responder refused: `tryLater` and its like.
    Refused(&'static str),
    /// No OCSP response.
    Malformed,
}

/// A response, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staple {
    /// What it says.
    pub verdict: Verdict,
    /// Since when it is true.
    pub this_update: Option<i64>,
    /// When the next one is to be had at the latest.
    pub next_update: Option<i64>,
}

impl Staple {
    /// Is it what a client wants to see?
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.verdict == Verdict::Good
    }

    /// `says that the certificate was revoked on 2026-11-20 12:00 UTC (keyCompromise)`.
    #[must_use]
    pub fn words(&self) -> String {
        let at = |time: Option<i64>| time.map_or_else(|| "an unknown day".to_owned(), date);
        match &self.verdict {
            Verdict::Good => match self.next_update {
                Some(next) => format!("says good, until {}", date(next)),
                None => "says good".to_owned(),
            },
            Verdict::Revoked { since, reason } => {
                let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
                format!(
                    "says that the certificate was revoked on {}{reason}",
                    at(*since)
                )
            }
            Verdict::Unknown => "says that the authority does not know the certificate".to_owned(),
            Verdict::Stale => format!("is over since {}", at(self.next_update)),
            Verdict::Early => format!("is valid from {} on only", at(self.this_update)),
            Verdict::OtherCertificate => "is about another certificate".to_owned(),
            Verdict::BadSignature => "has a signature that does not fit".to_owned(),
            Verdict::WrongResponder => {
                "is signed by a responder that the issuer did not entitle".to_owned()
            }
            Verdict::ResponderOver => {
                "is signed by a certificate that is not valid any more".to_owned()
            }
            Verdict::NoIssuer => "cannot be checked: the issuer is not known".to_owned(),
            Verdict::Refused(word) => format!("is a refusal: {word}"),
            Verdict::Malformed => "is no OCSP response".to_owned(),
        }
    }
}

/// One answer about one certificate.
struct Single<'a> {
    id: Element<'a>,
    verdict: Verdict,
    this_update: i64,
    next_update: Option<i64>,
}

/// Judges a response about `certificate`, which `issuer` signed, at a time.
#[must_use]
pub fn check(
    response: &[u8],
    certificate: &Certificate,
    issuer: Option<&Certificate>,
    at: i64,
) -> Staple {
    let bare = |verdict| Staple {
        verdict,
        this_update: None,
        next_update: None,
    };
    if response.len() > LARGEST {
        return bare(Verdict::Malformed);
    }
    let singles = match singles(response) {
        Ok(singles) => singles,
        Err(verdict) => return bare(verdict),
    };
    let Some(issuer) = issuer else {
        return bare(Verdict::NoIssuer);
    };
    let about = singles
        .into_iter()
        .filter(|one| is_about(one.id, certificate, issuer));
    let Some(single) = about.max_by_key(|one| one.this_update) else {
        return bare(Verdict::OtherCertificate);
    };
    let verdict = if let Some(wrong) = wrong_signature(response, issuer, at) {
        wrong
    } else if matches!(single.verdict, Verdict::Revoked { .. }) {
        // Nothing makes a certificate good again, not even time.
        single.verdict
    } else if single.this_update > at + SKEW {
        Verdict::Early
    } else if single.next_update.is_some_and(|next| next < at) {
        Verdict::Stale
    } else {
        single.verdict
    };
    Staple {
        verdict,
        this_update: Some(single.this_update),
        next_update: single.next_update,
    }
}

/// `OCSPResponse`, `ResponseBytes`, `BasicOCSPResponse`, `ResponseData` (RFC 6960 §4.2.1).
fn singles(response: &[u8]) -> Result<Vec<Single<'_>>, Verdict> {
    let bad = Verdict::Malformed;
    let mut fields = Reader::new(response)
        .tagged(tag::SEQUENCE)
        .ok_or(bad.clone())?
        .inside();
    let status = fields
        .tagged(tag::ENUMERATED)
        .and_then(|status| small(status.value));
    match status {
        Some(0) => {}
        Some(1) => return Err(Verdict::Refused("malformedRequest")),
        Some(2) => return Err(Verdict::Refused("internalError")),
        Some(3) => return Err(Verdict::Refused("tryLater")),
        Some(5) => return Err(Verdict::Refused("sigRequired")),
        Some(6) => return Err(Verdict::Refused("unauthorized")),
        _ => return Err(bad),
    }
    let mut read = || {
        let mut bytes = fields
            .tagged(tag::explicit(0))?
            .inside()
            .tagged(tag::SEQUENCE)?
            .inside();
        let kind = oid(bytes.tagged(tag::OID)?.value)?;
        if kind != "1.3.6.1.5.5.7.48.1.1" {
            return None;
        }
        let basic = bytes
            .tagged(tag::OCTET_STRING)?
            .inside()
            .tagged(tag::SEQUENCE)?;
        let mut data = basic.inside().tagged(tag::SEQUENCE)?.inside();
        let responses = data.find(|field| field.tag == tag::SEQUENCE)?;
        Some(responses.inside().take(MANY).filter_map(single).collect())
    };
    read().ok_or(bad)
}

fn single(answer: Element<'_>) -> Option<Single<'_>> {
    let mut fields = answer.inside();
    let id = fields.tagged(tag::SEQUENCE)?;
    let status = fields.next()?;
    let verdict = match status.tag {
        0x80 => Verdict::Good,
        0xa1 => {
            let mut revoked = status.inside();
            let since = revoked.next().and_then(unix);
            let reason = revoked
                .tagged(tag::explicit(0))
                .and_then(|reason| reason.inside().tagged(tag::ENUMERATED))
                .and_then(|reason| small(reason.value));
            Verdict::Revoked {
                since,
                reason: reason.and_then(reason_word),
            }
        }
        0x82 => Verdict::Unknown,
        _ => return None,
    };
    let this_update = fields.tagged(tag::GENERALIZED_TIME).and_then(unix)?;
    let next_update = match fields.tagged(tag::explicit(0)) {
        // A moment that cannot be read is not "none": the answer counts for nothing.
        Some(next) => Some(next.inside().next().and_then(unix)?),
        None => None,
    };
    Some(Single {
        id,
        verdict,
        this_update,
        next_update,
    })
}

/// RFC 5280 §5.3.1.
fn reason_word(code: u32) -> Option<&'static str> {
    Some(match code {
        1 => "keyCompromise",
        2 => "cACompromise",
        3 => "affiliationChanged",
        4 => "superseded",
        5 => "cessationOfOperation",
        6 => "certificateHold",
        8 => "removeFromCRL",
        9 => "privilegeWithdrawn",
        10 => "aACompromise",
        _ => return None,
    })
}

/// `CertID` (RFC 6960 §4.1.1).
fn is_about(id: Element<'_>, certificate: &Certificate, issuer: &Certificate) -> bool {
    let read = || {
        let mut fields = id.inside();
        let hash = oid(fields
            .tagged(tag::SEQUENCE)?
            .inside()
            .tagged(tag::OID)?
            .value)?;
        let name = fields.tagged(tag::OCTET_STRING)?.value;
        let key = fields.tagged(tag::OCTET_STRING)?.value;
        let (negative, magnitude) = integer(fields.tagged(tag::INTEGER)?.value);
        let sign = if negative { "-" } else { "" };
        let serial = match magnitude.as_slice() {
            [] => "00".to_owned(),
            digits => format!("{sign}{}", data_encoding::HEXLOWER.encode(digits)),
        };
        let fits = digest(&hash, certificate.issuer.der())? == name
            && digest(&hash, issuer.key_octets()?)? == key
            && serial == certificate.serial;
        Some(fits)
    };
    read().unwrap_or(false)
}

fn digest(oid: &str, octets: &[u8]) -> Option<Vec<u8>> {
    Some(match oid {
        "1.3.14.3.2.26" => openssl::sha::sha1(octets).to_vec(),
        "2.16.840.1.101.3.4.2.1" => openssl::sha::sha256(octets).to_vec(),
        "2.16.840.1.101.3.4.2.2" => openssl::sha::sha384(octets).to_vec(),
        "2.16.840.1.101.3.4.2.3" => openssl::sha::sha512(octets).to_vec(),
        _ => return None,
    })
}

/// `None` when the issuer, or a responder that it entitled, signed.
fn wrong_signature(response: &[u8], issuer: &Certificate, at: i64) -> Option<Verdict> {
    let basic = OcspResponse::from_der(response).and_then(|response| response.basic());
    let verdict = basic.map_or(Some(Verdict::Malformed), |basic| {
        let timeless = X509VerifyFlags::NO_CHECK_TIME;
        let holds = |flags, lookup| verified(&basic, issuer, at, flags, lookup).is_ok();
        if holds(X509VerifyFlags::empty(), OcspFlag::empty()) {
            None
        } else if holds(timeless, OcspFlag::empty()) {
            Some(Verdict::ResponderOver)
        } else if holds(timeless, OcspFlag::NO_VERIFY) {
            // The signature fits, whoever made it.
            Some(Verdict::WrongResponder)
        } else {
            Some(Verdict::BadSignature)
        }
    });
    let _ = ErrorStack::get();
    verdict
}

fn verified(
    basic: &OcspBasicResponse,
    issuer: &Certificate,
    at: i64,
    flags: X509VerifyFlags,
    lookup: OcspFlag,
) -> Result<(), ErrorStack> {
    let mut builder = X509StoreBuilder::new()?;
    builder.add_cert(issuer.x509().clone())?;
    let mut param = X509VerifyParam::new()?;
    // The issuer is an intermediate as a rule, and whether it leads to a root is another question.
    param.set_flags(X509VerifyFlags::PARTIAL_CHAIN | flags)?;
    // OpenSSL would prefer a time that is set to NO_CHECK_TIME.
    if !flags.contains(X509VerifyFlags::NO_CHECK_TIME) {
        param.set_time(at);
    }
    param.set_auth_level(0);
    builder.set_param(&param)?;
    let mut known = Stack::new()?;
    known.push(issuer.x509().clone())?;
    basic.verify(&known, &builder.build(), lookup)
}
