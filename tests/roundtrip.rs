//! check_roundtrip, the real binary, against the sandbox: what its SMTP server takes stands in the store that its
//! IMAP and POP3 servers show.

#[path = "roundtrip/check.rs"]
mod check;
#[path = "roundtrip/path.rs"]
mod path;
#[path = "sandbox/mod.rs"]
mod sandbox;
