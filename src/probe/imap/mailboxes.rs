//! What mailboxes hold: which there are, how many mails, how many unread, how large. STATUS where it
//! is enough; nothing is changed.

use std::collections::BTreeSet;

use super::ages;
use super::findings::{MAILBOX_MISSING, MAILBOX_UNREADABLE};
use crate::cli::Conditions;
use crate::probe::{Scene, finding};
use crate::report::{Metric, Unit};
use crate::session::Error;
use crate::session::imap::{Imap, Mailbox};
use crate::wire::imap::Condition;

/// Mailboxes of one pattern, and of all together.
const MOST: usize = 1000;
/// Mailboxes that are named one by one, those that can be read and those that cannot.
const NAMED: usize = 30;
/// Mails whose size is asked for in one command, where STATUS does not tell it.
const SIZES: u32 = 2000;

/// What is to be known of mailboxes.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Names and patterns.
    pub names: Vec<String>,
    /// How many mails, how many unread?
    pub counts: bool,
    /// How large?
    pub size: bool,
    /// How old is the newest?
    pub newest: bool,
    /// How old is the oldest?
    pub oldest: bool,
    /// Is there a threshold on the newest?
    pub judges_newest: bool,
    /// How full is the quota?
    pub quota: bool,
    /// Which mail is looked for?
    pub conditions: Option<Conditions>,
    /// How many mails are looked at for it.
    pub candidates: usize,
    /// Is a message to be written?
    pub write_test: bool,
}

impl Asked {
    /// Is there anything to be known?
    pub fn anything(&self) -> bool {
        self.counts
            || self.size
            || self.newest
            || self.oldest
            || self.quota
            || self.conditions.is_some()
            || self.write_test
    }

    fn opens(&self) -> bool {
        self.newest || self.oldest
    }
}

/// The mailboxes that are meant; those that do not exist become findings.
pub fn resolve(imap: &mut Imap, asked: &Asked, scene: &Scene) -> Result<Vec<Mailbox>, Error> {
    let mut names: Vec<Mailbox> = Vec::new();
    let mut known = BTreeSet::new();
    for wanted in &asked.names {
        if !super::is_pattern(wanted) {
            if known.insert(wanted.clone()) {
                names.push(Mailbox::named(wanted));
            }
            continue;
        }
        let listed = match imap.list(&Mailbox::named(wanted), MOST + 1)? {
            Ok(listed) => listed,
            Err(no) => {
                unreadable(scene, wanted, &no);
                continue;
            }
        };
        let before = names.len();
        for list in &listed {
            let mailbox = imap.listed(list);
            if !list.flags.no_select() && known.insert(mailbox.name().to_owned()) {
                names.push(mailbox);
            }
        }
        if names.len() == before && listed.is_empty() {
            let text = format!("{} has no mailbox like \"{wanted}\"", scene.name());
            scene.finding(MAILBOX_MISSING, text);
        }
    }
    if names.len() > MOST {
        let text = format!(
            "{} has more than {MOST} mailboxes of these names; the others were not looked at",
            scene.name()
        );
        scene.finding(finding::LIMIT_EXCEEDED, text);
        names.truncate(MOST);
    }
    Ok(names)
}

/// Counts. Returns the mailboxes that can be read.
pub fn count(
    imap: &mut Imap,
    names: &[Mailbox],
    asked: &Asked,
    scene: &Scene,
) -> Result<Vec<Mailbox>, Error> {
    // The size comes with the counts where the server can (RFC 8438).
    let by_status = asked.size
        && imap.offers(|offered| offered.has("STATUS=SIZE") || offered.has("IMAP4rev2"))?;
    let items = if by_status {
        "MESSAGES UNSEEN SIZE"
    } else {
        "MESSAGES UNSEEN"
    };
    let answers = imap.status(names, items)?;
    let mut readable = Vec::with_capacity(names.len());
    let (mut messages, mut unseen, mut size) = (0_u64, 0_u64, 0_u64);
    let mut fetched = Vec::new();
    let mut refused = 0;
    for (name, answer) in names.iter().zip(answers) {
        let status = match answer {
            Ok(status) => status,
            Err(no) => {
                refused += 1;
                if refused <= NAMED {
                    missing(imap, scene, name, &no)?;
                }
                continue;
            }
        };
        let here = status.get("MESSAGES").unwrap_or_default();
        let new = status.get("UNSEEN").unwrap_or_default();
        messages = messages.saturating_add(here);
        unseen = unseen.saturating_add(new);
        let mut text = format!("\"{name}\" holds {}, {new} unseen", mails(here));
        if let Some(bytes) = status.get("SIZE").filter(|_| by_status) {
            size = size.saturating_add(bytes);
            text.push_str(&format!(", {}", Unit::Bytes.human(float(bytes))));
        } else if asked.size && here > 0 {
            fetched.push(name.clone());
        }
        if readable.len() < NAMED {
            scene.detail(text.clone());
        }
        if names.len() == 1 {
            scene.proven(text);
        }
        readable.push(name.clone());
    }
    if refused > NAMED {
        let more = refused - NAMED;
        let text = format!("{} cannot read {more} more mailboxes", scene.name());
        scene.finding(MAILBOX_UNREADABLE, text);
    }
    for name in &fetched {
        size = size.saturating_add(sizes(imap, name, scene)?);
    }
    if readable.is_empty() {
        return Ok(readable);
    }
    if names.len() > 1 {
        scene.proven(format!(
            "{} mailboxes hold {}, {unseen} unseen",
            readable.len(),
            mails(messages)
        ));
    }
    if asked.counts {
        scene.metric(Metric::new("messages", float(messages), Unit::Count));
        scene.metric(Metric::new("unseen", float(unseen), Unit::Count));
    }
    if asked.size {
        scene.metric(Metric::new("size", float(size), Unit::Bytes));
    }
    Ok(readable)
}

/// The size of all mails, asked mail by mail in bounded helpings.
fn sizes(imap: &mut Imap, name: &Mailbox, scene: &Scene) -> Result<u64, Error> {
    let exists = match imap.examine(name)? {
        Ok(selected) => selected.exists,
        Err(no) => {
            missing(imap, scene, name, &no)?;
            return Ok(0);
        }
    };
    let mut total = 0_u64;
    let mut first = 1;
    while first <= exists {
        let last = exists.min(first.saturating_add(SIZES - 1));
        let most = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
        match imap.fetch(false, &format!("{first}:{last}"), "RFC822.SIZE", most)? {
            Ok(found) => {
                for fetch in found {
                    total = total.saturating_add(fetch.size.unwrap_or_default());
                }
            }
            Err(no) => {
                unreadable(scene, name, &no);
                return Ok(total);
            }
        }
        first = match last.checked_add(1) {
            Some(next) => next,
            None => break,
        };
    }
    Ok(total)
}

/// The ages of the newest and the oldest mail; the worst of several mailboxes counts.
pub fn date(imap: &mut Imap, names: &[Mailbox], asked: &Asked, scene: &Scene) -> Result<(), Error> {
    if !asked.opens() {
        return Ok(());
    }
    let mut all = ages::Ages::default();
    for name in names {
        match imap.examine(name)? {
            Ok(selected) => all.look(imap, name, selected.exists, asked, scene)?,
            Err(no) => missing(imap, scene, name, &no)?,
        }
    }
    all.tell(asked, scene);
    Ok(())
}

/// A mailbox that is refused: does it exist? Servers say so by a code or only in words, so that the
/// list is asked.
pub fn missing(
    imap: &mut Imap,
    scene: &Scene,
    name: &Mailbox,
    no: &Condition,
) -> Result<(), Error> {
    let exists = if no.has_code("NONEXISTENT") || no.has_code("TRYCREATE") {
        false
    } else if no.code.is_some() {
        true
    } else {
        matches!(imap.list(name, 1)?, Ok(listed) if listed.iter().any(|list| !list.flags.no_select()))
    };
    if exists {
        unreadable(scene, name, no);
    } else {
        let text = format!("{} has no mailbox \"{name}\": {no}", scene.name());
        scene.finding(MAILBOX_MISSING, text);
    }
    Ok(())
}

/// A mailbox that is there and refused.
pub fn unreadable(scene: &Scene, name: &dyn std::fmt::Display, no: &Condition) {
    let text = format!("{} cannot read \"{name}\": {no}", scene.name());
    scene.finding(MAILBOX_UNREADABLE, text);
}

/// `1 mail`, `12 mails`.
pub fn mails(count: u64) -> String {
    if count == 1 {
        "1 mail".to_owned()
    } else {
        format!("{count} mails")
    }
}

/// A count as metrics have it.
#[expect(
    clippy::cast_precision_loss,
    reason = "nobody has 2^53 mails, or bytes of them"
)]
pub fn float(count: u64) -> f64 {
    count as f64
}
