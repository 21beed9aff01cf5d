//! Postfix's showq service, asked without a command: connect to `public/showq` of a spool and read to the end.
//! Whoever is in the group `postdrop` may do that, as `postqueue` does.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::child::readable;
use crate::time::Deadline;

/// How the answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The service closed the connection.
    All,
    /// The deadline passed.
    Late,
}

/// Reads what the service says; `take` gets it piece by piece.
///
/// # Errors
/// What the system says: no such socket, no permission, nobody listens, reset.
pub fn ask(socket: &Path, deadline: Deadline, take: &mut dyn FnMut(&[u8])) -> io::Result<Said> {
    // A local connection is made or refused at once.
    let mut stream = UnixStream::connect(socket)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        if !readable(stream.as_fd(), deadline) {
            return Ok(Said::Late);
        }
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(Said::All),
            Ok(count) => take(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
