//! A conversation in ManageSieve (RFC 5804), as far as TLS goes.

use std::time::Duration;

use super::connection::Connection;
use super::error::{Error, Kind};
use crate::wire::command::Command;
use crate::wire::sieve::{Collector, Response, ResponseError, Status};

/// How long the answer to LOGOUT is awaited.
const COURTESY: Duration = Duration::from_millis(60);

/// Bytes of a line: the list of extensions is a long one.
const LINE_LIMIT: usize = 64 * 1024;

/// A session with a ManageSieve server.
pub struct Sieve {
    connection: Connection,
    greeting: Option<Response>,
    /// The server greets anew behind TLS, and nobody has heard it yet.
    greets_again: bool,
}

impl Sieve {
    /// Takes over a connection; nothing is read yet.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self {
            connection,
            greeting: None,
            greets_again: false,
        }
    }

    /// Waits for the greeting, which lists the capabilities (§1.7). Phase `greeting`.
    pub fn greet(&mut self) -> Result<(), Error> {
        const DOING: &str = "read the greeting of";
        self.connection.journal().enter("greeting");
        let greeting = self.response(DOING)?;
        if greeting.status != Status::Ok {
            return Err(self.refused(DOING, &greeting));
        }
        let names: Vec<&str> = greeting.names().collect();
        self.connection.journal().leave(names.join(" "));
        self.greeting = Some(greeting);
        Ok(())
    }

    /// Is STARTTLS offered?
    #[must_use]
    pub fn offers_starttls(&self) -> bool {
        self.greeting
            .as_ref()
            .is_some_and(|greeting| greeting.has("STARTTLS"))
    }

    /// STARTTLS (§2.2) and the handshake. The server greets anew after it. Phases `starttls`, `tls`.
    pub fn starttls(&mut self) -> Result<(), Error> {
        const DOING: &str = "send STARTTLS to";
        self.connection.journal().enter("starttls");
        let pending = self.connection.pending();
        if !pending.is_empty() {
            let quote = self.connection.quote(pending, 80);
            return Err(self.connection.error(DOING, Kind::Unasked { quote }));
        }
        self.connection.send(&Command::new("STARTTLS"), DOING)?;
        let answer = self.response(DOING)?;
        if answer.status != Status::Ok {
            return Err(self.refused(DOING, &answer));
        }
        self.connection.journal().leave(quote(&answer));
        self.connection.secure(&[])?;
        self.greets_again = true;
        Ok(())
    }

    /// LOGOUT (§2.3). Its answer is awaited for a moment only and is never a reason to alarm.
    pub fn logout(&mut self) {
        const DOING: &str = "send LOGOUT to";
        let journal = self.connection.journal().clone();
        journal.done();
        journal.enter("logout");
        self.connection
            .set_deadline(self.connection.deadline().within(COURTESY));
        let heard = match std::mem::take(&mut self.greets_again) {
            true => self.response(DOING).map(|_| ()),
            false => Ok(()),
        };
        let sent = heard.and_then(|()| self.connection.send(&Command::new("LOGOUT"), DOING));
        match sent.and_then(|()| self.response(DOING)) {
            Ok(answer) => journal.leave(quote(&answer)),
            Err(_) => journal.note("no answer to LOGOUT within the moment that is given to it"),
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

    fn response(&mut self, doing: &str) -> Result<Response, Error> {
        let mut collector = Collector::default();
        loop {
            let line = self.connection.line(LINE_LIMIT, doing)?;
            let ending = if line.bare_lf { 1 } else { 2 };
            match collector.push(&line.text, ending) {
                Ok(None) => {}
                Ok(Some(response)) => return Ok(response),
                Err(ResponseError::NotSieve(line)) => {
                    let quote = self.connection.quote(&line, 80);
                    let protocol = "ManageSieve";
                    let kind = Kind::NotProtocol { protocol, quote };
                    return Err(self.connection.error(doing, kind));
                }
                Err(ResponseError::Breach(breach)) => {
                    let kind = Kind::Limit(breach.to_string());
                    return Err(self.connection.error(doing, kind));
                }
            }
        }
    }

    fn refused(&self, doing: &str, response: &Response) -> Error {
        let kind = Kind::Refused {
            transient: response.is_transient(),
            code: match (response.status, &response.code) {
                (_, Some(code)) => code.clone(),
                (Status::Bye, None) => "BYE".to_owned(),
                (_, None) => "NO".to_owned(),
            },
            quote: quote(response),
        };
        self.connection.error(doing, kind)
    }
}

/// The line as it came.
fn quote(response: &Response) -> String {
    String::from_utf8_lossy(&response.line).into_owned()
}
