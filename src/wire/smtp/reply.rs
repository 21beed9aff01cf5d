//! Replies: three digits, one or more lines (RFC 5321 §4.2), enhanced status codes (RFC 3463, 2034).
//!
//! Refused: a line that does not start with a code between 200 and 599 and a blank, a hyphen or
//! nothing. Tolerated, by name: `bare-code` (a code and nothing else, RFC 5321 §4.2 asks clients to
//! accept it), `bare-lf` (see [`crate::wire::line`]), `mixed-codes` (the lines of one reply disagree;
//! RFC 5321 §4.2.1 forbids it, and the last line counts).

use crate::wire::line::{Breach, Line};

/// Bytes of a reply line. RFC 5321 §4.5.3.1.5 says 512; Exchange and appliances send more.
pub const LINE_LIMIT: usize = 8192;
/// Lines of a reply. The longest real EHLO replies have about thirty.
const LINES_LIMIT: usize = 512;
/// Bytes of a reply as a whole.
const REPLY_LIMIT: usize = 256 * 1024;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The code of the last line.
    pub code: u16,
    /// The text of each line, after the code.
    pub lines: Vec<Vec<u8>>,
    /// Quirk `mixed-codes`: a line before the last had another code; this one.
    pub mixed: Option<u16>,
    /// Quirk `bare-lf`: at least one line ended with LF alone.
    pub bare_lf: bool,
}

impl Reply {
    /// 2xx.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 3xx: the server waits for more.
    #[must_use]
    pub fn is_intermediate(&self) -> bool {
        self.code / 100 == 3
    }

    /// 4xx: try again later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// 5xx.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// Does it accept MAIL? 250 and nothing else does (RFC 5321 §4.3.2).
    #[must_use]
    pub fn takes_sender(&self) -> bool {
        self.code == 250
    }

    /// Does it accept RCPT? 250 and 251 do (RFC 5321 §4.3.2). 252 belongs to VRFY: nobody has said
    /// yes by it.
    #[must_use]
    pub fn takes_recipient(&self) -> bool {
        matches!(self.code, 250 | 251)
    }

    /// Does the server end the session by it? 421 may be the answer to anything, 221 to QUIT only.
    #[must_use]
    pub fn is_farewell(&self) -> bool {
        matches!(self.code, 221 | 421)
    }

    /// Is it a refusal of the command as such: unknown, misspelt, out of order (RFC 5321 §4.2.1)? It
    /// says nothing about an address or a password.
    #[must_use]
    pub fn is_misunderstood(&self) -> bool {
        (500..=504).contains(&self.code)
    }

    /// The enhanced status code at the head of the text, if there is one and it agrees with the
    /// code: `5.7.8` (RFC 2034 §4).
    #[must_use]
    pub fn enhanced(&self) -> Option<&str> {
        let word = self.lines.last()?.split(|&byte| byte == b' ').next()?;
        let word = std::str::from_utf8(word).ok()?;
        let mut parts = word.split('.');
        let class = parts.next()?;
        let detail: Vec<&str> = parts.collect();
        let digits =
            |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let agrees = class.parse::<u16>().ok()? == self.code / 100 && class.len() == 1;
        (agrees && detail.len() == 2 && detail.iter().all(digits)).then_some(word)
    }

    /// The reply as it came, line by line, decoded leniently: what `-e` and `-R` look at.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            let separator = if at + 1 == self.lines.len() { ' ' } else { '-' };
            text.push_str(&format!(
                "{}{separator}{}\n",
                self.code,
                String::from_utf8_lossy(line)
            ));
        }
        text
    }

    /// The code and the text in one line, as a person would quote it: `535 5.7.8 not today`. The
    /// enhanced code that each line repeats is said once.
    #[must_use]
    pub fn quote(&self) -> String {
        let mut said = Vec::new();
        for line in &self.lines {
            let text = String::from_utf8_lossy(line).trim().to_owned();
            if !text.is_empty() && said.len() < 8 {
                said.push(text);
            }
        }
        if let Some(enhanced) = self.enhanced() {
            for text in said.iter_mut().skip(1) {
                if let Some(rest) = text.strip_prefix(enhanced) {
                    *text = rest.trim_start().to_owned();
                }
            }
        }
        format!("{} {}", self.code, said.join(" "))
            .trim_end()
            .to_owned()
    }
}

/// A line that is no line of a reply, or a limit that was broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// The line does not start with a reply code.
    #[error("no reply code in {:?}", String::from_utf8_lossy(.line.get(..80).unwrap_or(.line)))]
    NoCode {
        /// What came instead.
        line: Vec<u8>,
    },
    /// A limit was broken.
    #[error(transparent)]
    Breach(#[from] Breach),
}

/// Puts lines together to replies.
#[derive(Debug, Default)]
pub struct ReplyParser {
    lines: Vec<Vec<u8>>,
    bytes: usize,
    /// Each code once; three digits, so there are few.
    codes: Vec<u16>,
    bare_lf: bool,
}

impl ReplyParser {
    /// Takes the next line; gives the reply when it was its last one.
    pub fn push(&mut self, line: Line) -> Result<Option<Reply>, ReplyError> {
        let Some((code, last, text)) = split(&line.text) else {
            return Err(ReplyError::NoCode { line: line.text });
        };
        self.bytes += line.text.len();
        if self.lines.len() >= LINES_LIMIT {
            return Err(Breach::TooManyLines { limit: LINES_LIMIT }.into());
        }
        if self.bytes > REPLY_LIMIT {
            return Err(Breach::ReplyTooLarge { limit: REPLY_LIMIT }.into());
        }
        self.bare_lf |= line.bare_lf;
        if !self.codes.contains(&code) {
            self.codes.push(code);
        }
        self.lines.push(text.to_vec());
        if !last {
            return Ok(None);
        }
        let done = std::mem::take(self);
        Ok(Some(Reply {
            code,
            lines: done.lines,
            mixed: done.codes.into_iter().find(|&other| other != code),
            bare_lf: done.bare_lf,
        }))
    }

    /// What has come of a reply that is not whole yet.
    #[must_use]
    pub fn unfinished(&self) -> &[Vec<u8>] {
        &self.lines
    }
}

/// Code, whether this is the last line, text.
fn split(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    let code = digits.iter().try_fold(0u16, |sum, &digit| {
        digit
            .is_ascii_digit()
            .then(|| sum * 10 + u16::from(digit - b'0'))
    })?;
    if !(200..=599).contains(&code) {
        return None;
    }
    match rest.split_first() {
        None => Some((code, true, b"")),
        Some((b' ', text)) => Some((code, true, text)),
        Some((b'-', text)) => Some((code, false, text)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::line::LineBuffer;
    use proptest::prelude::*;

    fn replies(bytes: &[u8]) -> Result<Vec<Reply>, ReplyError> {
        let mut buffer = LineBuffer::default();
        let mut parser = ReplyParser::default();
        let mut replies = Vec::new();
        buffer.push(bytes);
        while let Some(line) = buffer.next_line(LINE_LIMIT)? {
            replies.extend(parser.push(line)?);
        }
        Ok(replies)
    }

    fn one(bytes: &[u8]) -> Reply {
        replies(bytes).unwrap().remove(0)
    }

    #[test]
    fn single_and_multi_line() {
        let reply = one(b"250-mail.example.org\r\n250-SIZE 1000\r\n250 HELP\r\n");
        assert_eq!((reply.code, reply.lines.len()), (250, 3));
        assert_eq!(one(b"220\r\n").lines, [b""]);
        assert_eq!(one(b"220 \r\n").code, 220);
        assert_eq!(one(b"250-\r\n250\r\n").lines.len(), 2);
    }

    #[test]
    fn refuses_what_is_no_reply() {
        for line in [
            "2200 hello",
            "22 hello",
            "hello",
            "199 x",
            "600 x",
            "220*x",
            "",
            "-220",
            "+OK",
            "  220 x",
        ] {
            let found = replies(format!("{line}\r\n").as_bytes());
            assert!(
                matches!(found, Err(ReplyError::NoCode { .. })),
                "{line}: {found:?}"
            );
        }
    }

    #[test]
    fn enhanced_codes_agree_with_the_code_or_are_text() {
        let rows = [
            ("535 5.7.8 no", Some("5.7.8")),
            ("250 2.1.0 ok", Some("2.1.0")),
            ("250 5.1.0 odd", None),
            ("220 10.0.0.1 ready", None),
            ("554 5.7 no", None),
            ("550 5.1.1", Some("5.1.1")),
            ("550 5.1.1000 x", None),
            ("550 no", None),
        ];
        for (line, wanted) in rows {
            assert_eq!(
                one(format!("{line}\r\n").as_bytes()).enhanced(),
                wanted,
                "{line}"
            );
        }
    }

    #[test]
    fn mixed_codes_are_kept_and_the_last_counts() {
        let reply = one(b"220-hello\r\n554 go away\r\n");
        assert_eq!((reply.code, reply.mixed), (554, Some(220)));
        assert_eq!(one(b"250-a\r\n250 b\r\n").mixed, None);
        assert_eq!(one(b"250-a\r\n251-b\r\n250 c\r\n").mixed, Some(251));
    }

    #[test]
    fn bare_lf_is_a_quirk() {
        assert!(one(b"220 hello\n").bare_lf);
        assert!(!one(b"220 hello\r\n").bare_lf);
    }

    #[test]
    fn quotes_in_one_line_without_repeating_the_enhanced_code() {
        let reply = one(b"550-5.7.1 blocked\r\n550 5.7.1 see \xe9\r\n");
        assert_eq!(reply.quote(), "550 5.7.1 blocked see \u{fffd}");
    }

    #[test]
    fn an_endless_reply_is_a_breach() {
        let flood = b"250-x\r\n".repeat(LINES_LIMIT + 1);
        assert!(matches!(
            replies(&flood),
            Err(ReplyError::Breach(Breach::TooManyLines { .. }))
        ));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(replies) = replies(&bytes) {
                for reply in replies {
                    let _ = (reply.enhanced().map(str::len), reply.quote());
                }
            }
        }
    }
}
