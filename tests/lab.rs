//! The probes against real mail servers from Debian's packages, on loopback.
//!
//! Needs root, and what `tests/lab/install.sh` installs. To leave these tests out: `cargo test -- --skip lab::`.

// Raw sockets and a stopwatch are for tests to use.
#![allow(clippy::disallowed_methods)]

/// The servers, and the tests that use them. Other test files may say `mod lab` with the same first lines.
mod lab {
    mod frame;
    mod inside;
    mod pki;
    mod ports;
    mod servers;
    mod token;
    #[allow(dead_code)]
    mod zones;
    #[allow(unused_imports)] // each test file takes what it needs
    pub use {frame::Server, servers::*, token::*};

    mod asked;
    mod blacklist;
    mod blocklists;
    mod cert;
    #[allow(dead_code)]
    #[path = "../dane/chains.rs"]
    mod chains;
    mod dane;
    mod dane_probe;
    mod distance;
    mod imap;
    mod mailq;
    mod pop3;
    mod roundtrip;
    mod smoke;
    mod smtp;
    mod smtp_logs;
    mod smtp_others;
    mod unpacked;
}

#[allow(dead_code)]
#[path = "sandbox/calm.rs"]
mod calm;
#[path = "sandbox/late.rs"]
mod late;
#[allow(dead_code)] // the sandbox's tests take more of it
#[path = "sandbox/plugin_output.rs"]
mod plugin_output;
#[allow(dead_code)]
#[path = "sandbox/probe.rs"]
mod probe;
#[allow(dead_code)]
#[path = "sandbox/relay.rs"]
mod relay;
#[path = "sandbox/schema.rs"]
mod schema;
#[allow(dead_code)]
#[path = "sandbox/socket.rs"]
mod socket;
