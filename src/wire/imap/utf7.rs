//! Names of mailboxes in modified UTF-7 (RFC 3501 §5.1.3).
//!
//! [`decode`] refuses what the RFC forbids: base64 that does not end, is no UTF-16, or writes what
//! should stand for itself. [`decode_lossy`] shows such a name as it is.

use data_encoding::BASE64_NOPAD;

/// A name that is no modified UTF-7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mailbox name that is not modified UTF-7")]
pub struct Malformed;

/// As the protocol writes a name.
#[must_use]
pub fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut waiting = Vec::new();
    for c in name.chars() {
        if !matches!(c, ' '..='~') {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                waiting.extend_from_slice(&unit.to_be_bytes());
            }
            continue;
        }
        shift(&mut waiting, &mut out);
        match c {
            '&' => out.push_str("&-"),
            _ => out.push(c),
        }
    }
    shift(&mut waiting, &mut out);
    out
}

fn shift(waiting: &mut Vec<u8>, out: &mut String) {
    if !waiting.is_empty() {
        out.push('&');
        out.push_str(&BASE64_NOPAD.encode(waiting).replace('/', ","));
        out.push('-');
        waiting.clear();
    }
}

/// The name that is written so.
pub fn decode(written: &[u8]) -> Result<String, Malformed> {
    let text = std::str::from_utf8(written).map_err(|_| Malformed)?;
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(Malformed);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, shifted)) = rest.split_once('&') {
        let (inner, after) = shifted.split_once('-').ok_or(Malformed)?;
        out.push_str(plain);
        if inner.is_empty() {
            out.push('&');
        } else {
            unshift(inner, &mut out)?;
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn unshift(inner: &str, out: &mut String) -> Result<(), Malformed> {
    if inner.contains('/') {
        return Err(Malformed);
    }
    let bytes = BASE64_NOPAD
        .decode(inner.replace(',', "/").as_bytes())
        .map_err(|_| Malformed)?;
    let units = bytes.chunks_exact(2);
    if !units.remainder().is_empty() {
        return Err(Malformed);
    }
    let units = units.map(|pair| {
        pair.iter()
            .fold(0, |unit, byte| unit << 8 | u16::from(*byte))
    });
    for c in char::decode_utf16(units) {
        match c {
            Ok(' '..='~') | Err(_) => return Err(Malformed),
            Ok(c) => out.push(c),
        }
    }
    Ok(())
}

/// The name for people: decoded where it can be, else as it came. Servers that send raw UTF-8
/// (UTF8=ACCEPT, RFC 6855; without it GreenMail and old Exchange) are shown right, too.
#[must_use]
pub fn decode_lossy(written: &[u8]) -> String {
    decode(written).unwrap_or_else(|Malformed| String::from_utf8_lossy(written).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_names() {
        for (name, written) in [
            ("INBOX", "INBOX"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("R&D", "R&-D"),
            ("&", "&-"),
            ("a&ü&b", "a&-&APw-&-b"),
            ("😀", "&2D3eAA-"),
            ("", ""),
            ("a\tb", "a&AAk-b"),
        ] {
            assert_eq!(encode(name), written);
            assert_eq!(decode(written.as_bytes()).as_deref(), Ok(name));
        }
    }

    #[test]
    fn what_is_malformed_is_shown_as_it_is() {
        for written in [
            "a&b",
            "&",
            "&AGE-",
            "&APw",
            "&AP-",
            "&2D0-",
            "&A/w-",
            "&AP w-",
            "a\tb",
            "Entwürfe",
        ] {
            assert_eq!(decode(written.as_bytes()), Err(Malformed), "{written}");
            assert_eq!(decode_lossy(written.as_bytes()), written);
        }
        assert_eq!(decode_lossy(b"a\xff"), "a\u{fffd}");
    }

    proptest! {
        #[test]
        fn any_name_comes_back(name in any::<String>()) {
            let written = encode(&name);
            prop_assert!(written.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            prop_assert_eq!(decode(written.as_bytes()), Ok(name));
        }

        #[test]
        fn no_bytes_panic(written in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = decode_lossy(&written);
        }
    }
}
