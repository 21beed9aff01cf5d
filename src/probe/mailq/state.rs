//! What `--rate` keeps between two runs: a file of one line, locked while it is read and written, replaced as a whole.
//!
//! The folder belongs to whoever runs the check and nobody else may write to it; links are not followed. A file that
//! somebody else put there is refused, not read.

use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::mta;
use crate::probe::kept;
use crate::time::Deadline;

/// A file of ours is shorter.
const LIMIT: u64 = 4096;

/// What was seen, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Seconds since 1970.
    pub at: f64,
    /// Messages.
    pub total: u64,
}

/// Puts `now` in the place of what was kept for `target`, and gives that.
///
/// # Errors
/// A text that says which file, and why.
pub fn exchange(
    folder: Option<&Path>,
    target: &str,
    now: Mark,
    deadline: Deadline,
) -> Result<Option<Mark>, String> {
    let folder = match folder {
        Some(given) => {
            ready(given).map_err(|error| format!("{}: {error}", given.display()))?;
            given.to_owned()
        }
        None => usual()?,
    };
    let path = folder.join(format!("check_mailq-{:016x}.state", hash(target)));
    within(&path, target, now, deadline).map_err(|error| format!("{}: {error}", path.display()))
}

fn within(path: &Path, target: &str, now: Mark, deadline: Deadline) -> io::Result<Option<Mark>> {
    let _lock = kept::hold(&path.with_extension("lock"), deadline)?;
    let before = match kept::ours(path, false) {
        Ok(file) => {
            let mut text = String::new();
            let _ = file.take(LIMIT).read_to_string(&mut text);
            parse(&text, target)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let line = format!("1 {:.3} {} {target}\n", now.at, now.total);
    kept::replace(path, line.as_bytes(), kept::OURS_ALONE)?;
    Ok(before)
}

/// A file that is unreadable, of another version or another target counts as none: the next run has one.
fn parse(text: &str, target: &str) -> Option<Mark> {
    let mut words = text.lines().next()?.splitn(4, ' ');
    if words.next() != Some("1") {
        return None;
    }
    let at = words
        .next()?
        .parse()
        .ok()
        .filter(|at: &f64| at.is_finite())?;
    let total = words.next()?.parse().ok()?;
    (words.next() == Some(target)).then_some(Mark { at, total })
}

/// The first usual place that we may write to.
fn usual() -> Result<PathBuf, String> {
    let mut tried = Vec::new();
    let mut places = vec![PathBuf::from("/var/lib/mailprobe")];
    if let Some(home) =
        std::env::var_os("XDG_STATE_HOME").filter(|home| Path::new(home).is_absolute())
    {
        places.push(Path::new(&home).join("mailprobe"));
    } else if let Some(home) = std::env::var_os("HOME").filter(|home| Path::new(home).is_absolute())
    {
        places.push(Path::new(&home).join(".local/state/mailprobe"));
    }
    places.push(PathBuf::from(format!(
        "/var/tmp/mailprobe-{}",
        mta::identity()
    )));
    for place in places {
        match ready(&place) {
            Ok(()) => return Ok(place),
            Err(error) => tried.push(format!("{}: {error}", place.display())),
        }
    }
    Err(format!("no folder for it ({})", tried.join("; ")))
}

/// Makes a folder where there is none, and makes sure that nobody else can put files into it.
fn ready(folder: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(folder) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder);
            made?;
        }
        Err(error) => return Err(error),
    }
    let about = std::fs::symlink_metadata(folder)?;
    if !about.is_dir() {
        return Err(io::Error::other("is no folder"));
    }
    let me = mta::identity();
    if about.uid() != me && about.uid() != 0 {
        return Err(io::Error::other("belongs to another user"));
    }
    if about.mode() & 0o002 != 0 {
        return Err(io::Error::other("can be written to by everybody"));
    }
    let writable = rustix::fs::accessat(
        rustix::fs::CWD,
        folder,
        rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK,
        rustix::fs::AtFlags::EACCESS,
    );
    writable.map_err(io::Error::from)
}

/// FNV-1a: a name for a file, no secret.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Clock;
    use std::time::Duration;

    fn soon() -> Deadline {
        Clock::start().deadline(Duration::from_secs(5))
    }

    #[test]
    fn what_was_kept_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let put = |target: &str, at: f64, total| {
            exchange(Some(folder.path()), target, Mark { at, total }, soon()).unwrap()
        };
        assert_eq!(put("a", 10.0, 5), None);
        assert_eq!(put("b", 11.0, 7), None);
        assert_eq!(put("a", 12.5, 6), Some(Mark { at: 10.0, total: 5 }));
        assert_eq!(put("a", 13.0, 0), Some(Mark { at: 12.5, total: 6 }));
    }

    #[test]
    fn links_and_open_folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mark = Mark { at: 1.0, total: 1 };
        exchange(Some(folder.path()), "a", mark, soon()).unwrap();
        let path = folder
            .path()
            .join(format!("check_mailq-{:016x}.state", hash("a")));
        let elsewhere = folder.path().join("elsewhere");
        std::fs::write(&elsewhere, "1 1.0 1 a\n").unwrap();
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert!(exchange(Some(folder.path()), "a", mark, soon()).is_err());
        let open = folder.path().join("open");
        std::fs::create_dir(&open).unwrap();
        let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o777);
        std::fs::set_permissions(&open, mode).unwrap();
        assert!(exchange(Some(&open), "a", mark, soon()).is_err());
    }

    #[test]
    fn garbage_counts_as_none() {
        for text in [
            "",
            "x",
            "2 1 1 a",
            "1 nan 1 a",
            "1 1 -1 a",
            "1 1 1 b",
            "1 1",
        ] {
            assert_eq!(parse(text, "a"), None, "{text}");
        }
    }
}
