//! A login that was refused, by the response codes of POP3 (RFC 2449 §8, RFC 3206).

use super::findings::{LOGIN_DELAY, MAILBOX_BROKEN, MAILBOX_LOCKED};
use crate::probe::login::Wanted;
use crate::probe::{Scene, finding};
use crate::session::login::{Outcome, Refusal};

/// Judges an outcome; tells whether we are in.
pub fn judge(wanted: Wanted, outcome: &Outcome, user: &str, scene: &Scene) -> bool {
    let Outcome::Refused(refusal) = outcome else {
        return wanted.judge(outcome, user, scene);
    };
    let Some((id, text)) = reason(wanted, refusal, user, scene.name()) else {
        return wanted.judge(outcome, user, scene);
    };
    scene.finding(id, text);
    if let Some(hint) = hint(id) {
        scene.hint(hint);
    }
    false
}

/// A mailbox that is locked after the login.
pub fn lock(user: &str, quote: &str, scene: &Scene) {
    scene.finding(MAILBOX_LOCKED, locked(scene.name(), user, quote));
    if let Some(hint) = hint(MAILBOX_LOCKED) {
        scene.hint(hint);
    }
}

fn locked(name: &str, user: &str, quote: &str) -> String {
    format!("{name}: mailbox of \"{user}\" is locked by another session: {quote}")
}

/// What to look at next.
fn hint(id: &str) -> Option<&'static str> {
    Some(match id {
        MAILBOX_LOCKED => "does a client or another check use this account at the same time?",
        MAILBOX_BROKEN => {
            "the login is right: the server's log says what is wrong with the mailbox"
        }
        LOGIN_DELAY => "check less often, or lift the limit for this account",
        _ => return None,
    })
}

/// Refusals that say nothing about the password being wrong.
fn reason(
    wanted: Wanted,
    refusal: &Refusal,
    user: &str,
    name: &str,
) -> Option<(&'static str, String)> {
    let quote = &refusal.quote;
    let code = refusal.code.split(' ').next().unwrap_or_default();
    Some(match (code, wanted) {
        // Only who has proven to be the user is told of the lock (RFC 2449 §8.1.2).
        ("IN-USE", Wanted::Refused) => (
            finding::LOGIN_ACCEPTED,
            format!("{name} knows the password of \"{user}\", which it must refuse: {quote}"),
        ),
        ("IN-USE", Wanted::Accepted) => (MAILBOX_LOCKED, locked(name, user, quote)),
        ("SYS/PERM", _) => (
            MAILBOX_BROKEN,
            format!("{name} cannot open the mailbox of \"{user}\": {quote}"),
        ),
        ("LOGIN-DELAY", _) => (
            LOGIN_DELAY,
            format!("{name} wants a longer pause between logins of \"{user}\": {quote}"),
        ),
        _ => return None,
    })
}
