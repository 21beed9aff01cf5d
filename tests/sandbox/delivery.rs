//! What becomes of a message between the server that takes it and the store: the ways in which mail goes wrong, by
//! name.

use std::time::Duration;

use super::HOST;
use super::dkim::Signing;
use super::store::{Mailbox, Message, Store, now};

/// By name, so that a test says what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As it should be.
    Good,
    /// Twice.
    Duplicate,
    /// Twice, the second time to the mailbox for junk.
    DuplicateInJunk,
    /// To the mailbox for junk.
    Junk,
    /// Taken, and never seen again.
    Lost,
    /// That much later.
    Slow(Duration),
    /// Other mail comes before it and behind it.
    Reordered,
    /// The subject gets a tag, as gateways do it.
    SubjectTagged,
    /// All of the subject is another.
    SubjectReplaced,
    /// A disclaimer is appended.
    Footer,
    /// A word of the text is another.
    BodyAltered,
    /// The end of the text is cut off.
    BodyCut,
    /// Encoded as base64 on the way, as RFC 6152 allows.
    Base64,
    /// All fields with X- are removed.
    HeaderStripped,
    /// The Message-ID is another, too.
    IdsStripped,
    /// The server's clock is so many seconds ahead, or behind.
    Clock(i64),
    /// Over two servers more; the second of them took so many seconds.
    ThreeHops(i64),
    /// With this on top of its header.
    Topped(&'static str),
    /// Signed by the sender's server.
    Signed(Signing),
    /// The same, and a disclaimer appended by the receiver's.
    SignedAndAltered(Signing),
    /// A bounce comes in its place, with this status.
    Bounce(&'static str),
    /// A vacation program answers as well.
    Answered,
    /// A vacation program answers, and the message is lost.
    AnsweredOnly,
    /// A message with a forged token comes in its place.
    Forged,
    /// A copy goes to this mailbox.
    Archived(&'static str),
    /// A copy goes to this mailbox, as an attachment (a journal).
    Journal(&'static str),
}

/// Brings a message to the store. `from` is the client, `with` the protocol.
pub fn deliver(
    store: &Store,
    how: Delivery,
    from: &str,
    to: &str,
    client: &str,
    with: &str,
    message: &[u8],
) {
    let skew = match how {
        Delivery::Clock(skew) => skew,
        _ => 0,
    };
    let date = |seconds: i64| mail_parser::DateTime::from_timestamp(seconds).to_rfc822();
    let mut trace = format!(
        "Return-Path: <{from}>\r\nReceived: from {client} ([192.0.2.7])\r\n\tby {HOST} with {with} id 4XyZ1k\r\n\
         \tfor <{to}>; {}\r\n",
        date(now() + skew)
    );
    if let Delivery::ThreeHops(took) = how {
        trace = format!(
            "Received: from mx2.example.test by imap.example.test with LMTP id c3; {}\r\n\
             Received: from {HOST} (mail.example.test [192.0.2.1])\r\n\tby mx2.example.test (Postfix) with ESMTP id b2; {}\r\n{trace}",
            date(now()),
            date(now())
        );
        // The first hop looks back: the second one waited.
        trace = trace.replace(
            &format!("for <{to}>; {}", date(now())),
            &format!("for <{to}>; {}", date(now() - took)),
        );
    }
    if let Delivery::Topped(fields) = how {
        trace = format!("{fields}\r\n{trace}");
    }
    let (head, body) = parted(message);
    let raw = |head: &str, body: &[u8]| {
        Message::raw([trace.as_bytes(), head.as_bytes(), b"\r\n", body].concat())
    };
    let whole = || raw(&head, body);
    let inbox = |message: Message| {
        store.deliver("INBOX", message);
    };
    let other = |subject: &str| Message::new("somebody@example.org", subject, "nothing of ours");
    match how {
        Delivery::Good | Delivery::Clock(_) | Delivery::ThreeHops(_) | Delivery::Topped(_) => {
            inbox(whole())
        }
        Delivery::Signed(by) => inbox(raw(&(by.field(&head, body) + &head), body)),
        Delivery::SignedAndAltered(by) => inbox(raw(
            &(by.field(&head, body) + &head),
            &[body, b"-- \r\nScanned by a gateway\r\n"].concat(),
        )),
        Delivery::Duplicate => {
            inbox(whole());
            inbox(whole());
        }
        Delivery::DuplicateInJunk => {
            junk(store, whole());
            inbox(whole());
        }
        Delivery::Junk => junk(store, whole()),
        Delivery::Lost => {}
        Delivery::Slow(pause) => {
            let (store, message) = (store.clone(), whole());
            std::thread::spawn(move || {
                let (_sender, receiver) = std::sync::mpsc::channel::<()>();
                let _ = receiver.recv_timeout(pause);
                store.deliver("INBOX", message);
            });
        }
        Delivery::Reordered => {
            inbox(other("before"));
            inbox(whole());
            inbox(other("behind"));
        }
        Delivery::SubjectTagged => {
            inbox(raw(&head.replace("Subject: ", "Subject: [EXT] Re: "), body))
        }
        Delivery::SubjectReplaced => inbox(raw(
            &fields(&head, |field| {
                if field.starts_with("Subject:") {
                    "Subject: (removed)\r\n".to_owned()
                } else {
                    field.to_owned()
                }
            }),
            body,
        )),
        Delivery::Footer => inbox(raw(
            &head,
            &[body, b"-- \r\nScanned by a gateway\r\n"].concat(),
        )),
        Delivery::BodyAltered => {
            let text =
                String::from_utf8_lossy(body).replace("monitoring check", "m0nitoring check");
            inbox(raw(&head, text.as_bytes()));
        }
        Delivery::BodyCut => inbox(raw(&head, &body[..body.len() * 2 / 3])),
        Delivery::Base64 => {
            let head = fields(&head, |field| {
                if field.starts_with("Content-Transfer-Encoding:") {
                    "Content-Transfer-Encoding: base64\r\n".to_owned()
                } else {
                    field.to_owned()
                }
            });
            inbox(raw(
                &head,
                data_encoding::BASE64_MIME.encode(body).as_bytes(),
            ));
        }
        Delivery::HeaderStripped => inbox(raw(&fields(&head, |field| kept(field, &["X-"])), body)),
        Delivery::IdsStripped => inbox(raw(
            &fields(&head, |field| kept(field, &["X-", "Message-ID:"])),
            body,
        )),
        Delivery::Bounce(status) => inbox(bounce(status, to, &head)),
        Delivery::Answered => {
            inbox(answer(message));
            inbox(whole());
        }
        Delivery::AnsweredOnly => inbox(answer(message)),
        Delivery::Forged => {
            let text = String::from_utf8_lossy(message).into_owned();
            let at = text.find("mp1-").expect("a token");
            let end = text[at..].find(['@', '\r']).expect("its end");
            let token = &text[at..at + end];
            let last = if token.ends_with('0') { "1" } else { "0" };
            let forged = text.replace(token, &format!("{}{last}", &token[..token.len() - 1]));
            let (head, body) = parted(forged.as_bytes());
            inbox(raw(&head, body));
        }
        Delivery::Archived(mailbox) => {
            inbox(whole());
            store.deliver(mailbox, whole());
        }
        Delivery::Journal(mailbox) => {
            inbox(whole());
            let journal = [
                b"From: journal@example.test\r\nSubject: journal report\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=j\r\n\r\n--j\r\nContent-Type: text/plain\r\n\r\nSender: x\r\n--j\r\nContent-Type: message/rfc822\r\n\r\n",
                message,
                b"\r\n--j--\r\n",
            ]
            .concat();
            store.deliver(mailbox, Message::raw(journal));
        }
    }
}

fn junk(store: &Store, message: Message) {
    store.all(|mailboxes| {
        let junk = |mailbox: &&mut Mailbox| mailbox.special_use == Some("\\Junk");
        if let Some(mailbox) = mailboxes.iter_mut().find(junk) {
            mailbox.push(message);
        }
    });
}

/// The header with its line ends, and what stands behind the empty line.
fn parted(message: &[u8]) -> (String, &[u8]) {
    let at = message
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map_or(message.len(), |at| at + 2);
    (
        String::from_utf8_lossy(&message[..at]).into_owned(),
        message.get(at + 2..).unwrap_or_default(),
    )
}

/// Each field with its folded lines, changed.
fn fields(head: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut field = String::new();
    for line in head.split_inclusive("\r\n") {
        if !line.starts_with([' ', '\t']) && !field.is_empty() {
            out.push_str(&change(&field));
            field.clear();
        }
        field.push_str(line);
    }
    out + &change(&field)
}

fn kept(field: &str, gone: &[&str]) -> String {
    if gone.iter().any(|start| field.starts_with(start)) {
        String::new()
    } else {
        field.to_owned()
    }
}

fn bounce(status: &str, to: &str, head: &str) -> Message {
    let action = if status.starts_with('4') {
        "delayed"
    } else {
        "failed"
    };
    Message::raw(format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@{HOST} (Mail Delivery System)\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; {HOST}\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; 550 {status} no such user\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n--b--\r\n"
    ))
}

fn answer(message: &[u8]) -> Message {
    let text = String::from_utf8_lossy(message);
    let id = text
        .lines()
        .find(|line| line.starts_with("Message-ID:"))
        .unwrap_or_default();
    let id = id.trim_start_matches("Message-ID:").trim();
    Message::raw(format!(
        "From: away@example.test\r\nSubject: Auto: away\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {id}\r\n\r\nI am away.\r\n> {id}\r\n"
    ))
}
