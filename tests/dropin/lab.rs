//! Real servers, those of the lab. Needs root, and what `tests/lab/install.sh` installs.

#[path = "../lab/frame.rs"]
mod frame;
#[path = "../lab/pki.rs"]
mod pki;
#[path = "../lab/ports.rs"]
mod ports;
#[path = "../lab/servers.rs"]
mod servers;
#[allow(dead_code)] // no check here logs in by token
#[path = "../lab/token.rs"]
mod token;

pub use frame::Server;
use servers::{ADDRESS, CERT_HOST, PASSWORD, STRICT_HOST, USER};
pub use servers::{dovecot, postfix};
