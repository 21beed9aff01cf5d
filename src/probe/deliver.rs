//! Where a report goes: to standard output, into a file, or nowhere when all is well and nobody wants to hear it.

use crate::cli::Output;
use crate::probe::kept;
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
        Some(path) => match kept::replace(path, text.as_bytes(), kept::FOR_OTHERS) {
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
