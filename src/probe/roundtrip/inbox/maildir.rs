//! A Maildir: `new` and `cur`, and the folders for junk beside them (Maildir++). A message that is there is in
//! one of both under a name whose part before the colon never changes.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use super::recognise::{header_token, is_junk, quoted};
use super::{At, Inbox, Mail, Pace, pause};
use crate::message::token::Tokens;
use crate::probe::Scene;
use crate::probe::roundtrip::findings::{MAILBOX_BROKEN, MAILBOX_MISSING};
use crate::session::Error;

/// So many of the newest files are looked at for old messages of ours.
const RECENT: usize = 2000;
/// How much of a file is looked at for the token.
const HEAD: u64 = 32 * 1024;

struct Folder {
    path: PathBuf,
    name: String,
    junk: bool,
    known: HashSet<String>,
}

/// See above.
pub struct MaildirInbox {
    path: PathBuf,
    scene: Scene,
    tokens: Arc<Tokens>,
    folders: Vec<Folder>,
    junk: Option<Vec<String>>,
    pace: Pace,
    /// Why a new file cannot be read.
    unreadable: Option<String>,
}

impl MaildirInbox {
    pub fn new(
        path: PathBuf,
        scene: Scene,
        tokens: Arc<Tokens>,
        junk: Option<Vec<String>>,
        most: Duration,
    ) -> Self {
        Self {
            path,
            scene,
            tokens,
            folders: Vec::new(),
            junk,
            pace: Pace::new(
                Duration::from_millis(20),
                most.min(Duration::from_millis(500)),
            ),
            unreadable: None,
        }
    }

    fn junk(&self) -> Vec<(PathBuf, String)> {
        let Ok(entries) = std::fs::read_dir(&self.path) else {
            return Vec::new();
        };
        let mut found: Vec<(PathBuf, String)> = entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                let bare = name.trim_start_matches('.').to_owned();
                let wanted = match &self.junk {
                    Some(names) => names.contains(&bare) || names.contains(&name),
                    None => is_junk(&bare, Some('.')),
                };
                (wanted && entry.path().join("new").is_dir()).then(|| (entry.path(), bare))
            })
            .collect();
        found.sort();
        found
    }

    /// What is new, oldest first.
    fn fresh(&self, folder: &Folder) -> Vec<(String, PathBuf)> {
        let mut found: Vec<(String, PathBuf)> = listed(&folder.path)
            .into_iter()
            .filter(|(unique, _)| !folder.known.contains(unique))
            .collect();
        found.sort();
        found
    }

    fn mail(&self, folder: &Folder, path: &Path, texts: bool) -> io::Result<Option<Mail>> {
        let Some((head, changed)) = head(path)? else {
            return Ok(None);
        };
        Ok(self.known_again(folder, path, texts, &head, changed))
    }

    fn known_again(
        &self,
        folder: &Folder,
        path: &Path,
        texts: bool,
        head: &[u8],
        changed: Option<i64>,
    ) -> Option<Mail> {
        let (token, in_text) = match header_token(head, &self.tokens) {
            Some(token) => (token, false),
            None if texts => (quoted(head, &self.tokens)?, true),
            None => return None,
        };
        Some(Mail {
            token,
            place: folder.name.clone(),
            junk: folder.junk,
            arrived: changed,
            at: At::File(path.to_owned()),
            quoted: in_text,
        })
    }
}

/// The files of a Maildir by the unique part of their names.
fn listed(path: &Path) -> Vec<(String, PathBuf)> {
    ["new", "cur"]
        .iter()
        .filter_map(|part| std::fs::read_dir(path.join(part)).ok())
        .flat_map(|entries| entries.flatten())
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let unique = name.split(':').next()?.to_owned();
            (!name.starts_with('.')).then(|| (unique, entry.path()))
        })
        .collect()
}

/// Opens a file, and nothing else: no link to somewhere, no pipe that never answers.
fn open(path: &Path) -> io::Result<Option<File>> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let opened = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path);
    match opened {
        Ok(file) => Ok(file.metadata()?.is_file().then_some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        // A link, a socket.
        Err(_) if !std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The beginning of a file and when it was written; `None` when it has gone or is no file.
fn head(path: &Path) -> io::Result<Option<(Vec<u8>, Option<i64>)>> {
    let Some(file) = open(path)? else {
        return Ok(None);
    };
    let meta = file.metadata()?;
    let changed = meta
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_secs()).ok());
    let mut bytes = Vec::new();
    file.take(HEAD).read_to_end(&mut bytes)?;
    Ok(Some((bytes, changed)))
}

impl Inbox for MaildirInbox {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn scene(&self) -> &Scene {
        &self.scene
    }

    fn how(&self) -> &'static str {
        "Maildir"
    }

    fn open(&mut self) -> Result<bool, Error> {
        self.scene.journal.enter("list");
        let shown = self.path.display().to_string();
        for part in ["new", "cur"] {
            if let Err(error) = std::fs::read_dir(self.path.join(part)) {
                let missing = error.kind() == std::io::ErrorKind::NotFound;
                let (id, text) = if missing {
                    (MAILBOX_MISSING, format!("{shown} is no Maildir: {error}"))
                } else {
                    (MAILBOX_BROKEN, format!("{shown}/{part}: {error}"))
                };
                self.scene.finding(id, text);
                return Ok(false);
            }
        }
        let mut folders = vec![(self.path.clone(), "INBOX".to_owned(), false)];
        folders.extend(
            self.junk()
                .into_iter()
                .map(|(path, name)| (path, name, true)),
        );
        self.folders = folders
            .into_iter()
            .map(|(path, name, junk)| Folder {
                known: listed(&path)
                    .into_iter()
                    .map(|(unique, _)| unique)
                    .collect(),
                path,
                name,
                junk,
            })
            .collect();
        let count: usize = self.folders.iter().map(|folder| folder.known.len()).sum();
        self.scene.journal.leave(format!("{count} messages"));
        Ok(true)
    }

    fn old(&mut self) -> Result<Vec<Mail>, Error> {
        let mut found = Vec::new();
        for folder in &self.folders {
            let mut files = listed(&folder.path);
            // Names begin with the time.
            files.sort();
            let skip = files.len().saturating_sub(RECENT);
            for (_, path) in files.iter().skip(skip) {
                found.extend(self.mail(folder, path, false).ok().flatten());
            }
        }
        Ok(found)
    }

    fn look(&mut self) -> Result<Vec<Mail>, Error> {
        let mut found = Vec::new();
        let mut seen = Vec::new();
        let mut unreadable = None;
        for (at, folder) in self.folders.iter().enumerate() {
            for (unique, path) in self.fresh(folder) {
                match self.mail(folder, &path, true) {
                    Ok(mail) => found.extend(mail),
                    // It may become readable; until then it is told of.
                    Err(error) => {
                        unreadable = Some(error.to_string());
                        continue;
                    }
                }
                // What was moved to cur between listing and reading is there at the next look.
                if path.symlink_metadata().is_ok() {
                    seen.push((at, unique));
                }
            }
        }
        self.unreadable = unreadable;
        for (at, unique) in seen {
            if let Some(folder) = self.folders.get_mut(at) {
                folder.known.insert(unique);
            }
        }
        Ok(found)
    }

    fn wait(&mut self, limit: Duration) -> Result<(), Error> {
        pause(limit.min(self.pace.next()));
        Ok(())
    }

    fn read(&mut self, mail: &Mail, most: usize) -> Result<Option<Vec<u8>>, Error> {
        let Some(path) = current(mail) else {
            return Ok(None);
        };
        let Ok(Some(file)) = open(&path) else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        match file.take(most).read_to_end(&mut bytes) {
            Ok(_) => Ok(Some(bytes)),
            Err(_) => Ok(None),
        }
    }

    fn remove(&mut self, mails: &[Mail]) -> Result<Vec<String>, Error> {
        let mut troubles = Vec::new();
        for mail in mails {
            let Some(path) = current(mail) else { continue };
            match std::fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => troubles.push(format!("{}: {error}", path.display())),
            }
        }
        Ok(troubles)
    }

    fn places(&self) -> String {
        let names: Vec<&str> = self
            .folders
            .iter()
            .map(|folder| folder.name.as_str())
            .collect();
        let names = names.join(" and ");
        match &self.unreadable {
            Some(why) => format!("{names}, where a new file cannot be read: {why}"),
            None => names,
        }
    }

    fn close(&mut self) {
        self.scene.over();
    }
}

/// Where the file is now: a mail client may have moved it from new to cur.
fn current(mail: &Mail) -> Option<PathBuf> {
    let At::File(path) = &mail.at else {
        return None;
    };
    if path.exists() {
        return Some(path.clone());
    }
    let name = path.file_name()?.to_string_lossy().into_owned();
    let unique = name.split(':').next()?.to_owned();
    listed(path.parent()?.parent()?)
        .into_iter()
        .find(|(one, _)| *one == unique)
        .map(|(_, path)| path)
}
