//! What is removed: messages of ours that have done their work, and those that runs before have left.

use super::findings::{CLEANUP_FAILED, LATE};
use super::inbox::{Inbox, Mail};
use super::run::Roundtrip;
use crate::probe::Scene;
use crate::report::{Metric, Unit};
use crate::time::Clock;

/// Orphans are kept so long.
const DAY: f64 = 86_400.0;
/// What came late so long ago is old news, and only counted.
const RECENT: i64 = 3_600;
/// Clocks of two schedulers may differ by so much. What was sent after that was sent by a clock that is wrong, or is
/// forged, and says nothing about the path.
const AHEAD: i64 = 300;

impl Roundtrip {
    /// Messages of earlier runs that are old enough to go. Those of a run that still waits are left alone:
    /// it may be another scheduler's.
    pub(super) fn orphans(&self, old: &[Mail], scene: &Scene) -> Vec<Mail> {
        #[expect(clippy::cast_precision_loss, reason = "a few messages")]
        let count = old.len() as f64;
        scene.metric(Metric::new("messages", count, Unit::Count));
        let now = Clock::unix_time();
        // By a clock that is ahead a message would never grow old: then it counts when it came.
        let age = |mail: &Mail| {
            let sent = match mail.arrived {
                Some(arrived) if is_ahead(mail) => arrived.min(mail.token.sent),
                _ => mail.token.sent,
            };
            now.saturating_sub(sent)
        };
        if !self.relay {
            let late: Vec<&Mail> = old
                .iter()
                .filter(|mail| !mail.quoted && is_late(mail))
                .collect();
            told_late(&late, "of earlier runs came", scene);
        }
        let newest = old
            .iter()
            .filter(|mail| !mail.quoted && !is_ahead(mail))
            .map(|mail| mail.token.sent)
            .max();
        let keep = self.keep.chosen.unwrap_or(DAY);
        #[expect(clippy::cast_possible_truncation, reason = "at most 1e9")]
        let keep = keep as i64;
        old.iter()
            .filter(|mail| age(mail) > keep && age(mail) > i64::from(mail.token.limit))
            // With --no-wait the newest is what the next run knows the path by.
            .filter(|mail| !self.relay || Some(mail.token.sent) != newest)
            .cloned()
            .collect()
    }

    /// Removes messages of ours.
    pub(super) fn tidy(&self, inbox: &mut dyn Inbox, mails: &[Mail], scene: &Scene) {
        if mails.is_empty() {
            return;
        }
        let name = inbox.name();
        let trouble = |why: &str| {
            let text = format!(
                "{name}: {} could not be removed: {why}",
                messages(mails.len())
            );
            scene.finding(CLEANUP_FAILED, text);
        };
        match inbox.remove(mails) {
            Ok(troubles) => {
                for why in troubles.iter().take(3) {
                    trouble(why);
                }
            }
            Err(error) => trouble(&error.to_string()),
        }
    }
}

/// Was it sent in the future?
pub(super) fn is_ahead(mail: &Mail) -> bool {
    mail.token.sent > Clock::unix_time().saturating_add(AHEAD)
}

/// Tells of messages that came too late; an alarm while that is news.
pub(super) fn told_late(late: &[&Mail], what: &str, scene: &Scene) {
    #[expect(clippy::cast_precision_loss, reason = "a few messages")]
    scene.metric(Metric::new("late", late.len() as f64, Unit::Count));
    let slowest = late.iter().filter_map(|mail| delay(mail)).max();
    let text = format!(
        "{} {what} too late (up to {})",
        messages(late.len()),
        human(slowest.unwrap_or_default())
    );
    let now = Clock::unix_time();
    let recent = |mail: &&Mail| {
        mail.arrived
            .is_some_and(|arrived| now.saturating_sub(arrived) <= RECENT)
    };
    if late.iter().any(recent) {
        scene.finding(LATE, text);
    } else if !late.is_empty() {
        scene.detail(format!("more than an hour ago: {text}"));
    }
}

/// How long a message was on its way, by two clocks.
pub(super) fn delay(mail: &Mail) -> Option<i64> {
    Some(mail.arrived?.saturating_sub(mail.token.sent))
}

fn is_late(mail: &Mail) -> bool {
    delay(mail).is_some_and(|delay| delay > i64::from(mail.token.limit))
}

pub(super) fn human(seconds: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let seconds = seconds as f64;
    Unit::Seconds.human(seconds)
}

pub(super) fn messages(count: usize) -> String {
    match count {
        1 => "1 message".to_owned(),
        count => format!("{count} messages"),
    }
}
