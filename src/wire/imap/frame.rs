//! Messages out of a byte stream, whatever the chunks it comes in (RFC 3501 §2.2 and §4.3).
//!
//! A line that ends in `{n}`, `~{n}` (RFC 3516) or `{n+}` is followed by n bytes and goes on behind
//! them. The text of OK, NO, BAD, BYE and PREAUTH, and of `+`, is for people: what looks like a
//! literal at its end is text. Quirk `bare-lf`: a lone LF ends a line too, as hand-made servers and
//! old appliances send it. Limits: a line, a literal, the number of literals, and a message as a
//! whole; a literal announced beyond its limit is a [`Breach`] before a byte of it is taken.

/// How much of a message is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one line. SEARCH answers with all numbers in one: 8 bytes for each of 200 000 mails.
    pub line: usize,
    /// Bytes of one literal. A mail is fetched in part (`BODY.PEEK[]<0.n>`), so that it fits.
    pub literal: usize,
    /// Literals in one message.
    pub literals: usize,
    /// Bytes of one message, literals among them.
    pub message: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 2 << 20,
            literal: 1 << 20,
            literals: 1000,
            message: 4 << 20,
        }
    }
}

/// A limit that the server has broken. The stream cannot be read any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// A line that does not end.
    #[error("a line of more than {limit} bytes")]
    LineTooLong {
        /// Bytes allowed.
        limit: usize,
    },
    /// A literal that is larger than we take.
    #[error("the announcement of a literal of {announced} bytes (the limit is {limit})")]
    LiteralTooLarge {
        /// What the server wants to send; the largest number where it does not fit one.
        announced: u64,
        /// Bytes allowed.
        limit: usize,
    },
    /// More literals than we take.
    #[error("a response of more than {limit} literals")]
    TooManyLiterals {
        /// Literals allowed.
        limit: usize,
    },
    /// A message that is larger than we take.
    #[error("a response of more than {limit} bytes")]
    MessageTooLarge {
        /// Bytes allowed.
        limit: usize,
    },
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A line without its end; where a literal follows, the `{n}` still stands at its end.
    Line(Vec<u8>),
    /// The bytes of a literal.
    Literal(Vec<u8>),
}

/// One response: lines, and the literals between them. It begins and ends with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The pieces in order.
    pub parts: Vec<Part>,
    /// Quirk `bare-lf`: a line of it ended with LF alone.
    pub bare_lf: bool,
}

impl Message {
    /// The first line: all there is, in most messages.
    #[must_use]
    pub fn first_line(&self) -> &[u8] {
        match self.parts.first() {
            Some(Part::Line(line)) => line,
            _ => &[],
        }
    }

    /// The message as it came, without the last line end; at most `limit` bytes of it.
    #[must_use]
    pub fn raw(&self, limit: usize) -> Vec<u8> {
        let mut out = Vec::new();
        for part in &self.parts {
            let pieces: [&[u8]; 2] = match part {
                Part::Line(line) => [line, b""],
                Part::Literal(bytes) => [b"\r\n", bytes],
            };
            for piece in pieces {
                let room = limit.saturating_sub(out.len());
                out.extend_from_slice(piece.get(..room).unwrap_or(piece));
            }
        }
        out
    }
}

/// Collects bytes and hands out messages.
#[derive(Debug, Default)]
pub struct Framer {
    limits: Limits,
    bytes: Vec<u8>,
    /// Where the next piece starts; what stands before has been taken.
    start: usize,
    /// Up to here no LF was found, so that a long line is searched once.
    searched: usize,
    parts: Vec<Part>,
    /// Bytes in `parts`.
    size: usize,
    literals: usize,
    bare_lf: bool,
    /// What is still missing of an announced literal begins at `start`.
    literal: Option<usize>,
    breach: Option<Breach>,
}

impl Framer {
    /// A framer with limits of its own.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Takes in what was read.
    pub fn push(&mut self, chunk: &[u8]) {
        if self.breach.is_some() {
            return;
        }
        if self.start > 0 && (self.start == self.bytes.len() || self.start >= 64 << 10) {
            self.bytes.drain(..self.start);
            self.searched = self.searched.saturating_sub(self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(chunk);
    }

    /// The next message, if a whole one is there. After a breach it is the same breach for ever.
    pub fn next_message(&mut self) -> Result<Option<Message>, Breach> {
        if let Some(breach) = self.breach {
            return Err(breach);
        }
        self.advance().inspect_err(|breach| {
            self.breach = Some(*breach);
            self.bytes = Vec::new();
            self.parts = Vec::new();
            self.start = 0;
        })
    }

    /// Bytes that were read and belong to no message handed out yet. Before a TLS handshake there
    /// must be none (RFC 3501 §6.2.1; plaintext injected after STARTTLS).
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Is nothing there, neither bytes nor the beginning of a message?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pending().is_empty() && self.parts.is_empty()
    }

    fn advance(&mut self) -> Result<Option<Message>, Breach> {
        loop {
            if let Some(length) = self.literal
                && !self.take_literal(length)
            {
                return Ok(None);
            }
            let Some((line, bare_lf)) = self.take_line()? else {
                return Ok(None);
            };
            self.bare_lf |= bare_lf;
            let announced = match marker(&line) {
                Some((_, announced)) if !(self.parts.is_empty() && is_for_people(&line)) => {
                    Some(announced)
                }
                _ => None,
            };
            self.parts.push(Part::Line(line));
            let Some(announced) = announced else {
                self.size = 0;
                self.literals = 0;
                return Ok(Some(Message {
                    parts: std::mem::take(&mut self.parts),
                    bare_lf: std::mem::take(&mut self.bare_lf),
                }));
            };
            self.literal = Some(self.accept_literal(announced)?);
        }
    }

    fn accept_literal(&mut self, announced: u64) -> Result<usize, Breach> {
        let limit = self.limits.literal;
        let length = usize::try_from(announced)
            .ok()
            .filter(|length| *length <= limit)
            .ok_or(Breach::LiteralTooLarge { announced, limit })?;
        self.literals += 1;
        if self.literals > self.limits.literals {
            let limit = self.limits.literals;
            return Err(Breach::TooManyLiterals { limit });
        }
        self.grow(length)?;
        Ok(length)
    }

    fn grow(&mut self, by: usize) -> Result<(), Breach> {
        self.size = self.size.saturating_add(by);
        if self.size > self.limits.message {
            let limit = self.limits.message;
            return Err(Breach::MessageTooLarge { limit });
        }
        Ok(())
    }

    fn take_literal(&mut self, length: usize) -> bool {
        let end = self.start.saturating_add(length);
        let Some(bytes) = self.bytes.get(self.start..end) else {
            return false;
        };
        self.parts.push(Part::Literal(bytes.to_vec()));
        self.literal = None;
        self.start = end;
        self.searched = end;
        true
    }

    fn take_line(&mut self) -> Result<Option<(Vec<u8>, bool)>, Breach> {
        let limit = self.limits.line;
        let from = self.searched.max(self.start);
        let rest = self.bytes.get(from..).unwrap_or_default();
        let Some(at) = rest.iter().position(|byte| *byte == b'\n') else {
            self.searched = self.bytes.len();
            // One byte more than the limit may be the CR of a line that is just not too long.
            return if self.pending().len() > limit + 1 {
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
        let line = text.to_vec();
        self.start = end + 1;
        self.searched = self.start;
        self.grow(line.len())?;
        Ok(Some((line, bare_lf)))
    }
}

/// The `{n}` at the end of a line: what stands before it, and n.
pub(super) fn marker(line: &[u8]) -> Option<(&[u8], u64)> {
    let inner = line.strip_suffix(b"}")?;
    let inner = inner.strip_suffix(b"+").unwrap_or(inner);
    let open = inner.iter().rposition(|byte| *byte == b'{')?;
    let (before, digits) = inner.split_at_checked(open)?;
    let digits = digits.get(1..)?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let length = std::str::from_utf8(digits)
        .ok()?
        .parse()
        .unwrap_or(u64::MAX);
    Some((before.strip_suffix(b"~").unwrap_or(before), length))
}

/// Does this line end in text for people, so that no literal can stand there? Not so while the
/// response code is still open.
fn is_for_people(line: &[u8]) -> bool {
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let rest = words.next().unwrap_or_default();
    let states: [&[u8]; 5] = [b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"];
    first == b"+"
        || (states
            .iter()
            .any(|state| second.eq_ignore_ascii_case(state))
            && (!rest.starts_with(b"[") || rest.contains(&b']')))
}

#[cfg(test)]
mod tests;
