//! The message that a round trip sends (RFC 5322, 2045 to 2047, 3834), and what of it must arrive.
//!
//! It bears its token in a field of its own, in the Message-ID and in its text, and says in every way that
//! servers look for that no answer is wanted. What it holds beside that is the [`Payload`].

pub mod payload;

use data_encoding::BASE64_MIME;
use mail_parser::DateTime;

use super::token::Token;
pub use payload::Payload;

/// The field with the token.
pub const FIELD: &str = "X-Mailprobe-Token";
/// The field with text of other scripts (payload `utf8`).
pub const TEXT_FIELD: &str = "X-Mailprobe-Text";

/// The field with the digest of the parts: a later run knows by it whether it would write the same.
pub const DIGEST_FIELD: &str = "X-Mailprobe-Digest";

/// What is written.
#[derive(Clone, Debug)]
pub struct Draft {
    /// From, and Reply-To by that.
    pub from: String,
    /// To.
    pub to: String,
    /// Subject; may hold any script.
    pub subject: String,
    /// Fields on top: name and value.
    pub fields: Vec<(String, String)>,
    /// What it holds.
    pub payload: Payload,
    /// How many bytes it shall have at least.
    pub size: usize,
}

/// A message, and what of it must arrive.
#[derive(Clone, Debug)]
pub struct Written {
    /// The message, with CRLF line ends.
    pub bytes: Vec<u8>,
    /// Does its body have bytes beyond ASCII?
    pub eight_bit: bool,
    /// The bodies of its parts, decoded.
    pub parts: Vec<Vec<u8>>,
    /// The digest of the parts, without the token.
    pub digest: String,
    /// The text of [`TEXT_FIELD`], if it has one.
    pub text: Option<&'static str>,
    /// Its subject.
    pub subject: String,
}

impl Draft {
    /// Writes it. `eight_bit`: the server takes bytes beyond ASCII as they are; otherwise they are encoded.
    #[must_use]
    pub fn write(&self, token: &Token, eight_bit: bool) -> Written {
        let domain = self
            .from
            .rsplit_once('@')
            .map_or("mailprobe.invalid", |(_, domain)| domain);
        let mut head = String::new();
        let mut field = |name: &str, value: &str| {
            let value = value.replace(['\r', '\n', '\0'], " ");
            head.push_str(&format!("{name}: {value}\r\n"));
        };
        field("From", &format!("<{}>", self.from));
        field("To", &format!("<{}>", self.to));
        field("Subject", &encoded_words(&self.subject));
        field("Date", &DateTime::from_timestamp(token.sent).to_rfc822());
        field("Message-ID", &format!("<{token}@{domain}>"));
        field(FIELD, token.text());
        let digest = self.digest();
        field(DIGEST_FIELD, &digest);
        field("Auto-Submitted", "auto-generated");
        field("X-Auto-Response-Suppress", "All");
        field("Precedence", "bulk");
        let text = self.payload.utf8.then_some(payload::SCRIPTS);
        if let Some(text) = text {
            field(TEXT_FIELD, &encoded_words(text));
        }
        for (name, value) in &self.fields {
            field(name, value);
        }
        field("MIME-Version", "1.0");

        let attachment = self.payload.attachment(self.size);
        // The test file of virus scanners has its own length.
        let padding = if self.payload.attachment {
            0
        } else {
            self.size
        };
        let body = self.payload.text(token, padding);
        let beyond = !body.is_ascii();
        let (encoding, encoded) = if beyond && !eight_bit {
            ("base64", BASE64_MIME.encode(&body).into_bytes())
        } else if beyond {
            ("8bit", body.clone())
        } else {
            ("7bit", body.clone())
        };
        let text_head = format!(
            "Content-Type: text/plain; charset={}\r\nContent-Transfer-Encoding: {encoding}\r\n",
            if beyond { "utf-8" } else { "us-ascii" }
        );
        let mut bytes = head.into_bytes();
        let mut parts = vec![body];
        match attachment {
            None => {
                bytes.extend_from_slice(text_head.as_bytes());
                bytes.extend_from_slice(b"\r\n");
                bytes.extend_from_slice(&encoded);
            }
            Some(file) => {
                let boundary = format!("=_{}", token.text());
                bytes.extend_from_slice(
                    format!(
                        "Content-Type: multipart/mixed;\r\n\tboundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n{text_head}\r\n"
                    )
                    .as_bytes(),
                );
                bytes.extend_from_slice(&encoded);
                bytes.extend_from_slice(
                    format!(
                        "\r\n--{boundary}\r\nContent-Type: application/octet-stream; name=\"{0}\"\r\n\
                         Content-Disposition: attachment; filename=\"{0}\"\r\n\
                         Content-Transfer-Encoding: base64\r\n\r\n",
                        file.name
                    )
                    .as_bytes(),
                );
                bytes.extend_from_slice(BASE64_MIME.encode(&file.bytes).as_bytes());
                bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
                parts.push(file.bytes);
            }
        }
        Written {
            eight_bit: encoding == "8bit",
            bytes,
            parts,
            digest,
            text,
            subject: self.subject.clone(),
        }
    }
}

impl Draft {
    /// What decides what is written, but for the token.
    fn digest(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let text = format!(
            "{version} {:?} {} {}",
            self.payload, self.size, self.subject
        );
        openssl::sha::sha256(text.as_bytes())
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// A text for a field: as it is where it is ASCII, in encoded words of at most 75 characters otherwise
/// (RFC 2047 §2).
fn encoded_words(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut piece = String::new();
    for c in text.chars() {
        if piece.len() + c.len_utf8() > 39 {
            words.push(std::mem::take(&mut piece));
        }
        piece.push(c);
    }
    words.push(piece);
    let words: Vec<String> = words
        .iter()
        .map(|piece| {
            let encoded = data_encoding::BASE64.encode(piece.as_bytes());
            format!("=?utf-8?B?{encoded}?=")
        })
        .collect();
    // Folding is undone again by whoever reads it.
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;
    use crate::message::token::Tokens;

    #[test]
    fn a_message_as_servers_want_it() {
        let tokens = Tokens::new(None, "test");
        let token = tokens.fresh(1_800_000_000, 45).unwrap();
        for payload in ["plain", "8bit", "all", "gtube", "eicar"] {
            for eight_bit in [true, false] {
                let draft = Draft {
                    from: "probe@example.org".to_owned(),
                    to: "echo@example.net".to_owned(),
                    subject:
                        "Gr\u{fc}\u{df}e, a subject that is longer than one encoded word can hold"
                            .to_owned(),
                    fields: vec![("X-Test".to_owned(), "a\r\nBcc: x".to_owned())],
                    payload: Payload::parse(payload).unwrap(),
                    size: 20_000,
                };
                let written = draft.write(&token, eight_bit);
                assert!(written.bytes.len() >= 20_000);
                assert!(eight_bit || written.bytes.is_ascii());
                let lines = written.bytes.split(|byte| *byte == b'\n');
                assert!(lines.clone().all(|line| line.len() <= 999), "{payload}");
                let bare = written
                    .bytes
                    .windows(2)
                    .filter(|two| two[1] == b'\n' && two[0] != b'\r');
                assert_eq!(bare.count(), 0);
                let read = Message::parse(&written.bytes);
                assert_eq!(read.subject().unwrap(), draft.subject);
                assert_eq!(read.field("Bcc"), None);
                assert_eq!(read.date(), Some(1_800_000_000));
                assert_eq!(
                    tokens.find(&read.message_id().unwrap()),
                    std::slice::from_ref(&token)
                );
                assert_eq!(
                    tokens.find(&read.field(FIELD).unwrap()),
                    std::slice::from_ref(&token)
                );
                assert_eq!(tokens.find(&read.text()), std::slice::from_ref(&token));
            }
        }
    }
}
