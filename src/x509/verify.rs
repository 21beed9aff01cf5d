//! Does a path lead from a certificate to a root (RFC 5280 §6), at a given time? OpenSSL builds and judges it, offline.
//!
//! OpenSSL stops at the first error. To tell all of them, the path that it built is judged again with the complaint taken
//! away: its top trusted, time left aside, any purpose allowed. Times and signatures of every element are looked at one by one.
//! Nothing is fetched: a missing intermediate is named, with the address where it could be had.

mod expiry;
mod note;

use std::path::{Path, PathBuf};

use openssl::error::ErrorStack;
use openssl::ssl::SslFiletype;
use openssl::stack::Stack;
use openssl::x509::store::{X509Lookup, X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509StoreContext};

pub use expiry::Expiry;
pub use note::{Note, NoteKind};

use super::facts::Certificate;
use super::moment::date;

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

/// One chain and what is trusted; asked for several moments.
struct Question<'a> {
    leaf: &'a Certificate,
    rest: &'a [Certificate],
    roots: &'a Roots,
    purpose: Purpose,
}

/// What OpenSSL says. Code 0 is "ok", -1 that it could not even begin.
struct Answer {
    code: i32,
    depth: usize,
    words: &'static str,
    chain: Vec<X509>,
}

impl<'a> Question<'a> {
    fn new(
        leaf: &'a Certificate,
        rest: &'a [Certificate],
        roots: &'a Roots,
        purpose: Purpose,
    ) -> Self {
        let rest = rest.get(..LONGEST).unwrap_or(rest);
        Self {
            leaf,
            rest,
            roots,
            purpose,
        }
    }

    fn ask(&self, at: i64) -> Answer {
        let rest = self.rest.iter().map(|one| one.x509().clone());
        let flags = if self.roots.partial {
            X509VerifyFlags::PARTIAL_CHAIN
        } else {
            X509VerifyFlags::empty()
        };
        run(self.leaf.x509(), rest, self.roots, flags, self.purpose, at)
    }

    /// Everything that was sent, the server's own first.
    fn sent(&self) -> impl Iterator<Item = &'a Certificate> {
        std::iter::once(self.leaf).chain(self.rest)
    }

    fn links(&self, chain: &[X509]) -> Vec<Link> {
        let mut links = Vec::new();
        for x509 in chain {
            let Ok(der) = x509.to_der() else { break };
            let sent = self.sent().position(|one| one.der() == der);
            let certificate = match sent.and_then(|place| self.sent().nth(place)) {
                Some(known) => known.clone(),
                // A root of the system that cannot be read: the path is shown up to it.
                None => match Certificate::from_der(&der) {
                    Ok(root) => root,
                    Err(_) => break,
                },
            };
            links.push(Link { certificate, sent });
        }
        if links.is_empty() {
            links.push(Link {
                certificate: self.leaf.clone(),
                sent: Some(0),
            });
        }
        links
    }
}

fn run(
    leaf: &X509,
    rest: impl Iterator<Item = X509>,
    roots: &Roots,
    flags: X509VerifyFlags,
    purpose: Purpose,
    at: i64,
) -> Answer {
    let answer = try_run(leaf, rest, roots, flags, purpose, at);
    // A failed verification leaves errors in the thread's queue, where the next TLS read would find them.
    let _ = ErrorStack::get();
    answer.unwrap_or(Answer {
        code: -1,
        depth: 0,
        words: "OpenSSL could not verify",
        chain: Vec::new(),
    })
}

fn try_run(
    leaf: &X509,
    rest: impl Iterator<Item = X509>,
    roots: &Roots,
    flags: X509VerifyFlags,
    purpose: Purpose,
    at: i64,
) -> Result<Answer, ErrorStack> {
    let store = store(roots, flags, purpose, at)?;
    let mut stack = Stack::new()?;
    for one in rest {
        stack.push(one)?;
    }
    let mut context = X509StoreContext::new()?;
    context.init(&store, leaf, &stack, |context| {
        let valid = context.verify_cert().unwrap_or(false);
        let error = context.error();
        let chain = context.chain().map_or_else(Vec::new, |chain| {
            chain.iter().map(ToOwned::to_owned).collect()
        });
        Ok(Answer {
            // "Not valid" without a reason is an internal error, never a valid path.
            code: match (valid, error.as_raw()) {
                (true, _) => 0,
                (false, 0) => -1,
                (false, code) => code,
            },
            depth: usize::try_from(context.error_depth()).unwrap_or(0),
            words: error.error_string(),
            chain,
        })
    })
}

fn store(
    roots: &Roots,
    flags: X509VerifyFlags,
    purpose: Purpose,
    at: i64,
) -> Result<X509Store, ErrorStack> {
    let mut builder = X509StoreBuilder::new()?;
    for root in &roots.certificates {
        builder.add_cert(root.clone())?;
    }
    for directory in &roots.directories {
        if let Some(directory) = directory.to_str() {
            let lookup = builder.add_lookup(X509Lookup::hash_dir())?;
            lookup.add_dir(directory, SslFiletype::PEM)?;
        }
    }
    let mut param = X509VerifyParam::new()?;
    param.set_flags(flags)?;
    // OpenSSL would prefer a time that is set to NO_CHECK_TIME.
    if !flags.contains(X509VerifyFlags::NO_CHECK_TIME) {
        param.set_time(at);
    }
    // Weak keys and digests are told by name (`strength`), not as a path that does not hold.
    param.set_auth_level(0);
    match purpose {
        Purpose::Server => param.set_purpose(X509PurposeId::SSL_SERVER)?,
        Purpose::Client => param.set_purpose(X509PurposeId::SSL_CLIENT)?,
        Purpose::Any => {}
    }
    builder.set_param(&param)?;
    Ok(builder.build())
}

/// Does the path not end in anything trusted? 2, 18 to 21: no issuer, self-signed; 22: too long to be built.
fn is_about_trust(code: i32) -> bool {
    matches!(code, -1 | 2 | 18..=22)
}

fn all_errors(first: &Answer, path: &[Link], purpose: Purpose, at: i64) -> Vec<PathError> {
    let mut errors = vec![error(first.code, first.depth, first.words, path)];
    let mut add = |new: PathError| {
        if !errors
            .iter()
            .any(|old| old.code == new.code && old.depth == new.depth)
        {
            errors.push(new);
        }
    };
    for (depth, link) in path.iter().enumerate() {
        if at < link.certificate.not_before {
            add(error(9, depth, "", path));
        } else if !link.certificate.valid_at(at) {
            add(error(10, depth, "", path));
        }
        let above = path.get(depth + 1);
        if above.is_some_and(|above| !link.certificate.signed_by(&above.certificate)) {
            add(error(7, depth, "", path));
        }
    }
    for again in peeled(path, purpose, at) {
        add(error(again.code, again.depth, again.words, path));
    }
    errors.sort_by_key(|error| error.depth);
    errors
}

/// What OpenSSL says of the same path once its top is trusted and time does not matter; and once more for any purpose.
fn peeled(path: &[Link], purpose: Purpose, at: i64) -> Vec<Answer> {
    let (Some(leaf), Some(top)) = (path.first(), path.last()) else {
        return Vec::new();
    };
    let roots = Roots::none().certificates([&top.certificate]);
    let flags = X509VerifyFlags::PARTIAL_CHAIN | X509VerifyFlags::NO_CHECK_TIME;
    let ask = |purpose| {
        let rest = path
            .iter()
            .skip(1)
            .map(|link| link.certificate.x509().clone());
        run(leaf.certificate.x509(), rest, &roots, flags, purpose, at)
    };
    let mut answers = vec![ask(purpose)];
    if answers.first().is_some_and(|answer| answer.code == 26) {
        answers.push(ask(Purpose::Any));
    }
    answers.retain(|answer| answer.code != 0 && !is_about_trust(answer.code));
    answers
}

fn error(code: i32, depth: usize, openssl: &str, path: &[Link]) -> PathError {
    use PathErrorKind as Kind;
    let subject = path.get(depth).or(path.last());
    let kind = match code {
        10 => Kind::Expired,
        9 => Kind::NotYetValid,
        18 => Kind::SelfSigned,
        19 => Kind::UntrustedRoot,
        2 | 20 | 21 => Kind::MissingIssuer,
        4 | 6 | 7 => Kind::BadSignature,
        24 | 32 | 79 => Kind::NotAuthority,
        22 | 25 => Kind::PathTooLong,
        26 => Kind::Purpose,
        47..=49 | 51..=53 => Kind::NameConstraint,
        34 => Kind::CriticalExtension,
        27 | 28 => Kind::Rejected,
        _ => Kind::Other,
    };
    let (not_before, not_after, issuer) = subject.map_or((0, 0, String::new()), |link| {
        let certificate = &link.certificate;
        (
            certificate.not_before,
            certificate.not_after,
            certificate.issuer.brief(),
        )
    });
    let words = match kind {
        Kind::Expired => format!("expired on {}", date(not_after)),
        Kind::NotYetValid => format!("is not valid before {}", date(not_before)),
        Kind::SelfSigned => "is signed by itself and not trusted".to_owned(),
        Kind::UntrustedRoot => "is a root that is not trusted".to_owned(),
        Kind::MissingIssuer => format!("is signed by {issuer}, which is neither sent nor trusted"),
        Kind::BadSignature => format!("has a signature that is not by {issuer}"),
        Kind::NotAuthority => "signs certificates but is no authority".to_owned(),
        Kind::PathTooLong => "has more intermediates below it than are allowed".to_owned(),
        Kind::Purpose => "may not be used for this purpose".to_owned(),
        Kind::NameConstraint => {
            format!("has a name that an authority above it does not allow ({openssl})")
        }
        Kind::CriticalExtension => "has a critical extension that nobody understands".to_owned(),
        Kind::Rejected => "is a root that is rejected for this purpose".to_owned(),
        Kind::Other => openssl.to_owned(),
    };
    PathError {
        kind,
        code,
        depth,
        subject: subject.map_or_else(String::new, |link| link.certificate.name()),
        words,
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
