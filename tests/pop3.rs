//! check_pop3, the real binary, against the sandbox.

#[path = "pop3/audit.rs"]
mod audit;
#[path = "pop3/check.rs"]
mod check;
#[path = "pop3/classic.rs"]
mod classic;
#[path = "pop3/distance.rs"]
mod distance;
#[path = "pop3/faults.rs"]
mod faults;
#[path = "pop3/large.rs"]
mod large;
#[path = "pop3/login.rs"]
mod login;
#[path = "pop3/mails.rs"]
mod mails;
#[path = "pop3/meaning.rs"]
mod meaning;
#[path = "pop3/options.rs"]
mod options;
#[path = "pop3/proxy.rs"]
mod proxy;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "pop3/transports.rs"]
mod transports;
