//! The server's side of SASL: PLAIN and LOGIN, CRAM-MD5 (RFC 2195), SCRAM-SHA-1/-256 and -PLUS with
//! tls-server-end-point (RFC 5802, 7677, 5929), XOAUTH2, OAUTHBEARER (RFC 7628), EXTERNAL (RFC 4422 A).
//! One account, strict about every byte of the client.

use data_encoding::{BASE64, HEXLOWER};
use openssl::hash::MessageDigest;
use openssl::memcmp;
use openssl::pkcs5::pbkdf2_hmac;
use openssl::pkey::PKey;
use openssl::sign::Signer;

use super::faults::Twist;
use super::{PASSWORD, TOKEN, USER};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    Plain,
    Login,
    CramMd5,
    ScramSha1,
    ScramSha256,
    ScramSha1Plus,
    ScramSha256Plus,
    Xoauth2,
    OauthBearer,
    External,
}

impl Mechanism {
    pub const ALL: [Mechanism; 10] = [
        Mechanism::Plain,
        Mechanism::Login,
        Mechanism::CramMd5,
        Mechanism::ScramSha1,
        Mechanism::ScramSha256,
        Mechanism::ScramSha1Plus,
        Mechanism::ScramSha256Plus,
        Mechanism::Xoauth2,
        Mechanism::OauthBearer,
        Mechanism::External,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::Login => "LOGIN",
            Mechanism::CramMd5 => "CRAM-MD5",
            Mechanism::ScramSha1 => "SCRAM-SHA-1",
            Mechanism::ScramSha256 => "SCRAM-SHA-256",
            Mechanism::ScramSha1Plus => "SCRAM-SHA-1-PLUS",
            Mechanism::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
            Mechanism::Xoauth2 => "XOAUTH2",
            Mechanism::OauthBearer => "OAUTHBEARER",
            Mechanism::External => "EXTERNAL",
        }
    }

    pub fn by_name(name: &str) -> Option<Mechanism> {
        Mechanism::ALL
            .into_iter()
            .find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
    }

    pub fn binds_channel(self) -> bool {
        matches!(self, Mechanism::ScramSha1Plus | Mechanism::ScramSha256Plus)
    }

    /// Sends the password itself (or a token as good as one).
    pub fn in_clear(self) -> bool {
        matches!(
            self,
            Mechanism::Plain | Mechanism::Login | Mechanism::Xoauth2 | Mechanism::OauthBearer
        )
    }

    fn digest(self) -> MessageDigest {
        match self {
            Mechanism::ScramSha1 | Mechanism::ScramSha1Plus => MessageDigest::sha1(),
            _ => MessageDigest::sha256(),
        }
    }
}

/// What the channel knows of itself.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// Hash of the server's certificate (RFC 5929); none without TLS.
    pub server_end_point: Option<Vec<u8>>,
    /// Common name in the client's certificate.
    pub client_name: Option<String>,
    /// A -PLUS mechanism was on offer.
    pub plus_offered: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// To be sent in base64.
    Challenge(Vec<u8>),
    Accepted,
    Rejected,
    /// The client broke the mechanism's rules.
    Malformed,
}

#[derive(Debug)]
enum State {
    Start,
    LoginPassword(Vec<u8>),
    CramAnswer(Vec<u8>),
    ScramProof {
        gs2: Vec<u8>,
        client_first_bare: Vec<u8>,
        server_first: Vec<u8>,
        nonce: String,
    },
    /// The client's empty answer to the last challenge, then this.
    Farewell(bool),
    Over,
}

#[derive(Debug)]
pub struct Exchange {
    pub mechanism: Mechanism,
    channel: Channel,
    twist: Option<Twist>,
    state: State,
    /// The user name that the client gave.
    pub user: String,
}

const ITERATIONS: usize = 4096;

impl Exchange {
    pub fn new(mechanism: Mechanism, channel: Channel, twist: Option<Twist>) -> Exchange {
        Exchange {
            mechanism,
            channel,
            twist,
            state: State::Start,
            user: String::new(),
        }
    }

    /// What to say when the client sent no initial response.
    pub fn opening(&mut self) -> Vec<u8> {
        match self.mechanism {
            Mechanism::Login => b"Username:".to_vec(),
            Mechanism::CramMd5 => {
                let challenge = format!("<{}@mail.example.test>", nonce()).into_bytes();
                self.state = State::CramAnswer(challenge.clone());
                challenge
            }
            _ => Vec::new(),
        }
    }

    /// True if the client may speak first (CRAM-MD5 has nothing that it could say).
    pub fn takes_initial_response(&self) -> bool {
        self.mechanism != Mechanism::CramMd5
    }

    pub fn step(&mut self, response: &[u8]) -> Step {
        if self.twist == Some(Twist::EndlessAuth) {
            return Step::Challenge(b"and another thing:".to_vec());
        }
        match std::mem::replace(&mut self.state, State::Over) {
            State::Start => self.first(response),
            State::LoginPassword(user) => self.check(&user, response),
            State::CramAnswer(challenge) => self.cram(&challenge, response),
            State::ScramProof {
                gs2,
                client_first_bare,
                server_first,
                nonce,
            } => self.scram_proof(response, &gs2, &client_first_bare, &server_first, &nonce),
            State::Farewell(good) => match (good, self.mechanism) {
                (true, _) if response.is_empty() => Step::Accepted,
                (false, Mechanism::OauthBearer) if response == b"\x01" => Step::Rejected,
                (false, Mechanism::Xoauth2) if response.is_empty() => Step::Rejected,
                _ => Step::Malformed,
            },
            State::Over => Step::Malformed,
        }
    }

    fn first(&mut self, response: &[u8]) -> Step {
        match self.mechanism {
            Mechanism::Plain => {
                let parts: Vec<&[u8]> = response.split(|byte| *byte == 0).collect();
                let [authzid, user, password] = parts[..] else {
                    return Step::Malformed;
                };
                if !authzid.is_empty() && authzid != user {
                    return Step::Rejected;
                }
                self.check(user, password)
            }
            Mechanism::Login => {
                self.state = State::LoginPassword(response.to_vec());
                Step::Challenge(b"Password:".to_vec())
            }
            // Only after its challenge.
            Mechanism::CramMd5 => Step::Malformed,
            Mechanism::Xoauth2 => self.bearer(response, None),
            Mechanism::OauthBearer => {
                let Some(end) = response.iter().position(|byte| *byte == 1) else {
                    return Step::Malformed;
                };
                let Some(header) = std::str::from_utf8(&response[..end]).ok() else {
                    return Step::Malformed;
                };
                let Some(name) = header
                    .strip_prefix("n,a=")
                    .and_then(|rest| rest.strip_suffix(','))
                else {
                    return Step::Malformed;
                };
                self.bearer(&response[end + 1..], Some(name))
            }
            Mechanism::External => {
                self.user = String::from_utf8_lossy(response).into_owned();
                match &self.channel.client_name {
                    Some(name) if response.is_empty() || response == name.as_bytes() => {
                        self.user = name.clone();
                        Step::Accepted
                    }
                    _ => Step::Rejected,
                }
            }
            _ => self.scram_first(response),
        }
    }

    fn check(&mut self, user: &[u8], password: &[u8]) -> Step {
        self.user = String::from_utf8_lossy(user).into_owned();
        let good = self.twist == Some(Twist::AnyLogin)
            || (user == USER.as_bytes() && password == PASSWORD.as_bytes());
        if good { Step::Accepted } else { Step::Rejected }
    }

    fn cram(&mut self, challenge: &[u8], response: &[u8]) -> Step {
        let Some(space) = response.iter().rposition(|byte| *byte == b' ') else {
            return Step::Malformed;
        };
        let (user, digest) = (&response[..space], &response[space + 1..]);
        self.user = String::from_utf8_lossy(user).into_owned();
        let right = HEXLOWER.encode(&hmac(MessageDigest::md5(), PASSWORD.as_bytes(), challenge));
        let good = self.twist == Some(Twist::AnyLogin)
            || (user == USER.as_bytes() && digest == right.as_bytes());
        if good { Step::Accepted } else { Step::Rejected }
    }

    /// `key=value` pairs, each closed by 0x01, and a last 0x01.
    fn bearer(&mut self, response: &[u8], name: Option<&str>) -> Step {
        let Some(pairs) = response.strip_suffix(b"\x01\x01") else {
            return Step::Malformed;
        };
        let mut user = name.map(str::to_owned);
        let mut token = None;
        for pair in pairs.split(|byte| *byte == 1) {
            let Ok(pair) = std::str::from_utf8(pair) else {
                return Step::Malformed;
            };
            match pair.split_once('=') {
                Some(("user", value)) if name.is_none() => user = Some(value.to_owned()),
                Some(("auth", value)) => token = value.strip_prefix("Bearer ").map(str::to_owned),
                Some(("host" | "port", _)) if name.is_some() => {}
                _ => return Step::Malformed,
            }
        }
        let (Some(user), Some(token)) = (user, token) else {
            return Step::Malformed;
        };
        self.user = user;
        if self.twist == Some(Twist::AnyLogin) || (self.user == USER && token == TOKEN) {
            return Step::Accepted;
        }
        self.state = State::Farewell(false);
        let error: &[u8] = if name.is_some() {
            br#"{"status":"invalid_token","scope":"mail","openid-configuration":"https://example.test/.well-known/openid-configuration"}"#
        } else {
            br#"{"status":"400","schemes":"Bearer","scope":"https://mail.example.test/"}"#
        };
        Step::Challenge(error.to_vec())
    }

    fn scram_first(&mut self, response: &[u8]) -> Step {
        let Ok(text) = std::str::from_utf8(response) else {
            return Step::Malformed;
        };
        let mut fields = text.splitn(3, ',');
        let (Some(flag), Some(authzid), Some(bare)) = (fields.next(), fields.next(), fields.next())
        else {
            return Step::Malformed;
        };
        let flag_fits = match flag {
            "n" => !self.mechanism.binds_channel(),
            // "I could, but you do not offer it": a lie, or somebody in between has cut the offer.
            "y" => !self.mechanism.binds_channel() && !self.channel.plus_offered,
            "p=tls-server-end-point" => self.mechanism.binds_channel(),
            _ => false,
        };
        if !flag_fits || !(authzid.is_empty() || authzid.starts_with("a=")) {
            return Step::Malformed;
        }
        let Some((user, client_nonce)) = bare
            .strip_prefix("n=")
            .and_then(|rest| rest.split_once(",r="))
        else {
            return Step::Malformed;
        };
        if client_nonce.len() < 8 || client_nonce.contains(',') {
            return Step::Malformed;
        }
        self.user = user.replace("=2C", ",").replace("=3D", "=");
        let start = if self.twist == Some(Twist::ForeignNonce) {
            ""
        } else {
            client_nonce
        };
        let nonce = format!("{start}{}", nonce());
        let salt = BASE64.encode(SALT);
        let iterations = match self.twist {
            Some(Twist::HugeIterations) => u32::MAX as usize,
            _ => ITERATIONS,
        };
        let server_first = format!("r={nonce},s={salt},i={iterations}").into_bytes();
        self.state = State::ScramProof {
            gs2: text.as_bytes()[..text.len() - bare.len()].to_vec(),
            client_first_bare: bare.as_bytes().to_vec(),
            server_first: server_first.clone(),
            nonce,
        };
        Step::Challenge(server_first)
    }

    fn scram_proof(
        &mut self,
        response: &[u8],
        gs2: &[u8],
        client_first_bare: &[u8],
        server_first: &[u8],
        nonce: &str,
    ) -> Step {
        let Ok(text) = std::str::from_utf8(response) else {
            return Step::Malformed;
        };
        let Some((without_proof, proof)) = text.rsplit_once(",p=") else {
            return Step::Malformed;
        };
        let Some((binding, their_nonce)) = without_proof
            .strip_prefix("c=")
            .and_then(|rest| rest.split_once(",r="))
        else {
            return Step::Malformed;
        };
        let mut wanted_binding = gs2.to_vec();
        if self.mechanism.binds_channel() {
            wanted_binding.extend(self.channel.server_end_point.as_deref().unwrap_or_default());
        }
        if binding != BASE64.encode(&wanted_binding) || their_nonce != nonce {
            return Step::Rejected;
        }
        let Ok(proof) = BASE64.decode(proof.as_bytes()) else {
            return Step::Malformed;
        };

        let digest = self.mechanism.digest();
        let mut salted = vec![0; digest.size()];
        pbkdf2_hmac(PASSWORD.as_bytes(), SALT, ITERATIONS, digest, &mut salted).expect("PBKDF2");
        let client_key = hmac(digest, &salted, b"Client Key");
        let stored_key = openssl::hash::hash(digest, &client_key).expect("a digest");
        let message = [client_first_bare, server_first, without_proof.as_bytes()].join(&b',');
        let signature = hmac(digest, &stored_key, &message);
        let right: Vec<u8> = client_key
            .iter()
            .zip(&signature)
            .map(|(key, mask)| key ^ mask)
            .collect();
        let proven = proof.len() == right.len() && memcmp::eq(&proof, &right);
        if self.twist != Some(Twist::AnyLogin) && !(proven && self.user == USER) {
            return Step::Rejected;
        }
        if self.twist == Some(Twist::NoServerSignature) {
            return Step::Accepted;
        }
        let server_key = hmac(digest, &salted, b"Server Key");
        let mut server_signature = hmac(digest, &server_key, &message);
        if self.twist == Some(Twist::WrongServerSignature) {
            server_signature[0] ^= 1;
        }
        self.state = State::Farewell(true);
        Step::Challenge(format!("v={}", BASE64.encode(&server_signature)).into_bytes())
    }
}

const SALT: &[u8] = b"sandbox salt";

pub fn hmac(digest: MessageDigest, key: &[u8], data: &[u8]) -> Vec<u8> {
    let key = PKey::hmac(key).expect("an HMAC key");
    let mut signer = Signer::new(digest, &key).expect("an HMAC");
    signer.sign_oneshot_to_vec(data).expect("an HMAC")
}

/// Not to be guessed, and printable.
pub fn nonce() -> String {
    let mut bytes = [0; 18];
    openssl::rand::rand_bytes(&mut bytes).expect("random bytes");
    BASE64.encode(&bytes)
}
