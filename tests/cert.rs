//! check_cert, the real binary, against TLS servers of every kind.

#[path = "cert/cases.rs"]
mod cases;
#[path = "cert/check.rs"]
mod check;
#[path = "cert/ends.rs"]
mod ends;
#[path = "cert/files.rs"]
mod files;
#[path = "cert/handshakes.rs"]
mod handshakes;
#[path = "cert/hostile.rs"]
mod hostile;
#[path = "cert/identity.rs"]
mod identity;
#[path = "cert/reach.rs"]
mod reach;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "cert/server.rs"]
mod server;
