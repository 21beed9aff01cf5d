//! A conversation in POP3 (RFC 1939, 2449, 2595, 3206, 5034). Nothing is ever deleted but by who asks for it in
//! [`Pop3::delete`].

mod login;
mod maildrop;
mod retrieve;

use std::time::Duration;

use super::connection::Connection;
use super::error::{Error, Kind};
use crate::wire::command::Command;
use crate::wire::pop3::{Capabilities, Code, Collector, Limits, Reply, Status};

pub use login::Method;
pub use maildrop::Maildrop;

/// How long the answer to QUIT is awaited.
const COURTESY: Duration = Duration::from_millis(60);

/// Bytes of a line that answers a command. RFC 2449 §4 says 512; a SASL challenge may have 12288
/// characters (RFC 5034 §4).
const LINE_LIMIT: usize = 16 * 1024;

/// Quirk: lines end with LF alone.
pub const BARE_LF: &str = "bare-lf";
/// Quirk: CAPA is refused. Servers older than RFC 2449 do that: qmail-pop3d, popa3d.
pub const CAPA_REFUSED: &str = "capa-refused";

/// A session with a POP3 server.
pub struct Pop3 {
    connection: Connection,
    greeting: Option<Reply>,
    offer: Offer,
    quirks: Vec<(&'static str, String)>,
}

/// What is known of the capabilities.
enum Offer {
    /// Not asked for; or asked for before TLS, and forgotten with it.
    Unasked,
    /// The server does not know CAPA, and says so.
    Refused(String),
    Known(Capabilities),
}

impl Pop3 {
    /// Takes over a connection; nothing is read yet.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self {
            connection,
            greeting: None,
            offer: Offer::Unasked,
            quirks: Vec::new(),
        }
    }

    /// Waits for the greeting. Phase `greeting`.
    pub fn greet(&mut self) -> Result<(), Error> {
        const DOING: &str = "read the greeting of";
        self.connection.journal().enter("greeting");
        let greeting = self.reply(DOING)?;
        self.greeting = Some(greeting.clone());
        match greeting.status {
            Status::Ok => {
                self.connection.journal().leave(quote(&greeting));
                Ok(())
            }
            Status::Err => Err(self.refused(DOING, &greeting)),
            Status::Continue => Err(self.no_protocol(DOING, &greeting.line)),
        }
    }

    /// CAPA (RFC 2449 §5), once on each side of TLS. A server that does not know it is an old one,
    /// not a broken one. Phase `capa`.
    pub fn capa(&mut self) -> Result<(), Error> {
        const DOING: &str = "send CAPA to";
        if !matches!(self.offer, Offer::Unasked) {
            return Ok(());
        }
        self.connection.journal().enter("capa");
        let answer = self.ask(&Command::new("CAPA"), DOING)?;
        if !answer.is_ok() {
            // An old server may quote anything in brackets: -ERR [192.0.2.1] unknown command.
            let trouble = matches!(
                answer.code,
                Some(Code::SysTemp | Code::SysPerm | Code::InUse | Code::LoginDelay(_))
            );
            if trouble {
                return Err(self.refused(DOING, &answer));
            }
            self.remember(CAPA_REFUSED, format!("refuses CAPA: {}", quote(&answer)));
            self.connection.journal().leave(quote(&answer));
            self.offer = Offer::Refused(quote(&answer));
            return Ok(());
        }
        let lines = self.collect(Limits::CAPABILITIES, DOING)?;
        let found = Capabilities::parse(&lines);
        self.connection
            .journal()
            .leave(found.words().collect::<Vec<_>>().join(", "));
        self.offer = Offer::Known(found);
        Ok(())
    }

    /// CAPA after a PROXY header. A server that does not understand the header greets as ever, takes
    /// it for a command or for several and refuses them, so that each answer comes to the wrong
    /// command. Who refuses CAPA may be that or old: a second CAPA tells, and a user, whom even the
    /// oldest servers take. An error where the header was not understood. Phase `capa`.
    pub fn understands_proxy(&mut self) -> Result<(), Error> {
        const DOING: &str = "send CAPA to";
        let heard = match self.capa() {
            Ok(()) => match &self.offer {
                Offer::Refused(quote) => quote.clone(),
                Offer::Unasked | Offer::Known(_) => return Ok(()),
            },
            Err(Error {
                kind: Kind::Unasked { quote },
                ..
            }) => return Err(self.no_proxy(&quote)),
            Err(error) => return Err(error),
        };
        self.connection.journal().enter("capa");
        let old = self.ask(&Command::new("CAPA"), DOING).and_then(|again| {
            let user = Command::new("USER mailprobe");
            Ok(!again.is_ok() && self.ask(&user, DOING)?.is_ok())
        });
        match old {
            Ok(true) => {
                self.connection.journal().leave(heard);
                Ok(())
            }
            // Version 2 of the header holds the word QUIT, which some obey.
            Ok(false)
            | Err(Error {
                kind: Kind::Unasked { .. } | Kind::Closed | Kind::Reset,
                ..
            }) => Err(self.no_proxy(&heard)),
            Err(error) => Err(error),
        }
    }

    fn no_proxy(&mut self, heard: &str) -> Error {
        self.quirks.retain(|(quirk, _)| *quirk != CAPA_REFUSED);
        let heard = heard.trim_end();
        let what =
            format!("it does not understand the PROXY header and answers it with \"{heard}\"");
        self.connection.error("send CAPA to", Kind::Missing(what))
    }

    /// STLS (RFC 2595 §4) and the handshake. What was offered before TLS is forgotten. Phases
    /// `starttls`, `tls`.
    pub fn stls(&mut self) -> Result<(), Error> {
        const DOING: &str = "send STLS to";
        self.connection.journal().enter("starttls");
        let answer = self.ask(&Command::new("STLS"), DOING)?;
        if !answer.is_ok() {
            return Err(self.refused(DOING, &answer));
        }
        self.connection.journal().leave(quote(&answer));
        self.connection.secure(&[])?;
        self.offer = Offer::Unasked;
        Ok(())
    }

    /// Sends a command and reads the line that answers it. A `+ ` is an answer to AUTH only.
    pub fn ask(&mut self, command: &Command, doing: &str) -> Result<Reply, Error> {
        self.send(command, doing)?;
        self.answer(doing)
    }

    /// The same where a `+ ` may be the answer.
    pub fn ask_any(&mut self, command: &Command, doing: &str) -> Result<Reply, Error> {
        self.send(command, doing)?;
        self.reply(doing)
    }

    /// Sends a command. A line that nobody asked for would be taken for its answer, and each answer
    /// after it for the next.
    fn send(&mut self, command: &Command, doing: &str) -> Result<(), Error> {
        self.send_all(std::slice::from_ref(command), doing)
    }

    fn send_all(&mut self, commands: &[Command], doing: &str) -> Result<(), Error> {
        let pending = self.connection.pending();
        if !pending.is_empty() {
            let quote = self.connection.quote(pending, 80);
            return Err(self.connection.error(doing, Kind::Unasked { quote }));
        }
        self.connection.send_all(commands, doing)
    }

    /// QUIT, or what the caller says instead. Its answer is awaited for a moment only and is never a
    /// reason to alarm.
    pub fn quit(&mut self, words: Option<&Command>) {
        const DOING: &str = "send QUIT to";
        let journal = self.connection.journal().clone();
        journal.done();
        journal.enter("quit");
        self.connection
            .set_deadline(self.connection.deadline().within(COURTESY));
        let quit = Command::new("QUIT");
        let sent = self.connection.send(words.unwrap_or(&quit), DOING);
        match sent.and_then(|()| self.reply(DOING)) {
            Ok(answer) => journal.leave(quote(&answer)),
            Err(_) => journal.note("no answer to QUIT within the moment that is given to it"),
        }
        self.connection.close();
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

    /// What is offered now; `None` when it was not asked for or the server does not say.
    #[must_use]
    pub fn capabilities(&self) -> Option<&Capabilities> {
        match &self.offer {
            Offer::Known(found) => Some(found),
            Offer::Unasked | Offer::Refused(_) => None,
        }
    }

    /// The greeting, once read.
    #[must_use]
    pub fn greeting(&self) -> Option<&Reply> {
        self.greeting.as_ref()
    }

    /// What the server does that the standard does not want: name and words, each once.
    #[must_use]
    pub fn quirks(&self) -> &[(&'static str, String)] {
        &self.quirks
    }

    /// Commands may go out together (RFC 2449 §6.6).
    #[must_use]
    pub fn pipelines(&self) -> bool {
        self.capabilities()
            .is_some_and(|found| found.has("PIPELINING"))
    }

    /// Reads one line.
    fn reply(&mut self, doing: &str) -> Result<Reply, Error> {
        let line = self.connection.line(LINE_LIMIT, doing)?;
        if line.bare_lf {
            self.remember(BARE_LF, "ends lines with LF alone".to_owned());
        }
        Reply::parse(&line.text).map_err(|error| self.no_protocol(doing, &error.0))
    }

    /// Reads one line that says yes or no.
    fn answer(&mut self, doing: &str) -> Result<Reply, Error> {
        let reply = self.reply(doing)?;
        if reply.status == Status::Continue {
            return Err(self.no_protocol(doing, &reply.line));
        }
        Ok(reply)
    }

    /// Reads what follows the first line of a multi-line answer.
    fn collect(&mut self, limits: Limits, doing: &str) -> Result<Vec<u8>, Error> {
        let mut collector = Collector::new(limits);
        loop {
            let line = self.connection.line(limits.bytes, doing)?;
            match collector.line(&line.text) {
                Ok(true) => return Ok(collector.into_bytes()),
                Ok(false) => {}
                Err(breach) => {
                    let kind = Kind::Limit(breach.to_string());
                    return Err(self.connection.error(doing, kind));
                }
            }
        }
    }

    fn remember(&mut self, quirk: &'static str, words: String) {
        if !self.quirks.iter().any(|(known, _)| *known == quirk) {
            self.quirks.push((quirk, words));
        }
    }

    fn refused(&self, doing: &str, reply: &Reply) -> Error {
        let kind = Kind::Refused {
            transient: is_transient(reply),
            code: code(reply),
            quote: quote(reply),
        };
        self.connection.error(doing, kind)
    }

    fn no_protocol(&self, doing: &str, line: &[u8]) -> Error {
        let quote = self.connection.quote(line, 80);
        let kind = Kind::NotProtocol {
            protocol: "POP3",
            quote,
        };
        self.connection.error(doing, kind)
    }
}

/// Will it be different later?
fn is_transient(reply: &Reply) -> bool {
    reply.code.as_ref().is_some_and(Code::is_temporary)
}

/// The code in brackets; `-ERR` where there is none.
fn code(reply: &Reply) -> String {
    reply
        .code
        .as_ref()
        .map_or_else(|| "-ERR".to_owned(), Code::to_string)
}

/// The line as it came.
fn quote(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.line).into_owned()
}
