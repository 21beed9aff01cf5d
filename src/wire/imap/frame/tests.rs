use super::*;
use proptest::prelude::*;

const SMALL: Limits = Limits {
    line: 40,
    literal: 20,
    literals: 3,
    message: 60,
};

fn frame(chunks: &[&[u8]], limits: Limits) -> Result<Vec<Message>, Breach> {
    let mut framer = Framer::new(limits);
    let mut messages = Vec::new();
    for chunk in chunks {
        framer.push(chunk);
        while let Some(message) = framer.next_message()? {
            messages.push(message);
        }
    }
    Ok(messages)
}

fn line(text: &str) -> Part {
    Part::Line(text.as_bytes().to_vec())
}

fn literal(text: &str) -> Part {
    Part::Literal(text.as_bytes().to_vec())
}

#[test]
fn lines_and_literals() {
    let got = frame(
        &[b"* OK hi\r\n* 1 FETCH (X {3}\r\na\r\n Y ~{0}\r\n Z {2+}\r\n)) ())\r\na1 OK x\r\n"],
        Limits::default(),
    )
    .unwrap();
    assert_eq!(got.len(), 3);
    assert_eq!(got[0].parts, [line("* OK hi")]);
    assert_eq!(
        got[1].parts,
        [
            line("* 1 FETCH (X {3}"),
            literal("a\r\n"),
            line(" Y ~{0}"),
            literal(""),
            line(" Z {2+}"),
            literal("))"),
            line(" ())"),
        ]
    );
    assert_eq!(
        got[1].raw(1000),
        b"* 1 FETCH (X {3}\r\na\r\n Y ~{0}\r\n Z {2+}\r\n)) ())"
    );
    assert_eq!(got[1].raw(19), b"* 1 FETCH (X {3}\r\na");
    assert_eq!(got[2].first_line(), b"a1 OK x");
}

/// Quirk `bare-lf`.
#[test]
fn a_lone_lf_ends_a_line() {
    let got = frame(&[b"* OK hi\na1 OK x\r\n"], SMALL).unwrap();
    assert!(got[0].bare_lf && !got[1].bare_lf);
    let got = frame(&[b"* X {1}\na\n"], SMALL).unwrap();
    assert_eq!(got[0].parts, [line("* X {1}"), literal("a"), line("")]);
}

#[test]
fn text_for_people_has_no_literals() {
    for text in [
        "a1 NO I do not know {3}",
        "* ok [ALERT] see {3}",
        "* BYE {3}",
        "+ go on {3}",
    ] {
        let got = frame(&[text.as_bytes(), b"\r\n"], SMALL).unwrap();
        assert_eq!(got.len(), 1, "{text}");
        assert_eq!(got[0].parts, [line(text)]);
    }
    let got = frame(&[b"* OK [X {1}\r\na] text {3}\r\n123\r\n"], SMALL).unwrap();
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].parts.len(), 5);
}

#[test]
fn what_is_no_literal() {
    for text in [
        "* X {}", "* X {a}", "* X 3}", "* X {-1}", "* X {1}x", "* X {1 }", "{", "}", "",
    ] {
        let got = frame(&[text.as_bytes(), b"\r\n"], SMALL).unwrap();
        assert_eq!(got[0].parts, [line(text)], "{text}");
    }
}

#[test]
fn breaches() {
    let limit = SMALL.literal;
    for (stream, want) in [
        (
            "* X {4294967296}\r\n",
            Breach::LiteralTooLarge {
                announced: 4_294_967_296,
                limit,
            },
        ),
        (
            "* X {99999999999999999999999}\r\n",
            Breach::LiteralTooLarge {
                announced: u64::MAX,
                limit,
            },
        ),
        (
            "* X {21}\r\n",
            Breach::LiteralTooLarge {
                announced: 21,
                limit,
            },
        ),
        (
            "* X {20}\r\n01234567890123456789{20}\r\n01234567890123456789{9}\r\n",
            Breach::MessageTooLarge { limit: 60 },
        ),
        (
            "* X {0}\r\n{0}\r\n{0}\r\n{0}\r\n",
            Breach::TooManyLiterals { limit: 3 },
        ),
        (
            "01234567890123456789012345678901234567890\r\n",
            Breach::LineTooLong { limit: 40 },
        ),
        (
            "012345678901234567890123456789012345678901",
            Breach::LineTooLong { limit: 40 },
        ),
    ] {
        assert_eq!(frame(&[stream.as_bytes()], SMALL), Err(want), "{stream}");
    }
    let whole = "0123456789012345678901234567890123456789\r\n";
    assert_eq!(frame(&[whole.as_bytes()], SMALL).unwrap().len(), 1);
}

#[test]
fn a_breach_is_for_ever_and_holds_no_memory() {
    let mut framer = Framer::new(SMALL);
    framer.push(b"* X {99}\r\n");
    let breach = framer.next_message().unwrap_err();
    for _ in 0..1000 {
        framer.push(&[b'x'; 1000]);
    }
    assert_eq!(framer.next_message(), Err(breach));
    assert!(framer.is_empty());
}

#[test]
fn what_follows_a_message_stays_pending() {
    let mut framer = Framer::default();
    framer.push(b"a1 OK begin TLS\r\n* OK injected\r\n");
    assert!(framer.next_message().unwrap().is_some());
    assert_eq!(framer.pending(), b"* OK injected\r\n");
    assert!(!framer.is_empty());
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"* OK hi\r\n".to_vec()),
        Just(b"a1 NO see {3}\r\n".to_vec()),
        Just(b"* 1 FETCH (X {4}\r\n\r\n{9 ~{1}\r\n\n)\r\n".to_vec()),
        Just(b"* X {21}\r\n".to_vec()),
        Just(b"\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same(stream in stream(), sizes in prop::collection::vec(1_usize..9, 1..20)) {
        let whole = frame(&[&stream], SMALL);
        let mut chunks = Vec::new();
        let mut rest = stream.as_slice();
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, after) = rest.split_at((*size).min(rest.len()));
            chunks.push(chunk);
            rest = after;
        }
        prop_assert_eq!(frame(&chunks, SMALL), whole);
    }
}
