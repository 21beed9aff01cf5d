//! The token that a message of the probe bears: by it alone the message is known again, whatever became
//! of its subject.
//!
//! `mp1-TIME-LIMIT-RANDOM-MAC`: when it was sent (seconds since 1970, hex), how long its run waits for it
//! (seconds, hex), 96 random bits, and half an HMAC-SHA-256 over all before it and the probe's name. All
//! of it may stand in the local part of a Message-ID. A token that was made with another key or for
//! another probe does not verify; letters are read in any case, because some systems change them.

use std::fmt;

use data_encoding::HEXLOWER;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;

use crate::secret::Secret;

const MARK: &str = "mp1-";
const RANDOM: usize = 12;
const MAC: usize = 16;
/// Tokens that are looked at in one text: a bounce may quote a digest of them.
const MOST: usize = 50;

/// What a token says, once its MAC is right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    text: String,
    /// When it was sent, seconds since 1970 by the sender's clock.
    pub sent: i64,
    /// How long its run waits, in seconds.
    pub limit: u32,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Token {
    /// As it stands in the message.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Makes tokens and knows them again.
pub struct Tokens {
    key: Secret,
    name: String,
}

impl Tokens {
    /// For a probe of this name. Without a secret key tokens are bound to the name alone: nobody meets one
    /// by chance, but whoever knows the name can make one.
    #[must_use]
    pub fn new(key: Option<Secret>, name: &str) -> Self {
        Self {
            key: key.unwrap_or_else(|| Secret::new(b"mailprobe".to_vec())),
            name: name.to_owned(),
        }
    }

    /// A fresh one; `None` when the TLS library has no random numbers.
    #[must_use]
    pub fn fresh(&self, sent: i64, limit: u32) -> Option<Token> {
        let mut random = [0; RANDOM];
        openssl::rand::rand_bytes(&mut random).ok()?;
        let head = format!("{MARK}{sent:x}-{limit:x}-{}", HEXLOWER.encode(&random));
        let mac = self.mac(&head)?;
        Some(Token {
            text: format!("{head}-{mac}"),
            sent,
            limit,
        })
    }

    /// The tokens of ours in a text, in order, each once.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Token> {
        let text = text.to_ascii_lowercase();
        let mut found: Vec<Token> = Vec::new();
        for (at, _) in text.match_indices(MARK).take(MOST) {
            let rest = text.get(at..).unwrap_or_default();
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .unwrap_or(rest.len());
            if let Some(token) = self.read(rest.get(..end).unwrap_or_default())
                && !found.contains(&token)
            {
                found.push(token);
            }
        }
        found
    }

    /// Reads one token; `None` when it is none of ours.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Token> {
        let mut fields = text.strip_prefix(MARK)?.split('-');
        let (sent, limit) = (fields.next()?, fields.next()?);
        let (random, mac) = (fields.next()?, fields.next()?);
        // What was glued to it (a tag, a file name) is not part of it.
        let mac = mac.get(..MAC * 2)?;
        if random.len() != RANDOM * 2 || sent.len() > 15 || limit.len() > 8 {
            return None;
        }
        let head = format!("{MARK}{sent}-{limit}-{random}");
        let right = self.mac(&head)?;
        if !openssl::memcmp::eq(right.as_bytes(), mac.as_bytes()) {
            return None;
        }
        Some(Token {
            text: format!("{head}-{mac}"),
            sent: i64::from_str_radix(sent, 16).ok()?,
            limit: u32::from_str_radix(limit, 16).ok()?,
        })
    }

    fn mac(&self, head: &str) -> Option<String> {
        let key = PKey::hmac(self.key.expose()).ok()?;
        let mut signer = Signer::new(MessageDigest::sha256(), &key).ok()?;
        signer.update(head.as_bytes()).ok()?;
        signer.update(b"\0").ok()?;
        signer.update(self.name.as_bytes()).ok()?;
        let mac = signer.sign_to_vec().ok()?;
        Some(HEXLOWER.encode(mac.get(..MAC)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(key: &str, name: &str) -> Tokens {
        Tokens::new(Some(Secret::new(key.as_bytes().to_vec())), name)
    }

    #[test]
    fn known_again_by_the_same_key_and_name_only() {
        let own = tokens("key", "a");
        let token = own.fresh(1_800_000_000, 45).unwrap();
        assert_eq!(own.read(token.text()), Some(token.clone()));
        let shouted = format!("<{}@example.org>", token.text().to_uppercase());
        assert_eq!(own.find(&shouted), std::slice::from_ref(&token));
        for other in [
            tokens("key", "b"),
            tokens("kez", "a"),
            Tokens::new(None, "a"),
        ] {
            assert_eq!(other.read(token.text()), None);
        }
        let later = token
            .text()
            .replacen(&format!("{:x}", token.sent), "7fffffff", 1);
        assert_eq!(own.read(&later), None);
        let open = Tokens::new(None, "a").fresh(0, 1).unwrap();
        assert_eq!(Tokens::new(None, "a").read(open.text()), Some(open));
    }

    #[test]
    fn no_two_are_alike() {
        let own = tokens("key", "a");
        assert_ne!(own.fresh(1, 1), own.fresh(1, 1));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(mp1-|[0-9a-f]{1,3}|-|\\PC){0,60}") {
            prop_assert!(tokens("k", "n").find(&text).is_empty());
        }

        #[test]
        fn found_in_any_surroundings(before in "[^-a-z0-9]{0,20}", after in "[^a-z0-9-][^-]{0,20}") {
            let own = tokens("k", "n");
            let token = own.fresh(1_800_000_000, 45).unwrap();
            prop_assert_eq!(own.find(&format!("{before}{token}{after}")), vec![token]);
        }
    }
}
