//! AUTH (RFC 4954).

use super::Smtp;
use crate::session::connection::Connection;
use crate::session::error::{Error, Kind};
use crate::session::login::{self, Dialogue, Login, Outcome, Refusal, Step};
use crate::wire::command::Command;
use crate::wire::sasl::Mechanism;
use crate::wire::smtp::{Reply, command};

const DOING: &str = "log in at";

impl Smtp {
    /// Logs in. Phase `auth`.
    pub fn login(&mut self, login: &Login, verified: bool) -> Result<Outcome, Error> {
        let offered = self.capabilities().mechanisms();
        self.connection().journal().enter("auth");
        let outcome = login.run(self, &offered, verified)?;
        let note = match &outcome {
            Outcome::In { mechanism, .. } => {
                format!("{mechanism} as \"{}\"", login.credentials.user)
            }
            Outcome::Refused(refusal) => refusal.quote.clone(),
        };
        self.connection().journal().leave(note);
        Ok(outcome)
    }

    fn step(&self, reply: &Reply) -> Result<Step, Error> {
        if reply.code == 334 {
            let text = reply.lines.last().map(Vec::as_slice).unwrap_or_default();
            return login::decode(self.connection(), text).map(Step::Challenge);
        }
        // Nothing but 235 says that we are in (RFC 4954 §4).
        if reply.code == 235 {
            return Ok(Step::Success(None));
        }
        if reply.is_farewell() {
            return Err(self.connection().error(
                DOING,
                Kind::Refused {
                    transient: true,
                    code: reply.code.to_string(),
                    quote: reply.quote(),
                },
            ));
        }
        if !reply.is_transient() && !reply.is_permanent() {
            return Err(self.not_what_was_asked(DOING, reply));
        }
        let refusal = Refusal {
            transient: reply.is_transient(),
            credentials: blames_the_credentials(reply),
            code: reply.code.to_string(),
            quote: reply.quote(),
        };
        Ok(Step::Refused(refusal))
    }
}

/// Were name and password looked at and found wrong? 535 and 525 say so (RFC 4954 §6, RFC 5248 §2.4),
/// unless the enhanced code says that it is about something else; and 5.7.8 and 5.7.13, whatever
/// permanent code they come with, as long as it is not that of a command that was not understood.
fn blames_the_credentials(reply: &Reply) -> bool {
    match reply.enhanced() {
        Some("5.7.8" | "5.7.13") => reply.is_permanent() && !reply.is_misunderstood(),
        // Mechanism too weak, encryption needed, basic authentication retired.
        Some("5.7.9" | "5.7.10" | "5.7.11" | "5.7.30") => false,
        _ => matches!(reply.code, 525 | 535),
    }
}

impl Dialogue for Smtp {
    fn connection(&mut self) -> &mut Connection {
        self.connection_mut()
    }

    fn start(&mut self, mechanism: Mechanism, initial: Option<&[u8]>) -> Result<Step, Error> {
        let reply = self.ask(&command::auth(mechanism.name(), initial), DOING)?;
        self.step(&reply)
    }

    fn initial_response(&self) -> bool {
        true
    }

    fn respond(&mut self, answer: &[u8]) -> Result<Step, Error> {
        let reply = self.ask(&command::response(answer), DOING)?;
        self.step(&reply)
    }

    fn cancel(&mut self) -> Result<(), Error> {
        self.ask(&Command::new("*"), DOING).map(drop)
    }
}
