//! Which mailboxes are looked at: the wanted one and those for junk; what is in them, and from where on it is new.

use super::super::recognise::is_junk;
use super::{Folder, ImapInbox};
use crate::probe::roundtrip::findings::{MAILBOX_BROKEN, MAILBOX_MISSING};
use crate::session::Error;
use crate::session::imap::Mailbox;

/// So many of the newest are looked at again when the server has numbered a mailbox anew.
const RENUMBERED: u32 = 500;
/// Mailboxes of an account that are looked at for junk.
const LISTED: usize = 2000;

impl ImapInbox {
    /// The mailboxes that are looked at.
    pub(super) fn resolve(&mut self) -> Result<Vec<(Mailbox, bool)>, Error> {
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
    pub(super) fn count(&mut self, wanted: Vec<(Mailbox, bool)>) -> Result<bool, Error> {
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
    pub(super) fn enter(&mut self, folder: usize, write: bool) -> Result<bool, Error> {
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

    /// Many servers make the mailbox for junk when the first message goes there: all in it is new.
    pub(super) fn appeared(&mut self) -> Result<(), Error> {
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
}
