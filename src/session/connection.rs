//! One connection: dialled, perhaps secured, read by lines or by chunks, all under one deadline.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use native_tls::TlsStream;

use super::error::{Error, Kind};
use super::journal::Journal;
use crate::net::{self, Family, Host, Peer, Stream, proxy};
use crate::time::Deadline;
use crate::tls::inspect::{Inspected, Inspection, Inspector};
use crate::tls::{self, Tls};
use crate::wire::command::Command;
use crate::wire::line::{Line, LineBuffer};
use crate::x509::Leaf;

/// Where to connect to.
#[derive(Clone, Debug)]
pub enum Dial {
    /// A host and a port; `addresses` when they are known already, or were given.
    Tcp {
        /// The host.
        host: Host,
        /// The addresses to connect to instead of the host's own.
        addresses: Vec<IpAddr>,
        /// The port.
        port: u16,
        /// Which addresses are wanted.
        family: Family,
    },
    /// A unix socket.
    Unix(PathBuf),
}

impl Dial {
    /// As messages name it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Tcp { host, port, .. } => host.with_port(*port),
            Self::Unix(path) => path.display().to_string(),
        }
    }
}

/// A PROXY header to be sent first.
#[derive(Clone, Copy, Debug)]
pub struct Proxy {
    /// Its version.
    pub version: proxy::Version,
    /// The client it speaks of; ourselves when not given.
    pub source: Option<SocketAddr>,
    /// The server it speaks of; the one connected to when not given.
    pub destination: Option<SocketAddr>,
}

enum Transport {
    Plain(Stream),
    Tls(Box<TlsStream<Stream>>),
    Inspected(Box<Inspected<Stream>>),
    /// Between plain and TLS, and after a handshake that failed.
    Gone,
}

/// A connection to a server.
pub struct Connection {
    transport: Transport,
    lines: LineBuffer,
    journal: Journal,
    deadline: Deadline,
    peer: Peer,
    local: Option<SocketAddr>,
    unix: bool,
    skipped: Vec<String>,
    /// What shakes hands, until it has.
    tls: Option<Tls>,
    /// What shakes hands in its stead and looks.
    inspector: Option<Inspector>,
    inspection: Option<Inspection>,
    /// What the server said about TLS after an inspected handshake.
    complaint: Option<tls::Error>,
}

impl Connection {
    /// Resolves and connects, and sends the PROXY header if one is wanted. Phases `dns`, `connect`.
    pub fn open(
        dial: &Dial,
        proxy: Option<&Proxy>,
        deadline: Deadline,
        journal: &Journal,
    ) -> Result<Self, Error> {
        let dialed = match dial {
            Dial::Tcp {
                host,
                addresses,
                port,
                family,
            } => {
                let addresses = if addresses.is_empty() {
                    journal.enter("dns");
                    let found = net::resolve(host, *family).map_err(|error| Error {
                        doing: "resolve".into(),
                        peer: dial.name().into(),
                        kind: error.into(),
                    })?;
                    journal.leave(
                        found
                            .iter()
                            .map(ToString::to_string)
                            .collect::<Vec<_>>()
                            .join(" "),
                    );
                    found
                } else {
                    addresses.clone()
                };
                journal.enter("connect");
                net::dial_tcp(&dial.name(), &addresses, *port, deadline)
            }
            Dial::Unix(path) => {
                journal.enter("connect");
                net::dial_unix(path, deadline)
            }
        };
        let dialed = dialed.map_err(|error| Error {
            doing: "connect to".into(),
            peer: dial.name().into(),
            kind: error.into(),
        })?;
        journal.met(&dialed.peer);
        let skipped: Vec<String> = dialed
            .failed
            .iter()
            .map(|(address, why)| format!("{address} {why}"))
            .collect();
        journal.leave(skipped.join(", "));
        for skip in &skipped {
            journal.note(&format!("{skip}, trying the next address"));
        }
        let local = dialed.stream.local();
        let remote = dialed.stream.remote();
        let mut connection = Self {
            transport: Transport::Plain(dialed.stream),
            lines: LineBuffer::default(),
            journal: journal.clone(),
            deadline,
            peer: dialed.peer,
            local,
            unix: matches!(dial, Dial::Unix(_)),
            skipped,
            tls: None,
            inspector: None,
            inspection: None,
            complaint: None,
        };
        if let Some(proxy) = proxy {
            let addresses = proxy.source.or(local).zip(proxy.destination.or(remote));
            let header = proxy::header(proxy.version, addresses);
            let shown = match addresses {
                Some((from, to)) => format!("PROXY header: {from} to {to}"),
                None => "PROXY header: no addresses".to_owned(),
            };
            connection.send(&Command::raw(header, shown), "send the PROXY header to")?;
        }
        Ok(connection)
    }

    /// Who is at the other end.
    #[must_use]
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Addresses of the host that did not answer before this one did, with the reason.
    #[must_use]
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Our own address.
    #[must_use]
    pub fn local(&self) -> Option<SocketAddr> {
        self.local
    }

    /// The journal of this conversation.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The deadline it stands under.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// Is it inside TLS?
    #[must_use]
    pub fn is_tls(&self) -> bool {
        matches!(self.transport, Transport::Tls(_) | Transport::Inspected(_))
    }

    /// What [`secure`] will shake hands with.
    ///
    /// [`secure`]: Self::secure
    pub fn secure_with(&mut self, tls: Tls) {
        self.tls = Some(tls);
    }

    /// From now on [`secure`] looks at what the server shows instead of verifying it.
    ///
    /// [`secure`]: Self::secure
    pub fn inspect_with(&mut self, inspector: Inspector) {
        self.inspector = Some(inspector);
    }

    /// What was seen of the server's TLS, once it was tried; a handshake that failed may have shown
    /// something, too.
    #[must_use]
    pub fn inspection(&self) -> Option<&Inspection> {
        self.inspection.as_ref()
    }

    /// Does nobody else see it: loopback or a unix socket?
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self.local {
            Some(address) => address.ip().to_canonical().is_loopback(),
            None => self.unix,
        }
    }

    /// An error of this connection.
    #[must_use]
    pub fn error(&self, doing: &str, kind: impl Into<Kind>) -> Error {
        Error {
            doing: doing.into(),
            peer: self.peer.to_string().into(),
            kind: kind.into(),
        }
    }

    /// The beginning of what the server said, for an error: at most `most` bytes, without secrets,
    /// with `...` when it was cut.
    #[must_use]
    pub fn quote(&self, bytes: &[u8], most: usize) -> String {
        self.journal.quote(bytes, most)
    }

    /// Sends a command.
    pub fn send(&mut self, command: &Command, doing: &str) -> Result<(), Error> {
        self.send_all(std::slice::from_ref(command), doing)
    }

    /// Sends several commands in one write.
    pub fn send_all(&mut self, commands: &[Command], doing: &str) -> Result<(), Error> {
        for command in commands {
            self.journal.sent(command.shown());
        }
        let written = match commands {
            [one] => self.write(one.wire()),
            many => {
                let wire: Vec<&[u8]> = many.iter().map(Command::wire).collect();
                let wire = zeroize::Zeroizing::new(wire.concat());
                self.write(&wire)
            }
        };
        written.map_err(|error| self.error(doing, Kind::of_io(error)))
    }

    /// The next line.
    pub fn line(&mut self, limit: usize, doing: &str) -> Result<Line, Error> {
        loop {
            match self.lines.next_line(limit) {
                Ok(Some(line)) => {
                    self.journal.received(&line.text);
                    return Ok(line);
                }
                Ok(None) => {}
                Err(breach) => {
                    self.journal.received(self.lines.pending());
                    return Err(self.error(doing, Kind::Limit(breach.to_string())));
                }
            }
            let mut chunk = [0; 16 * 1024];
            let read = self.read(&mut chunk).map_err(|error| {
                self.hear_the_rest();
                self.error(doing, Kind::of_io(error))
            })?;
            if read == 0 {
                self.hear_the_rest();
                return Err(self.error(doing, Kind::Closed));
            }
            self.lines.push(chunk.get(..read).unwrap_or_default());
        }
    }

    /// What came of a line that was never finished belongs into the transcript, too.
    fn hear_the_rest(&self) {
        if !self.lines.pending().is_empty() {
            self.journal.received(self.lines.pending());
        }
    }

    /// The next bytes, for protocols that are not read by lines.
    pub fn chunk<'a>(&mut self, buffer: &'a mut [u8], doing: &str) -> Result<&'a [u8], Error> {
        let read = self
            .read(buffer)
            .map_err(|error| self.error(doing, Kind::of_io(error)))?;
        if read == 0 {
            return Err(self.error(doing, Kind::Closed));
        }
        Ok(buffer.get(..read).unwrap_or_default())
    }

    /// Waits until the server says something or goes; false when it does neither in that time. An error
    /// of kind `Io` where this cannot be waited for (a unix socket).
    pub fn readable_within(&self, limit: std::time::Duration, doing: &str) -> Result<bool, Error> {
        let ready = match &self.transport {
            Transport::Plain(stream) => stream.readable_within(limit),
            Transport::Tls(session) => match session.buffered_read_size() {
                Ok(1..) => Ok(true),
                _ => session.get_ref().readable_within(limit),
            },
            Transport::Inspected(session) => match session.pending() {
                1.. => Ok(true),
                0 => session.get_ref().readable_within(limit),
            },
            Transport::Gone => Ok(true),
        };
        ready.map_err(|error| self.error(doing, Kind::of_io(error)))
    }

    /// What was read and not asked for yet.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        self.lines.pending()
    }

    /// Shakes hands. `unread` is what the protocol has read beyond the go-ahead: there must be
    /// nothing (RFC 3207 §6). Phase `tls`.
    pub fn secure(&mut self, unread: &[u8]) -> Result<(), Error> {
        const DOING: &str = "start TLS with";
        let unread = if unread.is_empty() {
            self.lines.pending()
        } else {
            unread
        };
        if !unread.is_empty() {
            // A server that cannot do TLS at all may say so in TLS, before it was greeted.
            if let Some(number) = tls::alert_record(unread) {
                let why = format!("TLS alert {number} before the handshake");
                return Err(self.error(DOING, tls::Error::Protocol(why)));
            }
            let quote = self.quote(unread, 80);
            self.journal.received(unread);
            return Err(self.error(DOING, Kind::Injected { quote }));
        }
        let plain = std::mem::replace(&mut self.transport, Transport::Gone);
        if let Some(inspector) = self.inspector.take() {
            return self.look(plain, &inspector);
        }
        let (Transport::Plain(stream), Some(tls)) = (plain, self.tls.take()) else {
            let why = "no TLS was prepared for this connection".to_owned();
            return Err(self.error(DOING, Kind::Missing(why)));
        };
        self.journal.enter("tls");
        let session = tls
            .connect(stream)
            .map_err(|error| self.error(DOING, error))?;
        let note = if tls.verified() {
            format!("verified for {}", tls.name())
        } else {
            "not verified".to_owned()
        };
        self.transport = Transport::Tls(Box::new(session));
        self.journal.leave(note.clone());
        self.journal.note(&format!("TLS established, {note}"));
        Ok(())
    }

    /// What a server said about TLS after an inspected handshake: in TLS 1.3 it refuses a client then
    /// (RFC 8446 §4.4.2.4).
    #[must_use]
    pub fn complaint(&self) -> Option<&tls::Error> {
        self.complaint.as_ref()
    }

    /// Waits for such a complaint, or for anything else, until the deadline.
    pub fn hear_complaint(&mut self) -> io::Result<()> {
        let mut chunk = [0; 1024];
        let read = self.read(&mut chunk)?;
        self.lines.push(chunk.get(..read).unwrap_or_default());
        Ok(())
    }

    /// Shakes hands to see what the server shows. Phase `tls`.
    fn look(&mut self, plain: Transport, inspector: &Inspector) -> Result<(), Error> {
        const DOING: &str = "start TLS with";
        let Transport::Plain(stream) = plain else {
            let why = "TLS is there already".to_owned();
            return Err(self.error(DOING, Kind::Missing(why)));
        };
        self.journal.enter("tls");
        let (seen, outcome) = inspector.connect(stream);
        let version = seen.version.map_or("TLS", |version| version.name());
        let cipher = seen.cipher.as_deref().unwrap_or_default();
        let note = format!("{version} {cipher}").trim_end().to_owned();
        let shown = !seen.chain.is_empty();
        self.inspection = Some(seen);
        // Where it fell silent is told by the phase that lasts.
        let broken = |error: &tls::Error| !matches!(error, tls::Error::Timeout);
        if shown && outcome.as_ref().is_err_and(broken) {
            self.journal.leave(note.clone());
        }
        let session = outcome.map_err(|error| self.error(DOING, error))?;
        self.transport = Transport::Inspected(Box::new(session));
        self.journal.leave(note.clone());
        self.journal.note(&format!("TLS established, {note}"));
        Ok(())
    }

    /// The certificate of the server, once TLS stands.
    #[must_use]
    pub fn leaf(&self) -> Option<Leaf> {
        match &self.transport {
            Transport::Tls(session) => {
                Leaf::from_der(&session.peer_certificate().ok()??.to_der().ok()?)
            }
            Transport::Plain(_) | Transport::Inspected(_) | Transport::Gone => None,
        }
    }

    /// The channel binding `tls-server-end-point` (RFC 5929 §4), once TLS stands.
    #[must_use]
    pub fn channel_binding(&self) -> Option<Vec<u8>> {
        match &self.transport {
            Transport::Tls(session) => session.tls_server_end_point().ok()?,
            Transport::Plain(_) | Transport::Inspected(_) | Transport::Gone => None,
        }
    }

    /// From now on this deadline holds: for the polite end, which is awaited for a moment only.
    pub fn set_deadline(&mut self, deadline: Deadline) {
        self.deadline = deadline;
        match &mut self.transport {
            Transport::Plain(stream) => stream.set_deadline(deadline),
            Transport::Tls(session) => session.get_mut().set_deadline(deadline),
            Transport::Inspected(session) => session.get_mut().set_deadline(deadline),
            Transport::Gone => {}
        }
    }

    /// Says close_notify and ends our half, so that the server's log stays clean.
    pub fn close(&mut self) {
        match &mut self.transport {
            Transport::Plain(stream) => stream.shutdown(),
            Transport::Tls(session) => {
                let _ = session.shutdown();
                session.get_ref().shutdown();
            }
            Transport::Inspected(session) => {
                session.shutdown();
                session.get_ref().shutdown();
            }
            Transport::Gone => {}
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.transport {
                Transport::Plain(stream) => stream.read(buffer),
                Transport::Tls(session) => session.read(buffer),
                Transport::Inspected(session) => session.read(buffer).inspect_err(|error| {
                    if let Some(tls) = tls::of_io(error) {
                        self.complaint = Some(tls);
                    }
                }),
                Transport::Gone => Ok(0),
            };
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.transport {
            Transport::Plain(stream) => stream.write_all(bytes),
            Transport::Tls(session) => session
                .write_all(bytes)
                .and_then(|()| session.flush())
                .map_err(|error| last_words(session, error)),
            Transport::Inspected(session) => {
                let written = session
                    .write_all(bytes)
                    .map_err(|error| last_words(session, error));
                written.inspect_err(|error| {
                    if let Some(tls) = tls::of_io(error) {
                        self.complaint = Some(tls);
                    }
                })
            }
            Transport::Gone => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

/// A server that ends a TLS session by an alert and goes away may be noticed by writing first. Why it
/// went stands before the end of what it sent.
fn last_words(session: &mut impl Read, error: io::Error) -> io::Error {
    if !matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    ) {
        return error;
    }
    match session.read(&mut [0; 1024]) {
        Err(alert) if tls::of_io(&alert).is_some() => alert,
        _ => error,
    }
}
