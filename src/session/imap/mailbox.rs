//! Mailboxes, looked at and never changed: LIST, STATUS, EXAMINE, FETCH with PEEK, GETQUOTAROOT
//! (RFC 3501 §6.3 and §6.4, RFC 8438 STATUS=SIZE, RFC 9208).

use super::Imap;
use crate::session::error::{Error, Kind};
use crate::wire::imap::data::{Fetch, List, MailboxName, MailboxStatus, Quota};
use crate::wire::imap::{Condition, Data, Request, Status, Unsendable, utf7};

/// STATUS commands that go out together.
const TOGETHER: usize = 20;
const LISTING: &str = "send LIST to";
/// Quota roots of one mailbox; there is one, or there are two.
const ROOTS: usize = 50;

/// A mailbox: its name for people, and as it goes over the wire.
///
/// A name that a server lists may be no modified UTF-7 (made by a client that did not know better): it
/// goes back as it came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mailbox {
    name: String,
    listed: Option<Vec<u8>>,
}

impl Mailbox {
    /// The mailbox of this name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            listed: None,
        }
    }

    /// Its name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn write(&self, request: Request) -> Result<Request, Unsendable> {
        match &self.listed {
            Some(bytes) => request.astring(bytes),
            None => request.mailbox(&self.name),
        }
    }
}

impl std::fmt::Display for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

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
    pub fn list(&mut self, pattern: &Mailbox, most: usize) -> Result<Said<Vec<List>>, Error> {
        self.connection.journal().enter("list");
        let (tag, request) = self.request("LIST \"\"");
        let request = self.sendable(pattern.write(request), LISTING)?;
        self.listing(&tag, &request, most)
    }

    /// What a request for a list brings, at most so many; ends the phase.
    pub(super) fn listing(
        &mut self,
        tag: &str,
        request: &Request,
        most: usize,
    ) -> Result<Said<Vec<List>>, Error> {
        let mut found = Vec::new();
        let condition = self.run(tag, request, LISTING, &mut |data| {
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
        mailboxes: &[Mailbox],
        items: &str,
    ) -> Result<Vec<Said<MailboxStatus>>, Error> {
        const DOING: &str = "send STATUS to";
        self.connection.journal().enter("status");
        let mut all = Vec::with_capacity(mailboxes.len());
        for chunk in mailboxes.chunks(TOGETHER) {
            let mut requests = Vec::with_capacity(chunk.len());
            for mailbox in chunk {
                let (tag, request) = self.request("STATUS");
                let request = self.sendable(mailbox.write(request), DOING)?;
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
            for (mailbox, condition) in chunk.iter().zip(conditions) {
                if condition.status != Status::Ok {
                    all.push(Err(condition));
                    continue;
                }
                // A server may write the name in another form; a single answer is the one asked for.
                let at = found
                    .iter()
                    .position(|status| is_name(&status.mailbox, mailbox))
                    .or((alone && !found.is_empty()).then_some(0));
                let status = at.map(|at| found.swap_remove(at));
                match status
                    .filter(|status| items.split(' ').all(|item| status.get(item).is_some()))
                {
                    Some(status) => all.push(Ok(status)),
                    None => {
                        let quote = format!("{condition} without the counts of \"{mailbox}\"");
                        return Err(self.without(quote, DOING));
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
    pub fn examine(&mut self, mailbox: &Mailbox) -> Result<Said<Selected>, Error> {
        self.open("EXAMINE", mailbox)
    }

    pub(super) fn open(
        &mut self,
        verb: &'static str,
        mailbox: &Mailbox,
    ) -> Result<Said<Selected>, Error> {
        let doing = format!("send {verb} to");
        self.connection.journal().enter("examine");
        let (tag, request) = self.request(verb);
        let request = self.sendable(mailbox.write(request), &doing)?;
        let mut exists = None;
        let condition = self.run(&tag, &request, &doing, &mut |data| {
            if let Data::Exists(count) = data {
                exists = Some(count);
            }
        })?;
        if condition.status != Status::Ok {
            self.connection.journal().leave(condition.to_string());
            return Ok(Err(condition));
        }
        let Some(exists) = exists else {
            // A mailbox that does not say how much it holds is not an empty one.
            return Err(self.without(format!("{condition} without EXISTS"), &doing));
        };
        self.exists_told = false;
        self.connection
            .journal()
            .leave(format!("{exists} messages"));
        Ok(Ok(Selected { exists }))
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
        // Others may remove mails while we look (RFC 2180 §4.1): what is left was told.
        if condition.has_code("EXPUNGEISSUED") {
            return Ok(Ok(found));
        }
        Ok(said(condition, found))
    }

    /// The quotas that a mailbox counts towards. Phase `getquotaroot`.
    pub fn quota(&mut self, mailbox: &Mailbox) -> Result<Said<Vec<Quota>>, Error> {
        const DOING: &str = "send GETQUOTAROOT to";
        self.connection.journal().enter("getquotaroot");
        let (tag, request) = self.request("GETQUOTAROOT");
        let request = self.sendable(mailbox.write(request), DOING)?;
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

    /// A mailbox as the server lists it.
    #[must_use]
    pub fn listed(&self, list: &List) -> Mailbox {
        Mailbox {
            name: if self.utf8 {
                list.name.utf8()
            } else {
                list.name.decoded()
            },
            listed: Some(list.name.0.clone()),
        }
    }

    /// An answer that lacks what it is for.
    fn without(&self, quote: String, doing: &str) -> Error {
        self.connection.error(
            doing,
            Kind::NotProtocol {
                protocol: "IMAP",
                quote,
            },
        )
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

fn is_name(given: &MailboxName, wanted: &Mailbox) -> bool {
    (given.is_inbox() && wanted.name.eq_ignore_ascii_case("INBOX"))
        || wanted
            .listed
            .as_ref()
            .is_some_and(|bytes| *bytes == given.0)
        || given.0 == wanted.name.as_bytes()
        || given.0 == utf7::encode(&wanted.name).as_bytes()
        || given.decoded() == wanted.name
}

pub(super) fn said<T>(condition: Condition, value: T) -> Said<T> {
    if condition.status == Status::Ok {
        Ok(value)
    } else {
        Err(condition)
    }
}
