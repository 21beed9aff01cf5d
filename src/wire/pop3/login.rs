//! The commands that log in: USER and PASS (RFC 1939 §7), AUTH (RFC 5034 §4).
//!
//! Refused: a name or password with a line break or NUL in it, which would be a second command. A
//! line has at most 255 octets (RFC 2449 §4), so that an initial response which does not fit goes
//! into a line of its own.

use zeroize::Zeroizing;

use crate::secret::Secret;
use crate::wire::command::Command;
use crate::wire::sasl::{self, Mechanism};

/// RFC 2449 §4, CRLF not counted.
const LINE_LIMIT: usize = 253;

/// A text that would break its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {0} holds a character that POP3 cannot carry")]
pub struct Unsendable(pub &'static str);

/// `USER name`.
pub fn user(name: &str) -> Result<Command, Unsendable> {
    Ok(Command::new(format!("USER {}", word("user name", name)?)))
}

/// `PASS password`; blanks in it are part of it.
pub fn pass(password: &Secret) -> Result<Command, Unsendable> {
    let bytes = password.expose();
    if bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        return Err(Unsendable("password"));
    }
    let mut line = Zeroizing::new(Vec::with_capacity(bytes.len() + 5));
    line.extend_from_slice(b"PASS ");
    line.extend_from_slice(bytes);
    Ok(Command::masked(line, "PASS ****"))
}

/// `AUTH mechanism`; the first response follows the server's `+`.
#[must_use]
pub fn auth(mechanism: Mechanism) -> Command {
    Command::new(format!("AUTH {mechanism}"))
}

/// `AUTH mechanism response`, if it fits the line.
#[must_use]
pub fn auth_with(mechanism: Mechanism, initial: &[u8]) -> Option<Command> {
    let response = sasl::encode_initial(initial);
    let head = format!("AUTH {mechanism} ");
    if head.len() + response.len() > LINE_LIMIT {
        return None;
    }
    let mut line = Zeroizing::new(Vec::with_capacity(head.len() + response.len()));
    line.extend_from_slice(head.as_bytes());
    line.extend_from_slice(&response);
    Some(Command::masked(line, format!("{head}****")))
}

/// A response to a challenge.
#[must_use]
pub fn response(bytes: &[u8]) -> Command {
    let shown = if bytes.is_empty() { "" } else { "****" };
    Command::masked(sasl::encode(bytes), shown)
}

pub(super) fn word<'a>(what: &'static str, text: &'a str) -> Result<&'a str, Unsendable> {
    if text.is_empty() || text.chars().any(char::is_control) {
        Err(Unsendable(what))
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.as_bytes().to_vec())
    }

    #[test]
    fn name_and_password() {
        assert_eq!(user("probe").unwrap().wire(), b"USER probe\r\n");
        let command = pass(&secret(" two words ")).unwrap();
        assert_eq!(command.wire(), b"PASS  two words \r\n");
        assert_eq!(command.shown(), "PASS ****");
    }

    #[test]
    fn a_line_break_is_no_second_command() {
        assert_eq!(
            user("a\r\nDELE 1").map(|_| ()),
            Err(Unsendable("user name"))
        );
        assert_eq!(user("").map(|_| ()), Err(Unsendable("user name")));
        for text in ["a\nDELE 1", "a\r", "\0"] {
            assert_eq!(pass(&secret(text)).map(|_| ()), Err(Unsendable("password")));
        }
    }

    #[test]
    fn auth_lines() {
        assert_eq!(auth(Mechanism::Plain).wire(), b"AUTH PLAIN\r\n");
        let command = auth_with(Mechanism::Plain, b"\0u\0p").unwrap();
        assert_eq!(command.wire(), b"AUTH PLAIN AHUAcA==\r\n");
        assert_eq!(command.shown(), "AUTH PLAIN ****");
        let command = auth_with(Mechanism::External, b"").unwrap();
        assert_eq!(command.wire(), b"AUTH EXTERNAL =\r\n");
        assert!(auth_with(Mechanism::Xoauth2, &[b'x'; 200]).is_none());
        assert_eq!(response(b"\x01").wire(), b"AQ==\r\n");
        assert_eq!(response(b"").wire(), b"\r\n");
    }
}
