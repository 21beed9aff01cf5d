//! check_smtp, the real binary, against the sandbox.

// Raw sockets and a stopwatch are for tests to use.
#![allow(clippy::disallowed_methods)]

#[path = "smtp/answers.rs"]
mod answers;
#[path = "smtp/audit.rs"]
mod audit;
#[path = "smtp/check.rs"]
mod check;
#[path = "smtp/envelope.rs"]
mod envelope;
#[path = "smtp/faults.rs"]
mod faults;
#[path = "smtp/greeting.rs"]
mod greeting;
#[path = "smtp/lmtp.rs"]
mod lmtp;
#[path = "smtp/login.rs"]
mod login;
#[path = "smtp/meaning.rs"]
mod meaning;
#[path = "smtp/mx.rs"]
mod mx;
#[path = "smtp/namespace.rs"]
mod namespace;
#[path = "smtp/options.rs"]
mod options;
#[path = "smtp/proxy.rs"]
mod proxy;
#[path = "smtp/relay.rs"]
mod relay;
#[path = "smtp/roots.rs"]
mod roots;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "smtp/script.rs"]
mod script;
#[path = "smtp/secrets.rs"]
mod secrets;
#[path = "smtp/ssmtp.rs"]
mod ssmtp;
#[path = "smtp/targets.rs"]
mod targets;
#[path = "smtp/thresholds.rs"]
mod thresholds;
#[path = "smtp/tls.rs"]
mod tls;
