//! The sandbox as a program.

#[path = "mod.rs"]
mod sandbox;

fn main() {}
