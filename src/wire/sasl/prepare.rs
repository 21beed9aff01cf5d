//! What SCRAM does to names and secrets before they are used: SASLprep (RFC 4013), `saslname` escapes (RFC 5801 §4),
//! and HMAC.
//!
//! SASLprep is applied in part. Control characters are refused, non-ASCII spaces become a space, and characters that are
//! commonly mapped to nothing are dropped. The NFKC step is left out: text that is not in that form already is sent
//! as it is. That differs from the standard only for compatibility and decomposed characters, which keyboards do not
//! produce. A secret that is not UTF-8 is used as bytes.

use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use zeroize::Zeroizing;

use super::{Bytes, Error};

/// A name or password, prepared; `what` names it in the error.
pub(super) fn saslprep(bytes: &[u8], what: &'static str) -> Result<Bytes, Error> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(Bytes::new(bytes.to_vec()));
    };
    // A mapping never makes the text longer, so the secret stays in this one buffer.
    let mut out = Bytes::new(Vec::with_capacity(bytes.len()));
    for c in text.chars() {
        match c {
            _ if c.is_control() => return Err(Error::Unsendable(what)),
            '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}' => out.push(b' '),
            '\u{ad}'
            | '\u{34f}'
            | '\u{1806}'
            | '\u{180b}'..='\u{180d}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => {}
            _ => {
                let mut buffer = [0; 4];
                out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
    Ok(out)
}

/// A name inside a gs2 header or a SCRAM message: `,` and `=` are escaped.
pub(super) fn saslname(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

/// HMAC; `None` where the TLS library does not do this digest.
pub(super) fn hmac(digest: MessageDigest, key: &[u8], data: &[u8]) -> Option<Bytes> {
    // OpenSSL takes no empty key. RFC 2104 fills keys up with zeros, so that one zero is the same key.
    let key = PKey::hmac(if key.is_empty() { &[0] } else { key }).ok()?;
    let mut signer = Signer::new(digest, &key).ok()?;
    signer.update(data).ok()?;
    signer.sign_to_vec().ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4013 §3, without the one that needs NFKC.
    #[test]
    fn rfc_4013_section_3() {
        for (input, want) in [
            ("I\u{ad}X", "IX"),
            ("user", "user"),
            ("USER", "USER"),
            ("a\u{a0}b", "a b"),
            ("pässwörd", "pässwörd"),
        ] {
            assert_eq!(
                saslprep(input.as_bytes(), "x").unwrap().as_slice(),
                want.as_bytes()
            );
        }
        assert_eq!(
            saslprep(b"\x07", "password"),
            Err(Error::Unsendable("password"))
        );
        assert_eq!(
            saslprep(b"\xff\x01", "password").unwrap().as_slice(),
            b"\xff\x01"
        );
    }

    /// HMAC-MD5 of nothing under nothing, as every other implementation has it.
    #[test]
    fn an_empty_key_is_a_key() {
        let got = hmac(MessageDigest::md5(), b"", b"").unwrap();
        let want = data_encoding::HEXLOWER
            .decode(b"74e6f7298a9c2d168935f58c001bad88")
            .unwrap();
        assert_eq!(got.as_slice(), want);
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(saslname("a=b,c"), "a=3Db=2Cc");
    }
}
