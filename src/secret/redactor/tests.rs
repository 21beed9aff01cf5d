//! What a server may make of a secret, and what must be left of it.

use std::time::Instant;

use data_encoding::{BASE64, BASE64URL, HEXUPPER};
use proptest::prelude::*;

use super::*;

fn redactor(secret: impl AsRef<[u8]>) -> Redactor {
    let redactor = Redactor::default();
    redactor.learn(&Secret::new(secret.as_ref().to_vec()));
    redactor
}

fn assert_struck(secret: impl AsRef<[u8]>, form: &str) {
    let text = format!("535 bad password {form}, sorry");
    let struck = redactor(secret).strike(&text);
    assert_eq!(struck, "535 bad password ****, sorry", "of {text:?}");
}

#[test]
fn in_every_encoding() {
    let secret = "s3cret pass";
    for form in [
        secret,
        "S3CRET PASS",
        "s3cret%20pass",
        "s3cret+pass",
        "s3cret=20pass",
        "s3cret&#32;pass",
        "s3cret\\u0020pass",
        "s3cret\\x20pass",
        "7333637265742070617373",
    ] {
        assert_struck(secret, form);
    }
    assert_struck(
        secret,
        BASE64.encode(secret.as_bytes()).trim_end_matches('='),
    );
    assert_struck(secret, &HEXUPPER.encode(secret.as_bytes()));
    assert_struck("a<b&cdefg", "a&lt;b&amp;cdefg");
    assert_struck("a\"b\\cdef", r#"a\"b\\cdef"#);
    assert_struck("pä\"wörd", r#"p\u00e4\"w\u00f6rd"#);
    assert_struck("pä??>>ss~~", &BASE64URL.encode("pä??>>ss~~".as_bytes()));
}

#[test]
fn in_other_character_sets() {
    for form in [
        "p\u{fffd}ssw\u{fffd}rdlong",
        "pässwördlong",
        "p?ssw?rdlong",
        "p%E4ssw%f6rdlong",
    ] {
        assert_struck(b"p\xe4ssw\xf6rdlong", form);
        assert_struck("pässwördlong", form);
    }
    assert_struck("pässwördlong", "p\u{c3}\u{a4}ssw\u{c3}\u{b6}rdlong");
    let wide: Vec<u8> = "hunter2Secret!"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let struck = redactor("hunter2Secret!").strike(&String::from_utf8_lossy(&wide));
    assert_eq!(struck, "****\0");
}

#[test]
fn when_it_is_split() {
    let secret = "hunter2Secret!";
    for form in [
        "hunter2\0Secret!",
        "hunter2\u{200b}Secret!",
        "hunter2 Secret!",
        "h u n t e r 2 S e c r e t !",
        "hunter2\u{1b}\u{202e}Secret!",
    ] {
        assert_struck(secret, form);
    }
    let redactor = redactor(secret);
    assert_eq!(
        redactor.strike("535-bad hunter2S\r\n535 ecret!\r\n"),
        "535-bad ****\n****\r\n"
    );
    let encoded = BASE64.encode(b"\0u\0hunter2Secret!");
    let (head, tail) = encoded.split_at(9);
    let struck = redactor.strike(&format!("535-bad {head}\n535 {tail}"));
    assert!(
        !struck.contains(&head[5..]) && !struck.contains(&tail[..10]),
        "{struck}"
    );
}

#[test]
fn inside_a_longer_base64_and_in_a_piece_of_one() {
    for user in ["", "a", "ab", "abc", "abcd"] {
        let sent = BASE64.encode(format!("\0{user}\0correct horse\0tail").as_bytes());
        let redactor = redactor("correct horse");
        let struck = redactor.strike(&sent);
        assert!(struck.contains(STRUCK), "{user}: {sent} became {struck}");
        let cut = redactor.strike(&sent[..sent.len() - 10]);
        assert!(cut.contains(STRUCK), "{user}: {sent} became {cut}");
        let upper = redactor.strike(&sent.to_uppercase());
        assert!(upper.contains(STRUCK), "{user}: {sent} became {upper}");
    }
}

#[test]
fn other_text_is_left_alone() {
    assert_eq!(redactor("hunter22").strike("220 ready"), "220 ready");
    assert_eq!(redactor("ab").strike("cab"), "cab");
    assert_eq!(redactor("test").strike("the late st"), "the late st");
    assert_eq!(
        redactor("äöü").strike("??? \u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
        "??? \u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"
    );
    assert_eq!(
        redactor([0; 40]).strike("AAAAAAAAAAAAAAAAAAAA"),
        "AAAAAAAAAAAAAAAAAAAA"
    );
    let both = redactor("a  b");
    assert_eq!(both.strike("it is a  b, not ab"), "it is ****, not ab");
}

#[test]
fn a_cut_through_a_secret_takes_all_of_it() {
    let redactor = redactor("hunter2Secret!");
    let text = format!("{}hunter2Secret! and more", "y".repeat(10));
    for bytes in 11..24 {
        assert_eq!(
            redactor.strike_head(&text, bytes),
            "yyyyyyyyyy****",
            "{bytes}"
        );
    }
    assert_eq!(redactor.strike_head(&text, 10), "yyyyyyyyyy");
    assert_eq!(redactor.strike_head("ää", 3), "ä");
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the one clock stands above this floor"
)]
fn long_texts_take_no_time_to_speak_of() {
    let redactor = redactor("xxxxxxxxxxxxxxxxxxxy");
    let text = "x".repeat(2_000_000);
    let start = Instant::now();
    assert_eq!(redactor.strike(&text).len(), text.len());
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_shows(
        secret in proptest::collection::vec(any::<u8>(), 0..24),
        before in any::<String>(),
        after in any::<String>(),
    ) {
        let redactor = redactor(&secret);
        let lossy = String::from_utf8_lossy(&secret);
        let struck = redactor.strike(&format!("{before}{lossy}{after}"));
        if secret.len() >= 4 && std::str::from_utf8(&secret).is_ok() {
            prop_assert!(!struck.contains(&*lossy), "{struck:?}");
        }
    }

    #[test]
    fn a_word_shows_in_no_encoding(secret in "[!-~]{6,20}", user in "[a-z]{0,5}", gap in "[\0 \u{200b}\r]{1,3}") {
        let redactor = redactor(&secret);
        let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let json: String = secret.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
        let html: String = secret.bytes().map(|byte| format!("&#{byte};")).collect();
        let split: Vec<String> = secret.chars().map(String::from).collect();
        for form in [percent, json, html, split.join(&gap), secret.to_uppercase()] {
            prop_assert_eq!(redactor.strike(&form), STRUCK, "{:?}", form);
        }
        let sent = BASE64.encode(format!("\0{user}\0{secret}").as_bytes());
        prop_assert!(redactor.strike(&sent).contains(STRUCK));
    }

    #[test]
    fn no_line_is_lost(secret in "[a-z]{4,8}", text in "([a-z]|\n|\n535-| ){0,80}") {
        let struck = redactor(&secret).strike(&text);
        prop_assert_eq!(struck.matches('\n').count(), text.matches('\n').count());
    }
}
