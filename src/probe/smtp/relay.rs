//! Does the server take mail from a foreign sender to a foreign recipient? Asked in the spellings by
//! which relays were abused, and given up before DATA, so that nothing is ever sent.

use super::findings::{OPEN_RELAY, RELAY_UNCLEAR};
use crate::probe::Scene;
use crate::session::Error;
use crate::session::smtp::{Envelope, Smtp};
use crate::wire::smtp::mailbox::Path;

/// Domains that are nobody's (RFC 2606 §3), so that no mail could arrive even if it were sent.
const FOREIGN_SENDER: &str = "mailprobe@example.org";
const FOREIGN: &str = "example.net";
const USER: &str = "mailprobe";

/// One way to ask.
struct Spelling {
    from: String,
    to: String,
    /// Could the recipient be taken for a local user?
    looks_local: bool,
}

/// Asks in every spelling.
pub fn test(smtp: &mut Smtp, scene: &Scene) -> Result<(), Error> {
    let name = scene.name().to_owned();
    let domain = smtp.capabilities().domain.clone();
    // A server that takes mail for any local user at all would take some spellings for one of those.
    let takes_all = accepted(smtp, FOREIGN_SENDER, "mailprobe-no-such-user")? == Answer::Accepted;
    let mut refused = 0;
    let mut unclear = Vec::new();
    let mut skipped = 0;
    for spelling in spellings(&domain) {
        if spelling.looks_local && takes_all {
            skipped += 1;
            continue;
        }
        match accepted(smtp, &spelling.from, &spelling.to)? {
            Answer::Accepted => {
                let text = format!(
                    "{name} is an open relay: it accepts mail from <{}> to <{}>",
                    spelling.from, spelling.to
                );
                scene.finding(OPEN_RELAY, text);
                scene.hint(
                    "is this host among the networks that the server trusts? then ask from outside",
                );
                return Ok(());
            }
            Answer::Refused => refused += 1,
            Answer::Later(quote) => unclear.push(quote),
        }
    }
    if let Some(quote) = unclear.first() {
        let text = format!(
            "{name}: relaying is not refused but deferred in {} spellings: {quote}",
            unclear.len()
        );
        scene.finding(RELAY_UNCLEAR, text);
    } else {
        scene.proven(format!("relaying refused in {refused} spellings"));
    }
    if skipped > 0 {
        scene.detail(format!(
            "{skipped} relay spellings say nothing here: the server takes mail for any local name"
        ));
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum Answer {
    Accepted,
    Refused,
    Later(String),
}

fn accepted(smtp: &mut Smtp, from: &str, to: &str) -> Result<Answer, Error> {
    let paths = Path::parse(from).ok().zip(Path::parse(to).ok());
    let Some((from, to)) = paths else {
        return Ok(Answer::Refused);
    };
    let answer = smtp.envelope(&Envelope { from, to: vec![to] })?;
    let reply = answer.rcpt.first().unwrap_or(&answer.mail);
    Ok(if reply.is_positive() && answer.mail.is_positive() {
        Answer::Accepted
    } else if reply.is_transient() {
        Answer::Later(reply.quote())
    } else {
        Answer::Refused
    })
}

/// The classic spellings; `domain` is the server's own.
fn spellings(domain: &str) -> Vec<Spelling> {
    let plain = |from: &str, to: String| Spelling {
        from: from.to_owned(),
        to,
        looks_local: false,
    };
    let local = |to: String| Spelling {
        from: FOREIGN_SENDER.to_owned(),
        to,
        looks_local: true,
    };
    let mut all = vec![
        plain(FOREIGN_SENDER, format!("{USER}@{FOREIGN}")),
        // The empty sender of bounces, which filters often let through.
        plain("", format!("{USER}@{FOREIGN}")),
        local(format!("{USER}%{FOREIGN}")),
        local(format!("{FOREIGN}!{USER}")),
        local(format!("\"{USER}@{FOREIGN}\"")),
    ];
    if domain.contains('.') && !domain.starts_with('[') {
        all.extend([
            // A sender that pretends to be at home.
            plain(&format!("{USER}@{domain}"), format!("{USER}@{FOREIGN}")),
            // RFC 5321 appendix C: a source route.
            plain(FOREIGN_SENDER, format!("@{domain}:{USER}@{FOREIGN}")),
            local(format!("{USER}%{FOREIGN}@{domain}")),
            local(format!("\"{USER}@{FOREIGN}\"@{domain}")),
        ]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_an_address_that_can_be_sent() {
        for spelling in spellings("mx.example.com") {
            assert!(Path::parse(&spelling.to).is_ok(), "{}", spelling.to);
            assert!(Path::parse(&spelling.from).is_ok(), "{}", spelling.from);
        }
        assert_eq!(spellings("mx.example.com").len(), 9);
        assert_eq!(spellings("localhost").len(), 5);
    }
}
