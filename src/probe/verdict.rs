//! From what went wrong in a conversation to a finding and its words.

use std::time::Duration;

use super::finding;
use crate::net::{Failure, ResolveError};
use crate::report::Unit;
use crate::session::{Direction, Error, Kind, Record};
use crate::tls::{self, VerifyKind};

/// What OpenSSL says when it gets no memory; what a server says is an alert.
const STARVED: [&str; 2] = ["malloc failure", "internal error"];
/// Its own words for that fill a line and say less.
const MEMORY: &str = "too little memory, or a fault of the TLS library";

/// The finding that an error is, and its words.
pub fn of(error: &Error, name: &str, record: &Record, limit: Duration) -> (&'static str, String) {
    if error.is_timeout() {
        return (finding::TIMEOUT, silence(name, record, limit));
    }
    let peer = &error.peer;
    match &error.kind {
        Kind::Resolve(ResolveError::Failed { .. }) => (finding::RESOLVER_FAILED, error.to_string()),
        Kind::Resolve(_) => (finding::HOST_NOT_FOUND, error.to_string()),
        Kind::Connect(connect) => {
            let id = match connect.failure {
                Failure::Refused => finding::CONNECT_REFUSED,
                Failure::Reset => finding::CONNECTION_RESET,
                Failure::Starved => finding::INTERNAL_ERROR,
                _ => finding::CONNECT_FAILED,
            };
            let others: Vec<String> = connect
                .others
                .iter()
                .map(|(address, why)| format!("{address} {why}"))
                .collect();
            let also = if others.is_empty() {
                String::new()
            } else {
                format!(" (before that {})", others.join(", "))
            };
            (id, format!("{} {}{also}", connect.peer, connect.failure))
        }
        Kind::Closed => (
            finding::CONNECTION_CLOSED,
            format!("{peer} closed the connection {}", during(record)),
        ),
        Kind::Reset => (
            finding::CONNECTION_RESET,
            format!("{peer} reset the connection {}", during(record)),
        ),
        Kind::Tls(tls) => session(tls, peer),
        Kind::Limit(what) => (
            finding::LIMIT_EXCEEDED,
            match phase(record) {
                "greeting" => format!("{peer} sends {what} as its greeting"),
                phase => format!("{peer} sends {what} {}", at(phase)),
            },
        ),
        Kind::NotProtocol { protocol, quote } => (
            finding::PROTOCOL_ERROR,
            match phase(record) {
                "greeting" => {
                    format!("{peer} does not speak {protocol}: it greets with \"{quote}\"")
                }
                phase => format!(
                    "{peer} does not speak {protocol} {}: \"{quote}\"",
                    at(phase)
                ),
            },
        ),
        Kind::Unasked { quote } => (
            finding::PROTOCOL_ERROR,
            format!("{peer} said \"{}\" without being asked", quote.trim_end()),
        ),
        Kind::Injected { quote } => (
            finding::STARTTLS_INJECTION,
            format!("{peer} sent plain text after its go-ahead for TLS: \"{quote}\""),
        ),
        Kind::Refused {
            transient,
            code,
            quote,
        } => refused(name, record, *transient, code, quote),
        Kind::Sasl(sasl) if sasl.is_ours() => (
            finding::AUTH_MISSING,
            format!("{name}: the login cannot be tried: {sasl}"),
        ),
        Kind::Sasl(sasl) => (
            finding::AUTH_BROKEN,
            format!("{name} breaks the login: {sasl}"),
        ),
        Kind::Missing(what) => {
            let id = if phase(record) == "auth" {
                finding::AUTH_MISSING
            } else {
                finding::PROTOCOL_ERROR
            };
            (id, format!("{name}: {what}"))
        }
        Kind::Io(_) | Kind::Timeout => (finding::PROTOCOL_ERROR, error.to_string()),
    }
}

/// The words for a server that says no, by what was being done. 421 and 450, and their like in the
/// other protocols, mean "later" (RFC 5321 §4.2.3).
fn refused(
    name: &str,
    record: &Record,
    transient: bool,
    code: &str,
    quote: &str,
) -> (&'static str, String) {
    // IMAP's BYE ends the session, whatever was being asked.
    let ends = code == "BYE";
    match phase(record) {
        "starttls" if !ends => (
            finding::STARTTLS_REFUSED,
            format!("{name} offers STARTTLS and refuses it: {quote}"),
        ),
        "auth" if transient || ends => (
            finding::AUTH_UNAVAILABLE,
            format!("{name} cannot check the login now: {quote}"),
        ),
        "auth" => (
            finding::AUTH_REJECTED,
            format!("{name} refused the login: {quote}"),
        ),
        _ if transient && !matches!(code, "451" | "452" | "454" | "455") => (
            finding::SERVICE_BUSY,
            format!("{name} asks to come back later: \"{quote}\""),
        ),
        "greeting" => (
            finding::SERVICE_REFUSED,
            format!("{name} refuses to serve: {quote}"),
        ),
        phase => (
            finding::SERVICE_REFUSED,
            format!("{name} refuses {}: {quote}", asked(phase)),
        ),
    }
}

fn session(error: &tls::Error, peer: &str) -> (&'static str, String) {
    let starved = |words: &str| STARVED.iter().any(|said| words.contains(said));
    let ours = match error {
        tls::Error::Setup(words) if starved(words) => Some(MEMORY),
        tls::Error::Setup(words) => Some(words.as_str()),
        tls::Error::Protocol(words) if starved(words) => Some(MEMORY),
        _ => None,
    };
    if let Some(words) = ours {
        let text = format!("no TLS on our side for {peer}: {words}");
        return (finding::INTERNAL_ERROR, text);
    }
    let tls::Error::Verify(failure) = error else {
        return (
            finding::TLS_FAILED,
            format!("no TLS session with {peer}: {error}"),
        );
    };
    let id = match failure.kind {
        VerifyKind::Expired => finding::CERT_EXPIRED,
        VerifyKind::NotYetValid => finding::CERT_NOT_YET_VALID,
        VerifyKind::SelfSigned => finding::CERT_SELF_SIGNED,
        VerifyKind::UnknownIssuer => finding::CERT_UNTRUSTED,
        VerifyKind::NameMismatch => finding::CERT_NAME_MISMATCH,
        VerifyKind::Revoked => finding::CERT_REVOKED,
        _ => finding::CERT_INVALID,
    };
    (id, format!("{peer}: {failure}"))
}

/// What did not come before the deadline.
pub fn silence(name: &str, record: &Record, limit: Duration) -> String {
    let within = format!("within {}", Unit::Seconds.human(limit.as_secs_f64()));
    let peer = record
        .peer
        .as_ref()
        .map_or_else(|| name.to_owned(), ToString::to_string);
    let current = record.phases.current().map_or("", |phase| phase.name);
    let missing = match current {
        // Between two phases it is our own work that takes so long: a slow machine, not a slow server.
        "" if !record.phases.list().is_empty() => {
            return format!("the check of {peer} was not finished {within}");
        }
        "" => return format!("the check of {name} was not begun {within}"),
        "dns" => return format!("{name} was not resolved {within}"),
        "hosts" => return format!("the names were not resolved {within}"),
        "zones" => return format!("the zones were not asked {within}"),
        "connect" => return format!("no connection to {name} {within}"),
        "greeting" => "no greeting from".to_owned(),
        "tls" => "no TLS session with".to_owned(),
        phase => format!("no answer to {} from", asked(phase)),
    };
    let before = record
        .phases
        .list()
        .iter()
        .rev()
        .find(|phase| phase.took.is_some());
    let since = record
        .phases
        .current()
        .map(|phase| phase.start)
        .unwrap_or_default();
    let last = record
        .transcript
        .iter()
        .rev()
        .find(|entry| entry.direction == Direction::Received && entry.at >= since);
    let then = match last {
        Some(entry) => format!("then only \"{}\"", entry.text),
        None => "then silence".to_owned(),
    };
    match before {
        Some(before) => {
            let after = Unit::Seconds.human(
                before
                    .start
                    .saturating_add(before.took.unwrap_or_default())
                    .as_secs_f64(),
            );
            format!(
                "{missing} {peer} {within}: {} after {after}, {then}",
                done(before.name)
            )
        }
        None => format!("{missing} {peer} {within}"),
    }
}

/// The phase in which it ended: the one that lasted, or the one before, whose answer was the matter.
pub fn phase(record: &Record) -> &'static str {
    record.phases.list().last().map_or("", |phase| phase.name)
}

/// What was asked for in a phase.
fn asked(phase: &str) -> String {
    match phase {
        "ehlo" => "EHLO".to_owned(),
        "capability" => "CAPABILITY".to_owned(),
        "capa" => "CAPA".to_owned(),
        "auth" => "the login".to_owned(),
        "command" => "the command".to_owned(),
        other => other.to_uppercase(),
    }
}

/// A phase that is over, in the past tense.
fn done(phase: &str) -> String {
    match phase {
        "dns" => "resolved".to_owned(),
        "connect" => "connected".to_owned(),
        "greeting" => "greeted".to_owned(),
        "tls" => "TLS established".to_owned(),
        "auth" => "logged in".to_owned(),
        other => format!("{} done", asked(other)),
    }
}

/// When it happened.
fn during(record: &Record) -> String {
    let current = record.phases.current().map_or("", |phase| phase.name);
    match current {
        "greeting" => "instead of greeting".to_owned(),
        phase => at(phase),
    }
}

fn at(phase: &str) -> String {
    match phase {
        "" => "in mid-session".to_owned(),
        "greeting" => "after its greeting".to_owned(),
        phase => format!("at {}", asked(phase)),
    }
}
