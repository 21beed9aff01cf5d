//! One thing to send, and how it looks in a transcript.

use zeroize::Zeroizing;

/// A line for the server. It carries its own masked rendering, so that whoever writes a transcript
/// never has to know which part of it is secret; the bytes are wiped on drop.
pub struct Command {
    wire: Zeroizing<Vec<u8>>,
    shown: String,
}

impl Command {
    /// A command without secrets: shown as it is sent. CRLF is appended on the wire; a line break
    /// within the text would be a second command, and is sent as a blank.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let shown: String = text.into().replace(['\r', '\n', '\0'], " ");
        let wire = Self::line(shown.as_bytes());
        Self { wire, shown }
    }

    /// A command that holds a secret: sent as `wire` and CRLF, shown as `shown`.
    #[must_use]
    pub fn masked(wire: Zeroizing<Vec<u8>>, shown: impl Into<String>) -> Self {
        let wire = Self::line(&wire);
        Self {
            wire,
            shown: shown.into(),
        }
    }

    /// Bytes that are sent just as they are (a literal, a script with its own line endings).
    #[must_use]
    pub fn raw(wire: Vec<u8>, shown: impl Into<String>) -> Self {
        Self {
            wire: Zeroizing::new(wire),
            shown: shown.into(),
        }
    }

    /// What goes to the server.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// What may be shown.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    fn line(text: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut wire = Zeroizing::new(Vec::with_capacity(text.len() + 2));
        wire.extend_from_slice(text);
        wire.extend_from_slice(b"\r\n");
        wire
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_cannot_smuggle_a_second_command() {
        let command = Command::new("MAIL FROM:<a>\r\nRCPT TO:<b>");
        assert_eq!(command.wire(), b"MAIL FROM:<a>  RCPT TO:<b>\r\n");
    }

    #[test]
    fn a_masked_command_shows_no_secret() {
        let command = Command::masked(Zeroizing::new(b"PASS hunter2".to_vec()), "PASS ****");
        assert_eq!(command.wire(), b"PASS hunter2\r\n");
        assert_eq!(command.shown(), "PASS ****");
    }
}
