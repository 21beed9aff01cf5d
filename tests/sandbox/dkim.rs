//! A signing server (RFC 6376, RFC 8463), written apart from what verifies: relaxed/relaxed, RSA or Ed25519.

use std::sync::OnceLock;

use data_encoding::BASE64;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sha::sha256;
use openssl::sign::Signer;

/// By which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    Rsa,
    Ed25519,
}

/// Who signs.
pub const DOMAIN: &str = "example.org";
const SIGNED: [&str; 4] = ["from", "to", "subject", "message-id"];

impl Signing {
    /// Where the key stands.
    pub fn name(self) -> String {
        format!("{}._domainkey.{DOMAIN}", self.selector())
    }

    fn selector(self) -> &'static str {
        match self {
            Signing::Rsa => "r1",
            Signing::Ed25519 => "e1",
        }
    }

    fn key(self) -> &'static PKey<Private> {
        static RSA: OnceLock<PKey<Private>> = OnceLock::new();
        static ED25519: OnceLock<PKey<Private>> = OnceLock::new();
        match self {
            Signing::Rsa => RSA.get_or_init(|| {
                PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key")
            }),
            Signing::Ed25519 => ED25519.get_or_init(|| PKey::generate_ed25519().expect("a key")),
        }
    }

    /// The TXT record.
    pub fn record(self) -> String {
        match self {
            Signing::Rsa => {
                let key = self.key().public_key_to_der().expect("its public half");
                format!("v=DKIM1; k=rsa; p={}", BASE64.encode(&key))
            }
            Signing::Ed25519 => {
                let key = self.key().raw_public_key().expect("its public half");
                format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(&key))
            }
        }
    }

    /// The field for a message.
    pub fn field(self, head: &str, content: &[u8]) -> String {
        let algorithm = match self {
            Signing::Rsa => "rsa-sha256",
            Signing::Ed25519 => "ed25519-sha256",
        };
        let value = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={DOMAIN};\r\n\ts={}; h={};\r\n\tbh={};\r\n\tb=",
            self.selector(),
            SIGNED.join(":"),
            BASE64.encode(&sha256(&body(content)))
        );
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let mut text = String::new();
        for name in SIGNED {
            let lines: Vec<&str> = unfolded.split("\r\n").collect();
            let line = lines.iter().rfind(|line| {
                line.split_once(':')
                    .is_some_and(|(one, _)| one.eq_ignore_ascii_case(name))
            });
            if let Some((_, value)) = line.and_then(|line| line.split_once(':')) {
                text.push_str(&format!("{name}:{}\r\n", squeezed(value)));
            }
        }
        text.push_str(&format!("dkim-signature:{}", squeezed(&value)));
        let signature = match self {
            Signing::Rsa => {
                let mut signer = Signer::new(MessageDigest::sha256(), self.key()).expect("RSA");
                signer.sign_oneshot_to_vec(text.as_bytes())
            }
            Signing::Ed25519 => {
                let mut signer = Signer::new_without_digest(self.key()).expect("Ed25519");
                signer.sign_oneshot_to_vec(&sha256(text.as_bytes()))
            }
        };
        let signature = BASE64.encode(&signature.expect("a signature"));
        let folded: Vec<&str> = signature
            .as_bytes()
            .chunks(64)
            .map(|part| std::str::from_utf8(part).expect("base64"))
            .collect();
        format!("DKIM-Signature: {value}{}\r\n", folded.join("\r\n\t"))
    }
}

/// White space in one blank, none at the ends.
fn squeezed(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn body(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut blank = false;
    for byte in content {
        match byte {
            b' ' | b'\t' => blank = true,
            b'\r' => blank = false,
            _ => {
                if blank {
                    out.push(b' ');
                }
                blank = false;
                if *byte == b'\n' {
                    out.push(b'\r');
                }
                out.push(*byte);
            }
        }
    }
    while out.ends_with(b"\r\n\r\n") {
        out.truncate(out.len() - 2);
    }
    out
}
