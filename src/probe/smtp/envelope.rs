//! Who may send to whom: the envelope of `--from`, `--to` and `--reject-to`, and what each answer is
//! worth. Nothing is ever sent.

use super::findings::{
    CAPABILITY_MISSING, RECIPIENT_ACCEPTED, RECIPIENT_DEFERRED, RECIPIENT_REJECTED,
    SENDER_DEFERRED, SENDER_REJECTED,
};
use crate::probe::Scene;
use crate::session::Error;
use crate::session::smtp::{Envelope, Smtp};
use crate::wire::smtp::mailbox::Path;
use crate::wire::smtp::{Reply, command};

/// Beyond so many characters addresses are counted, not named: what must be refused stands at the end
/// of the line, which is cut.
const NAMED: usize = 80;

/// Presents the envelope and judges each answer.
pub fn present(
    envelope: &Envelope,
    reject_to: &[Path],
    smtp: &mut Smtp,
    scene: &Scene,
) -> Result<(), Error> {
    let wanted = envelope.to.len();
    let all = envelope.to.iter().chain(reject_to).cloned().collect();
    let envelope = Envelope {
        from: envelope.from.clone(),
        to: all,
    };
    if !speaks_the_addresses(&envelope, smtp, scene) {
        return Ok(());
    }
    let answer = smtp.envelope(&envelope)?;
    let mut facts = Facts::default();
    if sender(&answer.mail, &envelope.from, scene) {
        facts.from = Some(&envelope.from);
    }
    for (at, (to, reply)) in envelope.to.iter().zip(&answer.rcpt).enumerate() {
        if at >= wanted {
            if foreigner(to, reply, scene) {
                facts.refused.push(to);
            }
        } else if recipient(to, reply, scene) {
            facts.accepted.push(to);
        }
    }
    facts.tell(scene);
    let rset = answer.rset?;
    if !rset.is_positive() {
        scene.detail(format!("RSET answered with {}", rset.quote()));
    }
    Ok(())
}

/// Presents the envelope and leaves it standing: the commands of `-C` follow. That is how the old
/// check_smtp is used to look at what a server says to RCPT or DATA. Tells whether it could be said.
pub fn begin(envelope: &Envelope, smtp: &mut Smtp, scene: &Scene) -> Result<bool, Error> {
    const MAIL: &str = "send MAIL to";
    const RCPT: &str = "send RCPT to";
    if !speaks_the_addresses(envelope, smtp, scene) {
        return Ok(false);
    }
    scene.journal.enter("mail");
    let utf8 = envelope.is_international();
    let reply = smtp.ask(&command::mail(&envelope.from, utf8), MAIL)?;
    let reply = smtp.stays(MAIL, reply)?;
    scene.journal.leave(reply.quote());
    let mut facts = Facts::default();
    if sender(&reply, &envelope.from, scene) {
        facts.from = Some(&envelope.from);
    }
    for to in &envelope.to {
        scene.journal.enter("rcpt");
        let reply = smtp.ask(&command::rcpt(to), RCPT)?;
        let reply = smtp.stays(RCPT, reply)?;
        scene.journal.leave(reply.quote());
        if recipient(to, &reply, scene) {
            facts.accepted.push(to);
        }
    }
    facts.tell(scene);
    Ok(true)
}

/// Can the addresses be said here? Beyond ASCII they need SMTPUTF8 (RFC 6531 §3.2).
fn speaks_the_addresses(envelope: &Envelope, smtp: &Smtp, scene: &Scene) -> bool {
    if !envelope.is_international() || smtp.capabilities().has("SMTPUTF8") {
        return true;
    }
    let text = format!(
        "{} does not offer SMTPUTF8, which an address of this envelope needs",
        scene.name()
    );
    scene.finding(CAPABILITY_MISSING, text);
    false
}

/// The sender; tells whether it was accepted.
fn sender(reply: &Reply, from: &Path, scene: &Scene) -> bool {
    let (name, quote) = (scene.name(), reply.quote());
    if reply.takes_sender() {
        return true;
    }
    if reply.is_transient() {
        scene.finding(
            SENDER_DEFERRED,
            format!("{name} defers mail from {from}: {quote}"),
        );
    } else if reply.is_permanent() {
        scene.finding(
            SENDER_REJECTED,
            format!("{name} refuses mail from {from}: {quote}"),
        );
    } else {
        scene.finding(
            SENDER_REJECTED,
            format!("{name} does not accept mail from {from} with 250 but says: {quote}"),
        );
    }
    false
}

/// A recipient that must be accepted; tells whether it was.
fn recipient(to: &Path, reply: &Reply, scene: &Scene) -> bool {
    let (name, quote) = (scene.name(), reply.quote());
    if reply.takes_recipient() {
        return true;
    }
    if reply.is_transient() {
        scene.finding(
            RECIPIENT_DEFERRED,
            format!("{name} defers mail for {to}: {quote}"),
        );
    } else if reply.is_permanent() {
        scene.finding(
            RECIPIENT_REJECTED,
            format!("{name} refuses mail for {to}: {quote}"),
        );
    } else {
        scene.finding(
            RECIPIENT_REJECTED,
            format!("{name} does not accept mail for {to} with 250 or 251 but says: {quote}"),
        );
    }
    false
}

/// A recipient that must be refused; tells whether it was. A command that was not understood has
/// refused nobody.
fn foreigner(to: &Path, reply: &Reply, scene: &Scene) -> bool {
    let (name, quote) = (scene.name(), reply.quote());
    if reply.is_permanent() && !reply.is_misunderstood() {
        return true;
    }
    if reply.takes_recipient() {
        scene.finding(
            RECIPIENT_ACCEPTED,
            format!("{name} accepts mail for {to}, which it must refuse: {quote}"),
        );
    } else if reply.is_transient() {
        scene.finding(
            RECIPIENT_DEFERRED,
            format!("{name} only defers mail for {to}, which it must refuse: {quote}"),
        );
    } else {
        scene.finding(
            RECIPIENT_ACCEPTED,
            format!("{name} does not refuse mail for {to}, which it must: {quote}"),
        );
    }
    false
}

/// What is proven, in one breath: `to <a>, <b> accepted, <c> refused as it must be`.
#[derive(Default)]
struct Facts<'a> {
    from: Option<&'a Path>,
    accepted: Vec<&'a Path>,
    refused: Vec<&'a Path>,
}

impl Facts<'_> {
    fn tell(&self, scene: &Scene) {
        let words = self.words(list);
        if words.chars().count() <= NAMED {
            if !words.is_empty() {
                scene.proven(words);
            }
            return;
        }
        scene.proven(self.words(|paths| match paths {
            [one] if one.address().chars().count() <= NAMED / 4 => one.to_string(),
            [_] => "1 recipient".to_owned(),
            many => format!("{} recipients", many.len()),
        }));
        scene.detail(words);
    }

    fn words(&self, name: impl Fn(&[&Path]) -> String) -> String {
        let mut words = Vec::new();
        match (self.from, self.accepted.as_slice()) {
            (Some(from), []) if self.refused.is_empty() => {
                words.push(format!("sender {from} accepted"));
            }
            (_, []) => {}
            (_, accepted) => words.push(format!("to {} accepted", name(accepted))),
        }
        match self.refused.as_slice() {
            [] => {}
            [one] => words.push(format!("{} refused as it must be", name(&[one]))),
            many => words.push(format!("{} refused as they must be", name(many))),
        }
        words.join(", ")
    }
}

fn list(paths: &[&Path]) -> String {
    paths
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_breath() {
        let path = |text| Path::parse(text).unwrap();
        let (from, a, b, c) = (
            path("f@x.test"),
            path("a@x.test"),
            path("b@x.test"),
            path("c@x.test"),
        );
        let sender = Facts {
            from: Some(&from),
            ..Facts::default()
        };
        assert_eq!(sender.words(list), "sender <f@x.test> accepted");
        let all = Facts {
            from: Some(&from),
            accepted: vec![&a, &b],
            refused: vec![&c],
        };
        assert_eq!(
            all.words(list),
            "to <a@x.test>, <b@x.test> accepted, <c@x.test> refused as it must be"
        );
        let refused = Facts {
            from: Some(&from),
            accepted: Vec::new(),
            refused: vec![&b, &c],
        };
        assert_eq!(
            refused.words(list),
            "<b@x.test>, <c@x.test> refused as they must be"
        );
    }
}
