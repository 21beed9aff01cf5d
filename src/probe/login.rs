//! What a login is worth, the same for every protocol.

use super::{Scene, finding};
use crate::cli::LoginOptions;
use crate::session::login::{Outcome, Refusal};

/// What the caller expects of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// It must succeed.
    Accepted,
    /// It must be refused (`--reject-login`).
    Refused,
}

impl Wanted {
    /// What the options ask for.
    pub fn of(options: &LoginOptions) -> Self {
        if options.reject_login {
            Self::Refused
        } else {
            Self::Accepted
        }
    }

    /// Judges an outcome; tells whether we are in.
    pub fn judge(self, outcome: &Outcome, user: &str, scene: &Scene) -> bool {
        let name = scene.name();
        match (self, outcome) {
            (Self::Accepted, Outcome::In { mechanism, note }) => {
                scene.proven(format!("login as \"{user}\" by {mechanism}"));
                if let Some(note) = note {
                    scene.detail(format!("login: {note}"));
                }
                true
            }
            (Self::Refused, Outcome::In { mechanism, .. }) => {
                let text = format!(
                    "{name} accepted the login of \"{user}\" by {mechanism}, which it must refuse"
                );
                scene.finding(finding::LOGIN_ACCEPTED, text);
                true
            }
            (_, Outcome::Refused(refusal)) if refusal.transient => {
                let text = format!(
                    "{name} cannot check the login of \"{user}\" now: {}",
                    refusal.quote
                );
                scene.finding(finding::AUTH_UNAVAILABLE, text);
                false
            }
            (Self::Accepted, Outcome::Refused(refusal)) => {
                scene.finding(finding::AUTH_REJECTED, rejected(name, user, refusal));
                false
            }
            (Self::Refused, Outcome::Refused(refusal)) if refusal.credentials => {
                scene.proven(format!("login of \"{user}\" refused as it must be"));
                scene.detail(format!("login of \"{user}\": {}", refusal.quote));
                false
            }
            // What was not looked at was not refused: it may be right all the same.
            (Self::Refused, Outcome::Refused(refusal)) => {
                let text = format!(
                    "{name}: the login of \"{user}\" could not be tried: {}",
                    refusal.quote
                );
                scene.finding(finding::AUTH_MISSING, text);
                false
            }
        }
    }
}

/// Some refusals have a cause that is known.
fn rejected(name: &str, user: &str, refusal: &Refusal) -> String {
    let text = format!("{name} refused the login of \"{user}\": {}", refusal.quote);
    if refusal.quote.contains("5.7.30") {
        // Exchange Online since 2026: passwords are not taken any more.
        return format!("{text} (basic authentication is retired there: use a token)");
    }
    text
}
