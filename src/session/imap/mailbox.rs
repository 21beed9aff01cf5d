//! Mailboxes, looked at and never changed: LIST, STATUS, EXAMINE, FETCH with PEEK, GETQUOTAROOT
//! (RFC 3501 §6.3 and §6.4, RFC 8438 STATUS=SIZE, RFC 9208).

use super::Imap;
use crate::session::error::{Error, Kind};
use crate::wire::imap::data::{Fetch, List, MailboxName, MailboxStatus, Quota};
use crate::wire::imap::{Condition, Data, Request, Status, Unsendable, utf7};

/// STATUS commands that go out together.
const TOGETHER: usize = 20;
/// Quota roots of one mailbox; there is one, or there are two.
const ROOTS: usize = 50;

/// What the server says to a command that it may refuse without harm.
pub type Said<T> = Result<T, Condition>;

/// A mailbox that is open for reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// How many messages it holds.
    pub exists: u32,
}

impl Imap {
    /// The mailboxes that fit a pattern, at most so many. Phase `list`.
    pub fn list(&mut self, pattern: &str, most: usize) -> Result<Said<Vec<List>>, Error> {
        const DOING: &str = "send LIST to";
        self.connection.journal().enter("list");
        let (tag, request) = self.request("LIST \"\"");
        let request = self.sendable(request.mailbox(pattern), DOING)?;
        let mut found = Vec::new();
        let condition = self.run(&tag, &request, DOING, &mut |data| {
            if let Data::List(list) = data
                && found.len() < most
            {
                found.push(list);
            }
        })?;
        self.connection
            .journal()
            .leave(format!("{} mailboxes", found.len()));
        Ok(said(condition, found))
    }

    /// The counts of several mailboxes, in order; `items` is `MESSAGES UNSEEN`. Phase `status`.
    pub fn status(
        &mut self,
        names: &[String],
        items: &str,
    ) -> Result<Vec<Said<MailboxStatus>>, Error> {
        const DOING: &str = "send STATUS to";
        self.connection.journal().enter("status");
        let mut all = Vec::with_capacity(names.len());
        for chunk in names.chunks(TOGETHER) {
            let mut requests = Vec::with_capacity(chunk.len());
            for name in chunk {
                let (tag, request) = self.request("STATUS");
                let request = self.sendable(request.mailbox(name), DOING)?;
                requests.push((tag, request.raw(&format!("({items})"))));
            }
            let mut found: Vec<MailboxStatus> = Vec::new();
            let conditions = self.run_all(&requests, DOING, &mut |data| {
                if let Data::Status(status) = data
                    && found.len() < TOGETHER
                {
                    found.push(status);
                }
            })?;
            let alone = chunk.len() == 1;
            for (name, condition) in chunk.iter().zip(conditions) {
                if condition.status != Status::Ok {
                    all.push(Err(condition));
                    continue;
                }
                // A server may write the name in another form; a single answer is the one asked for.
                let at = found
                    .iter()
                    .position(|status| self.is_name(&status.mailbox, name))
                    .or((alone && !found.is_empty()).then_some(0));
                match at {
                    Some(at) => all.push(Ok(found.swap_remove(at))),
                    None => {
                        return Err(self.connection.error(
                            DOING,
                            Kind::NotProtocol {
                                protocol: "IMAP",
                                quote: format!("{condition} without the counts of \"{name}\""),
                            },
                        ));
                    }
                }
            }
        }
        self.connection
            .journal()
            .leave(format!("{} mailboxes", all.len()));
        Ok(all)
    }

    /// Opens a mailbox for reading: nothing that is done in it changes a flag. Phase `examine`.
    pub fn examine(&mut self, name: &str) -> Result<Said<Selected>, Error> {
        self.open("EXAMINE", name)
    }

    pub(super) fn open(&mut self, verb: &'static str, name: &str) -> Result<Said<Selected>, Error> {
        let doing = format!("send {verb} to");
        self.connection.journal().enter("examine");
        let (tag, request) = self.request(verb);
        let request = self.sendable(request.mailbox(name), &doing)?;
        let mut selected = Selected::default();
        let condition = self.run(&tag, &request, &doing, &mut |data| {
            if let Data::Exists(count) = data {
                selected.exists = count;
            }
        })?;
        self.connection
            .journal()
            .leave(format!("{} messages", selected.exists));
        Ok(said(condition, selected))
    }

    /// What is asked of some messages. `set` is a sequence set, `uid` says of what. What the server
    /// tells of other messages is passed over by the caller. Phase `fetch`.
    pub fn fetch(
        &mut self,
        uid: bool,
        set: &str,
        items: &str,
        most: usize,
    ) -> Result<Said<Vec<Fetch>>, Error> {
        const DOING: &str = "send FETCH to";
        self.connection.journal().enter("fetch");
        let verb = if uid { "UID FETCH" } else { "FETCH" };
        let (tag, request) = self.request(verb);
        let request = request.raw(&format!("{set} ({items})"));
        let mut found = Vec::new();
        let condition = self.run(&tag, &request, DOING, &mut |data| {
            if let Data::Fetch(fetch) = data
                && found.len() < most
            {
                found.push(fetch);
            }
        })?;
        self.connection
            .journal()
            .leave(format!("{} messages", found.len()));
        Ok(said(condition, found))
    }

    /// The quotas that a mailbox counts towards. Phase `getquotaroot`.
    pub fn quota(&mut self, name: &str) -> Result<Said<Vec<Quota>>, Error> {
        const DOING: &str = "send GETQUOTAROOT to";
        self.connection.journal().enter("getquotaroot");
        let (tag, request) = self.request("GETQUOTAROOT");
        let request = self.sendable(request.mailbox(name), DOING)?;
        let mut found = Vec::new();
        let condition = self.run(&tag, &request, DOING, &mut |data| {
            if let Data::Quota(quota) = data
                && found.len() < ROOTS
            {
                found.push(quota);
            }
        })?;
        self.connection.journal().leave(condition.to_string());
        Ok(said(condition, found))
    }

    /// The name of a mailbox for people, and for the next command.
    #[must_use]
    pub fn name_of(&self, name: &MailboxName) -> String {
        if self.utf8 {
            name.utf8()
        } else {
            name.decoded()
        }
    }

    fn is_name(&self, given: &MailboxName, wanted: &str) -> bool {
        (given.is_inbox() && wanted.eq_ignore_ascii_case("INBOX"))
            || given.0 == wanted.as_bytes()
            || given.0 == utf7::encode(wanted).as_bytes()
            || self.name_of(given) == wanted
    }

    pub(super) fn sendable(
        &self,
        request: Result<Request, Unsendable>,
        doing: &str,
    ) -> Result<Request, Error> {
        request.map_err(|error| {
            self.connection
                .error(doing, Kind::Missing(error.to_string()))
        })
    }
}

pub(super) fn said<T>(condition: Condition, value: T) -> Said<T> {
    if condition.status == Status::Ok {
        Ok(value)
    } else {
        Err(condition)
    }
}
