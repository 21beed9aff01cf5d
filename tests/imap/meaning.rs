//! What each fault of IMAP means to check_imap, and the options by which it meets them.

use crate::sandbox::Transport;
use crate::sandbox::faults::{Action, Phase};
use crate::sandbox::matrix::{Case, Expected};
use crate::sandbox::meaning;

/// A login, and what leads to the fault's phase.
pub fn args(case: &Case) -> Vec<&'static str> {
    let mut args = vec!["--user", "probe", "--password-env", "SECRET"];
    args.extend(match case.fault.phase {
        // The greeting tells enough; these ask.
        Phase::Capability | Phase::SecureCapability => {
            vec!["--require-capability", "IMAP4rev1"]
        }
        Phase::List => vec!["--mailbox", "INB*"],
        Phase::Select | Phase::Search | Phase::Fetch => {
            vec!["--match", "subject=hello", "-c", "newest=1000d"]
        }
        Phase::Append => vec!["--write-test"],
        Phase::Quota => vec!["--quota"],
        _ => vec!["--mailbox", "INBOX"],
    });
    args
}

/// What a right check says.
pub fn expected(case: &Case) -> Expected {
    meaning::strictly(case, by_name, reply)
}

/// A refusal at a step.
fn reply(phase: Phase, text: &[u8]) -> Expected {
    let text = String::from_utf8_lossy(text);
    let status = text
        .split(' ')
        .find(|word| ["NO", "BAD", "BYE"].contains(word))
        .unwrap_or_default();
    let code = text
        .split(['[', ']'])
        .nth(1)
        .filter(|_| text.contains(&format!("{status} [")));
    let transient = matches!(code, Some("UNAVAILABLE" | "LIMIT" | "INUSE"));
    match (phase, status) {
        (_, "") => Expected::critical(&["protocol-error"]),
        (Phase::Auth | Phase::Login, "BYE") => Expected::critical(&["auth-unavailable"]),
        (_, "BYE") if transient => Expected::warning(&["service-busy"]),
        (_, "BYE") => Expected::critical(&["service-refused"]),
        (Phase::Starttls, _) => Expected::critical(&["starttls-refused"]),
        (Phase::Auth | Phase::Login, _) if transient => Expected::critical(&["auth-unavailable"]),
        (Phase::Auth | Phase::Login, _) => Expected::critical(&["auth-rejected"]),
        (Phase::Select | Phase::Append, _) if matches!(code, Some("NONEXISTENT" | "TRYCREATE")) => {
            Expected::critical(&["mailbox-missing"])
        }
        (Phase::List | Phase::Status | Phase::Select | Phase::Fetch, _) => {
            Expected::critical(&["mailbox-unreadable"])
        }
        // The mail is found by reading; that searching fails is worth a look.
        (Phase::Search, _) => Expected::warning(&["search-refused"]),
        (Phase::Append, _) => Expected::critical(&["write-failed"]),
        (Phase::Quota, _) => Expected::new(&[3], &["quota-unknown"]),
        _ => Expected::critical(&["service-refused"]),
    }
}

/// Faults whose meaning is their own.
fn by_name(case: &Case) -> Option<Expected> {
    let fault = case.fault;
    Some(match fault.name {
        "starttls-not-offered" => Expected::new(&[1, 2], &["starttls-missing"]),
        "capabilities-shrink-after-tls" | "logindisabled" => Expected::critical(&["auth-missing"]),
        "auth-bad-base64-imap" => Expected::critical(&["auth-broken"]),
        "auth-unasked-continuation" => Expected::critical(&["auth-rejected", "auth-broken"]),
        // Whoever is in already cannot log in, and nobody can be kept out.
        "greeting-preauth" | "greeting-preauth-starttls" => Expected::critical(&["auth-missing"]),
        "greeting-alert" | "auth-ok-alert" | "auth-ok-unsolicited" | "select-warning" => {
            Expected::warning(&["server-alert"])
        }
        "greeting-imap-code-only" | "greeting-open-code" | "greeting-imap-nul" => Expected::ok(),
        "greeting-imap-preceded" | "lf-only" | "starttls-after-tls" => Expected::ok(),
        "greeting-imap-literal" => Expected::critical(&["protocol-error", "connection-closed"]),
        "greeting-imap-no-newline-close" => Expected::critical(&["connection-closed"]),
        // A mailbox that does not say how much it holds is not an empty one.
        "select-odd-numbers"
        | "select-without-exists"
        | "status-odd-numbers"
        | "status-nothing" => Expected::critical(&["protocol-error"]),
        "list-literal" => Expected::ok(),
        "list-bad-utf7" => Expected::critical(&["mailbox-unreadable", "mailbox-missing"]),
        "list-open-quote" => Expected::critical(&["mailbox-missing"]),
        // What the server does not find is looked for, what it finds is looked at.
        "search-empty" | "search-zero" | "search-lies" | "fetch-unasked" => Expected::ok(),
        "fetch-nothing" | "fetch-nil" | "fetch-bad-date" | "fetch-expunged" => {
            Expected::critical(&["no-match"])
        }
        "fetch-literal-4g" | "fetch-literal-4g-silence" | "fetch-literal-beyond" | "fetch-deep" => {
            Expected::critical(&["limit-exceeded"])
        }
        // Nothing offered: no STARTTLS either, and the LOGIN command as the last resort.
        "capability-none" | "capability-huge" if case.transport == Transport::Starttls => {
            Expected::critical(&["auth-rejected"])
        }
        "capability-none" => Expected::critical(&["capability-missing"]),
        "capability-huge" => Expected::ok(),
        "quota-full" => Expected::ok(),
        "quota-zero" => Expected::new(&[3], &["quota-unknown"]),
        _ => match fault.action {
            Action::ReplySilence(text) if text.starts_with(b"x{tag}") => {
                Expected::critical(&["protocol-error"])
            }
            _ => return None,
        },
    })
}
