//! What each fault of POP3 means to check_pop3, and the options by which it meets them.

use crate::sandbox::Transport;
use crate::sandbox::faults::{Action, Phase, Twist};
use crate::sandbox::matrix::{Case, Expected};
use crate::sandbox::meaning;

/// A login, and mails that are looked for.
pub fn args(case: &Case) -> Vec<&'static str> {
    let mut args = vec!["--user", "probe", "--password-env", "SECRET"];
    args.extend(["--match", "subject=backup"]);
    // The greeting's timestamp would be preferred to LOGIN.
    if case.fault.action == Action::Twist(Twist::EndlessAuth) {
        args.extend(["--auth", "LOGIN"]);
    }
    args
}

/// What a right check says.
pub fn expected(case: &Case) -> Expected {
    meaning::leniently(case, by_name, reply)
}

/// A refusal at a step.
fn reply(phase: Phase, text: &[u8]) -> Expected {
    let text = String::from_utf8_lossy(text);
    let code = text
        .split(['[', ']'])
        .nth(1)
        .filter(|_| text.starts_with("-ERR ["));
    if !text.starts_with("-ERR") {
        return Expected::critical(&["protocol-error"]);
    }
    match (phase, code) {
        (Phase::Starttls, _) => Expected::critical(&["starttls-refused"]),
        (Phase::Auth | Phase::Login, Some("SYS/TEMP")) => Expected::critical(&["auth-unavailable"]),
        (Phase::Auth | Phase::Login, Some("SYS/PERM")) => Expected::critical(&["mailbox-broken"]),
        (Phase::Auth | Phase::Login, Some("IN-USE")) => Expected::critical(&["mailbox-locked"]),
        (Phase::Auth | Phase::Login, Some("LOGIN-DELAY")) => Expected::warning(&["login-delay"]),
        (Phase::Auth | Phase::Login, _) => Expected::critical(&["auth-rejected"]),
        (Phase::Stat, Some("IN-USE")) => Expected::critical(&["mailbox-locked"]),
        (_, Some("SYS/TEMP" | "IN-USE")) => Expected::warning(&["service-busy"]),
        _ => Expected::critical(&["service-refused"]),
    }
}

/// Faults whose meaning is their own.
fn by_name(case: &Case) -> Option<Expected> {
    let fault = case.fault;
    Some(match fault.name {
        // A line that nobody asked for would be taken for the answer to the next command.
        "auth-ok-unsolicited-pop3" => Expected::critical(&["protocol-error"]),
        "auth-bad-base64-pop3" => Expected::critical(&["auth-broken"]),
        "stat-disagrees" | "uidl-disagrees" | "uidl-twice" => {
            Expected::warning(&["listing-inconsistent"])
        }
        "list-words-pop3" | "uidl-odd" => Expected::critical(&["protocol-error"]),
        "top-no-header" => Expected::critical(&["no-match"]),
        "starttls-not-offered" if case.transport == Transport::Starttls => {
            Expected::new(&[1, 2], &["starttls-missing"])
        }
        "capa-err" if case.transport == Transport::Starttls => {
            Expected::new(&[1, 2], &["starttls-missing"])
        }
        // The greeting offers APOP all the same, which is then refused.
        "pop3-login-disabled" | "capabilities-shrink-after-tls" => {
            Expected::critical(&["auth-missing", "auth-rejected"])
        }
        "greeting-pop3-no-newline-close" => Expected::critical(&["connection-closed"]),
        // What was asked for cannot be told without TOP.
        "top-err" | "top-sys-perm" => Expected::critical(&["service-refused"]),
        "uidl-sys-perm" | "capa-sys-perm" | "capa-after-tls-sys-perm" => {
            Expected::critical(&["service-refused"])
        }
        "uidl-sys-temp" | "top-sys-temp" | "capa-sys-temp" | "capa-after-tls-sys-temp" => {
            Expected::warning(&["service-busy"])
        }
        _ => match fault.action {
            Action::Reply(text) if text.starts_with(b"+OKAY") => {
                Expected::critical(&["protocol-error"])
            }
            _ => return None,
        },
    })
}
