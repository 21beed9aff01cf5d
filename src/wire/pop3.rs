//! POP3 as pure bytes (RFC 1939, 2449, 2595, 3206, 5034, 6856).
//!
//! A line from the server is a [`Reply`]; where the command has a multi-line answer, the lines that
//! follow a `+OK` go into a [`Collector`] until it is complete, and what it collected is read by
//! [`Capabilities`], [`listing`] or, after TOP, as a message.

pub mod apop;
mod capa;
mod collector;
pub mod listing;
pub mod login;
mod reply;

pub use capa::{Capabilities, Expire, LoginDelay};
pub use collector::{Collector, Limits, Unstuffer};
pub use reply::{Code, Malformed, Reply, Status};

use crate::wire::command::Command;

/// `TOP n lines`: the header of a message and the first lines of its body; marks nothing as read.
#[must_use]
pub fn top(message: u32, lines: u32) -> Command {
    Command::new(format!("TOP {message} {lines}"))
}
