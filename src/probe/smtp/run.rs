//! The check of one SMTP or LMTP server, step by step.

use super::findings::{CAPABILITY_FORBIDDEN, CAPABILITY_MISSING, MECHANISM_MISSING};
use super::{audit, envelope, relay, script};
use crate::cli::{Classic, Security, Step};
use crate::probe::channel::Channel;
use crate::probe::login::Wanted;
use crate::probe::{Check, Scene, Target, classic, finding};
use crate::report::{Metric, Unit};
use crate::session::Error;
use crate::session::login::Login;
use crate::session::smtp::{Envelope, Smtp};
use crate::wire::smtp::Reply;
use crate::wire::smtp::mailbox::Path;

/// What a greeting begins with.
const GREETING: &str = "220";
/// What is said at the end of a dialogue of `-s` when `-q` says nothing.
const QUIT: &[u8] = b"QUIT\r\n";

/// What is checked, decided.
pub struct SmtpCheck {
    /// The options of the old check_tcp, under the name check_ssmtp.
    pub classic: Option<Classic>,
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
        let mut connection = self.channel.open(target, scene)?;
        if let Some(options) = &self.classic {
            if let Some(text) = &options.send {
                let heard = Vec::new();
                classic::follow(&mut connection, options, text, GREETING, heard, scene)?;
                classic::quit(&mut connection, options.quit.as_deref().unwrap_or(QUIT));
                return Ok(());
            }
            classic::pause(&connection, options, scene)?;
        }
        let mut smtp = Smtp::new(connection, self.lmtp, self.name.clone());
        let outcome = self.converse(&mut smtp, target, scene);
        for (quirk, words) in smtp.quirks() {
            scene.finding(quirk, format!("{} {words}", target.name));
        }
        match &outcome {
            Err(error) if !error.leaves_a_listener() => outcome,
            said => {
                if let Err(error) = said {
                    scene.fail(error);
                }
                let last = match self.classic.as_ref().and_then(|all| all.quit.as_deref()) {
                    Some(words) => {
                        classic::quit(smtp.connection_mut(), words);
                        Ok(())
                    }
                    None => smtp.quit(),
                };
                // What refuses to serve, as was expected or not, may well say that it goes.
                if outcome.is_ok() && !smtp.hello_replies().is_empty() {
                    last
                } else {
                    Ok(())
                }
            }
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
            scene.finding(classic::EXPECT_MISMATCH, text);
        } else if let Some(text) = &self.expect {
            scene.proven(format!("says {:?}", cut(text)));
        }
        if self.open_relay {
            relay::test(smtp, scene)?;
        }
        if !self.log_in(smtp, target, scene)? {
            return Ok(());
        }
        let Some(envelope) = &self.envelope else {
            return script::follow(&self.script, smtp, scene);
        };
        if self.script.is_empty() {
            envelope::present(envelope, &self.reject_to, smtp, scene)
        } else if envelope::begin(envelope, smtp, scene)? {
            script::follow(&self.script, smtp, scene)
        } else {
            Ok(())
        }
    }

    /// Waits for the greeting. One that refuses to serve is fine when it is what `-e` expects.
    fn greet(&self, smtp: &mut Smtp, scene: &Scene) -> Result<Greeted, Error> {
        let outcome = smtp.greet();
        match (outcome, smtp.greeting()) {
            (Ok(greeting), _) => {
                if let Some(options) = &self.classic
                    && !options.met(greeting.text().as_bytes())
                {
                    let what = "the greeting";
                    classic::mismatch(what, &greeting.text(), GREETING, options, scene);
                }
                Ok(Greeted::Ready)
            }
            (Err(_), Some(greeting)) if self.wants(&greeting.text()) => {
                scene.journal.leave(greeting.quote());
                scene.proven(format!("greets with \"{}\" as expected", greeting.quote()));
                Ok(Greeted::AsExpected)
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Is this what `-e` asks for?
    fn wants(&self, said: &str) -> bool {
        let classic =
            |options: &Classic| !options.expect.is_empty() && options.met(said.as_bytes());
        self.expect
            .as_deref()
            .is_some_and(|text| said.contains(text))
            || self.classic.as_ref().is_some_and(classic)
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
            offered.offers(keyword) || in_use
        };
        let (found, missing): (Vec<&String>, Vec<&String>) =
            self.require.iter().partition(|keyword| has(keyword));
        let mut offers: Vec<String> = found.iter().map(|word| word.to_uppercase()).collect();
        for keyword in missing {
            scene.finding(
                CAPABILITY_MISSING,
                format!("{name} does not offer {}", keyword.to_uppercase()),
            );
        }
        let (found, absent): (Vec<&String>, Vec<&String>) = self
            .forbid
            .iter()
            .partition(|keyword| offered.offers(keyword));
        for keyword in found {
            scene.finding(
                CAPABILITY_FORBIDDEN,
                format!(
                    "{name} offers {}, which it must not",
                    keyword.to_uppercase()
                ),
            );
        }
        let mechanisms = offered.mechanisms();
        let (found, missing): (Vec<&String>, Vec<&String>) =
            self.mechanisms.iter().partition(|wanted| {
                mechanisms
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(wanted))
            });
        offers.extend(
            found
                .iter()
                .map(|name| format!("AUTH {}", name.to_uppercase())),
        );
        for wanted in missing {
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
        if !offers.is_empty() {
            scene.proven(format!("offers {}", offers.join(", ")));
        }
        if !absent.is_empty() {
            let absent: Vec<String> = absent.iter().map(|word| word.to_uppercase()).collect();
            scene.proven(format!("does not offer {}", absent.join(", ")));
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
}

#[derive(PartialEq, Eq)]
enum Greeted {
    Ready,
    /// It refuses to serve, and that is what was expected of it.
    AsExpected,
}

/// Enough of a text to know it by.
fn cut(text: &str) -> String {
    const MOST: usize = 30;
    if text.chars().count() <= MOST {
        text.to_owned()
    } else {
        format!("{}...", text.chars().take(MOST).collect::<String>())
    }
}
