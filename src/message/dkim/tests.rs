use super::*;
use data_encoding::BASE64;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use proptest::prelude::*;

/// RFC 8463 Appendix A: a message with both signatures, and its keys.
const SAMPLE: &str = include_str!("sample.eml");
const ED25519: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const RSA: &str = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";

fn keys(name: &str) -> Result<Vec<String>, NoKey> {
    match name {
        "brisbane._domainkey.football.example.com" => Ok(vec![ED25519.to_owned()]),
        "test._domainkey.football.example.com" => Ok(vec!["other text".to_owned(), RSA.to_owned()]),
        other => Err(NoKey::Missing(format!("{other} is not there"))),
    }
}

#[test]
fn the_sample_of_the_standard() {
    for text in [SAMPLE.to_owned(), SAMPLE.replace('\n', "\r\n")] {
        let found = verify(text.as_bytes(), 0, &mut keys);
        let verdicts: Vec<_> = found
            .iter()
            .map(|one| (one.selector.as_str(), &one.verdict))
            .collect();
        assert_eq!(
            verdicts,
            [("brisbane", &Verdict::Pass), ("test", &Verdict::Pass)]
        );
        assert_eq!(found[0].domain, "football.example.com");
    }
}

#[test]
fn what_was_changed_is_seen() {
    let rows = [
        (SAMPLE.replace("Hi.", "Ho."), "the body was altered"),
        (
            SAMPLE.replace("Is dinner ready?", "Dinner?"),
            "the header was altered",
        ),
        (SAMPLE.replace("from", "reply-to"), "it does not cover From"),
    ];
    for (text, words) in rows {
        for one in verify(text.as_bytes(), 0, &mut keys) {
            assert!(
                matches!(&one.verdict, Verdict::Fail(why) if why.contains(words)),
                "{one:?}"
            );
        }
    }
    // White space and case do not count in the relaxed form.
    let text = SAMPLE.replace("Subject: Is dinner", "SUBJECT:  Is\r\n  dinner");
    assert!(
        verify(text.as_bytes(), 0, &mut keys)
            .iter()
            .all(|one| one.verdict == Verdict::Pass)
    );
    let mut nobody = |_: &str| Err(NoKey::Unclear("no answer".to_owned()));
    let found = verify(SAMPLE.as_bytes(), 0, &mut nobody);
    assert!(
        found
            .iter()
            .all(|one| one.verdict == Verdict::Unclear("no answer".to_owned()))
    );
    assert_eq!(verify(b"From: a@example.org\r\n\r\n", 0, &mut keys), []);
}

/// Signs as a server would.
fn sign(key: &PKey<Private>, form: &str, message: &str, extra: &str) -> String {
    let (fields, content) = canonical::fields(message.as_bytes());
    let (header_form, body_form) = Form::both(form).unwrap();
    let digest = BASE64.encode(&openssl::sha::sha256(&body(content, body_form)));
    let value = format!(
        " v=1; a=rsa-sha256; c={form}; d=example.org; s=s1;{extra}\r\n\th=From:Subject:From; bh={digest};\r\n\tb="
    );
    let mut text = Vec::new();
    for name in ["From", "Subject"] {
        let one = fields.iter().rev().find(|one| one.is(name)).unwrap();
        text.extend(field(one.name(), one.rest(), header_form));
        text.extend(b"\r\n");
    }
    let rest = format!(":{value}");
    text.extend(field(b"DKIM-Signature", rest.as_bytes(), header_form));
    let mut signer = Signer::new(MessageDigest::sha256(), key).unwrap();
    let signature = BASE64.encode(&signer.sign_oneshot_to_vec(&text).unwrap());
    let folded: Vec<&str> = signature
        .as_bytes()
        .chunks(60)
        .map(|chunk| std::str::from_utf8(chunk).unwrap())
        .collect();
    format!(
        "DKIM-Signature:{value}{}\r\n{message}",
        folded.join("\r\n\t ")
    )
}

fn pair(bits: u32) -> (PKey<Private>, String) {
    let key = PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap();
    let record = format!("p={}", BASE64.encode(&key.public_key_to_der().unwrap()));
    (key, record)
}

const MAIL: &str =
    "From: a@example.org\r\nSubject:  two   blanks \r\n\r\nline one \t x \r\n\r\n.\r\n\r\n\r\n";

#[test]
fn all_forms() {
    let (key, record) = pair(2048);
    for form in [
        "simple/simple",
        "simple/relaxed",
        "relaxed/simple",
        "relaxed/relaxed",
        "relaxed",
    ] {
        for message in [
            MAIL.to_owned(),
            MAIL[..MAIL.find("line").unwrap()].to_owned(),
        ] {
            let signed = sign(&key, form, &message, "");
            let mut texts = |_: &str| Ok(vec![record.clone()]);
            let found = verify(signed.as_bytes(), 0, &mut texts);
            assert_eq!(found[0].verdict, Verdict::Pass, "{form} {message:?}");
            // A second From is what the second `From` in h= is for.
            let forged = signed.replace("Subject:", "From: evil@example.com\r\nSubject:");
            assert_ne!(
                verify(forged.as_bytes(), 0, &mut texts)[0].verdict,
                Verdict::Pass
            );
        }
    }
}

#[test]
fn keys_and_tags_that_do_not_do() {
    let (key, record) = pair(2048);
    let (weak, weak_record) = pair(512);
    let verdict = |key: &PKey<Private>, record: &str, extra: &str, now: i64| {
        let signed = sign(key, "relaxed/relaxed", MAIL, extra);
        let mut texts = |_: &str| Ok(vec![record.to_owned()]);
        verify(signed.as_bytes(), now, &mut texts).remove(0).verdict
    };
    assert_eq!(verdict(&key, &record, " x=2000;", 1000), Verdict::Pass);
    assert_eq!(
        verdict(&key, &record, " i=@sub.example.org;", 0),
        Verdict::Pass
    );
    let rows = [
        (&weak, weak_record, "", "has only 512 bits"),
        (&key, "p=".to_owned(), "", "was revoked"),
        (&key, "p=!!".to_owned(), "", "is no base64"),
        (
            &key,
            "k=ed25519; p=aaaa".to_owned(),
            "",
            "is a key of ed25519",
        ),
        (&key, format!("h=sha1; {record}"), "", "is not for sha256"),
        (&key, format!("s=other; {record}"), "", "is not for mail"),
        (&key, format!("v=DKIM2; {record}"), "", "another version"),
        (&key, record.clone(), " x=2000;", "it has expired"),
        (
            &key,
            record.clone(),
            " i=@example.com;",
            "not of its domain",
        ),
        (
            &key,
            record.clone(),
            " l=99999;",
            "shorter than what was signed",
        ),
        (
            &key,
            record.clone(),
            " d=example.com;",
            "stands there twice",
        ),
    ];
    for (key, record, extra, words) in rows {
        let found = verdict(key, &record, extra, 1_000_000);
        assert!(
            matches!(&found, Verdict::Fail(why) if why.contains(words)),
            "{words}: {found:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_message_panics(value in "(v=1|a=rsa-sha256|d=x|s=y|h=From|bh=|b=|c=|l=|;|:|=|\r\n |\\PC){0,40}", body in "[a \t\r\n.]{0,40}") {
        let text = format!("DKIM-Signature: {value}\r\nFrom: x\r\n\r\n{body}");
        let _ = verify(text.as_bytes(), 0, &mut |_| Ok(vec![RSA.to_owned()]));
    }

    #[test]
    fn no_record_panics(record in "(p=|k=|rsa|ed25519|;|[A-Za-z0-9+/=]{0,8}|\\PC){0,30}") {
        let _ = key::verifies(&record, "rsa-sha256", b"x", b"y");
    }
}
