//! OAuth 2.0 bearer tokens as Dovecot checks them by itself: JSON Web Tokens (RFC 7519) signed with HS256.

use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::{BASE64, BASE64URL_NOPAD};
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use serde_json::json;

const KEY: &[u8] = b"a key that only the lab knows, 256 bits and more";

/// The key as Dovecot reads it from its key directory.
pub fn key() -> String {
    BASE64.encode(KEY)
}

/// A token that lets the test account in.
pub fn token() -> String {
    signed(3600)
}

/// A token that was good an hour ago.
pub fn expired_token() -> String {
    signed(-3600)
}

fn signed(seconds_left: i64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970");
    let now = i64::try_from(now.as_secs()).expect("a clock before the end of time");
    let header = json!({"typ": "JWT", "alg": "HS256"});
    let claims = json!({
        "iss": "lab", "sub": super::USER, "email": super::ADDRESS,
        "iat": now - 7200, "nbf": now - 7200, "exp": now + seconds_left,
    });
    let body = [header, claims]
        .map(|part| BASE64URL_NOPAD.encode(part.to_string().as_bytes()))
        .join(".");
    let key = PKey::hmac(KEY).expect("an HMAC key");
    let mut signer = Signer::new(MessageDigest::sha256(), &key).expect("SHA-256");
    let mac = signer
        .sign_oneshot_to_vec(body.as_bytes())
        .expect("an HMAC");
    format!("{body}.{}", BASE64URL_NOPAD.encode(&mac))
}
