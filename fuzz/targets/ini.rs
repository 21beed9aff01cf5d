#![no_main]
#[allow(dead_code)] // the other targets' bodies
#[path = "../bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::ini(bytes));
