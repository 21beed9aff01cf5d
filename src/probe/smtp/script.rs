//! The commands of `-C` and the replies that `-R` wants.
//!
//! Whoever logs in by hand (`-C "AUTH LOGIN" -C dXNlcg== -C cGFzcw==`) sends secrets: what follows the
//! mechanism, and every answer to a 334, is masked.

use zeroize::Zeroizing;

use super::findings::RESPONSE_MISMATCH;
use crate::cli::Step;
use crate::probe::Scene;
use crate::session::Error;
use crate::session::smtp::Smtp;
use crate::wire::command::Command;

/// Sends them one by one and judges each reply.
pub fn follow(steps: &[Step], smtp: &mut Smtp, scene: &Scene) -> Result<(), Error> {
    let mut challenged = false;
    for step in steps {
        let (public, secret) = apart(&step.command, challenged);
        let command = match secret {
            Some(secret) => {
                scene.journal.hide(secret.as_bytes());
                let wire = step.command.replace(['\r', '\n', '\0'], " ");
                Command::masked(Zeroizing::new(wire.into_bytes()), format!("{public}****"))
            }
            None => Command::new(public),
        };
        let shown = command.shown();
        scene.journal.enter("command");
        let reply = smtp.ask(&command, "send the command of -C to")?;
        scene.journal.leave(reply.quote());
        challenged = reply.code == 334;
        let Some(pattern) = &step.response else {
            // Whoever says QUIT himself is answered with 221.
            if reply.code == 421 {
                smtp.stays("send the command of -C to", reply)?;
            }
            continue;
        };
        if pattern.is_match(&reply.text()) {
            scene.proven(format!("\"{shown}\" answered as expected"));
        } else {
            let text = format!(
                "{} answers \"{shown}\" with \"{}\", which does not match \"{pattern}\"",
                scene.name(),
                reply.quote()
            );
            scene.finding(RESPONSE_MISMATCH, text);
        }
    }
    Ok(())
}

/// What may be shown of a command, and what not.
fn apart(command: &str, challenged: bool) -> (&str, Option<&str>) {
    if challenged && command != "*" {
        return ("", Some(command));
    }
    let is_auth = command
        .get(..5)
        .is_some_and(|verb| verb.eq_ignore_ascii_case("AUTH "));
    let initial = command.char_indices().filter(|&(_, c)| c == ' ').nth(1);
    match initial {
        Some((at, _)) if is_auth => {
            let (public, secret) = command.split_at(at + 1);
            (public, Some(secret))
        }
        _ => (command, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_logs_in_is_masked() {
        assert_eq!(apart("RCPT TO:<a b>", false), ("RCPT TO:<a b>", None));
        assert_eq!(apart("AUTH LOGIN", false), ("AUTH LOGIN", None));
        assert_eq!(
            apart("auth plain AGEA", false),
            ("auth plain ", Some("AGEA"))
        );
        assert_eq!(apart("cGFzcw==", true), ("", Some("cGFzcw==")));
        assert_eq!(apart("*", true), ("*", None));
    }
}
