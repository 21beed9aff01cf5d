//! What each fault of SMTP and LMTP means to check_smtp, and the options by which it meets them.

use crate::sandbox::Transport;
use crate::sandbox::faults::{Phase, Reach};
use crate::sandbox::matrix::{Case, Expected};
use crate::sandbox::meaning;

/// A login and an envelope.
pub fn smtp_args(_: &Case) -> Vec<&'static str> {
    vec![
        "--user",
        "probe",
        "--password-env",
        "SECRET",
        "--from",
        "probe@example.test",
        "--to",
        "probe@example.test",
    ]
}

/// An envelope.
pub fn lmtp_args(_: &Case) -> Vec<&'static str> {
    vec![
        "--lmtp",
        "--from",
        "probe@example.test",
        "--to",
        "probe@example.test",
    ]
}

/// What a right check says.
pub fn expected(case: &Case) -> Expected {
    meaning::leniently(case, by_name, reply)
}

/// A code at a step.
fn reply(phase: Phase, text: &[u8]) -> Expected {
    let code = std::str::from_utf8(text.get(..3).unwrap_or_default()).unwrap_or_default();
    let temporary = code.starts_with('4');
    match phase {
        Phase::Greeting | Phase::Capability | Phase::SecureCapability => match code {
            "421" | "450" => Expected::warning(&["service-busy"]),
            _ => Expected::critical(&["service-refused"]),
        },
        Phase::Starttls => Expected::critical(&["starttls-refused"]),
        Phase::Auth | Phase::Login if temporary => Expected::critical(&["auth-unavailable"]),
        Phase::Auth | Phase::Login => Expected::critical(&["auth-rejected"]),
        Phase::Mail if temporary => Expected::warning(&["sender-deferred"]),
        Phase::Mail => Expected::critical(&["sender-rejected"]),
        Phase::Rcpt if code.starts_with('2') => Expected::ok(),
        Phase::Rcpt if temporary => Expected::warning(&["recipient-deferred"]),
        Phase::Rcpt => Expected::critical(&["recipient-rejected"]),
        Phase::Rset => Expected::ok(),
        _ => panic!("no rule for {code} at {phase:?}"),
    }
}

/// Faults whose meaning is their own.
fn by_name(case: &Case) -> Option<Expected> {
    let fault = case.fault;
    // We never send one.
    if fault.reach() == Reach::Message {
        return Some(Expected::ok());
    }
    Some(match fault.name {
        "starttls-not-offered" if case.transport == Transport::Starttls => {
            Expected::new(&[1, 2], &["starttls-missing"])
        }
        // HELO has no extensions: no login, no STARTTLS.
        "ehlo-refused-starttls" => Expected::critical(&["starttls-missing", "auth-missing"]),
        "ehlo-refused" => Expected::critical(&["auth-missing", "service-refused"]),
        "greeting-mixed-codes" | "greeting-mixed-success" => Expected::critical(&["mixed-codes"]),
        "ehlo-mixed-codes" => Expected::new(&[1, 2], &["mixed-codes"]),
        "greeting-and-more" => Expected::critical(&["protocol-error"]),
        "mail-unasked-421" | "mail-421" => Expected::warning(&["service-busy"]),
        "rcpt-421" | "rset-421" => Expected::warning(&["service-busy"]),
        "greeting-250" => Expected::critical(&["service-refused"]),
        "greeting-four-digits"
        | "greeting-no-code"
        | "greeting-other-protocol"
        | "greeting-http" => Expected::critical(&["protocol-error"]),
        "greeting-no-newline" => Expected::critical(&["timeout"]),
        "greeting-no-newline-close" => Expected::critical(&["connection-closed"]),
        "ehlo-one-line" => Expected::critical(&["auth-missing"]),
        "ehlo-odd-size" => Expected::critical(&["auth-missing"]),
        "capabilities-shrink-after-tls" => Expected::critical(&["auth-missing"]),
        "auth-bad-base64" | "auth-odd-challenge" | "auth-success-at-once" => {
            Expected::critical(&["auth-broken"])
        }
        "auth-250" => Expected::critical(&["protocol-error"]),
        _ => return None,
    })
}
