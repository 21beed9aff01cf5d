//! The client's half of the mechanisms, written apart from the server's.

use data_encoding::{BASE64, HEXLOWER};
use openssl::hash::MessageDigest;

use crate::sandbox::sasl::hmac;
use crate::sandbox::{Mechanism, PASSWORD, TOKEN, USER};

const BARE: &str = "n=probe,r=abcdefgh12345678";

/// Answers the challenges of one login.
#[derive(Debug)]
pub struct Responder {
    pub mechanism: Mechanism,
    pub password: &'static str,
    /// `n,,` `y,,` `p=tls-server-end-point,,`
    pub gs2: &'static str,
    pub binding: Vec<u8>,
    pub round: usize,
    /// What the server has to prove.
    pub expected: Option<Vec<u8>>,
    /// The server's proof was right.
    pub proven: bool,
}

impl Responder {
    pub fn new(mechanism: Mechanism) -> Responder {
        let (gs2, binding) = ("n,,", Vec::new());
        Responder {
            mechanism,
            password: PASSWORD,
            gs2,
            binding,
            round: 0,
            expected: None,
            proven: false,
        }
    }

    fn digest(&self) -> MessageDigest {
        match self.mechanism {
            Mechanism::ScramSha1 | Mechanism::ScramSha1Plus => MessageDigest::sha1(),
            _ => MessageDigest::sha256(),
        }
    }

    pub fn initial(&self) -> Option<String> {
        let text = match self.mechanism {
            Mechanism::Plain => format!("\0{USER}\0{}", self.password),
            Mechanism::Login | Mechanism::CramMd5 => return None,
            Mechanism::Xoauth2 => format!("user={USER}\x01auth=Bearer {TOKEN}\x01\x01"),
            Mechanism::OauthBearer => format!("n,a={USER},\x01auth=Bearer {TOKEN}\x01\x01"),
            Mechanism::External => return Some("=".to_owned()),
            _ => format!("{}{BARE}", self.gs2),
        };
        Some(BASE64.encode(text.as_bytes()))
    }

    /// The answer to a challenge, both without base64.
    pub fn answer(&mut self, challenge: &[u8]) -> Vec<u8> {
        self.round += 1;
        match self.mechanism {
            Mechanism::Login if self.round == 1 => USER.into(),
            Mechanism::Login => self.password.into(),
            Mechanism::CramMd5 => {
                let digest = hmac(MessageDigest::md5(), self.password.as_bytes(), challenge);
                format!("{USER} {}", HEXLOWER.encode(&digest)).into()
            }
            _ if self.round == 1 => self.proof(challenge).unwrap_or_else(|| b"*".to_vec()),
            _ => {
                let server = challenge
                    .strip_prefix(b"v=")
                    .and_then(|text| BASE64.decode(text).ok());
                self.proven = server.is_some() && server == self.expected;
                Vec::new()
            }
        }
    }

    fn proof(&mut self, challenge: &[u8]) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(challenge).ok()?;
        let field = |name: &str| text.split(',').find_map(|field| field.strip_prefix(name));
        let (nonce, salt) = (field("r=")?, BASE64.decode(field("s=")?.as_bytes()).ok()?);
        let rounds: usize = field("i=")?
            .parse()
            .ok()
            .filter(|rounds| *rounds <= 100_000)?;
        let digest = self.digest();
        let mut salted = vec![0; digest.size()];
        openssl::pkcs5::pbkdf2_hmac(self.password.as_bytes(), &salt, rounds, digest, &mut salted)
            .ok()?;
        let client_key = hmac(digest, &salted, b"Client Key");
        let stored = openssl::hash::hash(digest, &client_key).ok()?;
        let channel = BASE64.encode(&[self.gs2.as_bytes(), &self.binding].concat());
        let message = format!("{BARE},{text},c={channel},r={nonce}");
        let mask = hmac(digest, &stored, message.as_bytes());
        let proof: Vec<u8> = client_key
            .iter()
            .zip(mask)
            .map(|(key, mask)| key ^ mask)
            .collect();
        self.expected = Some(hmac(
            digest,
            &hmac(digest, &salted, b"Server Key"),
            message.as_bytes(),
        ));
        Some(format!("c={channel},r={nonce},p={}", BASE64.encode(&proof)).into())
    }
}
