//! IMAP as pure bytes (RFC 3501, RFC 9051, and the extensions that a probe meets).
//!
//! A [`Framer`] cuts the stream into messages with their literals, [`Response::parse`] says what each
//! one is. Nothing here fails on what is merely unknown or oddly worded: it becomes [`Data::Other`] or
//! text. [`Request`] makes commands, with literals where an argument needs them.

pub mod astring;
mod capability;
pub mod data;
pub mod date;
mod flags;
mod frame;
mod request;
mod response;
pub mod token;
pub mod utf7;

pub use astring::{Argument, Unsendable};
pub use capability::Capabilities;
pub use data::Data;
pub use date::InternalDate;
pub use flags::Flags;
pub use frame::{Breach, Framer, Limits, Message, Part};
pub use request::{Literals, Request, Tags};
pub use response::{Code, Condition, Response, Status};

#[cfg(test)]
mod oracle;
