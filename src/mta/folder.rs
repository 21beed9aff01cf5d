//! Folders of a spool: many small files that come and go while one looks.
//!
//! A file that vanishes between two looks was delivered: that is no error. A folder that cannot be read is, always.

use std::ffi::CStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RawDir, Stat};

/// What of a folder is read at once.
const BLOCK: usize = 64 * 1024;

/// An open folder.
pub struct Folder {
    fd: OwnedFd,
    path: PathBuf,
}

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// Anything else; links are not followed.
    Other,
}

impl Folder {
    /// Opens a folder by its path.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self {
            fd: rustix::fs::openat(CWD, path, flags, Mode::empty())?,
            path: path.to_owned(),
        })
    }

    /// Opens a folder in this one; not by a link.
    ///
    /// # Errors
    /// What the system says.
    pub fn inner(&self, name: &CStr) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        Ok(Self {
            fd: rustix::fs::openat(&self.fd, name, flags, Mode::empty())?,
            path: self.path.join(name.to_string_lossy().as_ref()),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks at each entry, until `each` says `false`.
    ///
    /// # Errors
    /// When the folder cannot be read to its end.
    pub fn each(&self, mut each: impl FnMut(&CStr, Kind) -> bool) -> io::Result<()> {
        let mut block = vec![MaybeUninit::uninit(); BLOCK];
        let mut entries = RawDir::new(&self.fd, &mut block);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let kind = match entry.file_type() {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Folder,
                // Not every file system tells.
                FileType::Unknown => match self.stat(name) {
                    Some(stat) => match FileType::from_raw_mode(stat.st_mode) {
                        FileType::RegularFile => Kind::File,
                        FileType::Directory => Kind::Folder,
                        _ => Kind::Other,
                    },
                    None => continue,
                },
                _ => Kind::Other,
            };
            if !each(name, kind) {
                break;
            }
        }
        Ok(())
    }

    /// Size, times and mode of an entry; none when it has vanished.
    #[must_use]
    pub fn stat(&self, name: &CStr) -> Option<Stat> {
        rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).ok()
    }

    /// The beginning of a file, as much as `buffer` holds.
    ///
    /// # Errors
    /// What the system says.
    pub fn head<'b>(&self, name: &CStr, buffer: &'b mut [u8]) -> io::Result<&'b [u8]> {
        // A pipe that somebody put there must not hold us up.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = rustix::fs::openat(&self.fd, name, flags, Mode::empty())?;
        let count = rustix::io::read(&file, &mut *buffer)?;
        Ok(buffer.get(..count).unwrap_or_default())
    }
}
