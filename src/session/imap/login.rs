//! AUTHENTICATE with the mechanisms of SASL (RFC 3501 §6.2.2, RFC 4959), and the LOGIN command as the
//! last resort (§6.2.3). LOGINDISABLED is respected.

use super::exchange::{Budget, Event};
use super::{Imap, code, is_transient};
use crate::session::connection::Connection;
use crate::session::error::{Error, Kind};
use crate::session::login::{self, Dialogue, Login, Outcome, Refusal, Step};
use crate::wire::command::Command;
use crate::wire::imap::{Capabilities, Condition, Status};
use crate::wire::sasl::{self, Mechanism};

const DOING: &str = "log in at";

impl Imap {
    /// Logs in: by the LOGIN command if that is asked for (`command`), else by the mechanism that was
    /// asked for or the strongest that both sides know, and by the LOGIN command where there is none.
    /// Phases `capability` if it has to be asked, and `auth`.
    pub fn login(
        &mut self,
        login: &Login,
        command: bool,
        verified: bool,
    ) -> Result<Outcome, Error> {
        let binding = self.connection.channel_binding().is_some();
        // A list that does not have what is needed may be a part of the list.
        let usable = |offered: &[String], imap: &Self| {
            login.mechanism.is_some()
                || login
                    .choose(&imap.connection, offered, verified, binding)
                    .is_ok()
        };
        let mut offered = mechanisms(self.capabilities()?);
        if !usable(&offered, self) {
            offered = mechanisms(self.all_capabilities()?);
        }
        let usable = usable(&offered, self);
        let disabled = self.capabilities()?.login_disabled();
        self.connection.journal().enter("auth");
        self.told = false;
        // LOGIN is the last resort.
        let last = !usable
            && !disabled
            && login.credentials.password.is_some()
            && login.may_tell(&self.connection, verified);
        let outcome = if command || last {
            self.login_command(login, verified, disabled)
        } else {
            login.run(self, &offered, verified)
        };
        let outcome = outcome.or_else(dismissed)?;
        let note = match &outcome {
            Outcome::In { mechanism, .. } => {
                if !self.told {
                    self.forget_capabilities();
                }
                format!("{mechanism} as \"{}\"", login.credentials.user)
            }
            Outcome::Refused(refusal) => refusal.quote.clone(),
        };
        self.connection.journal().leave(note);
        Ok(outcome)
    }

    fn login_command(
        &mut self,
        login: &Login,
        verified: bool,
        disabled: bool,
    ) -> Result<Outcome, Error> {
        let missing = |what: &str| Kind::Missing(what.to_owned());
        if disabled {
            let kind = missing("it does not allow the LOGIN command here (LOGINDISABLED)");
            return Err(self.connection.error(DOING, kind));
        }
        if !login.may_tell(&self.connection, verified) {
            let kind = missing(
                "the LOGIN command tells the password, which is not sent over a connection that is \
                 not verified TLS (--insecure-auth would)",
            );
            return Err(self.connection.error(DOING, kind));
        }
        let Some(password) = &login.credentials.password else {
            return Err(self
                .connection
                .error(DOING, missing("the LOGIN command needs a password")));
        };
        let (tag, request) = self.request("LOGIN");
        let request = request
            .astring(login.credentials.user.as_bytes())
            .and_then(|request| request.secret(password))
            .map_err(|error| self.connection.error(DOING, missing(&error.to_string())))?;
        let condition = self.run(&tag, &request, DOING, &mut |_| {})?;
        Ok(match condition.status {
            Status::Ok => Outcome::In {
                mechanism: "LOGIN command".to_owned(),
                note: None,
            },
            _ => Outcome::Refused(refusal(&condition)),
        })
    }

    fn step(&mut self) -> Result<Step, Error> {
        let tag = self.authenticating.clone();
        match self.event(&tag, DOING, &mut Budget::default(), &mut |_| {})? {
            Event::Continue(text) => {
                login::decode(&self.connection, text.trim_ascii()).map(Step::Challenge)
            }
            Event::Done(condition) if condition.status == Status::Ok => Ok(Step::Success(None)),
            Event::Done(condition) => Ok(Step::Refused(refusal(&condition))),
        }
    }
}

fn mechanisms(offered: &Capabilities) -> Vec<String> {
    offered
        .sasl()
        .into_iter()
        .map(str::to_ascii_uppercase)
        .collect()
}

fn refusal(condition: &Condition) -> Refusal {
    Refusal {
        transient: is_transient(condition),
        credentials: blames_the_credentials(condition),
        code: code(condition),
        quote: condition.to_string(),
    }
}

/// RFC 5530 §3; a NO without a code is taken for one unless its words say otherwise.
fn blames_the_credentials(condition: &Condition) -> bool {
    condition.status == Status::No
        && match &condition.code {
            Some(code) => matches!(
                code.name.as_str(),
                "AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED"
            ),
            None => !login::blames_something_else(&condition.text),
        }
}

/// BYE in answer to a login: it cannot be had now, whatever the password.
fn dismissed(error: Error) -> Result<Outcome, Error> {
    match error.kind {
        Kind::Refused { code, quote, .. } if code == "BYE" => {
            let code = quote
                .strip_prefix("BYE [")
                .and_then(|rest| rest.split([']', ' ']).next())
                .unwrap_or("BYE")
                .to_owned();
            Ok(Outcome::Refused(Refusal {
                transient: true,
                credentials: false,
                code,
                quote,
            }))
        }
        kind => Err(Error { kind, ..error }),
    }
}

impl Dialogue for Imap {
    fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    fn start(&mut self, mechanism: Mechanism, initial: Option<&[u8]>) -> Result<Step, Error> {
        let (tag, request) = self.request(&format!("AUTHENTICATE {mechanism}"));
        self.authenticating = tag;
        let request = match initial {
            Some(initial) => request.initial_response(initial),
            None => request,
        };
        let commands = request.commands(self.literals);
        self.nothing_answered_yet(DOING)?;
        self.connection.send_all(&commands, DOING)?;
        self.step()
    }

    fn initial_response(&self) -> bool {
        self.capabilities
            .as_ref()
            .is_some_and(Capabilities::sasl_ir)
    }

    fn binds_otherwise(&self) -> bool {
        // Its greeting may be set to say nothing; its capability list has a name of its own.
        let greets = self
            .greeting
            .as_ref()
            .is_some_and(|greeting| String::from_utf8_lossy(&greeting.text).contains("Cyrus"));
        greets
            || self
                .capabilities
                .as_ref()
                .is_some_and(|offered| offered.has("X-SIEVE-MAILBOX"))
    }

    fn respond(&mut self, answer: &[u8]) -> Result<Step, Error> {
        let line = Command::masked(sasl::encode(answer), "****");
        self.connection.send(&line, DOING)?;
        self.step()
    }

    fn cancel(&mut self) -> Result<(), Error> {
        self.connection.send(&Command::new("*"), DOING)?;
        self.step().map(drop)
    }
}

impl Imap {
    /// Would the server take a password by AUTHENTICATE PLAIN here? The exchange is begun without a
    /// secret and given up; what the server says when it would.
    pub fn begins_plain(&mut self) -> Result<Option<String>, Error> {
        const DOING: &str = "try AUTHENTICATE before TLS at";
        let (tag, request) = self.request("AUTHENTICATE PLAIN");
        let commands = request.commands(self.literals);
        self.connection.send_all(&commands, DOING)?;
        let mut budget = Budget::default();
        match self.event(&tag, DOING, &mut budget, &mut |_| {})? {
            Event::Continue(text) => {
                self.connection.send(&Command::new("*"), DOING)?;
                self.event(&tag, DOING, &mut budget, &mut |_| {})?;
                Ok(Some(format!("+ {}", String::from_utf8_lossy(&text))))
            }
            Event::Done(_) => Ok(None),
        }
    }
}
