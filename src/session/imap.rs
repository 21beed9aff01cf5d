//! A conversation in IMAP (RFC 3501 and 9051; STARTTLS, SASL-IR, ID, ENABLE and others as the server
//! offers them).
//!
//! Capabilities are taken from the greeting and from the answer to the login where they come with
//! them, forgotten after STARTTLS and after a login that does not tell them anew, and asked for only
//! when somebody needs them: a command costs a round trip. Quirk `short-greeting`: Cyrus 3.6 tells in
//! its greeting only a part of what it can do, so that nothing is taken to be missing before CAPABILITY
//! was asked. What a server sends unasked is passed over, in bounds.

mod append;
mod exchange;
mod idle;
mod login;
mod mailbox;
mod search;

use std::time::Duration;

use super::connection::Connection;
use super::error::{Error, Kind};
use crate::wire::imap::{
    Capabilities, Condition, Framer, Limits, Literals, Request, Response, Status, Tags,
};

pub use idle::Idled;
pub use mailbox::{Mailbox, Said, Selected};
pub use search::{Criteria, Term, sequence_set};

/// How long the answer to LOGOUT is awaited.
const COURTESY: Duration = Duration::from_millis(60);

/// What one message of the server may cost: a SEARCH that names 200 000 mails fits, and so do the
/// pieces of mails that we ask for.
const LIMITS: Limits = Limits {
    line: 2 << 20,
    literal: 256 << 10,
    literals: 1000,
    message: 2 << 20,
};

/// A session with an IMAP server.
pub struct Imap {
    connection: Connection,
    framer: Framer,
    tags: Tags,
    greeting: Option<Condition>,
    capabilities: Option<Capabilities>,
    /// They are the answer to CAPABILITY, not what some response code tells of them.
    complete: bool,
    /// Capabilities have come since this was last unset.
    told: bool,
    literals: Literals,
    utf8: bool,
    /// The tag of the AUTHENTICATE that is going on.
    authenticating: String,
    leaving: bool,
    /// A PROXY header was sent, and nothing shows yet that the server has understood it.
    proxied: bool,
    alerts: Vec<String>,
    warnings: Vec<String>,
    bare_lf: bool,
    /// EXISTS has come since this was last unset.
    exists_told: bool,
}

/// Quirk: lines end with LF alone.
pub const BARE_LF: &str = "bare-lf";

impl Imap {
    /// Takes over a connection; nothing is read yet.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self {
            connection,
            framer: Framer::new(LIMITS),
            tags: Tags::default(),
            greeting: None,
            capabilities: None,
            complete: false,
            told: false,
            literals: Literals::default(),
            utf8: false,
            authenticating: String::new(),
            leaving: false,
            proxied: false,
            alerts: Vec::new(),
            warnings: Vec::new(),
            bare_lf: false,
            exists_told: false,
        }
    }

    /// Waits for the greeting. Phase `greeting`.
    pub fn greet(&mut self) -> Result<Condition, Error> {
        const DOING: &str = "read the greeting of";
        self.connection.journal().enter("greeting");
        let message = self.message(DOING)?;
        self.connection.journal().received(message.first_line());
        let greeting = match Response::parse(&message) {
            Response::Untagged(condition) => {
                exchange::bounded(condition, self.connection.journal())
            }
            _ => return Err(self.no_imap(&message, DOING)),
        };
        self.hear(&greeting);
        self.greeting = Some(greeting.clone());
        match greeting.status {
            Status::Ok | Status::Preauth => {
                if greeting.has_code("ALERT") {
                    exchange::keep(&mut self.alerts, &greeting);
                }
                self.connection.journal().leave(greeting.to_string());
                Ok(greeting)
            }
            Status::Bye | Status::No | Status::Bad => Err(self.refused(DOING, &greeting)),
        }
    }

    /// CAPABILITY after a PROXY header. A server that does not understand the header greets as ever,
    /// takes it for a command and complains of it: with the header's first word for the tag, or with
    /// none. An error then. Phase `capability`.
    pub fn understands_proxy(&mut self) -> Result<(), Error> {
        self.proxied = true;
        let outcome = self.ask_capabilities();
        self.proxied = false;
        outcome
    }

    /// What is known to be offered now; asked for when nothing is known. Phase `capability`.
    pub fn capabilities(&mut self) -> Result<&Capabilities, Error> {
        if self.capabilities.is_none() {
            self.ask_capabilities()?;
        }
        Ok(self.capabilities.get_or_insert_default())
    }

    /// All that is offered now. Phase `capability`.
    pub fn all_capabilities(&mut self) -> Result<&Capabilities, Error> {
        if !self.complete {
            self.ask_capabilities()?;
        }
        self.capabilities()
    }

    /// Is it offered? What is not known to be is asked for. Phase `capability`.
    pub fn offers(&mut self, test: impl Fn(&Capabilities) -> bool) -> Result<bool, Error> {
        if test(self.capabilities()?) {
            return Ok(true);
        }
        Ok(test(self.all_capabilities()?))
    }

    fn ask_capabilities(&mut self) -> Result<(), Error> {
        const DOING: &str = "send CAPABILITY to";
        self.connection.journal().enter("capability");
        let (tag, request) = self.request("CAPABILITY");
        let condition = self.run(&tag, &request, DOING, &mut |_| {})?;
        if condition.status != Status::Ok {
            return Err(self.refused(DOING, &condition));
        }
        // A server that answers with nothing offers nothing.
        self.complete = true;
        let names: Vec<&str> = self.capabilities.get_or_insert_default().names().collect();
        self.connection.journal().leave(names.join(" "));
        Ok(())
    }

    /// What is known of the capabilities without asking.
    #[must_use]
    pub fn known_capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// STARTTLS and the handshake. What was offered before is forgotten (RFC 3501 §6.2.1). Phases
    /// `starttls`, `tls`.
    pub fn starttls(&mut self) -> Result<(), Error> {
        const DOING: &str = "send STARTTLS to";
        self.connection.journal().enter("starttls");
        let (tag, request) = self.request("STARTTLS");
        let condition = self.run(&tag, &request, DOING, &mut |_| {})?;
        if condition.status != Status::Ok {
            return Err(self.refused(DOING, &condition));
        }
        self.connection.journal().leave(condition.to_string());
        self.connection.secure(self.framer.pending())?;
        self.framer = Framer::new(LIMITS);
        self.forget_capabilities();
        Ok(())
    }

    /// Tells who we are and hears who the server is (RFC 2971). Phase `id`.
    pub fn id(&mut self) -> Result<Vec<(String, Option<String>)>, Error> {
        const DOING: &str = "send ID to";
        use crate::wire::imap::Data;
        self.connection.journal().enter("id");
        let (tag, request) = self.request("ID");
        let version = env!("CARGO_PKG_VERSION");
        let request = request.raw(&format!(
            "(\"name\" \"mailprobe\" \"version\" \"{version}\")"
        ));
        let mut found = Vec::new();
        let condition = self.run(&tag, &request, DOING, &mut |data| {
            if let Data::Id(pairs) = data {
                found = pairs;
            }
        })?;
        self.connection.journal().leave(condition.to_string());
        found.truncate(20);
        for (name, value) in &mut found {
            exchange::cut(name);
            value.iter_mut().for_each(exchange::cut);
        }
        Ok(found)
    }

    /// ENABLE UTF8=ACCEPT (RFC 6855): from now on names go as they are. Tells whether the server has
    /// done it. Phase `enable`.
    pub fn enable_utf8(&mut self) -> Result<bool, Error> {
        const DOING: &str = "send ENABLE to";
        use crate::wire::imap::Data;
        self.connection.journal().enter("enable");
        let (tag, request) = self.request("ENABLE UTF8=ACCEPT");
        let mut enabled = false;
        let condition = self.run(&tag, &request, DOING, &mut |data| {
            if let Data::Enabled(names) = data {
                enabled |= names.has("UTF8=ACCEPT");
            }
        })?;
        self.connection.journal().leave(condition.to_string());
        self.utf8 = enabled && condition.status == Status::Ok;
        Ok(self.utf8)
    }

    /// LOGOUT. Its answer is awaited for a moment only and is never a reason to alarm.
    ///
    /// What the server had said before it was asked to is heard: BYE at the end of a login means that
    /// nobody can work there, however well the login went.
    pub fn logout(&mut self) -> Result<(), Error> {
        const DOING: &str = "send LOGOUT to";
        let journal = self.connection.journal().clone();
        journal.done();
        let mut dismissed = None;
        while let Ok(Some(message)) = self.framer.next_message() {
            journal.received(message.first_line());
            if let Response::Untagged(condition) = Response::parse(&message)
                && condition.status == Status::Bye
            {
                let kind = Kind::Refused {
                    transient: is_transient(&condition),
                    code: condition.status.name().to_owned(),
                    quote: condition.to_string(),
                };
                dismissed.get_or_insert(self.connection.error(DOING, kind));
            }
        }
        journal.enter("logout");
        self.leaving = true;
        self.connection
            .set_deadline(self.connection.deadline().within(COURTESY));
        let (tag, request) = self.request("LOGOUT");
        match self.run(&tag, &request, DOING, &mut |_| {}) {
            Ok(condition) => journal.leave(condition.to_string()),
            Err(_) => journal.note("no answer to LOGOUT within the moment that is given to it"),
        }
        self.connection.close();
        dismissed.map_or(Ok(()), Err)
    }

    /// The connection below.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The connection below.
    pub fn connection_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// The greeting, once read.
    #[must_use]
    pub fn greeting(&self) -> Option<&Condition> {
        self.greeting.as_ref()
    }

    /// Did the greeting say that we are logged in already?
    #[must_use]
    pub fn is_preauth(&self) -> bool {
        self.greeting
            .as_ref()
            .is_some_and(|greeting| greeting.status == Status::Preauth)
    }

    /// What the server wants people to see (`[ALERT]`, RFC 3501 §7.1), each text once.
    #[must_use]
    pub fn alerts(&self) -> &[String] {
        &self.alerts
    }

    /// Untagged NO and BAD: the server warns or complains.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Has a line ended with LF alone?
    #[must_use]
    pub fn bare_lf(&self) -> bool {
        self.bare_lf
    }

    /// A command with a fresh tag.
    fn request(&mut self, name: &str) -> (String, Request) {
        let tag = self.tags.fresh();
        let request = Request::new(&tag, name);
        let request = if self.utf8 { request.utf8() } else { request };
        (tag, request)
    }

    fn forget_capabilities(&mut self) {
        self.capabilities = None;
        self.complete = false;
    }

    fn refused(&self, doing: &str, condition: &Condition) -> Error {
        self.connection.error(doing, refusal(condition))
    }
}

/// A condition that says no. RFC 5530: what will be different later.
pub(super) fn refusal(condition: &Condition) -> Kind {
    Kind::Refused {
        transient: is_transient(condition),
        code: code(condition),
        quote: condition.to_string(),
    }
}

fn is_transient(condition: &Condition) -> bool {
    ["UNAVAILABLE", "INUSE", "LIMIT"]
        .iter()
        .any(|code| condition.has_code(code))
}

fn code(condition: &Condition) -> String {
    match &condition.code {
        Some(code) => code.name.clone(),
        None => condition.status.name().to_owned(),
    }
}
