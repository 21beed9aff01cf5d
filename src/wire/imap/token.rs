//! The pieces of a data response: atoms, strings, lists (RFC 3501 §4).
//!
//! Lenient in what an atom may hold (8-bit bytes, flags, `\*`, sequence sets), strict in shape. A section
//! name such as `BODY[HEADER.FIELDS (SUBJECT)]<0>` is one atom. Refused: lists deeper than 32, more
//! than 50 000 tokens, parentheses that do not match, strings that do not end.

use std::borrow::Cow;

use super::frame::{Message, Part, marker};

/// BODYSTRUCTURE of the worst real mails is 10 deep.
const DEPTH: usize = 32;
/// 2 MB of memory at most.
const TOKENS: usize = 50_000;

/// One piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'a> {
    /// Without quotes: a word, a number, a flag, NIL.
    Atom(&'a [u8]),
    /// In quotes, which are gone, as are the backslashes of RFC 3501 `quoted`.
    Quoted(Cow<'a, [u8]>),
    /// With its length before it.
    Literal(&'a [u8]),
    /// In parentheses.
    List(Vec<Token<'a>>),
}

/// A message whose pieces do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// More levels than we follow.
    #[error("lists nested deeper than {DEPTH}")]
    TooDeep,
    /// More pieces than we keep.
    #[error("more than {TOKENS} words")]
    TooMany,
    /// An opening or closing parenthesis is missing.
    #[error("parentheses that do not match")]
    Unbalanced,
    /// The closing quote is missing.
    #[error("a quoted string that does not end")]
    Unterminated,
}

impl<'a> Token<'a> {
    /// A string in any of its forms; NIL is the atom that it looks like.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Atom(bytes) | Self::Literal(bytes) => Some(bytes),
            Self::Quoted(bytes) => Some(bytes),
            Self::List(_) => None,
        }
    }

    /// `nstring`: a string, or nothing for NIL.
    #[must_use]
    pub fn nstring(&self) -> Option<&[u8]> {
        if self.is_nil() { None } else { self.bytes() }
    }

    /// A string as text, lossy where it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.bytes()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// An unquoted NIL.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        self.is_atom(b"NIL")
    }

    /// Is it this atom, in any case?
    #[must_use]
    pub fn is_atom(&self, word: &[u8]) -> bool {
        matches!(self, Self::Atom(bytes) if bytes.eq_ignore_ascii_case(word))
    }

    /// A number.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Atom(bytes) => number(bytes),
            _ => None,
        }
    }

    /// The members of a list.
    #[must_use]
    pub fn list(&self) -> Option<&[Token<'a>]> {
        match self {
            Self::List(members) => Some(members),
            _ => None,
        }
    }
}

/// Digits and nothing else.
pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// The pieces of a message from the byte `from` of its first line on.
pub fn tokens(message: &Message, from: usize) -> Result<Vec<Token<'_>>, Malformed> {
    let mut tree = Tree::default();
    let mut parts = message.parts.iter().peekable();
    let mut skip = from;
    while let Some(part) = parts.next() {
        match part {
            Part::Literal(bytes) => tree.push(Token::Literal(bytes))?,
            Part::Line(line) => {
                let text = match (parts.peek(), marker(line)) {
                    (Some(Part::Literal(_)), Some((before, _))) => before,
                    _ => line.as_slice(),
                };
                scan(text.get(skip..).unwrap_or_default(), &mut tree)?;
            }
        }
        skip = 0;
    }
    tree.close()
}

/// The lists that are open, innermost last; no recursion, so that nesting costs no stack.
#[derive(Default)]
struct Tree<'a> {
    outer: Vec<Vec<Token<'a>>>,
    current: Vec<Token<'a>>,
    count: usize,
}

impl<'a> Tree<'a> {
    fn push(&mut self, token: Token<'a>) -> Result<(), Malformed> {
        self.count += 1;
        if self.count > TOKENS {
            return Err(Malformed::TooMany);
        }
        self.current.push(token);
        Ok(())
    }

    fn enter(&mut self) -> Result<(), Malformed> {
        if self.outer.len() >= DEPTH {
            return Err(Malformed::TooDeep);
        }
        self.outer.push(std::mem::take(&mut self.current));
        Ok(())
    }

    fn leave(&mut self) -> Result<(), Malformed> {
        let outer = self.outer.pop().ok_or(Malformed::Unbalanced)?;
        let list = std::mem::replace(&mut self.current, outer);
        self.push(Token::List(list))
    }

    fn close(self) -> Result<Vec<Token<'a>>, Malformed> {
        if self.outer.is_empty() {
            Ok(self.current)
        } else {
            Err(Malformed::Unbalanced)
        }
    }
}

fn scan<'a>(mut rest: &'a [u8], tree: &mut Tree<'a>) -> Result<(), Malformed> {
    while let Some((byte, after)) = rest.split_first() {
        rest = match byte {
            b' ' | b'\t' => after,
            b'(' => {
                tree.enter()?;
                after
            }
            b')' => {
                tree.leave()?;
                after
            }
            b'"' => {
                let (text, after) = quoted(after)?;
                tree.push(Token::Quoted(text))?;
                after
            }
            _ => {
                let (atom, after) = rest.split_at(atom_length(rest));
                tree.push(Token::Atom(atom))?;
                after
            }
        };
    }
    Ok(())
}

/// What follows an opening quote.
fn quoted(text: &[u8]) -> Result<(Cow<'_, [u8]>, &[u8]), Malformed> {
    let mut unescaped = Vec::new();
    let mut rest = text;
    loop {
        let stop = rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\'))
            .ok_or(Malformed::Unterminated)?;
        let (plain, after) = rest.split_at(stop);
        match after {
            [b'\\', escaped, after @ ..] => {
                unescaped.extend_from_slice(plain);
                unescaped.push(*escaped);
                rest = after;
            }
            [b'"', after @ ..] if unescaped.is_empty() && rest.len() == text.len() => {
                return Ok((Cow::Borrowed(plain), after));
            }
            [b'"', after @ ..] => {
                unescaped.extend_from_slice(plain);
                return Ok((Cow::Owned(unescaped), after));
            }
            _ => return Err(Malformed::Unterminated),
        }
    }
}

/// How far an atom goes; at least one byte.
fn atom_length(text: &[u8]) -> usize {
    let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'(' | b')' | b'"');
    let plain = text.iter().position(is_end).unwrap_or(text.len());
    let Some(open) = text.iter().take(plain).position(|byte| *byte == b'[') else {
        return plain.max(1);
    };
    // Only section names have blanks and parentheses inside of brackets; mailbox names may have
    // brackets too.
    let is_section = |word: &&[u8]| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    let sections: [&[u8]; 2] = [b"BODY", b"BINARY"];
    if !sections.iter().any(is_section) {
        return plain.max(1);
    }
    match section_length(text.get(open..).unwrap_or_default()) {
        Some(length) => {
            let tail = text.get(open + length..).unwrap_or_default();
            open + length + tail.iter().position(is_end).unwrap_or(tail.len())
        }
        None => plain.max(1),
    }
}

/// From the `[` to its `]`, which stands outside of the list of header names and of quotes.
fn section_length(text: &[u8]) -> Option<usize> {
    let (mut listed, mut quoted, mut escaped) = (false, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' => listed = true,
            b')' => listed = false,
            b']' if !listed => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(parts: Vec<Part>) -> Message {
        Message {
            parts,
            bare_lf: false,
        }
    }

    fn one(text: &[u8]) -> Message {
        message(vec![Part::Line(text.to_vec())])
    }

    fn atom(text: &str) -> Token<'_> {
        Token::Atom(text.as_bytes())
    }

    #[test]
    fn every_kind() {
        let parsed = message(vec![
            Part::Line(b"* LIST (\\Noselect () NIL) \"a\\\"b\\\\\" {3}".to_vec()),
            Part::Literal(b"x y".to_vec()),
            Part::Line(b" \"\" 12 \xe4".to_vec()),
        ]);
        assert_eq!(
            tokens(&parsed, 2).unwrap(),
            [
                atom("LIST"),
                Token::List(vec![atom("\\Noselect"), Token::List(vec![]), atom("NIL")]),
                Token::Quoted(Cow::Owned(b"a\"b\\".to_vec())),
                Token::Literal(b"x y"),
                Token::Quoted(Cow::Borrowed(b"")),
                atom("12"),
                Token::Atom(b"\xe4"),
            ]
        );
    }

    #[test]
    fn section_names_are_one_atom() {
        for name in [
            "BODY[HEADER.FIELDS (SUBJECT FROM)]<0>",
            "BODY[HEADER.FIELDS (\"a](\\\"b\" c])]",
            "body[]",
            "BINARY[1.2]",
            "BODY[",
            "[Gmail]/Sent",
            "BODYSTRUCTURE",
        ] {
            let text = format!("{name} (x)");
            let parsed = one(text.as_bytes());
            assert_eq!(
                tokens(&parsed, 0).unwrap(),
                [atom(name), Token::List(vec![atom("x")])]
            );
        }
        let parsed = one(b"[a (b]");
        assert_eq!(tokens(&parsed, 0), Err(Malformed::Unbalanced));
    }

    #[test]
    fn shapes_that_are_refused() {
        let deep = "(".repeat(DEPTH + 1);
        let just = format!("{}{}", "(".repeat(DEPTH), ")".repeat(DEPTH));
        let many = "1 ".repeat(TOKENS + 1);
        for (text, want) in [
            (deep.as_str(), Malformed::TooDeep),
            (&many, Malformed::TooMany),
            ("(a", Malformed::Unbalanced),
            ("a)", Malformed::Unbalanced),
            ("\"a", Malformed::Unterminated),
            ("\"a\\", Malformed::Unterminated),
            ("\"a\\\"", Malformed::Unterminated),
        ] {
            assert_eq!(tokens(&one(text.as_bytes()), 0), Err(want));
        }
        assert!(tokens(&one(just.as_bytes()), 0).is_ok());
    }

    #[test]
    fn what_a_token_is() {
        assert!(atom("nil").is_nil() && !Token::Quoted(Cow::Borrowed(b"NIL")).is_nil());
        assert_eq!(atom("NIL").bytes(), Some(&b"NIL"[..]));
        assert_eq!(atom("NIL").nstring(), None);
        assert_eq!(atom("12").number(), Some(12));
        for text in ["", "-1", "+1", "1x", "99999999999999999999"] {
            assert_eq!(atom(text).number(), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_message_panics(
            first in prop::collection::vec(any::<u8>(), 0..60),
            literal in prop::collection::vec(any::<u8>(), 0..10),
            last in "[a\"\\\\() \\[\\]{}]{0,30}",
            from in 0_usize..70,
        ) {
            let parsed = message(vec![
                Part::Line(first),
                Part::Literal(literal),
                Part::Line(last.into_bytes()),
            ]);
            let _ = tokens(&parsed, from);
        }
    }
}
