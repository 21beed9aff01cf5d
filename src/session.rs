//! A conversation with one server: drives wire/ over net/ and tls/ and marks the phases.

mod connection;
mod error;
pub mod https;
pub mod imap;
mod journal;
pub mod login;
pub mod pop3;
pub mod sieve;
pub mod smtp;

pub use connection::{Connection, Dial, Proxy};
pub use error::{Error, Kind};
pub use journal::{Direction, Entry, Journal, Record};
