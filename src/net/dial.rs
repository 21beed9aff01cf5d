//! Connecting: the addresses of a host one after the other, as a mail client does, under one deadline.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::io::Errno;

use super::Stream;
use crate::time::Deadline;

/// An address that was tried in vain is given up after its share of the time, but not sooner.
const LEAST_SHARE: Duration = Duration::from_millis(250);

/// Who is at the other end, as messages name it: `mx1.example.org:25 (192.0.2.1)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Host and port, or the path of a socket.
    pub name: String,
    /// The address that was connected to, when the name does not say it.
    pub address: Option<IpAddr>,
}

impl std::fmt::Display for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        match self.address {
            Some(address) if !self.name.contains(&address.to_string()) => write!(f, " ({address})"),
            _ => Ok(()),
        }
    }
}

/// Why one address could not be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Nobody listens there.
    #[error("connection refused")]
    Refused,
    /// No route, or a router says no.
    #[error("unreachable")]
    Unreachable,
    /// Nothing came back in time.
    #[error("no answer")]
    Timeout,
    /// The connection was reset while it was made.
    #[error("connection reset")]
    Reset,
    /// The socket's file is missing.
    #[error("no such socket")]
    NoSocket,
    /// The system does not let us.
    #[error("permission denied")]
    Denied,
    /// This host has no descriptor or no memory left: nothing that the server could do anything about.
    #[error("not tried: this host has too few descriptors or too little memory left")]
    Starved,
    /// Anything else, as the system names it.
    #[error("{0}")]
    Other(io::ErrorKind),
}

impl Failure {
    fn of(error: &io::Error) -> Self {
        if let Some(Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::NOBUFS) =
            Errno::from_io_error(error)
        {
            return Self::Starved;
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::AddrNotAvailable => Self::Unreachable,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Timeout,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Self::Reset,
            io::ErrorKind::NotFound => Self::NoSocket,
            io::ErrorKind::PermissionDenied => Self::Denied,
            kind => Self::Other(kind),
        }
    }
}

/// No address of a host could be connected to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("connect to {peer}: {failure}")]
pub struct ConnectError {
    /// The one that was tried last.
    pub peer: Peer,
    /// What became of it.
    pub failure: Failure,
    /// Those before it.
    pub others: Vec<(IpAddr, Failure)>,
}

/// A connection, and the addresses that did not answer before it.
#[derive(Debug)]
pub struct Dialed {
    /// The connection.
    pub stream: Stream,
    /// Who answered.
    pub peer: Peer,
    /// Who did not.
    pub failed: Vec<(IpAddr, Failure)>,
}

/// Connects to the first address that answers. Each but the last gets its share of what is left, so
/// that a black hole in front leaves time for the ones behind it.
pub fn dial_tcp(
    name: &str,
    addresses: &[IpAddr],
    port: u16,
    deadline: Deadline,
) -> Result<Dialed, ConnectError> {
    let mut failed = Vec::new();
    for (tried, &address) in addresses.iter().enumerate() {
        let peer = Peer {
            name: name.to_owned(),
            address: Some(address),
        };
        let left_to_try = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        let outcome = deadline
            .remaining()
            .map_err(|_| Failure::Timeout)
            .and_then(|left| {
                let share = (left / left_to_try).max(LEAST_SHARE).min(left);
                TcpStream::connect_timeout(&SocketAddr::new(address, port), share)
                    .map_err(|error| Failure::of(&error))
            });
        match outcome {
            Ok(socket) => {
                return Ok(Dialed {
                    stream: Stream::tcp(socket, deadline),
                    peer,
                    failed,
                });
            }
            Err(failure) if left_to_try == 1 => {
                return Err(ConnectError {
                    peer,
                    failure,
                    others: failed,
                });
            }
            Err(failure) => failed.push((address, failure)),
        }
    }
    let peer = Peer {
        name: name.to_owned(),
        address: None,
    };
    Err(ConnectError {
        peer,
        failure: Failure::Unreachable,
        others: failed,
    })
}

/// Connects to a unix socket.
pub fn dial_unix(path: &Path, deadline: Deadline) -> Result<Dialed, ConnectError> {
    let peer = Peer {
        name: path.display().to_string(),
        address: None,
    };
    match UnixStream::connect(path) {
        Ok(socket) => Ok(Dialed {
            stream: Stream::unix(socket, deadline),
            peer,
            failed: Vec::new(),
        }),
        Err(error) => Err(ConnectError {
            peer,
            failure: Failure::of(&error),
            others: Vec::new(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::time::Clock;

    #[test]
    fn falls_back_to_the_next_address_and_says_so() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let deadline = Clock::start().deadline(Duration::from_secs(5));
        let addresses = ["127.0.0.2".parse().unwrap(), "127.0.0.1".parse().unwrap()];
        let dialed = dial_tcp("localhost:1", &addresses, port, deadline).unwrap();
        assert_eq!(dialed.failed, [(addresses[0], Failure::Refused)]);
        assert_eq!(dialed.peer.to_string(), "localhost:1 (127.0.0.1)");
    }

    #[test]
    fn says_who_refused() {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let deadline = Clock::start().deadline(Duration::from_secs(5));
        let error = dial_tcp(
            "mx.example.org:25",
            &["127.0.0.1".parse().unwrap()],
            port,
            deadline,
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "connect to mx.example.org:25 (127.0.0.1): connection refused"
        );
    }

    #[test]
    fn an_expired_deadline_is_no_answer() {
        let deadline = Clock::start().deadline(Duration::ZERO);
        let error = dial_tcp("x:1", &["127.0.0.1".parse().unwrap()], 9, deadline).unwrap_err();
        assert_eq!(error.failure, Failure::Timeout);
    }
}
