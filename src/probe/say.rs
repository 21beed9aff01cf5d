//! Says the report on standard output, and waits no longer for whoever reads it than the check itself may last: a full
//! pipe that nobody reads must not keep a check from its end. The exit code tells all the same.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, write};

use crate::time::Clock;

/// What a pipe takes without waiting once it says that it takes something (POSIX wants 512, Linux has a page).
const PIECE: usize = 4096;

/// Writes the text; gives up when this time has passed, or when nobody is there to read.
pub fn say(text: &str, patience: Duration) {
    let out = io::stdout();
    let out = out.as_fd();
    let clock = Clock::start();
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let left = patience.saturating_sub(clock.elapsed());
        let mut polled = [PollFd::from_borrowed_fd(out, PollFlags::OUT)];
        let limit = Timespec::try_from(left).unwrap_or_default();
        match poll(&mut polled, Some(&limit)) {
            Ok(0) => return,
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return,
        }
        if !polled
            .iter()
            .any(|fd| fd.revents().contains(PollFlags::OUT))
        {
            // A signal, or an error that writing will name.
            if polled.iter().all(|fd| fd.revents().is_empty()) {
                continue;
            }
        }
        let piece = rest.get(..PIECE).unwrap_or(rest);
        match write(out, piece) {
            Ok(count) => rest = rest.get(count..).unwrap_or_default(),
            // A pipe that somebody else has set not to block, and that another one has filled meanwhile.
            Err(Errno::INTR | Errno::AGAIN) if !left.is_zero() => {}
            // A closed stdout is not a crash.
            Err(_) => return,
        }
    }
}
