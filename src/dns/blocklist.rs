//! Asking blocklists (RFC 5782), and what their answers are worth.
//!
//! A hundred zones are asked in the time of the slowest: addresses, test entries and reasons are all in flight at once, on one
//! thread, under one deadline. What an answer means is judged with the zone's row ([`super::zones`]) and with what its test
//! entries proved: a zone that is dead or lists the world gives no verdict, whatever it answers.
//!
//! The face is synchronous; progress and dialogue are told to a [`Watch`].

mod judge;
mod subject;
mod survey;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use super::exchange::Exchange;
use super::{Error, Outcome, Resolver};
use crate::time::Deadline;

pub use super::exchange::{Patience, Traffic};
pub use subject::{Subject, Subjects, Trouble, Wanted};
pub use survey::{Place, Survey};

use super::zones::{Category, Sort};

/// The exchange comes to its end so long before the deadline, so that the verdict is out in time on a busy host, too: a
/// sixteenth of it, within these bounds.
const RESERVE: (Duration, Duration) = (Duration::from_millis(40), Duration::from_millis(300));

/// What is told while it lasts.
pub trait Watch {
    /// Is the dialogue still listened to? After a thousand rows nobody does.
    fn listens(&self) -> bool;
    /// A question went out.
    fn asked(&self, question: &str);
    /// This came back.
    fn answered(&self, question: &str, answer: &str);
    /// So many zones of so many have said all they will.
    fn progress(&self, zones: usize, of: usize);
}

/// A listing, on whichever kind of list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The addresses that say so.
    pub answers: Vec<Ipv4Addr>,
    /// The gravest of their meanings.
    pub category: Category,
    /// What they mean, gravest first; the bare answers where nobody knows.
    pub words: Vec<String>,
    /// What it counts.
    pub weight: u32,
    /// What the zone says about it (TXT), as it came.
    pub reason: Option<String>,
}

/// What a zone says about one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Not listed.
    Clean,
    /// Listed.
    Listed(Listing),
    /// Spoken for: on an allowlist, or by an answer that means so.
    Allowed(Listing),
    /// There is no verdict.
    Unknown(Unknown),
}

/// Why there is no verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// The zone says that it will not answer us, in these words.
    Refused(String),
    /// No answer, or none that can be used, in words.
    Unreachable(String),
    /// It answers with addresses that no blocklist gives.
    Bogus(Ipv4Addr),
    /// Its entry that is always listed is not: it is dead, or was never a blocklist.
    Dead,
    /// Its entry that is never listed is: it lists the world.
    ListsEverything,
    /// It is no list of such subjects, as its test entries show.
    Unsuited,
}

/// What one zone said.
#[derive(Debug, Clone)]
pub struct ZoneReport {
    /// One verdict for each subject that the zone was asked about, by the subject's number.
    pub verdicts: Vec<(usize, Verdict)>,
    /// What the slowest of its answers took.
    pub took: Duration,
    /// The sorts of subjects for which its test entries proved now that it lives.
    pub proven: Vec<Sort>,
    /// Those for which they proved now that it does not, or proved nothing.
    pub failed: Vec<Sort>,
}

impl ZoneReport {
    /// Why the zone as a whole gave no verdict on something; nothing when all it was asked was answered.
    #[must_use]
    pub fn unknown(&self) -> Option<&Unknown> {
        self.verdicts.iter().find_map(|(_, verdict)| match verdict {
            Verdict::Unknown(unknown) if *unknown != Unknown::Unsuited => Some(unknown),
            _ => None,
        })
    }

    /// Was it asked for nothing that it knows?
    #[must_use]
    pub fn is_unsuited(&self) -> bool {
        self.verdicts
            .iter()
            .all(|(_, verdict)| *verdict == Verdict::Unknown(Unknown::Unsuited))
    }
}

/// Asks name servers.
pub struct Asker {
    runtime: Runtime,
    local: LocalSet,
    exchange: std::rc::Rc<Exchange>,
    servers: Vec<SocketAddr>,
    deadline: Deadline,
}

impl Asker {
    /// With these servers; those of the system when there are none.
    ///
    /// # Errors
    /// When the process has no descriptors left.
    pub fn new(
        servers: &[SocketAddr],
        patience: Patience,
        deadline: Deadline,
    ) -> Result<Self, Error> {
        let servers = if servers.is_empty() {
            Resolver::system_servers()
        } else {
            servers.to_vec()
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error {
                question: String::new(),
                server: None,
                outcome: Outcome::Setup(error.to_string()),
            })?;
        let left = deadline.remaining().unwrap_or_default();
        let reserve = (left / 16).clamp(RESERVE.0, RESERVE.1).min(left / 4);
        let early = deadline.within(left.saturating_sub(reserve));
        Ok(Asker {
            runtime,
            local: LocalSet::new(),
            exchange: std::rc::Rc::new(Exchange::new(&servers, patience, early)),
            servers,
            deadline: early,
        })
    }

    /// Who is asked.
    #[must_use]
    pub fn servers(&self) -> &[SocketAddr] {
        &self.servers
    }

    /// What was sent so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.exchange.traffic()
    }

    /// Finds out what is to be asked about.
    #[must_use]
    pub fn subjects(&self, wanted: &Wanted) -> Subjects {
        let work = subject::find(&self.exchange, wanted);
        self.local.block_on(&self.runtime, work)
    }

    /// Asks all zones about all subjects; one report for each zone, in their order.
    #[must_use]
    pub fn survey(&self, survey: &Survey, watch: &dyn Watch) -> Vec<ZoneReport> {
        let work = survey::run(&self.exchange, survey, watch, self.deadline);
        self.local.block_on(&self.runtime, work)
    }
}

#[cfg(test)]
mod tests;
