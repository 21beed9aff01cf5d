//! What went wrong in a conversation: what was being done, to whom, and what came back.

use std::io;

use crate::net::{ConnectError, ResolveError};
use crate::tls;
use crate::wire::sasl;

/// A conversation that could not go on.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words())]
pub struct Error {
    /// What was being done: `read the greeting of`.
    pub doing: Box<str>,
    /// To whom: `mx1.example.org:25 (192.0.2.1)`.
    pub peer: Box<str>,
    /// What came back.
    pub kind: Kind,
}

/// What came back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Kind {
    /// The host has no address.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// No address could be connected to.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The deadline passed.
    #[error("no answer in time")]
    Timeout,
    /// The server closed the connection.
    #[error("the server closed the connection")]
    Closed,
    /// The connection was reset.
    #[error("the server reset the connection")]
    Reset,
    /// Any other fault of the connection.
    #[error("{0}")]
    Io(io::Error),
    /// No TLS session.
    #[error(transparent)]
    Tls(#[from] tls::Error),
    /// The server broke a limit: an endless line, an endless reply, a literal of 4 GB.
    #[error("it sends {0}")]
    Limit(String),
    /// What came is not the protocol.
    #[error("what came is no {protocol}: \"{quote}\"")]
    NotProtocol {
        /// SMTP, IMAP, POP3.
        protocol: &'static str,
        /// The beginning of what came.
        quote: String,
    },
    /// Something came that nobody asked for.
    #[error("it said \"{quote}\" without being asked")]
    Unasked {
        /// The beginning of it.
        quote: String,
    },
    /// Plain text came after the go-ahead for TLS (CVE-2011-0411 and its kind).
    #[error("plain text came after the go-ahead for TLS: \"{quote}\"")]
    Injected {
        /// The beginning of it.
        quote: String,
    },
    /// The server says no. The quote has its code and its words.
    #[error("{quote}")]
    Refused {
        /// Will it be different later (4xx, `[UNAVAILABLE]`, `[SYS/TEMP]`)?
        transient: bool,
        /// The code that says so, as the protocol writes it: `421`, `IN-USE`.
        code: String,
        /// Code and words.
        quote: String,
    },
    /// The login failed on our side of the mechanism.
    #[error(transparent)]
    Sasl(#[from] sasl::Error),
    /// The server does not offer what is needed.
    #[error("{0}")]
    Missing(String),
}

impl Kind {
    /// A fault of the connection, by its kind.
    #[must_use]
    pub fn of_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Timeout,
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Reset,
            io::ErrorKind::UnexpectedEof => Self::Closed,
            _ => match tls::of_io(&error) {
                Some(tls) => Self::Tls(tls),
                None => Self::Io(error),
            },
        }
    }
}

impl Error {
    fn words(&self) -> String {
        match &self.kind {
            // These name the peer themselves.
            Kind::Resolve(error) => error.to_string(),
            Kind::Connect(error) => error.to_string(),
            kind => format!("{} {}: {kind}", self.doing, self.peer),
        }
    }

    /// Does the server still listen? Then it gets a farewell even when it said no, so that its log
    /// stays clean.
    #[must_use]
    pub fn leaves_a_listener(&self) -> bool {
        matches!(
            self.kind,
            Kind::Refused { .. } | Kind::Missing(_) | Kind::Sasl(_)
        )
    }

    /// Did the deadline pass?
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(&self.kind, Kind::Timeout | Kind::Tls(tls::Error::Timeout))
            || matches!(&self.kind, Kind::Connect(error) if error.failure == crate::net::Failure::Timeout)
    }
}
