//! Mailbox names: modified UTF-7 (RFC 3501 §5.1.3) and the patterns of LIST.

use data_encoding::{Encoding, Specification};
use std::sync::OnceLock;

fn base64() -> &'static Encoding {
    static ENCODING: OnceLock<Encoding> = OnceLock::new();
    ENCODING.get_or_init(|| {
        let mut form = Specification::new();
        form.symbols
            .push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,");
        form.encoding().expect("a base64 alphabet")
    })
}

pub fn encode(name: &str) -> String {
    let mut out = String::new();
    let mut wide: Vec<u8> = Vec::new();
    let flush = |wide: &mut Vec<u8>, out: &mut String| {
        if !wide.is_empty() {
            out.push_str(&format!("&{}-", base64().encode(wide)));
            wide.clear();
        }
    };
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            flush(&mut wide, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            wide.extend(
                c.encode_utf16(&mut units)
                    .iter()
                    .flat_map(|unit| unit.to_be_bytes()),
            );
        }
    }
    flush(&mut wide, &mut out);
    out
}

/// Strict: None for what no good client writes.
pub fn decode(name: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = name;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (inside, after) = rest[at + 1..].split_once('-')?;
        if inside.is_empty() {
            out.push('&');
        } else {
            let bytes = base64().decode(inside.as_bytes()).ok()?;
            if bytes.len() % 2 != 0 {
                return None;
            }
            let units: Vec<u16> = bytes
                .chunks(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            let text = String::from_utf16(&units).ok()?;
            if text.chars().any(|c| (' '..='~').contains(&c)) {
                return None;
            }
            out.push_str(&text);
        }
        rest = after;
    }
    out.push_str(rest);
    if out.chars().any(char::is_control) {
        None
    } else {
        Some(out)
    }
}

/// `*` stands for anything, `%` for anything within a level.
pub fn matches(pattern: &str, name: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return name.is_empty();
    };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => (0..=name.len())
            .filter(|at| name.is_char_boundary(*at))
            .any(|at| matches(rest, &name[at..])),
        '%' => {
            let level = name.find('/').unwrap_or(name.len());
            (0..=level)
                .filter(|at| name.is_char_boundary(*at))
                .any(|at| matches(rest, &name[at..]))
        }
        _ => name
            .strip_prefix(first)
            .is_some_and(|name| matches(rest, name)),
    }
}

/// A string as a server sends it: quoted, or a literal where quotes do not reach.
pub fn string(text: &[u8]) -> Vec<u8> {
    let plain = |byte: &u8| (b' '..=b'~').contains(byte);
    if text.iter().all(plain) && text.len() < 1000 {
        let mut out = vec![b'"'];
        for byte in text {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(*byte);
        }
        out.push(b'"');
        return out;
    }
    literal(text)
}

pub fn literal(text: &[u8]) -> Vec<u8> {
    [format!("{{{}}}\r\n", text.len()).as_bytes(), text].concat()
}
