//! DANE: records against chains, our verdict beside OpenSSL's own.

#![allow(clippy::disallowed_methods)] // raw sockets are for tests to use

#[path = "dane/chains.rs"]
mod chains;
#[path = "dane/hostile.rs"]
mod hostile;
#[path = "dane/oracle.rs"]
mod oracle;
#[path = "dane/verdicts.rs"]
mod verdicts;
