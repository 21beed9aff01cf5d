//! What faults mean to a probe whatever its protocol: below the protocol, in the login, by what the server does. What is the
//! protocol's business is each test's to say: the meaning of a name, and of an answer at a step.

use super::faults::{Action, Phase, Twist};
use super::matrix::{Case, Expected};

/// What a right check says. `named` knows the faults whose meaning is their own; `answer` what the server's answer at a step
/// means, when the fault is in that.
pub fn strictly(
    case: &Case,
    named: fn(&Case) -> Option<Expected>,
    answer: fn(Phase, &[u8]) -> Expected,
) -> Expected {
    known(case, named).unwrap_or_else(|| by_action(case, answer))
}

/// The same for a probe that stays OK where the fault allows it.
pub fn leniently(
    case: &Case,
    named: fn(&Case) -> Option<Expected>,
    answer: fn(Phase, &[u8]) -> Expected,
) -> Expected {
    let stays_ok = || case.fault.wanted.contains(&0).then(Expected::ok);
    known(case, named)
        .or_else(stays_ok)
        .unwrap_or_else(|| by_action(case, answer))
}

/// What does not depend on the action.
fn known(case: &Case, named: fn(&Case) -> Option<Expected>) -> Option<Expected> {
    let fault = case.fault;
    // The end is never a reason to alarm.
    if fault.phase == Phase::Quit {
        return Some(Expected::ok());
    }
    named(case)
        .or_else(|| login_fault(case))
        .or_else(|| fault.harmless().then(Expected::ok))
        .or_else(|| transport_fault(case))
}

/// What does.
fn by_action(case: &Case, answer: fn(Phase, &[u8]) -> Expected) -> Expected {
    let fault = case.fault;
    match fault.action {
        Action::Reply(text) | Action::ReplyClose(text) => answer(fault.phase, text),
        Action::After(_) if fault.phase == Phase::Starttls => {
            Expected::critical(&["starttls-injection"])
        }
        Action::ReplySilence(_) => Expected::critical(&["timeout"]),
        _ => panic!(
            "nobody has said what {} means: {:?}",
            fault.name, fault.action
        ),
    }
}

/// What a server that lies in the login is to every probe.
fn login_fault(case: &Case) -> Option<Expected> {
    Some(match case.fault.action {
        Action::Twist(
            Twist::WrongServerSignature
            | Twist::NoServerSignature
            | Twist::ForeignNonce
            | Twist::HugeIterations,
        ) => Expected::critical(&["auth-broken"]),
        Action::Twist(Twist::EndlessAuth) => Expected::critical(&["limit-exceeded", "auth-broken"]),
        Action::Twist(Twist::EchoSecret) => Expected::critical(&["auth-rejected"]),
        _ => return None,
    })
}

/// What a fault below the protocol is to every probe; `None` when it is the protocol's business.
pub fn transport_fault(case: &Case) -> Option<Expected> {
    let fault = case.fault;
    let in_tls = fault.phase == Phase::Tls;
    Some(match fault.action {
        Action::Refused => Expected::critical(&["connect-refused"]),
        Action::BlackHole => Expected::critical(&["timeout"]),
        Action::Silence | Action::Drip(_) => Expected::critical(&["timeout"]),
        Action::ReplySilence(_) if in_tls => Expected::critical(&["timeout"]),
        Action::Close | Action::Cut | Action::HalfClose | Action::Reset if in_tls => {
            Expected::critical(&["tls-failed"])
        }
        Action::Close | Action::Cut | Action::HalfClose => {
            Expected::critical(&["connection-closed"])
        }
        // Over TLS the kernel may hand over what came before the reset first.
        Action::Reset => Expected::critical(&["connection-reset", "connection-closed"]),
        Action::Garbage | Action::Zeros | Action::ReplyClose(_) if in_tls => {
            Expected::critical(&["tls-failed"])
        }
        Action::Zeros | Action::EndlessLine => Expected::critical(&["limit-exceeded"]),
        // Where a protocol allows long replies, a slow machine may come to the deadline before the limit.
        Action::EndlessReply | Action::BigReply(_) => {
            Expected::critical(&["limit-exceeded", "timeout"])
        }
        // Random bytes may hold a line break, or none before the end.
        Action::Garbage => {
            Expected::critical(&["protocol-error", "connection-closed", "limit-exceeded"])
        }
        Action::Certificate(_) if fault.harmless() => Expected::ok(),
        Action::Certificate(_) => Expected::critical(&[match fault.name {
            "cert-expired" => "cert-expired",
            "cert-not-yet-valid" => "cert-not-yet-valid",
            "cert-self-signed" => "cert-self-signed",
            "cert-wrong-name" => "cert-name-mismatch",
            _ => "cert-untrusted",
        }]),
        // TLS 1.3 tells of a missing client certificate only after the handshake, and may close before it is heard.
        Action::Tls(_) => {
            Expected::critical(&["tls-failed", "connection-closed", "connection-reset"])
        }
        _ => return None,
    })
}
