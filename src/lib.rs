//! Mail-server probes: the library behind the binaries.

pub mod message;
pub mod secret;
pub mod wire;
