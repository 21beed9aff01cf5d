//! One thing to send, with the rendering that may be shown.

use zeroize::Zeroizing;

/// One command line and what a transcript shows of it.
pub struct Command {
    wire: Zeroizing<Vec<u8>>,
    shown: String,
}

impl Command {
    /// A command without secrets; CRLF is appended on the wire.
    pub fn new(text: impl Into<String>) -> Self {
        let shown = text.into();
        let mut wire = shown.clone().into_bytes();
        wire.extend_from_slice(b"\r\n");
        Self {
            wire: Zeroizing::new(wire),
            shown,
        }
    }

    /// A command that holds a secret, and the text to show in its place.
    pub fn masked(wire_without_crlf: Zeroizing<Vec<u8>>, shown: impl Into<String>) -> Self {
        let mut wire = Zeroizing::new(Vec::with_capacity(wire_without_crlf.len() + 2));
        wire.extend_from_slice(&wire_without_crlf);
        wire.extend_from_slice(b"\r\n");
        Self {
            wire,
            shown: shown.into(),
        }
    }

    /// The bytes to send.
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// The text to show.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}
