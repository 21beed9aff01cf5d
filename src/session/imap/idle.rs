//! Waiting for mail: IDLE (RFC 2177), NOOP, and the mailboxes for junk (SPECIAL-USE, RFC 6154).

use std::time::Duration;

use super::exchange::Budget;
use super::mailbox::{Mailbox, Said};
use super::{Imap, exchange};
use crate::session::error::{Error, Kind};
use crate::wire::command::Command;
use crate::wire::imap::data::List;
use crate::wire::imap::{Data, Response, Status};

/// How an IDLE ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idled {
    /// The server told of something in the mailbox.
    News,
    /// It told of nothing in that time.
    Nothing,
    /// It does not do it, whatever it offers.
    Refused,
}

impl Imap {
    /// Waits until the server tells of something new in the selected mailbox, or the time is over. Phase
    /// `idle`.
    pub fn idle(&mut self, limit: Duration) -> Result<Idled, Error> {
        const DOING: &str = "send IDLE to";
        self.connection.journal().enter("idle");
        let (tag, request) = self.request("IDLE");
        let mut budget = Budget::default();
        let mut news = false;
        let mut sink = |data: Data| news |= matches!(data, Data::Exists(_) | Data::Recent(_));
        for command in request.commands(self.literals) {
            self.connection.send(&command, DOING)?;
        }
        if let exchange::Event::Done(condition) = self.event(&tag, DOING, &mut budget, &mut sink)? {
            self.connection.journal().leave(condition.to_string());
            return Ok(Idled::Refused);
        }
        let end = self.connection.deadline().within(limit);
        while !news {
            match self.framer.next_message() {
                Ok(Some(message)) => {
                    self.connection.journal().received(message.first_line());
                    match Response::parse(&message) {
                        Response::Data(Data::Exists(_) | Data::Recent(_)) => news = true,
                        Response::Untagged(condition) if condition.status == Status::Bye => {
                            return Err(self.refused(DOING, &condition));
                        }
                        // The server ends it by itself.
                        Response::Tagged { .. } => {
                            self.connection.journal().leave("ended by the server");
                            return Ok(Idled::Nothing);
                        }
                        Response::Malformed(_) => return Err(self.no_imap(&message, DOING)),
                        _ => {}
                    }
                    continue;
                }
                Ok(None) => {}
                Err(breach) => {
                    return Err(self
                        .connection
                        .error(DOING, Kind::Limit(breach.to_string())));
                }
            }
            let Ok(left) = end.remaining() else { break };
            if !self.connection.readable_within(left, DOING)? {
                break;
            }
            let mut chunk = [0; 16 * 1024];
            let bytes = self.connection.chunk(&mut chunk, DOING)?;
            self.framer.push(bytes);
        }
        self.connection.send(&Command::new("DONE"), DOING)?;
        let mut late = false;
        let mut sink = |data: Data| late |= matches!(data, Data::Exists(_) | Data::Recent(_));
        let ended = self.event(&tag, DOING, &mut budget, &mut sink)?;
        if let exchange::Event::Done(condition) = ended {
            self.connection.journal().leave(condition.to_string());
        }
        Ok(if news || late {
            Idled::News
        } else {
            Idled::Nothing
        })
    }

    /// Has the server told of something new in the mailbox since it was asked so, or since the mailbox was
    /// opened, in whatever answer?
    pub fn has_news(&mut self) -> bool {
        std::mem::take(&mut self.exists_told)
    }

    /// NOOP: lets the server tell of what is new. Phase `noop`.
    pub fn noop(&mut self) -> Result<(), Error> {
        const DOING: &str = "send NOOP to";
        self.connection.journal().enter("noop");
        let (tag, request) = self.request("NOOP");
        let condition = self.run(&tag, &request, DOING, &mut |_| {})?;
        self.connection.journal().leave(condition.to_string());
        Ok(())
    }

    /// All mailboxes with what they are for, at most so many. Phase `list`.
    pub fn list_special(&mut self, most: usize) -> Result<Said<Vec<List>>, Error> {
        let special = self.offers(|offered| {
            offered.has("SPECIAL-USE") && (offered.has("LIST-EXTENDED") || offered.has("IMAP4rev2"))
        })?;
        if !special {
            return self.list(&Mailbox::named("*"), most);
        }
        self.connection.journal().enter("list");
        let (tag, request) = self.request("LIST \"\" \"*\" RETURN (SPECIAL-USE)");
        self.listing(&tag, &request, most)
    }
}
