//! APOP: a digest over the greeting's timestamp and the password (RFC 1939 §7).
//!
//! Refused: a timestamp that is not shaped like a msg-id of plain ASCII. One with other bytes lets a
//! man in the middle recover the password through MD5 collisions (CVE-2007-1558).

use data_encoding::HEXLOWER;
use openssl::hash::{Hasher, MessageDigest};
use zeroize::Zeroizing;

use super::login::{Unsendable, word};
use crate::secret::Secret;
use crate::wire::command::Command;

/// What is longer is no timestamp: a greeting has at most 512 bytes.
const TIMESTAMP_LIMIT: usize = 256;

/// The timestamp of a greeting, brackets and all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp(String);

/// Why there can be no APOP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The greeting has no `<...>`: the server does not offer APOP.
    #[error("the greeting has no timestamp, so APOP is not offered")]
    NoTimestamp,
    /// It has, but not of a shape that is safe to digest.
    #[error("the greeting's timestamp is not a message id of plain ASCII")]
    UnsafeTimestamp,
    /// The user name cannot be sent.
    #[error(transparent)]
    Unsendable(#[from] Unsendable),
    /// The TLS library does no MD5 (FIPS mode).
    #[error("the TLS library cannot do MD5")]
    NoMd5,
}

impl Timestamp {
    /// Looks for it in the text of the greeting.
    pub fn find(greeting: &[u8]) -> Result<Self, Error> {
        let start = greeting.iter().position(|byte| *byte == b'<');
        let text = start
            .and_then(|start| greeting.get(start..))
            .ok_or(Error::NoTimestamp)?;
        let end = text.iter().position(|byte| *byte == b'>');
        let inner = end
            .and_then(|end| text.get(1..end))
            .ok_or(Error::NoTimestamp)?;
        if inner.len() > TIMESTAMP_LIMIT {
            return Err(Error::UnsafeTimestamp);
        }
        let inner = std::str::from_utf8(inner).map_err(|_| Error::UnsafeTimestamp)?;
        match inner.split_once('@') {
            Some((local, domain)) if is_local(local) && is_domain(domain) => {
                Ok(Self(format!("<{inner}>")))
            }
            _ => Err(Error::UnsafeTimestamp),
        }
    }

    /// The command that logs in.
    pub fn apop(&self, user: &str, password: &Secret) -> Result<Command, Error> {
        let user = word("user name", user)?;
        let digest = self.digest(password).ok_or(Error::NoMd5)?;
        let line = Zeroizing::new(format!("APOP {user} {}", *digest).into_bytes());
        Ok(Command::masked(line, format!("APOP {user} ****")))
    }

    fn digest(&self, password: &Secret) -> Option<Zeroizing<String>> {
        let mut md5 = Hasher::new(MessageDigest::md5()).ok()?;
        md5.update(self.0.as_bytes()).ok()?;
        md5.update(password.expose()).ok()?;
        Some(Zeroizing::new(HEXLOWER.encode(&md5.finish().ok()?)))
    }
}

/// RFC 5322 §3.2.3 dot-atom-text, a little more freely dotted.
fn is_local(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| is_atext(byte) || byte == b'.')
}

/// A dot-atom or a domain literal.
fn is_domain(text: &str) -> bool {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some(literal) => {
            !literal.is_empty()
                && literal
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"[]\\<>".contains(&byte))
        }
        None => is_local(text),
    }
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.as_bytes().to_vec())
    }

    #[test]
    fn rfc_1939_section_7() {
        let greeting = b"POP3 server ready <1896.697170952@dbc.mtview.ca.us>";
        let timestamp = Timestamp::find(greeting).unwrap();
        let command = timestamp.apop("mrose", &secret("tanstaaf")).unwrap();
        assert_eq!(
            command.wire(),
            b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n"
        );
        assert_eq!(command.shown(), "APOP mrose ****");
    }

    #[test]
    fn timestamps_of_real_servers() {
        for greeting in [
            "Dovecot ready. <1d2e.4.66f0a1b2.q5DjF/+3w==@mail.example.org>",
            "<12345.1700000000@mail.example.org>",
            "ready <1.2@[192.0.2.1]>",
            "ready <1.2@[IPv6:2001:db8::1]> at your service",
        ] {
            assert!(Timestamp::find(greeting.as_bytes()).is_ok(), "{greeting}");
        }
    }

    #[test]
    fn what_is_missing_or_unsafe() {
        let long = format!("<{}@x>", "a".repeat(300));
        let table: [(&[u8], Error); 10] = [
            (b"ready", Error::NoTimestamp),
            (b"ready <unfinished@x", Error::NoTimestamp),
            (b"ready <no-at>", Error::UnsafeTimestamp),
            (b"ready <@x>", Error::UnsafeTimestamp),
            (b"ready <x@>", Error::UnsafeTimestamp),
            (b"ready <a@b@c>", Error::UnsafeTimestamp),
            (b"ready <a b@c>", Error::UnsafeTimestamp),
            (b"ready <a\x80\xff@c>", Error::UnsafeTimestamp),
            (b"ready <a\0@c>", Error::UnsafeTimestamp),
            (long.as_bytes(), Error::UnsafeTimestamp),
        ];
        for (greeting, want) in table {
            assert_eq!(
                Timestamp::find(greeting),
                Err(want),
                "{}",
                greeting.escape_ascii()
            );
        }
    }

    proptest! {
        #[test]
        fn a_timestamp_is_always_plain(greeting in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(Timestamp(text)) = Timestamp::find(&greeting) {
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }
}
