//! One question to OpenSSL: a chain, what is trusted, a moment.

use openssl::error::ErrorStack;
use openssl::ssl::SslFiletype;
use openssl::stack::Stack;
use openssl::x509::store::{X509Lookup, X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509StoreContext};

use super::{LONGEST, Link, Purpose, Roots};
use crate::x509::facts::Certificate;

/// One chain and what is trusted; asked for several moments.
pub(super) struct Question<'a> {
    pub(super) leaf: &'a Certificate,
    rest: &'a [Certificate],
    roots: &'a Roots,
    purpose: Purpose,
}

/// What OpenSSL says. Code 0 is "ok", -1 that it could not even begin.
pub(super) struct Answer {
    pub(super) code: i32,
    pub(super) depth: usize,
    pub(super) words: &'static str,
    pub(super) chain: Vec<X509>,
}

impl<'a> Question<'a> {
    pub(super) fn new(
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

    pub(super) fn ask(&self, at: i64) -> Answer {
        let rest = self.rest.iter().map(|one| one.x509().clone());
        let flags = if self.roots.partial {
            X509VerifyFlags::PARTIAL_CHAIN
        } else {
            X509VerifyFlags::empty()
        };
        run(self.leaf.x509(), rest, self.roots, flags, self.purpose, at)
    }

    /// Everything that was sent, the server's own first.
    pub(super) fn sent(&self) -> impl Iterator<Item = &'a Certificate> {
        std::iter::once(self.leaf).chain(self.rest)
    }

    pub(super) fn links(&self, chain: &[X509]) -> Vec<Link> {
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

pub(super) fn run(
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

/// Does the path not end in anything trusted? 2, 18 to 21: no issuer, self-signed; 22: too long to be built; 27, 28: a root that
/// is not for this; the others: OpenSSL itself is in trouble, and then nothing is proven.
pub(super) fn is_about_trust(code: i32) -> bool {
    matches!(code, -1 | 1 | 2 | 17 | 18..=22 | 27 | 28 | 65 | 69 | 70)
}
