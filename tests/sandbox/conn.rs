//! One connection of a scripted server: lines in, replies out, and between the two the scenario's fault.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use openssl::nid::Nid;
use openssl::ssl::{NameType, ShutdownState, SslStream};

use super::faults::{Action, Phase, Twist};
use super::log::{End, SessionLog, TlsFacts};
use super::pki::{Certificate, pki};
use super::proxy;
use super::sasl::{Channel, Mechanism};
use super::socket::Socket;
use super::{Scenario, Service, Transport};

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

    // ---- what the client sends ----

    fn fill(&mut self) -> Step {
        let mut chunk = [0; 16 * 1024];
        let got = match &mut self.stream {
            Stream::Plain(socket) => socket.read(&mut chunk),
            Stream::Tls(tls) => tls.read(&mut chunk),
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

    /// The header of the PROXY protocol, before all else.
    pub fn expect_proxy(&mut self) -> Step {
        loop {
            match proxy::parse(&self.pending) {
                Ok(Some(header)) => {
                    self.pending.drain(..header.raw.len());
                    self.log.with(|session| session.proxy = Some(header));
                    return Ok(());
                }
                Ok(None) => self.fill()?,
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

    /// Does what a fault says. Public for phases that have no reply of their own.
    pub fn act(&mut self, action: Action, phase: Phase, good: &[u8]) -> Step {
        if !matches!(
            action,
            Action::Twist(_) | Action::Certificate(_) | Action::Tls(_)
        ) {
            self.struck();
        }
        match action {
            Action::Reply(text) => self.send(&self.fill_in(text)),
            Action::ReplyClose(text) => {
                self.send(&self.fill_in(text))?;
                self.close()
            }
            Action::ReplySilence(text) => {
                self.send(&self.fill_in(text))?;
                self.listen_only()
            }
            Action::Close => self.close(),
            Action::Reset => {
                self.socket().inspect(|socket| socket.reset_on_close());
                self.stream = Stream::None;
                self.over(End::Fault)
            }
            Action::HalfClose => {
                self.socket().inspect(|socket| socket.half_close());
                self.listen_only()
            }
            Action::Silence => self.listen_only(),
            Action::Drip(pause) => {
                self.pace = Some(pause);
                self.send(good)
            }
            Action::Crumbs => {
                self.crumbs = true;
                self.send(good)
            }
            Action::Cut => {
                self.send(&good[..good.len() / 2])?;
                self.close()
            }
            Action::Garbage => {
                self.send(&garbage(4096))?;
                self.close()
            }
            Action::Zeros => self.forever(|_| vec![0; 256]),
            Action::EndlessLine => {
                self.send(&good[..good.len().min(4)])?;
                self.forever(|_| vec![b'A'; 256])
            }
            Action::EndlessReply => {
                let service = self.service();
                self.send(&self.opening_line(phase))?;
                self.forever(move |n| continuation(service, phase, n))
            }
            Action::BigReply(size) => self.big(phase, size, good),
            Action::Before(text) => self.send(&[&self.fill_in(text), good].concat()),
            Action::After(text) => self.send(&[good, &self.fill_in(text)].concat()),
            Action::Delay(time) => {
                self.pause(time)?;
                self.send(good)
            }
            Action::BeforeAndDelay(text, time) => {
                self.send(&self.fill_in(text))?;
                self.pause(time)?;
                self.send(good)
            }
            Action::Refused
            | Action::BlackHole
            | Action::Certificate(_)
            | Action::Tls(_)
            | Action::Twist(_) => self.send(good),
        }
    }

    fn fill_in(&self, text: &[u8]) -> Vec<u8> {
        replace(text, b"{tag}", self.tag.as_bytes())
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

    fn forever(&mut self, piece: impl Fn(u64) -> Vec<u8>) -> Step {
        let mut n = 0;
        loop {
            let mut block = Vec::with_capacity(20 * 1024);
            while block.len() < 16 * 1024 {
                block.extend(piece(n));
                n += 1;
            }
            self.push(&block)?;
        }
    }

    fn big(&mut self, phase: Phase, size: usize, good: &[u8]) -> Step {
        let service = self.service();
        let first = self.opening_line(phase);
        self.send(&first)?;
        let (mut sent, mut n) = (0, 0);
        while sent < size {
            let mut block = Vec::with_capacity(20 * 1024);
            while block.len() < 16 * 1024 {
                block.extend(continuation(service, phase, n));
                n += 1;
            }
            sent += block.len();
            self.push(&block)?;
        }
        // The good reply would open a second time.
        self.send(if first.is_empty() {
            good
        } else {
            after_first_line(good)
        })
    }

    /// A POP3 multi-line reply begins with its status.
    fn opening_line(&self, phase: Phase) -> Vec<u8> {
        let multi = matches!(
            phase,
            Phase::Capability | Phase::SecureCapability | Phase::List | Phase::Uidl | Phase::Top
        );
        if self.service() == Service::Pop3 && multi {
            b"+OK here it comes\r\n".to_vec()
        } else {
            Vec::new()
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

    // ---- TLS ----

    /// The server's half of a handshake; a client that goes on in plain text ends the session.
    pub fn start_tls(&mut self) -> Step {
        let mut certificate = self.scenario.certificate;
        let mut policy = self.scenario.tls_policy;
        if let Some(fault) = self
            .scenario
            .fault
            .filter(|fault| fault.phase == Phase::Tls)
        {
            self.struck();
            match fault.action {
                Action::Certificate(shown) => certificate = shown,
                Action::Tls(other) => policy = other,
                action => {
                    // The ClientHello has to be there: a server does not answer before.
                    if !self.has_pending() {
                        self.fill()?;
                    }
                    return self.act(action, Phase::Tls, &[0x16, 0x03, 0x03]);
                }
            }
        }
        // A ClientHello cannot be in the buffer of a client that waited for the go-ahead.
        let Stream::Plain(socket) = std::mem::replace(&mut self.stream, Stream::None) else {
            return Err(Over);
        };
        let acceptor = match pki().acceptor(certificate, policy) {
            Ok(acceptor) => acceptor,
            Err(error) => return self.over(End::Broken(format!("acceptor: {error}"))),
        };
        match acceptor.accept(socket) {
            Ok(stream) => {
                let ssl = stream.ssl();
                let facts = TlsFacts {
                    version: ssl.version_str().to_owned(),
                    cipher: ssl
                        .current_cipher()
                        .map_or("", |cipher| cipher.name())
                        .to_owned(),
                    server_name: ssl.servername(NameType::HOST_NAME).map(str::to_owned),
                    client_name: ssl.peer_certificate().and_then(|certificate| {
                        let name = certificate
                            .subject_name()
                            .entries_by_nid(Nid::COMMONNAME)
                            .next()?
                            .data();
                        String::from_utf8(name.as_slice().to_vec()).ok()
                    }),
                };
                self.log.with(|session| session.tls = Some(facts));
                self.stream = Stream::Tls(Box::new(stream));
                Ok(())
            }
            Err(error) => self.over(End::Broken(format!("handshake: {error}"))),
        }
    }

    /// What SASL binds itself to.
    pub fn channel(&self) -> Channel {
        let tls = self.log.with(|session| session.tls.clone());
        let leaf = &pki().leaf(self.shown_certificate()).certificate;
        // All leaves are signed with SHA-256, which is then the digest of RFC 5929.
        let digest = leaf.digest(openssl::hash::MessageDigest::sha256()).ok();
        Channel {
            server_end_point: tls
                .is_some()
                .then_some(digest)
                .flatten()
                .map(|digest| digest.to_vec()),
            client_name: tls.and_then(|facts| facts.client_name),
            plus_offered: self
                .mechanisms()
                .iter()
                .any(|mechanism| mechanism.binds_channel()),
        }
    }

    fn shown_certificate(&self) -> Certificate {
        match self.scenario.fault.map(|fault| fault.action) {
            Some(Action::Certificate(shown)) => shown,
            _ => self.scenario.certificate,
        }
    }

    /// The mechanisms on offer as things stand.
    pub fn mechanisms(&self) -> Vec<Mechanism> {
        let scenario = &self.scenario;
        let hidden = scenario.transport == Transport::Starttls
            && !self.encrypted()
            && !scenario.auth_before_tls;
        if hidden || (self.encrypted() && self.lies(Twist::NoAuthAfterTls)) {
            return Vec::new();
        }
        let offer = match scenario.fault {
            Some(fault) if !fault.offer.is_empty() => fault.offer,
            _ => &scenario.mechanisms,
        };
        let can = |mechanism: &Mechanism| match mechanism {
            Mechanism::ScramSha1Plus | Mechanism::ScramSha256Plus => self.encrypted(),
            Mechanism::External => self
                .log
                .with(|s| s.tls.as_ref().is_some_and(|tls| tls.client_name.is_some())),
            _ => true,
        };
        offer.iter().copied().filter(can).collect()
    }
}

fn after_first_line(reply: &[u8]) -> &[u8] {
    let end = reply
        .windows(2)
        .position(|pair| pair == b"\r\n")
        .map_or(0, |at| at + 2);
    &reply[end..]
}

/// One more line of a reply that is not over yet.
fn continuation(service: Service, phase: Phase, n: u64) -> Vec<u8> {
    let text = match service {
        Service::Smtp | Service::Lmtp => {
            let code = match phase {
                Phase::Greeting | Phase::Starttls => 220,
                Phase::Auth | Phase::Login => 235,
                _ => 250,
            };
            format!("{code}-X-LINE-{n} and it goes on and on and on and on\r\n")
        }
        Service::Imap => match phase {
            Phase::Capability | Phase::SecureCapability => {
                format!("* CAPABILITY IMAP4rev1 X-{n}\r\n")
            }
            Phase::List => format!("* LIST () \"/\" box{n}\r\n"),
            Phase::Select => format!("* {n} EXISTS\r\n"),
            Phase::Search => format!("* SEARCH {n}\r\n"),
            Phase::Fetch => format!("* {} FETCH (FLAGS (\\Seen))\r\n", n + 1),
            _ => format!("* OK still here, {n} lines so far\r\n"),
        },
        Service::Pop3 => match phase {
            Phase::Capability | Phase::SecureCapability => format!("X-CAPABILITY-{n}\r\n"),
            Phase::List => format!("{} 1000\r\n", n + 1),
            Phase::Uidl => format!("{} uid-{n}\r\n", n + 1),
            Phase::Top => format!("line {n} of a message without end\r\n"),
            _ => format!("+OK still here, {n} lines so far\r\n"),
        },
    };
    text.into_bytes()
}

/// The same noise at each run: no line in it makes sense, all byte values occur.
fn garbage(size: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(size).collect()
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
