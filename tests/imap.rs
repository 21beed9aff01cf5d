//! check_imap, the real binary, against the sandbox.

#[path = "imap/faults.rs"]
mod faults;
#[path = "sandbox/mod.rs"]
mod sandbox;
