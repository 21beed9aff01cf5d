//! Scripted mail servers whose misbehaviour is data.
//!
//! A [`Scenario`] says what a server is and which [`Fault`](faults::Fault) it has, [`Sandbox::start`] runs it on a
//! port that the kernel chooses, [`probe::Run`] runs a probe against it. Used by the integration tests
//! (`#[path = "sandbox/mod.rs"] mod sandbox;`) and by the example binary `sandbox`.
//!
//! A server without a fault is a good one: it does what its RFCs say, and is strict about what the client sends.

// Each test uses its own part of this.
#![allow(dead_code)]
// The one clock and the one dialler are the library's; a server and a stopwatch have their own.
#![allow(clippy::disallowed_methods)]

mod auth;
mod calendar;
pub mod callgrind;
pub mod calm;
pub mod children;
pub mod conn;
pub mod delivery;
pub mod dkim;
pub mod dns;
pub mod faults;
mod imap;
pub mod late;
pub mod log;
pub mod matrix;
pub mod meaning;
pub mod pki;
pub mod plugin_output;
mod pop3;
pub mod probe;
pub mod proxy;
pub mod relay;
pub mod sasl;
mod scenario;
pub mod schema;
mod server;
mod smtp;
pub mod socket;
pub mod store;
pub mod verdict;

#[allow(unused_imports)]
pub use self::{
    delivery::Delivery,
    log::{End, Session},
    pki::{Certificate, TlsPolicy},
    sasl::Mechanism,
    scenario::{Listen, Relaying, Scenario, Service, Transport},
    server::Sandbox,
    store::{Mailbox, Message, Store},
};

/// The account of every server.
pub const USER: &str = "probe";
pub const PASSWORD: &str = "s3cret sandbox-Pass";
/// OAuth access token of that account.
pub const TOKEN: &str = "sandbox-token-7f3a9c51d2";

/// The name that the good certificate and the greetings have.
pub const HOST: &str = "mail.example.test";
