//! A server at either end, connected to and logged in.

use crate::cli::{LegPlan, Security};
use crate::probe::channel::Channel;
use crate::probe::login::Wanted;
use crate::probe::{Scene, Target, finding};
use crate::session::imap::Imap;
use crate::session::login::{Login, Outcome};
use crate::session::pop3::{Method, Pop3};
use crate::session::smtp::Smtp;
use crate::session::{Connection, Error};
use crate::wire::imap::Capabilities;

/// The way to a server, decided.
pub struct Line {
    pub channel: Channel,
    pub target: Target,
    pub login: Option<Login>,
    pub method: Option<String>,
    pub fqdn: Option<String>,
}

impl From<LegPlan> for Line {
    fn from(leg: LegPlan) -> Self {
        Self {
            channel: Channel {
                proxy: leg.proxy,
                tls: leg.tls,
            },
            target: Target {
                name: leg.name,
                dial: leg.dial,
                security: leg.security,
                domain: None,
            },
            login: leg.login,
            method: leg.method,
            fqdn: leg.fqdn,
        }
    }
}

impl Line {
    /// Who logs in, for people.
    pub fn user(&self) -> &str {
        self.login
            .as_ref()
            .map_or("", |login| login.credentials.user.as_str())
    }

    fn connect(&self, scene: &Scene) -> Result<Connection, Error> {
        self.channel.open(&self.target, scene)
    }

    fn missing(&self, what: &str, scene: &Scene) {
        let text = format!("{} does not offer {what}", self.target.name);
        scene.finding(finding::STARTTLS_MISSING, text);
    }

    /// A session with an SMTP or LMTP server, ready for MAIL. `None`: a finding says why not.
    pub fn smtp(&self, lmtp: bool, scene: &Scene) -> Result<Option<Smtp>, Error> {
        let mut smtp = Smtp::new(self.connect(scene)?, lmtp, self.fqdn.clone());
        smtp.greet()?;
        smtp.hello()?;
        if self.target.security == Security::Starttls {
            if smtp.capabilities().has("STARTTLS") {
                smtp.starttls()?;
                self.channel.describe(smtp.connection(), scene, "STARTTLS");
            } else {
                self.missing("STARTTLS", scene);
            }
        }
        if let Some(login) = &self.login {
            let login = login.at(self.target.host(), self.target.port());
            let outcome = smtp.login(&login, self.channel.verifies())?;
            if !Wanted::Accepted.judge(&outcome, &login.credentials.user, scene) {
                let _ = smtp.quit();
                return Ok(None);
            }
        }
        Ok(Some(smtp))
    }

    /// A session with an IMAP server, logged in. `None`: a finding says why not.
    pub fn imap(&self, scene: &Scene) -> Result<Option<Imap>, Error> {
        let mut imap = Imap::new(self.connect(scene)?);
        imap.greet()?;
        if self.channel.proxy.is_some() && !imap.connection().is_tls() {
            imap.understands_proxy()?;
        }
        if self.target.security == Security::Starttls {
            if !imap.is_preauth() && imap.offers(Capabilities::starttls)? {
                imap.starttls()?;
                self.channel.describe(imap.connection(), scene, "STARTTLS");
            } else {
                self.missing("STARTTLS", scene);
            }
        }
        let Some(login) = &self.login else {
            if imap.is_preauth() {
                return Ok(Some(imap));
            }
            self.nobody(scene);
            let _ = imap.logout();
            return Ok(None);
        };
        if imap.is_preauth() {
            scene.detail(format!(
                "{} is logged in already (PREAUTH)",
                self.target.name
            ));
            return Ok(Some(imap));
        }
        let login = login.at(self.target.host(), self.target.port());
        let outcome = imap.login(&login, self.method.is_some(), self.channel.verifies())?;
        if Wanted::Accepted.judge(&outcome, &login.credentials.user, scene) {
            return Ok(Some(imap));
        }
        let _ = imap.logout();
        Ok(None)
    }

    /// A session with a POP3 server, ready to log in.
    pub fn pop3(&self, scene: &Scene) -> Result<Pop3, Error> {
        let mut pop3 = Pop3::new(self.connect(scene)?);
        pop3.greet()?;
        if self.channel.proxy.is_some() && !pop3.connection().is_tls() {
            pop3.understands_proxy()?;
        }
        if self.target.security == Security::Starttls {
            pop3.capa()?;
            if pop3.capabilities().is_some_and(|found| found.stls()) {
                pop3.stls()?;
                self.channel.describe(pop3.connection(), scene, "STLS");
            } else {
                self.missing("STLS", scene);
            }
        }
        pop3.capa()?;
        Ok(pop3)
    }

    /// The login in POP3; what came of it.
    pub fn pop3_login(&self, pop3: &mut Pop3) -> Result<Option<Outcome>, Error> {
        let Some(login) = &self.login else {
            return Ok(None);
        };
        let method = match self.method.as_deref() {
            Some(name) if name.eq_ignore_ascii_case("APOP") => Method::Apop,
            Some(name) if name.eq_ignore_ascii_case("USER") => Method::User,
            _ => Method::Strongest,
        };
        let login = login.at(self.target.host(), self.target.port());
        pop3.login(&login, method, self.channel.verifies())
            .map(Some)
    }

    pub fn nobody(&self, scene: &Scene) {
        let text = format!(
            "{}: nobody is logged in, so that no mailbox can be looked at: give a user",
            self.target.name
        );
        scene.finding(finding::AUTH_MISSING, text);
    }
}
