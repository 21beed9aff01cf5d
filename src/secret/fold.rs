//! A copy of a text in which a secret looks the same however it was written: small letters, without
//! blanks, control characters and what cannot be seen; on request without escapes, too. It remembers
//! where each of its bytes stood in the text.
//!
//! Escapes that are known: percent-encoding (RFC 3986 §2.1), quoted-printable (RFC 2045 §6.7), those of
//! JSON (RFC 8259 §7) and of programming languages, character references of HTML, and the code that an
//! SMTP server repeats at the start of each line (RFC 5321 §4.2.1). One layer of them is taken off.

use zeroize::Zeroizing;

/// The copy.
#[derive(Default)]
pub(super) struct Folded {
    /// What is searched.
    pub bytes: Zeroizing<Vec<u8>>,
    /// For each of the bytes, from where to where it stood in the text.
    places: Vec<(u32, u32)>,
}

impl Folded {
    /// Folds a text; `unescape` takes one layer of escapes off.
    pub fn new(text: &str, unescape: bool) -> Self {
        let mut folded = Self::default();
        folded.bytes.reserve(text.len());
        folded.places.reserve(text.len());
        // Escaped bytes are letters only once all bytes of a letter are there.
        let mut octets: Vec<(u8, usize, usize)> = Vec::new();
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            // Nearly all of a text.
            if byte.is_ascii_alphanumeric() && octets.is_empty() {
                folded.bytes.push(byte.to_ascii_lowercase());
                folded.places.push((narrow(at), narrow(at + 1)));
                at += 1;
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            let Some(c) = rest.chars().next() else { break };
            let escaped = if unescape { escape(rest, c) } else { None };
            let (unit, length) = escaped.unwrap_or((Unit::Letter(c), c.len_utf8()));
            let end = at + length;
            if let Unit::Octet(octet) = unit {
                octets.push((octet, at, end));
            } else {
                folded.flush(&mut octets);
            }
            if let Unit::Letter(c) = unit {
                folded.put(c, at, end);
            }
            at = end;
        }
        folded.flush(&mut octets);
        folded
    }

    /// Does the text have anything that [`new`](Self::new) could unescape?
    pub fn has_escapes(text: &str) -> bool {
        text.bytes()
            .any(|byte| matches!(byte, b'%' | b'=' | b'\\' | b'&' | b'\n'))
    }

    /// Where in the text the bytes from `from` to before `to` stood.
    pub fn place(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        let (start, _) = *self.places.get(from)?;
        let (_, end) = *self.places.get(to.checked_sub(1)?)?;
        Some((start as usize, end as usize))
    }

    fn put(&mut self, c: char, start: usize, end: usize) {
        if c.is_control() || c.is_whitespace() || invisible(c) {
            return;
        }
        let place = (narrow(start), narrow(end));
        if c.is_ascii() {
            self.bytes
                .extend(u8::try_from(c).map(|byte| byte.to_ascii_lowercase()));
            self.places.push(place);
            return;
        }
        for small in c.to_lowercase() {
            let mut buffer = [0; 4];
            for byte in small.encode_utf8(&mut buffer).bytes() {
                self.bytes.push(byte);
                self.places.push(place);
            }
        }
    }

    /// UTF-8, and what is not UTF-8 as Latin-1.
    fn flush(&mut self, octets: &mut Vec<(u8, usize, usize)>) {
        if octets.is_empty() {
            return;
        }
        let bytes: Zeroizing<Vec<u8>> =
            Zeroizing::new(octets.iter().map(|(octet, ..)| *octet).collect());
        let mut places = octets.drain(..).map(|(_, start, end)| (start, end));
        for chunk in bytes.utf8_chunks() {
            let letters = chunk.valid().chars().map(|c| (c, c.len_utf8()));
            let strays = chunk.invalid().iter().map(|byte| (char::from(*byte), 1));
            for (c, length) in letters.chain(strays) {
                let Some((start, mut end)) = places.next() else {
                    return;
                };
                if let Some((_, last)) = length.checked_sub(2).and_then(|more| places.nth(more)) {
                    end = last;
                }
                self.put(c, start, end);
            }
        }
    }
}

/// No text that is searched comes near 4 GiB.
fn narrow(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

enum Unit {
    Letter(char),
    /// A byte of a letter.
    Octet(u8),
    Nothing,
}

/// The escape at the start of `rest`, which starts with `first`, and its length.
fn escape(rest: &str, first: char) -> Option<(Unit, usize)> {
    match first {
        '%' => Some((Unit::Octet(hex2(rest.get(1..3)?)?), 3)),
        '=' => soft_break(rest).or_else(|| Some((Unit::Octet(hex2(rest.get(1..3)?)?), 3))),
        '\\' => backslash(rest),
        '&' => reference(rest),
        '\n' => {
            let code = rest.get(1..4)?;
            let continues = matches!(rest.as_bytes().get(4)?, b' ' | b'-');
            (continues && code.bytes().all(|byte| byte.is_ascii_digit()))
                .then_some((Unit::Nothing, 5))
        }
        _ => None,
    }
}

fn soft_break(rest: &str) -> Option<(Unit, usize)> {
    ["=\r\n", "=\n"]
        .iter()
        .find(|end| rest.starts_with(**end))
        .map(|end| (Unit::Nothing, end.len()))
}

fn backslash(rest: &str) -> Option<(Unit, usize)> {
    let next = rest.chars().nth(1)?;
    let code = match next {
        'x' => rest
            .get(2..4)
            .and_then(hex2)
            .map(|octet| (Unit::Octet(octet), 4)),
        '0'..='3' => rest
            .get(1..4)
            .and_then(|digits| u8::from_str_radix(digits, 8).ok())
            .map(|octet| (Unit::Octet(octet), 4)),
        'u' => braced(rest).or_else(|| utf16(rest)),
        'n' | 'r' | 't' | 'b' | 'f' => Some((Unit::Nothing, 2)),
        _ => None,
    };
    Some(code.unwrap_or((Unit::Letter(next), 1 + next.len_utf8())))
}

/// `\u{e4}`
fn braced(rest: &str) -> Option<(Unit, usize)> {
    let digits = rest.strip_prefix("\\u{")?;
    let digits = digits.get(..digits.bytes().take(8).position(|byte| byte == b'}')?)?;
    let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    Some((Unit::Letter(c), digits.len() + 4))
}

/// `\u00e4`, and two of them for what is beyond the first plane.
fn utf16(rest: &str) -> Option<(Unit, usize)> {
    let unit = |at: usize| {
        let digits = rest.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let high = unit(0)?;
    let (units, length) = match high {
        0xd800..=0xdbff => (vec![high, unit(6)?], 12),
        _ => (vec![high], 6),
    };
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((Unit::Letter(c), length))
}

/// `&lt;`, `&#228;`, `&#xE4;`
fn reference(rest: &str) -> Option<(Unit, usize)> {
    let end = rest.bytes().take(12).position(|byte| byte == b';')?;
    let name = rest.get(1..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((Unit::Letter(c), end + 1))
}

fn hex2(digits: &str) -> Option<u8> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
}

/// Marks that change how the rest of a line is shown and show nothing themselves.
pub(crate) fn invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str) -> String {
        String::from_utf8(Folded::new(text, true).bytes.to_vec()).unwrap()
    }

    #[test]
    fn every_escape_is_taken_off() {
        for text in [
            "pä\"ß",
            "P\u{200b}\u{c4} \0\"\r\n\u{df}",
            "p%C3%a4%22%C3%9F",
            "p%E4%22%DF",
            "p=C3=A4=\r\n\"=DF",
            "p\\u00e4\\\"\\u00DF",
            "p\\u{e4}\\\"\\xc3\\x9f",
            "p\\303\\244\"\\337",
            "p&#228;&quot;&#xDF;",
            "p\n550-ä\n550 \"ß",
        ] {
            assert_eq!(folded(text), "pä\"ß", "{text:?}");
        }
        assert_eq!(folded("\\ud83d\\ude00"), "😀");
        for odd in ["%", "%4", "%zz", "&;", "&#xffffffff;", "\\", "=", "\n12"] {
            let _ = folded(odd);
        }
        assert_eq!(folded("\\ud83dx"), "ud83dx");
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "ab %C3%A4\\u00e4c";
        let folded = Folded::new(text, true);
        let (start, end) = folded.place(2, 7).unwrap();
        assert_eq!(text.get(start..end), Some("%C3%A4\\u00e4c"));
        assert_eq!(folded.place(0, 0), None);
        assert_eq!(folded.place(0, 99), None);
    }

    proptest! {
        #[test]
        fn any_text_is_folded(text in r"([ -~]|%[0-9A-F]{2}|\\u[0-9a-f]{4}|\PC|\pC){0,60}", unescape: bool) {
            let folded = Folded::new(&text, unescape);
            prop_assert!(std::str::from_utf8(&folded.bytes).is_ok());
            for at in 0..folded.bytes.len() {
                let (start, end) = folded.place(at, at + 1).unwrap();
                prop_assert!(text.get(start..end).is_some_and(|place| !place.is_empty()));
            }
        }
    }
}
