//! The protocols as pure bytes: no sockets, no clock.

pub mod command;
pub mod sasl;
