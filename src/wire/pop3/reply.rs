//! The one line that answers a command: `+OK`, `-ERR`, or the `+ ` of a SASL challenge.
//!
//! RFC 1939 §3, response codes of RFC 2449 §8 and RFC 3206, challenges of RFC 5034 §4. Refused: any
//! other start. The text after it may be any bytes. Quirk `lower-case-status`: `+ok` is taken for
//! `+OK`, as hand-made servers send it and every client in the field accepts it.

use std::fmt;

/// What the server says of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `+OK`
    Ok,
    /// `-ERR`
    Err,
    /// `+`: it wants the next line of a SASL exchange.
    Continue,
}

/// The machine-readable reason in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// `[AUTH]`: the credentials are wrong (RFC 3206 §5).
    Auth,
    /// `[IN-USE]`: another session holds the mailbox (RFC 2449 §8.1.2).
    InUse,
    /// `[LOGIN-DELAY]`: too soon after the last login (RFC 2449 §8.1.1). The number of seconds is no
    /// part of the standard; it is read where it stands.
    LoginDelay(Option<u64>),
    /// `[SYS/TEMP]`: the server's trouble, likely to pass (RFC 3206 §4).
    SysTemp,
    /// `[SYS/PERM]`: the server's trouble, for a person to mend (RFC 3206 §4).
    SysPerm,
    /// `[UTF8]`: mails or names need the UTF8 command (RFC 6856 §6).
    Utf8,
    /// Any other, in upper case.
    Other(String),
}

impl Code {
    fn parse(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text).to_ascii_uppercase();
        match text.as_str() {
            "AUTH" => Self::Auth,
            "IN-USE" => Self::InUse,
            "SYS/TEMP" => Self::SysTemp,
            "SYS/PERM" => Self::SysPerm,
            "UTF8" => Self::Utf8,
            other => match other.strip_prefix("LOGIN-DELAY") {
                Some(rest) if rest.is_empty() || rest.starts_with(' ') => {
                    Self::LoginDelay(rest.trim().parse().ok())
                }
                _ => Self::Other(text),
            },
        }
    }

    /// Is the same command likely to work later, without anybody doing anything?
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::InUse | Self::SysTemp | Self::LoginDelay(_))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auth => f.write_str("AUTH"),
            Self::InUse => f.write_str("IN-USE"),
            Self::LoginDelay(None) => f.write_str("LOGIN-DELAY"),
            Self::LoginDelay(Some(seconds)) => write!(f, "LOGIN-DELAY {seconds}"),
            Self::SysTemp => f.write_str("SYS/TEMP"),
            Self::SysPerm => f.write_str("SYS/PERM"),
            Self::Utf8 => f.write_str("UTF8"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// A line that is no answer of a POP3 server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("neither +OK nor -ERR")]
pub struct Malformed(pub Vec<u8>);

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Yes, no, or go on.
    pub status: Status,
    /// The code in brackets, if it begins with one.
    pub code: Option<Code>,
    /// What follows the status and the code; after [`Status::Continue`] the challenge in base64.
    pub text: Vec<u8>,
    /// The whole line as it came, for people.
    pub line: Vec<u8>,
}

impl Reply {
    /// Reads a line without its end.
    pub fn parse(line: &[u8]) -> Result<Self, Malformed> {
        let split = |length: usize| line.split_at_checked(length);
        let (status, rest) = match (split(3), split(4)) {
            (Some((word, rest)), _) if word.eq_ignore_ascii_case(b"+OK") => (Status::Ok, rest),
            (_, Some((word, rest))) if word.eq_ignore_ascii_case(b"-ERR") => (Status::Err, rest),
            _ => match line.strip_prefix(b"+") {
                Some(rest) => (Status::Continue, rest),
                None => return Err(Malformed(line.to_vec())),
            },
        };
        let text = match rest.split_first() {
            None => rest,
            Some((b' ' | b'\t', text)) => text,
            Some(_) => return Err(Malformed(line.to_vec())),
        };
        let (code, text) = match status {
            Status::Continue => (None, text),
            Status::Ok | Status::Err => code_and_text(text),
        };
        Ok(Self {
            status,
            code,
            text: text.to_vec(),
            line: line.to_vec(),
        })
    }

    /// Did the server say yes?
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }
}

fn code_and_text(text: &[u8]) -> (Option<Code>, &[u8]) {
    let found = text.strip_prefix(b"[").and_then(|inner| {
        let end = inner.iter().position(|byte| *byte == b']')?;
        let (code, rest) = inner.split_at_checked(end)?;
        Some((code, rest.get(1..)?))
    });
    match found {
        Some((code, rest)) => (
            Some(Code::parse(code)),
            rest.strip_prefix(b" ").unwrap_or(rest),
        ),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_of_real_servers() {
        type Row = (&'static [u8], Status, Option<Code>, &'static [u8]);
        let table: [Row; 16] = [
            (b"+OK Dovecot ready.", Status::Ok, None, b"Dovecot ready."),
            (b"+OK", Status::Ok, None, b""),
            (b"+OK ", Status::Ok, None, b""),
            (b"+OK 2 320", Status::Ok, None, b"2 320"),
            (b"+ok hand-made", Status::Ok, None, b"hand-made"),
            (
                b"-ERR [AUTH] Authentication failed.",
                Status::Err,
                Some(Code::Auth),
                b"Authentication failed.",
            ),
            (
                b"-ERR [IN-USE] Do you have another POP session running?",
                Status::Err,
                Some(Code::InUse),
                b"Do you have another POP session running?",
            ),
            (
                b"-ERR [SYS/TEMP] Temporary authentication failure.",
                Status::Err,
                Some(Code::SysTemp),
                b"Temporary authentication failure.",
            ),
            (b"-ERR [sys/perm]", Status::Err, Some(Code::SysPerm), b""),
            (
                b"-ERR [LOGIN-DELAY] wait",
                Status::Err,
                Some(Code::LoginDelay(None)),
                b"wait",
            ),
            (
                b"-ERR [LOGIN-DELAY 900] wait",
                Status::Err,
                Some(Code::LoginDelay(Some(900))),
                b"wait",
            ),
            (
                b"+OK [XCLIENT] Dovecot ready.",
                Status::Ok,
                Some(Code::Other("XCLIENT".to_owned())),
                b"Dovecot ready.",
            ),
            (b"-ERR [no end", Status::Err, None, b"[no end"),
            (b"+ PDE4OTY+", Status::Continue, None, b"PDE4OTY+"),
            (b"+ ", Status::Continue, None, b""),
            (b"+", Status::Continue, None, b""),
        ];
        for (line, status, code, text) in table {
            let want = Reply {
                status,
                code,
                text: text.to_vec(),
                line: line.to_vec(),
            };
            assert_eq!(Reply::parse(line), Ok(want), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn what_no_pop3_server_says() {
        for line in [
            &b""[..],
            b"OK",
            b"-ER",
            b"220 mail.example.org ESMTP",
            b"* OK IMAP4rev1",
            b"+OKAY",
            b"-ERROR",
            b"+PDE4OTY+",
            b"\0\0\0",
        ] {
            assert_eq!(Reply::parse(line), Err(Malformed(line.to_vec())));
        }
    }

    #[test]
    fn what_passes_by_itself() {
        assert!(Code::InUse.is_temporary());
        assert!(Code::SysTemp.is_temporary());
        assert!(!Code::Auth.is_temporary());
        assert!(!Code::SysPerm.is_temporary());
        assert_eq!(Code::LoginDelay(Some(9)).to_string(), "LOGIN-DELAY 9");
    }

    proptest! {
        #[test]
        fn no_line_panics(line in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = Reply::parse(&line);
            let mut after = b"-ERR [".to_vec();
            after.extend_from_slice(&line);
            prop_assert!(Reply::parse(&after).is_ok());
        }
    }
}
