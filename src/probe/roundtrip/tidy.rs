//! What is removed: messages of ours that have done their work, and those that runs before have left.

use super::findings::{CLEANUP_FAILED, LATE};
use super::inbox::{Inbox, Mail};
use super::run::Roundtrip;
use crate::probe::Scene;
use crate::report::{Metric, Unit};
use crate::time::Clock;

/// Orphans are kept so long.
const DAY: f64 = 86_400.0;

impl Roundtrip {
    /// Messages of earlier runs that are old enough to go. Those of a run that still waits are left alone:
    /// it may be another scheduler's.
    pub(super) fn orphans(&self, old: &[Mail], scene: &Scene) -> Vec<Mail> {
        #[expect(clippy::cast_precision_loss, reason = "a few messages")]
        let count = old.len() as f64;
        scene.metric(Metric::new("messages", count, Unit::Count));
        let now = Clock::unix_time();
        let age = |mail: &Mail| now.saturating_sub(mail.token.sent);
        if !self.relay {
            let late: Vec<&Mail> = old
                .iter()
                .filter(|mail| !mail.quoted && is_late(mail))
                .collect();
            #[expect(clippy::cast_precision_loss, reason = "a few messages")]
            let count = late.len() as f64;
            scene.metric(Metric::new("late", count, Unit::Count));
            if let Some(mail) = late.first() {
                let text = format!(
                    "{} of earlier runs came too late (one after {})",
                    messages(late.len()),
                    human(delay(mail).unwrap_or_default())
                );
                scene.finding(LATE, text);
            }
        }
        let newest = old
            .iter()
            .filter(|mail| !mail.quoted)
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
