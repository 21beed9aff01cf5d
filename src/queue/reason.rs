//! Why a message waits: the texts of MTAs and of the servers they talk to, brought to a few classes.
//!
//! An enhanced status code (RFC 3463) decides where it is precise; where it is one of the general ones that everybody uses
//! for everything (4.0.0, 4.7.1), words decide, and the code only if no word is known.

mod codes;
mod phrases;

use codes::Weight;

/// What of a reason is looked at.
const LOOK: usize = 2048;

/// Why a recipient has not got its mail yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Nobody answered in time.
    TimedOut,
    /// The connection was refused.
    Refused,
    /// No way to the host.
    Unreachable,
    /// The connection was lost in the middle.
    Lost,
    /// Come again later, as every stranger must.
    Greylisted,
    /// The recipient has no room left.
    MailboxFull,
    /// No such recipient.
    UserUnknown,
    /// Refused for what it is or where it comes from: blocklists, reputation, SPF, DMARC, content.
    Policy,
    /// Too much at a time.
    RateLimited,
    /// The destination could not be looked up.
    Dns,
    /// No TLS as it has to be.
    Tls,
    /// We, or they, could not log in; relaying denied.
    Auth,
    /// The other server cannot take mail now.
    Unavailable,
    /// Something is wrong on this side: a transport, a filter, a file.
    Local,
    /// Anything else.
    Other,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::TimedOut,
        Self::Refused,
        Self::Unreachable,
        Self::Lost,
        Self::Greylisted,
        Self::MailboxFull,
        Self::UserUnknown,
        Self::Policy,
        Self::RateLimited,
        Self::Dns,
        Self::Tls,
        Self::Auth,
        Self::Unavailable,
        Self::Local,
        Self::Other,
    ];

    /// As in `--reason`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TimedOut => "timeout",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Lost => "lost",
            Self::Greylisted => "greylisted",
            Self::MailboxFull => "mailbox-full",
            Self::UserUnknown => "user-unknown",
            Self::Policy => "policy",
            Self::RateLimited => "rate-limited",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::Auth => "auth",
            Self::Unavailable => "unavailable",
            Self::Local => "local",
            Self::Other => "other",
        }
    }

    /// The class of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|class| class.name().eq_ignore_ascii_case(name))
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::TimedOut => "connection timed out",
            Self::Refused => "connection refused",
            Self::Unreachable => "host unreachable",
            Self::Lost => "connection lost",
            Self::Greylisted => "greylisted",
            Self::MailboxFull => "mailbox full",
            Self::UserUnknown => "user unknown",
            Self::Policy => "policy or blocklist",
            Self::RateLimited => "rate limited",
            Self::Dns => "DNS",
            Self::Tls => "TLS",
            Self::Auth => "login or relaying refused",
            Self::Unavailable => "server unavailable",
            Self::Local => "local fault",
            Self::Other => "other",
        }
    }

    /// The class of a reason.
    #[must_use]
    pub fn of(reason: &[u8]) -> Self {
        let mut lower = [0; LOOK];
        let reason = reason.get(..LOOK).unwrap_or(reason);
        let Some(text) = lower.get_mut(..reason.len()) else {
            return Self::Other;
        };
        text.copy_from_slice(reason);
        text.make_ascii_lowercase();
        let words = phrases::class(text);
        // Nothing else says greylisted, and greylisting comes with any code.
        if words == Some(Self::Greylisted) {
            return Self::Greylisted;
        }
        let code = codes::class(text);
        match (code, words) {
            (Some((class, Weight::Precise)), _) | (_, Some(class)) | (Some((class, _)), None) => {
                class
            }
            (None, None) => Self::Other,
        }
    }
}
