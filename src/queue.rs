//! What a mail queue holds: one parser per MTA and form of listing; bytes in, entries out.
//!
//! [`Listing`] takes the bytes of a listing in pieces of any size and hands out one [`Entry`] after the other, in
//! constant memory. At its end it says whether the listing was whole ([`End`]), and never takes a text it does not
//! understand, or half a listing, for an empty queue. [`Summary`] counts what passes by, [`Filter`] narrows it,
//! [`Class`] says why a message waits.
//!
//! This floor knows no sockets, no children, no files and no clock: the time is given.

mod courier;
mod date;
mod decode;
mod entry;
mod exchange;
mod exim;
mod filter;
mod format;
mod guess;
mod json;
mod leader;
mod lines;
mod listing;
mod nullmailer;
mod opensmtpd;
mod postfix;
mod qmail;
mod reason;
mod sendmail;
mod summary;
mod top;
mod trouble;
mod zone;

pub use entry::{Entry, Queue, Recipient};
pub use filter::{Filter, Why};
pub use format::{Format, Mta};
pub use listing::{End, Given, Listing, Verdict};
pub use reason::Class;
pub use summary::{Shared, Summary, Tables};
pub use top::{Rank, Top};
pub use trouble::{Notice, Trouble};
pub use zone::Zone;
