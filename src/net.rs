//! Names to addresses, addresses to connections, and streams that end at the deadline.

mod dial;
mod host;
pub mod proxy;
mod resolve;
mod stream;

pub use dial::{ConnectError, Dialed, Failure, Peer, dial_tcp, dial_unix};
pub use host::{Host, HostError};
pub use resolve::{Family, ResolveError, resolve};
pub use stream::Stream;
