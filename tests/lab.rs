//! The probes against real servers (see `lab/mod.rs`).

#[path = "lab/mod.rs"]
mod lab;
#[path = "lab/smoke.rs"]
mod smoke;
