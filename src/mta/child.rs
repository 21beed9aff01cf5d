//! One run of a foreign program: what it prints is handed on as it comes, its complaints are kept, and it ends by
//! itself or at the deadline.
//!
//! No shell, an environment of our own, nothing on standard input, a process group that is killed as a whole. A
//! grandchild that keeps the pipe open does not hold us up, nor does a program that closes its output and stays.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions};

use crate::time::Deadline;

/// What is read at once; a pipe holds as much.
const CHUNK: usize = 64 * 1024;
/// Bytes of standard error that are kept: its beginning.
const COMPLAINTS: usize = 4096;
/// How long more is awaited from a grandchild once the program itself has ended.
const LINGER: Duration = Duration::from_millis(50);
/// How long one looks elsewhere where the kernel does not tell of a program's end.
const GLANCE: Duration = Duration::from_millis(20);
/// How long a killed program may take to go.
const BURIAL: Duration = Duration::from_millis(100);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(1);

/// A program and how it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Where it is.
    pub path: PathBuf,
    /// What it is told.
    pub arguments: Vec<OsString>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this code.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// Not before the deadline.
    Late,
    /// Whoever took its output wanted no more of it.
    Stopped,
}

/// What a run left behind.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended.
    pub ended: Ended,
    /// The beginning of what it said on standard error.
    pub complaints: Vec<u8>,
    /// Had it closed its output before it was killed at the deadline?
    pub closed: bool,
}

impl Program {
    /// A program without arguments.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            arguments: Vec::new(),
        }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// The command line, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut line = self.path.display().to_string();
        for argument in &self.arguments {
            line.push(' ');
            line.push_str(&argument.to_string_lossy());
        }
        line
    }

    /// Its name without the folder.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_name().map_or_else(
            || self.path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        )
    }

    /// Runs it. `take` gets its output piece by piece, and says `false` when it wants no more.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self, deadline: Deadline, mut take: impl FnMut(&[u8]) -> bool) -> io::Result<Ran> {
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            // Its words are read by a program, and so are its dates.
            .env("LC_ALL", "C")
            .env("LANG", "C")
            .env("TZ", "UTC")
            .stdin(crate::child::no_input()?)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for kept in ["HOME", "USER", "LOGNAME"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        let (mut child, listed) = crate::child::spawn(&mut command)?;
        let watched = Watched {
            output: child.stdout.take().map(OwnedFd::from),
            errors: child.stderr.take().map(OwnedFd::from),
            pid: Pid::from_child(&child),
            end: rustix::process::pidfd_open(Pid::from_child(&child), PidfdFlags::empty()).ok(),
        };
        let mut ran = Ran {
            ended: Ended::Late,
            complaints: Vec::new(),
            closed: false,
        };
        let over = watched.watch(deadline, &mut ran, &mut take);
        if over != Over::Whole {
            // One that runs as another user does not heed this, and gets a broken pipe from us.
            listed.kill();
        }
        drop(listed);
        let status = bury(&mut child);
        ran.ended = match (over, status) {
            (Over::Late, _) | (_, None) => Ended::Late,
            (Over::Stopped, _) => Ended::Stopped,
            (Over::Whole | Over::Abandoned, Some(status)) => match (status.code(), status.signal())
            {
                (Some(code), _) => Ended::Code(code),
                (None, signal) => Ended::Signal(signal.unwrap_or(0)),
            },
        };
        Ok(ran)
    }
}

/// Why the watching ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    /// The program has ended and its pipes are closed.
    Whole,
    /// The program has ended; somebody else holds its pipes.
    Abandoned,
    Late,
    Stopped,
}

/// A running program, as seen from here.
struct Watched {
    output: Option<OwnedFd>,
    errors: Option<OwnedFd>,
    pid: Pid,
    /// Readable when the program has ended (Linux 5.3).
    end: Option<OwnedFd>,
}

impl Watched {
    fn watch(
        mut self,
        deadline: Deadline,
        ran: &mut Ran,
        take: &mut impl FnMut(&[u8]) -> bool,
    ) -> Over {
        let mut buffer = vec![0; CHUNK];
        let mut ended = false;
        // When it has ended and somebody else goes on complaining.
        let mut enough: Option<Deadline> = None;
        loop {
            ran.closed = self.output.is_none();
            if ended && self.output.is_none() && self.errors.is_none() {
                return Over::Whole;
            }
            let Ok(left) = deadline.remaining() else {
                return Over::Late;
            };
            let patience = match (ended, &self.end) {
                (true, _) => left.min(LINGER),
                (false, Some(_)) => left,
                (false, None) => left.min(GLANCE),
            };
            let Ready {
                output,
                errors,
                end,
            } = self.wait(patience, ended);
            if let (true, Some(from)) = (output, &self.output) {
                match rustix::io::read(from, &mut buffer) {
                    Ok(0) => self.output = None,
                    Ok(count) => {
                        if !take(buffer.get(..count).unwrap_or_default()) {
                            return Over::Stopped;
                        }
                    }
                    Err(error) if again(error) => {}
                    Err(_) => self.output = None,
                }
            }
            if let (true, Some(from)) = (errors, &self.errors) {
                match rustix::io::read(from, &mut buffer) {
                    Ok(0) => self.errors = None,
                    Ok(count) => {
                        let room = COMPLAINTS.saturating_sub(ran.complaints.len());
                        let said = buffer.get(..count.min(room)).unwrap_or_default();
                        ran.complaints.extend_from_slice(said);
                    }
                    Err(error) if again(error) => {}
                    Err(_) => self.errors = None,
                }
            }
            let over = enough.is_some_and(|limit| limit.remaining().is_err());
            let silent = !output && (!errors || over);
            if ended && silent {
                return Over::Abandoned;
            }
            ended |= end || (silent && self.has_ended());
            if ended {
                enough.get_or_insert_with(|| deadline.within(LINGER));
            }
        }
    }

    /// Waits until something can be read, or the program has ended.
    fn wait(&self, patience: Duration, ended: bool) -> Ready {
        let end = self.end.as_ref().filter(|_| !ended);
        let mut polled: Vec<PollFd> = [self.output.as_ref(), self.errors.as_ref(), end]
            .into_iter()
            .flatten()
            .map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::IN))
            .collect();
        let _ = poll(&mut polled, Some(&timespec(patience)));
        let mut came = polled.iter().map(|fd| !fd.revents().is_empty());
        let mut ready = |watched: bool| watched && came.next().unwrap_or(false);
        Ready {
            output: ready(self.output.is_some()),
            errors: ready(self.errors.is_some()),
            end: ready(end.is_some()),
        }
    }

    /// Has it ended? It stays waited for.
    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        matches!(
            rustix::process::waitid(WaitId::Pid(self.pid), options),
            Ok(Some(_))
        )
    }
}

struct Ready {
    output: bool,
    errors: bool,
    end: bool,
}

fn again(error: rustix::io::Errno) -> bool {
    error == rustix::io::Errno::INTR || error == rustix::io::Errno::AGAIN
}

/// Waits for what has ended or was killed; one that does not go (a disk that does not answer) is left to init.
fn bury(child: &mut Child) -> Option<ExitStatus> {
    let mut waited = Duration::ZERO;
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if waited >= BURIAL {
            return None;
        }
        pause();
        waited += PAUSE;
    }
}

/// The moment between two looks at what nobody tells of.
pub fn pause() {
    let _ = poll(&mut [], Some(&timespec(PAUSE)));
}

/// Waits until `fd` can be read; `false` when the deadline passes first.
#[must_use]
pub(super) fn readable(fd: BorrowedFd, deadline: Deadline) -> bool {
    loop {
        let Ok(left) = deadline.remaining() else {
            return false;
        };
        let mut polled = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
        if matches!(poll(&mut polled, Some(&timespec(left))), Ok(count) if count > 0) {
            return true;
        }
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
