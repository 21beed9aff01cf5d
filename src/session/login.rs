//! Logging in by SASL, the same for every protocol: which mechanism, and the exchange itself.

use super::connection::Connection;
use super::error::{Error, Kind};
use crate::secret::Secret;
use crate::wire::sasl::{self, Credentials, Exchange, Mechanism};

/// An exchange that goes on longer than this never ends. The longest real one has four steps.
const STEPS: usize = 12;

/// Who logs in, and how.
pub struct Login {
    /// User and secrets.
    pub credentials: Credentials,
    /// The mechanism that was asked for; the strongest that both sides know otherwise.
    pub mechanism: Option<Mechanism>,
    /// Secrets may go over a connection that is not verified TLS.
    pub insecure: bool,
}

/// What the server says to a step.
pub enum Step {
    /// Go on: the decoded challenge.
    Challenge(Vec<u8>),
    /// Logged in, with additional data where the protocol has such.
    Success(Option<Vec<u8>>),
    /// No.
    Refused(Refusal),
}

/// A login that was refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Will it be different later?
    pub transient: bool,
    /// Were name and password looked at and found wrong? Otherwise the login was not tried at all:
    /// unknown command, no mechanism, no encryption, a fault of the server.
    pub credentials: bool,
    /// The code: `535`, `AUTHENTICATIONFAILED`.
    pub code: String,
    /// Code and words.
    pub quote: String,
}

impl Refusal {
    /// The same refusal, said before the server was told anything that it could find wrong.
    #[must_use]
    pub fn untold(self) -> Self {
        Self {
            credentials: false,
            ..self
        }
    }
}

/// Does a refusal without a code say in words that it is about something else than name and password:
/// a command that the server does not know, a mailbox or user database that is broken?
#[must_use]
pub fn blames_something_else(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    [
        "unknown command",
        "unrecognized",
        "unrecognised",
        "not implemented",
        "not supported",
        "unsupported",
        "bad command",
        "invalid command",
        "syntax error",
        "internal",
        "temporar",
        "unavailable",
        "cannot open",
        "can't open",
        "unable to open",
    ]
    .iter()
    .any(|words| text.contains(words))
}

/// A protocol's side of the exchange.
pub trait Dialogue {
    /// The connection, for its journal and its errors.
    fn connection(&mut self) -> &mut Connection;
    /// Names the mechanism, with the initial response where the protocol can carry one.
    fn start(&mut self, mechanism: Mechanism, initial: Option<&[u8]>) -> Result<Step, Error>;
    /// Can [`start`](Self::start) carry an initial response?
    fn initial_response(&self) -> bool;
    /// Answers a challenge.
    fn respond(&mut self, answer: &[u8]) -> Result<Step, Error>;
    /// Does the server's `-PLUS` mean another binding than ours? It is not chosen then; whoever asks
    /// for it by name gets it. Quirk `plus-is-tls-unique`: Cyrus 3.6 binds by tls-unique, under
    /// TLS 1.3 too, and calls tls-server-end-point "bad protocol" after a pause of three seconds.
    fn binds_otherwise(&self) -> bool {
        false
    }
    /// Gives the exchange up and reads the server's answer to that.
    fn cancel(&mut self) -> Result<(), Error>;
}

/// How a login went.
pub enum Outcome {
    /// In; by this mechanism, with a remark where something was odd.
    In {
        /// By what.
        mechanism: String,
        /// What was odd.
        note: Option<String>,
    },
    /// The server says no.
    Refused(Refusal),
}

const DOING: &str = "log in at";

impl Login {
    /// The same login for one server: OAUTHBEARER tells host and port.
    #[must_use]
    pub fn at(&self, host: &str, port: u16) -> Self {
        let credentials = Credentials {
            user: self.credentials.user.clone(),
            authzid: self.credentials.authzid.clone(),
            password: self.credentials.password.as_ref().map(Secret::duplicate),
            token: self.credentials.token.as_ref().map(Secret::duplicate),
            host: host.to_owned(),
            port,
        };
        Self {
            credentials,
            mechanism: self.mechanism,
            insecure: self.insecure,
        }
    }

    /// May the password itself be sent here? Only inside verified TLS, to this very machine, or when
    /// the caller says so.
    #[must_use]
    pub fn may_tell(&self, connection: &Connection, verified: bool) -> bool {
        self.insecure || private(connection.is_local(), connection.is_tls(), verified)
    }

    /// Is it a login as one user on behalf of another?
    fn acts_for_another(&self) -> bool {
        let authzid = self.credentials.authzid.as_ref();
        authzid.is_some_and(|name| *name != self.credentials.user)
    }

    /// The mechanism to use: the one asked for, or the strongest that both sides know and that does
    /// not tell the password to everybody.
    pub fn choose(
        &self,
        connection: &Connection,
        offered: &[String],
        verified: bool,
        binding: bool,
    ) -> Result<Mechanism, Kind> {
        let may_tell = self.may_tell(connection, verified);
        if let Some(wanted) = self.mechanism {
            if wanted.needs_tls() && !may_tell {
                return Err(Kind::Missing(unsafe_channel(connection)));
            }
            if self.acts_for_another() && !wanted.carries_authzid() {
                return Err(Kind::Missing(format!(
                    "{wanted} cannot say whom to act as (--authzid)"
                )));
            }
            if wanted.binds_channel() && !binding {
                return Err(Kind::Missing(format!(
                    "{wanted} needs a TLS channel to bind to"
                )));
            }
            return Ok(wanted);
        }
        let able: Vec<&String> = offered
            .iter()
            .filter(|name| {
                let known = name.parse::<Mechanism>();
                !self.acts_for_another() || known.is_ok_and(Mechanism::carries_authzid)
            })
            .collect();
        let safe: Vec<&String> = able
            .iter()
            .copied()
            .filter(|name| {
                let known = name.parse::<Mechanism>();
                may_tell || known.is_ok_and(|mechanism| !mechanism.needs_tls())
            })
            .collect();
        let kinds = self.credentials.kinds();
        if let Some(found) = Mechanism::choose(&safe, kinds, binding) {
            return Ok(found);
        }
        Err(Kind::Missing(
            if Mechanism::choose(&able, kinds, binding).is_some() {
                unsafe_channel(connection)
            } else if offered.is_empty() {
                "it offers no authentication here".to_owned()
            } else {
                format!(
                    "it offers no mechanism that we can use (only {})",
                    offered.join(" ")
                )
            },
        ))
    }

    /// Logs in. Where the strongest mechanism binds the TLS channel and the server cannot bind to it
    /// in our way (it may know `tls-exporter` only), the same mechanism is tried without binding.
    pub fn run(
        &self,
        dialogue: &mut impl Dialogue,
        offered: &[String],
        verified: bool,
    ) -> Result<Outcome, Error> {
        let binding = dialogue.connection().channel_binding();
        let without: Vec<String> = offered
            .iter()
            .filter(|name| !name.ends_with("-PLUS"))
            .cloned()
            .collect();
        let eligible = if dialogue.binds_otherwise() {
            &without
        } else {
            offered
        };
        let mechanism =
            match self.choose(dialogue.connection(), eligible, verified, binding.is_some()) {
                Ok(mechanism) => mechanism,
                Err(kind) => return Err(dialogue.connection().error(DOING, kind)),
            };
        let first = self.exchange(dialogue, mechanism, offered, binding.as_deref())?;
        let Tried::Unbound(refusal) = first else {
            return Ok(first.outcome());
        };
        let second = match self.choose(dialogue.connection(), &without, verified, false) {
            Ok(second) if self.mechanism.is_none() => second,
            _ => return Ok(Outcome::Refused(refusal)),
        };
        dialogue.connection().journal().note(&format!(
            "{mechanism} refused before the password was looked at: {second}"
        ));
        Ok(self
            .exchange(dialogue, second, offered, binding.as_deref())?
            .outcome())
    }

    /// A server may quote what it was sent. What LOGIN sends is known as a secret already or is the
    /// user's name, and so is the one message of EXTERNAL: names stand in our own words.
    fn hide(&self, mechanism: Mechanism, answer: &[u8], dialogue: &mut impl Dialogue) {
        if !matches!(mechanism, Mechanism::Login | Mechanism::External) {
            dialogue.connection().journal().hide(answer);
        }
    }

    /// With salt, count and signature whoever reads a transcript can try passwords (RFC 5802 §9).
    /// What a server reports as an error (`e=`) is no secret.
    fn hide_challenge(&self, mechanism: Mechanism, data: &[u8], dialogue: &mut impl Dialogue) {
        if mechanism.name().starts_with("SCRAM-") && !data.starts_with(b"e=") {
            dialogue.connection().journal().hide(data);
        }
    }

    fn exchange(
        &self,
        dialogue: &mut impl Dialogue,
        mechanism: Mechanism,
        offered: &[String],
        binding: Option<&[u8]>,
    ) -> Result<Tried, Error> {
        let offers_plus = offered
            .iter()
            .any(|name| name.starts_with("SCRAM-") && name.ends_with("-PLUS"));
        let binding = binding.filter(|_| mechanism.binds_channel() || !offers_plus);
        let mut exchange = match Exchange::new(mechanism, &self.credentials, binding) {
            Ok(exchange) => exchange,
            Err(error) => return Err(dialogue.connection().error(DOING, error)),
        };
        let initial = if dialogue.initial_response() {
            exchange.initial()
        } else {
            None
        };
        if let Some(initial) = &initial {
            self.hide(mechanism, initial, dialogue);
        }
        let mut step = dialogue.start(mechanism, initial.as_deref().map(Vec::as_slice))?;
        let mut challenges = 0;
        loop {
            match step {
                Step::Success(data) => {
                    if let Some(data) = &data {
                        self.hide_challenge(mechanism, data, dialogue);
                    }
                    if let Err(error) = exchange.finish(data.as_deref()) {
                        return Err(dialogue.connection().error(DOING, error));
                    }
                    return Ok(Tried::Done(Outcome::In {
                        mechanism: mechanism.name().to_owned(),
                        note: exchange.note(),
                    }));
                }
                Step::Refused(mut refusal) => {
                    if challenges == 0 && initial.is_none() {
                        refusal = refusal.untold();
                    }
                    if let Some(words) = exchange.server_error() {
                        refusal.quote = format!("{} ({words})", refusal.quote);
                    }
                    let early = challenges <= usize::from(initial.is_none());
                    let unbound = mechanism.binds_channel()
                        && (early
                            || exchange
                                .server_error()
                                .is_some_and(|words| words.contains("channel")));
                    return Ok(if unbound {
                        Tried::Unbound(refusal)
                    } else {
                        Tried::Done(Outcome::Refused(refusal))
                    });
                }
                Step::Challenge(challenge) => {
                    challenges += 1;
                    self.hide_challenge(mechanism, &challenge, dialogue);
                    if challenges > STEPS {
                        let endless =
                            Kind::Limit(format!("more than {STEPS} challenges in one login"));
                        return Err(dialogue.connection().error(DOING, endless));
                    }
                    match exchange.respond(&challenge) {
                        Ok(answer) => {
                            self.hide(mechanism, &answer, dialogue);
                            step = dialogue.respond(&answer)?;
                        }
                        Err(error) => {
                            // The server is left in a known state; what it says to that matters less
                            // than why we gave up.
                            let _ = dialogue.cancel();
                            return Err(dialogue.connection().error(DOING, error));
                        }
                    }
                }
            }
        }
    }
}

enum Tried {
    Done(Outcome),
    /// Refused before the password was looked at: the channel binding is what it does not like.
    Unbound(Refusal),
}

impl Tried {
    fn outcome(self) -> Outcome {
        match self {
            Self::Done(outcome) => outcome,
            Self::Unbound(refusal) => Outcome::Refused(refusal),
        }
    }
}

/// Why the password itself is not sent here.
pub(super) fn unsafe_channel(connection: &Connection) -> String {
    let what = if connection.is_tls() {
        "a connection that is not verified"
    } else {
        "an unencrypted connection"
    };
    format!("the password is not sent over {what} (--insecure-auth would)")
}

/// Does nobody but the server itself hear what is said? TLS that is not verified may end anywhere.
fn private(local: bool, tls: bool, verified: bool) -> bool {
    local || (tls && verified)
}

/// A challenge as it stands on the wire, decoded.
pub(super) fn decode(connection: &Connection, text: &[u8]) -> Result<Vec<u8>, Error> {
    sasl::decode(text)
        .map(|bytes| bytes.to_vec())
        .map_err(|error| connection.error(DOING, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_told_over_verified_tls_or_to_this_machine() {
        for (local, tls, verified, told) in [
            (false, false, false, false),
            // "Verified" is what was asked for; without TLS there was nothing to verify.
            (false, false, true, false),
            (false, true, false, false),
            (false, true, true, true),
            (true, false, false, true),
            (true, true, false, true),
        ] {
            assert_eq!(
                private(local, tls, verified),
                told,
                "{local} {tls} {verified}"
            );
        }
    }
}
