//! PLAIN (RFC 4616): both names and the password in one message. Refuses NUL, which separates them.

use super::{Bytes, Credentials, Dialogue, Error};

pub(super) struct Plain {
    message: Bytes,
}

impl Plain {
    pub(super) fn new(credentials: &Credentials) -> Result<Self, Error> {
        let authzid = credentials.authzid.as_deref().unwrap_or_default();
        let password = credentials.password()?;
        for (name, bytes) in [
            ("authorization identity", authzid.as_bytes()),
            ("user name", credentials.user.as_bytes()),
            ("password", password),
        ] {
            if bytes.contains(&0) {
                return Err(Error::Unsendable(name));
            }
        }
        // The exact size: a growing vector would leave copies of the password behind.
        let size = authzid.len() + credentials.user.len() + password.len() + 2;
        let mut message = Bytes::new(Vec::with_capacity(size));
        message.extend_from_slice(authzid.as_bytes());
        message.push(0);
        message.extend_from_slice(credentials.user.as_bytes());
        message.push(0);
        message.extend_from_slice(password);
        Ok(Self { message })
    }
}

impl Dialogue for Plain {
    fn initial(&mut self) -> Bytes {
        std::mem::take(&mut self.message)
    }

    fn respond(&mut self, _challenge: &[u8]) -> Result<Bytes, Error> {
        Err(Error::UnexpectedChallenge)
    }

    fn finish(&mut self, _success_data: Option<&[u8]>) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::credentials;
    use super::super::{Exchange, Mechanism};
    use super::*;

    #[test]
    fn rfc_4616_section_4() {
        let mut given = credentials("tim", "tanstaaftanstaaf");
        let mut exchange = Exchange::new(Mechanism::Plain, &given, None).unwrap();
        assert_eq!(
            exchange.initial().unwrap().as_slice(),
            b"\0tim\0tanstaaftanstaaf"
        );
        assert_eq!(exchange.respond(b"x"), Err(Error::UnexpectedChallenge));

        given = credentials("Kurt", "xipj3plmq");
        given.authzid = Some("Ursel".to_owned());
        let mut exchange = Exchange::new(Mechanism::Plain, &given, None).unwrap();
        assert_eq!(
            exchange.initial().unwrap().as_slice(),
            b"Ursel\0Kurt\0xipj3plmq"
        );
    }

    #[test]
    fn nul_is_refused() {
        for (user, password, name) in [("a\0b", "p", "user name"), ("u", "p\0", "password")] {
            assert_eq!(
                Exchange::new(Mechanism::Plain, &credentials(user, password), None).map(|_| ()),
                Err(Error::Unsendable(name))
            );
        }
    }
}
