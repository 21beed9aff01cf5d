//! One connection of a scripted server: lines in, replies out, and between the two the scenario's fault.

mod strike;
mod tls;

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use openssl::ssl::{ShutdownState, SslStream};

use super::faults::{Action, Phase, Twist};
use super::log::{End, SessionLog};
use super::proxy;
use super::scenario::{Scenario, Service};
use super::socket::Socket;

/// Longest line that a server takes; a client that sends more is cut off.
const MAX_LINE: usize = 64 * 1024;
/// Most bytes of one literal or message.
pub const MAX_LITERAL: usize = 16 << 20;

/// The session is over; why is in the log.
#[derive(Debug)]
pub struct Over;

/// What every step of a dialogue returns.
pub type Step<T = ()> = Result<T, Over>;

enum Stream {
    Plain(Socket),
    Tls(Box<SslStream<Socket>>),
    /// Between the two.
    None,
}

pub struct Conn {
    stream: Stream,
    pending: Vec<u8>,
    pub scenario: Arc<Scenario>,
    pub log: SessionLog,
    /// Tag of the IMAP command that is being answered.
    pub tag: String,
    pace: Option<Duration>,
    crumbs: bool,
}

impl Conn {
    pub fn new(socket: Socket, scenario: Arc<Scenario>, log: SessionLog) -> Conn {
        let tag = "*".to_owned();
        Conn {
            stream: Stream::Plain(socket),
            pending: Vec::new(),
            scenario,
            log,
            tag,
            pace: None,
            crumbs: false,
        }
    }

    pub fn service(&self) -> Service {
        self.scenario.service
    }

    pub fn encrypted(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// True if the scenario's fault is this lie.
    pub fn lies(&self, twist: Twist) -> bool {
        self.twist() == Some(twist)
    }

    pub fn twist(&self) -> Option<Twist> {
        match self.scenario.fault?.action {
            Action::Twist(twist) => Some(twist),
            _ => None,
        }
    }

    /// Notes in the log that the fault has been met (twists; the rest is noted when it happens).
    pub fn struck(&self) {
        self.log.with(|session| session.struck = true);
    }

    /// The same, if the fault is one of these lies.
    pub fn struck_by(&self, twists: &[Twist]) {
        if self.twist().is_some_and(|twist| twists.contains(&twist)) {
            self.struck();
        }
    }

    // ---- what the client sends ----

    fn fill(&mut self) -> Step {
        self.fill_at_most(16 * 1024)
    }

    fn fill_at_most(&mut self, most: usize) -> Step {
        let mut chunk = [0; 16 * 1024];
        let chunk = &mut chunk[..most];
        let got = match &mut self.stream {
            Stream::Plain(socket) => socket.read(chunk),
            Stream::Tls(tls) => tls.read(chunk),
            Stream::None => Ok(0),
        };
        match got {
            Ok(0) => {
                if let Stream::Tls(tls) = &mut self.stream {
                    let notified = tls.get_shutdown().contains(ShutdownState::RECEIVED);
                    self.log.with(|session| session.close_notify = notified);
                }
                self.over(End::Eof)
            }
            Ok(len) => {
                self.pending.extend_from_slice(&chunk[..len]);
                self.log.received(&chunk[..len]);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {
                self.over(End::Stopped)
            }
            Err(error) => self.over(End::Broken(error.to_string())),
        }
    }

    fn over<T>(&self, end: End) -> Step<T> {
        self.log.with(|session| {
            if session.end == End::Open {
                session.end = end;
            }
        });
        Err(Over)
    }

    /// The next line without its end.
    pub fn line(&mut self) -> Step<Vec<u8>> {
        let mut seen = 0;
        loop {
            if let Some(at) = self.pending[seen..].iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.pending.drain(..=seen + at).collect();
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                } else {
                    self.log.with(|session| session.bare_lf = true);
                }
                self.log.line(&line, self.encrypted());
                return Ok(line);
            }
            seen = self.pending.len();
            if seen > MAX_LINE {
                return self.over(End::Broken("the client's line is too long".to_owned()));
            }
            self.fill()?;
        }
    }

    /// Exactly that many bytes.
    pub fn bytes(&mut self, count: usize) -> Step<Vec<u8>> {
        if count > MAX_LITERAL {
            return self.over(End::Broken("the client's literal is too long".to_owned()));
        }
        while self.pending.len() < count {
            self.fill()?;
        }
        Ok(self.pending.drain(..count).collect())
    }

    /// True when the client sent something that has not been read yet.
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Waits for the client's next bytes; false when `time` is over first.
    pub fn heard_within(&mut self, time: Duration) -> Step<bool> {
        if self.has_pending() {
            return Ok(true);
        }
        let heard = match &self.stream {
            Stream::Plain(socket) => socket.readable_within(time),
            Stream::Tls(tls) if tls.ssl().pending() > 0 => Ok(true),
            Stream::Tls(tls) => tls.get_ref().readable_within(time),
            Stream::None => Ok(false),
        };
        heard.or_else(|_| self.over(End::Stopped))
    }

    /// The header of the PROXY protocol, before all else. Read byte by byte: what follows in the same segment may be
    /// a ClientHello, which is not ours to take.
    pub fn expect_proxy(&mut self) -> Step {
        loop {
            match proxy::parse(&self.pending) {
                Ok(Some(header)) => {
                    self.pending.drain(..header.raw.len());
                    self.log.with(|session| session.proxy = Some(header));
                    return Ok(());
                }
                Ok(None) => self.fill_at_most(1)?,
                Err(reason) => return self.over(End::Broken(format!("PROXY header: {reason}"))),
            }
        }
    }

    // ---- what the server answers ----

    /// The good reply of a phase, or what the fault makes of it.
    pub fn reply(&mut self, phase: Phase, good: &[u8]) -> Step {
        match self.scenario.fault {
            Some(fault) if fault.phase == phase => {
                self.think()?;
                self.act(fault.action, phase, good)
            }
            _ => self.say(good),
        }
    }

    /// A good reply that no fault is about.
    pub fn say(&mut self, text: &[u8]) -> Step {
        self.think()?;
        self.send(text)
    }

    fn think(&mut self) -> Step {
        if self.scenario.latency.is_zero() {
            Ok(())
        } else {
            self.pause(self.scenario.latency)
        }
    }

    /// Bytes as they are; honours drip, crumbs and LF-only.
    pub fn send(&mut self, bytes: &[u8]) -> Step {
        let changed;
        let bytes = if self.lies(Twist::LfOnly) {
            self.struck();
            changed = replace(bytes, b"\r\n", b"\n");
            &changed
        } else {
            bytes
        };
        let Some(pace) = self.pace.or(self.crumbs.then_some(Duration::ZERO)) else {
            return self.push(bytes);
        };
        for byte in bytes {
            self.pause(pace)?;
            self.push(std::slice::from_ref(byte))?;
        }
        Ok(())
    }

    fn push(&mut self, bytes: &[u8]) -> Step {
        if bytes.is_empty() {
            return Ok(());
        }
        let sent = match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(bytes),
            Stream::Tls(tls) => tls.write_all(bytes),
            Stream::None => Err(io::ErrorKind::NotConnected.into()),
        };
        match sent {
            Ok(()) => {
                self.log.with(|session| session.sent += bytes.len() as u64);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {
                self.over(End::Stopped)
            }
            Err(error) => self.over(End::Broken(error.to_string())),
        }
    }

    /// Sleeps; ends early when the client has gone.
    pub fn pause(&mut self, time: Duration) -> Step {
        let paused = self.socket().map_or(Ok(()), |socket| socket.pause(time));
        paused.or_else(|error| {
            let stopped = error.kind() == io::ErrorKind::ConnectionAborted;
            self.over(if stopped { End::Stopped } else { End::Eof })
        })
    }

    fn socket(&self) -> Option<&Socket> {
        match &self.stream {
            Stream::Plain(socket) => Some(socket),
            Stream::Tls(tls) => Some(tls.get_ref()),
            Stream::None => None,
        }
    }

    /// Reads until the client goes.
    fn listen_only(&mut self) -> Step {
        loop {
            self.pending.clear();
            self.fill()?;
        }
    }

    /// FIN that does not turn into RST: what the client still sends is read for a moment.
    pub fn close<T>(&mut self) -> Step<T> {
        if let Some(socket) = self.socket() {
            socket.half_close();
        }
        let mut sink = [0; 4096];
        while self.socket().is_some_and(|socket| {
            matches!(socket.readable_within(Duration::from_millis(200)), Ok(true))
        }) {
            let got = match &mut self.stream {
                Stream::Plain(socket) => socket.read(&mut sink),
                Stream::Tls(tls) => tls.get_mut().read(&mut sink),
                Stream::None => break,
            };
            if !matches!(got, Ok(1..)) {
                break;
            }
        }
        self.stream = Stream::None;
        self.over(End::Fault)
    }

    /// The polite end after QUIT or LOGOUT: close_notify, FIN, and the client's own.
    pub fn farewell<T>(&mut self) -> Step<T> {
        if let Stream::Tls(tls) = &mut self.stream {
            let _ = tls.shutdown();
        }
        self.socket().inspect(|socket| socket.half_close());
        self.log.with(|session| session.end = End::Polite);
        // A client that does not go away keeps its thread until the sandbox stops.
        loop {
            self.pending.clear();
            self.fill()?;
        }
    }
}

pub fn replace(text: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(old.len()).position(|window| window == old) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(new);
        rest = &rest[at + old.len()..];
    }
    out.extend_from_slice(rest);
    out
}
