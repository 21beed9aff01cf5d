//! Does the server take mail from a foreign sender to a foreign recipient? Asked in the spellings by
//! which relays were abused, and given up before DATA, so that nothing is ever sent.

use super::findings::{OPEN_RELAY, RELAY_UNCLEAR};
use crate::probe::Scene;
use crate::session::smtp::{Envelope, Smtp};
use crate::session::{Error, Kind};
use crate::wire::smtp::Reply;
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
    /// Is it one that a server may well not take for an address?
    odd: bool,
}

/// Asks in every spelling.
pub fn test(smtp: &mut Smtp, scene: &Scene) -> Result<(), Error> {
    ask_all(smtp, scene).inspect_err(|error| {
        // The server goes: it has been asked too much, or is busy. What it was not asked is not proven.
        if let Kind::Refused { quote, .. } = &error.kind {
            let text = format!("{}: the relay test was cut off: {quote}", scene.name());
            scene.finding(RELAY_UNCLEAR, text);
        }
    })
}

fn ask_all(smtp: &mut Smtp, scene: &Scene) -> Result<(), Error> {
    let name = scene.name().to_owned();
    let domain = smtp.capabilities().domain.clone();
    // A server that takes mail for any local user at all would take some spellings for one of those.
    let takes_all = ask(smtp, FOREIGN_SENDER, "mailprobe-no-such-user")? == Answer::Accepted;
    let mut refused = 0;
    let mut unclear = Vec::new();
    let mut local = 0;
    let mut unsaid = 0;
    for spelling in spellings(&domain) {
        if spelling.looks_local && takes_all {
            local += 1;
            continue;
        }
        match ask(smtp, &spelling.from, &spelling.to)? {
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
            Answer::NoAddress(_) if spelling.odd => unsaid += 1,
            Answer::NoAddress(quote) | Answer::Unclear(quote) => unclear.push(quote),
            Answer::Unsaid => unsaid += 1,
        }
    }
    if let Some(quote) = unclear.first() {
        let text = format!(
            "{name}: relaying is neither refused nor accepted in {} spellings: {quote}",
            unclear.len()
        );
        scene.finding(RELAY_UNCLEAR, text);
    } else {
        scene.proven(format!("relaying refused in {refused} spellings"));
    }
    if local > 0 {
        scene.detail(format!(
            "{local} relay spellings say nothing here: the server takes mail for any local name"
        ));
    }
    if unsaid > 0 {
        scene.detail(format!(
            "relay spellings that are no address here and were not judged: {unsaid}"
        ));
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Accepted,
    Refused,
    /// The server does not take the spelling for an address: 501, 504. That is a fine answer to an
    /// odd one.
    NoAddress(String),
    /// Neither yes nor no.
    Unclear(String),
    /// The spelling cannot be sent to this server.
    Unsaid,
}

fn ask(smtp: &mut Smtp, from: &str, to: &str) -> Result<Answer, Error> {
    let Some((from, to)) = Path::parse(from).ok().zip(Path::parse(to).ok()) else {
        return Ok(Answer::Unsaid);
    };
    let envelope = Envelope { from, to: vec![to] };
    if envelope.is_international() && !smtp.capabilities().has("SMTPUTF8") {
        return Ok(Answer::Unsaid);
    }
    let answer = smtp.envelope(&envelope)?;
    let judged = judge(&answer.mail, answer.rcpt.first());
    if judged != Answer::Accepted {
        answer.rset?;
    }
    Ok(judged)
}

/// What the answers to MAIL and RCPT are worth. There is one to RCPT only where MAIL was accepted.
fn judge(mail: &Reply, rcpt: Option<&Reply>) -> Answer {
    let reply = rcpt.unwrap_or(mail);
    if rcpt.is_some_and(Reply::takes_recipient) {
        Answer::Accepted
    } else if refuses(reply) {
        Answer::Refused
    } else if rcpt.is_some() && matches!(reply.code, 501 | 504) {
        Answer::NoAddress(reply.quote())
    } else {
        Answer::Unclear(reply.quote())
    }
}

/// Does it refuse sender or recipient, and not the command, the session or a message of that size?
/// 554 is both "no" and "something is broken": its enhanced code tells them apart (RFC 3463 §3).
/// 530 wants a login, or TLS: behind TLS the server may relay for all.
fn refuses(reply: &Reply) -> bool {
    let subject = reply.enhanced().and_then(|code| code.split('.').nth(1));
    match reply.code {
        550 | 551 | 553 | 556 | 570..=579 => true,
        554 => matches!(subject, None | Some("0" | "1" | "4" | "7")),
        530 => !reply.quote().to_ascii_uppercase().contains("TLS"),
        code => code / 100 == 5 && !reply.is_misunderstood() && subject == Some("7"),
    }
}

/// The classic spellings; `domain` is the server's own.
fn spellings(domain: &str) -> Vec<Spelling> {
    let plain = |from: &str, to: String| Spelling {
        from: from.to_owned(),
        to,
        looks_local: false,
        odd: false,
    };
    let local = |to: String| Spelling {
        from: FOREIGN_SENDER.to_owned(),
        to,
        looks_local: true,
        odd: true,
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
            Spelling {
                odd: true,
                ..plain(FOREIGN_SENDER, format!("@{domain}:{USER}@{FOREIGN}"))
            },
            local(format!("{USER}%{FOREIGN}@{domain}")),
            local(format!("\"{USER}@{FOREIGN}\"@{domain}")),
        ]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Reply {
        let (code, words) = text.split_once(' ').unwrap();
        Reply {
            code: code.parse().unwrap(),
            lines: vec![words.as_bytes().to_vec()],
            mixed: None,
            bare_lf: false,
        }
    }

    #[test]
    fn what_refuses_and_what_does_not() {
        let ok = reply("250 ok");
        for no in [
            "550 no",
            "550 5.7.1 relaying denied",
            "550 5.4.1 access denied",
            "551 try there",
            "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
            "554 5.7.1 relay access denied",
            "554 no",
            "571 no",
            "530 5.7.1 authentication required",
            "556 5.1.10 null MX",
        ] {
            assert_eq!(judge(&reply(no), None), Answer::Refused, "{no}");
            assert_eq!(judge(&ok, Some(&reply(no))), Answer::Refused, "{no}");
        }
        for unclear in [
            "252 cannot verify",
            "354 go on",
            "450 4.7.1 greylisted",
            "451 4.7.1 later",
            "500 unknown command",
            "502 5.7.1 not implemented",
            "503 bad sequence",
            "552 5.3.4 too big",
            "554 5.3.0 disk full",
            "530 5.7.0 must issue a STARTTLS command first",
        ] {
            let found = [
                judge(&reply(unclear), None),
                judge(&ok, Some(&reply(unclear))),
            ];
            for found in found {
                assert_eq!(found, Answer::Unclear(unclear.to_owned()));
            }
        }
        let syntax = "501 5.1.3 bad address syntax";
        assert_eq!(
            judge(&ok, Some(&reply(syntax))),
            Answer::NoAddress(syntax.to_owned())
        );
        assert_eq!(
            judge(&reply(syntax), None),
            Answer::Unclear(syntax.to_owned())
        );
        for yes in ["250 ok", "251 will forward"] {
            assert_eq!(judge(&ok, Some(&reply(yes))), Answer::Accepted);
        }
    }

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
