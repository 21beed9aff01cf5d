//! The protocols as pure bytes: no sockets, no clock.

pub mod command;
pub mod imap;
pub mod line;
pub mod pop3;
pub mod sasl;
