//! SMTP and LMTP as bytes: replies, what a server offers, commands (RFC 5321, 2033, 2034, 3463).

pub mod capability;
pub mod command;
pub mod mailbox;
pub mod reply;

pub use capability::Capabilities;
pub use reply::{Reply, ReplyParser};
