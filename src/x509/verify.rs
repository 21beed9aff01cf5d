//! Does a path lead from a certificate to a root (RFC 5280 §6), at a given time? OpenSSL builds and judges it, offline.
//!
//! OpenSSL stops at the first error. To tell all of them, the path that it built is judged again with the complaint taken
//! away: its top trusted, time left aside, any purpose allowed. Times and signatures of every element are looked at one by one.
//! OpenSSL does not go back: where a root that is over hides another way, it finds none, as the mail programs that use it.
//!
//! Nothing is fetched: a missing intermediate is named, with the address where it could be had.

mod ask;
mod errors;
mod expiry;
mod note;

use std::path::{Path, PathBuf};

use openssl::x509::X509;

pub use expiry::Expiry;
pub use note::{Note, NoteKind};

use super::facts::Certificate;
use ask::{Question, is_about_trust};
use errors::all_errors;

/// Certificates of a chain that are looked at; clients stop at a hundred kilobytes.
pub const LONGEST: usize = 100;

/// What is trusted.
#[derive(Clone, Default)]
pub struct Roots {
    directories: Vec<PathBuf>,
    certificates: Vec<X509>,
    partial: bool,
}

impl Roots {
    /// Nothing is trusted.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Trusts what hashed links in this directory lead to; they are followed only when they are needed.
    #[must_use]
    pub fn directory(mut self, path: &Path) -> Self {
        self.directories.push(path.to_owned());
        self
    }

    /// Trusts these.
    #[must_use]
    pub fn certificates<'a>(mut self, all: impl IntoIterator<Item = &'a Certificate>) -> Self {
        self.certificates
            .extend(all.into_iter().map(|one| one.x509().clone()));
        self
    }

    /// Trusts these without looking at them; for a system's bundle.
    #[must_use]
    pub fn bundle(mut self, all: impl IntoIterator<Item = X509>) -> Self {
        self.certificates.extend(all);
        self
    }

    /// Lets a path end at a trusted certificate that is no root (an intermediate that was pinned, DANE's usage 2).
    #[must_use]
    pub fn partial(mut self) -> Self {
        self.partial = true;
        self
    }
}

/// What the certificate is to be used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// A TLS server.
    #[default]
    Server,
    /// A TLS client.
    Client,
    /// Anything.
    Any,
}

/// What is wrong with one element of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathErrorKind {
    /// It is over.
    Expired,
    /// It has not begun.
    NotYetValid,
    /// The server's certificate is signed by itself and not trusted.
    SelfSigned,
    /// The path ends in a root that is not trusted.
    UntrustedRoot,
    /// The issuer is neither sent nor trusted.
    MissingIssuer,
    /// The signature is not by the issuer's key.
    BadSignature,
    /// It signs certificates and may not.
    NotAuthority,
    /// More intermediates than an authority above allows, or than can be.
    PathTooLong,
    /// It may not be used for this.
    Purpose,
    /// A name that an authority above does not allow.
    NameConstraint,
    /// A critical extension that nobody understands.
    CriticalExtension,
    /// The root is marked as not to be trusted for this.
    Rejected,
    /// Anything else, in OpenSSL's words.
    Other,
}

/// One error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// What it is.
    pub kind: PathErrorKind,
    /// OpenSSL's `X509_V_ERR` number.
    pub code: i32,
    /// 0 is the server's certificate, 1 what signed it, and so on.
    pub depth: usize,
    /// Whom the element names.
    pub subject: String,
    /// The error in words, without the subject: `expired on 2026-11-20 12:00 UTC`.
    pub words: String,
}

/// An element of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The certificate.
    pub certificate: Certificate,
    /// Its place among what the server sent, 0 is the server's own; `None` when it is only known here.
    pub sent: Option<usize>,
}

/// The issuer that nobody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub issuer: String,
    /// The depth of the element that it signed.
    pub below: usize,
    /// Where it could be had (authority information access).
    pub urls: Vec<String>,
}

/// What is known of the way from a certificate to a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathReport {
    /// The path as far as it could be built: the server's certificate first.
    pub path: Vec<Link>,
    /// Everything that is wrong with it, the server's certificate first; empty when it is valid.
    pub errors: Vec<PathError>,
    /// Does it end in something trusted (in whatever state)?
    pub anchored: bool,
    /// What lacks between the path and a root.
    pub missing: Option<Missing>,
    /// What is odd about what was sent.
    pub notes: Vec<Note>,
    /// Until when a valid path exists.
    pub expiry: Expiry,
}

impl PathReport {
    /// Is the path valid?
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    /// The trusted end of the path.
    #[must_use]
    pub fn anchor(&self) -> Option<&Certificate> {
        let last = self.path.last().filter(|_| self.anchored)?;
        Some(&last.certificate)
    }

    /// Is there an error of this kind?
    #[must_use]
    pub fn has(&self, kind: PathErrorKind) -> bool {
        self.errors.iter().any(|error| error.kind == kind)
    }
}

/// Judges a certificate, with what was sent along, at a time.
#[must_use]
pub fn verify(
    leaf: &Certificate,
    rest: &[Certificate],
    roots: &Roots,
    purpose: Purpose,
    at: i64,
) -> PathReport {
    let question = Question::new(leaf, rest, roots, purpose);
    let first = question.ask(at);
    let path = question.links(&first.chain);
    let anchored = first.code == 0 || !is_about_trust(first.code);
    let errors = if first.code == 0 {
        Vec::new()
    } else {
        all_errors(&first, &path, purpose, at)
    };
    let missing = (!anchored).then(|| missing(&path)).flatten();
    let notes = note::notes(leaf, rest, &path, at);
    let expiry = expiry::expiry(&question, &path, &errors, at);
    PathReport {
        path,
        errors,
        anchored,
        missing,
        notes,
        expiry,
    }
}

fn missing(path: &[Link]) -> Option<Missing> {
    let top = &path.last()?.certificate;
    (!top.self_issued()).then(|| Missing {
        issuer: top.issuer.brief(),
        below: path.len() - 1,
        urls: top.extensions.ca_issuers.clone(),
    })
}
