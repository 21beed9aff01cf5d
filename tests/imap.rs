//! check_imap, the real binary, against the sandbox.

#[path = "imap/check.rs"]
mod check;
#[path = "imap/classic.rs"]
mod classic;
#[path = "imap/faults.rs"]
mod faults;
#[path = "imap/hostile.rs"]
mod hostile;
#[path = "imap/large.rs"]
mod large;
#[path = "imap/login.rs"]
mod login;
#[path = "imap/mailboxes.rs"]
mod mailboxes;
#[path = "imap/matching.rs"]
mod matching;
#[path = "imap/meaning.rs"]
mod meaning;
#[path = "imap/options.rs"]
mod options;
#[path = "imap/proxy.rs"]
mod proxy;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "imap/session.rs"]
mod session;
#[path = "imap/write.rs"]
mod write;
