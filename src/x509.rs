//! Certificate facts: pure functions over DER and a given time.

pub mod dane;
mod leaf;

pub use leaf::Leaf;
