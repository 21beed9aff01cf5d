//! Proof of the sandbox itself, with raw sockets: good servers are good, and each fault does what it says.

// Raw sockets and a stopwatch are the point here.
#![allow(clippy::disallowed_methods)]

#[path = "sandbox_proof/client.rs"]
mod client;
#[path = "sandbox_proof/demo.rs"]
mod demo;
#[path = "sandbox_proof/dns.rs"]
mod dns;
#[path = "sandbox_proof/faults.rs"]
mod faults;
#[path = "sandbox_proof/imap.rs"]
mod imap;
#[path = "sandbox_proof/pop3.rs"]
mod pop3;
#[path = "sandbox_proof/relay.rs"]
mod relay;
#[path = "sandbox_proof/run.rs"]
mod run;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "sandbox_proof/scram.rs"]
mod scram;
#[path = "sandbox_proof/smtp.rs"]
mod smtp;
#[path = "sandbox_proof/walk.rs"]
mod walk;
