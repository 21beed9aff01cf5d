//! The table of blocklist zones, against zones made from it: what the table says is what a name server with such zones answers.

#![allow(clippy::disallowed_methods)]

#[path = "zones/manual.rs"]
mod manual;
#[path = "zones/probe.rs"]
mod probe;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "zones/simulated.rs"]
mod simulated;
#[path = "zones/table.rs"]
mod table;
