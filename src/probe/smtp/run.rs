//! The check of one SMTP or LMTP server, step by step.

use super::findings::{
    CAPABILITY_FORBIDDEN, CAPABILITY_MISSING, EXPECT_MISMATCH, MECHANISM_MISSING,
    RECIPIENT_ACCEPTED, RECIPIENT_DEFERRED, RECIPIENT_REJECTED, SENDER_DEFERRED, SENDER_REJECTED,
};
use super::{audit, relay, script};
use crate::cli::{Security, Step};
use crate::probe::channel::Channel;
use crate::probe::login::Wanted;
use crate::probe::{Check, Scene, Target, finding};
use crate::report::{Metric, Unit};
use crate::session::login::Login;
use crate::session::smtp::{Envelope, Smtp};
use crate::session::{Error, Kind};
use crate::wire::smtp::mailbox::Path;
use crate::wire::smtp::{Reply, command};

/// What is checked, decided.
pub struct SmtpCheck {
    pub channel: Channel,
    pub lmtp: bool,
    pub name: Option<String>,
    pub expect: Option<String>,
    pub login: Option<Login>,
    pub wanted: Wanted,
    pub envelope: Option<Envelope>,
    pub reject_to: Vec<Path>,
    pub script: Vec<Step>,
    pub open_relay: bool,
    pub audit: bool,
    pub require_tls: bool,
    pub require: Vec<String>,
    pub forbid: Vec<String>,
    pub mechanisms: Vec<String>,
}

impl Check for SmtpCheck {
    fn run(&self, target: &Target, scene: &Scene) -> Result<(), Error> {
        let connection = self.channel.open(target, scene)?;
        let mut smtp = Smtp::new(connection, self.lmtp, self.name.clone());
        let outcome = self.converse(&mut smtp, target, scene);
        for (quirk, words) in smtp.quirks() {
            scene.finding(quirk, format!("{} {words}", target.name));
        }
        // A server that still listens gets a QUIT even when it said no, so that its log stays clean.
        match &outcome {
            Ok(())
            | Err(Error {
                kind: Kind::Refused { .. } | Kind::Missing(_) | Kind::Sasl(_),
                ..
            }) => {
                if let Err(error) = &outcome {
                    scene.fail(error);
                }
                smtp.quit();
                Ok(())
            }
            Err(_) => outcome,
        }
    }
}

impl SmtpCheck {
    fn converse(&self, smtp: &mut Smtp, target: &Target, scene: &Scene) -> Result<(), Error> {
        if self.greet(smtp, scene)? == Greeted::AsExpected {
            return Ok(());
        }
        smtp.hello()?;
        if self.audit || self.require_tls {
            audit::plaintext(smtp, scene, self.audit, self.require_tls)?;
        }
        self.starttls(smtp, target, scene)?;
        self.capabilities(smtp, scene);
        if !self.expected(smtp) {
            let text = format!(
                "{}: neither greeting nor EHLO reply holds {:?}",
                target.name,
                self.expect.as_deref().unwrap_or("220")
            );
            scene.finding(EXPECT_MISMATCH, text);
        }
        if self.open_relay {
            relay::test(smtp, scene)?;
        }
        if !self.log_in(smtp, target, scene)? {
            return Ok(());
        }
        if self.script.is_empty() {
            self.present(smtp, scene)
        } else {
            self.follow(smtp, scene)
        }
    }

    /// Waits for the greeting. One that refuses to serve is fine when it is what `-e` expects.
    fn greet(&self, smtp: &mut Smtp, scene: &Scene) -> Result<Greeted, Error> {
        let outcome = smtp.greet();
        match (outcome, smtp.greeting()) {
            (Ok(_), _) => Ok(Greeted::Ready),
            (Err(_), Some(greeting))
                if self
                    .expect
                    .as_deref()
                    .is_some_and(|text| greeting.text().contains(text)) =>
            {
                scene.journal.leave(greeting.quote());
                scene.proven(format!("greets with \"{}\" as expected", greeting.quote()));
                Ok(Greeted::AsExpected)
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Everything that `-e` may look at.
    fn expected(&self, smtp: &Smtp) -> bool {
        let Some(wanted) = self.expect.as_deref() else {
            return true;
        };
        let said: String = smtp
            .greeting()
            .into_iter()
            .chain(smtp.hello_replies())
            .map(Reply::text)
            .collect();
        said.contains(wanted)
    }

    fn starttls(&self, smtp: &mut Smtp, target: &Target, scene: &Scene) -> Result<(), Error> {
        if target.security != Security::Starttls {
            return Ok(());
        }
        if !smtp.capabilities().has("STARTTLS") {
            // The audit has said so.
            if !self.audit {
                scene.finding(
                    finding::STARTTLS_MISSING,
                    format!("{} does not offer STARTTLS", target.name),
                );
            }
            return Ok(());
        }
        let before = smtp.capabilities().clone();
        smtp.starttls()?;
        self.channel.describe(smtp.connection(), scene, "STARTTLS");
        if before.words() != smtp.capabilities().words() {
            scene.detail(format!(
                "before TLS it offers {}",
                before.words().join(", ")
            ));
        }
        Ok(())
    }

    fn capabilities(&self, smtp: &Smtp, scene: &Scene) {
        let offered = smtp.capabilities();
        if let Some(size) = offered.size().filter(|&size| size > 0) {
            #[expect(clippy::cast_precision_loss, reason = "a limit of 2^53 bytes is none")]
            scene.metric(
                Metric::new("size_limit", size as f64, Unit::Bytes).limits(Some(0.0), None),
            );
        }
        scene.detail(format!("it offers {}", offered.words().join(", ")));
        let name = scene.name();
        // In a session that began with STARTTLS it was offered, and cannot be any more.
        let has = |keyword: &str| {
            let in_use = smtp.hello_replies().len() > 1 && keyword.eq_ignore_ascii_case("STARTTLS");
            offered.has(keyword) || in_use
        };
        for keyword in self.require.iter().filter(|keyword| !has(keyword)) {
            scene.finding(
                CAPABILITY_MISSING,
                format!("{name} does not offer {}", keyword.to_uppercase()),
            );
        }
        for keyword in self.forbid.iter().filter(|keyword| offered.has(keyword)) {
            scene.finding(
                CAPABILITY_FORBIDDEN,
                format!(
                    "{name} offers {}, which it must not",
                    keyword.to_uppercase()
                ),
            );
        }
        let mechanisms = offered.mechanisms();
        for wanted in self.mechanisms.iter().filter(|wanted| {
            !mechanisms
                .iter()
                .any(|known| known.eq_ignore_ascii_case(wanted))
        }) {
            let offered = if mechanisms.is_empty() {
                "nothing".to_owned()
            } else {
                mechanisms.join(" ")
            };
            scene.finding(
                MECHANISM_MISSING,
                format!(
                    "{name} does not offer AUTH {} (but {offered})",
                    wanted.to_uppercase()
                ),
            );
        }
    }

    /// Logs in; tells whether there is a reason to go on.
    fn log_in(&self, smtp: &mut Smtp, target: &Target, scene: &Scene) -> Result<bool, Error> {
        let Some(login) = &self.login else {
            return Ok(true);
        };
        let login = login.at(target.host(), target.port());
        let outcome = smtp.login(&login, self.channel.verifies())?;
        let inside = self.wanted.judge(&outcome, &login.credentials.user, scene);
        Ok(inside || self.wanted == Wanted::Refused)
    }

    /// Presents the envelope and judges each answer.
    fn present(&self, smtp: &mut Smtp, scene: &Scene) -> Result<(), Error> {
        let Some(envelope) = &self.envelope else {
            return Ok(());
        };
        let all = envelope.to.iter().chain(&self.reject_to).cloned().collect();
        let envelope = Envelope {
            from: envelope.from.clone(),
            to: all,
        };
        if !speaks_the_addresses(&envelope, smtp, scene) {
            return Ok(());
        }
        let answer = smtp.envelope(&envelope)?;
        if !self.sender(&answer.mail, &envelope.from, scene) {
            return Ok(());
        }
        let wanted = envelope.to.len() - self.reject_to.len();
        for (at, (to, reply)) in envelope.to.iter().zip(&answer.rcpt).enumerate() {
            if at < wanted {
                recipient(to, reply, scene);
            } else {
                foreigner(to, reply, scene);
            }
        }
        Ok(())
    }

    fn sender(&self, reply: &Reply, from: &Path, scene: &Scene) -> bool {
        let name = scene.name();
        if reply.is_positive() {
            scene.proven(format!("sender {from} accepted"));
        } else if reply.is_transient() {
            scene.finding(
                SENDER_DEFERRED,
                format!("{name} defers mail from {from}: {}", reply.quote()),
            );
        } else {
            scene.finding(
                SENDER_REJECTED,
                format!("{name} refuses mail from {from}: {}", reply.quote()),
            );
        }
        reply.is_positive()
    }

    /// Sends the commands of `-C`. `--from` and `--to` go before them, and nothing is taken back in
    /// between: that is how the old check_smtp is used to look at what a server says to RCPT or DATA.
    fn follow(&self, smtp: &mut Smtp, scene: &Scene) -> Result<(), Error> {
        if let Some(envelope) = &self.envelope {
            if !speaks_the_addresses(envelope, smtp, scene) {
                return Ok(());
            }
            scene.journal.enter("mail");
            let utf8 = envelope.is_international();
            let reply = smtp.ask(&command::mail(&envelope.from, utf8), "send MAIL to")?;
            scene.journal.leave(reply.quote());
            self.sender(&reply, &envelope.from, scene);
            for to in &envelope.to {
                scene.journal.enter("rcpt");
                let reply = smtp.ask(&command::rcpt(to), "send RCPT to")?;
                scene.journal.leave(reply.quote());
                recipient(to, &reply, scene);
            }
        }
        script::follow(&self.script, smtp, scene)
    }
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

/// A recipient that must be accepted.
fn recipient(to: &Path, reply: &Reply, scene: &Scene) {
    let (name, quote) = (scene.name(), reply.quote());
    if reply.is_positive() {
        scene.proven(format!("recipient {to} accepted"));
    } else if reply.is_transient() {
        scene.finding(
            RECIPIENT_DEFERRED,
            format!("{name} defers mail for {to}: {quote}"),
        );
    } else {
        scene.finding(
            RECIPIENT_REJECTED,
            format!("{name} refuses mail for {to}: {quote}"),
        );
    }
}

/// A recipient that must be refused.
fn foreigner(to: &Path, reply: &Reply, scene: &Scene) {
    let (name, quote) = (scene.name(), reply.quote());
    if reply.is_positive() {
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
        scene.proven(format!("recipient {to} refused as it must be"));
    }
}

#[derive(PartialEq, Eq)]
enum Greeted {
    Ready,
    /// It refuses to serve, and that is what was expected of it.
    AsExpected,
}
