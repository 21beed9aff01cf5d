//! The spool itself, for whoever may read it: no MTA is started, nothing is written, no file is locked.
//!
//! Messages are counted as files. Where the file's name or its first lines tell when the message came in, that is its
//! arrival; a file's own times change with each try and are used only where a scanner says so.

mod exim;
mod nullmailer;
mod opensmtpd;
mod postfix;
mod qmail;
mod sendmail;

use std::ffi::CStr;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{Folder, Kind};
use crate::queue::{Entry, Mta, Queue};
use crate::time::Deadline;

/// Files between two looks at the clock.
const STRIDE: u32 = 256;
/// Folders in folders; every spool has fewer.
const DEPTH: u32 = 6;

/// What a scan came to.
#[derive(Debug, Default)]
pub struct Scan {
    /// Folders that could not be read, and why: what is in them is not counted.
    pub unreadable: Vec<(PathBuf, io::Error)>,
    /// The deadline passed.
    pub late: bool,
    /// The queues that this spool tells apart.
    pub queues: Vec<Queue>,
    /// Files that are no messages that wait: damaged ones, logs about messages.
    pub beside: Vec<(Queue, u64)>,
    /// Why they wait is known, too.
    pub reasons: bool,
    /// Files that could not be read: they are counted, their sender and recipients are not known.
    pub closed_files: u64,
}

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Names only: as quick as counting files.
    Names,
    /// Names, sizes, arrival.
    Count,
    /// Senders and recipients as well.
    Envelopes,
}

/// Where the spool of an MTA is when nobody says otherwise.
#[must_use]
pub fn usual(mta: Mta) -> Option<&'static str> {
    Some(match mta {
        Mta::Postfix => "/var/spool/postfix",
        Mta::Exim => {
            // Debian's name first, then the original one.
            return ["/var/spool/exim4", "/var/spool/exim"]
                .into_iter()
                .find(|path| Path::new(path).exists())
                .or(Some("/var/spool/exim4"));
        }
        Mta::Sendmail => "/var/spool/mqueue",
        Mta::Qmail => "/var/qmail/queue",
        Mta::OpenSmtpd => "/var/spool/smtpd",
        Mta::Nullmailer => "/var/spool/nullmailer",
        Mta::Courier | Mta::Exchange => return None,
    })
}

/// Other spools that go with the usual one, if they are there: Sendmail's for what is submitted.
#[must_use]
pub fn beside(mta: Mta) -> Vec<PathBuf> {
    let known: &[&str] = match mta {
        Mta::Sendmail => &["/var/spool/mqueue-client", "/var/spool/clientmqueue"],
        _ => &[],
    };
    known
        .iter()
        .map(PathBuf::from)
        .filter(|path| std::fs::symlink_metadata(path).is_ok())
        .collect()
}

/// Whose spool this looks like.
#[must_use]
pub fn whose(path: &Path) -> Option<Mta> {
    let has = |name: &str| std::fs::symlink_metadata(path.join(name)).is_ok();
    if has("maildrop") && has("deferred") {
        Some(Mta::Postfix)
    } else if has("mess") && has("info") {
        Some(Mta::Qmail)
    } else if has("input") || (has("db") && has("msglog")) {
        Some(Mta::Exim)
    } else if has("offline") || has("purge") {
        Some(Mta::OpenSmtpd)
    } else if has("queue") && (has("failed") || has("tmp") || has("trigger")) {
        Some(Mta::Nullmailer)
    } else {
        let name = path.file_name()?.to_string_lossy().into_owned();
        name.contains("mqueue").then_some(Mta::Sendmail)
    }
}

/// Goes through a spool; `take` gets each message.
///
/// # Errors
/// When this is no such spool, or its MTA has none that is known.
pub fn scan(
    mta: Mta,
    path: &Path,
    depth: Depth,
    deadline: Deadline,
    take: &mut dyn FnMut(&Entry),
) -> io::Result<Scan> {
    let mut walk = Walk {
        scan: Scan::default(),
        depth,
        deadline,
        looked: 0,
        entry: Entry::default(),
        take,
    };
    match mta {
        Mta::Postfix => postfix::scan(path, &mut walk),
        Mta::Exim => exim::scan(path, &mut walk),
        Mta::Sendmail => sendmail::scan(path, &mut walk),
        Mta::Qmail => qmail::scan(path, &mut walk),
        Mta::OpenSmtpd => opensmtpd::scan(path, &mut walk),
        Mta::Nullmailer => nullmailer::scan(path, &mut walk),
        Mta::Courier | Mta::Exchange => Err(io::Error::other("a spool that is not known here")),
    }?;
    Ok(walk.scan)
}

/// How many files are in a folder and the folders in it; none when that cannot be told.
#[must_use]
pub fn count(path: &Path, deadline: Deadline) -> Option<u64> {
    let mut walk = Walk {
        scan: Scan::default(),
        depth: Depth::Count,
        deadline,
        looked: 0,
        entry: Entry::default(),
        take: &mut |_| {},
    };
    let folder = walk.open(path)?;
    let count = walk.count(&folder);
    (!walk.scan.late && walk.scan.unreadable.is_empty()).then_some(count)
}

/// A scan that lasts.
struct Walk<'a> {
    scan: Scan,
    depth: Depth,
    deadline: Deadline,
    looked: u32,
    entry: Entry,
    take: &'a mut dyn FnMut(&Entry),
}

impl Walk<'_> {
    /// One more file is looked at; says whether there is time for it.
    fn on(&mut self) -> bool {
        self.looked = self.looked.wrapping_add(1);
        if self.looked.is_multiple_of(STRIDE) && self.deadline.remaining().is_err() {
            self.scan.late = true;
        }
        !self.scan.late
    }

    /// Opens a folder of the spool. One that is not there is none of this spool's: said by `None`.
    fn open(&mut self, path: &Path) -> Option<Folder> {
        match Folder::open(path) {
            Ok(folder) => Some(folder),
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    self.scan.unreadable.push((path.to_owned(), error));
                }
                None
            }
        }
    }

    /// Calls `each` for the files in a folder and in the folders in it.
    fn files(
        &mut self,
        folder: &Folder,
        depth: u32,
        each: &mut dyn FnMut(&mut Self, &Folder, &CStr),
    ) {
        let mut inner = Vec::new();
        let read = folder.each(|name, kind| {
            match kind {
                Kind::File => each(self, folder, name),
                Kind::Folder => inner.push(name.to_owned()),
                Kind::Other => {}
            }
            self.on()
        });
        if let Err(error) = read {
            self.scan.unreadable.push((folder.path().to_owned(), error));
        }
        for name in inner {
            if self.scan.late {
                return;
            }
            if depth >= DEPTH {
                let error = io::Error::other("folders in folders without end");
                self.scan.unreadable.push((folder.path().to_owned(), error));
                return;
            }
            match folder.inner(&name) {
                Ok(inner) => self.files(&inner, depth + 1, each),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    let path = folder.path().join(name.to_string_lossy().as_ref());
                    self.scan.unreadable.push((path, error));
                }
            }
        }
    }

    /// Counts the files of a folder.
    fn count(&mut self, folder: &Folder) -> u64 {
        let mut count = 0;
        self.files(folder, 0, &mut |_, _, _| count += 1);
        count
    }

    /// Hands the entry on.
    fn take(&mut self) {
        (self.take)(&self.entry);
    }
}

/// A decimal number at the beginning of a text, blanks before it.
fn number(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii_start();
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    std::str::from_utf8(text.get(..end)?).ok()?.parse().ok()
}

/// The same as a time.
fn time(text: &[u8]) -> Option<i64> {
    number(text).and_then(|seconds| i64::try_from(seconds).ok())
}

/// A spool has none of the folders that make one.
fn no_spool(path: &Path, whose: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::NotFound,
        format!("{} is no spool of {whose}", path.display()),
    )
}
