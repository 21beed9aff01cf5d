//! The library below the probes: protocols as pure bytes, connections under one deadline, verdicts
//! that know no protocol, and one folder for each probe.
//!
//! Top floor first; a module uses what stands below it, never what stands beside or above it:
//!
//! ```text
//! probe/    one folder per binary: its options, its plan, its run
//! cli/      option groups that probes share, ini file, secrets' sources
//! session/  a conversation with one server: drives wire/ over net/ and tls/, marks the phases
//! mta/      the mail system of this host: its programs, spools and sockets
//! queue/    what a mail queue holds: one parser per MTA, bytes in, entries out
//! message/  fields and text of a mail, decoded
//! dns/      questions and answers; the only module that knows hickory and tokio
//! tls/      TLS as a mail client gets it, and the roots it trusts
//! x509/     certificate facts: pure functions over DER and a given time
//! net/      resolve, dial, streams under a deadline, PROXY protocol
//! wire/     the protocols as pure bytes; no sockets, no clock
//! report/   findings, metrics, thresholds, and how they are printed; knows no protocol
//! time/     the clock, the deadline, the phases
//! secret/   what must never show
//! ```
#![deny(unsafe_code)]

pub mod child;
pub mod cli;
pub mod dns;
pub mod message;
pub mod mta;
pub mod net;
pub mod probe;
pub mod queue;
pub mod report;
pub mod secret;
pub mod session;
pub mod time;
pub mod tls;
pub mod wire;
pub mod x509;
