//! Logging in: AUTH with SASL (RFC 5034), APOP and USER/PASS (RFC 1939 §7).
//!
//! Quirk `apop-timestamp-only`: qmail-popup (netqmail 1.06) greets with a timestamp whether or not
//! its checkpassword knows APOP, and it knows no CAPA. So a timestamp without CAPA is taken for an
//! offer of APOP only where the password itself must not be sent.

use super::{Pop3, code, is_transient, quote};
use crate::session::connection::Connection;
use crate::session::error::{Error, Kind};
use crate::session::login::{self, Dialogue, Login, Outcome, Refusal, Step};
use crate::wire::command::Command;
use crate::wire::pop3::apop::Timestamp;
use crate::wire::pop3::{Capabilities, Code, Reply, Status, login as command};
use crate::wire::sasl::Mechanism;

const DOING: &str = "log in at";

/// How to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The strongest that both sides know, or the mechanism that the login names.
    Sasl,
    /// A digest over the greeting's timestamp.
    Apop,
    /// Name and password in clear.
    User,
    /// Whichever of these the server offers: what does not tell the password goes first.
    Strongest,
}

impl Pop3 {
    /// Logs in. Phase `auth`.
    pub fn login(
        &mut self,
        login: &Login,
        method: Method,
        verified: bool,
    ) -> Result<Outcome, Error> {
        self.connection.journal().enter("auth");
        let method = match method {
            Method::Strongest if login.mechanism.is_none() => self.strongest(login, verified),
            Method::Strongest => Method::Sasl,
            chosen => chosen,
        };
        let outcome = match method {
            Method::Apop => self.apop(login)?,
            Method::User => self.user(login, verified)?,
            Method::Sasl | Method::Strongest => {
                let offered = self.mechanisms();
                login.run(self, &offered, verified)?
            }
        };
        let note = match &outcome {
            Outcome::In { mechanism, .. } => {
                format!("{mechanism} as \"{}\"", login.credentials.user)
            }
            Outcome::Refused(refusal) => refusal.quote.clone(),
        };
        self.connection.journal().leave(note);
        Ok(outcome)
    }

    /// The SASL mechanisms on offer.
    #[must_use]
    pub fn mechanisms(&self) -> Vec<String> {
        self.capabilities()
            .map(|found| found.sasl().into_iter().map(str::to_owned).collect())
            .unwrap_or_default()
    }

    /// SASL that does not tell the password, APOP, SASL that does, USER and PASS.
    fn strongest(&self, login: &Login, verified: bool) -> Method {
        let binding = self.connection.channel_binding().is_some();
        let found = Mechanism::choose(&self.mechanisms(), login.credentials.kinds(), binding);
        let may_tell = login.may_tell(&self.connection, verified);
        let known = self.capabilities();
        let timestamp = self.timestamp().is_ok() && login.credentials.password.is_some();
        match found {
            Some(mechanism) if !mechanism.needs_tls() => Method::Sasl,
            _ if timestamp && (known.is_some() || !may_tell) => Method::Apop,
            Some(_) => Method::Sasl,
            // A server that lists no capabilities knows USER.
            None if known.is_none_or(|known| known.user())
                && login.credentials.password.is_some() =>
            {
                Method::User
            }
            None => Method::Sasl,
        }
    }

    fn timestamp(&self) -> Result<Timestamp, crate::wire::pop3::apop::Error> {
        Timestamp::find(self.greeting().map_or(b"", |greeting| &greeting.text))
    }

    fn apop(&mut self, login: &Login) -> Result<Outcome, Error> {
        let missing = |error: &dyn std::fmt::Display| Kind::Missing(error.to_string());
        let Some(password) = &login.credentials.password else {
            return Err(self
                .connection
                .error(DOING, missing(&"APOP needs a password")));
        };
        let apop = self
            .timestamp()
            .and_then(|timestamp| timestamp.apop(&login.credentials.user, password))
            .map_err(|error| self.connection.error(DOING, missing(&error)))?;
        // A server that repeats the digest must not get it printed.
        if let Some(digest) = apop.wire().trim_ascii_end().rsplit(|&b| b == b' ').next() {
            self.connection.journal().hide(digest);
        }
        let reply = self.ask(&apop, DOING)?;
        Ok(outcome(&reply, "APOP"))
    }

    fn user(&mut self, login: &Login, verified: bool) -> Result<Outcome, Error> {
        let missing = |error: &dyn std::fmt::Display| Kind::Missing(error.to_string());
        let Some(password) = &login.credentials.password else {
            return Err(self
                .connection
                .error(DOING, missing(&"USER needs a password")));
        };
        if !login.may_tell(&self.connection, verified) {
            let why = login::unsafe_channel(&self.connection);
            return Err(self.connection.error(DOING, Kind::Missing(why)));
        }
        let user = command::user(&login.credentials.user)
            .map_err(|error| self.connection.error(DOING, missing(&error)))?;
        let pass = command::pass(password)
            .map_err(|error| self.connection.error(DOING, missing(&error)))?;
        let reply = self.ask(&user, DOING)?;
        if !reply.is_ok() {
            // Without the password no server can say more than that it does not want the name.
            let refusal = refusal(&reply);
            return Ok(Outcome::Refused(match reply.code {
                Some(Code::Auth) => refusal,
                _ => refusal.untold(),
            }));
        }
        let reply = self.ask(&pass, DOING)?;
        Ok(outcome(&reply, "USER"))
    }

    fn step(&mut self) -> Result<Step, Error> {
        let reply = self.reply(DOING)?;
        Ok(match reply.status {
            Status::Continue => Step::Challenge(login::decode(&self.connection, &reply.text)?),
            Status::Ok => Step::Success(None),
            Status::Err => Step::Refused(refusal(&reply)),
        })
    }
}

impl Dialogue for Pop3 {
    fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    fn start(&mut self, mechanism: Mechanism, initial: Option<&[u8]>) -> Result<Step, Error> {
        let Some(initial) = initial else {
            self.send(&command::auth(mechanism), DOING)?;
            return self.step();
        };
        if let Some(whole) = command::auth_with(mechanism, initial) {
            self.send(&whole, DOING)?;
            return self.step();
        }
        // Too long for the line: it follows the server's `+`.
        self.send(&command::auth(mechanism), DOING)?;
        match self.step()? {
            Step::Challenge(_) => self.respond(initial),
            other => Ok(other),
        }
    }

    fn initial_response(&self) -> bool {
        true
    }

    fn binds_otherwise(&self) -> bool {
        self.capabilities()
            .and_then(Capabilities::implementation)
            .is_some_and(|name| name.starts_with("Cyrus"))
    }

    fn respond(&mut self, answer: &[u8]) -> Result<Step, Error> {
        self.send(&command::response(answer), DOING)?;
        self.step()
    }

    fn cancel(&mut self) -> Result<(), Error> {
        self.ask(&Command::new("*"), DOING).map(drop)
    }
}

fn outcome(reply: &Reply, mechanism: &str) -> Outcome {
    if reply.is_ok() {
        Outcome::In {
            mechanism: mechanism.to_owned(),
            note: None,
        }
    } else {
        Outcome::Refused(refusal(reply))
    }
}

/// Quirk `uncoded-lock`: a lock without `[IN-USE]`, in the words of RFC 1939 §7, as servers without
/// RESP-CODES say it (Qpopper, Courier with locking, hand-made ones).
fn refusal(reply: &Reply) -> Refusal {
    let text = String::from_utf8_lossy(&reply.text).to_ascii_lowercase();
    let locked = reply.code.is_none()
        && ["already locked", "unable to lock", "is locked"]
            .iter()
            .any(|words| text.contains(words));
    Refusal {
        transient: is_transient(reply) || locked,
        credentials: match &reply.code {
            Some(code) => *code == Code::Auth,
            None => !login::blames_something_else(&reply.text),
        },
        code: if locked {
            "IN-USE".to_owned()
        } else {
            code(reply)
        },
        quote: quote(reply),
    }
}
