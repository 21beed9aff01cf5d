//! check_smtp, the real binary, against the sandbox.

#[path = "smtp/check.rs"]
mod check;
#[path = "smtp/faults.rs"]
mod faults;
#[path = "smtp/greeting.rs"]
mod greeting;
#[path = "smtp/login.rs"]
mod login;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "smtp/tls.rs"]
mod tls;
