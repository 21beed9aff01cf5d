//! ManageSieve (RFC 5804): responses, their codes, and the capabilities of §1.7.
//!
//! A response is any number of lines of data and a line that begins with `OK`, `NO` or `BYE`. Strings
//! are quoted or literals (`{5}`, `{5+}`), which span lines. What is refused: a literal larger than a
//! response may be, a response of more lines or bytes than a script list needs.

use super::line::Breach;

/// Lines of one response.
const LINES: usize = 1000;
/// Bytes of one response.
const BYTES: usize = 256 * 1024;

/// How a response ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was done.
    Ok,
    /// It was not.
    No,
    /// The server goes.
    Bye,
}

/// One response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// How it ends.
    pub status: Status,
    /// The response code in parentheses, in capitals: `TRYLATER`, `ENCRYPT-NEEDED`.
    pub code: Option<String>,
    /// The line that says so, as it came; of a literal the first line only.
    pub line: Vec<u8>,
    /// The data before it: the strings of each line.
    pub data: Vec<Vec<String>>,
}

impl Response {
    /// Is this capability among the data? Names are compared without regard to case.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.data
            .iter()
            .filter_map(|line| line.first())
            .any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The names of the capabilities.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.data
            .iter()
            .filter_map(|line| line.first().map(String::as_str))
    }

    /// Will it be different later (RFC 5804 §1.3)?
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.code.as_deref() == Some("TRYLATER")
    }
}

/// What is wrong with what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseError {
    /// It is no ManageSieve.
    NotSieve(Vec<u8>),
    /// It does not end.
    Breach(Breach),
}

/// Collects the lines of one response.
#[derive(Debug, Default)]
pub struct Collector {
    lines: usize,
    bytes: usize,
    data: Vec<Vec<String>>,
    /// The logical line that is being read: its strings so far, and how it begins.
    strings: Vec<String>,
    first: Vec<u8>,
    begun: bool,
    /// Octets of a literal that are still to come, and those that came.
    literal: Option<(usize, Vec<u8>)>,
}

impl Collector {
    /// Takes one line without its ending; `ending` is how many bytes that had. Gives the response
    /// once it is whole.
    pub fn push(&mut self, text: &[u8], ending: usize) -> Result<Option<Response>, ResponseError> {
        self.lines += 1;
        self.bytes += text.len() + ending;
        if self.lines > LINES {
            return Err(ResponseError::Breach(Breach::TooManyLines { limit: LINES }));
        }
        if self.bytes > BYTES {
            return Err(ResponseError::Breach(Breach::ReplyTooLarge {
                limit: BYTES,
            }));
        }
        let mut rest = text;
        if let Some((left, mut came)) = self.literal.take() {
            if left > text.len() {
                came.extend_from_slice(text);
                came.extend(b"\r\n".iter().skip(2 - ending.min(2)));
                let left = left.saturating_sub(text.len() + ending);
                self.literal = Some((left, came));
                return Ok(None);
            }
            let (head, tail) = text.split_at_checked(left).unwrap_or((text, &[]));
            came.extend_from_slice(head);
            self.strings.push(lossy(&came));
            rest = tail;
        }
        if !self.begun {
            self.begun = true;
            self.first = text.to_vec();
        }
        if let Some(size) = self.scan(rest) {
            if size > BYTES {
                return Err(ResponseError::Breach(Breach::ReplyTooLarge {
                    limit: BYTES,
                }));
            }
            self.literal = Some((size, Vec::new()));
            return Ok(None);
        }
        self.end()
    }

    /// Takes the strings out of a piece of a line; gives the size of the literal that it ends with.
    fn scan(&mut self, mut rest: &[u8]) -> Option<usize> {
        loop {
            let at = rest.iter().position(|&byte| byte == b'"' || byte == b'{')?;
            let (_, tail) = rest.split_at_checked(at + 1)?;
            if rest.get(at) == Some(&b'{') {
                let size = tail.strip_suffix(b"}")?;
                let size = size.strip_suffix(b"+").unwrap_or(size);
                return std::str::from_utf8(size).ok()?.parse().ok();
            }
            let mut text = Vec::new();
            let mut bytes = tail.iter().enumerate();
            let mut end = tail.len();
            while let Some((index, &byte)) = bytes.next() {
                match byte {
                    b'"' => {
                        end = index + 1;
                        break;
                    }
                    b'\\' => text.extend(bytes.next().map(|(_, &byte)| byte)),
                    byte => text.push(byte),
                }
            }
            self.strings.push(lossy(&text));
            rest = tail.get(end..)?;
        }
    }

    /// A logical line is whole.
    fn end(&mut self) -> Result<Option<Response>, ResponseError> {
        self.begun = false;
        let line = std::mem::take(&mut self.first);
        let strings = std::mem::take(&mut self.strings);
        if matches!(line.first(), Some(b'"' | b'{')) {
            self.data.push(strings);
            return Ok(None);
        }
        let word: Vec<u8> = line
            .iter()
            .copied()
            .take_while(u8::is_ascii_alphabetic)
            .collect();
        let rest = line.get(word.len()..).unwrap_or_default();
        let status = match word.to_ascii_uppercase().as_slice() {
            b"OK" => Status::Ok,
            b"NO" => Status::No,
            b"BYE" => Status::Bye,
            _ => return Err(ResponseError::NotSieve(line)),
        };
        if !matches!(rest.first(), None | Some(b' ' | b'(')) {
            return Err(ResponseError::NotSieve(line));
        }
        let code = rest.trim_ascii_start().strip_prefix(b"(").map(|code| {
            let word = code
                .iter()
                .copied()
                .take_while(|&byte| byte != b')' && byte != b' ');
            lossy(&word.collect::<Vec<u8>>()).to_ascii_uppercase()
        });
        Ok(Some(Response {
            status,
            code,
            line,
            data: std::mem::take(&mut self.data),
        }))
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Response>, ResponseError> {
        let mut collector = Collector::default();
        for line in text.split_terminator("\r\n") {
            if let Some(response) = collector.push(line.as_bytes(), 2)? {
                return Ok(Some(response));
            }
        }
        Ok(None)
    }

    #[test]
    fn a_greeting_lists_capabilities() {
        let greeting = read(concat!(
            "\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n",
            "\"SIEVE\" \"fileinto \\\"quoted\\\" {no literal}\"\r\n",
            "\"starttls\"\r\n",
            "{7}\r\nVERSION {3+}\r\n1.0\r\n",
            "OK \"ready\"\r\n"
        ))
        .unwrap()
        .unwrap();
        assert_eq!(greeting.status, Status::Ok);
        assert!(greeting.has("STARTTLS") && greeting.has("version"));
        assert!(!greeting.has("SASL"));
        assert_eq!(greeting.data[1][1], "fileinto \"quoted\" {no literal}");
        assert_eq!(greeting.data[3], ["VERSION", "1.0"]);
    }

    #[test]
    fn codes_and_literals_in_the_last_line() {
        let no = read("NO (TRYLATER) {11}\r\nback\r\nsoon!\r\n").unwrap();
        assert!(no.unwrap().is_transient());
        let no = read("NO (TRYLATER) {10}\r\nback\r\nsoon\r\n")
            .unwrap()
            .unwrap();
        assert_eq!((no.status, no.is_transient()), (Status::No, true));
        let bye = read("bye(REFERRAL \"sieve://x.example.org\") \"go\"\r\n");
        let bye = bye.unwrap().unwrap();
        assert_eq!(bye.status, Status::Bye);
        assert_eq!(bye.code.as_deref(), Some("REFERRAL"));
    }

    #[test]
    fn what_is_no_sieve_is_told() {
        for text in [
            "220 mail.example.org ESMTP\r\n",
            "OKAY\r\n",
            "* OK IMAP\r\n",
            "\r\n",
        ] {
            assert!(
                matches!(read(text), Err(ResponseError::NotSieve(_))),
                "{text:?}"
            );
        }
        assert!(matches!(
            read("{99999999}\r\n"),
            Err(ResponseError::Breach(_))
        ));
        assert_eq!(read("\"OPEN\r\n"), Ok(None));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(lines in proptest::collection::vec(".{0,20}|[{}0-9+\"\\\\ ]{0,12}", 0..12)) {
            let mut collector = Collector::default();
            for line in lines {
                if collector.push(line.as_bytes(), 2).is_err() {
                    break;
                }
            }
        }
    }
}
