//! Arguments of commands: bare, in quotes, or as a literal (RFC 3501 §4, `astring` of §9).
//!
//! Refused: NUL, which only a binary literal could carry.

use zeroize::Zeroizing;

/// What no argument can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an IMAP argument cannot hold a NUL")]
pub struct Unsendable;

/// Longer strings go as literals: some servers bound the line (RFC 7162 §4 names 8192 octets).
const QUOTED_LIMIT: usize = 1000;

/// One argument in the form that it needs.
pub enum Argument {
    /// As it is.
    Atom(Zeroizing<Vec<u8>>),
    /// In quotes, with backslashes already set.
    Quoted(Zeroizing<Vec<u8>>),
    /// After its length.
    Literal(Zeroizing<Vec<u8>>),
}

impl Argument {
    /// The shortest form that carries these bytes. Text of other scripts needs a literal, unless
    /// UTF8=ACCEPT is enabled (`utf8`).
    pub fn astring(bytes: &[u8], utf8: bool) -> Result<Self, Unsendable> {
        if is_atom(bytes) {
            Ok(Self::Atom(Zeroizing::new(bytes.to_vec())))
        } else {
            Self::string(bytes, utf8)
        }
    }

    /// The same where an atom is not allowed (`string`: SEARCH values of some servers, ID).
    pub fn string(bytes: &[u8], utf8: bool) -> Result<Self, Unsendable> {
        if bytes.contains(&0) {
            return Err(Unsendable);
        }
        let plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t') || (utf8 && *byte >= 0x80);
        let readable = bytes.is_ascii() || std::str::from_utf8(bytes).is_ok();
        if bytes.len() > QUOTED_LIMIT || !readable || !bytes.iter().all(plain) {
            return Ok(Self::Literal(Zeroizing::new(bytes.to_vec())));
        }
        // Room for a backslash before each byte: no copy of a secret is left behind by growing.
        let mut out = Zeroizing::new(Vec::with_capacity(bytes.len() * 2 + 2));
        out.push(b'"');
        for byte in bytes {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(*byte);
        }
        out.push(b'"');
        Ok(Self::Quoted(out))
    }

    /// Always a literal: the message of APPEND.
    #[must_use]
    pub fn literal(bytes: Vec<u8>) -> Self {
        Self::Literal(Zeroizing::new(bytes))
    }
}

/// RFC 3501 `1*ASTRING-CHAR`. NIL stands for itself in an astring, but servers have been seen to trip
/// over it, so that it goes in quotes.
fn is_atom(bytes: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !b"(){%*\"\\".contains(byte);
    !bytes.is_empty()
        && bytes.len() <= QUOTED_LIMIT
        && bytes.iter().all(plain)
        && !bytes.eq_ignore_ascii_case(b"NIL")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(argument: &Argument) -> (char, &[u8]) {
        match argument {
            Argument::Atom(bytes) => ('a', bytes),
            Argument::Quoted(bytes) => ('q', bytes),
            Argument::Literal(bytes) => ('l', bytes),
        }
    }

    #[test]
    fn the_shortest_form_that_carries_it() {
        let table: [(&[u8], bool, char, &[u8]); 13] = [
            (b"INBOX", false, 'a', b"INBOX"),
            (b"probe@example.org", false, 'a', b"probe@example.org"),
            (b"a]b", false, 'a', b"a]b"),
            (b"", false, 'q', b"\"\""),
            (b"nil", false, 'q', b"\"nil\""),
            (b"two words", false, 'q', b"\"two words\""),
            (b"a\"b\\c", false, 'q', b"\"a\\\"b\\\\c\""),
            (b"a*", false, 'q', b"\"a*\""),
            (b"a{1}", false, 'q', b"\"a{1}\""),
            (b"a\r\nb", true, 'l', b"a\r\nb"),
            (b"gr\xc3\xbc", false, 'l', b"gr\xc3\xbc"),
            (b"gr\xc3\xbc", true, 'q', b"\"gr\xc3\xbc\""),
            (b"gr\xfc", true, 'l', b"gr\xfc"),
        ];
        for (bytes, utf8, kind, want) in table {
            let argument = Argument::astring(bytes, utf8).unwrap();
            assert_eq!(form(&argument), (kind, want), "{}", bytes.escape_ascii());
        }
        assert_eq!(
            form(&Argument::astring(&[b'x'; 1001], false).unwrap()).0,
            'l'
        );
        assert_eq!(
            form(&Argument::string(b"x", false).unwrap()),
            ('q', &b"\"x\""[..])
        );
        assert_eq!(
            Argument::astring(b"a\0", false).map(|_| ()),
            Err(Unsendable)
        );
    }
}
