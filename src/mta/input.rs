//! A listing that was taken elsewhere: a file, a pipe, standard input.

use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use super::child::readable;
use crate::time::Deadline;

/// Where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// `-`.
    Standard,
    /// A file.
    File(PathBuf),
}

/// How the reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// At the end.
    All,
    /// At the deadline.
    Late,
}

impl Input {
    /// As it was typed.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Standard => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Reads it; `take` gets it piece by piece.
    ///
    /// # Errors
    /// What the system says.
    pub fn read(&self, deadline: Deadline, take: &mut dyn FnMut(&[u8])) -> io::Result<Read> {
        match self {
            Self::Standard => {
                let stdin = io::stdin();
                through(stdin.as_fd(), deadline, take)
            }
            Self::File(path) => {
                // A pipe without a writer would hold the opening up; its reading is under the deadline.
                let file = OpenOptions::new()
                    .read(true)
                    .custom_flags(nonblocking())
                    .open(path)?;
                if file.metadata()?.is_dir() {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                if file.metadata()?.is_file() {
                    return plain(&file, deadline, take);
                }
                through(file.as_fd(), deadline, take)
            }
        }
    }
}

fn nonblocking() -> i32 {
    i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0)
}

fn plain(
    mut file: &std::fs::File,
    deadline: Deadline,
    take: &mut dyn FnMut(&[u8]),
) -> io::Result<Read> {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        if deadline.remaining().is_err() {
            return Ok(Read::Late);
        }
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Read::All),
            Ok(count) => take(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn through(fd: BorrowedFd, deadline: Deadline, take: &mut dyn FnMut(&[u8])) -> io::Result<Read> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        if !readable(fd, deadline) {
            return Ok(Read::Late);
        }
        match rustix::io::read(fd, &mut buffer) {
            Ok(0) => return Ok(Read::All),
            Ok(count) => take(buffer.get(..count).unwrap_or_default()),
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
