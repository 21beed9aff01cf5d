//! CRAM-MD5 (RFC 2195): the name, and an HMAC-MD5 of the challenge under the password.
//!
//! The server proves nothing here. Refuses an empty challenge, which would make the answer valid for ever.

use data_encoding::HEXLOWER;
use openssl::hash::MessageDigest;

use super::{Bytes, Credentials, Dialogue, Error, prepare};

pub(super) struct CramMd5 {
    user: String,
    password: Bytes,
    answered: bool,
}

impl CramMd5 {
    pub(super) fn new(credentials: &Credentials) -> Result<Self, Error> {
        Ok(Self {
            user: credentials.user.clone(),
            password: Bytes::new(credentials.password()?.to_vec()),
            answered: false,
        })
    }
}

impl Dialogue for CramMd5 {
    fn respond(&mut self, challenge: &[u8]) -> Result<Bytes, Error> {
        if self.answered {
            return Err(Error::UnexpectedChallenge);
        }
        if challenge.is_empty() {
            return Err(Error::Malformed("empty"));
        }
        let digest = prepare::hmac(MessageDigest::md5(), &self.password, challenge)
            .ok_or(Error::Crypto("HMAC-MD5"))?;
        self.answered = true;
        Ok(Bytes::new(
            format!("{} {}", self.user, HEXLOWER.encode(&digest)).into_bytes(),
        ))
    }

    fn finish(&mut self, _success_data: Option<&[u8]>) -> Result<(), Error> {
        if self.answered {
            Ok(())
        } else {
            Err(Error::SuccessTooEarly)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::credentials;
    use super::super::{Exchange, Mechanism, decode, encode};
    use super::*;

    #[test]
    fn rfc_2195_section_2() {
        let mut exchange = Exchange::new(
            Mechanism::CramMd5,
            &credentials("tim", "tanstaaftanstaaf"),
            None,
        )
        .unwrap();
        assert!(exchange.initial().is_none());
        let challenge =
            decode(b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+").unwrap();
        assert_eq!(
            encode(&exchange.respond(&challenge).unwrap()).as_slice(),
            b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"
        );
        assert_eq!(exchange.finish(None), Ok(()));
        assert_eq!(exchange.respond(b"<2@x>"), Err(Error::UnexpectedChallenge));
    }

    #[test]
    fn long_and_empty_passwords() {
        for password in ["", &"x".repeat(200)] {
            let mut exchange =
                Exchange::new(Mechanism::CramMd5, &credentials("u", password), None).unwrap();
            assert_eq!(exchange.respond(b"<1@x>").unwrap().len(), 2 + 32);
        }
    }

    #[test]
    fn an_empty_challenge_is_refused() {
        let mut exchange = Exchange::new(Mechanism::CramMd5, &credentials("u", "p"), None).unwrap();
        assert_eq!(exchange.respond(b""), Err(Error::Malformed("empty")));
    }
}
