//! Is what arrived what was sent? Compared is what the standards do not allow to change: the decoded bodies
//! of the parts, byte for byte, and text in the header once it is decoded. A server may choose another transfer
//! encoding (RFC 6152 §3), and may add or lose empty lines at the very end.

use super::Message;
use super::draft::{TEXT_FIELD, Written};

/// As much of a message shows which line ends it has.
const HEAD: usize = 2000;
/// Characters of a line that are shown.
const SHOWN: usize = 40;

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The subject, as it is now.
    Subject(String),
    /// A field of ours is gone, or another.
    Field(String),
    /// A body; in words.
    Content(String),
}

/// All that is different.
#[must_use]
pub fn compare(sent: &Written, got: &[u8]) -> Vec<Difference> {
    let message = Message::parse(got);
    let mut found = Vec::new();
    let subject = message.subject().unwrap_or_default();
    if subject != sent.subject {
        found.push(Difference::Subject(subject));
    }
    if let Some(text) = sent.text {
        match message.field(TEXT_FIELD) {
            Some(own) if own == text => {}
            Some(own) => found.push(Difference::Content(format!(
                "the field {TEXT_FIELD} says \"{}\"",
                shown(own.as_bytes())
            ))),
            None => found.push(Difference::Field(format!("{TEXT_FIELD} is gone"))),
        }
    }
    let parts = message.leaves();
    if parts.len() != sent.parts.len() {
        found.push(Difference::Content(format!(
            "it had {} and has {}",
            count(sent.parts.len()),
            count(parts.len())
        )));
        // The first one says why, as a rule: a footer, a warning in the place of a file.
    }
    // A message that was delivered to a file has the line ends of the system, in all that is not encoded.
    let unix = !got.windows(2).take(HEAD).any(|two| two == b"\r\n");
    for (at, (was, is)) in sent.parts.iter().zip(&parts).enumerate() {
        let same = unix && without_returns(without_end(was)) == without_end(is);
        if let Some(words) = body(was, is).filter(|_| !same) {
            let which = if sent.parts.len() == 1 {
                "its text".to_owned()
            } else {
                format!("part {}", at + 1)
            };
            found.push(Difference::Content(format!("{which}: {words}")));
        }
    }
    found
}

fn count(parts: usize) -> String {
    match parts {
        1 => "1 part".to_owned(),
        parts => format!("{parts} parts"),
    }
}

/// What is different in a body.
fn body(was: &[u8], is: &[u8]) -> Option<String> {
    let (was, is) = (without_end(was), without_end(is));
    if was == is {
        return None;
    }
    let sizes = format!("{} bytes sent, {} arrived", was.len(), is.len());
    if let Some(more) = is.strip_prefix(was) {
        let more = shown(more.trim_ascii());
        return Some(format!("\"{more}\" was appended ({sizes})"));
    }
    if was.starts_with(is) {
        return Some(format!("the end is missing ({sizes})"));
    }
    if without_returns(was) == without_returns(is) {
        return Some(format!("line ends were changed ({sizes})"));
    }
    let lines = |bytes| without_returns(bytes);
    let (was, is) = (lines(was), lines(is));
    let old = was.split(|byte| *byte == b'\n');
    let new = is.split(|byte| *byte == b'\n');
    let at = old
        .clone()
        .zip(new.clone())
        .position(|(old, new)| old != new);
    let line = |at: usize, lines: &mut dyn Iterator<Item = &[u8]>| {
        lines.nth(at).map(shown).unwrap_or_default()
    };
    Some(match at {
        Some(at) => format!(
            "line {} was \"{}\" and is \"{}\" ({sizes})",
            at + 1,
            line(at, &mut old.clone()),
            line(at, &mut new.clone())
        ),
        None => sizes,
    })
}

/// Without empty lines at the end.
fn without_end(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let Some(less) = rest
        .strip_suffix(b"\r\n")
        .or_else(|| rest.strip_suffix(b"\n"))
    {
        rest = less;
    }
    rest
}

fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&b'\n') {
            out.push(byte);
        }
    }
    out
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out: String = text.chars().take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        out.push_str("...");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::draft::{Draft, Payload};
    use crate::message::token::Tokens;
    use data_encoding::BASE64_MIME;
    use proptest::prelude::*;

    fn written(payload: &str, eight_bit: bool) -> Written {
        let token = Tokens::new(None, "x").fresh(1_800_000_000, 45).unwrap();
        let draft = Draft {
            from: "a@example.org".to_owned(),
            to: "b@example.org".to_owned(),
            subject: "round trip".to_owned(),
            fields: Vec::new(),
            payload: Payload::parse(payload).unwrap(),
            size: 3000,
        };
        draft.write(&token, eight_bit)
    }

    fn with_trace(bytes: &[u8]) -> Vec<u8> {
        [b"Received: from a by b; x\r\nX-Spam-Status: No\r\n", bytes].concat()
    }

    #[test]
    fn what_servers_may_change() {
        for payload in ["plain", "all", "8bit,dots", "eicar"] {
            let sent = written(payload, true);
            let mut got = with_trace(&sent.bytes);
            assert_eq!(compare(&sent, &got), [], "{payload}");
            got.extend_from_slice(b"\r\n\r\n");
            assert_eq!(compare(&sent, &got), [], "{payload}");
            // Whatever the next server takes, the parts are the same.
            assert_eq!(
                compare(&sent, &written_like(&sent, payload)),
                [],
                "{payload}"
            );
        }
        // In a file of this system.
        let sent = written("all", true);
        let unix = sent
            .bytes
            .iter()
            .copied()
            .filter(|byte| *byte != b'\r')
            .collect::<Vec<u8>>();
        assert_eq!(compare(&sent, &unix), []);
        // A body in another encoding.
        let sent = written("8bit,dots,long", true);
        let head = String::from_utf8_lossy(&sent.bytes)
            .split("\r\n\r\n")
            .next()
            .unwrap()
            .to_owned();
        let base64 =
            head.replace("8bit", "base64") + "\r\n\r\n" + &BASE64_MIME.encode(&sent.parts[0]);
        assert_eq!(compare(&sent, base64.as_bytes()), []);
        let quoted: String = sent.parts[0]
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| {
                let line = line.strip_suffix(b"\r\n").unwrap();
                let mut out = String::new();
                for (at, byte) in line.iter().enumerate() {
                    if at % 20 == 19 {
                        out.push_str("=\r\n");
                    }
                    out.push_str(&format!("={byte:02X}"));
                }
                out + "\r\n"
            })
            .collect();
        let quoted = head.replace("8bit", "quoted-printable") + "\r\n\r\n" + &quoted;
        assert_eq!(compare(&sent, quoted.as_bytes()), []);
    }

    /// The same message for a server without 8BITMIME.
    fn written_like(sent: &Written, payload: &str) -> Vec<u8> {
        let other = written(payload, false);
        let token = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let at = text.find("mp1-").unwrap();
            let end = text[at..].find('@').unwrap();
            text[at..at + end].to_owned()
        };
        let (own, wanted) = (token(&other.bytes), token(&sent.bytes));
        if other.bytes.windows(6).any(|six| six == b"base64")
            && payload != "eicar"
            && payload != "plain"
        {
            // The token stands within the encoded text: that part is written anew.
            return sent.bytes.clone();
        }
        String::from_utf8(other.bytes)
            .unwrap()
            .replace(&own, &wanted)
            .into_bytes()
    }

    #[test]
    fn what_they_may_not() {
        let sent = written("8bit,dots", true);
        let text = String::from_utf8(sent.bytes.clone()).unwrap();
        let rows = [
            (text.replace("\r\n..\r\n", "\r\n.\r\n"), "its text: line "),
            (
                text.clone() + "-- \r\nThis mail was scanned",
                "was appended",
            ),
            (
                text.replace("Gr\u{fc}\u{df}e", "Gr??e"),
                "was \"Gr\u{fc}\u{df}e",
            ),
            (text[..text.len() - 500].to_owned(), "the end is missing"),
            (
                text.split("\r\n\r\n").next().unwrap().to_owned() + "\r\n\r\n",
                "the end is missing",
            ),
        ];
        for (got, words) in rows {
            let found = compare(&sent, got.as_bytes());
            let [Difference::Content(said)] = found.as_slice() else {
                panic!("{found:?}");
            };
            assert!(said.contains(words), "{said}");
        }
        let tagged = text.replace("Subject: ", "Subject: [EXT] ");
        assert_eq!(
            compare(&sent, tagged.as_bytes()),
            [Difference::Subject("[EXT] round trip".to_owned())]
        );
        let sent = written("all", true);
        let text = String::from_utf8_lossy(&sent.bytes).into_owned();
        let stripped: String = text
            .split_inclusive("\r\n")
            .filter(|line| !line.starts_with(TEXT_FIELD))
            .collect();
        assert!(matches!(
            compare(&sent, stripped.as_bytes())[..],
            [Difference::Field(_)]
        ));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_panics_and_changes_are_seen(at in 0_usize..5000, byte in any::<u8>()) {
            let sent = written("8bit,dots,long", true);
            let body = sent.bytes.len() - sent.parts[0].len();
            let mut got = sent.bytes.clone();
            let at = at % got.len();
            let before = std::mem::replace(&mut got[at], byte);
            let found = compare(&sent, &got);
            // Whatever stands in the body is seen, but for the line end at its very end.
            if at >= body && at + 2 < sent.bytes.len() && before != byte {
                prop_assert!(!found.is_empty());
            }
        }

        #[test]
        fn no_mail_panics(got in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = compare(&written("all", true), &got);
        }
    }
}
