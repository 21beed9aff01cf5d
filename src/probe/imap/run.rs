//! The check of one IMAP server, step by step.

use super::findings::{
    CAPABILITY_FORBIDDEN, CAPABILITY_MISSING, MECHANISM_MISSING, PREAUTH, SERVER_ALERT,
};
use super::mailboxes::{self, Asked};
use super::{audit, classic, matching, quota, write_test};
use crate::cli::{Classic, Security};
use crate::probe::channel::Channel;
use crate::probe::login::Wanted;
use crate::probe::{Check, Scene, Target, finding};
use crate::session::Error;
use crate::session::imap::{BARE_LF, Imap};
use crate::session::login::{Login, Outcome, Refusal};
use crate::wire::imap::Capabilities;

/// What is checked, decided.
pub struct ImapCheck {
    pub channel: Channel,
    pub classic: Classic,
    pub login: Option<Login>,
    pub login_command: bool,
    pub wanted: Wanted,
    pub asked: Asked,
    pub id: bool,
    pub utf8: bool,
    pub audit: bool,
    pub require: Vec<String>,
    pub forbid: Vec<String>,
    pub mechanisms: Vec<String>,
}

impl Check for ImapCheck {
    fn run(&self, target: &Target, scene: &Scene) -> Result<(), Error> {
        let mut connection = self.channel.open(target, scene)?;
        if let Some(text) = &self.classic.send {
            return classic::follow(&mut connection, &self.classic, text, scene);
        }
        classic::pause(&connection, &self.classic, scene)?;
        let mut imap = Imap::new(connection);
        let outcome = self.converse(&mut imap, target, scene);
        for alert in imap.alerts() {
            scene.finding(SERVER_ALERT, format!("{} says: {alert}", target.name));
        }
        if imap.bare_lf() {
            scene.finding(BARE_LF, format!("{} ends lines with LF alone", target.name));
        }
        for warning in imap.warnings() {
            scene.detail(format!("the server warns: {warning}"));
        }
        match &outcome {
            Err(error) if !error.leaves_a_listener() => outcome,
            said => {
                if let Err(error) = said {
                    scene.fail(error);
                }
                let farewell = match &self.classic.quit {
                    Some(words) => {
                        classic::quit(imap.connection_mut(), words);
                        Ok(())
                    }
                    None => imap.logout(),
                };
                // Whoever said no already has said why.
                if outcome.is_ok() { farewell } else { Ok(()) }
            }
        }
    }
}

impl ImapCheck {
    fn converse(&self, imap: &mut Imap, target: &Target, scene: &Scene) -> Result<(), Error> {
        if !self.greet(imap, scene)? {
            return Ok(());
        }
        // Where TLS stands the header was understood.
        if self.channel.proxy.is_some() && !imap.connection().is_tls() {
            imap.understands_proxy()?;
        }
        if self.audit {
            audit::plaintext(imap, scene)?;
        }
        self.starttls(imap, target, scene)?;
        // What is offered for a login is offered before it.
        self.mechanisms(imap, scene)?;
        let inside = self.log_in(imap, target, scene)?;
        if !inside && self.login.is_some() {
            return Ok(());
        }
        if self.id {
            Self::identify(imap, scene)?;
        }
        self.capabilities(imap, scene)?;
        if self.utf8 && inside {
            Self::enable_utf8(imap, scene)?;
        }
        if !self.asked.anything() {
            return Ok(());
        }
        if !inside {
            let text = format!(
                "{}: nobody is logged in, so that no mailbox can be looked at (--user)",
                scene.name()
            );
            scene.finding(finding::AUTH_MISSING, text);
            return Ok(());
        }
        self.look(imap, scene)
    }

    /// Waits for the greeting and looks for the text of `-e` in it; tells whether to go on. One that
    /// refuses to serve is fine when it is what `-e` expects.
    fn greet(&self, imap: &mut Imap, scene: &Scene) -> Result<bool, Error> {
        let outcome = imap.greet();
        let Some(greeting) = imap.greeting() else {
            return outcome.map(|_| true);
        };
        let line = format!("* {greeting}");
        let met = self.classic.met(line.as_bytes());
        if outcome.is_err() && met && !self.classic.expect.is_empty() {
            scene.journal.leave(line);
            scene.proven("greets as expected");
            return Ok(false);
        }
        outcome?;
        if !met {
            classic::mismatch("the greeting", &line, &self.classic, scene);
        }
        let asked_for = self
            .classic
            .expect
            .iter()
            .any(|text| text.contains("PREAUTH"));
        if imap.is_preauth() && !asked_for {
            let text = format!(
                "{} greets with PREAUTH: everybody who connects is logged in",
                scene.name()
            );
            scene.finding(PREAUTH, text);
        }
        Ok(true)
    }

    fn starttls(&self, imap: &mut Imap, target: &Target, scene: &Scene) -> Result<(), Error> {
        if target.security != Security::Starttls {
            return Ok(());
        }
        // STARTTLS is not allowed in a session that is logged in (RFC 3501 §6.2.1): a man in the
        // middle who greets with PREAUTH would keep it plain.
        let why = if imap.is_preauth() {
            Some("is logged in before STARTTLS (PREAUTH)")
        } else if imap.offers(Capabilities::starttls)? {
            None
        } else {
            Some("does not offer STARTTLS")
        };
        if let Some(why) = why {
            // The audit has said so already.
            if !self.audit || imap.is_preauth() {
                let text = format!("{} {why}", target.name);
                scene.finding(finding::STARTTLS_MISSING, text);
            }
            return Ok(());
        }
        let before: Vec<String> = imap.capabilities()?.names().map(str::to_owned).collect();
        imap.starttls()?;
        self.channel.describe(imap.connection(), scene, "STARTTLS");
        scene.detail(format!("before TLS it offers {}", before.join(" ")));
        Ok(())
    }

    fn mechanisms(&self, imap: &mut Imap, scene: &Scene) -> Result<(), Error> {
        if self.mechanisms.is_empty() {
            return Ok(());
        }
        let offered: Vec<String> = imap
            .all_capabilities()?
            .sasl()
            .into_iter()
            .map(str::to_ascii_uppercase)
            .collect();
        for wanted in &self.mechanisms {
            if offered.iter().any(|name| name.eq_ignore_ascii_case(wanted)) {
                continue;
            }
            let offered = if offered.is_empty() {
                "nothing".to_owned()
            } else {
                offered.join(" ")
            };
            let text = format!(
                "{} does not offer AUTH={} (but {offered})",
                scene.name(),
                wanted.to_uppercase()
            );
            scene.finding(MECHANISM_MISSING, text);
        }
        Ok(())
    }

    /// Logs in; tells whether we are in.
    fn log_in(&self, imap: &mut Imap, target: &Target, scene: &Scene) -> Result<bool, Error> {
        let Some(login) = &self.login else {
            return Ok(imap.is_preauth());
        };
        if imap.is_preauth() {
            let text = format!(
                "{} is logged in already (PREAUTH): the login of \"{}\" cannot be tried",
                scene.name(),
                login.credentials.user
            );
            scene.finding(finding::AUTH_MISSING, text);
            return Ok(false);
        }
        let login = login.at(target.host(), target.port());
        let outcome = imap.login(&login, self.login_command, self.channel.verifies())?;
        if let (Wanted::Accepted, Outcome::Refused(refusal)) = (self.wanted, &outcome)
            && let Some(hint) = hint(refusal)
        {
            scene.hint(hint);
        }
        let inside = self.wanted.judge(&outcome, &login.credentials.user, scene);
        Ok(inside)
    }

    fn identify(imap: &mut Imap, scene: &Scene) -> Result<(), Error> {
        if !imap.offers(|offered| offered.has("ID"))? {
            scene.detail("it does not offer ID");
            return Ok(());
        }
        let found = imap.id()?;
        let words: Vec<String> = found
            .iter()
            .filter_map(|(name, value)| Some(format!("{name} {}", value.as_deref()?)))
            .collect();
        scene.detail(if words.is_empty() {
            "its ID is empty".to_owned()
        } else {
            format!("its ID: {}", words.join(", "))
        });
        Ok(())
    }

    /// What is offered now: after the login, where there is one.
    fn capabilities(&self, imap: &mut Imap, scene: &Scene) -> Result<(), Error> {
        let needed = !self.require.is_empty() || !self.forbid.is_empty();
        if needed {
            imap.all_capabilities()?;
        }
        let Some(offered) = imap.known_capabilities() else {
            return Ok(());
        };
        let names: Vec<&str> = offered.names().collect();
        scene.detail(format!("it offers {}", names.join(" ")));
        let name = scene.name();
        for wanted in self.require.iter().filter(|wanted| !offered.has(wanted)) {
            let text = format!("{name} does not offer {}", wanted.to_uppercase());
            scene.finding(CAPABILITY_MISSING, text);
        }
        for forbidden in self.forbid.iter().filter(|name| offered.has(name)) {
            let text = format!(
                "{name} offers {}, which it must not",
                forbidden.to_uppercase()
            );
            scene.finding(CAPABILITY_FORBIDDEN, text);
        }
        Ok(())
    }

    fn enable_utf8(imap: &mut Imap, scene: &Scene) -> Result<(), Error> {
        let name = scene.name();
        if !imap.offers(Capabilities::utf8)? {
            let text = format!("{name} does not offer UTF8=ACCEPT");
            scene.finding(CAPABILITY_MISSING, text);
        } else if imap.enable_utf8()? {
            scene.proven("UTF8=ACCEPT enabled");
        } else {
            let text = format!("{name} offers UTF8=ACCEPT and does not enable it");
            scene.finding(CAPABILITY_MISSING, text);
        }
        Ok(())
    }

    /// Looks into mailboxes.
    fn look(&self, imap: &mut Imap, scene: &Scene) -> Result<(), Error> {
        let asked = &self.asked;
        // A server that speaks UTF-8 only must be told so first (RFC 6855 §6).
        if !self.utf8
            && imap
                .known_capabilities()
                .is_some_and(|offered| offered.has("UTF8=ONLY"))
        {
            imap.enable_utf8()?;
        }
        let mut names = mailboxes::resolve(imap, asked, scene)?;
        if names.is_empty() {
            return Ok(());
        }
        if asked.counts || asked.size {
            names = mailboxes::count(imap, &names, asked, scene)?;
        }
        mailboxes::date(imap, &names, asked, scene)?;
        if let Some(conditions) = &asked.conditions {
            matching::check(imap, &names, conditions, asked, scene)?;
        }
        if let (true, Some(first)) = (asked.quota, names.first()) {
            let user = self
                .login
                .as_ref()
                .map_or(first.name(), |login| &login.credentials.user);
            quota::check(imap, first, user, scene)?;
        }
        if let (true, Some(first)) = (asked.write_test, names.first()) {
            write_test::check(imap, first, scene)?;
        }
        Ok(())
    }
}

/// RFC 5530: what the code of a refusal says about whom to ask.
fn hint(refusal: &Refusal) -> Option<&'static str> {
    Some(match refusal.code.as_str() {
        "EXPIRED" => "the password has expired: give the account a new one",
        "AUTHORIZATIONFAILED" => {
            "the password is right, but this user may not act as the one of --authzid"
        }
        "PRIVACYREQUIRED" => "the server wants TLS first: use --starttls or --tls",
        "CONTACTADMIN" => "the account itself is in trouble: its administrator has to look at it",
        "UNAVAILABLE" => "the server's own user database does not answer",
        _ => return None,
    })
}
