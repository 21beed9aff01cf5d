//! check_pop3, the real binary, against the sandbox.

#[path = "pop3/faults.rs"]
mod faults;
#[path = "sandbox/mod.rs"]
mod sandbox;
