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
        if reply.is_positive() {
            return Ok(Step::Success(None));
        }
        if reply.is_intermediate() {
            let quote = reply.quote();
            return Err(self.connection().error(
                DOING,
                Kind::NotProtocol {
                    protocol: "answer to AUTH",
                    quote,
                },
            ));
        }
        let refusal = Refusal {
            transient: reply.is_transient(),
            code: reply.code.to_string(),
            quote: reply.quote(),
        };
        Ok(Step::Refused(refusal))
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
