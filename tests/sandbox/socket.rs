//! Sockets that wait for the peer and for the end of the sandbox at once: no read, write or pause outlives
//! [`Stop::ring`], and a pause ends as soon as the client has gone.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Rung once, when the sandbox is dropped; everything that waits wakes up.
#[derive(Debug)]
pub struct Stop {
    bell: Mutex<Option<UnixStream>>,
    ear: UnixStream,
}

impl Stop {
    pub fn new() -> io::Result<Arc<Stop>> {
        let (bell, ear) = UnixStream::pair()?;
        Ok(Arc::new(Stop {
            bell: Mutex::new(Some(bell)),
            ear,
        }))
    }

    /// End of file on the other end is an event that never goes away again.
    pub fn ring(&self) {
        self.bell
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    /// Sleeps; an error means the end of the sandbox.
    pub fn sleep(&self, time: Duration) -> io::Result<()> {
        // poll passes over a negative descriptor.
        self.wait(-1, 0, Some(time)).map(|_| ())
    }

    /// Waits for one of `events` on `fd`. `Ok(0)` is the end of `timeout`, an error the end of the sandbox.
    pub fn wait(&self, fd: RawFd, events: i16, timeout: Option<Duration>) -> io::Result<i16> {
        let until = timeout.map(|timeout| Instant::now() + timeout);
        loop {
            let left = match until {
                None => -1,
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    // Rounded up: a wait that ends a fraction early would spin.
                    i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
                }
            };
            let mut fds = [
                libc::pollfd {
                    fd,
                    events,
                    revents: 0,
                },
                libc::pollfd {
                    fd: self.ear.as_raw_fd(),
                    events: libc::POLLIN,
                    revents: 0,
                },
            ];
            // SAFETY: two initialised entries, alive during the call.
            let ready = unsafe { libc::poll(fds.as_mut_ptr(), 2, left) };
            if ready < 0 {
                let error = io::Error::last_os_error();
                if error.kind() == io::ErrorKind::Interrupted {
                    continue;
                }
                return Err(error);
            }
            if fds[1].revents != 0 {
                return Err(io::Error::new(
                    io::ErrorKind::ConnectionAborted,
                    "the sandbox has stopped",
                ));
            }
            if fds[0].revents != 0 || ready == 0 {
                return Ok(fds[0].revents);
            }
        }
    }
}

#[derive(Debug)]
pub enum Link {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// A connected stream that looks blocking to its user.
#[derive(Debug)]
pub struct Socket {
    link: Link,
    stop: Arc<Stop>,
}

impl Socket {
    pub fn new(link: Link, stop: Arc<Stop>) -> io::Result<Socket> {
        match &link {
            Link::Tcp(tcp) => {
                tcp.set_nonblocking(true)?;
                // Each reply is a segment of its own, as from a real server.
                tcp.set_nodelay(true)?;
            }
            Link::Unix(unix) => unix.set_nonblocking(true)?,
        }
        Ok(Socket { link, stop })
    }

    fn fd(&self) -> RawFd {
        match &self.link {
            Link::Tcp(tcp) => tcp.as_raw_fd(),
            Link::Unix(unix) => unix.as_raw_fd(),
        }
    }

    /// Sleeps; an error means that the client or the sandbox has gone meanwhile.
    pub fn pause(&self, time: Duration) -> io::Result<()> {
        match self.stop.wait(self.fd(), libc::POLLRDHUP, Some(time))? {
            0 => Ok(()),
            _ => Err(io::ErrorKind::ConnectionReset.into()),
        }
    }

    /// Waits for bytes (or the end); false when `time` is over.
    pub fn readable_within(&self, time: Duration) -> io::Result<bool> {
        Ok(self.stop.wait(self.fd(), libc::POLLIN, Some(time))? != 0)
    }

    pub fn half_close(&self) {
        let _ = match &self.link {
            Link::Tcp(tcp) => tcp.shutdown(Shutdown::Write),
            Link::Unix(unix) => unix.shutdown(Shutdown::Write),
        };
    }

    /// The next close sends RST instead of FIN.
    pub fn reset_on_close(&self) {
        let linger = libc::linger {
            l_onoff: 1,
            l_linger: 0,
        };
        // SAFETY: the option's own struct and its size.
        unsafe {
            libc::setsockopt(
                self.fd(),
                libc::SOL_SOCKET,
                libc::SO_LINGER,
                (&raw const linger).cast(),
                size_of::<libc::linger>() as libc::socklen_t,
            );
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let got = match &mut self.link {
                Link::Tcp(tcp) => tcp.read(buf),
                Link::Unix(unix) => unix.read(buf),
            };
            match got {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stop.wait(self.fd(), libc::POLLIN, None)?;
                }
                other => return other,
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        loop {
            let sent = match &mut self.link {
                Link::Tcp(tcp) => tcp.write(buf),
                Link::Unix(unix) => unix.write(buf),
            };
            match sent {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stop.wait(self.fd(), libc::POLLOUT, None)?;
                }
                // A writer that never has to wait looks up now and then all the same.
                Ok(sent) => {
                    self.stop.wait(self.fd(), 0, Some(Duration::ZERO))?;
                    return Ok(sent);
                }
                other => return other,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
