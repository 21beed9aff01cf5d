//! JSON (RFC 8259) as a stream of tokens, from pieces of any size.
//!
//! serde_json wants a whole value, or a reader that blocks in the middle of one; a queue entry can have a hundred thousand
//! recipients, and a listing can end anywhere. This scanner keeps one string at a time, cut at a limit, and nothing else.
//! It refuses what is no JSON, and values nested deeper than any queue listing.

mod documents;

pub(super) use documents::{Documents, Reader};

/// What of one string or number is kept.
const TEXT_LIMIT: usize = 16 * 1024;
/// Deeper values are refused. One bit each remembers whether a level is an object.
const DEPTH_LIMIT: u32 = 64;

/// A piece of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Key(&'a [u8]),
    String(&'a [u8]),
    /// A number, `true`, `false` or `null`.
    Bare(&'a [u8]),
}

/// No JSON: the offset of the first byte that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault(pub(super) usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum State {
    /// Before a value: between whole values, behind a colon, behind a comma of an array.
    #[default]
    Value,
    /// Behind `[`.
    ValueOrEnd,
    /// Behind a comma of an object.
    Key,
    /// Behind `{`.
    KeyOrEnd,
    Colon,
    /// Behind a value within another one.
    After,
    Text,
    Escape,
    /// Within `\uXXXX`, so many digits seen.
    Hex(u8),
    Bare,
}

#[derive(Debug, Default)]
pub(super) struct Scanner {
    state: State,
    depth: u32,
    objects: u64,
    text: Vec<u8>,
    key: bool,
    hex: u32,
    /// The first half of a surrogate pair.
    high: Option<u32>,
}

impl Scanner {
    /// Between two values.
    pub(super) fn at_rest(&self) -> bool {
        self.depth == 0 && self.state == State::Value
    }

    /// Forgets what was begun.
    pub(super) fn reset(&mut self) {
        self.state = State::Value;
        self.depth = 0;
        self.text.clear();
        self.high = None;
    }

    /// Takes the next piece. After a fault the scanner is to be reset.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        token: &mut impl FnMut(Token<'_>),
    ) -> Result<(), Fault> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match self.state {
                State::Text => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let run = plain(rest);
                    self.push(rest.get(..run).unwrap_or_default());
                    at += run;
                    match rest.get(run) {
                        None => break,
                        Some(b'"') => self.end_text(token),
                        Some(b'\\') => self.state = State::Escape,
                        Some(_) => return Err(Fault(at)),
                    }
                }
                State::Escape => self.escape(byte).ok_or(Fault(at))?,
                State::Hex(digits) => self.hex(byte, digits).ok_or(Fault(at))?,
                State::Bare if is_bare_byte(byte) => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let run = rest.iter().take_while(|byte| is_bare_byte(**byte)).count();
                    self.push(rest.get(..run).unwrap_or_default());
                    at += run;
                    continue;
                }
                State::Bare => {
                    if !is_bare(&self.text) {
                        return Err(Fault(at));
                    }
                    token(Token::Bare(&self.text));
                    self.end_value();
                    continue;
                }
                _ if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') => {}
                State::Value | State::ValueOrEnd | State::Key | State::KeyOrEnd if byte == b'"' => {
                    let key = matches!(self.state, State::Key | State::KeyOrEnd);
                    let rest = bytes.get(at + 1..).unwrap_or_default();
                    let run = plain(rest);
                    let text = rest.get(..run).unwrap_or_default();
                    // Nearly all: whole and without an escape, they need not be copied.
                    if rest.get(run) == Some(&b'"') && run <= TEXT_LIMIT {
                        if key {
                            self.state = State::Colon;
                            token(Token::Key(text));
                        } else {
                            token(Token::String(text));
                            self.end_value();
                        }
                        at += run + 2;
                        continue;
                    }
                    self.begin(State::Text, key);
                    self.push(text);
                    at += run;
                }
                _ => self.structure(byte, token).ok_or(Fault(at))?,
            }
            at += 1;
        }
        Ok(())
    }

    /// Ends a number that nothing ends: only between values can one stand so.
    pub(super) fn finish(&mut self, token: &mut impl FnMut(Token<'_>)) {
        if self.state == State::Bare && self.depth == 0 && is_bare(&self.text) {
            token(Token::Bare(&self.text));
            self.end_value();
        }
    }

    fn structure(&mut self, byte: u8, token: &mut impl FnMut(Token<'_>)) -> Option<()> {
        match (self.state, byte) {
            (State::Value | State::ValueOrEnd, b'{') => {
                self.open(true)?;
                token(Token::ObjectStart);
            }
            (State::Value | State::ValueOrEnd, b'[') => {
                self.open(false)?;
                token(Token::ArrayStart);
            }
            (State::Value | State::ValueOrEnd, b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                self.begin(State::Bare, false);
                self.push(&[byte]);
            }
            (State::Colon, b':') => self.state = State::Value,
            (State::After, b',') if self.in_object() => self.state = State::Key,
            (State::After, b',') => self.state = State::Value,
            (State::After | State::KeyOrEnd, b'}') if self.in_object() => {
                self.close();
                token(Token::ObjectEnd);
            }
            (State::After | State::ValueOrEnd, b']') if !self.in_object() => {
                self.close();
                token(Token::ArrayEnd);
            }
            _ => return None,
        }
        Some(())
    }

    fn in_object(&self) -> bool {
        self.objects & 1 == 1
    }

    fn open(&mut self, object: bool) -> Option<()> {
        if self.depth == DEPTH_LIMIT {
            return None;
        }
        self.depth += 1;
        self.objects = self.objects << 1 | u64::from(object);
        self.state = if object {
            State::KeyOrEnd
        } else {
            State::ValueOrEnd
        };
        Some(())
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.objects >>= 1;
        self.end_value();
    }

    fn end_value(&mut self) {
        self.state = if self.depth == 0 {
            State::Value
        } else {
            State::After
        };
    }

    fn begin(&mut self, state: State, key: bool) {
        self.text.clear();
        self.high = None;
        self.state = state;
        self.key = key;
    }

    fn push(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() && self.high.take().is_some() {
            self.push_char(char::REPLACEMENT_CHARACTER);
        }
        let room = TEXT_LIMIT.saturating_sub(self.text.len());
        self.text
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    fn push_char(&mut self, char: char) {
        let mut buffer = [0; 4];
        let text = char.encode_utf8(&mut buffer);
        if self.text.len() < TEXT_LIMIT {
            self.text.extend_from_slice(text.as_bytes());
        }
    }

    fn end_text(&mut self, token: &mut impl FnMut(Token<'_>)) {
        if self.high.take().is_some() {
            self.push_char(char::REPLACEMENT_CHARACTER);
        }
        if self.key {
            self.state = State::Colon;
            token(Token::Key(&self.text));
        } else {
            token(Token::String(&self.text));
            self.end_value();
        }
    }

    fn escape(&mut self, byte: u8) -> Option<()> {
        let plain = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                self.hex = 0;
                self.state = State::Hex(0);
                return Some(());
            }
            _ => return None,
        };
        self.push(&[plain]);
        self.state = State::Text;
        Some(())
    }

    fn hex(&mut self, byte: u8, digits: u8) -> Option<()> {
        let digit = char::from(byte).to_digit(16)?;
        self.hex = self.hex << 4 | digit;
        if digits < 3 {
            self.state = State::Hex(digits + 1);
            return Some(());
        }
        self.state = State::Text;
        let unit = self.hex;
        let high = self.high.take();
        match (high, unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                let code = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
                self.push_char(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (high, unit) => {
                if high.is_some() {
                    self.push_char(char::REPLACEMENT_CHARACTER);
                }
                if matches!(unit, 0xd800..=0xdbff) {
                    self.high = Some(unit);
                } else {
                    self.push_char(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
        }
        Some(())
    }
}

/// How many bytes stand before the next one that means something in a string.
fn plain(text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    // Eight at a time: a subtraction borrows into the highest bit of each byte that is too small, or that has become zero. It may
    // be wrong behind a true find only, and then the bytes are looked at one by one.
    for eight in text.chunks_exact(8) {
        let Ok(eight) = <[u8; 8]>::try_from(eight) else {
            break;
        };
        let word = u64::from_ne_bytes(eight);
        let quote = word ^ (ONES * u64::from(b'"'));
        let slash = word ^ (ONES * u64::from(b'\\'));
        let found = (word.wrapping_sub(ONES * 0x20) & !word)
            | (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash);
        if found & HIGHS != 0 {
            break;
        }
        at += 8;
    }
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
        .unwrap_or(rest.len())
}

fn is_bare_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

fn is_bare(text: &[u8]) -> bool {
    matches!(text, b"true" | b"false" | b"null")
        || text
            .first()
            .is_some_and(|byte| matches!(byte, b'-' | b'0'..=b'9'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(pieces: &[&[u8]]) -> Result<(Vec<String>, bool), Fault> {
        let mut scanner = Scanner::default();
        let mut seen = Vec::new();
        let mut take = |token: Token<'_>| {
            seen.push(match token {
                Token::Key(text) => format!("{}:", String::from_utf8_lossy(text)),
                Token::String(text) => format!("'{}'", String::from_utf8_lossy(text)),
                Token::Bare(text) => String::from_utf8_lossy(text).into_owned(),
                other => format!("{other:?}"),
            });
        };
        for piece in pieces {
            scanner.feed(piece, &mut take)?;
        }
        scanner.finish(&mut take);
        Ok((seen, scanner.at_rest()))
    }

    /// The same tokens out of a value that a known parser has read.
    fn expected(value: &serde_json::Value, seen: &mut Vec<String>) {
        use serde_json::Value;
        match value {
            Value::Object(members) => {
                seen.push("ObjectStart".to_owned());
                for (key, value) in members {
                    seen.push(format!("{key}:"));
                    expected(value, seen);
                }
                seen.push("ObjectEnd".to_owned());
            }
            Value::Array(items) => {
                seen.push("ArrayStart".to_owned());
                items.iter().for_each(|item| expected(item, seen));
                seen.push("ArrayEnd".to_owned());
            }
            Value::String(text) => seen.push(format!("'{text}'")),
            other => seen.push(other.to_string()),
        }
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec((".{0,6}", inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn escapes_and_halves_of_characters() {
        let text = br#"{"a\u00e9\n": "\ud83d\ude00 \ud83d x \udc00\"\/"}"#;
        let (seen, rest) = tokens(&[text]).unwrap();
        assert!(rest);
        assert_eq!(
            seen,
            [
                "ObjectStart",
                "a\u{e9}\n:",
                "'\u{1f600} \u{fffd} x \u{fffd}\"/'",
                "ObjectEnd"
            ]
        );
    }

    #[test]
    fn what_is_no_json() {
        for text in [
            "{]",
            "{\"a\" 1}",
            "[1 2]",
            "{\"a\":1,}x",
            "nul]",
            "\"a\nb\"",
            "x",
            "]",
            "\"\\x\"",
            "{1:2}",
        ] {
            assert!(tokens(&[text.as_bytes()]).is_err(), "{text}");
        }
        assert!(tokens(&[&[b'['; 100]]).is_err());
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_writes(value in value(), pretty in any::<bool>(), cut in 1_usize..9) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let text = text.unwrap();
            let mut wanted = Vec::new();
            expected(&value, &mut wanted);
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(cut).collect();
            prop_assert_eq!(tokens(&pieces), Ok((wanted, true)));
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = tokens(&[&bytes]);
        }

        #[test]
        fn never_panics_on_near_json(text in "[\\[\\]{}:,\"\\\\u0-9a-f \n]{0,60}") {
            let _ = tokens(&[text.as_bytes()]);
        }
    }
}
