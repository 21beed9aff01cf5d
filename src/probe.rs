//! The probes, one folder each, and what turns one into a program.
//!
//! A probe is a row in [`table::PROBES`]: its names, its options, its findings and metrics, and a
//! function that turns what was typed into a [`Plan`]. Everything else (deadline, targets in
//! parallel, verdict, output, exit code) is the same for all and stands here. It is the only floor
//! that knows both protocols and verdicts.

mod abort;
pub mod blacklist;
pub mod cert;
mod channel;
mod classic;
mod deliver;
mod expand;
pub mod finding;
mod help;
mod hint;
pub mod imap;
mod kept;
mod login;
mod mail;
pub mod mailq;
mod main;
mod perform;
pub mod pop3;
mod prepare;
mod progress;
pub mod roundtrip;
mod say;
mod scene;
pub mod smtp;
pub mod table;
pub mod tcp;
mod verdict;
mod wake;
mod watch;

use clap::ArgMatches;

use crate::cli::{Invocation, Output, Targets, Timing};
use crate::report::{FindingKind, Judge, MetricKind};
use crate::secret::Redactor;
use crate::session::Dial;
use crate::time::Deadline;
use crate::tls::roots;

pub use main::main;
pub use scene::Scene;

/// One probe.
pub struct Probe {
    /// `check_smtp`.
    pub name: &'static str,
    /// The word its lines start with.
    pub service: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Three lines that can be pasted.
    pub examples: &'static str,
    /// Every finding it can make, with its default status.
    pub findings: &'static [FindingKind],
    /// Every number it can know; the main one first.
    pub metrics: &'static [MetricKind],
    /// Its options.
    pub command: fn() -> clap::Command,
    /// From what was typed to what is done.
    pub plan: fn(&ArgMatches, &Setting) -> anyhow::Result<Plan>,
}

/// What a plan is made in.
pub struct Setting<'a> {
    /// How the binary was called.
    pub invocation: &'a Invocation,
    /// An untouched judge for the probe's tables.
    pub judge: Judge,
    /// Where secrets are made known.
    pub redactor: Redactor,
    /// The clock of the run.
    pub clock: crate::time::Clock,
}

/// A run that is fully decided.
pub struct Plan {
    /// The word its line starts with, by the name the binary was called by.
    pub service: String,
    /// What is done, side by side; the report keeps this order.
    pub work: Vec<Work>,
    /// How long it may take.
    pub timing: Timing,
    /// When it ends.
    pub deadline: Deadline,
    /// What findings and numbers are worth.
    pub judge: Judge,
    /// How it is printed.
    pub output: Output,
    /// Roots for a second try, where a chain did not verify by those that were looked at first.
    pub second: Option<roots::Second>,
}

/// A part of a plan.
pub enum Work {
    /// The same conversation with each of some servers.
    Servers {
        /// What is checked.
        targets: Targets,
        /// The check itself.
        check: Box<dyn Check>,
    },
    /// Something that is done once and is no conversation with a server named on the command line: a
    /// queue, a blocklist, a mail's way.
    Job {
        /// What messages call it; may be empty.
        name: String,
        /// The job itself.
        job: Box<dyn Job>,
    },
}

impl Work {
    /// The same check of each of these.
    fn servers(targets: Targets, check: impl Check + 'static) -> Self {
        Work::Servers {
            targets,
            check: Box::new(check),
        }
    }
}

/// What is done with one target.
pub trait Check: Send + Sync {
    /// Probes the target and tells the scene. An error ends the conversation and becomes a finding.
    fn run(&self, target: &Target, scene: &Scene) -> Result<(), crate::session::Error>;

    /// Is it about how soon the server is ready? An OK line begins with that then.
    fn is_about_time(&self) -> bool {
        true
    }

    /// When all targets were probed, or their time is over: what can be said of them together, told to
    /// the scenes that it is about.
    fn together(&self) {}
}

/// What is done once.
pub trait Job: Send + Sync {
    /// Does it and tells the scene. An error ends it and becomes a finding.
    fn run(&self, scene: &Scene) -> Result<(), crate::session::Error>;

    /// What machines call it, where it has no name that people want to read before each finding.
    fn label(&self) -> String {
        String::new()
    }
}

/// One target.
#[derive(Clone, Debug)]
pub struct Target {
    /// `mx1.example.org:587`.
    pub name: String,
    /// Where to connect to.
    pub dial: Dial,
    /// How it is spoken to.
    pub security: crate::cli::Security,
    /// The domain whose MX it is, if it was reached that way.
    pub domain: Option<String>,
}

impl Target {
    /// The host for the certificate and for OAUTHBEARER; `localhost` for a socket.
    #[must_use]
    pub fn host(&self) -> &str {
        match &self.dial {
            Dial::Tcp { host, .. } => host.name(),
            Dial::Unix(_) => "localhost",
        }
    }

    /// The port; 0 for a socket.
    #[must_use]
    pub fn port(&self) -> u16 {
        match &self.dial {
            Dial::Tcp { port, .. } => *port,
            Dial::Unix(_) => 0,
        }
    }
}
