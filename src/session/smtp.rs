//! A conversation in SMTP or LMTP (RFC 5321, 2033, 3207, 4954).

mod envelope;
mod login;
mod message;

use std::time::Duration;

use super::connection::Connection;
use super::error::{Error, Kind};
use crate::wire::command::Command;
use crate::wire::smtp::command::Hello;
use crate::wire::smtp::reply::{self, ReplyError};
use crate::wire::smtp::{Capabilities, Reply, ReplyParser};

pub use envelope::{Answer, Envelope};
pub use message::{Delivery, queue_id};

/// How long the answer to QUIT is awaited. Exim gives it 200 ms late.
const COURTESY: Duration = Duration::from_millis(60);

/// A session with an SMTP or LMTP server.
pub struct Smtp {
    connection: Connection,
    lmtp: bool,
    name: Option<String>,
    greeting: Option<Reply>,
    capabilities: Capabilities,
    hellos: Vec<Reply>,
    quirks: Vec<(&'static str, String)>,
}

/// Quirk: the lines of one reply have different codes.
pub const MIXED_CODES: &str = "mixed-codes";
/// Quirk: lines end with LF alone.
pub const BARE_LF: &str = "bare-lf";
/// Quirk: EHLO is refused, HELO is not.
pub const EHLO_REFUSED: &str = "ehlo-refused";

impl Smtp {
    /// Takes over a connection; nothing is read yet. `name` is what we call ourselves.
    #[must_use]
    pub fn new(connection: Connection, lmtp: bool, name: Option<String>) -> Self {
        Self {
            connection,
            lmtp,
            name,
            greeting: None,
            capabilities: Capabilities::default(),
            hellos: Vec::new(),
            quirks: Vec::new(),
        }
    }

    /// Waits for the whole greeting: speaking before its last line gets a client listed by servers
    /// that test for that (postscreen). Phase `greeting`.
    pub fn greet(&mut self) -> Result<Reply, Error> {
        self.connection.journal().enter("greeting");
        let greeting = self.reply("read the greeting of")?;
        self.connection.journal().leave(greeting.quote());
        self.greeting = Some(greeting.clone());
        if greeting.code == 220 {
            Ok(greeting)
        } else {
            Err(self.refused("read the greeting of", &greeting))
        }
    }

    /// EHLO, and HELO when that is refused; LHLO in LMTP. Phase `ehlo`.
    pub fn hello(&mut self) -> Result<(), Error> {
        self.connection.journal().enter("ehlo");
        let name = self
            .name
            .clone()
            .unwrap_or_else(|| own_name(&self.connection));
        let first = if self.lmtp { Hello::Lhlo } else { Hello::Ehlo };
        let doing = format!("send {} to", first.verb());
        let mut answer = self.ask(&first.command(&name), &doing)?;
        // After STARTTLS a server that knew EHLO a moment ago is broken, not old.
        if answer.is_permanent() && first == Hello::Ehlo && self.hellos.is_empty() {
            self.quirks
                .push((EHLO_REFUSED, format!("refuses EHLO: {}", answer.quote())));
            answer = self.ask(&Hello::Helo.command(&name), "send HELO to")?;
            self.capabilities = Capabilities::default();
        } else {
            self.capabilities = Capabilities::read(&answer);
        }
        if answer.code != 250 {
            return Err(self.not_what_was_asked(&doing, &answer));
        }
        self.connection
            .journal()
            .leave(self.capabilities.words().join(" "));
        self.hellos.push(answer);
        Ok(())
    }

    /// STARTTLS, the handshake, and EHLO again: what was offered before TLS is forgotten
    /// (RFC 3207 §4.2). Phases `starttls`, `tls`, `ehlo`.
    pub fn starttls(&mut self) -> Result<(), Error> {
        self.secure()?;
        self.hello()
    }

    /// STARTTLS and the handshake, for who wants nothing more. Phases `starttls`, `tls`.
    pub fn secure(&mut self) -> Result<(), Error> {
        const DOING: &str = "send STARTTLS to";
        self.connection.journal().enter("starttls");
        let answer = self.ask(&Command::new("STARTTLS"), DOING)?;
        if answer.code != 220 {
            return Err(self.refused(DOING, &answer));
        }
        self.connection.journal().leave(answer.quote());
        self.connection.secure(&[])
    }

    /// Sends a command and reads its reply.
    pub fn ask(&mut self, command: &Command, doing: &str) -> Result<Reply, Error> {
        self.send(std::slice::from_ref(command), doing)?;
        self.reply(doing)
    }

    /// Sends commands in one write. A reply that nobody asked for would be taken for the answer to
    /// the first of them, and each answer after it for the next.
    fn send(&mut self, commands: &[Command], doing: &str) -> Result<(), Error> {
        match self.unasked() {
            Some(kind) => Err(self.connection.error(doing, kind)),
            None => self.connection.send_all(commands, doing),
        }
    }

    /// What came without being asked for. 421 may come at any time: the server goes (RFC 5321 §3.8).
    fn unasked(&self) -> Option<Kind> {
        let pending = self.connection.pending();
        if pending.is_empty() {
            return None;
        }
        self.connection.journal().received(pending);
        let line = pending.split(|&byte| byte == b'\n').next();
        let line = line.unwrap_or(pending);
        let quote = self.connection.quote(line, 80).trim_end().to_owned();
        Some(if quote.starts_with("421") {
            Kind::Refused {
                transient: true,
                code: "421".to_owned(),
                quote,
            }
        } else {
            Kind::Unasked { quote }
        })
    }

    /// QUIT. Its answer is awaited for a moment only and is never a reason to alarm; what the server
    /// had said before it was asked is.
    pub fn quit(&mut self) -> Result<(), Error> {
        let journal = self.connection.journal().clone();
        journal.done();
        journal.enter("quit");
        self.connection
            .set_deadline(self.connection.deadline().within(COURTESY));
        let before = self.unasked();
        if before.is_none() {
            match self.ask(&Command::new("QUIT"), "send QUIT to") {
                Ok(answer) => journal.leave(answer.quote()),
                Err(_) => journal.note("no answer to QUIT within the moment that is given to it"),
            }
        }
        self.connection.close();
        match before {
            Some(kind) => Err(self.connection.error("send QUIT to", kind)),
            None => Ok(()),
        }
    }

    /// 421 means that the server goes, and 221 to anything but QUIT, too; nothing that was sent after
    /// it will be answered (RFC 5321 §3.8).
    pub fn stays(&self, doing: &str, reply: Reply) -> Result<Reply, Error> {
        if reply.is_farewell() {
            Err(self.refused(doing, &reply))
        } else {
            Ok(reply)
        }
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

    /// Is it LMTP that is spoken?
    #[must_use]
    pub fn is_lmtp(&self) -> bool {
        self.lmtp
    }

    /// What is offered now.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// The greeting, once read.
    #[must_use]
    pub fn greeting(&self) -> Option<&Reply> {
        self.greeting.as_ref()
    }

    /// The answers to EHLO, HELO or LHLO: with STARTTLS there are two.
    #[must_use]
    pub fn hello_replies(&self) -> &[Reply] {
        &self.hellos
    }

    /// What the server does that the standard does not want: name and words, each once.
    #[must_use]
    pub fn quirks(&self) -> &[(&'static str, String)] {
        &self.quirks
    }

    /// Reads one reply.
    fn reply(&mut self, doing: &str) -> Result<Reply, Error> {
        let mut parser = ReplyParser::default();
        loop {
            let line = self.connection.line(reply::LINE_LIMIT, doing)?;
            match parser.push(line) {
                Ok(None) => {}
                Ok(Some(reply)) => {
                    self.remember_quirks(&reply);
                    return Ok(reply);
                }
                Err(ReplyError::NoCode { line }) => {
                    let quote = self.connection.quote(&line, 80);
                    return Err(self.connection.error(
                        doing,
                        Kind::NotProtocol {
                            protocol: "SMTP",
                            quote,
                        },
                    ));
                }
                Err(ReplyError::Breach(breach)) => {
                    return Err(self
                        .connection
                        .error(doing, Kind::Limit(breach.to_string())));
                }
            }
        }
    }

    fn remember_quirks(&mut self, reply: &Reply) {
        let mut seen = Vec::new();
        if let Some(other) = reply.mixed {
            seen.push((
                MIXED_CODES,
                format!("mixes the codes {other} and {} in one reply", reply.code),
            ));
        }
        if reply.bare_lf {
            seen.push((BARE_LF, "ends lines with LF alone".to_owned()));
        }
        for quirk in seen {
            if !self.quirks.iter().any(|(known, _)| *known == quirk.0) {
                self.quirks.push(quirk);
            }
        }
    }

    /// A reply that says neither yes nor no is no answer to what was asked.
    fn not_what_was_asked(&self, doing: &str, reply: &Reply) -> Error {
        if reply.is_transient() || reply.is_permanent() || reply.is_farewell() {
            return self.refused(doing, reply);
        }
        let kind = Kind::NotProtocol {
            protocol: if self.lmtp { "LMTP" } else { "SMTP" },
            quote: reply.quote(),
        };
        self.connection.error(doing, kind)
    }

    fn refused(&self, doing: &str, reply: &Reply) -> Error {
        self.connection.error(doing, refusal(reply))
    }
}

/// A reply that says no.
fn refusal(reply: &Reply) -> Kind {
    Kind::Refused {
        transient: reply.is_transient(),
        code: reply.code.to_string(),
        quote: reply.quote(),
    }
}

/// What we call ourselves: the host's name if it is a qualified one, our address otherwise
/// (RFC 5321 §4.1.3). An unqualified name is what many servers refuse.
fn own_name(connection: &Connection) -> String {
    let system = rustix::system::uname();
    let host = system.nodename().to_str().unwrap_or_default();
    if host.contains('.')
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    {
        return host.to_ascii_lowercase();
    }
    match connection
        .local()
        .map(|address| address.ip().to_canonical())
    {
        Some(std::net::IpAddr::V4(address)) => format!("[{address}]"),
        Some(std::net::IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        None => "localhost.localdomain".to_owned(),
    }
}
