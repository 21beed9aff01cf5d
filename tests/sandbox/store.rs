//! The mailboxes that IMAP and POP3 show and that SMTP delivers to: data first, shared by all sessions.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Set when it comes into a mailbox.
    pub uid: u32,
    /// Internal date, seconds since the epoch.
    pub date: i64,
    pub flags: BTreeSet<String>,
    /// With CRLF line ends.
    pub raw: Arc<[u8]>,
}

/// Seconds since the epoch.
pub fn now() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

impl Message {
    /// From the text of a message; line ends become CRLF.
    pub fn raw(text: impl AsRef<[u8]>) -> Message {
        let mut raw = Vec::with_capacity(text.as_ref().len() + 64);
        let mut last = 0;
        for byte in text.as_ref() {
            if *byte == b'\n' && last != b'\r' {
                raw.push(b'\r');
            }
            raw.push(*byte);
            last = *byte;
        }
        Message {
            uid: 0,
            date: now(),
            flags: BTreeSet::new(),
            raw: raw.into(),
        }
    }

    /// A plain message from a few words.
    pub fn new(from: &str, subject: &str, body: &str) -> Message {
        Message::raw(format!(
            "From: {from}\nTo: <probe@example.test>\nSubject: {subject}\nMessage-ID: <{:08x}@example.test>\n\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n",
            subject.bytes().fold(7_u32, |sum, byte| sum
                .wrapping_mul(31)
                .wrapping_add(u32::from(byte)))
        ))
    }

    /// Internal date that long ago.
    pub fn age(self, age: Duration) -> Message {
        let age = i64::try_from(age.as_secs()).unwrap_or(0);
        self.at(now() - age)
    }

    /// Internal date in seconds since the epoch.
    pub fn at(mut self, date: i64) -> Message {
        self.date = date;
        self
    }

    /// Says in its header, too, when it was written and came: POP3 has no other dates.
    pub fn dated(mut self) -> Message {
        let date = mail_parser::DateTime::from_timestamp(self.date).to_rfc822();
        let header = format!(
            "Received: from client.example.org by mail.example.test; {date}\r\nDate: {date}\r\n"
        );
        self.raw = [header.as_bytes(), &self.raw].concat().into();
        self
    }

    pub fn flag(mut self, flag: &str) -> Message {
        self.flags.insert(flag.to_owned());
        self
    }

    pub fn seen(self) -> Message {
        self.flag("\\Seen")
    }

    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own.eq_ignore_ascii_case(flag))
    }

    /// Where the body begins: behind the empty line.
    pub fn body_at(&self) -> usize {
        if self.raw.starts_with(b"\r\n") {
            return 2;
        }
        self.raw
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .map_or(self.raw.len(), |at| at + 4)
    }
}

/// A mailbox; its name is UTF-8 with `/` between the levels.
#[derive(Clone, Debug)]
pub struct Mailbox {
    pub name: String,
    pub uid_validity: u32,
    pub uid_next: u32,
    /// `\Junk` and its like.
    pub special_use: Option<&'static str>,
    /// Cannot be selected.
    pub no_select: bool,
    pub messages: Vec<Message>,
}

impl Mailbox {
    pub fn new(name: &str) -> Mailbox {
        let (uid_validity, uid_next) = (1_700_000_000, 1);
        let messages = Vec::new();
        Mailbox {
            name: name.to_owned(),
            uid_validity,
            uid_next,
            special_use: None,
            no_select: false,
            messages,
        }
    }

    pub fn message(mut self, message: Message) -> Mailbox {
        self.push(message);
        self
    }

    pub fn messages(self, messages: impl IntoIterator<Item = Message>) -> Mailbox {
        messages.into_iter().fold(self, Mailbox::message)
    }

    pub fn special_use(mut self, attribute: &'static str) -> Mailbox {
        self.special_use = Some(attribute);
        self
    }

    pub fn no_select(mut self) -> Mailbox {
        self.no_select = true;
        self
    }

    /// The next UID to give, so that UIDs and sequence numbers differ.
    pub fn uid_next(mut self, uid: u32) -> Mailbox {
        self.uid_next = uid;
        self
    }

    /// Adds a message and says its UID.
    pub fn push(&mut self, mut message: Message) -> u32 {
        message.uid = self.uid_next;
        self.uid_next += 1;
        self.messages.push(message);
        self.uid_next - 1
    }
}

#[derive(Debug)]
struct State {
    mailboxes: Vec<Mailbox>,
    /// Used and limit, in KiB.
    quota: Option<(u64, u64)>,
}

/// All mailboxes of the account. Clones share them, so that two sandboxes can.
#[derive(Clone, Debug)]
pub struct Store {
    shared: Arc<Mutex<State>>,
}

impl Store {
    pub fn new(mailboxes: impl IntoIterator<Item = Mailbox>) -> Store {
        let mailboxes = mailboxes.into_iter().collect();
        Store {
            shared: Arc::new(Mutex::new(State {
                mailboxes,
                quota: None,
            })),
        }
    }

    /// All messages [dated](Message::dated).
    pub fn dated(self) -> Store {
        for mailbox in &mut self.lock().mailboxes {
            for message in &mut mailbox.messages {
                *message = message.clone().dated();
            }
        }
        self
    }

    /// Used and limit in KiB.
    pub fn quota(self, used: u64, limit: u64) -> Store {
        self.lock().quota = Some((used, limit));
        self
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn get_quota(&self) -> Option<(u64, u64)> {
        self.lock().quota
    }

    /// Works on one mailbox; None if there is none of that name. INBOX in any case.
    pub fn with<T>(&self, name: &str, work: impl FnOnce(&mut Mailbox) -> T) -> Option<T> {
        let mut state = self.lock();
        let same = |mailbox: &&mut Mailbox| {
            mailbox.name == name || (mailbox.name == "INBOX" && name.eq_ignore_ascii_case("INBOX"))
        };
        state.mailboxes.iter_mut().find(same).map(work)
    }

    /// Works on all mailboxes.
    pub fn all<T>(&self, work: impl FnOnce(&mut Vec<Mailbox>) -> T) -> T {
        work(&mut self.lock().mailboxes)
    }

    pub fn deliver(&self, name: &str, message: Message) -> Option<u32> {
        self.with(name, |mailbox| mailbox.push(message))
    }

    /// A copy of a mailbox's messages, for assertions.
    pub fn messages(&self, name: &str) -> Vec<Message> {
        self.with(name, |mailbox| mailbox.messages.clone())
            .unwrap_or_default()
    }
}

impl Default for Store {
    /// A few mailboxes as an account has them.
    fn default() -> Store {
        let hours = |hours: u64| Duration::from_secs(hours * 3600 + 60);
        Store::new([
            Mailbox::new("INBOX")
                .uid_next(101)
                .message(
                    Message::new("Office <office@example.org>", "hello", "A first message.")
                        .age(hours(50))
                        .seen(),
                )
                .message(
                    Message::new(
                        "list@example.org",
                        "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=",
                        "Zwei\n.\nPunkte",
                    )
                    .age(hours(30)),
                )
                .message(
                    Message::new("cron@example.test", "Cron <root@srv1> backup", "..done")
                        .age(hours(2)),
                ),
            Mailbox::new("Reports")
                .uid_next(501)
                .message(
                    Message::new("backup@example.test", "Backup srv1 ok", "0 errors")
                        .age(hours(57))
                        .seen(),
                )
                .message(
                    Message::new("backup@example.test", "Backup srv2 FAILED", "3 errors")
                        .age(hours(33)),
                )
                .message(
                    Message::new("backup@example.test", "Backup srv3 ok", "0 errors").age(hours(9)),
                ),
            Mailbox::new("Archive").no_select(),
            Mailbox::new("Archive/2025").message(
                Message::new("old@example.org", "old", "old")
                    .age(hours(9000))
                    .seen(),
            ),
            Mailbox::new("Entwürfe").special_use("\\Drafts"),
            Mailbox::new("Junk & Co").special_use("\\Junk"),
            Mailbox::new("Empty"),
        ])
        .dated()
        .quota(4096, 10_240)
    }
}
