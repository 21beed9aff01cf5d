//! What a message of the server is (RFC 3501 §7): go on, an answer to a command, a state, or data.
//!
//! Nothing is refused: a line of no known form is [`Response::Malformed`]. The text for people may be
//! missing, and may be any bytes. Quirks: `no-text` (Gmail ends a line after the response code),
//! `eight-bit-text` (Dovecot 2.4 and GreenMail quote mailbox names raw), `bare-plus` (a `+` without
//! the blank after it, from servers that trim their lines before an empty challenge).

use std::fmt;

use super::data::Data;
use super::frame::Message;
use super::token::number;

/// What is kept of a message that is only shown.
pub(super) const SHOWN: usize = 64 << 10;

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Done; or, in a greeting, welcome.
    Ok,
    /// Refused or failed.
    No,
    /// Not understood.
    Bad,
    /// The server closes the connection.
    Bye,
    /// Welcome, and logged in already.
    Preauth,
}

impl Status {
    fn parse(word: &[u8]) -> Option<Self> {
        [Self::Ok, Self::No, Self::Bad, Self::Bye, Self::Preauth]
            .into_iter()
            .find(|status| word.eq_ignore_ascii_case(status.name().as_bytes()))
    }

    /// As the protocol writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::Bye => "BYE",
            Self::Preauth => "PREAUTH",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The machine-readable part in brackets (RFC 3501 §7.1, RFC 5530).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// In upper case: `AUTHENTICATIONFAILED`, `UIDVALIDITY`, `CAPABILITY`.
    pub name: String,
    /// What follows the name.
    pub args: Vec<u8>,
}

impl Code {
    /// The one number of `UIDVALIDITY`, `UIDNEXT`, `UNSEEN` and the like.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        number(self.args.trim_ascii())
    }

    /// The uid of `APPENDUID validity uid` (RFC 4315).
    #[must_use]
    pub fn append_uid(&self) -> Option<u32> {
        if self.name != "APPENDUID" {
            return None;
        }
        let uid = self.args.split(|byte| *byte == b' ').nth(1)?;
        u32::try_from(number(uid)?).ok()
    }
}

/// A status with its code and its text for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How it went.
    pub status: Status,
    /// Why, for machines.
    pub code: Option<Code>,
    /// Why, for people; any bytes, perhaps none.
    pub text: Vec<u8>,
}

impl Condition {
    /// Has it this code?
    #[must_use]
    pub fn has_code(&self, name: &str) -> bool {
        self.code.as_ref().is_some_and(|code| code.name == name)
    }

    /// Reads `OK [CODE args] text`.
    fn parse(text: &[u8]) -> Option<Self> {
        let (word, rest) = split_word(text);
        let status = Status::parse(word)?;
        let (code, text) = code_and_text(rest);
        Some(Self {
            status,
            code,
            text: text.to_vec(),
        })
    }
}

impl fmt::Display for Condition {
    /// As it stood on the line, without the tag; bytes that are not UTF-8 are replaced.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(code) = &self.code {
            let args = String::from_utf8_lossy(&code.args);
            let gap = if args.is_empty() { "" } else { " " };
            write!(f, " [{}{gap}{args}]", code.name)?;
        }
        if !self.text.is_empty() {
            write!(f, " {}", String::from_utf8_lossy(&self.text))?;
        }
        Ok(())
    }
}

/// A message of the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    /// `+`: the server waits for a literal or the next line of a SASL exchange.
    Continue {
        /// Text, or a challenge in base64.
        text: Vec<u8>,
    },
    /// The end of a command.
    Tagged {
        /// Which command.
        tag: String,
        /// How it went.
        condition: Condition,
    },
    /// `* OK`, `* NO`, `* BAD`, `* BYE`, `* PREAUTH`.
    Untagged(Condition),
    /// Anything else behind `* `.
    Data(Data),
    /// No IMAP at all: the beginning of what came.
    Malformed(Vec<u8>),
}

impl Response {
    /// Says what a message is.
    #[must_use]
    pub fn parse(message: &Message) -> Self {
        let line = message.first_line();
        if line == b"+" {
            return Self::Continue { text: Vec::new() };
        }
        if let Some(text) = line.strip_prefix(b"+ ") {
            return Self::Continue {
                text: text.to_vec(),
            };
        }
        let whole;
        // Only a response code can hold a literal here.
        let text = if message.parts.len() > 1 && Condition::parse(rest_of(line)).is_some() {
            whole = message.raw(SHOWN);
            whole.as_slice()
        } else {
            line
        };
        let (first, rest) = split_word(text);
        match (first, Condition::parse(rest)) {
            (b"*", Some(condition)) => Self::Untagged(condition),
            (b"*", None) if !rest.is_empty() => Self::Data(Data::parse(message)),
            (tag, Some(condition)) if is_tag(tag) => Self::Tagged {
                tag: String::from_utf8_lossy(tag).into_owned(),
                condition,
            },
            _ => Self::Malformed(message.raw(SHOWN)),
        }
    }
}

fn rest_of(line: &[u8]) -> &[u8] {
    split_word(line).1
}

fn split_word(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == b' ') {
        Some(at) => (
            text.get(..at).unwrap_or_default(),
            text.get(at + 1..).unwrap_or_default(),
        ),
        None => (text, &[]),
    }
}

fn is_tag(word: &[u8]) -> bool {
    !word.is_empty()
        && word
            .iter()
            .all(|byte| byte.is_ascii_graphic() && *byte != b'+')
}

fn code_and_text(text: &[u8]) -> (Option<Code>, &[u8]) {
    let found = text.strip_prefix(b"[").and_then(|inner| {
        let end = inner.iter().position(|byte| *byte == b']')?;
        Some((inner.get(..end)?, inner.get(end + 1..)?))
    });
    let Some((inner, rest)) = found else {
        return (None, text);
    };
    let (name, args) = split_word(inner);
    let code = Code {
        name: String::from_utf8_lossy(name).to_ascii_uppercase(),
        args: args.to_vec(),
    };
    (Some(code), rest.strip_prefix(b" ").unwrap_or(rest))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::frame::Framer;
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn parse(stream: &[u8]) -> Response {
        let mut framer = Framer::default();
        framer.push(stream);
        Response::parse(&framer.next_message().unwrap().unwrap())
    }

    fn condition(line: &[u8]) -> Condition {
        match parse(line) {
            Response::Untagged(condition) | Response::Tagged { condition, .. } => condition,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn greetings_of_real_servers() {
        type Row = (&'static [u8], Status, Option<&'static str>, &'static [u8]);
        let table: [Row; 9] = [
            (
                b"* OK [CAPABILITY IMAP4rev1 SASL-IR] Dovecot ready.\r\n",
                Status::Ok,
                Some("CAPABILITY"),
                b"Dovecot ready.",
            ),
            (
                b"* OK Gimap ready for requests\r\n",
                Status::Ok,
                None,
                b"Gimap ready for requests",
            ),
            (b"* OK\r\n", Status::Ok, None, b""),
            (b"* OK \r\n", Status::Ok, None, b""),
            (b"* ok lower\r\n", Status::Ok, None, b"lower"),
            (b"* PREAUTH welcome\r\n", Status::Preauth, None, b"welcome"),
            (
                b"* BYE [UNAVAILABLE] later\n",
                Status::Bye,
                Some("UNAVAILABLE"),
                b"later",
            ),
            (
                b"* OK [HIGHESTMODSEQ 7]\r\n",
                Status::Ok,
                Some("HIGHESTMODSEQ"),
                b"",
            ),
            (
                b"* NO gr\xfcezi [X]\r\n",
                Status::No,
                None,
                b"gr\xfcezi [X]",
            ),
        ];
        for (line, status, code, text) in table {
            let got = condition(line);
            assert_eq!(got.status, status, "{}", line.escape_ascii());
            assert_eq!(got.code.map(|code| code.name).as_deref(), code);
            assert_eq!(got.text, text);
        }
    }

    #[test]
    fn tagged_answers() {
        let got = parse(b"a1 NO [authenticationfailed] Authentication failed.\r\n");
        let Response::Tagged { tag, condition } = got else {
            panic!("{got:?}");
        };
        assert_eq!(tag, "a1");
        assert!(condition.has_code("AUTHENTICATIONFAILED"));
        assert_eq!(
            condition.to_string(),
            "NO [AUTHENTICATIONFAILED] Authentication failed."
        );
        let code = condition_code(b"a2 OK [APPENDUID 38505 3955] done\r\n");
        assert_eq!((code.append_uid(), code.number()), (Some(3955), None));
        let code = condition_code(b"* OK [UIDVALIDITY 3857529045] ok\r\n");
        assert_eq!(
            (code.append_uid(), code.number()),
            (None, Some(3_857_529_045))
        );
    }

    fn condition_code(line: &[u8]) -> Code {
        condition(line).code.unwrap()
    }

    #[test]
    fn continuations() {
        for (line, want) in [
            (&b"+ PDE4+\r\n"[..], &b"PDE4+"[..]),
            (b"+ \r\n", b""),
            (b"+\r\n", b""),
        ] {
            assert_eq!(
                parse(line),
                Response::Continue {
                    text: want.to_vec()
                }
            );
        }
    }

    #[test]
    fn a_literal_in_a_response_code() {
        let got = condition(b"* OK [BADURL {3}\r\na b] hm\r\n");
        assert_eq!(got.code.unwrap().name, "BADURL");
        assert_eq!(got.text, b"hm");
    }

    #[test]
    fn what_is_no_imap() {
        for line in [
            &b"\r\n"[..],
            b"220 mail.example.org ESMTP\r\n",
            b"+OK POP3 ready\r\n",
            b"*\r\n",
            b"* \r\n",
            b"HTTP/1.1 400 Bad Request\r\n",
            b"\0\0\r\n",
            b"a\x01b OK x\r\n",
        ] {
            assert!(
                matches!(parse(line), Response::Malformed(_)),
                "{}",
                line.escape_ascii()
            );
        }
    }

    proptest! {
        #[test]
        fn no_stream_panics(stream in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut framer = Framer::default();
            framer.push(b"* ");
            framer.push(&stream);
            framer.push(b"\r\n");
            while let Ok(Some(message)) = framer.next_message() {
                let _ = Response::parse(&message);
            }
        }

        #[test]
        fn no_data_panics(
            word in prop_oneof![
                Just("1 FETCH"), Just("STATUS"), Just("LIST"), Just("ESEARCH"), Just("SEARCH"), Just("QUOTA"),
                Just("QUOTAROOT"), Just("NAMESPACE"), Just("ID"), Just("FLAGS"), Just("CAPABILITY"), Just("ENABLED"),
            ],
            rest in "( |\\(|\\)|NIL|\"|\\\\|[0-9]{1,11}|UID|FLAGS|ALL|TAG|:|,|BODY\\[|\\]|<0>|INTERNALDATE|STORAGE|\\PC){0,30}",
        ) {
            let line = format!("* {word} {rest}\r\n");
            let mut framer = Framer::default();
            framer.push(line.as_bytes());
            while let Ok(Some(message)) = framer.next_message() {
                let _ = Response::parse(&message);
            }
        }
    }
}
