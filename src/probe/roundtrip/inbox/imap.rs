//! A mailbox by IMAP, and the mailboxes for junk beside it. What is looked at is opened by EXAMINE and read
//! with PEEK, so that no flag changes; SELECT comes only to remove what is ours.

mod folders;
mod messages;

use std::sync::Arc;
use std::time::Duration;

use super::{Inbox, Mail, Pace, pause};
use crate::message::token::Tokens;
use crate::probe::Scene;
use crate::probe::roundtrip::line::Line;
use crate::session::imap::{Criteria, Idled, Imap, Mailbox, sequence_set};
use crate::session::{Error, Kind};

/// Bytes that are asked for at once.
const PIECE: usize = 192 * 1024;

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
