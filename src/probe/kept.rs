//! Files that outlive a run: opened only when they are ours, held while they are brought up to date, replaced as a whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::mta;
use crate::time::Deadline;

/// For files that nobody else need read.
pub const OURS_ALONE: u32 = 0o600;
/// For files that other programs read; the umask takes from it what it takes.
pub const FOR_OTHERS: u32 = 0o666;
/// So many names are tried for a part: one that a killed run left behind must not stop the next with its number.
const NAMES: u32 = 8;

/// Opens a file that is ours: no link, no pipe, owned by us. `create` makes it where there is none, and opens it to write.
///
/// # Errors
/// When it cannot be opened, or is none of ours.
pub fn ours(path: &Path, create: bool) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(create)
        .create(create)
        .truncate(false)
        .mode(OURS_ALONE)
        .custom_flags(flags())
        .open(path)?;
    let about = file.metadata()?;
    if !about.is_file() || about.uid() != mta::identity() {
        return Err(io::Error::other("is not a file of ours"));
    }
    Ok(file)
}

/// Takes a lock, and waits for another run that has it.
///
/// # Errors
/// When the other run does not let go before the deadline.
pub fn hold(path: &Path, deadline: Deadline) -> io::Result<File> {
    let lock = ours(path, true)?;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(fs::TryLockError::WouldBlock) => {}
            Err(fs::TryLockError::Error(error)) => return Err(error),
        }
        if deadline.remaining().is_err() {
            return Err(io::Error::other("another check holds it"));
        }
        mta::pause();
    }
}

/// The whole file or none of it: a reader that comes at any moment sees the old one or the new one.
///
/// # Errors
/// When the folder does not let us write, or the disk is full; the old file stands.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "is no file name"))?;
    let (part, mut file) = part(path, name, mode)?;
    let written = file.write_all(bytes).and_then(|()| fs::rename(&part, path));
    written.inspect_err(|_| {
        let _ = fs::remove_file(&part);
    })
}

/// A new file beside the one that it is to become; never through a link that somebody else has put there.
fn part(path: &Path, name: &std::ffi::OsStr, mode: u32) -> io::Result<(PathBuf, File)> {
    let mut last = None;
    for number in 0..NAMES {
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}-{number}", std::process::id()));
        let part = path.with_file_name(hidden);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .custom_flags(flags())
            .open(&part);
        match file {
            Ok(file) => return Ok((part, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| ErrorKind::AlreadyExists.into()))
}

fn flags() -> i32 {
    i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_left_does_not_stop_us_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        let left = folder
            .path()
            .join(format!(".kept.{}-0", std::process::id()));
        fs::write(&left, "left").unwrap();
        replace(&path, b"one", OURS_ALONE).unwrap();
        replace(&path, b"two", OURS_ALONE).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read(&left).unwrap(), b"left");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_failed_replacement_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("inside"), "").unwrap();
        assert!(replace(&path, b"one", FOR_OTHERS).is_err());
        assert!(replace(Path::new("/"), b"one", FOR_OTHERS).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn links_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(ours(&file, false).is_ok());
        assert!(ours(&link, false).is_err());
        assert!(ours(&link, true).is_err());
    }
}
