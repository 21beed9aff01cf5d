//! Keys in the DNS (RFC 6376 §3.6.1, RFC 8463 §4), and what they verify.

use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey, Public};
use openssl::rsa::Rsa;
use openssl::sign::Verifier;

use super::tags::Tags;

/// RFC 8301 §3.2.
const LEAST: u32 = 1024;

/// Does the signature verify by the key of this record? An error says what is wrong with the record.
pub(super) fn verifies(
    record: &str,
    algorithm: &str,
    text: &[u8],
    signature: &[u8],
) -> Result<bool, String> {
    let tags = Tags::parse(record).map_err(|_| "is no key".to_owned())?;
    if tags.get("v").is_some_and(|version| version != "DKIM1") {
        return Err("is of another version".to_owned());
    }
    let wants = |tag: &str, word: &str| {
        tags.get(tag).is_none_or(|list| {
            list.split(':')
                .map(str::trim)
                .any(|one| one == "*" || one.eq_ignore_ascii_case(word))
        })
    };
    if !wants("h", "sha256") {
        return Err("is not for sha256".to_owned());
    }
    if !wants("s", "email") {
        return Err("is not for mail".to_owned());
    }
    if tags.get("p").is_some_and(str::is_empty) {
        return Err("was revoked".to_owned());
    }
    let bytes = tags.bytes("p").ok_or_else(|| "is no base64".to_owned())?;
    let kind = tags.get("k").unwrap_or("rsa").to_ascii_lowercase();
    if !algorithm.starts_with(&kind) {
        return Err(format!("is a key of {kind}"));
    }
    let broken = || "cannot be read".to_owned();
    if kind == "ed25519" {
        let key = PKey::public_key_from_raw_bytes(&bytes, Id::ED25519).map_err(|_| broken())?;
        let digest = openssl::sha::sha256(text);
        let mut verifier = Verifier::new_without_digest(&key).map_err(|_| broken())?;
        return Ok(verifier.verify_oneshot(signature, &digest).unwrap_or(false));
    }
    let key = rsa(&bytes).ok_or_else(broken)?;
    if key.bits() < LEAST {
        return Err(format!("has only {} bits", key.bits()));
    }
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key).map_err(|_| broken())?;
    Ok(verifier.verify_oneshot(signature, text).unwrap_or(false))
}

/// A SubjectPublicKeyInfo, or the bare key that some write.
fn rsa(bytes: &[u8]) -> Option<PKey<Public>> {
    let key = PKey::public_key_from_der(bytes)
        .or_else(|_| Rsa::public_key_from_der_pkcs1(bytes).and_then(PKey::from_rsa))
        .ok()?;
    (key.id() == Id::RSA).then_some(key)
}
