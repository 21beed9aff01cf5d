use super::*;
use proptest::prelude::*;

fn subject(raw: &[u8]) -> String {
    let mail = [b"Subject:".as_slice(), raw, b"\r\n\r\n"].concat();
    Message::parse(&mail).subject().unwrap()
}

fn text(mail: &[u8]) -> String {
    Message::parse(mail).text()
}

#[test]
fn subjects_in_all_their_forms() {
    let table: [(&[u8], &str); 12] = [
        (b" Backup ok", "Backup ok"),
        (b"Backup ok", "Backup ok"),
        (b" folded\r\n over two\r\n\tlines", "folded over two lines"),
        (
            b" =?iso-8859-1?Q?M=FCll?= and =?utf-8?B?w6Q=?=",
            "Müll and ä",
        ),
        (b" =?utf-8?q?one?=\r\n =?utf-8?q?word?=", "oneword"),
        (b" =?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=", "日本語"),
        (b" =?koi8-r?B?8NLJ18XU?=", "Привет"),
        (b" =?no-such-charset?q?a=20b?=", "a b"),
        (b" =?utf-8?x?broken?=", "=?utf-8?x?broken?="),
        ("raw Müll".as_bytes(), "raw Müll"),
        (b"raw M\xfcll", "raw Müll"),
        (b"", ""),
    ];
    for (raw, want) in table {
        assert_eq!(subject(raw), want, "{}", raw.escape_ascii());
    }
}

#[test]
fn fields_and_addresses() {
    let mail = b"From MAILER Mon Jan  1 00:00:00 2024\r\nnot a field\r\n\
        FROM: =?utf-8?q?M=C3=BCller=2C_A?= <a@example.org>,\r\n b@example.test (B)\r\n\
        To: Group: c@example.org, d@example.org;\r\nCc: undisclosed-recipients:;\r\n\
        Message-Id: <1.2@example.org>\r\nX-Twice: one\r\nX-Twice : two\r\nX-Tab: a\tb\r\n\r\nbody";
    let message = Message::parse(mail);
    assert_eq!(
        message.from().as_deref(),
        Some("Müller, A <a@example.org>, B <b@example.test>")
    );
    assert_eq!(
        message.to().as_deref(),
        Some("Group: c@example.org, d@example.org;")
    );
    assert_eq!(message.message_id().as_deref(), Some("1.2@example.org"));
    assert_eq!(
        message.fields("x-twice").collect::<Vec<_>>(),
        ["one", "two"]
    );
    assert_eq!(message.field("X-Tab").as_deref(), Some("a b"));
    assert_eq!(message.field("Subject"), None);
    assert_eq!(message.text(), "body");
}

#[test]
fn dates() {
    let mail = b"Received: from a by b with ESMTPS id 1; Fri,\r\n 21 Nov 1997 09:55:06 -0600 (CST)\r\n\
        Received: from c by a; Thu, 20 Nov 1997 00:00:00 +0000\r\nDate: 21 Nov 97 09:55:00 GMT\r\n\r\n";
    let message = Message::parse(mail);
    assert_eq!(message.received(), Some(880_127_706));
    assert_eq!(message.date(), Some(880_106_100));
    for date in ["", "yesterday", "32 Foo 2024 25:00:00 +0000", ";;;;"] {
        let mail = format!("Date: {date}\r\nReceived: x; {date}\r\n\r\n");
        let message = Message::parse(mail.as_bytes());
        assert_eq!((message.date(), message.received()), (None, None), "{date}");
    }
    assert_eq!(
        Message::parse(b"Received: no date\r\n\r\n").received(),
        None
    );
}

#[test]
fn bodies_of_one_part() {
    let table: [(&str, &[u8], &str); 10] = [
        ("", b"a\r\nb\r\n", "a\nb\n"),
        ("", "M\u{fc}ll".as_bytes(), "Müll"),
        ("", b"M\xfcll x", "Müll x"),
        (
            "Content-Type: text/plain; charset=iso-8859-1\r\n",
            b"M\xfcll",
            "Müll",
        ),
        (
            "Content-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: QUOTED-PRINTABLE\r\n",
            b"M=C3=BCll =\r\nx",
            "Müll x",
        ),
        (
            "Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=utf-8\r\n",
            b"TcO8\r\nbGw=\r\n",
            "Müll",
        ),
        (
            "Content-Transfer-Encoding: base64\r\n",
            b"b2sgb2s\r\n-- footer of a list",
            "ok ok",
        ),
        (
            "Content-Transfer-Encoding: quoted-printable\r\n",
            b"a=b=c",
            "a=b=c",
        ),
        (
            "Content-Type: text/html\r\n",
            b"<p>0 <b>errors</b></p>",
            "0 errors",
        ),
        ("Content-Type: application/pdf\r\n", b"%PDF", ""),
    ];
    for (header, body, want) in table {
        let mail = [header.as_bytes(), b"\r\n", body].concat();
        assert_eq!(
            text(&mail).trim_end_matches('\n'),
            want.trim_end_matches('\n'),
            "{header}"
        );
    }
}

const MIXED: &str = "Content-Type: multipart/mixed; boundary=\"outer b\"\r\n\r\npreamble\r\n--outer b\r\n\
    Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\n\r\nplain\r\n--inner\r\n\
    Content-Type: text/html\r\n\r\n<p>rich</p>\r\n--inner--\r\n--outer b  \r\n\
    Content-Type: text/plain\r\nContent-Disposition: attachment; filename=log.txt\r\n\r\nattached\r\n--outer b\r\n\
    Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nforwarded\r\n--outer b--\r\nepilogue\r\n";

#[test]
fn parts() {
    assert_eq!(text(MIXED.as_bytes()), "plain\nforwarded");
    // Cut off, as TOP and partial FETCH do.
    let cut = MIXED.find("<p>").unwrap();
    assert_eq!(text(&MIXED.as_bytes()[..cut]), "plain");
    let html = MIXED.replace("\r\n\r\nplain", "\r\nContent-Type: image/png\r\n\r\nplain");
    assert!(text(html.as_bytes()).starts_with("rich"));
    assert_eq!(
        text(b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\na"),
        "--x\n\na"
    );
    assert_eq!(
        text(b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno parts"),
        ""
    );
}

/// A mail of a few megabytes may nest a hundred thousand levels and hold a million parts.
#[test]
fn limits() {
    let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000) + "\r\nbottom";
    assert_eq!(text(deep.as_bytes()), "");
    let digest = "Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\n".repeat(20_000);
    text(digest.as_bytes());
    let many = "Content-Type: multipart/mixed; boundary=x\r\n\r\n".to_owned()
        + &"--x\r\n\r\na\r\n".repeat(100_000);
    assert!(text(many.as_bytes()).len() < 2 * 100);
    let long = "\r\n".to_owned() + &"ä".repeat(1 << 20);
    assert!(text(long.as_bytes()).len() <= 256 << 10);
    let fields = "X: y\r\n".repeat(100_000);
    assert_eq!(Message::parse(fields.as_bytes()).fields("X").count(), 1000);
    let subject = format!("Subject: {}\r\n\r\n", "=?aa?q?".repeat(200_000));
    assert!(Message::parse(subject.as_bytes()).subject().unwrap().len() <= 16 << 10);
}

fn mail() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "Subject:",
            "From:",
            "To:",
            "Date:",
            "Received:",
            "Content-Type:",
            "Content-Disposition:",
            "Content-Transfer-Encoding: base64\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n",
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
            "Content-Type: text/html\r\n\r\n",
            "Content-Type: message/rfc822\r\n\r\n",
            "--x\r\n",
            "--x--\r\n",
            "\r\n",
            "\r\n\r\n",
            "\r\n ",
            " ",
            ";",
            ":",
            "=?utf-8?q?",
            "=?utf-7?b?",
            "=?iso-2022-jp?B?",
            "?=",
            "=",
            "*0*=utf-8'de'%",
            "charset*=",
            "name*1=",
            "\"",
            "<",
            ">",
            "<!--",
            "-->",
            "<style",
            "&#x",
            "&amp;",
            "@",
            "(",
            ")",
            ",",
            "\\",
            "text/plain; charset=utf-16",
            "text/plain; charset=gb18030",
            "text/html; charset=utf-7",
            "1 Jan 2024 00:00:00 +0000",
            "99999",
            "+",
            "Jan",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..8),
        "\\PC{0,4}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_mail_panics(mail in mail()) {
        let message = Message::parse(&mail);
        let _ = (message.subject(), message.from(), message.to(), message.message_id());
        let _ = (message.date(), message.received(), message.text());
    }

    #[test]
    fn no_field_panics(pieces in prop::collection::vec(mail(), 1..3)) {
        for name in ["Subject", "From", "Date", "Content-Type", "Content-Disposition"] {
            let mut mail = format!("{name}: ").into_bytes();
            mail.extend(pieces.concat().into_iter().filter(|byte| *byte != b'\n'));
            mail.extend_from_slice(b"\r\n\r\nbody");
            let message = Message::parse(&mail);
            let _ = (message.field(name), message.date(), message.text());
        }
    }
}
