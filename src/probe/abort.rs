//! The last words of a run that is aborted: memory that cannot be had, a stack that is full, a library that gives up.
//! None of these unwinds, and the caller would see a signal and no line.

use std::io;
use std::os::fd::AsFd;

use signal_hook::consts::SIGABRT;
use signal_hook::low_level;

use super::Probe;
use crate::child;
use crate::report::{self, Status};

/// Prepares the line; from here on an abort is UNKNOWN with exit code 3.
#[expect(
    unsafe_code,
    reason = "what a signal runs cannot be checked by the compiler"
)]
pub fn prepare(probe: &'static Probe) {
    let text = "the probe itself was aborted: it got too little memory, or has failed";
    let line = report::fault_line(probe.service, text, &str::to_owned);
    let code = i32::from(Status::Unknown.exit_code());
    let out = io::stdout();
    let action = move || {
        // Programs that run for us are not left behind; no memory is needed for that.
        child::end_all();
        let _ = rustix::io::write(out.as_fd(), line.as_bytes());
        low_level::exit(code);
    };
    // SAFETY: the action does nothing but system calls on what was made before: a try at a lock, kill, write, _exit.
    // It allocates nothing, takes no lock that it would have to wait for, and cannot panic.
    let _ = unsafe { low_level::register(SIGABRT, action) };
}
