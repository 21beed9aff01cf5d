//! The mail that must be there, the same for every protocol that reads mailboxes: which mails match,
//! how old they are, and whether one of them is bad news.
//!
//! No match may be bad news: one success among many jobs does not undo a failure. A threshold on
//! `newest` says for how long a mail counts, so that last week's failure does not alarm for ever. Age
//! is what the protocol tells, or that of the topmost Received field, which does not depend on the
//! sender's clock, or of Date where there is none.

use super::Scene;
use crate::cli::Conditions;
use crate::message::pattern::{Field, Pattern};
use crate::message::{Message, moment};
use crate::report::{Metric, Unit};

/// No mail matches.
pub const NO_MATCH: &str = "no-match";
/// A match that counts is what `--unless` says.
pub const BAD_NEWS: &str = "bad-news";
/// A mail has no date that can be read.
pub const DATE_UNREADABLE: &str = "date-unreadable";

/// Characters of a subject that are quoted.
const SUBJECT: usize = 80;

/// Seconds by which a sender's clock may be ahead, time zones mistaken for one another included.
const AHEAD: i64 = 86_400;

/// A mail that was seen.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Where it stands in the mailbox; a later one came later.
    pub number: u32,
    /// When it came, in seconds since 1970.
    pub came: Option<i64>,
    /// Its subject.
    subject: String,
    /// What of it is bad news.
    bad: Option<String>,
}

impl Mail {
    /// Looks at a mail; `None` when it does not match. Where the protocol knows when the mail came,
    /// it says so in `came`.
    #[must_use]
    pub fn see(
        number: u32,
        bytes: &[u8],
        came: Option<i64>,
        conditions: Option<&Conditions>,
    ) -> Option<Self> {
        let message = Message::parse(bytes);
        let matches = |pattern: &Pattern| pattern.matches(&message);
        let fits = conditions.is_none_or(|wanted| {
            wanted
                .matching
                .iter()
                .all(|pattern| matches(pattern).is_some())
        });
        if !fits {
            return None;
        }
        let bad = conditions.and_then(|wanted| {
            wanted.unless.iter().find_map(|pattern| {
                let quote = matches(pattern)?;
                Some(match pattern.field {
                    Field::Subject => String::new(),
                    _ => format!(", {}: \"{quote}\"", place(&pattern.field)),
                })
            })
        });
        Some(Self {
            number,
            came: came
                .or_else(|| message.received())
                .or_else(|| message.date()),
            subject: message
                .subject()
                .unwrap_or_default()
                .chars()
                .take(SUBJECT)
                .collect(),
            bad,
        })
    }

    /// `"Backup srv3 ok" of Fri 02:14 UTC`
    fn words(&self, now: i64) -> String {
        match self.came {
            Some(came) => format!("\"{}\" of {}", self.subject, moment(came, now)),
            None => format!("\"{}\"", self.subject),
        }
    }

    fn age(&self, now: i64) -> Option<f64> {
        let age = now.saturating_sub(self.came?).max(0);
        #[expect(
            clippy::cast_precision_loss,
            reason = "ages are far below 2^53 seconds"
        )]
        Some(age as f64)
    }
}

impl Conditions {
    /// Must bodies be read?
    #[must_use]
    pub fn need_bodies(&self) -> bool {
        self.matching
            .iter()
            .chain(&self.unless)
            .any(|pattern| pattern.field == Field::Body)
    }

    /// `mail with subject /backup .* ok/ from /srv3/`
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = "mail".to_owned();
        for pattern in &self.matching {
            let how = match &pattern.field {
                Field::From => "from".to_owned(),
                Field::To => "to".to_owned(),
                other => format!("with {}", place(other)),
            };
            words.push_str(&format!(" {how} /{}/", pattern.regex.as_str()));
        }
        words
    }
}

fn place(field: &Field) -> String {
    match field {
        Field::Subject => "subject".to_owned(),
        Field::From => "from".to_owned(),
        Field::To => "to".to_owned(),
        Field::Header(name) => name.clone(),
        Field::Body => "text".to_owned(),
    }
}

/// Judges the mails that match; `place` says where they should be (` in "Reports"`, nothing where that
/// goes without saying), `among` which were looked at: `the newest 50 of 812`.
pub fn judge(
    mut mails: Vec<Mail>,
    conditions: Option<&Conditions>,
    place: &str,
    among: &str,
    scene: &Scene,
    now: i64,
) {
    let name = scene.name();
    let what = conditions.map_or_else(|| "mail".to_owned(), Conditions::words);
    // A date that lies ahead is none: the mail would be the newest for ever, and hide that no other comes.
    for mail in &mut mails {
        mail.came = mail.came.filter(|came| *came <= now.saturating_add(AHEAD));
    }
    mails.sort_by_key(|mail| (mail.came.unwrap_or(i64::MIN), mail.number));
    #[expect(
        clippy::cast_precision_loss,
        reason = "mailboxes are far below 2^53 mails"
    )]
    if conditions.is_some() {
        scene.metric(Metric::new("matches", mails.len() as f64, Unit::Count));
    }
    let Some(newest) = mails.last() else {
        if conditions.is_some() || scene.judges("newest") {
            scene.finding(NO_MATCH, format!("{name}: no {what}{place} among {among}"));
        }
        return;
    };
    if let Some(age) = newest.age(now) {
        let words = format!(
            "{name}: no {what}{place} for {} (newest: {})",
            Unit::Seconds.human(age),
            newest.words(now)
        );
        scene.metric(Metric::new("newest", age, Unit::Seconds).above(words));
        let shown = Unit::Seconds.human(age);
        scene.proven(format!("newest {what}{place} {shown} ago"));
    }
    let oldest = mails.iter().find_map(|mail| mail.age(now));
    if let Some(age) = oldest {
        scene.metric(Metric::new("oldest", age, Unit::Seconds));
    }
    for label in ["newest", "oldest"] {
        if oldest.is_none() && scene.judges(label) {
            let text = format!("{name}: {what} {} has no date to go by", newest.words(now));
            scene.finding(DATE_UNREADABLE, text);
            break;
        }
    }
    scene.detail(format!("newest {what}: {}", newest.words(now)));
    // Bad news is over when it is older than what `newest` demands: last week's failed backup.
    let counts = |mail: &&Mail| match (scene.bound("newest"), mail.age(now)) {
        (Some(bound), Some(age)) => age <= bound,
        _ => true,
    };
    let bad = mails.iter().rev().filter(counts).find_map(|mail| {
        let bad = mail.bad.as_ref()?;
        Some(format!("{name}: bad news: {}{bad}", mail.words(now)))
    });
    if let Some(text) = bad {
        scene.finding(BAD_NEWS, text);
    }
}
