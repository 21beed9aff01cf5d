//! A maildrop by POP3. A session sees the maildrop as it was at its login and may lock it, so that each look is
//! a session of its own, and none is held open while nothing is to be done.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use super::recognise::{header_token, quoted};
use super::{At, Inbox, Mail, Pace, pause};
use crate::message::Message;
use crate::message::token::{Token, Tokens};
use crate::probe::Scene;
use crate::probe::login::Wanted;
use crate::probe::roundtrip::findings::{MAILBOX_BROKEN, MAILBOX_LOCKED};
use crate::probe::roundtrip::line::Line;
use crate::session::login::Outcome;
use crate::session::pop3::Pop3;
use crate::session::{Error, Kind};

/// So many of the newest messages are looked at for old ones of ours.
const RECENT: usize = 300;
/// New messages that are looked at in one look.
const MOST: usize = 200;
/// The newest that are looked at each time, where the server knows no unique ids.
const NUMBERED: usize = 30;
/// New messages whose text is looked at as well, and how many lines of it.
const TEXTS: usize = 40;
const LINES: u32 = 400;

/// See above.
pub struct Pop3Inbox {
    line: Arc<Line>,
    scene: Scene,
    tokens: Arc<Tokens>,
    pop3: Option<Pop3>,
    /// What is there: number, and id.
    present: Vec<(u32, u64)>,
    /// Ids that were there before, or were looked at.
    known: HashSet<u64>,
    /// The server knows unique ids.
    unique: bool,
    /// Where it does not: how often each token was told of.
    told: HashMap<Token, usize>,
    /// The maildrop was counted once.
    begun: bool,
    /// Why it could not be looked at, while another session has it.
    locked: Option<String>,
    pace: Pace,
}

/// What came of a login.
enum Entry {
    In,
    Locked(String),
    Refused,
}

impl Pop3Inbox {
    pub fn new(line: Arc<Line>, scene: Scene, tokens: Arc<Tokens>, most: Duration) -> Self {
        Self {
            line,
            scene,
            tokens,
            pop3: None,
            present: Vec::new(),
            known: HashSet::new(),
            unique: true,
            told: HashMap::new(),
            begun: false,
            locked: None,
            pace: Pace::new(Duration::from_millis(150), most),
        }
    }

    /// Connects, logs in and counts.
    fn enter(&mut self) -> Result<Entry, Error> {
        if self.pop3.is_some() {
            return Ok(Entry::In);
        }
        let mut pop3 = self.line.pop3(&self.scene)?;
        let user = self.line.user().to_owned();
        match self.line.pop3_login(&mut pop3)? {
            None => {
                self.line.nobody(&self.scene);
                pop3.quit(None);
                return Ok(Entry::Refused);
            }
            Some(Outcome::Refused(refusal)) if later(&refusal.code) => {
                pop3.quit(None);
                return Ok(Entry::Locked(refusal.quote));
            }
            Some(Outcome::Refused(refusal)) if refusal.code.starts_with("SYS/PERM") => {
                let name = self.scene.name();
                let text = format!(
                    "{name} cannot open the mailbox of \"{user}\": {}",
                    refusal.quote
                );
                self.scene.finding(MAILBOX_BROKEN, text);
                pop3.quit(None);
                return Ok(Entry::Refused);
            }
            Some(outcome) => {
                if !Wanted::Accepted.judge(&outcome, &user, &self.scene) {
                    pop3.quit(None);
                    return Ok(Entry::Refused);
                }
            }
        }
        let maildrop = match pop3.survey() {
            Ok(maildrop) => maildrop,
            Err(error) => {
                if let Kind::Refused { code, quote, .. } = &error.kind
                    && later(code)
                {
                    let quote = quote.clone();
                    pop3.quit(None);
                    return Ok(Entry::Locked(quote));
                }
                return Err(error);
            }
        };
        self.unique = maildrop.ids.is_some();
        self.present = match &maildrop.ids {
            Some(ids) => ids.clone(),
            None => maildrop
                .numbers()
                .into_iter()
                .map(|number| (number, u64::from(number)))
                .collect(),
        };
        self.pop3 = Some(pop3);
        Ok(Entry::In)
    }

    /// The messages among these that bear a token of ours; the others' texts are looked at where `texts`
    /// says so.
    fn ours(&mut self, numbers: &[(u32, u64)], texts: bool) -> Result<Vec<Mail>, Error> {
        let Some(pop3) = self.pop3.as_mut() else {
            return Ok(Vec::new());
        };
        let id_of = |number: u32| {
            numbers
                .iter()
                .find(|(one, _)| *one == number)
                .map(|(_, id)| *id)
        };
        let tokens = &self.tokens;
        let mut found = Vec::new();
        let mut unknown = Vec::new();
        let mut take = |number: u32, bytes: &[u8], token, in_text| {
            if let Some(id) = id_of(number) {
                found.push(Mail {
                    token,
                    place: "the maildrop".to_owned(),
                    junk: false,
                    arrived: Message::parse(bytes).received(),
                    at: At::Pop3(id),
                    quoted: in_text,
                });
            }
        };
        let plain: Vec<u32> = numbers.iter().map(|(number, _)| *number).collect();
        pop3.top(&plain, 0, |number, bytes| {
            match header_token(&bytes, tokens) {
                Some(token) => take(number, &bytes, token, false),
                None => unknown.push(number),
            }
        })?;
        if texts {
            let skip = unknown.len().saturating_sub(TEXTS);
            let last = unknown.get(skip..).unwrap_or_default().to_vec();
            pop3.top(&last, LINES, |number, bytes| {
                if let Some(token) = quoted(&bytes, tokens) {
                    take(number, &bytes, token, true);
                }
            })?;
        }
        Ok(found)
    }

    /// Ends the session, so that others may look.
    fn release(&mut self) {
        if let Some(mut pop3) = self.pop3.take() {
            pop3.quit(None);
        }
    }

    /// The number of a message in the session that is open.
    fn number(&mut self, mail: &Mail) -> Result<Option<u32>, Error> {
        let At::Pop3(id) = mail.at else {
            return Ok(None);
        };
        if !matches!(self.enter()?, Entry::In) {
            return Ok(None);
        }
        let at = self.present.iter().find(|(_, one)| *one == id).copied();
        let Some((number, id)) = at else {
            return Ok(None);
        };
        // Numbers change from session to session: the token decides.
        let there = self.ours(&[(number, id)], mail.quoted)?;
        let same = there.iter().any(|one| one.token == mail.token);
        Ok(same.then_some(number))
    }
}

/// Will the mailbox be free later (RFC 2449 §8.1)?
fn later(code: &str) -> bool {
    matches!(
        code.split(' ').next(),
        Some("IN-USE" | "LOGIN-DELAY" | "SYS/TEMP")
    )
}

impl Inbox for Pop3Inbox {
    fn name(&self) -> String {
        self.line.target.host().to_owned()
    }

    fn scene(&self) -> &Scene {
        &self.scene
    }

    fn how(&self) -> &'static str {
        "POP3"
    }

    fn open(&mut self) -> Result<bool, Error> {
        // Another session may be about to end.
        let patience = self.scene.deadline.within(self.scene.deadline.total() / 4);
        let mut pace = Pace::new(Duration::from_millis(200), Duration::from_secs(2));
        loop {
            match self.enter()? {
                Entry::In => break,
                Entry::Refused => return Ok(false),
                Entry::Locked(quote) => match patience.remaining() {
                    Ok(left) => pause(left.min(pace.next())),
                    Err(_) => {
                        let text = format!(
                            "{}: mailbox of \"{}\" is locked by another session: {quote}",
                            self.scene.name(),
                            self.line.user()
                        );
                        self.scene.finding(MAILBOX_LOCKED, text);
                        return Ok(false);
                    }
                },
            }
        }
        if !self.begun {
            self.begun = true;
            self.known = self.present.iter().map(|(_, id)| *id).collect();
        }
        Ok(true)
    }

    fn old(&mut self) -> Result<Vec<Mail>, Error> {
        let skip = self.present.len().saturating_sub(RECENT);
        let recent = self.present.get(skip..).unwrap_or_default().to_vec();
        self.ours(&recent, false)
    }

    fn look(&mut self) -> Result<Vec<Mail>, Error> {
        self.locked = None;
        match self.enter()? {
            Entry::In => {}
            Entry::Locked(quote) => {
                self.locked = Some(quote);
                return Ok(Vec::new());
            }
            // Asked again and again, the server would lock the account.
            Entry::Refused => {
                return Err(Error {
                    doing: "log in again at".into(),
                    peer: self.line.target.name.as_str().into(),
                    kind: Kind::Closed,
                });
            }
        }
        let mut new: Vec<(u32, u64)> = self
            .present
            .iter()
            // Numbers alone say nothing: what was the second message may be the first one now.
            .filter(|(_, id)| !self.unique || !self.known.contains(id))
            .copied()
            .collect();
        let most = if self.unique { MOST } else { NUMBERED };
        let skip = new.len().saturating_sub(most);
        new.drain(..skip);
        let mut found = self.ours(&new, true)?;
        if self.unique {
            self.known.extend(new.iter().map(|(_, id)| *id));
        } else {
            // What was told of before is among the newest again.
            let mut now: HashMap<Token, usize> = HashMap::new();
            found.retain(|mail| {
                let count = now.entry(mail.token.clone()).or_default();
                *count += 1;
                *count > self.told.get(&mail.token).copied().unwrap_or_default()
            });
            for (token, count) in now {
                let told = self.told.entry(token).or_default();
                *told = count.max(*told);
            }
        }
        Ok(found)
    }

    fn wait(&mut self, limit: Duration) -> Result<(), Error> {
        self.release();
        pause(limit.min(self.pace.next()));
        Ok(())
    }

    fn read(&mut self, mail: &Mail, _most: usize) -> Result<Option<Vec<u8>>, Error> {
        let Some(number) = self.number(mail)? else {
            return Ok(None);
        };
        match self.pop3.as_mut() {
            Some(pop3) => pop3.retrieve(number).map(Some),
            None => Ok(None),
        }
    }

    fn remove(&mut self, mails: &[Mail]) -> Result<Vec<String>, Error> {
        let mut troubles = Vec::new();
        let mut marked = false;
        for mail in mails {
            let Some(number) = self.number(mail)? else {
                if let Some(quote) = &self.locked {
                    troubles.push(quote.clone());
                }
                continue;
            };
            if let Some(pop3) = self.pop3.as_mut() {
                match pop3.delete(number)? {
                    Ok(()) => marked = true,
                    Err(quote) => troubles.push(quote),
                }
            }
        }
        // What was marked goes when the session ends in good order (RFC 1939 §6).
        if marked
            && let Some(mut pop3) = self.pop3.take()
            && let Err(quote) = pop3.update()?
        {
            troubles.push(quote);
        }
        Ok(troubles)
    }

    fn places(&self) -> String {
        match &self.locked {
            Some(quote) => format!("maildrop locked: {quote}"),
            None => "maildrop".to_owned(),
        }
    }

    fn close(&mut self) {
        self.release();
        self.scene.over();
    }
}
