//! A connected socket on which every read and write gets what is left of the deadline.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;

use crate::time::Deadline;

/// A timeout of zero would be none at all.
const MOMENT: std::time::Duration = std::time::Duration::from_millis(1);

/// A connection that cannot outlive its deadline. A server that sends one byte a second does not
/// stretch it: each read gets what is left, not a fresh allowance.
#[derive(Debug)]
pub struct Stream {
    socket: Socket,
    deadline: Deadline,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    pub(super) fn tcp(socket: TcpStream, deadline: Deadline) -> Self {
        // Commands are written whole; waiting for more to send would only cost time.
        let _ = socket.set_nodelay(true);
        Self {
            socket: Socket::Tcp(socket),
            deadline,
        }
    }

    pub(super) fn unix(socket: UnixStream, deadline: Deadline) -> Self {
        Self {
            socket: Socket::Unix(socket),
            deadline,
        }
    }

    /// From now on this deadline holds.
    pub fn set_deadline(&mut self, deadline: Deadline) {
        self.deadline = deadline;
    }

    /// Our end of a TCP connection.
    #[must_use]
    pub fn local(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(socket) => socket.local_addr().ok(),
            Socket::Unix(_) => None,
        }
    }

    /// The far end of a TCP connection.
    #[must_use]
    pub fn remote(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(socket) => socket.peer_addr().ok(),
            Socket::Unix(_) => None,
        }
    }

    /// Waits until there is something to read, or the far end has gone; false when nothing came in that
    /// time. Nothing is read, so that TLS is not disturbed by a timeout. Not for unix sockets.
    pub fn readable_within(&self, limit: std::time::Duration) -> io::Result<bool> {
        let left = self.deadline.remaining().map_err(|_| Self::expired())?;
        let Socket::Tcp(socket) = &self.socket else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        Self::acknowledge_at_once(socket);
        socket.set_read_timeout(Some(left.min(limit).max(MOMENT)))?;
        match socket.peek(&mut [0]) {
            Ok(_) => Ok(true),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock
                        | io::ErrorKind::TimedOut
                        | io::ErrorKind::Interrupted
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Ends our half; what the server still sends is not awaited.
    pub fn shutdown(&self) {
        let _ = match &self.socket {
            Socket::Tcp(socket) => socket.shutdown(Shutdown::Write),
            Socket::Unix(socket) => socket.shutdown(Shutdown::Write),
        };
    }

    fn expired() -> io::Error {
        io::Error::new(io::ErrorKind::TimedOut, "the deadline has passed")
    }

    /// What comes is acknowledged at once. A server that sends in two pieces (session tickets of TLS 1.3 and
    /// then its greeting: Postfix) waits with the second until the first is acknowledged, and that
    /// would be put off for 40 ms. The kernel forgets the wish with each write.
    #[cfg(target_os = "linux")]
    fn acknowledge_at_once(socket: &TcpStream) {
        use std::os::linux::net::TcpStreamExt;
        let _ = socket.set_quickack(true);
    }

    #[cfg(not(target_os = "linux"))]
    fn acknowledge_at_once(_: &TcpStream) {}

    /// The kernel says `WouldBlock` when a socket's own timeout strikes; for us that is the deadline.
    fn timed(error: io::Error) -> io::Error {
        if error.kind() == io::ErrorKind::WouldBlock {
            Self::expired()
        } else {
            error
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = Some(self.deadline.remaining().map_err(|_| Self::expired())?);
        match &mut self.socket {
            Socket::Tcp(socket) => {
                Self::acknowledge_at_once(socket);
                socket
                    .set_read_timeout(left)
                    .and_then(|()| socket.read(buffer))
            }
            Socket::Unix(socket) => socket
                .set_read_timeout(left)
                .and_then(|()| socket.read(buffer)),
        }
        .map_err(Self::timed)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = Some(self.deadline.remaining().map_err(|_| Self::expired())?);
        match &mut self.socket {
            Socket::Tcp(socket) => socket
                .set_write_timeout(left)
                .and_then(|()| socket.write(bytes)),
            Socket::Unix(socket) => socket
                .set_write_timeout(left)
                .and_then(|()| socket.write(bytes)),
        }
        .map_err(Self::timed)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
