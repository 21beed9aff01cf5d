//! What a sandbox saw: one record per connection, for assertions.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::proxy::ProxyHeader;

/// Most bytes of a client that a record keeps.
const MAX_KEPT: usize = 1 << 20;

/// How a session came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Open,
    /// QUIT or LOGOUT, answered.
    Polite,
    /// The client closed without a word.
    Eof,
    /// By the fault.
    Fault,
    /// The server's rules said so (421 after too many errors, BYE).
    Server,
    /// RST, a failed handshake, or a client that broke a rule.
    Broken(String),
    /// The sandbox was dropped first.
    Stopped,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFacts {
    pub version: String,
    pub cipher: String,
    /// SNI.
    pub server_name: Option<String>,
    /// Common name of the client's certificate.
    pub client_name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub mechanism: String,
    pub user: String,
    pub accepted: bool,
    pub encrypted: bool,
}

/// A line of the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub bytes: Vec<u8>,
    pub encrypted: bool,
}

impl Line {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// One connection.
#[derive(Clone, Debug)]
pub struct Session {
    pub lines: Vec<Line>,
    /// Everything from the client, after decryption.
    pub received: Vec<u8>,
    /// Bytes sent to the client, before encryption.
    pub sent: u64,
    pub tls: Option<TlsFacts>,
    pub proxy: Option<ProxyHeader>,
    pub logins: Vec<Login>,
    /// The fault was met.
    pub struck: bool,
    /// The client did not wait for the end of a late greeting (faults that delay it tell).
    pub spoke_before_greeting: bool,
    /// Clear text came in behind STARTTLS before the go-ahead.
    pub spoke_before_go_ahead: bool,
    /// Some line of the client ended in LF alone.
    pub bare_lf: bool,
    /// The client ended TLS properly.
    pub close_notify: bool,
    pub end: End,
}

#[derive(Debug, Default)]
struct State {
    sessions: Vec<Session>,
    active: usize,
}

/// All connections of a sandbox.
#[derive(Clone, Debug, Default)]
pub struct Log {
    shared: Arc<(Mutex<State>, Condvar)>,
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn open(&self) -> SessionLog {
        let mut state = self.lock();
        state.active += 1;
        let at = state.sessions.len();
        state.sessions.push(Session {
            lines: Vec::new(),
            received: Vec::new(),
            sent: 0,
            tls: None,
            proxy: None,
            logins: Vec::new(),
            struck: false,
            spoke_before_greeting: false,
            spoke_before_go_ahead: false,
            bare_lf: false,
            close_notify: false,
            end: End::Open,
        });
        SessionLog {
            log: self.clone(),
            at,
        }
    }

    pub fn connections(&self) -> usize {
        self.lock().sessions.len()
    }

    pub fn sessions(&self) -> Vec<Session> {
        self.lock().sessions.clone()
    }

    /// Waits until no connection is open; false when `time` is over first.
    pub fn idle_within(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut state = self.lock();
        while state.active > 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self
                .shared
                .1
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }
}

/// The record of one connection, as its thread sees it.
#[derive(Debug)]
pub struct SessionLog {
    log: Log,
    at: usize,
}

impl SessionLog {
    pub fn with<T>(&self, change: impl FnOnce(&mut Session) -> T) -> T {
        change(&mut self.log.lock().sessions[self.at])
    }

    pub fn received(&self, bytes: &[u8]) {
        self.with(|session| {
            let room = MAX_KEPT - session.received.len().min(MAX_KEPT);
            session
                .received
                .extend_from_slice(&bytes[..bytes.len().min(room)]);
        });
    }

    pub fn login(&self, mechanism: &str, user: &str, accepted: bool, encrypted: bool) {
        let login = Login {
            mechanism: mechanism.to_owned(),
            user: user.to_owned(),
            accepted,
            encrypted,
        };
        self.with(|session| session.logins.push(login));
    }

    pub fn line(&self, bytes: &[u8], encrypted: bool) {
        self.with(|session| {
            if session.lines.len() < 10_000 {
                session.lines.push(Line {
                    bytes: bytes.to_vec(),
                    encrypted,
                });
            }
        });
    }
}

impl Drop for SessionLog {
    fn drop(&mut self) {
        self.log.lock().active -= 1;
        self.log.shared.1.notify_all();
    }
}
