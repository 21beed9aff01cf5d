//! The protocols as pure bytes: bytes in, replies out; commands in, bytes out. No sockets, no clock.
//!
//! So that every dialogue can be replayed, fuzzed and tested on chunks of any size.

pub mod command;
pub mod imap;
pub mod line;
pub mod mta_sts;
pub mod pop3;
pub mod sasl;
pub mod sieve;
pub mod smtp;
pub mod tls_rpt;
