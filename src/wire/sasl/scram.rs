//! SCRAM (RFC 5802, RFC 7677): both sides prove that they know the password, neither shows it.
//!
//! Channel binding is `tls-server-end-point` (RFC 5929 §4). Refused: a nonce that does not extend ours, mandatory
//! extensions (`m=`), an empty or huge salt, an iteration count that only burns time, and success without the right
//! server signature. A count below the minimum of RFC 7677 §4 is a [note](Dialogue::note), as small servers have it.

use data_encoding::BASE64;
use openssl::hash::{MessageDigest, hash};
use openssl::pkcs5::pbkdf2_hmac;
use zeroize::Zeroizing;

use super::{Bytes, Credentials, Dialogue, Error, Mechanism, prepare};

/// RFC 7677 §4: "at least 4096".
const ITERATIONS_ADVISED: u64 = 4096;
/// Two seconds of one core; ten times what careful servers ask.
const ITERATIONS_LIMIT: u64 = 5_000_000;
/// Salts are 16 to 64 bytes.
const SALT_LIMIT: usize = 1024;
/// What is shown of a server's error at most.
const SHOWN: usize = 100;

pub(super) struct Scram {
    digest: MessageDigest,
    password: Bytes,
    nonce: String,
    gs2_header: String,
    /// The gs2 header and the channel binding, as `c=` carries them.
    binding: Vec<u8>,
    client_first_bare: String,
    step: Step,
    error: Option<String>,
    note: Option<String>,
}

enum Step {
    /// Waits for the server's nonce, salt and count.
    First,
    /// Waits for the server's proof, which must be this.
    Final(Bytes),
    /// The server has proven itself.
    Verified,
    /// The server has reported an error.
    Failed,
}

impl Scram {
    pub(super) fn new(
        mechanism: Mechanism,
        credentials: &Credentials,
        channel_binding: Option<&[u8]>,
        nonce: &str,
    ) -> Result<Self, Error> {
        let digest = match mechanism {
            Mechanism::ScramSha256 | Mechanism::ScramSha256Plus => MessageDigest::sha256(),
            _ => MessageDigest::sha1(),
        };
        let password = prepare::saslprep(credentials.password()?, "password")?;
        let flag = match (mechanism.binds_channel(), channel_binding) {
            (true, None) => return Err(Error::Missing("channel binding")),
            (true, Some(_)) => "p=tls-server-end-point",
            (false, Some(_)) => "y",
            (false, None) => "n",
        };
        let authzid = match &credentials.authzid {
            Some(name) => format!("a={}", name_for_scram(name, "authorization identity")?),
            None => String::new(),
        };
        let gs2_header = format!("{flag},{authzid},");
        let mut binding = gs2_header.clone().into_bytes();
        if mechanism.binds_channel() {
            binding.extend_from_slice(channel_binding.unwrap_or_default());
        }
        let user = name_for_scram(&credentials.user, "user name")?;
        Ok(Self {
            digest,
            password,
            nonce: nonce.to_owned(),
            gs2_header,
            binding,
            client_first_bare: format!("n={user},r={nonce}"),
            step: Step::First,
            error: None,
            note: None,
        })
    }

    /// The client's proof, and the server's signature to expect.
    fn answer(&mut self, challenge: &[u8]) -> Result<(Bytes, Bytes), Error> {
        let first = ServerFirst::parse(challenge)?;
        // RFC 5802 §5.1: the client must verify that its nonce is the start, and the server must have added to it.
        match first.nonce.strip_prefix(&self.nonce) {
            Some(added) if !added.is_empty() => {}
            _ => return Err(Error::NonceMismatch),
        }
        if first.iterations < ITERATIONS_ADVISED {
            self.note = Some(format!(
                "the server asks for only {} iterations (RFC 7677 advises {ITERATIONS_ADVISED})",
                first.iterations
            ));
        }
        let without_proof = format!("c={},r={}", BASE64.encode(&self.binding), first.nonce);
        let auth_message = format!("{},{},{without_proof}", self.client_first_bare, first.text);
        self.prove(&first, &without_proof, auth_message.as_bytes())
            .ok_or(Error::Crypto("SCRAM"))
    }

    /// RFC 5802 §3.
    fn prove(
        &self,
        first: &ServerFirst<'_>,
        without_proof: &str,
        auth_message: &[u8],
    ) -> Option<(Bytes, Bytes)> {
        let mut salted = Zeroizing::new(vec![0; self.digest.size()]);
        let count = usize::try_from(first.iterations).ok()?;
        pbkdf2_hmac(&self.password, &first.salt, count, self.digest, &mut salted).ok()?;
        let client_key = prepare::hmac(self.digest, &salted, b"Client Key")?;
        let stored_key = hash(self.digest, &client_key).ok()?;
        let client_signature = prepare::hmac(self.digest, &stored_key, auth_message)?;
        let proof: Bytes = Zeroizing::new(
            client_key
                .iter()
                .zip(client_signature.iter())
                .map(|(key, signature)| key ^ signature)
                .collect(),
        );
        let server_key = prepare::hmac(self.digest, &salted, b"Server Key")?;
        let server_signature = prepare::hmac(self.digest, &server_key, auth_message)?;
        let message = format!("{without_proof},p={}", BASE64.encode(&proof));
        Some((Zeroizing::new(message.into_bytes()), server_signature))
    }

    /// Takes the server's last message, wherever the protocol carried it.
    fn check(&mut self, message: &[u8]) -> Result<(), Error> {
        if self.take_error(message) {
            return Ok(());
        }
        let Step::Final(expected) = &self.step else {
            return Err(Error::UnexpectedChallenge);
        };
        let signature = attributes(message)
            .next()
            .and_then(|field| field.strip_prefix(b"v="))
            .and_then(|text| BASE64.decode(text).ok())
            .ok_or(Error::Malformed("no server signature"))?;
        // The comparison of openssl wants equal lengths.
        if signature.len() != expected.len() || !openssl::memcmp::eq(&signature, expected) {
            return Err(Error::ServerSignatureWrong);
        }
        self.step = Step::Verified;
        Ok(())
    }

    /// `e=`: defined for the last message, sent by some servers instead of the first as well.
    fn take_error(&mut self, message: &[u8]) -> bool {
        let Some(text) = message.strip_prefix(b"e=") else {
            return false;
        };
        let text = text.split(|byte| *byte == b',').next().unwrap_or_default();
        self.error = Some(
            String::from_utf8_lossy(text)
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(SHOWN)
                .collect(),
        );
        self.step = Step::Failed;
        true
    }
}

fn name_for_scram(name: &str, what: &'static str) -> Result<String, Error> {
    let prepared = prepare::saslprep(name.as_bytes(), what)?;
    Ok(prepare::saslname(&String::from_utf8_lossy(&prepared)))
}

impl Dialogue for Scram {
    fn initial(&mut self) -> Bytes {
        Zeroizing::new(format!("{}{}", self.gs2_header, self.client_first_bare).into_bytes())
    }

    fn respond(&mut self, challenge: &[u8]) -> Result<Bytes, Error> {
        match self.step {
            Step::First => {
                if self.take_error(challenge) {
                    return Ok(Bytes::default());
                }
                let (message, expected) = self.answer(challenge)?;
                self.step = Step::Final(expected);
                Ok(message)
            }
            // SMTP, IMAP and POP3 carry the last message as one more challenge, to be answered by nothing.
            Step::Final(_) => self.check(challenge).map(|()| Bytes::default()),
            Step::Verified | Step::Failed => Err(Error::UnexpectedChallenge),
        }
    }

    fn finish(&mut self, success_data: Option<&[u8]>) -> Result<(), Error> {
        if let (Step::Final(_), Some(data)) = (&self.step, success_data) {
            self.check(data)?;
        }
        match (&self.step, &self.error) {
            (_, Some(error)) => Err(Error::SuccessAfterError(error.clone())),
            (Step::First, None) => Err(Error::SuccessTooEarly),
            (Step::Verified, None) => Ok(()),
            (Step::Final(_) | Step::Failed, None) => Err(Error::ServerNotVerified),
        }
    }

    fn server_error(&self) -> Option<String> {
        self.error.clone()
    }

    fn note(&self) -> Option<String> {
        self.note.clone()
    }
}

/// `r=...,s=...,i=...`
struct ServerFirst<'a> {
    text: &'a str,
    nonce: &'a str,
    salt: Vec<u8>,
    iterations: u64,
}

impl<'a> ServerFirst<'a> {
    fn parse(message: &'a [u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(message).map_err(|_| Error::Malformed("not UTF-8"))?;
        let mut fields = text.split(',');
        let mut field = |name: &str, missing| {
            fields
                .next()
                .and_then(|field| field.strip_prefix(name))
                .ok_or(Error::Malformed(missing))
        };
        if text.starts_with("m=") {
            return Err(Error::Malformed("it demands an unknown extension"));
        }
        let nonce = field("r=", "no nonce")?;
        let salt = BASE64
            .decode(field("s=", "no salt")?.as_bytes())
            .map_err(|_| Error::Malformed("the salt is not valid base64"))?;
        if salt.is_empty() || salt.len() > SALT_LIMIT {
            return Err(Error::Malformed("the salt is empty or too long"));
        }
        let count = field("i=", "no iteration count")?;
        if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::Malformed("the iteration count is not a number"));
        }
        // What does not fit is as absurd as the largest that does.
        let iterations = count.parse().unwrap_or(u64::MAX);
        match iterations {
            0 => Err(Error::Malformed("the iteration count is zero")),
            1..=ITERATIONS_LIMIT => Ok(Self {
                text,
                nonce,
                salt,
                iterations,
            }),
            _ => Err(Error::TooManyIterations(iterations)),
        }
    }
}

fn attributes(message: &[u8]) -> impl Iterator<Item = &[u8]> {
    message.split(|byte| *byte == b',')
}

#[cfg(test)]
mod tests;
