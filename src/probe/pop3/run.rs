//! The check of one POP3 server, step by step.

use super::findings::{CAPABILITY_FORBIDDEN, CAPABILITY_MISSING, LISTING_INCONSISTENT};
use super::{audit, refusal};
use crate::cli::{Classic, Conditions, Security};
use crate::probe::channel::Channel;
use crate::probe::login::Wanted;
use crate::probe::mail::{self, Mail};
use crate::probe::{Check, Scene, Target, classic, finding};
use crate::report::{Metric, Unit};
use crate::session::login::Login;
use crate::session::pop3::{Maildrop, Method, Pop3};
use crate::session::{Error, Kind};
use crate::time::Clock;

/// Lines of a body that are looked at: a report says how it went at its beginning.
const BODY_LINES: u32 = 200;

/// What a greeting begins with.
const GREETING: &str = "+OK";

/// What is checked, decided.
pub struct Pop3Check {
    pub channel: Channel,
    pub classic: Classic,
    pub login: Option<Login>,
    pub method: Method,
    pub wanted: Wanted,
    pub conditions: Option<Conditions>,
    pub newest: u32,
    pub audit: bool,
    pub require: Vec<String>,
    pub forbid: Vec<String>,
}

impl Check for Pop3Check {
    fn run(&self, target: &Target, scene: &Scene) -> Result<(), Error> {
        let connection = self.channel.open(target, scene)?;
        let mut pop3 = Pop3::new(connection);
        let outcome = self.converse(&mut pop3, target, scene);
        for (quirk, words) in pop3.quirks() {
            scene.finding(quirk, format!("{} {words}", target.name));
        }
        match &outcome {
            Err(error) if !error.leaves_a_listener() => outcome,
            said => {
                if let Err(error) = said {
                    scene.fail(error);
                }
                let words = self.classic.quit.as_deref().map(classic::raw);
                pop3.quit(words.as_ref());
                Ok(())
            }
        }
    }
}

impl Pop3Check {
    fn converse(&self, pop3: &mut Pop3, target: &Target, scene: &Scene) -> Result<(), Error> {
        if self.classic.send.is_none() {
            classic::pause(pop3.connection(), &self.classic, scene)?;
        }
        if !self.greet(pop3, scene)? {
            return Ok(());
        }
        // Where TLS stands the header was understood.
        if self.channel.proxy.is_some()
            && !pop3.connection().is_tls()
            && self.classic.send.is_none()
        {
            pop3.understands_proxy()?;
        }
        if self.audit || target.security == Security::Starttls {
            pop3.capa()?;
        }
        if self.audit {
            audit::plaintext(pop3, scene)?;
        }
        self.stls(pop3, target, scene)?;
        if let Some(text) = &self.classic.send {
            return self.follow(pop3, text, scene);
        }
        // PIPELINING saves more round trips than asking for it costs.
        if self.login.is_some() || !self.require.is_empty() || !self.forbid.is_empty() {
            pop3.capa()?;
        }
        self.capabilities(pop3, scene);
        if !self.log_in(pop3, target, scene)? {
            return Ok(());
        }
        let maildrop = match pop3.survey() {
            Ok(maildrop) => maildrop,
            Err(error) if self.locked(&error, scene) => return Ok(()),
            Err(error) => return Err(error),
        };
        Self::count(&maildrop, scene);
        self.read(pop3, &maildrop, scene)
    }

    /// Waits for the greeting and looks for the text of -e in it; tells whether to go on. One that
    /// refuses to serve is fine when it is what -e expects.
    fn greet(&self, pop3: &mut Pop3, scene: &Scene) -> Result<bool, Error> {
        let outcome = pop3.greet();
        let Some(greeting) = pop3.greeting() else {
            return outcome.map(|()| true);
        };
        let line = String::from_utf8_lossy(&greeting.line).into_owned();
        let expected = !self.classic.expect.is_empty();
        let met = self.classic.met(&greeting.line);
        if outcome.is_err() && expected && met {
            scene.journal.leave(line.clone());
            scene.proven("greets as expected");
            return Ok(false);
        }
        outcome?;
        if expected && !met && self.classic.send.is_none() {
            classic::mismatch("the greeting", &line, GREETING, &self.classic, scene);
        }
        Ok(true)
    }

    /// The dialogue of -s and -e.
    fn follow(&self, pop3: &mut Pop3, text: &[u8], scene: &Scene) -> Result<(), Error> {
        let heard = pop3
            .greeting()
            .map(|greeting| [greeting.line.as_slice(), b"\r\n"].concat())
            .unwrap_or_default();
        let connection = pop3.connection_mut();
        classic::follow(connection, &self.classic, text, GREETING, heard, scene)
    }

    fn stls(&self, pop3: &mut Pop3, target: &Target, scene: &Scene) -> Result<(), Error> {
        if target.security != Security::Starttls {
            return Ok(());
        }
        let before: Vec<String> = match pop3.capabilities() {
            Some(found) if found.stls() => found.words().collect(),
            _ => {
                // The audit has said so already.
                if !self.audit {
                    scene.finding(
                        finding::STARTTLS_MISSING,
                        format!("{} does not offer STLS", target.name),
                    );
                }
                return Ok(());
            }
        };
        pop3.stls()?;
        self.channel.describe(pop3.connection(), scene, "STLS");
        scene.detail(format!("before TLS it offers {}", before.join(", ")));
        Ok(())
    }

    fn capabilities(&self, pop3: &Pop3, scene: &Scene) {
        let name = scene.name();
        let offered = pop3.capabilities();
        if let Some(offered) = offered {
            let words: Vec<String> = offered.words().collect();
            scene.detail(format!("it offers {}", words.join(", ")));
        }
        let has = |keyword: &&String| offered.is_some_and(|offered| offered.has(keyword));
        for keyword in self.require.iter().filter(|keyword| !has(keyword)) {
            scene.finding(
                CAPABILITY_MISSING,
                format!("{name} does not offer {}", keyword.to_uppercase()),
            );
        }
        for keyword in self.forbid.iter().filter(has) {
            scene.finding(
                CAPABILITY_FORBIDDEN,
                format!(
                    "{name} offers {}, which it must not",
                    keyword.to_uppercase()
                ),
            );
        }
    }

    /// Logs in; tells whether there is a reason to go on.
    fn log_in(&self, pop3: &mut Pop3, target: &Target, scene: &Scene) -> Result<bool, Error> {
        let Some(login) = &self.login else {
            return Ok(false);
        };
        let login = login.at(target.host(), target.port());
        let outcome = pop3.login(&login, self.method, self.channel.verifies())?;
        let inside = refusal::judge(self.wanted, &outcome, &login.credentials.user, scene);
        Ok(inside && self.wanted == Wanted::Accepted)
    }

    /// Some servers lock the mailbox at the login, some when it is looked into.
    fn locked(&self, error: &Error, scene: &Scene) -> bool {
        match (&error.kind, &self.login) {
            (Kind::Refused { code, quote, .. }, Some(login)) if code == "IN-USE" => {
                refusal::lock(&login.credentials.user, quote, scene);
                true
            }
            _ => false,
        }
    }

    /// What STAT, LIST and UIDL say.
    fn count(maildrop: &Maildrop, scene: &Scene) {
        let stat = maildrop.stat;
        #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 mails")]
        let (messages, octets) = (stat.messages as f64, stat.octets as f64);
        scene.metric(Metric::new("messages", messages, Unit::Count));
        scene.metric(Metric::new("size", octets, Unit::Bytes));
        scene.proven(format!(
            "{} {}",
            stat.messages,
            if stat.messages == 1 { "mail" } else { "mails" }
        ));
        let disagreements = maildrop.disagreements();
        if !disagreements.is_empty() {
            let texts: Vec<String> = disagreements.iter().map(ToString::to_string).collect();
            scene.finding(
                LISTING_INCONSISTENT,
                format!("{} contradicts itself: {}", scene.name(), texts.join("; ")),
            );
        }
    }

    /// Reads what is needed to answer the question, and nothing else.
    fn read(&self, pop3: &mut Pop3, maildrop: &Maildrop, scene: &Scene) -> Result<(), Error> {
        let conditions = self.conditions.as_ref();
        let (oldest, newest) = (scene.judges("oldest"), scene.judges("newest"));
        if conditions.is_none() && !oldest && !newest {
            return Ok(());
        }
        let numbers = maildrop.numbers();
        let most = usize::try_from(self.newest).unwrap_or(usize::MAX);
        let mut wanted: Vec<u32> = Vec::new();
        if conditions.is_some() {
            wanted.extend(last(&numbers, most));
        } else {
            // An old mail that was moved here has a high number. Looking at more than one of each
            // end tells, and costs nothing where commands go out together.
            let most = if pop3.pipelines() { most } else { 1 };
            if oldest {
                wanted.extend(numbers.get(..most).unwrap_or(&numbers));
            }
            if newest {
                wanted.extend(last(&numbers, most));
            }
            wanted.sort_unstable();
            wanted.dedup();
        }
        let lines = match conditions {
            Some(conditions) if conditions.need_bodies() => BODY_LINES,
            _ => 0,
        };
        let mut mails = Vec::new();
        pop3.top(&wanted, lines, |number, bytes| {
            mails.extend(Mail::see(number, &bytes, None, conditions));
        })?;
        let among = match (numbers.len(), wanted.len()) {
            (0, _) => "none at all: the mailbox is empty".to_owned(),
            (all, some) if all == some => format!("the {all} in the mailbox"),
            (all, some) => format!("the newest {some} of {all}"),
        };
        // What has a date is told by its age.
        if let Some(conditions) = conditions
            && !mails.is_empty()
            && mails.iter().all(|mail| mail.came.is_none())
        {
            let count = mails.len();
            scene.proven(format!("{count} matches of {}", conditions.words()));
        }
        mail::judge(mails, conditions, "", &among, scene, Clock::unix_time());
        Ok(())
    }
}

fn last(numbers: &[u32], most: usize) -> &[u32] {
    let from = numbers.len().saturating_sub(most);
    numbers.get(from..).unwrap_or_default()
}
