//! The suite as people meet it: the examples of the manuals, the advice after a failure, the terminal.

// Whoever looks for built binaries needs the environment.
#![allow(clippy::disallowed_methods)]

#[path = "people/examples.rs"]
mod examples;
#[path = "people/hints.rs"]
mod hints;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "zones/simulated.rs"]
#[allow(dead_code, reason = "one of its zones is enough here")]
mod simulated;
#[path = "people/stages.rs"]
mod stages;
#[path = "people/terminal.rs"]
mod terminal;
