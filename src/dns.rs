//! Questions to name servers and their answers (RFC 1035): MX first of all, and TLSA with the proof that it is authentic.
//!
//! The only module that knows hickory and its runtime; its face is synchronous and bound by deadlines. Hosts that are to be
//! connected to are *not* resolved here but by the system's resolver: this is for what that one cannot ask.
//!
//! Names are absolute always, so that no search list can turn a missing name into a found one.

mod answer;
pub mod blocklist;
mod exchange;
mod mx;
mod question;
mod resolver;
mod secure;
mod spf;
mod tlsa;
pub mod zones;

pub use answer::{Error, Outcome};
pub use mx::Mx;
pub use question::{Kind, Question};
pub use resolver::{Family, Resolver};
pub use secure::{Answer, Basis, SecureResolver, Security, Trust};
pub use spf::Net;
pub use tlsa::Published;

#[cfg(test)]
mod tests;
