//! check_cert, the real binary, against TLS servers of every kind.

#[path = "cert/cases.rs"]
mod cases;
#[path = "cert/check.rs"]
mod check;
#[path = "cert/reach.rs"]
mod reach;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "cert/server.rs"]
mod server;
