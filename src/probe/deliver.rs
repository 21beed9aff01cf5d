//! Where a report goes: to standard output, into a file, or nowhere when all is well and nobody wants to hear it.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::Output;
use crate::report::{self, Status};

/// What is printed on standard output, and the exit code, for a report with this verdict.
pub fn deliver(service: &str, output: &Output, text: String, status: Status) -> (String, u8) {
    let code = if output.exit_zero {
        Status::Ok.exit_code()
    } else {
        status.exit_code()
    };
    match &output.file {
        // A textfile collector wants its numbers when all is well, too: --quiet is about what people read.
        Some(path) => match write(path, text.as_bytes()) {
            Ok(()) => (String::new(), code),
            Err(error) => {
                let text = format!("write {}: {error}", path.display());
                let line = report::fault_line(service, &text, &str::to_owned);
                (line, Status::Unknown.exit_code())
            }
        },
        None if output.quiet && status == Status::Ok => (String::new(), code),
        None => (text, code),
    }
}

/// The whole file or none of it: a reader that comes at any moment sees the old one or the new one.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "is no file name"))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", std::process::id()));
    let part: PathBuf = path.with_file_name(hidden);
    let written = || -> io::Result<()> {
        // Never through a link that somebody else has put there.
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&part)?;
        file.write_all(bytes)?;
        fs::rename(&part, path)
    };
    written().inspect_err(|error| {
        if error.kind() != io::ErrorKind::AlreadyExists {
            let _ = fs::remove_file(&part);
        }
    })
}
