//! Where programs are: the places of Linux distributions and BSDs first, `PATH` last, so that what a caller's
//! environment says does not come before what the system has.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD};

/// The usual places, beside those that a program has for itself.
const PLACES: [&str; 7] = [
    "/usr/sbin",
    "/usr/bin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/sbin",
    "/bin",
    "/opt/local/sbin",
];

/// The first program of these names that we may run; or, where there is none, the first that is there at all, so that
/// the attempt tells what is wrong with it.
#[must_use]
pub fn find(names: &[&str], more: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let from_path = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    let folders: Vec<PathBuf> = PLACES
        .iter()
        .chain(more)
        .map(PathBuf::from)
        .chain(from_path)
        .collect();
    let there = |test: fn(&Path) -> bool| {
        folders.iter().find_map(|folder| {
            names
                .iter()
                .map(|name| folder.join(name))
                .find(|path| path.is_file() && test(path))
        })
    };
    there(executable).or_else(|| there(|_| true))
}

/// `sudo`, or what stands for it.
#[must_use]
pub fn sudo() -> Option<PathBuf> {
    find(&["sudo", "doas"], &[]).filter(|path| executable(path))
}

fn executable(path: &Path) -> bool {
    rustix::fs::accessat(CWD, path, Access::EXEC_OK, AtFlags::EACCESS).is_ok()
}
