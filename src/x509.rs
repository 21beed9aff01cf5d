//! Certificate facts: pure functions over DER and a given time.

mod leaf;

pub use leaf::Leaf;
