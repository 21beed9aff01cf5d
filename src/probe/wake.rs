//! What the main thread waits for: the worker's signs, and signals that want the check to end.
//!
//! All of them are bytes in one pipe, so that one wait with a limit is enough. Whoever stops a check (a scheduler with
//! SIGTERM, a person with ^C or by closing the terminal) learns what it was waiting for.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use signal_hook::SigId;
use signal_hook::consts::{SIGALRM, SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::{pipe, unregister};

/// The pipe; signals are ours while it stands.
pub struct Wake {
    reader: UnixStream,
    writer: Arc<UnixStream>,
    signal: Arc<AtomicUsize>,
    hooks: Vec<SigId>,
}

/// Why the wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The worker knows what it will do.
    Planned,
    /// The worker has come to an end.
    Done,
    /// The worker is gone without having come to one.
    Gone,
    /// The limit passed.
    Late,
    /// This signal came.
    Signal(&'static str),
}

/// The worker's end; when it is dropped, the worker is gone.
pub struct Sender(Arc<UnixStream>);

const PLANNED: u8 = b'p';
const DONE: u8 = b'd';
const GONE: u8 = b'g';

impl Wake {
    /// Sets up pipe and signals.
    pub fn new() -> io::Result<Self> {
        let (reader, writer) = UnixStream::pair()?;
        let signal = Arc::new(AtomicUsize::new(0));
        let mut hooks = Vec::new();
        let ignored = ignored();
        for number in [SIGTERM, SIGALRM, SIGINT, SIGHUP] {
            // `nohup` and a shell's background jobs have it so; a scheduler's own signals are meant for us.
            let bit = u32::try_from(number).unwrap_or(1) - 1;
            if matches!(number, SIGINT | SIGHUP) && ignored >> bit & 1 == 1 {
                continue;
            }
            let value = usize::try_from(number).unwrap_or_default();
            // In this order: who reads the byte finds the number.
            hooks.push(signal_hook::flag::register_usize(
                number,
                Arc::clone(&signal),
                value,
            )?);
            hooks.push(pipe::register(number, writer.try_clone()?)?);
        }
        Ok(Self {
            reader,
            writer: Arc::new(writer),
            signal,
            hooks,
        })
    }

    /// The end for the worker.
    pub fn sender(&self) -> Sender {
        Sender(Arc::clone(&self.writer))
    }

    /// Waits for a sign.
    pub fn wait(&self, limit: Duration) -> Sign {
        // A limit of nothing would mean none.
        let limit = limit.max(Duration::from_millis(1));
        let mut byte = [0];
        let read = self.reader.set_read_timeout(Some(limit)).and_then(|()| {
            loop {
                match (&self.reader).read(&mut byte) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                        // The signal's own byte is there by now.
                    }
                    outcome => break outcome,
                }
            }
        });
        if let Some(name) = self.name() {
            return Sign::Signal(name);
        }
        match read {
            Ok(1) if byte == [PLANNED] => Sign::Planned,
            Ok(1) if byte == [DONE] => Sign::Done,
            Ok(_) => Sign::Gone,
            Err(_) => Sign::Late,
        }
    }

    fn name(&self) -> Option<&'static str> {
        let number = i32::try_from(self.signal.load(Ordering::Acquire)).ok()?;
        match number {
            SIGTERM => Some("SIGTERM"),
            SIGINT => Some("SIGINT"),
            SIGALRM => Some("SIGALRM"),
            SIGHUP => Some("SIGHUP"),
            _ => None,
        }
    }
}

/// The signals that this process was started to ignore, as bits; none where the system does not say.
fn ignored() -> u64 {
    let Ok(status) = File::open("/proc/self/status") else {
        return 0;
    };
    let mut lines = BufReader::new(status).lines().map_while(Result::ok);
    lines
        .find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok())
        .unwrap_or_default()
}

impl Drop for Wake {
    fn drop(&mut self) {
        for hook in self.hooks.drain(..) {
            unregister(hook);
        }
    }
}

impl Sender {
    /// There is a plan, and the check begins.
    pub fn planned(&self) {
        let _ = (&*self.0).write_all(&[PLANNED]);
    }

    /// The check is over.
    pub fn done(&self) {
        let _ = (&*self.0).write_all(&[DONE]);
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let _ = (&*self.0).write_all(&[GONE]);
    }
}
