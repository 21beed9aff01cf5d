//! Commands of SMTP and LMTP (RFC 5321 §4.1.1, RFC 2033 §4.1, RFC 4954 §4, RFC 3207).

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::mailbox::Path;
use crate::wire::command::Command;

/// How a client says who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hello {
    /// RFC 5321: with extensions.
    Ehlo,
    /// RFC 5321: without; for servers that refuse EHLO.
    Helo,
    /// RFC 2033: LMTP.
    Lhlo,
}

impl Hello {
    /// The verb.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Ehlo => "EHLO",
            Self::Helo => "HELO",
            Self::Lhlo => "LHLO",
        }
    }

    /// The command.
    #[must_use]
    pub fn command(self, name: &str) -> Command {
        Command::new(format!("{} {name}", self.verb()))
    }
}

/// MAIL FROM; `smtputf8` when any address of the envelope is beyond ASCII (RFC 6531 §3.4).
#[must_use]
pub fn mail(from: &Path, smtputf8: bool) -> Command {
    let utf8 = if smtputf8 { " SMTPUTF8" } else { "" };
    Command::new(format!("MAIL FROM:{from}{utf8}"))
}

/// RCPT TO.
#[must_use]
pub fn rcpt(to: &Path) -> Command {
    Command::new(format!("RCPT TO:{to}"))
}

/// AUTH with or without an initial response; an empty one is `=` (RFC 4954 §4).
#[must_use]
pub fn auth(mechanism: &str, initial: Option<&[u8]>) -> Command {
    let Some(initial) = initial else {
        return Command::new(format!("AUTH {mechanism}"));
    };
    let mut wire = Zeroizing::new(format!("AUTH {mechanism} ").into_bytes());
    if initial.is_empty() {
        wire.push(b'=');
    } else {
        wire.extend_from_slice(Zeroizing::new(BASE64.encode(initial)).as_bytes());
    }
    Command::masked(wire, format!("AUTH {mechanism} ****"))
}

/// An answer to a SASL challenge.
#[must_use]
pub fn response(answer: &[u8]) -> Command {
    let encoded = Zeroizing::new(BASE64.encode(answer));
    Command::masked(Zeroizing::new(encoded.as_bytes().to_vec()), "****")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auth_shows_no_secret() {
        let command = auth("PLAIN", Some(b"\0user\0hunter2"));
        assert_eq!(command.wire(), b"AUTH PLAIN AHVzZXIAaHVudGVyMg==\r\n");
        assert_eq!(command.shown(), "AUTH PLAIN ****");
        assert_eq!(auth("EXTERNAL", Some(b"")).wire(), b"AUTH EXTERNAL =\r\n");
        assert_eq!(auth("LOGIN", None).wire(), b"AUTH LOGIN\r\n");
        assert_eq!(response(b"secret").shown(), "****");
    }
}
