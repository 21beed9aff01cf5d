//! The good POP3 server.

use std::time::Duration;

use data_encoding::HEXLOWER;
use openssl::hash::{MessageDigest, hash};

use crate::client::{Client, good_plain};
use crate::sandbox::{End, Mailbox, Message, PASSWORD, Sandbox, Scenario, Store, USER};

fn open(sandbox: &Sandbox) -> (Client, String) {
    let mut client = Client::connect(sandbox, Duration::from_secs(5)).unwrap();
    let greeting = client.line().unwrap();
    assert!(greeting.starts_with("+OK "), "{greeting}");
    (client, greeting)
}

fn ask(client: &mut Client, command: &str) -> String {
    client.say(command).unwrap();
    client.line().unwrap()
}

fn multi(client: &mut Client, command: &str) -> String {
    client.say(command).unwrap();
    client.multi().unwrap()
}

fn store() -> Store {
    let dots = Message::raw("Subject: dots\n\n.\n..two\nlast line\n");
    Store::new([Mailbox::new("INBOX")
        .uid_next(7)
        .message(Message::new("a@example.org", "one", "x"))
        .message(dots)])
}

#[test]
fn a_whole_dialogue() {
    let store = store();
    let sandbox = Sandbox::start(Scenario::pop3().starttls().store(&store));
    let (mut client, _) = open(&sandbox);
    let before = multi(&mut client, "CAPA");
    assert!(
        before.contains("STLS\r\n") && !before.contains("USER") && !before.contains("SASL"),
        "{before}"
    );
    assert!(ask(&mut client, "USER probe").starts_with("-ERR"));
    assert!(ask(&mut client, "STLS").starts_with("+OK"));
    client.start_tls().unwrap();
    let after = multi(&mut client, "CAPA");
    assert!(
        !after.contains("STLS") && after.contains("USER\r\n") && after.contains("SASL PLAIN LOGIN")
    );
    assert!(ask(&mut client, "STAT").starts_with("-ERR"));
    assert!(ask(&mut client, "USER probe").starts_with("+OK"));
    assert!(ask(&mut client, "PASS wrong").starts_with("-ERR [AUTH]"));
    assert!(ask(&mut client, "PASS again").starts_with("-ERR"));
    ask(&mut client, "USER probe");
    assert!(ask(&mut client, &format!("PASS {PASSWORD}")).starts_with("+OK"));
    let sizes: Vec<usize> = store
        .messages("INBOX")
        .iter()
        .map(|message| message.raw.len())
        .collect();
    assert_eq!(
        ask(&mut client, "STAT"),
        format!("+OK 2 {}\r\n", sizes[0] + sizes[1])
    );
    assert_eq!(
        multi(&mut client, "LIST"),
        format!("+OK 2 messages\r\n1 {}\r\n2 {}\r\n", sizes[0], sizes[1])
    );
    assert_eq!(
        ask(&mut client, "LIST 2"),
        format!("+OK 2 {}\r\n", sizes[1])
    );
    assert!(ask(&mut client, "LIST 3").starts_with("-ERR"));
    assert_eq!(
        multi(&mut client, "UIDL"),
        "+OK 2 messages\r\n1 uid-00000007\r\n2 uid-00000008\r\n"
    );
    let whole = multi(&mut client, "RETR 2");
    assert!(
        whole.ends_with("\r\n\r\n.\r\n..two\r\nlast line\r\n"),
        "{whole}"
    );
    assert!(multi(&mut client, "TOP 2 1").ends_with("\r\n\r\n.\r\n"));
    assert!(multi(&mut client, "TOP 2 0").ends_with("Subject: dots\r\n\r\n"));
    assert!(ask(&mut client, "TOP 9 0").starts_with("-ERR"));
    assert!(ask(&mut client, "DELE 1").starts_with("+OK"));
    assert!(ask(&mut client, "STAT").starts_with("+OK 1 "));
    assert!(ask(&mut client, "RSET").starts_with("+OK"));
    assert!(ask(&mut client, "STAT").starts_with("+OK 2 "));
    assert!(ask(&mut client, "NOOP").starts_with("+OK"));
    ask(&mut client, "DELE 2");
    assert!(ask(&mut client, "QUIT").starts_with("+OK"));
    client.close_notify();
    drop(client);
    let session = sandbox.session();
    assert_eq!((session.end, session.close_notify), (End::Polite, true));
    assert_eq!(store.messages("INBOX").len(), 1);
}

#[test]
fn apop_and_sasl() {
    let sandbox = Sandbox::start(Scenario::pop3());
    let apop = |password: &str| {
        let (mut client, greeting) = open(&sandbox);
        let stamp = greeting
            .split(' ')
            .find(|word| word.starts_with('<'))
            .unwrap()
            .trim_end()
            .to_owned();
        let digest = HEXLOWER.encode(
            &hash(
                MessageDigest::md5(),
                format!("{stamp}{password}").as_bytes(),
            )
            .unwrap(),
        );
        ask(&mut client, &format!("APOP {USER} {digest}"))
    };
    assert!(apop(PASSWORD).starts_with("+OK"));
    assert!(apop("wrong").starts_with("-ERR [AUTH]"));
    let (mut client, _) = open(&sandbox);
    assert!(multi(&mut client, "AUTH").contains("SCRAM-SHA-256\r\n"));
    assert!(ask(&mut client, "AUTH NONSENSE").starts_with("-ERR"));
    assert_eq!(ask(&mut client, "AUTH PLAIN"), "+ \r\n");
    assert!(ask(&mut client, &good_plain()).starts_with("+OK"));
    let bare = Sandbox::start(
        Scenario::pop3()
            .without("APOP")
            .without("CAPA")
            .without("TOP")
            .without("UIDL"),
    );
    let (mut client, greeting) = open(&bare);
    assert!(!greeting.contains('<'));
    assert!(ask(&mut client, "CAPA").starts_with("-ERR"));
    ask(&mut client, "USER probe");
    ask(&mut client, &format!("PASS {PASSWORD}"));
    assert!(ask(&mut client, "TOP 1 0").starts_with("-ERR"));
    assert!(ask(&mut client, "UIDL").starts_with("-ERR"));
}
