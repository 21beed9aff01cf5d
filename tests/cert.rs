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
#[path = "smtp/namespace.rs"]
#[allow(dead_code)]
mod namespace;
#[path = "cert/old.rs"]
mod old;
#[path = "cert/options.rs"]
mod options;
#[path = "cert/reach.rs"]
mod reach;
#[path = "cert/roots.rs"]
mod roots;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "cert/server.rs"]
mod server;
#[path = "cert/together.rs"]
mod together;
