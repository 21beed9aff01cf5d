//! The good IMAP server.

use std::time::Duration;

use data_encoding::BASE64;

use crate::client::{Client, good_plain, plain};
use crate::sandbox::store::now;
use crate::sandbox::{End, Mailbox, Message, PASSWORD, Sandbox, Scenario, Store};

const PATIENCE: Duration = Duration::from_secs(5);
const DAY: u64 = 86_400;

fn open(sandbox: &Sandbox) -> Client {
    let mut client = Client::connect(sandbox, PATIENCE).unwrap();
    assert!(client.line().unwrap().starts_with("* OK "));
    client
}

fn logged_in(sandbox: &Sandbox) -> Client {
    let mut client = open(sandbox);
    let reply = client
        .tag("l", &format!("LOGIN probe \"{PASSWORD}\""))
        .unwrap();
    assert!(reply.contains("l OK [CAPABILITY IMAP4rev1 "), "{reply}");
    client
}

/// One command; its reply without the tagged line, which must be OK.
fn ok(client: &mut Client, command: &str) -> String {
    let reply = client.tag("t", command).unwrap();
    let (untagged, last) = reply
        .rsplit_once("t OK ")
        .unwrap_or_else(|| panic!("{command}: {reply}"));
    assert!(last.ends_with("\r\n"));
    untagged.to_owned()
}

/// The tagged line of a command that does not succeed.
fn not(client: &mut Client, command: &str) -> String {
    let reply = client.tag("t", command).unwrap();
    assert!(!reply.contains("t OK "), "{command}: {reply}");
    reply
}

fn store() -> Store {
    let age = |days: u64| Duration::from_secs(days * DAY);
    let encoded = "From: =?UTF-8?Q?B=C3=BCro?= <office@example.org>\nSubject: =?UTF-8?B?R3LDvMOfZQ==?=\n\
                   Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n\
                   sch=F6n\n";
    let parts = "From: m@example.org\nSubject: two\n parts\nX-Job: nightly\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\
                 Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nfirst\n\
                 --b\nContent-Type: text/html\n\n<p>second</p>\n--b--\n";
    Store::new([
        Mailbox::new("INBOX")
            .uid_next(10)
            .message(
                Message::new("a@example.org", "Backup ok", "fine")
                    .age(age(3))
                    .seen(),
            )
            .message(Message::raw(encoded).age(age(2)))
            .message(Message::raw(parts).age(age(1)).flag("\\Flagged"))
            .message(Message::new(
                "a@example.org",
                "Backup FAILED",
                &"x".repeat(5000),
            )),
        Mailbox::new("Entwürfe/Größe"),
        Mailbox::new("Junk & Co").special_use("\\Junk"),
        Mailbox::new("A/B").message(Message::raw("Subject: x\n\nx").at(1_000_000_000)),
    ])
    .quota(910, 1000)
}

#[test]
fn a_whole_dialogue() {
    let sandbox = Sandbox::start(Scenario::imap().starttls().store(&store()));
    let mut client = open(&sandbox);
    let before = ok(&mut client, "CAPABILITY");
    assert!(
        before.contains(" STARTTLS")
            && before.contains(" LOGINDISABLED")
            && !before.contains("AUTH=")
    );
    assert!(not(&mut client, "LOGIN probe x").contains("NO [PRIVACYREQUIRED]"));
    assert!(not(&mut client, "SELECT INBOX").contains("BAD"));
    ok(&mut client, "STARTTLS");
    client.start_tls().unwrap();
    let after = ok(&mut client, "CAPABILITY");
    assert!(
        !after.contains("STARTTLS")
            && after.contains("AUTH=SCRAM-SHA-256-PLUS")
            && after.contains("SASL-IR")
    );
    assert!(
        not(
            &mut client,
            &format!("AUTHENTICATE PLAIN {}", plain("probe", "no"))
        )
        .contains("[AUTHENTICATIONFAILED]")
    );
    ok(&mut client, &format!("AUTHENTICATE PLAIN {}", good_plain()));
    assert!(ok(&mut client, "ID NIL").contains("* ID (\"name\""));
    assert!(ok(&mut client, "NAMESPACE").contains("((\"\" \"/\"))"));
    assert!(client.tag("q", "LOGOUT").unwrap().starts_with("* BYE "));
    client.close_notify();
    drop(client);
    let session = sandbox.session();
    assert_eq!(session.end, End::Polite);
    assert!(session.close_notify);
    let accepted: Vec<bool> = session.logins.iter().map(|login| login.accepted).collect();
    assert_eq!(accepted, [false, true]);
}

#[test]
fn logins_in_every_form() {
    let sandbox = Sandbox::start(Scenario::imap());
    let mut client = open(&sandbox);
    // Literals, synchronising and not.
    client.say("a LOGIN {5}").unwrap();
    assert!(client.line().unwrap().starts_with("+ "));
    client
        .send(format!("probe {{{}+}}\r\n{PASSWORD}\r\n", PASSWORD.len()))
        .unwrap();
    assert!(client.tagged("a").unwrap().contains("a OK "));
    assert!(client.tag("b", "LOGIN probe x").unwrap().contains("b BAD"));
    let mut client = open(&sandbox);
    assert_eq!(client.tag("a", "AUTHENTICATE PLAIN").unwrap(), "+ \r\n");
    client.say(&good_plain()).unwrap();
    assert!(client.tagged("a").unwrap().contains("a OK "));
    let mut client = open(&sandbox);
    client.tag("a", "AUTHENTICATE LOGIN").unwrap();
    client.say("*").unwrap();
    assert!(client.tagged("a").unwrap().contains("a BAD"));
    let oauth = BASE64.encode(b"n,a=probe,\x01auth=Bearer stale\x01\x01");
    let error = client
        .tag("a", &format!("AUTHENTICATE OAUTHBEARER {oauth}"))
        .unwrap();
    assert!(error.starts_with("+ eyJ"), "{error}");
    client.say("AQ==").unwrap();
    assert!(
        client
            .tagged("a")
            .unwrap()
            .contains("a NO [AUTHENTICATIONFAILED]")
    );
    let sandbox = Sandbox::start(Scenario::imap().login_disabled().without("SASL-IR"));
    let mut client = open(&sandbox);
    assert!(
        not(&mut client, &format!("LOGIN probe \"{PASSWORD}\"")).contains("NO [PRIVACYREQUIRED]")
    );
    assert!(not(&mut client, &format!("AUTHENTICATE PLAIN {}", good_plain())).contains("BAD"));
}

#[test]
fn names_and_counts() {
    let sandbox = Sandbox::start(Scenario::imap().store(&store()));
    let mut client = logged_in(&sandbox);
    let all = ok(&mut client, "LIST \"\" \"*\"");
    assert!(
        all.contains("* LIST (\\HasNoChildren) \"/\" \"Entw&APw-rfe/Gr&APYA3w-e\"\r\n"),
        "{all}"
    );
    assert!(all.contains("* LIST (\\HasNoChildren \\Junk) \"/\" \"Junk &- Co\"\r\n"));
    assert_eq!(ok(&mut client, "LIST \"\" %").matches("* LIST").count(), 2);
    assert_eq!(ok(&mut client, "LIST A/ %").matches("* LIST").count(), 1);
    assert!(ok(&mut client, "LIST \"\" inbox").contains("\"INBOX\""));
    assert!(ok(&mut client, "LIST \"\" \"\"").contains("(\\Noselect) \"/\" \"\""));
    let status = ok(
        &mut client,
        "STATUS inbox (MESSAGES UNSEEN UIDNEXT UIDVALIDITY SIZE)",
    );
    assert!(
        status.contains("(MESSAGES 4 UNSEEN 3 UIDNEXT 14 UIDVALIDITY 1700000000 SIZE "),
        "{status}"
    );
    assert!(
        ok(
            &mut client,
            "STATUS \"Entw&APw-rfe/Gr&APYA3w-e\" (MESSAGES)"
        )
        .contains("(MESSAGES 0)")
    );
    assert!(not(&mut client, "STATUS None (MESSAGES)").contains("NO [NONEXISTENT]"));
    assert!(not(&mut client, "STATUS INBOX (NONSENSE)").contains("BAD"));
    assert!(not(&mut client, "STATUS INBOX ()").contains("BAD"));
    assert!(ok(&mut client, "GETQUOTAROOT INBOX").contains("(STORAGE 910 1000 "));
    assert!(ok(&mut client, "ENABLE UTF8=ACCEPT").contains("ENABLED UTF8=ACCEPT"));
    assert!(ok(&mut client, "LIST \"\" *").contains("\"Entwürfe/Größe\""));
    let old = Sandbox::start(Scenario::imap().without("STATUS=SIZE").without("QUOTA"));
    let mut client = logged_in(&old);
    assert!(not(&mut client, "STATUS INBOX (SIZE)").contains("BAD"));
    assert!(not(&mut client, "GETQUOTAROOT INBOX").contains("BAD"));
}

#[test]
fn searches_are_true() {
    let sandbox = Sandbox::start(Scenario::imap().store(&store()));
    let mut client = logged_in(&sandbox);
    let opened = ok(&mut client, "EXAMINE INBOX");
    assert!(
        opened.contains("* 4 EXISTS\r\n")
            && opened.contains("[UNSEEN 2]")
            && opened.contains("[UIDNEXT 14]")
    );
    let day = |days: i64| {
        let date = mail_parser::DateTime::from_timestamp(now() - days * DAY as i64);
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        format!(
            "{}-{}-{}",
            date.day,
            months[usize::from(date.month) - 1],
            date.year
        )
    };
    for (search, hits) in [
        ("ALL", " 1 2 3 4"),
        ("UNSEEN", " 2 3 4"),
        ("SEEN", " 1"),
        ("FLAGGED", " 3"),
        ("SUBJECT backup", " 1 4"),
        ("SUBJECT \"two parts\"", " 3"),
        ("NOT SUBJECT backup", " 2 3"),
        ("OR SUBJECT failed FROM m@", " 3 4"),
        ("(UNSEEN SUBJECT backup)", " 4"),
        ("HEADER X-Job nightly", " 3"),
        ("HEADER X-Job \"\"", " 3"),
        ("BODY second", " 3"),
        ("TEXT nightly", " 3"),
        ("BODY nightly", ""),
        ("LARGER 4000", " 4"),
        ("2:3", " 2 3"),
        ("*", " 4"),
        ("UID 10,12:*", " 1 3 4"),
        ("UID 999:*", " 4"),
        (&format!("SINCE {}", day(1)), " 3 4"),
        (&format!("BEFORE {}", day(1)), " 1 2"),
        (&format!("ON {}", day(2)), " 2"),
        ("SENTSINCE 2-Mar-2026 SENTBEFORE 3-Mar-2026", " 3"),
        ("YOUNGER 90000", " 3 4"),
        ("OLDER 90000", " 1 2"),
        ("NEW", ""),
    ] {
        assert_eq!(
            ok(&mut client, &format!("SEARCH {search}")),
            format!("* SEARCH{hits}\r\n"),
            "{search}"
        );
    }
    assert_eq!(
        ok(&mut client, "UID SEARCH SUBJECT backup UNSEEN"),
        "* SEARCH 13\r\n"
    );
    // Decoded: encoded words, quoted-printable, Latin-1.
    client
        .say("t UID SEARCH CHARSET UTF-8 SUBJECT {7+}")
        .unwrap();
    client.say("grüße").unwrap();
    assert!(client.tagged("t").unwrap().starts_with("* SEARCH 11\r\n"));
    client.say("t SEARCH CHARSET UTF-8 BODY {6+}").unwrap();
    client.say("schön").unwrap();
    assert!(client.tagged("t").unwrap().starts_with("* SEARCH 2\r\n"));
    assert!(not(&mut client, "SEARCH CHARSET KLINGON ALL").contains("NO [BADCHARSET"));
    for bad in [
        "SEARCH",
        "SEARCH NONSENSE",
        "SEARCH SINCE yesterday",
        "SEARCH SUBJECT",
        "SEARCH 0",
        "SEARCH (ALL",
    ] {
        assert!(not(&mut client, bad).contains("BAD"), "{bad}");
    }
}

#[test]
fn fetches_are_exact() {
    let store = store();
    let sandbox = Sandbox::start(Scenario::imap().store(&store));
    let mut client = logged_in(&sandbox);
    ok(&mut client, "EXAMINE INBOX");
    let raw: Vec<String> = store
        .messages("INBOX")
        .iter()
        .map(|m| String::from_utf8_lossy(&m.raw).into_owned())
        .collect();
    let whole = ok(&mut client, "UID FETCH 10 BODY.PEEK[]");
    assert_eq!(
        whole,
        format!(
            "* 1 FETCH (UID 10 BODY[] {{{}}}\r\n{})\r\n",
            raw[0].len(),
            raw[0]
        )
    );
    let meta = ok(&mut client, "FETCH 1 (FLAGS RFC822.SIZE)");
    assert_eq!(
        meta,
        format!(
            "* 1 FETCH (FLAGS (\\Seen) RFC822.SIZE {})\r\n",
            raw[0].len()
        )
    );
    let fields = ok(
        &mut client,
        "FETCH 3 BODY.PEEK[HEADER.FIELDS (Subject X-JOB NONE)]",
    );
    let text = "Subject: two\r\n parts\r\nX-Job: nightly\r\n\r\n";
    assert_eq!(
        fields,
        format!(
            "* 3 FETCH (BODY[HEADER.FIELDS (SUBJECT X-JOB NONE)] {{{}}}\r\n{text})\r\n",
            text.len()
        )
    );
    assert!(
        !ok(
            &mut client,
            "FETCH 3 BODY.PEEK[HEADER.FIELDS.NOT (Subject)]"
        )
        .contains("two")
    );
    let part = &raw[3][100..110];
    assert_eq!(
        ok(&mut client, "FETCH 4 BODY.PEEK[]<100.10>"),
        format!("* 4 FETCH (BODY[]<100> {{10}}\r\n{part})\r\n")
    );
    assert!(ok(&mut client, "FETCH 4 BODY.PEEK[]<999999.10>").contains("BODY[]<999999> {0}\r\n)"));
    assert!(ok(&mut client, "FETCH 3 BODY.PEEK[1]").contains("{5}\r\nfirst)"));
    assert!(ok(&mut client, "FETCH 3 BODY.PEEK[2]").contains("<p>second</p>"));
    assert!(ok(&mut client, "FETCH 3 BODY.PEEK[7]").contains("BODY[7] NIL"));
    assert!(ok(&mut client, "FETCH 1 BODY.PEEK[TEXT]").contains("{6}\r\nfine\r\n)"));
    ok(&mut client, "SELECT A/B");
    assert!(
        ok(&mut client, "FETCH 1 INTERNALDATE")
            .contains("INTERNALDATE \" 9-Sep-2001 01:46:40 +0000\"")
    );
    assert!(not(&mut client, "FETCH 2 FLAGS").contains("BAD"));
    assert!(not(&mut client, "FETCH 1 NONSENSE").contains("BAD"));
    assert_eq!(ok(&mut client, "UID FETCH 99 FLAGS"), "");
    assert!(
        !store.messages("A/B")[0].has("\\Seen"),
        "PEEK marks nothing"
    );
    assert!(ok(&mut client, "FETCH 1 BODY[]").contains("FLAGS (\\Seen)"));
    assert!(store.messages("A/B")[0].has("\\Seen"));
}

#[test]
fn written_messages_come_back_and_go() {
    let store = store();
    let sandbox = Sandbox::start(Scenario::imap().store(&store));
    let mut client = logged_in(&sandbox);
    let message = "Subject: mine\r\n\r\nbytes \u{1f4e7}\r\n";
    let date = "\"17-Jul-1996 02:44:25 -0700\"";
    client
        .say(&format!(
            "t APPEND INBOX (\\Seen $Probe) {date} {{{}}}",
            message.len()
        ))
        .unwrap();
    assert!(client.line().unwrap().starts_with("+ "));
    client.say(message).unwrap();
    assert!(
        client
            .tagged("t")
            .unwrap()
            .contains("t OK [APPENDUID 1700000000 14]")
    );
    let stored = store.messages("INBOX").pop().unwrap();
    assert_eq!(
        (&stored.raw[..], stored.date),
        (message.as_bytes(), 837_596_665)
    );
    assert!(stored.has("$Probe"));
    ok(&mut client, "SELECT INBOX");
    assert_eq!(
        ok(&mut client, "UID SEARCH SUBJECT mine"),
        "* SEARCH 14\r\n"
    );
    assert!(
        ok(&mut client, "UID STORE 14 +FLAGS (\\Deleted)")
            .contains("* 5 FETCH (UID 14 FLAGS ($Probe \\Deleted \\Seen))")
    );
    assert_eq!(ok(&mut client, "UID EXPUNGE 13"), "");
    assert_eq!(ok(&mut client, "UID EXPUNGE 14"), "* 5 EXPUNGE\r\n");
    assert_eq!(store.messages("INBOX").len(), 4);
    client.say("t APPEND None {1+}").unwrap();
    client.say("x").unwrap();
    assert!(client.tagged("t").unwrap().contains("NO [TRYCREATE]"));
    ok(&mut client, "EXAMINE INBOX");
    assert!(not(&mut client, "STORE 1 +FLAGS (\\Deleted)").contains("NO"));
    assert!(not(&mut client, "EXPUNGE").contains("NO"));
}

#[test]
fn new_mail_is_told_while_idle() {
    let store = store();
    let sandbox = Sandbox::start(Scenario::imap().store(&store));
    let mut client = logged_in(&sandbox);
    ok(&mut client, "EXAMINE INBOX");
    client.say("t IDLE").unwrap();
    assert!(client.line().unwrap().starts_with("+ "));
    store
        .deliver("INBOX", Message::new("a@example.org", "new", "x"))
        .unwrap();
    assert_eq!(client.line().unwrap(), "* 5 EXISTS\r\n");
    client.say("DONE").unwrap();
    assert!(client.tagged("t").unwrap().starts_with("t OK"));
    store
        .deliver("INBOX", Message::new("a@example.org", "new", "x"))
        .unwrap();
    assert_eq!(ok(&mut client, "NOOP"), "* 6 EXISTS\r\n");
}

#[test]
fn mail_from_smtp_is_seen() {
    let store = store();
    let smtp = Sandbox::start(Scenario::smtp().store(&store));
    let imap = Sandbox::start(Scenario::imap().store(&store));
    let mut sender = crate::smtp::open(&smtp);
    for command in [
        "EHLO c.example.test",
        "MAIL FROM:<a@example.org>",
        "RCPT TO:<probe@example.test>",
        "DATA",
    ] {
        sender.ask(command).unwrap();
    }
    sender.ask("Subject: through\r\n\r\n..\r\n.").unwrap();
    let mut client = logged_in(&imap);
    ok(&mut client, "EXAMINE INBOX");
    assert_eq!(
        ok(&mut client, "SEARCH SUBJECT through HEADER Received ESMTP"),
        "* SEARCH 5\r\n"
    );
    let message = String::from_utf8(store.messages("INBOX")[4].raw.to_vec()).unwrap();
    assert!(message.starts_with("Return-Path: <a@example.org>\r\nReceived: from c.example.test "));
    assert!(message.ends_with("\r\n\r\n.\r\n"));
}

#[test]
fn rules_of_syntax() {
    let sandbox = Sandbox::start(Scenario::imap());
    let mut client = logged_in(&sandbox);
    for bad in [
        "NONSENSE",
        "FETCH 1 FLAGS",
        "LIST \"\"",
        "SELECT",
        "SELECT \"open",
        "SELECT  INBOX",
        "STATUS INBOX (MESSAGES",
        "CAPABILITY now",
        "SELECT &bad",
    ] {
        assert!(not(&mut client, bad).contains("t BAD "), "{bad}");
    }
    client.say("").unwrap();
    assert!(client.line().unwrap().starts_with("* BAD"));
    let deep = format!("SEARCH {}ALL{}", "(".repeat(1000), ")".repeat(1000));
    ok(&mut client, "SELECT INBOX");
    assert!(not(&mut client, &deep).contains("BAD"));
}

#[test]
fn a_hundred_thousand_messages_are_no_trouble() {
    let one =
        Message::new("backup@example.test", "Backup srv1 ok", "fine").age(Duration::from_secs(DAY));
    let last = Message::new("backup@example.test", "Backup srv1 FAILED", "not fine");
    let store = Store::new([Mailbox::new("INBOX")
        .messages(vec![one; 100_000])
        .message(last)]);
    let sandbox = Sandbox::start(Scenario::imap().store(&store));
    let mut client = logged_in(&sandbox);
    ok(&mut client, "EXAMINE INBOX");
    let started = std::time::Instant::now();
    client.max_bytes = 20 << 20;
    let found = ok(&mut client, "UID SEARCH SUBJECT failed");
    assert_eq!(found, "* SEARCH 100001\r\n");
    let dates = ok(&mut client, "UID FETCH 1:* (INTERNALDATE)");
    assert_eq!(dates.matches("FETCH").count(), 100_001);
    // Much less on a quiet machine: a probe's deadline must not be ours to miss.
    let took = started.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
}
