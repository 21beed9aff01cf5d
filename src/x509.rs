//! Certificate facts and path checks: pure functions over DER and a given time (RFC 5280, 9525, 6960).
//!
//! Nothing here opens a connection, asks the clock or knows a status; roots are the one thing that is read from disk.

pub mod dane;
mod der;
mod extensions;
mod facts;
mod key;
mod leaf;
mod moment;
mod subject;
mod threshold;

pub mod file;
pub mod names;
pub mod pin;
pub mod staple;
pub mod strength;
pub mod verify;

pub use extensions::{AlternativeNames, BasicConstraints, ExtendedUsage, Extensions, KeyUsage};
pub use facts::{Certificate, FactsError, LARGEST};
pub use key::{Digest, Key, KeyKind, SignatureAlgorithm};
pub use leaf::Leaf;
pub use moment::{DAY, date};
pub use subject::Name;
pub use threshold::Threshold;
