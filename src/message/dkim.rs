//! DKIM signatures (RFC 6376, RFC 8301, RFC 8463): does what arrived still bear the signature of its sender?
//!
//! Known: rsa-sha256 and ed25519-sha256, `simple` and `relaxed` canonicalization. Refused: rsa-sha1 and keys
//! below 1024 bits (RFC 8301), signatures that do not cover From, signatures that have expired. No DNS here:
//! the caller fetches keys.

mod canonical;
mod key;
mod tags;

use openssl::hash::{MessageDigest, hash};

use canonical::{Form, body, field, fields};
use tags::Tags;

/// Signatures that are looked at.
const MOST: usize = 8;
/// Clocks differ.
const SLACK: i64 = 300;

/// Why no key could be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// There is none, says the DNS.
    Missing(String),
    /// The DNS does not say: it may be there.
    Unclear(String),
}

/// What became of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It verifies.
    Pass,
    /// It does not, and why.
    Fail(String),
    /// The key cannot be had now.
    Unclear(String),
}

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who signs: `example.org`.
    pub domain: String,
    /// By which key.
    pub selector: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// Verifies all signatures of a message. `texts` fetches the TXT records of a name.
#[must_use]
pub fn verify(
    message: &[u8],
    now: i64,
    texts: &mut dyn FnMut(&str) -> Result<Vec<String>, NoKey>,
) -> Vec<Signature> {
    let message = canonical::crlf(message);
    let (fields, body) = fields(&message);
    let signing: Vec<usize> = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is("DKIM-Signature"))
        .map(|(at, _)| at)
        .take(MOST)
        .collect();
    signing
        .into_iter()
        .map(|at| one(&fields, at, body, now, texts))
        .collect()
}

fn one(
    fields: &[canonical::Field<'_>],
    at: usize,
    body: &[u8],
    now: i64,
    texts: &mut dyn FnMut(&str) -> Result<Vec<String>, NoKey>,
) -> Signature {
    let mut signature = Signature {
        domain: String::new(),
        selector: String::new(),
        verdict: Verdict::Fail("no tags".to_owned()),
    };
    let Some(own) = fields.get(at) else {
        return signature;
    };
    let tags = match Tags::parse(&String::from_utf8_lossy(own.value())) {
        Ok(tags) => tags,
        Err(why) => {
            signature.verdict = Verdict::Fail(why);
            return signature;
        }
    };
    signature.domain = tags.get("d").unwrap_or_default().to_ascii_lowercase();
    signature.selector = tags.get("s").unwrap_or_default().to_owned();
    signature.verdict = match checked(&tags, &signature, fields, own, body, now, texts) {
        Ok(()) => Verdict::Pass,
        Err(NoKey::Missing(why)) => Verdict::Fail(why),
        Err(NoKey::Unclear(why)) => Verdict::Unclear(why),
    };
    signature
}

fn checked(
    tags: &Tags,
    signature: &Signature,
    fields: &[canonical::Field<'_>],
    own: &canonical::Field<'_>,
    content: &[u8],
    now: i64,
    texts: &mut dyn FnMut(&str) -> Result<Vec<String>, NoKey>,
) -> Result<(), NoKey> {
    let fail = |why: &str| Err(NoKey::Missing(why.to_owned()));
    if tags.get("v") != Some("1") {
        return fail("its version is not 1");
    }
    let algorithm = tags.get("a").unwrap_or_default().to_ascii_lowercase();
    if !matches!(algorithm.as_str(), "rsa-sha256" | "ed25519-sha256") {
        return fail(&format!("its algorithm \"{algorithm}\" is not accepted"));
    }
    let domain = &signature.domain;
    if domain.is_empty() || signature.selector.is_empty() {
        return fail("it names no domain or no selector");
    }
    if let Some(identity) = tags.get("i") {
        let of = identity
            .rsplit('@')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if of != *domain && !of.ends_with(&format!(".{domain}")) {
            return fail("its identity is not of its domain");
        }
    }
    let signed: Vec<&str> = tags
        .get("h")
        .unwrap_or_default()
        .split(':')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    if !signed.iter().any(|name| name.eq_ignore_ascii_case("From")) {
        return fail("it does not cover From");
    }
    let time = |tag: &str| tags.get(tag).and_then(|text| text.parse::<i64>().ok());
    if time("x").is_some_and(|end| end.saturating_add(SLACK) < now) {
        return fail("it has expired");
    }
    let (header_form, body_form) = Form::both(tags.get("c").unwrap_or("simple/simple"))
        .ok_or_else(|| NoKey::Missing("its canonicalization is not known".to_owned()))?;

    let mut content = body(content, body_form);
    if let Some(length) = tags.get("l") {
        let Ok(length) = length.parse::<usize>() else {
            return fail("its length is no number");
        };
        if length > content.len() {
            return fail("the body is shorter than what was signed");
        }
        content.truncate(length);
    }
    let digest = hash(MessageDigest::sha256(), &content)
        .map_err(|error| NoKey::Unclear(error.to_string()))?;
    let wanted = tags.bytes("bh").unwrap_or_default();
    if digest.as_ref() != wanted.as_slice() {
        return fail("the body was altered");
    }

    let mut text = Vec::new();
    let mut used = vec![false; fields.len()];
    for name in signed {
        // The last one that was not signed yet; one that is not there is signed as absent (§5.4.2).
        let found = fields
            .iter()
            .enumerate()
            .rev()
            .find(|(at, one)| one.is(name) && !used.get(*at).copied().unwrap_or(true));
        if let Some((at, one)) = found {
            if let Some(mark) = used.get_mut(at) {
                *mark = true;
            }
            text.extend_from_slice(&field(one.name(), one.rest(), header_form));
            text.extend_from_slice(b"\r\n");
        }
    }
    let without = tags::without_signature(own.rest());
    text.extend_from_slice(&field(own.name(), &without, header_form));

    let name = format!("{}._domainkey.{domain}", signature.selector);
    let bytes = tags
        .bytes("b")
        .ok_or_else(|| NoKey::Missing("its signature is no base64".to_owned()))?;
    let records = texts(&name)?;
    let mut why = format!("there is no key at {name}");
    for record in records.iter().take(5) {
        match key::verifies(record, &algorithm, &text, &bytes) {
            Ok(true) => return Ok(()),
            Ok(false) => why = "the header was altered, or signed by another key".to_owned(),
            Err(reason) => why = format!("the key at {name} {reason}"),
        }
    }
    Err(NoKey::Missing(why))
}

#[cfg(test)]
mod tests;
