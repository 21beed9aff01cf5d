//! EXTERNAL (RFC 4422 appendix A): the TLS client certificate is the proof; the message only says whom to act as. A user
//! that was named is named to the server, so that a login is never claimed for somebody whom the certificate does not
//! speak for.

use super::{Bytes, Credentials, Dialogue, Error};

pub(super) struct External {
    authzid: String,
}

impl External {
    pub(super) fn new(credentials: &Credentials) -> Result<Self, Error> {
        let authzid = credentials
            .authzid
            .clone()
            .unwrap_or_else(|| credentials.user.clone());
        if authzid.contains('\0') {
            return Err(Error::Unsendable("authorization identity"));
        }
        Ok(Self { authzid })
    }
}

impl Dialogue for External {
    fn initial(&mut self) -> Bytes {
        Bytes::new(self.authzid.clone().into_bytes())
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
    use super::super::{Exchange, Mechanism, encode_initial};

    /// RFC 4422 A.1 and A.2.
    #[test]
    fn with_and_without_somebody_to_act_as() {
        let mut given = credentials("", "");
        let mut exchange = Exchange::new(Mechanism::External, &given, None).unwrap();
        assert_eq!(
            encode_initial(&exchange.initial().unwrap()).as_slice(),
            b"="
        );
        assert_eq!(exchange.finish(None), Ok(()));

        given.user = "fred".to_owned();
        let mut exchange = Exchange::new(Mechanism::External, &given, None).unwrap();
        assert_eq!(exchange.initial().unwrap().as_slice(), b"fred");

        given.authzid = Some("fred@example.com".to_owned());
        let mut exchange = Exchange::new(Mechanism::External, &given, None).unwrap();
        assert_eq!(exchange.initial().unwrap().as_slice(), b"fred@example.com");
    }
}
