//! check_smtp, the real binary, against the sandbox.

#[path = "smtp/faults.rs"]
mod faults;
#[path = "sandbox/mod.rs"]
mod sandbox;
