//! The one main of all probes: arguments in, one report out, an exit code from 0 to 3.

use std::ffi::OsStr;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use super::say::say;
use super::watch::{self, GRACE, LIMIT};
use super::{Probe, abort};
use crate::report::{self, Status};
use crate::time::Clock;

/// Runs a probe: the one of `others` by whose name the program was called, else its `own`. Whatever happens, one line is
/// printed and the exit code is 0, 1, 2 or 3; a panic is ours and is UNKNOWN. Its message may hold anything, so only its
/// place is shown.
#[must_use]
pub fn main(own: &'static Probe, others: &[&'static Probe]) -> ExitCode {
    let probe = called(others).unwrap_or(own);
    set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        *FAILED_AT.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
    let clock = Clock::start();
    abort::prepare(probe);
    let attempt = catch_unwind(AssertUnwindSafe(|| watch::run(probe, clock)));
    let (text, code, left) = attempt.unwrap_or_else(|_| {
        let text = report::fault_line(probe.service, &own_fault(), &str::to_owned);
        (text, Status::Unknown.exit_code(), LIMIT)
    });
    say(&text, left.saturating_add(GRACE));
    finish(code)
}

fn called(probes: &[&'static Probe]) -> Option<&'static Probe> {
    let program = std::env::args_os().next().unwrap_or_default();
    let name = Path::new(&program).file_stem();
    let is_called = |probe: &&&Probe| name == Some(OsStr::new(probe.name));
    probes.iter().find(is_called).copied()
}

/// Where a panic struck last.
static FAILED_AT: Mutex<Option<String>> = Mutex::new(None);

/// The words for a panic.
pub(super) fn own_fault() -> String {
    let place = FAILED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    match place.as_deref() {
        Some(place) => format!("the probe itself failed, at {place}: please report this"),
        None => "the probe itself failed: please report this".to_owned(),
    }
}

/// Threads that hang (in a resolver, on a disk) are left behind; programs that run for us are not.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that ends the process"
)]
fn finish(code: u8) -> ExitCode {
    crate::child::end_all();
    std::process::exit(i32::from(code))
}
