//! check_roundtrip, the real binary, against the sandbox: what its SMTP server takes stands in the store that its
//! IMAP and POP3 servers show.

#[path = "roundtrip/check.rs"]
mod check;
#[path = "roundtrip/hostile.rs"]
mod hostile;
#[path = "roundtrip/legs.rs"]
mod legs;
#[path = "roundtrip/options.rs"]
mod options;
#[path = "roundtrip/path.rs"]
mod path;
#[path = "roundtrip/places.rs"]
mod places;
#[path = "roundtrip/relay.rs"]
mod relay;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "roundtrip/treatment.rs"]
mod treatment;
