//! Lines out of a byte stream, whatever the chunks it comes in.
//!
//! A line ends with CRLF (RFC 5321 §2.3.8, RFC 1939 §3). Quirk `bare-lf`: a lone LF ends a line too;
//! hand-made servers and old appliances send it, and every client in the field accepts it. A lone CR
//! is part of the text. A line longer than the limit is a [`Breach`], never an allocation.

/// One line without its ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The bytes before the line ending.
    pub text: Vec<u8>,
    /// Quirk `bare-lf`: it ended with LF alone.
    pub bare_lf: bool,
}

/// A limit that the peer has broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Breach {
    /// A line that does not end.
    #[error("a line of more than {limit} bytes")]
    LineTooLong {
        /// Bytes allowed.
        limit: usize,
    },
    /// A reply that does not end.
    #[error("a reply of more than {limit} lines")]
    TooManyLines {
        /// Lines allowed.
        limit: usize,
    },
    /// A reply that is too large as a whole.
    #[error("a reply of more than {limit} bytes")]
    ReplyTooLarge {
        /// Bytes allowed.
        limit: usize,
    },
}

/// Collects bytes and hands out lines.
#[derive(Debug, Default)]
pub struct LineBuffer {
    bytes: Vec<u8>,
    /// Where the next line starts; what stands before has been handed out.
    start: usize,
    /// Up to here no LF was found, so that a long line is searched once.
    searched: usize,
}

impl LineBuffer {
    /// Takes in what was read.
    pub fn push(&mut self, chunk: &[u8]) {
        if self.start > 0 && self.start == self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
            self.searched = 0;
        }
        self.bytes.extend_from_slice(chunk);
    }

    /// The next line, if a whole one is there.
    pub fn next_line(&mut self, limit: usize) -> Result<Option<Line>, Breach> {
        let from = self.searched.max(self.start);
        let rest = self.bytes.get(from..).unwrap_or_default();
        let Some(at) = rest.iter().position(|&byte| byte == b'\n') else {
            self.searched = self.bytes.len();
            return if self.bytes.len() - self.start > limit {
                Err(Breach::LineTooLong { limit })
            } else {
                Ok(None)
            };
        };
        let end = from + at;
        let text = self.bytes.get(self.start..end).unwrap_or_default();
        let (text, bare_lf) = match text.strip_suffix(b"\r") {
            Some(text) => (text, false),
            None => (text, true),
        };
        if text.len() > limit {
            return Err(Breach::LineTooLong { limit });
        }
        let line = Line {
            text: text.to_vec(),
            bare_lf,
        };
        self.start = end + 1;
        self.searched = self.start;
        self.compact();
        Ok(Some(line))
    }

    /// Bytes that were read and not yet handed out. Before a TLS handshake there must be none
    /// (RFC 3207 §6; plaintext injected after STARTTLS).
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Hands out all that is pending and forgets it.
    pub fn take_pending(&mut self) -> Vec<u8> {
        let pending = self.pending().to_vec();
        self.bytes.clear();
        self.start = 0;
        self.searched = 0;
        pending
    }

    /// Moves the rest to the front once the part that was handed out is the larger one.
    fn compact(&mut self) {
        if self.start > 4096 && self.start * 2 > self.bytes.len() {
            self.bytes.drain(..self.start);
            self.searched -= self.start;
            self.start = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(chunks: &[&[u8]], limit: usize) -> Result<Vec<Line>, Breach> {
        let mut buffer = LineBuffer::default();
        let mut lines = Vec::new();
        for chunk in chunks {
            buffer.push(chunk);
            while let Some(line) = buffer.next_line(limit)? {
                lines.push(line);
            }
        }
        Ok(lines)
    }

    #[test]
    fn splits_at_crlf_and_names_the_bare_lf() {
        let found = lines(&[b"220 a\r", b"\n250 b\nrest"], 100).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].text.as_slice(), found[0].bare_lf),
            (&b"220 a"[..], false)
        );
        assert_eq!(
            (found[1].text.as_slice(), found[1].bare_lf),
            (&b"250 b"[..], true)
        );
    }

    #[test]
    fn an_endless_line_is_a_breach() {
        let long = vec![b'x'; 101];
        assert_eq!(
            lines(&[&long], 100),
            Err(Breach::LineTooLong { limit: 100 })
        );
    }

    #[test]
    fn what_follows_a_line_stays_pending() {
        let mut buffer = LineBuffer::default();
        buffer.push(b"220 go\r\n250 injected\r\n");
        buffer.next_line(100).unwrap();
        assert_eq!(buffer.pending(), b"250 injected\r\n");
        assert_eq!(buffer.take_pending(), b"250 injected\r\n");
        assert!(buffer.pending().is_empty());
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_lines(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..600),
            cuts in proptest::collection::vec(1usize..40, 1..60),
        ) {
            let whole = lines(&[&bytes], 1000).unwrap();
            let mut chunks = Vec::new();
            let mut rest = bytes.as_slice();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() { break; }
                let (chunk, tail) = rest.split_at((*cut).min(rest.len()));
                chunks.push(chunk);
                rest = tail;
            }
            prop_assert_eq!(lines(&chunks, 1000).unwrap(), whole);
        }
    }
}
