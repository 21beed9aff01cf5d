//! Strikes known secrets out of text, in the forms in which a server may send them back.

use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER};
use zeroize::Zeroizing;

use super::Secret;

/// What stands where a secret stood.
const STRUCK: &str = "****";

/// Below this many bytes a secret is not searched for in foreign text: striking out every `ab`
/// would garble the report, and would tell the secret by what is missing.
const SHORTEST: usize = 4;

/// The secrets of one run. Clones share the list, so that what a login adds late is struck out
/// everywhere.
#[derive(Clone, Default)]
pub struct Redactor {
    forms: Arc<Mutex<Vec<Zeroizing<String>>>>,
}

impl Redactor {
    /// Remembers a secret: as it is, in base64 (with and without padding) and in hex.
    pub fn learn(&self, secret: &Secret) {
        self.learn_bytes(secret.expose());
    }

    /// Remembers bytes that were sent in secret, such as an encoded response.
    pub fn learn_bytes(&self, bytes: &[u8]) {
        if bytes.len() < SHORTEST {
            return;
        }
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        let mut add = |form: String| {
            if !forms.iter().any(|known| **known == form) {
                forms.push(Zeroizing::new(form));
            }
        };
        if let Ok(text) = std::str::from_utf8(bytes) {
            add(text.to_owned());
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
            add(escaped);
        }
        add(BASE64.encode(bytes));
        add(BASE64_NOPAD.encode(bytes));
        add(HEXLOWER.encode(bytes));
        // Within a longer base64 text a secret starts at any of three offsets; the characters that
        // do not depend on its neighbours are what can be looked for.
        for offset in 1..3 {
            add(embedded_base64(bytes, offset));
        }
        // The longest first, so that a short form does not break a long one apart.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    }

    /// The text without any of the known secrets.
    #[must_use]
    pub fn strike(&self, text: &str) -> String {
        let forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = text.to_owned();
        for form in forms.iter().filter(|form| form.len() >= SHORTEST) {
            if out.contains(form.as_str()) {
                out = out.replace(form.as_str(), STRUCK);
            }
        }
        out
    }
}

/// The base64 characters of `bytes` that are the same whatever precedes and follows them, when they
/// start `offset` bytes into a group of three.
fn embedded_base64(bytes: &[u8], offset: usize) -> String {
    let mut padded = Zeroizing::new(vec![0; offset]);
    padded.extend_from_slice(bytes);
    let encoded = BASE64_NOPAD.encode(&padded);
    // One byte before reaches into two characters, two bytes into three; the last character hangs
    // on the byte that follows unless the group is full.
    let start = offset + 1;
    let end = if padded.len().is_multiple_of(3) {
        encoded.len()
    } else {
        encoded.len().saturating_sub(1)
    };
    encoded.get(start..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secret: &str) -> Redactor {
        let redactor = Redactor::default();
        redactor.learn(&Secret::new(secret.as_bytes().to_vec()));
        redactor
    }

    #[test]
    fn strikes_the_secret_in_every_form() {
        let redactor = redactor("s3cret pass");
        for form in ["s3cret pass".to_owned(), BASE64.encode(b"s3cret pass")] {
            let struck = redactor.strike(&format!("535 bad password {form}, sorry"));
            assert_eq!(struck, "535 bad password ****, sorry");
        }
    }

    #[test]
    fn strikes_the_secret_inside_a_longer_base64() {
        for user in ["", "a", "ab", "abc", "abcd"] {
            let plain = format!("\0{user}\0correct horse\0tail");
            let sent = BASE64.encode(plain.as_bytes());
            let struck = redactor("correct horse").strike(&sent);
            assert!(struck.contains(STRUCK), "{user}: {sent} became {struck}");
        }
    }

    #[test]
    fn leaves_other_text_alone() {
        assert_eq!(redactor("hunter22").strike("220 ready"), "220 ready");
        assert_eq!(redactor("ab").strike("cab"), "cab");
    }
}
