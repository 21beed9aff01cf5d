//! Where the message arrives: a mailbox by IMAP or POP3, or a Maildir. All of them are looked at in the same
//! way, and nothing in them is touched but messages that bear a token of ours.

mod imap;
mod maildir;
mod pop3;
mod recognise;

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

pub use self::imap::ImapInbox;
pub use self::maildir::MaildirInbox;
pub use self::pop3::Pop3Inbox;
use crate::message::token::Token;
use crate::probe::Scene;
use crate::session::Error;

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// The mailbox, its UIDVALIDITY, and the UID: these three together name one message for ever
    /// (RFC 3501 §2.3.1.1).
    Imap(String, u64, u32),
    /// A hash of its unique id, or its number where the server knows no unique ids.
    Pop3(u64),
    /// A file.
    File(PathBuf),
}

/// A message with a token of ours.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its token.
    pub token: Token,
    /// The mailbox, for people.
    pub place: String,
    /// Is that one for junk?
    pub junk: bool,
    /// When it came there, by the server's clock.
    pub arrived: Option<i64>,
    /// Where it stands.
    pub at: At,
    /// What is known of it is not enough to say that it is ours: the token stands in its text only.
    pub quoted: bool,
}

/// A mailbox.
pub trait Inbox: Send {
    /// What messages call its server.
    fn name(&self) -> String;
    /// The scene of its part.
    fn scene(&self) -> &Scene;
    /// How it is waited for, for people.
    fn how(&self) -> &'static str;
    /// Connects, logs in, and remembers where the mailbox ends. False: a finding says why not.
    fn open(&mut self) -> Result<bool, Error>;
    /// Messages of ours that stood there before.
    fn old(&mut self) -> Result<Vec<Mail>, Error>;
    /// Messages of ours that have come since the last look.
    fn look(&mut self) -> Result<Vec<Mail>, Error>;
    /// Waits until something may have come, at most so long.
    fn wait(&mut self, limit: Duration) -> Result<(), Error>;
    /// A message, whole or up to so many bytes; `None` when it has gone.
    fn read(&mut self, mail: &Mail, most: usize) -> Result<Option<Vec<u8>>, Error>;
    /// Removes messages; tells in words what could not be removed.
    fn remove(&mut self, mails: &[Mail]) -> Result<Vec<String>, Error>;
    /// Where it looks, for people: `INBOX and Junk`.
    fn places(&self) -> String;
    /// Says farewell.
    fn close(&mut self);
}

/// The pause between two looks: short at first, for mail on a fast path is there at once.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    next: Duration,
    most: Duration,
}

impl Pace {
    pub fn new(first: Duration, most: Duration) -> Self {
        Self {
            next: first.min(most),
            most,
        }
    }

    pub fn next(&mut self) -> Duration {
        let now = self.next;
        self.next = (now + now / 2).min(self.most);
        now
    }
}

/// Waits; nobody sends anything here.
pub fn pause(time: Duration) {
    let (_sender, receiver) = mpsc::channel::<()>();
    let _ = receiver.recv_timeout(time);
}
