//! The lines of a multi-line answer, until the line that is a single dot (RFC 1939 §3).
//!
//! The dot that the server put before a line which begins with one is taken away again. A line with
//! one leading dot that is not the end is left as it is but for that dot, stuffed or not, as every
//! client does. Refused: more bytes or lines than the limits.

use crate::wire::line::Breach;

/// How much of an answer is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes, the line ends among them.
    pub bytes: usize,
    /// Lines.
    pub lines: usize,
}

impl Limits {
    /// CAPA.
    pub const CAPABILITIES: Self = Self {
        bytes: 64 << 10,
        lines: 1000,
    };
    /// LIST and UIDL: room for 250 000 messages with unique ids of 70 characters. Such a listing is
    /// read as it comes ([`Unstuffer`]) and never held.
    pub const LISTING: Self = Self {
        bytes: 20 << 20,
        lines: 250_000,
    };
    /// TOP: a header and the start of a body.
    pub const MESSAGE: Self = Self {
        bytes: 4 << 20,
        lines: 20_000,
    };
}

/// Takes line after line and keeps none: for answers that are read as they come.
#[derive(Debug)]
pub struct Unstuffer {
    limits: Limits,
    bytes: usize,
    lines: usize,
}

impl Unstuffer {
    /// Begins after the `+OK` line.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            bytes: 0,
            lines: 0,
        }
    }

    /// Takes a line without its end and gives its text; `None` when it was the last.
    pub fn line<'a>(&mut self, line: &'a [u8]) -> Result<Option<&'a [u8]>, Breach> {
        let text = match line {
            b"." => return Ok(None),
            [b'.', text @ ..] => text,
            text => text,
        };
        self.lines += 1;
        self.bytes = self.bytes.saturating_add(text.len() + 2);
        if self.lines > self.limits.lines {
            return Err(Breach::TooManyLines {
                limit: self.limits.lines,
            });
        }
        if self.bytes > self.limits.bytes {
            return Err(Breach::ReplyTooLarge {
                limit: self.limits.bytes,
            });
        }
        Ok(Some(text))
    }
}

/// Takes line after line and keeps them.
#[derive(Debug)]
pub struct Collector {
    unstuffer: Unstuffer,
    bytes: Vec<u8>,
}

impl Collector {
    /// Begins after the `+OK` line.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            unstuffer: Unstuffer::new(limits),
            bytes: Vec::new(),
        }
    }

    /// Takes a line without its end; true when it was the last.
    pub fn line(&mut self, line: &[u8]) -> Result<bool, Breach> {
        let Some(text) = self.unstuffer.line(line)? else {
            return Ok(true);
        };
        self.bytes.extend_from_slice(text);
        self.bytes.extend_from_slice(b"\r\n");
        Ok(false)
    }

    /// What was collected: each line with CRLF, as a message is.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::line::LineBuffer;
    use proptest::prelude::*;

    const SMALL: Limits = Limits {
        bytes: 20,
        lines: 3,
    };

    fn collect(lines: &[&[u8]], limits: Limits) -> Result<Option<Vec<u8>>, Breach> {
        let mut collector = Collector::new(limits);
        for line in lines {
            if collector.line(line)? {
                return Ok(Some(collector.into_bytes()));
            }
        }
        Ok(None)
    }

    #[test]
    fn dots_are_unstuffed_and_one_alone_is_the_end() {
        let lines: [&[u8]; 3] = [b"a", b"..", b"."];
        assert_eq!(collect(&lines, SMALL), Ok(Some(b"a\r\n.\r\n".to_vec())));
        assert_eq!(
            collect(&[b"...", b"."], SMALL),
            Ok(Some(b"..\r\n".to_vec()))
        );
        assert_eq!(collect(&[b".x", b""], SMALL), Ok(None));
        assert_eq!(collect(&[b"."], SMALL), Ok(Some(Vec::new())));
    }

    #[test]
    fn an_answer_without_end_is_a_breach() {
        let endless: [&[u8]; 4] = [b"", b"", b"", b""];
        assert_eq!(
            collect(&endless, SMALL),
            Err(Breach::TooManyLines { limit: 3 })
        );
        let large: [&[u8]; 2] = [b"0123456789", b"01234567"];
        assert_eq!(
            collect(&large, SMALL),
            Err(Breach::ReplyTooLarge { limit: 20 })
        );
    }

    proptest! {
        #[test]
        fn what_is_stuffed_comes_out_again_in_any_chunks(
            lines in prop::collection::vec("[.a ]{0,4}", 0..8),
            size in 1_usize..9,
        ) {
            let mut stream = Vec::new();
            let mut want = Vec::new();
            for line in &lines {
                if line.starts_with('.') {
                    stream.push(b'.');
                }
                for out in [&mut stream, &mut want] {
                    out.extend_from_slice(line.as_bytes());
                    out.extend_from_slice(b"\r\n");
                }
            }
            stream.extend_from_slice(b".\r\n");
            let mut buffer = LineBuffer::default();
            let mut collector = Collector::new(Limits::MESSAGE);
            let mut complete = false;
            for chunk in stream.chunks(size) {
                prop_assert!(!complete);
                buffer.push(chunk);
                while let Some(line) = buffer.next_line(100).unwrap() {
                    complete = collector.line(&line.text).unwrap();
                }
            }
            prop_assert!(complete);
            prop_assert_eq!(collector.into_bytes(), want);
        }
    }
}
