//! SASL, the client's side (RFC 4422): one exchange from the first message to the proof that the server knew the secret too.
//!
//! An [`Exchange`] takes decoded challenges and gives raw responses; base64 is done by [`encode`], [`encode_initial`]
//! and [`decode`], so that SMTP (RFC 4954), IMAP (RFC 3501 §6.2.2, RFC 4959) and POP3 (RFC 5034) share it.
//!
//! Refused: control characters in names and secrets, success before we sent any proof ([`Error::SuccessTooEarly`]), and
//! success of a SCRAM server that did not prove itself ([`Error::ServerNotVerified`]). On any error the caller cancels
//! the exchange with a line of `*`.
//!
//! ```text
//! let mut exchange = Exchange::new(mechanism, &credentials, binding)?;
//! with an initial response on offer:  AUTH name encode_initial(exchange.initial())
//! each challenge:                     encode(exchange.respond(&decode(challenge)?)?)
//! success:                            exchange.finish(None)?
//! failure:                            exchange.server_error()
//! ```

mod cram_md5;
mod external;
mod login;
mod mechanism;
mod oauth;
mod plain;
mod prepare;
mod scram;

use std::fmt;

use data_encoding::BASE64;
use zeroize::Zeroizing;

use crate::secret::Secret;

pub use mechanism::{Kinds, Mechanism, UnknownMechanism};

/// Bytes that may hold a secret; wiped on drop.
pub type Bytes = Zeroizing<Vec<u8>>;

/// Who logs in, where, and with what.
pub struct Credentials {
    /// The user whose secret it is.
    pub user: String,
    /// The user to act as, where that is somebody else.
    pub authzid: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// The OAuth 2.0 access token.
    pub token: Option<Secret>,
    /// The host name as the user gave it (OAUTHBEARER tells it to the server).
    pub host: String,
    /// The port (likewise).
    pub port: u16,
}

impl Credentials {
    /// Which secrets there are. EXTERNAL is never among them: it must be asked for.
    pub fn kinds(&self) -> Kinds {
        Kinds {
            password: self.password.is_some(),
            token: self.token.is_some(),
            external: false,
        }
    }

    fn password(&self) -> Result<&[u8], Error> {
        self.password
            .as_ref()
            .map(Secret::expose)
            .ok_or(Error::Missing("password"))
    }

    fn token(&self) -> Result<&[u8], Error> {
        self.token
            .as_ref()
            .map(Secret::expose)
            .ok_or(Error::Missing("token"))
    }
}

/// Why an exchange cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The mechanism needs something that was not given.
    #[error("no {0} was given")]
    Missing(&'static str),
    /// A name or secret holds a byte that the mechanism cannot carry.
    #[error("the {0} holds a character that the mechanism cannot carry")]
    Unsendable(&'static str),
    /// A challenge that is not base64.
    #[error("the challenge is not valid base64")]
    NotBase64,
    /// A challenge that the mechanism does not know at this point.
    #[error("the server sent a challenge where none is due")]
    UnexpectedChallenge,
    /// A challenge that cannot be understood.
    #[error("the challenge is malformed: {0}")]
    Malformed(&'static str),
    /// The server's nonce is not an extension of ours: an answer to somebody else, or a replay.
    #[error("the server's nonce does not extend ours")]
    NonceMismatch,
    /// An iteration count that would only burn our time.
    #[error("the server demands {0} iterations")]
    TooManyIterations(u64),
    /// Success before the server proved that it knows the secret.
    #[error("the server claims success without proving that it knows the password")]
    ServerNotVerified,
    /// The server's proof is wrong: it does not know the secret.
    #[error("the server's signature is wrong: it does not know the password")]
    ServerSignatureWrong,
    /// Success before we sent a proof of our own.
    #[error("the server claims success before it saw any credentials")]
    SuccessTooEarly,
    /// Success after the server itself had reported an error.
    #[error("the server claims success after it reported: {0}")]
    SuccessAfterError(String),
    /// The TLS library does not do this digest (FIPS mode and MD5) or has no randomness.
    #[error("the TLS library cannot do {0}")]
    Crypto(&'static str),
}

impl Error {
    /// Is it on our side: something that was given, or not given, to log in with?
    pub fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::Missing(_) | Self::Unsendable(_) | Self::Crypto(_)
        )
    }
}

/// What each mechanism does with what it hears. The base64 and the order of the first message are not its business.
trait Dialogue {
    /// The client's first message; asked for once, and only from mechanisms in which the client speaks first.
    fn initial(&mut self) -> Bytes {
        Bytes::default()
    }
    /// The answer to a challenge.
    fn respond(&mut self, challenge: &[u8]) -> Result<Bytes, Error>;
    /// Whether success may be believed.
    fn finish(&mut self, success_data: Option<&[u8]>) -> Result<(), Error>;
    /// What the server said is wrong, in words.
    fn server_error(&self) -> Option<String> {
        None
    }
    /// Something odd that is not an error.
    fn note(&self) -> Option<String> {
        None
    }
}

/// One authentication.
pub struct Exchange {
    mechanism: Mechanism,
    dialogue: Box<dyn Dialogue + Send>,
    opened: bool,
}

impl Exchange {
    /// Prepares the exchange.
    ///
    /// `channel_binding` is the `tls-server-end-point` value (RFC 5929 §4). A `-PLUS` mechanism needs it. To SCRAM
    /// without `-PLUS` it means "we could, and you did not offer it" (gs2 flag `y`), by which the server notices that
    /// somebody removed the offer: pass `None` there when the server did offer `-PLUS`.
    pub fn new(
        mechanism: Mechanism,
        credentials: &Credentials,
        channel_binding: Option<&[u8]>,
    ) -> Result<Self, Error> {
        let mut random = [0_u8; 18];
        openssl::rand::rand_bytes(&mut random).map_err(|_| Error::Crypto("random numbers"))?;
        Self::with_nonce(
            mechanism,
            credentials,
            channel_binding,
            &BASE64.encode(&random),
        )
    }

    /// The same with a client nonce of the caller's choice: for test vectors only.
    pub fn with_nonce(
        mechanism: Mechanism,
        credentials: &Credentials,
        channel_binding: Option<&[u8]>,
        nonce: &str,
    ) -> Result<Self, Error> {
        let dialogue: Box<dyn Dialogue + Send> = match mechanism {
            Mechanism::Plain => Box::new(plain::Plain::new(credentials)?),
            Mechanism::Login => Box::new(login::Login::new(credentials)?),
            Mechanism::CramMd5 => Box::new(cram_md5::CramMd5::new(credentials)?),
            Mechanism::External => Box::new(external::External::new(credentials)?),
            Mechanism::Xoauth2 => Box::new(oauth::Bearer::xoauth2(credentials)?),
            Mechanism::Oauthbearer => Box::new(oauth::Bearer::oauthbearer(credentials)?),
            Mechanism::ScramSha1
            | Mechanism::ScramSha1Plus
            | Mechanism::ScramSha256
            | Mechanism::ScramSha256Plus => Box::new(scram::Scram::new(
                mechanism,
                credentials,
                channel_binding,
                nonce,
            )?),
        };
        Ok(Self {
            mechanism,
            dialogue,
            opened: false,
        })
    }

    /// Which mechanism this is.
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// The initial response, to be sent along with the command where the protocol offers that; `None` if the server
    /// speaks first. Where it is not sent along, it is what [`respond`](Self::respond) gives to the first challenge.
    pub fn initial(&mut self) -> Option<Bytes> {
        if self.opened || !self.mechanism.client_first() {
            return None;
        }
        self.opened = true;
        Some(self.dialogue.initial())
    }

    /// The answer to a decoded challenge.
    ///
    /// The challenge that only invites a client-first mechanism to begin should be empty; what stands in it is ignored,
    /// as mail clients do.
    pub fn respond(&mut self, challenge: &[u8]) -> Result<Bytes, Error> {
        match self.initial() {
            Some(initial) => Ok(initial),
            None => self.dialogue.respond(challenge),
        }
    }

    /// To be called when the server reports success, with its additional data where the protocol has such a thing.
    pub fn finish(&mut self, success_data: Option<&[u8]>) -> Result<(), Error> {
        if let Some(error) = self.server_error() {
            return Err(Error::SuccessAfterError(error));
        }
        if self.mechanism.client_first() && !self.opened {
            return Err(Error::SuccessTooEarly);
        }
        self.dialogue.finish(success_data)
    }

    /// What the server said is wrong, in words: the JSON of the OAuth mechanisms, the `e=` of SCRAM.
    pub fn server_error(&self) -> Option<String> {
        self.dialogue.server_error()
    }

    /// Something odd that is not an error, such as a SCRAM iteration count below the minimum.
    pub fn note(&self) -> Option<String> {
        self.dialogue.note()
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("mechanism", &self.mechanism)
            .finish_non_exhaustive()
    }
}

/// A response as it goes onto its line; the base64 of a secret is a secret.
pub fn encode(response: &[u8]) -> Bytes {
    let mut out = Zeroizing::new(vec![0; BASE64.encode_len(response.len())]);
    BASE64.encode_mut(response, &mut out);
    out
}

/// An initial response as it goes behind the command: one of zero length is written `=` (RFC 4954 §4, RFC 4959 §3,
/// RFC 5034 §4).
pub fn encode_initial(response: &[u8]) -> Bytes {
    if response.is_empty() {
        Zeroizing::new(b"=".to_vec())
    } else {
        encode(response)
    }
}

/// A challenge as it came, without the `334 ` or `+ ` and the line end; blanks around it are ignored.
pub fn decode(challenge: &[u8]) -> Result<Bytes, Error> {
    match challenge.trim_ascii() {
        // POP3 and some SMTP servers write an empty challenge as they write an empty initial response.
        b"=" => Ok(Bytes::default()),
        text => BASE64
            .decode(text)
            .map(Zeroizing::new)
            .map_err(|_| Error::NotBase64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(super) fn credentials(user: &str, password: &str) -> Credentials {
        Credentials {
            user: user.to_owned(),
            authzid: None,
            password: Some(Secret::new(password.as_bytes().to_vec())),
            token: Some(Secret::new(b"a-token".to_vec())),
            host: "mail.example.org".to_owned(),
            port: 143,
        }
    }

    #[test]
    fn base64_of_the_protocols() {
        assert_eq!(encode(b"\0u\0p").as_slice(), b"AHUAcA==");
        assert_eq!(encode(b"").as_slice(), b"");
        assert_eq!(encode_initial(b"").as_slice(), b"=");
        assert_eq!(decode(b" PDE4OTY+ ").unwrap().as_slice(), b"<1896>");
        assert_eq!(decode(b"").unwrap().as_slice(), b"");
        assert_eq!(decode(b"=").unwrap().as_slice(), b"");
        assert_eq!(decode(b"not base64!"), Err(Error::NotBase64));
        assert_eq!(decode(b"PDE4OTY"), Err(Error::NotBase64));
    }

    #[test]
    fn success_before_any_proof_is_not_believed() {
        for mechanism in Mechanism::ALL {
            let mut exchange =
                Exchange::new(mechanism, &credentials("u", "p"), Some(b"x")).unwrap();
            assert_eq!(
                exchange.finish(None),
                Err(Error::SuccessTooEarly),
                "{mechanism}"
            );
        }
    }

    #[test]
    fn an_initial_response_not_sent_along_answers_the_first_challenge() {
        let mut exchange = Exchange::new(Mechanism::Plain, &credentials("u", "p"), None).unwrap();
        assert_eq!(exchange.respond(b"").unwrap().as_slice(), b"\0u\0p");
        assert_eq!(exchange.finish(None), Ok(()));
    }

    #[test]
    fn debug_tells_no_secret() {
        let exchange = Exchange::new(Mechanism::Plain, &credentials("u", "hush"), None).unwrap();
        assert_eq!(format!("{exchange:?}"), "Exchange { mechanism: Plain, .. }");
    }

    #[test]
    fn a_missing_secret_is_said_before_anything_is_sent() {
        let mut bare = credentials("u", "p");
        bare.password = None;
        bare.token = None;
        for mechanism in Mechanism::ALL {
            let outcome = Exchange::new(mechanism, &bare, None).map(|_| ());
            match mechanism {
                Mechanism::External => assert_eq!(outcome, Ok(())),
                Mechanism::Xoauth2 | Mechanism::Oauthbearer => {
                    assert_eq!(outcome, Err(Error::Missing("token")));
                }
                _ => assert_eq!(outcome, Err(Error::Missing("password"))),
            }
        }
    }

    proptest! {
        #[test]
        fn no_challenge_panics(challenges in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..5)) {
            for mechanism in Mechanism::ALL {
                let mut exchange = Exchange::new(mechanism, &credentials("u", "p"), Some(b"x")).unwrap();
                for challenge in &challenges {
                    let _ = exchange.respond(challenge);
                    let _ = exchange.server_error();
                }
                let _ = exchange.finish(challenges.first().map(Vec::as_slice));
            }
        }
    }
}
