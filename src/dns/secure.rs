//! Answers whose authenticity is known (RFC 4033 to 4035): secure, insecure, bogus or indeterminate, and on whose word.
//!
//! Two bases. *A resolver's word*: it sets the AD bit when asked to (RFC 6840 §5.7), over a path nobody else writes to: loopback,
//! `options trust-ad` in resolv.conf, or a resolver the user vouches for. *Validated here*: hickory follows the signatures from the
//! root, or from keys of the user's own; nothing of that is set up where it is not asked for.
//!
//! A resolver that validates hides what is bogus behind SERVFAIL. It is asked again without checking (CD, RFC 4035 §3.2.2): if the
//! answer comes then, it was bogus; if not, the name servers have failed. A missing answer is never taken for a missing record.

mod exchange;
mod reading;
mod validate;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::RData;

use super::{Error, Kind, Outcome, Question};
use crate::time::{Clock, Deadline};

use exchange::{Asked, exchange};
use validate::Validator;

/// As many servers as the C library reads from resolv.conf.
const MOST_SERVERS: usize = 3;
/// A lost packet should not lose the answer.
const ROUNDS: u32 = 2;
/// One server never gets more, however long the deadline.
const LONGEST_TRY: Duration = Duration::from_secs(5);

/// On whose word an answer is secure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The AD bit of this resolver.
    Resolver(SocketAddr),
    /// Signatures followed here; the data came from this resolver.
    Validated(SocketAddr),
}

impl std::fmt::Display for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Resolver(server) => write!(f, "AD bit from {}", shown(*server)),
            Self::Validated(server) => write!(f, "validated here, data from {}", shown(*server)),
        }
    }
}

/// How far an answer can be believed (RFC 4033 §5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// Signed, from the root down.
    Secure,
    /// The zone, or one above it, is provably not signed.
    Insecure,
    /// It should be signed and is not, or not rightly: the reason, as far as it is known.
    Bogus(String),
    /// Nobody can tell: the reason.
    Indeterminate(String),
}

impl std::fmt::Display for Security {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Secure => f.write_str("secure"),
            Self::Insecure => f.write_str("insecure"),
            Self::Bogus(why) => write!(f, "bogus ({why})"),
            Self::Indeterminate(why) => write!(f, "indeterminate ({why})"),
        }
    }
}

/// What is known of the records of one type at one name.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The question, in words.
    pub question: String,
    /// The records; none where there are none, or where they are bogus.
    pub(super) records: Vec<RData>,
    /// Without records: is there not even the name?
    pub no_such_name: bool,
    /// How far this can be believed, the absence of records included.
    pub security: Security,
    /// On whose word.
    pub basis: Basis,
    /// For how long the records may be kept; where they are signed, from the moment the zone's server gave them out.
    pub ttl: Duration,
    /// When the signature of the records ends, in seconds since 1970, if there is one.
    pub signed_until: Option<i64>,
    /// When it began.
    pub signed_from: Option<i64>,
    /// The names that the name asked for is an alias of, the last one last.
    pub aliases: Vec<String>,
}

impl Answer {
    /// Is it known to be authentic?
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.security == Security::Secure
    }

    /// Are there no records?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The texts of TXT records, each record's strings joined.
    #[must_use]
    pub fn texts(&self) -> Vec<Vec<u8>> {
        self.records
            .iter()
            .filter_map(|data| match data {
                RData::TXT(txt) => Some(txt.txt_data.concat()),
                _ => None,
            })
            .collect()
    }
}

/// Who is asked, and who decides what is authentic.
pub struct SecureResolver {
    servers: Vec<SocketAddr>,
    judge: Judge,
    /// For a resolver on this host that turns out not to validate.
    instead: OnceLock<Option<Validator>>,
}

enum Judge {
    /// The AD bit counts. Where the resolver never sets it, may we validate instead?
    AdBit {
        or_here: bool,
    },
    /// Nobody: nothing is known to be authentic.
    Nobody,
    Here(Validator),
}

/// Who shall decide what is authentic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The AD bit where the resolver can be trusted and has one, our own validation elsewhere.
    #[default]
    Auto,
    /// The AD bit: the user says that the resolver, and the way to it, can be trusted.
    AdBit,
    /// Our own validation.
    Validate,
    /// Nobody; for what need not be authentic.
    Nobody,
}

impl SecureResolver {
    /// Asks `servers`, or those of /etc/resolv.conf. `anchor` is a file of DNSKEY records to
    /// start from instead of the root's keys; it demands validation here.
    ///
    /// # Errors
    /// [`Outcome::Setup`] when the file cannot be used, or the process has no descriptors left.
    pub fn new(servers: &[SocketAddr], trust: Trust, anchor: Option<&Path>) -> Result<Self, Error> {
        let (servers, trusted) = if servers.is_empty() {
            system()
        } else {
            (servers.to_vec(), false)
        };
        let servers: Vec<_> = servers.into_iter().take(MOST_SERVERS).collect();
        // What is said on loopback, nobody else hears or says.
        let near = servers.iter().all(|server| server.ip().is_loopback());
        let judge = match trust {
            Trust::Nobody => Judge::Nobody,
            Trust::AdBit => Judge::AdBit { or_here: false },
            Trust::Auto if anchor.is_none() && (trusted || near) => Judge::AdBit { or_here: true },
            Trust::Auto | Trust::Validate => Judge::Here(Validator::new(&servers, anchor)?),
        };
        Ok(Self {
            servers,
            judge,
            instead: OnceLock::new(),
        })
    }

    /// Asks.
    ///
    /// # Errors
    /// When no server can tell. That a record does not exist is an answer, not an error.
    pub fn ask(&self, name: &str, kind: Kind, deadline: Deadline) -> Result<Answer, Error> {
        let question = Question::new(name, kind)?;
        match &self.judge {
            Judge::AdBit { or_here: true } => match self.instead.get() {
                Some(Some(validator)) => self.validated(&question, validator, deadline),
                _ => self.by_ad_bit(&question, true, deadline),
            },
            Judge::AdBit { .. } | Judge::Nobody => self.by_ad_bit(&question, false, deadline),
            Judge::Here(validator) => self.validated(&question, validator, deadline),
        }
    }

    fn by_ad_bit(
        &self,
        question: &Question,
        or_here: bool,
        deadline: Deadline,
    ) -> Result<Answer, Error> {
        let (server, message) = self.send(question, Asked::Checked, deadline)?;
        let basis = Basis::Resolver(server);
        if message.response_code == ResponseCode::ServFail {
            return self.behind_servfail(question, server, &message, basis, deadline);
        }
        let security = if matches!(self.judge, Judge::Nobody) {
            Security::Indeterminate("nobody was asked to validate".to_owned())
        } else if message.authentic_data {
            Security::Secure
        } else if self.validates(server, deadline) {
            Security::Insecure
        } else {
            // systemd-resolved as it is delivered, dnsmasq: on this host, and no validators.
            let instead = || Validator::new(&self.servers, None).ok();
            if or_here && let Some(validator) = self.instead.get_or_init(instead) {
                return self.validated(question, validator, deadline);
            }
            let server = shown(server);
            Security::Indeterminate(format!(
                "{server} does not validate: it has no AD bit for the root either"
            ))
        };
        reading::answer(question, &message, server, security, basis)
    }

    fn validated(
        &self,
        question: &Question,
        validator: &Validator,
        deadline: Deadline,
    ) -> Result<Answer, Error> {
        let time = deadline.remaining().unwrap_or_default();
        match validator.ask(question, time.min(LONGEST_TRY * ROUNDS)) {
            Ok(answer) => Ok(self.doubted(question, answer, deadline)),
            // A resolver that validates, too, does not let us see what is bogus.
            Err(error) if error.outcome == Outcome::ServFail => {
                let (server, message) = self.send(question, Asked::Checked, deadline)?;
                let basis = Basis::Validated(server);
                if message.response_code == ResponseCode::ServFail {
                    return self.behind_servfail(question, server, &message, basis, deadline);
                }
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// hickory 0.26.3 takes some honest answers for bogus: an address by a wildcard whose own NSEC is the proof that no closer name
    /// exists, and more in its earlier versions. Where a resolver says the contrary we cannot tell who errs, and do not alarm.
    fn doubted(&self, question: &Question, mut answer: Answer, deadline: Deadline) -> Answer {
        let (Security::Bogus(why), Basis::Validated(server)) = (&answer.security, &answer.basis)
        else {
            return answer;
        };
        let time = deadline.remaining().unwrap_or_default().min(LONGEST_TRY);
        // Many small forwarders leave signatures out: then everything looks bogus, the root first.
        let mute = exchange(*server, &Question::root(), Asked::Unchecked, time)
            .is_ok_and(|message| !message.answers.iter().any(reading::is_signature));
        if mute {
            let server = shown(*server);
            let why = format!("{server} hands on no signatures: give --resolver another one");
            answer.security = Security::Indeterminate(why);
            return answer;
        }
        let claimed = exchange(*server, question, Asked::Checked, time)
            .is_ok_and(|message| message.authentic_data);
        if claimed {
            answer.security = Security::Indeterminate(format!(
                "bogus by our own validation: {why}; but {} vouches for it, and one of both errs",
                shown(*server)
            ));
        }
        answer
    }

    /// Bogus, or broken?
    fn behind_servfail(
        &self,
        question: &Question,
        server: SocketAddr,
        message: &Message,
        basis: Basis,
        deadline: Deadline,
    ) -> Result<Answer, Error> {
        let failed = || Err(Error::new(question, Some(server), Outcome::ServFail));
        let time = deadline.remaining().unwrap_or_default().min(LONGEST_TRY);
        let Ok(unchecked) = exchange(server, question, Asked::Unchecked, time) else {
            return failed();
        };
        if !matches!(
            unchecked.response_code,
            ResponseCode::NoError | ResponseCode::NXDomain
        ) {
            return failed();
        }
        let why = reading::reason(message)
            .unwrap_or_else(|| format!("{} refuses it, and knows it unchecked", shown(server)));
        let mut answer =
            reading::answer(question, &unchecked, server, Security::Bogus(why), basis)?;
        answer.records.clear();
        Ok(answer)
    }

    /// A resolver that never says AD must not make a signed zone look unsigned: the root is signed.
    fn validates(&self, server: SocketAddr, deadline: Deadline) -> bool {
        let time = deadline.remaining().unwrap_or_default().min(LONGEST_TRY);
        exchange(server, &Question::root(), Asked::Checked, time)
            .is_ok_and(|message| message.authentic_data)
    }

    /// One question to the servers in turn, as `Resolver` does it.
    fn send(
        &self,
        question: &Question,
        asked: Asked,
        deadline: Deadline,
    ) -> Result<(SocketAddr, Message), Error> {
        let clock = Clock::start();
        let mut failure: Option<Error> = None;
        let mut silent = self.servers.clone();
        for round in 0..ROUNDS {
            let now = std::mem::take(&mut silent);
            let count = u32::try_from(now.len()).unwrap_or(u32::MAX);
            for (done, server) in (0..count).zip(now) {
                let left = deadline.remaining().unwrap_or_default();
                let tries = (count - done).saturating_add(count * (ROUNDS - round - 1));
                let time = (left / tries.max(1)).min(LONGEST_TRY);
                if time.is_zero() {
                    break;
                }
                let outcome = match exchange(server, question, asked, time) {
                    Ok(message) => match message.response_code {
                        ResponseCode::NoError | ResponseCode::NXDomain => {
                            return Ok((server, message));
                        }
                        // Another server may know, but what is bogus is bogus everywhere.
                        ResponseCode::ServFail => return Ok((server, message)),
                        code => super::answer::of_code(code),
                    },
                    Err(Outcome::Timeout(_)) => {
                        silent.push(server);
                        Outcome::Timeout(clock.elapsed())
                    }
                    Err(other) => other,
                };
                failure = Some(Error::new(question, Some(server), outcome));
            }
        }
        Err(failure.unwrap_or_else(|| {
            let server = self.servers.first().copied();
            Error::new(question, server, Outcome::Timeout(deadline.total()))
        }))
    }
}

/// The servers of /etc/resolv.conf, and whether it says that their AD bit can be trusted (resolv.conf(5), `trust-ad`).
fn system() -> (Vec<SocketAddr>, bool) {
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    (super::Resolver::system_servers(), says_trust_ad(&text))
}

fn says_trust_ad(resolv_conf: &str) -> bool {
    resolv_conf
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("options"))
        .any(|options| {
            options
                .split_ascii_whitespace()
                .any(|word| word == "trust-ad")
        })
}

/// The usual port tells nobody anything.
fn shown(server: SocketAddr) -> String {
    match server.port() {
        53 => server.ip().to_string(),
        _ => server.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_in_the_ad_bit_is_an_option_of_resolv_conf() {
        for yes in [
            "options trust-ad",
            "nameserver 192.0.2.1\n options edns0 trust-ad\n",
        ] {
            assert!(says_trust_ad(yes), "{yes}");
        }
        for no in [
            "",
            "# options trust-ad",
            "options edns0",
            "search trust-ad",
            "options no-trust-ad",
        ] {
            assert!(!says_trust_ad(no), "{no}");
        }
    }
}
