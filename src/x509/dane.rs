//! Does what a server shows match what its domain published about it? TLSA records against a chain (RFC 6698, RFC 7671),
//! by the rules of SMTP (RFC 7672 §3.1) or of a client's port (RFC 7673).
//!
//! Pure: DER, records, names and a time come in, a verdict for each record comes out. Whether the records may be believed at
//! all (DNSSEC) is not decided here.
//!
//! DANE-EE(3) compares key or certificate and looks at nothing else: no name, no date, no authority. DANE-TA(2) wants a path up
//! to the published authority, dates that hold and a name that was asked for; the authority is found in what was sent or, where
//! the record holds it whole, in the record. PKIX-TA(0) and PKIX-EE(1) want all that the Web's rules want, and a match.
//!
//! Of records that differ in their digest alone, the stronger digest counts (RFC 7671 §9), as OpenSSL has it.

mod advice;
mod path;
mod record;

use openssl::x509::X509;

pub use advice::{Advice, rollover};
pub use record::{Application, Tlsa, TlsaError};

use path::{Anchor, anchored};

/// More certificates than any chain has; what lies behind is not looked at.
const MOST_CERTIFICATES: usize = 16;
/// More records than any port needs.
const MOST_RECORDS: usize = 64;

/// What a server has shown, and what it is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What was sent, the server's own certificate first (DER).
    pub chain: &'a [Vec<u8>],
    /// The names of which the certificate must bear one, where a name counts: TLSA base domain first (RFC 7672 §3.2.2).
    pub names: &'a [String],
    /// Seconds since 1970.
    pub now: i64,
    /// Whose rules hold.
    pub application: Application,
    /// What the Web's rules say of it, if that is known: without it, usages 0 and 1 cannot match.
    pub pkix: Option<Pkix<'a>>,
}

/// The verdict by public authorities.
#[derive(Clone, Copy, Debug)]
pub struct Pkix<'a> {
    /// A path, the dates and the name hold.
    pub valid: bool,
    /// The path, the server's own certificate first, up to the authority (DER).
    pub path: &'a [Vec<u8>],
}

/// What matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The server's own certificate or key.
    Own,
    /// The authority at this place of the chain that was sent or of the path.
    Authority(usize),
    /// The authority stands whole in the record and was not sent.
    Published,
}

/// What becomes of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It vouches for the server.
    Matches(Match),
    /// It is for another certificate or key.
    Differs,
    /// It is for something that was shown, and yet does not vouch for it: the reason.
    Fails(String),
    /// No client can use it: the reason.
    Unusable(String),
    /// Another record of the same usage and selector has a stronger digest: this one is not looked at. Would it match?
    Outdone(bool),
}

/// What becomes of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There are none.
    None,
    /// At least one vouches for the server.
    Authentic,
    /// None of those that can be used does: clients refuse the server.
    Mismatch,
    /// None can be used: SMTP clients encrypt without knowing to whom (RFC 7672 §2.2).
    Unusable,
}

/// The verdict on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each record's, in the order given.
    pub records: Vec<(Tlsa, Verdict)>,
    /// All together.
    pub outcome: Outcome,
}

impl Report {
    /// The records that vouch for the server.
    pub fn matching(&self) -> impl Iterator<Item = (&Tlsa, Match)> {
        self.records
            .iter()
            .filter_map(|(record, verdict)| match verdict {
                Verdict::Matches(what) => Some((record, *what)),
                _ => None,
            })
    }

    /// Is the server known by its own key or certificate alone, so that neither its name, its dates nor its authority count?
    #[must_use]
    pub fn by_own_key(&self) -> bool {
        self.matching().any(|(record, _)| record.usage == 3)
    }
}

/// Holds records against what a server has shown. At most 64 are looked at.
#[must_use]
pub fn judge(records: &[Tlsa], shown: &Shown) -> Report {
    let chain: Vec<X509> = shown
        .chain
        .iter()
        .take(MOST_CERTIFICATES)
        .map_while(|der| X509::from_der(der).ok())
        .collect();
    let usable: Vec<&Tlsa> = records
        .iter()
        .filter(|record| record.unusable(shown.application).is_none())
        .collect();
    let outdone = |record: &Tlsa| {
        record.matching != 0
            && usable.iter().any(|other| {
                (other.usage, other.selector) == (record.usage, record.selector)
                    && other.matching > record.matching
            })
    };
    let records: Vec<(Tlsa, Verdict)> = records
        .iter()
        .take(MOST_RECORDS)
        .map(|record| {
            let verdict = if let Some(why) = record.unusable(shown.application) {
                Verdict::Unusable(why)
            } else {
                let verdict = one(record, &chain, shown);
                if outdone(record) {
                    Verdict::Outdone(matches!(verdict, Verdict::Matches(_)))
                } else {
                    verdict
                }
            };
            (record.clone(), verdict)
        })
        .collect();
    let any = |wanted: fn(&Verdict) -> bool| records.iter().any(|(_, verdict)| wanted(verdict));
    let outcome = if records.is_empty() {
        Outcome::None
    } else if any(|verdict| matches!(verdict, Verdict::Matches(_))) {
        Outcome::Authentic
    } else if any(|verdict| !matches!(verdict, Verdict::Unusable(_))) {
        Outcome::Mismatch
    } else {
        Outcome::Unusable
    };
    Report { records, outcome }
}

/// One usable record.
fn one(record: &Tlsa, chain: &[X509], shown: &Shown) -> Verdict {
    match record.usage {
        3 => own(record, chain),
        2 => authority(record, chain, shown),
        1 => match (own(record, chain), shown.pkix) {
            (Verdict::Matches(what), Some(pkix)) if pkix.valid => Verdict::Matches(what),
            (Verdict::Matches(_), _) => Verdict::Fails(NOT_PKIX.to_owned()),
            (other, _) => other,
        },
        _ => constraint(record, shown),
    }
}

const NOT_PKIX: &str =
    "the certificate matches, but does not verify by public authorities as this usage demands";

fn own(record: &Tlsa, chain: &[X509]) -> Verdict {
    match chain.first() {
        Some(leaf) if record.is_of(leaf) => Verdict::Matches(Match::Own),
        _ => Verdict::Differs,
    }
}

/// PKIX-TA(0): one of the authorities of the path.
fn constraint(record: &Tlsa, shown: &Shown) -> Verdict {
    let path = shown.pkix.map_or(shown.chain, |pkix| pkix.path);
    let found = path
        .iter()
        .take(MOST_CERTIFICATES)
        .enumerate()
        .skip(1)
        .find(|(_, der)| X509::from_der(der).is_ok_and(|certificate| record.is_of(&certificate)));
    match (found, shown.pkix) {
        (Some((place, _)), Some(pkix)) if pkix.valid => Verdict::Matches(Match::Authority(place)),
        (Some(_), _) => Verdict::Fails(NOT_PKIX.to_owned()),
        (None, _) => Verdict::Differs,
    }
}

/// DANE-TA(2): a path up to the authority of the record, wherever that is found.
fn authority(record: &Tlsa, chain: &[X509], shown: &Shown) -> Verdict {
    let Some((leaf, sent)) = chain.split_first() else {
        return Verdict::Differs;
    };
    let mut failure = None;
    for (place, candidate) in sent.iter().enumerate() {
        if !record.is_of(candidate) {
            continue;
        }
        match anchored(leaf, sent, &Anchor::Certificate(candidate), shown) {
            Ok(()) => return Verdict::Matches(Match::Authority(place + 1)),
            Err(why) => failure = failure.or(Some(why)),
        }
    }
    let published = match (record.matching, record.selector) {
        // An authority is somebody else, be it whole in the record.
        _ if record.is_of(leaf) => None,
        (0, 0) => X509::from_der(&record.data)
            .ok()
            .map(|certificate| anchored(leaf, sent, &Anchor::Certificate(&certificate), shown)),
        (0, 1) => openssl::pkey::PKey::public_key_from_der(&record.data)
            .ok()
            .map(|key| anchored(leaf, sent, &Anchor::Key(&key), shown)),
        _ => None,
    };
    match published {
        Some(Ok(())) => Verdict::Matches(Match::Published),
        // Whole in the record, and no path leads there: that it was not sent is no matter.
        Some(Err(why)) => failure.map_or(
            if path::is_no_path(&why) {
                Verdict::Differs
            } else {
                Verdict::Fails(why)
            },
            Verdict::Fails,
        ),
        None if record.is_of(leaf) => Verdict::Fails(
            "this is the server's own key or certificate, where an authority's is meant (usage 3 is for the own one)"
                .to_owned(),
        ),
        None => failure.map_or(Verdict::Differs, Verdict::Fails),
    }
}
