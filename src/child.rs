//! Programs that run for us lead a process group of their own and are on a list here, so that whoever ends the check (a
//! scheduler with SIGTERM, the watchdog) does not leave them behind.
//!
//! Programs of another user (sudo) do not heed us; they get a broken pipe.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Those that run.
static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());

/// So often one tries to get at the list, and so long lies between: a program whose start hangs must not hold up the end.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, PartialEq, Eq)]
struct Running {
    pid: Pid,
    /// It leads a group of its own.
    group: bool,
}

impl Running {
    fn kill(self) {
        let _ = if self.group {
            kill_process_group(self.pid, Signal::KILL)
        } else {
            kill_process(self.pid, Signal::KILL)
        };
    }
}

/// A program's place on the list. It must be given up before the program is waited for: afterwards its number may be
/// another's.
pub struct Place(Running);

impl Place {
    /// Kills the program and those it has started.
    pub fn kill(&self) {
        self.0.kill();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        RUNNING
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|running| *running != self.0);
    }
}

/// An input without a byte in it, also where there is no `/dev`.
///
/// # Errors
/// When no descriptor is left.
pub fn no_input() -> io::Result<Stdio> {
    match std::fs::File::open("/dev/null") {
        Ok(file) => Ok(file.into()),
        Err(_) => Ok(io::pipe()?.0.into()),
    }
}

/// Starts a program in a group of its own.
///
/// # Errors
/// When it cannot be started.
pub fn spawn(command: &mut Command) -> io::Result<(Child, Place)> {
    start(command, true)
}

/// The same for one that may want to ask somebody at the terminal, which only a foreground group may: where there is a
/// terminal it stays in ours.
///
/// # Errors
/// When it cannot be started.
pub fn spawn_at_terminal(command: &mut Command) -> io::Result<(Child, Place)> {
    start(command, std::fs::File::open("/dev/tty").is_err())
}

fn start(command: &mut Command, group: bool) -> io::Result<(Child, Place)> {
    if group {
        command.process_group(0);
    }
    // Nobody may look at the list between the start and the entry.
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let child = command.spawn()?;
    let one = Running {
        pid: Pid::from_child(&child),
        group,
    };
    running.push(one);
    Ok((child, Place(one)))
}

/// Kills all that run.
pub fn end_all() {
    for _ in 0..TRIES {
        let mut running = match RUNNING.try_lock() {
            Ok(running) => running,
            Err(TryLockError::Poisoned(error)) => error.into_inner(),
            Err(TryLockError::WouldBlock) => {
                std::thread::park_timeout(PAUSE);
                continue;
            }
        };
        for one in running.drain(..) {
            one.kill();
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn what_runs_is_ended_and_what_has_ended_is_forgotten() {
        let (mut ended, place) = spawn(&mut Command::new("true")).unwrap();
        let one = place.0;
        drop(place);
        ended.wait().unwrap();
        let (mut child, _place) = spawn(Command::new("sleep").arg("1000")).unwrap();
        assert!(!RUNNING.lock().unwrap().contains(&one));
        end_all();
        assert_eq!(child.wait().unwrap().signal(), Some(9));
    }
}
