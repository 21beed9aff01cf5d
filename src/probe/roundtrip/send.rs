//! Sending: by SMTP or LMTP, or by a program that takes a message like sendmail does.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use super::inbox::pause;
use super::line::Line;
use crate::child::{self, Place};
use crate::message::draft::Written;
use crate::probe::Scene;
use crate::session::Error;
use crate::session::smtp::{Envelope, Smtp, queue_id};
use crate::wire::smtp::Reply;

/// What is kept of what a program says.
const WORDS: u64 = 4096;

/// Who sends, decided.
pub enum Sender {
    /// A server.
    Smtp {
        /// The way to it.
        line: Arc<Line>,
        /// LMTP?
        lmtp: bool,
    },
    /// A program with its arguments.
    Command(Vec<OsString>),
}

/// Who sends, ready to.
pub enum Ready {
    Smtp(Box<Smtp>),
    Command,
}

/// What came of it.
#[derive(Debug)]
pub enum Sent {
    /// Taken; the name under which the server goes on with it, where it told.
    Accepted(Option<String>),
    /// The server says no, to this.
    Refused(&'static str, Reply),
    /// The program says no: will it be different later, and why.
    Failed(bool, String),
}

impl Sender {
    /// What messages call it.
    pub fn name(&self) -> String {
        match self {
            Self::Smtp { line, .. } => line.target.host().to_owned(),
            Self::Command(words) => words
                .first()
                .map_or(String::new(), |word| word.to_string_lossy().into_owned()),
        }
    }

    /// The same with the port, where it has one.
    pub fn full_name(&self) -> String {
        match self {
            Self::Smtp { line, .. } => line.target.name.clone(),
            Self::Command(_) => self.name(),
        }
    }

    /// Connects and logs in. `None`: a finding says why not.
    pub fn open(&self, scene: &Scene) -> Result<Option<Ready>, Error> {
        match self {
            Self::Smtp { line, lmtp } => Ok(line
                .smtp(*lmtp, scene)?
                .map(|smtp| Ready::Smtp(Box::new(smtp)))),
            Self::Command(_) => Ok(Some(Ready::Command)),
        }
    }

    /// Sends.
    pub fn send(
        &self,
        ready: &mut Ready,
        envelope: &Envelope,
        message: &Written,
        scene: &Scene,
    ) -> Result<Sent, Error> {
        match (self, ready) {
            (_, Ready::Smtp(smtp)) => {
                let delivery = smtp.transmit(envelope, message.eight_bit, &message.bytes)?;
                if let Some((what, reply)) = delivery.refusal() {
                    return Ok(Sent::Refused(what, reply.clone()));
                }
                Ok(Sent::Accepted(delivery.message.first().and_then(queue_id)))
            }
            (Self::Command(words), Ready::Command) => Ok(pipe(words, envelope, message, scene)),
            (Self::Smtp { .. }, Ready::Command) => {
                Ok(Sent::Failed(false, "nobody to send by".to_owned()))
            }
        }
    }
}

impl Ready {
    /// Can bytes beyond ASCII go as they are?
    pub fn eight_bit(&self) -> bool {
        match self {
            Self::Smtp(smtp) => smtp.capabilities().has("8BITMIME"),
            // It asks the next server itself.
            Self::Command => true,
        }
    }

    /// Says farewell; in a thread of its own, so that nobody waits for a server that is slow to go.
    pub fn leave(self) {
        if let Self::Smtp(mut smtp) = self {
            let spawned = std::thread::Builder::new().spawn(move || {
                let _ = smtp.quit();
            });
            drop(spawned);
        }
    }
}

/// Hands the message to a program: `-oi -f FROM TO`, line ends as this system has them.
fn pipe(words: &[OsString], envelope: &Envelope, message: &Written, scene: &Scene) -> Sent {
    let Some((program, arguments)) = words.split_first() else {
        return Sent::Failed(false, "no program".to_owned());
    };
    let shown = program.to_string_lossy().into_owned();
    scene.journal.enter("command");
    let mut command = Command::new(program);
    command
        .args(arguments)
        .args(["-oi", "-f"])
        .arg(envelope.from.address())
        .args(envelope.to.iter().map(|to| to.address()))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let (mut child, listed) = match child::spawn(&mut command) {
        Ok(started) => started,
        Err(error) => return Sent::Failed(false, format!("{shown}: {error}")),
    };
    let text = unix(&message.bytes);
    let stdin = child.stdin.take();
    let writer = std::thread::Builder::new().spawn(move || {
        if let Some(mut stdin) = stdin {
            let _ = stdin.write_all(&text);
        }
    });
    let stderr = child.stderr.take();
    let (said, words) = std::sync::mpsc::channel();
    let reader = std::thread::Builder::new().spawn(move || {
        let mut text = Vec::new();
        if let Some(mut stderr) = stderr {
            let _ = stderr.by_ref().take(WORDS).read_to_end(&mut text);
            let _ = said.send(text);
            let _ = std::io::copy(&mut stderr, &mut std::io::sink());
        }
    });
    drop((writer, reader));
    let Some(status) = wait(&mut child, listed, scene) else {
        return Sent::Failed(true, format!("{shown} did not take the message in time"));
    };
    let said = words
        .recv_timeout(Duration::from_millis(100))
        .unwrap_or_default();
    let said = String::from_utf8_lossy(&said).trim().replace('\n', "; ");
    scene.journal.leave(said.clone());
    if status.success() {
        return Sent::Accepted(None);
    }
    let why = match (status.code(), status.signal()) {
        (Some(code), _) => match sysexit(code) {
            Some(words) => format!("exit code {code}, {words}"),
            None => format!("exit code {code}"),
        },
        (None, signal) => format!("killed by signal {}", signal.unwrap_or(0)),
    };
    let said = if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    };
    Sent::Failed(
        status.code() == Some(75),
        format!("{shown} does not take the message ({why}){said}"),
    )
}

/// Waits for the program; it is killed at the deadline.
fn wait(child: &mut Child, listed: Place, scene: &Scene) -> Option<ExitStatus> {
    let mut step = Duration::from_millis(1);
    while let Ok(left) = scene.deadline.remaining() {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        pause(left.min(step));
        step = (step * 2).min(Duration::from_millis(20));
    }
    listed.kill();
    drop(listed);
    let _ = child.wait();
    None
}

fn unix(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                out.extend_from_slice(text);
                out.push(b'\n');
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// What the exit codes of mailers mean (sysexits.h).
fn sysexit(code: i32) -> Option<&'static str> {
    Some(match code {
        64 => "wrong usage",
        65 => "wrong data",
        67 => "no such user",
        68 => "no such host",
        69 => "service unavailable",
        70 => "internal error",
        71 => "system error",
        73 => "cannot create a file",
        74 => "input/output error",
        75 => "try again later",
        77 => "permission denied",
        78 => "wrong configuration",
        _ => return None,
    })
}
