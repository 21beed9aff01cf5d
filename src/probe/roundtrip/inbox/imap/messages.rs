//! Messages of ours in a mailbox, known by their tokens: the new ones, and old ones among the newest.

use super::super::recognise::{header_token, quoted};
use super::super::{At, Mail};
use super::ImapInbox;
use crate::message::draft::FIELD;
use crate::message::token::Token;
use crate::session::Error;
use crate::session::imap::{Criteria, Term, sequence_set};
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
/// Fields that may bear the token.
const FIELDS: &str = "BODY.PEEK[HEADER.FIELDS (X-Mailprobe-Token Message-ID)]";

impl ImapInbox {
    /// What is new in a folder.
    pub(super) fn news(&mut self, folder: usize) -> Result<Vec<Mail>, Error> {
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

    pub(super) fn token(&self, fetch: &Fetch) -> Option<Token> {
        let bytes = fetch
            .sections
            .iter()
            .find(|(name, _)| name.to_ascii_uppercase().starts_with("BODY[HEADER.FIELDS"))
            .map(|(_, bytes)| bytes)?;
        header_token(bytes, &self.tokens)
    }

    pub(super) fn mail(
        &self,
        folder: usize,
        fetch: &Fetch,
        uid: u32,
        token: Token,
        quoted: bool,
    ) -> Mail {
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
    pub(super) fn found(&self, mail: &Mail) -> Option<(usize, u32)> {
        let At::Imap(name, validity, uid) = &mail.at else {
            return None;
        };
        let at = self
            .folders
            .iter()
            .position(|one| one.mailbox.name() == name && one.validity == *validity)?;
        Some((at, *uid))
    }

    /// Old messages of ours in one folder, among the newest.
    pub(super) fn recent(&mut self, folder: usize) -> Result<Vec<Mail>, Error> {
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
