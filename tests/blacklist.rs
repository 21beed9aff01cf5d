//! check_blacklist, the real binary, against a scripted name server.

#[path = "sandbox/mod.rs"]
mod sandbox;
