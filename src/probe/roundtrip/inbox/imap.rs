//! A mailbox by IMAP, and the mailboxes for junk beside it. What is looked at is opened by EXAMINE and read
//! with PEEK, so that no flag changes; SELECT comes only to remove what is ours.

use std::sync::Arc;
use std::time::Duration;

use super::recognise::{header_token, is_junk, quoted};
use super::{At, Inbox, Mail, Pace, pause};
use crate::message::draft::FIELD;
use crate::message::token::{Token, Tokens};
use crate::probe::Scene;
use crate::probe::roundtrip::findings::{MAILBOX_BROKEN, MAILBOX_MISSING};
use crate::probe::roundtrip::line::Line;
use crate::session::imap::{Criteria, Idled, Imap, Mailbox, Term, sequence_set};
use crate::session::{Error, Kind};
use crate::wire::imap::data::Fetch;

/// So many of the newest messages are searched for old ones of ours.
const RECENT: u32 = 2000;
/// A mailbox with so few is read instead of searched.
const FEW: u32 = 50;
/// New messages that are looked at in one look.
const MOST: usize = 500;
/// New messages whose text is looked at as well, and how much of it.
const TEXTS: usize = 40;
const TEXT: usize = 32 * 1024;
/// Bytes that are asked for at once.
const PIECE: usize = 192 * 1024;
/// Fields that may bear the token.
const FIELDS: &str = "BODY.PEEK[HEADER.FIELDS (X-Mailprobe-Token Message-ID)]";
/// So many of the newest are looked at again when the server has numbered a mailbox anew.
const RENUMBERED: u32 = 500;
/// Mailboxes of an account that are looked at for junk.
const LISTED: usize = 2000;

/// From this look on a mailbox for junk that was not there is looked for again.
const LISTED_AGAIN: u32 = 3;

fn vain() -> Pace {
    Pace::new(Duration::from_millis(5), Duration::from_millis(250))
}

struct Folder {
    mailbox: Mailbox,
    junk: bool,
    validity: u64,
    /// The UID from which on all is new.
    next: u32,
    exists: u32,
}

/// See above.
pub struct ImapInbox {
    line: Arc<Line>,
    scene: Scene,
    tokens: Arc<Tokens>,
    wanted: String,
    junk: Option<Vec<String>>,
    imap: Option<Imap>,
    folders: Vec<Folder>,
    /// Which folder is open, and whether for writing.
    open: Option<(usize, bool)>,
    idles: bool,
    pace: Pace,
    slices: Pace,
    /// The last wait told of something in the first folder.
    news: bool,
    /// Old messages of ours in the other folders, once they have been looked for.
    aside: Option<Vec<Mail>>,
    /// The pause after news that were none: a server that tells of them without end is not asked without end.
    vain: Pace,
    looks: u32,
    /// The last look found nothing although the server told of something.
    in_vain: bool,
}

impl ImapInbox {
    /// `wanted` is the mailbox; `junk` the names of those for junk, where the caller knows them.
    pub fn new(
        line: Arc<Line>,
        scene: Scene,
        tokens: Arc<Tokens>,
        wanted: &str,
        junk: Option<Vec<String>>,
        most: Duration,
    ) -> Self {
        Self {
            line,
            scene,
            tokens,
            wanted: wanted.to_owned(),
            junk,
            imap: None,
            folders: Vec::new(),
            open: None,
            idles: false,
            pace: Pace::new(Duration::from_millis(20), most),
            // Dovecot tells of news half a second late, but looks when it is asked to stop: short slices first.
            slices: Pace::new(Duration::from_millis(5), Duration::from_secs(5).max(most)),
            news: false,
            aside: None,
            vain: vain(),
            looks: 0,
            in_vain: false,
        }
    }

    fn imap(&mut self) -> Result<&mut Imap, Error> {
        let gone = || Error {
            doing: "talk to".into(),
            peer: self.line.target.name.as_str().into(),
            kind: Kind::Closed,
        };
        self.imap.as_mut().ok_or_else(gone)
    }

    /// The mailboxes that are looked at.
    fn resolve(&mut self) -> Result<Vec<(Mailbox, bool)>, Error> {
        let mut all = vec![(Mailbox::named(&self.wanted), false)];
        if let Some(names) = &self.junk {
            all.extend(names.iter().map(|name| (Mailbox::named(name), true)));
            return Ok(all);
        }
        let wanted = self.wanted.clone();
        let imap = self.imap()?;
        let Ok(listed) = imap.list_special(LISTED)? else {
            return Ok(all);
        };
        let mut by_name = Vec::new();
        for list in &listed {
            if list.flags.no_select() {
                continue;
            }
            let mailbox = imap.listed(list);
            if mailbox.name() == wanted {
                continue;
            }
            if list.flags.has("\\Junk") || list.flags.has("\\Spam") {
                all.push((mailbox, true));
            } else if is_junk(mailbox.name(), list.delimiter) {
                by_name.push((mailbox, true));
            }
        }
        if all.len() == 1 {
            all.extend(by_name);
        }
        all.truncate(5);
        Ok(all)
    }

    /// Counts the folders; those that were known keep what is new in them.
    fn count(&mut self, wanted: Vec<(Mailbox, bool)>) -> Result<bool, Error> {
        let names: Vec<Mailbox> = wanted.iter().map(|(mailbox, _)| mailbox.clone()).collect();
        let counts = self
            .imap()?
            .status(&names, "MESSAGES UIDNEXT UIDVALIDITY")?;
        let mut folders = Vec::new();
        for ((mailbox, junk), count) in wanted.into_iter().zip(counts) {
            let count = match count {
                Ok(count) => count,
                // A junk mailbox that is not there holds nothing.
                Err(_) if junk => continue,
                Err(no) => {
                    let name = self.scene.name();
                    let (id, what) = if no.has_code("NONEXISTENT") || no.has_code("TRYCREATE") {
                        (MAILBOX_MISSING, "has no")
                    } else {
                        (MAILBOX_BROKEN, "cannot open the")
                    };
                    let text = format!("{name} {what} mailbox \"{mailbox}\": {no}");
                    self.scene.finding(id, text);
                    return Ok(false);
                }
            };
            let number = |item| count.get(item).unwrap_or_default();
            let next = u32::try_from(number("UIDNEXT")).unwrap_or(u32::MAX).max(1);
            let validity = number("UIDVALIDITY");
            // Numbered anew while we were away: what came in between has a number below the next one, too.
            let next = match self.folders.iter().find(|known| known.mailbox == mailbox) {
                Some(known) if known.validity == validity => known.next,
                Some(_) => next.saturating_sub(RENUMBERED).max(1),
                None => next,
            };
            folders.push(Folder {
                next,
                exists: u32::try_from(number("MESSAGES")).unwrap_or(u32::MAX),
                mailbox,
                junk,
                validity,
            });
        }
        self.folders = folders;
        Ok(true)
    }

    /// Opens a folder; false when it cannot be.
    fn enter(&mut self, folder: usize, write: bool) -> Result<bool, Error> {
        if self.open == Some((folder, write)) {
            return Ok(true);
        }
        let Some(mailbox) = self.folders.get(folder).map(|one| one.mailbox.clone()) else {
            return Ok(false);
        };
        self.open = None;
        let imap = self.imap()?;
        let opened = if write {
            imap.select(&mailbox)?
        } else {
            imap.examine(&mailbox)?
        };
        match opened {
            Ok(_) => {
                self.open = Some((folder, write));
                Ok(true)
            }
            Err(no) => {
                if folder == 0 {
                    let name = self.scene.name();
                    let text = format!("{name} cannot open the mailbox \"{mailbox}\": {no}");
                    self.scene.finding(MAILBOX_BROKEN, text);
                }
                Ok(false)
            }
        }
    }

    /// What is new in a folder.
    fn news(&mut self, folder: usize) -> Result<Vec<Mail>, Error> {
        if !self.enter(folder, false)? {
            return Ok(Vec::new());
        }
        let Some(next) = self.folders.get(folder).map(|one| one.next) else {
            return Ok(Vec::new());
        };
        let items = format!("UID INTERNALDATE {FIELDS}");
        let fetched = match self
            .imap()?
            .fetch(true, &format!("{next}:*"), &items, MOST)?
        {
            Ok(fetched) => fetched,
            Err(_) => return Ok(Vec::new()),
        };
        // `9:*` names the last message even when it is older.
        let new: Vec<&Fetch> = fetched
            .iter()
            .filter(|fetch| fetch.uid.is_some_and(|uid| uid >= next))
            .collect();
        let mut found = Vec::new();
        let mut unknown = Vec::new();
        for fetch in &new {
            let Some(uid) = fetch.uid else { continue };
            match self.token(fetch) {
                Some(token) => found.push(self.mail(folder, fetch, uid, token, false)),
                None => unknown.push(uid),
            }
        }
        // A header that was stripped leaves the token in the text; a bounce has it there, too.
        let skip = unknown.len().saturating_sub(TEXTS);
        let texts = unknown.get(skip..).unwrap_or_default().to_vec();
        if !texts.is_empty() {
            let items = format!("UID INTERNALDATE BODY.PEEK[]<0.{TEXT}>");
            let set = sequence_set(&texts);
            if let Ok(fetched) = self.imap()?.fetch(true, &set, &items, TEXTS)? {
                for fetch in &fetched {
                    let (Some(uid), Some(bytes)) = (fetch.uid, fetch.section("BODY[]")) else {
                        continue;
                    };
                    if let Some(token) = quoted(bytes, &self.tokens) {
                        found.push(self.mail(folder, fetch, uid, token, true));
                    }
                }
            }
        }
        let last = new.iter().filter_map(|fetch| fetch.uid).max();
        if let (Some(one), Some(last)) = (self.folders.get_mut(folder), last) {
            one.next = last.saturating_add(1);
        }
        Ok(found)
    }

    fn token(&self, fetch: &Fetch) -> Option<Token> {
        let bytes = fetch
            .sections
            .iter()
            .find(|(name, _)| name.to_ascii_uppercase().starts_with("BODY[HEADER.FIELDS"))
            .map(|(_, bytes)| bytes)?;
        header_token(bytes, &self.tokens)
    }

    fn mail(&self, folder: usize, fetch: &Fetch, uid: u32, token: Token, quoted: bool) -> Mail {
        let (place, validity, junk) = match self.folders.get(folder) {
            Some(one) => (one.mailbox.name().to_owned(), one.validity, one.junk),
            None => (String::new(), 0, false),
        };
        Mail {
            token,
            at: At::Imap(place.clone(), validity, uid),
            place,
            junk,
            arrived: fetch.internal_date.map(|date| date.unix),
            quoted,
        }
    }

    /// The folder in which a message is, as it is numbered now, and its UID.
    fn found(&self, mail: &Mail) -> Option<(usize, u32)> {
        let At::Imap(name, validity, uid) = &mail.at else {
            return None;
        };
        let at = self
            .folders
            .iter()
            .position(|one| one.mailbox.name() == name && one.validity == *validity)?;
        Some((at, *uid))
    }

    /// Many servers make the mailbox for junk when the first message goes there: all in it is new.
    fn appeared(&mut self) -> Result<(), Error> {
        if self.folders.iter().any(|one| one.junk) || self.junk.as_ref().is_some_and(Vec::is_empty)
        {
            return Ok(());
        }
        let junk: Vec<Mailbox> = self
            .resolve()?
            .into_iter()
            .filter(|(_, junk)| *junk)
            .map(|(mailbox, _)| mailbox)
            .collect();
        if junk.is_empty() {
            return Ok(());
        }
        let counts = self.imap()?.status(&junk, "MESSAGES UIDNEXT UIDVALIDITY")?;
        for (mailbox, count) in junk.into_iter().zip(counts) {
            let Ok(count) = count else { continue };
            self.folders.push(Folder {
                mailbox,
                junk: true,
                validity: count.get("UIDVALIDITY").unwrap_or_default(),
                next: 1,
                exists: 0,
            });
        }
        Ok(())
    }

    /// Old messages of ours in one folder, among the newest.
    fn recent(&mut self, folder: usize) -> Result<Vec<Mail>, Error> {
        let Some(exists) = self.folders.get(folder).map(|one| one.exists) else {
            return Ok(Vec::new());
        };
        if exists == 0 || !self.enter(folder, false)? {
            return Ok(Vec::new());
        }
        let first = exists.saturating_sub(RECENT - 1).max(1);
        let items = format!("UID INTERNALDATE {FIELDS}");
        let most = MOST;
        let fetched = if exists <= FEW {
            self.imap()?
                .fetch(false, &format!("1:{exists}"), &items, most)?
        } else {
            let mut uids = Vec::new();
            for field in [FIELD, "Message-ID"] {
                let criteria = Criteria {
                    numbers: Some(format!("{first}:{exists}")),
                    terms: vec![Term::Header(field.to_owned(), "mp1-".to_owned())],
                    ..Criteria::default()
                };
                if let Ok(found) = self.imap()?.search(&criteria, most)? {
                    uids.extend(found);
                }
            }
            if uids.is_empty() {
                return Ok(Vec::new());
            }
            self.imap()?
                .fetch(true, &sequence_set(&uids), &items, most)?
        };
        let mut found = Vec::new();
        for fetch in fetched.unwrap_or_default() {
            if let (Some(uid), Some(token)) = (fetch.uid, self.token(&fetch)) {
                found.push(self.mail(folder, &fetch, uid, token, false));
            }
        }
        Ok(found)
    }
}

impl Inbox for ImapInbox {
    fn name(&self) -> String {
        self.line.target.host().to_owned()
    }

    fn scene(&self) -> &Scene {
        &self.scene
    }

    fn how(&self) -> &'static str {
        if self.idles { "IMAP IDLE" } else { "IMAP" }
    }

    fn open(&mut self) -> Result<bool, Error> {
        self.open = None;
        self.imap = self.line.imap(&self.scene)?;
        if self.imap.is_none() {
            return Ok(false);
        }
        let wanted = self.resolve()?;
        if !self.count(wanted)? {
            return Ok(false);
        }
        self.idles = self.imap()?.offers(|offered| offered.has("IDLE"))?;
        // The others first, once, so that the first one is opened once: that may take long where it is large.
        if self.aside.is_none() {
            let mut aside = Vec::new();
            for folder in 1..self.folders.len() {
                aside.extend(self.recent(folder)?);
            }
            self.aside = Some(aside);
        }
        self.enter(0, false)
    }

    fn old(&mut self) -> Result<Vec<Mail>, Error> {
        let mut found = self.aside.clone().unwrap_or_default();
        found.extend(self.recent(0)?);
        Ok(found)
    }

    fn look(&mut self) -> Result<Vec<Mail>, Error> {
        let told = std::mem::take(&mut self.news);
        if !told && self.open == Some((0, false)) {
            self.imap()?.noop()?;
        }
        self.looks += 1;
        let _ = self.imap()?.has_news();
        let mut found = self.news(0)?;
        self.in_vain = told && found.is_empty();
        if !told && found.is_empty() && self.looks >= LISTED_AGAIN {
            self.appeared()?;
        }
        let junk: Vec<usize> = (0..self.folders.len())
            .filter(|at| self.folders.get(*at).is_some_and(|one| one.junk))
            .collect();
        if (told && !found.is_empty()) || junk.is_empty() {
            return Ok(found);
        }
        let names: Vec<Mailbox> = junk
            .iter()
            .filter_map(|at| Some(self.folders.get(*at)?.mailbox.clone()))
            .collect();
        let counts = self.imap()?.status(&names, "UIDNEXT")?;
        for (at, count) in junk.into_iter().zip(counts) {
            let next = count.ok().and_then(|count| count.get("UIDNEXT"));
            let known = self.folders.get(at).map(|one| u64::from(one.next));
            if next > known {
                found.extend(self.news(at)?);
            }
        }
        if found.is_empty() {
            self.enter(0, false)?;
        }
        Ok(found)
    }

    fn wait(&mut self, limit: Duration) -> Result<(), Error> {
        if !self.idles {
            pause(limit.min(self.pace.next()));
            return Ok(());
        }
        self.enter(0, false)?;
        if self.in_vain {
            pause(limit.min(self.vain.next()));
        }
        // It came while something else was answered: the server does not tell of it again.
        if self.imap()?.has_news() {
            self.news = true;
            return Ok(());
        }
        let slice = limit.min(self.slices.next());
        let clock = self.scene.deadline.clock();
        let begun = clock.elapsed();
        match self.imap()?.idle(slice) {
            Ok(Idled::News) => {
                let _ = self.imap()?.has_news();
                self.news = true;
            }
            Ok(Idled::Nothing) => {
                self.vain = vain();
                // A server that ends each IDLE at once is asked as one that has none.
                let rest = slice.saturating_sub(clock.elapsed().saturating_sub(begun));
                pause(rest.min(self.pace.next()));
            }
            Ok(Idled::Refused) => self.idles = false,
            // A unix socket cannot be waited for: it is asked again and again instead.
            Err(Error {
                kind: Kind::Io(error),
                ..
            }) if error.kind() == std::io::ErrorKind::Unsupported => self.idles = false,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn read(&mut self, mail: &Mail, most: usize) -> Result<Option<Vec<u8>>, Error> {
        let Some((folder, uid)) = self.found(mail) else {
            return Ok(None);
        };
        if !self.enter(folder, false)? {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        while bytes.len() < most {
            let piece = PIECE.min(most - bytes.len());
            let items = format!("UID BODY.PEEK[]<{}.{piece}>", bytes.len());
            let Ok(fetched) = self.imap()?.fetch(true, &uid.to_string(), &items, 4)? else {
                return Ok(None);
            };
            let got = fetched
                .iter()
                .find(|fetch| fetch.uid == Some(uid))
                .and_then(|fetch| fetch.section("BODY[]"));
            let Some(got) = got else { return Ok(None) };
            bytes.extend_from_slice(got);
            // Less is the end; more is all of it, from a server that knows no pieces.
            if got.len() != piece {
                break;
            }
        }
        Ok(Some(bytes))
    }

    fn remove(&mut self, mails: &[Mail]) -> Result<Vec<String>, Error> {
        let uidplus = self
            .imap()?
            .offers(|offered| offered.has("UIDPLUS") || offered.has("IMAP4rev2"))?;
        let mut troubles = Vec::new();
        if mails.iter().any(|mail| self.found(mail).is_none()) {
            // By their old numbers others' messages would go. The next run finds them.
            troubles.push("the mailbox was numbered anew (UIDVALIDITY)".to_owned());
        }
        for folder in 0..self.folders.len() {
            let uids: Vec<u32> = mails
                .iter()
                .filter_map(|mail| self.found(mail))
                .filter(|(at, _)| *at == folder)
                .map(|(_, uid)| uid)
                .collect();
            if uids.is_empty() {
                continue;
            }
            let name = self
                .folders
                .get(folder)
                .map_or(String::new(), |one| one.mailbox.name().to_owned());
            if !self.enter(folder, true)? {
                troubles.push(format!("\"{name}\" cannot be opened for writing"));
                continue;
            }
            let imap = self.imap()?;
            let alone = uidplus || {
                let criteria = Criteria {
                    deleted: true,
                    ..Criteria::default()
                };
                matches!(imap.search(&criteria, 1)?, Ok(found) if found.is_empty())
            };
            match imap.remove_all(&sequence_set(&uids), uidplus, alone)? {
                Ok(()) if alone => {}
                Ok(()) => troubles.push(format!(
                    "\"{name}\" holds other messages that are marked for removal: ours are marked only"
                )),
                Err(no) => troubles.push(format!("\"{name}\": {no}")),
            }
        }
        Ok(troubles)
    }

    fn places(&self) -> String {
        let names: Vec<&str> = self
            .folders
            .iter()
            .map(|folder| folder.mailbox.name())
            .collect();
        match names.as_slice() {
            [] => self.wanted.clone(),
            [one] => (*one).to_owned(),
            [first, rest @ ..] => format!("{first} and {}", rest.join(", ")),
        }
    }

    fn close(&mut self) {
        if let Some(mut imap) = self.imap.take() {
            let _ = imap.logout();
        }
        self.scene.over();
    }
}
