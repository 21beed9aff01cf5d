//! Waiting for the message, for its bounce, and for its copy in the archive.

use std::time::Duration;

use super::findings::{ARCHIVE_MISSING, BOUNCE_MISSING, NOT_ARRIVED, NOT_REJECTED, RECONNECTED};
use super::inbox::{Inbox, Mail, Pace, pause};
use super::run::{Fate, Roundtrip, Trip};
use crate::message::bounce::{self, Bounce};
use crate::probe::Scene;
use crate::report::{Metric, Unit};
use crate::session::Error;
use crate::time::Deadline;

/// As much of a bounce is read.
const BOUNCE: usize = 128 * 1024;
/// What is kept of the time for reading, removing and taking leave.
const RESERVE: Duration = Duration::from_millis(800);

/// What came of waiting.
pub enum Waited {
    /// The message, perhaps more than once.
    Arrived(Vec<Mail>),
    /// The news that it will not arrive.
    Bounced(Mail, Bounce),
    /// Nothing in time; and what was wrong with looking, if anything was.
    Missing(Option<Error>),
}

impl Roundtrip {
    /// Looks and waits until the message is there, or a bounce that says that it never will be.
    pub(super) fn wait(&self, trip: &Trip, inbox: &mut dyn Inbox) -> Waited {
        let deadline = inbox.scene().deadline;
        let end = before(deadline, RESERVE);
        let mut trouble = None;
        let mut open = true;
        let mut pace = Pace::new(Duration::from_millis(50), Duration::from_secs(1));
        loop {
            let looked = if open {
                inbox.look()
            } else {
                // What was lost in between is found again: new is what was new before.
                match inbox.open() {
                    Ok(true) => inbox.look(),
                    Ok(false) => return Waited::Missing(None),
                    Err(error) => Err(error),
                }
            };
            let looked = looked.and_then(|found| self.sorted(trip, found, inbox));
            match looked {
                Ok(Some(waited)) => {
                    if let Some(error) = trouble {
                        lost(inbox.scene(), &error, true);
                    }
                    return waited;
                }
                Ok(None) => {
                    open = true;
                    let Ok(left) = end.remaining() else {
                        if let Some(error) = trouble {
                            lost(inbox.scene(), &error, true);
                        }
                        return Waited::Missing(None);
                    };
                    if let Err(error) = inbox.wait(left) {
                        open = false;
                        trouble = Some(error);
                    }
                }
                Err(error) => {
                    let Ok(left) = end.remaining() else {
                        return Waited::Missing(Some(error));
                    };
                    open = false;
                    trouble = Some(error);
                    pause(left.min(pace.next()));
                }
            }
        }
    }

    /// Which of these is the message, and which its bounce? What only quotes it (an answer of somebody's
    /// vacation program) is neither.
    fn sorted(
        &self,
        trip: &Trip,
        found: Vec<Mail>,
        inbox: &mut dyn Inbox,
    ) -> Result<Option<Waited>, Error> {
        let mut ours = Vec::new();
        for mail in found.into_iter().filter(|mail| mail.token == trip.token) {
            if !mail.quoted && !self.bounces {
                ours.push(mail);
                continue;
            }
            let Some(bytes) = inbox.read(&mail, BOUNCE)? else {
                continue;
            };
            match Bounce::read(&bytes) {
                Some(bounce) if bounce.is_final() => {
                    return Ok(Some(Waited::Bounced(mail, bounce)));
                }
                Some(bounce) => inbox.scene().detail(format!("on the way: {bounce}")),
                None if !self.bounces && !bounce::is_answer(&bytes) => ours.push(mail),
                None => {}
            }
        }
        Ok((!ours.is_empty()).then_some(Waited::Arrived(ours)))
    }

    /// The message was taken and is not there.
    pub(super) fn missing(
        &self,
        trip: &Trip,
        inbox: &dyn Inbox,
        error: Option<&Error>,
        scene: &Scene,
    ) {
        if let Some(error) = error {
            inbox.scene().fail(error);
        }
        // Whoever is not let in again gives up before.
        let waited = before(scene.deadline, RESERVE).remaining().is_err();
        let within = if waited {
            scene.deadline.total()
        } else {
            scene.deadline.clock().elapsed()
        };
        let within = Unit::Seconds.human(within.as_secs_f64());
        let accepted = self.accepted(trip);
        let (what, id) = match (self.bounces, self.fate) {
            (true, _) => ("no bounce seen", BOUNCE_MISSING),
            (false, Fate::Reject) => ("neither rejected nor seen", NOT_REJECTED),
            (false, _) => ("not seen", NOT_ARRIVED),
        };
        let text = format!(
            "{accepted}, {what} at {} within {within} ({} searched)",
            inbox.name(),
            inbox.places()
        );
        if waited {
            scene.overdue(id, text);
        } else {
            scene.finding(id, text);
        }
        if error.is_none() {
            let name = self.sender.name();
            scene.hint(match &trip.id {
                Some(id) => format!("look for {id} in the log and the queue of {name}"),
                None => format!("look for {} in the log and the queue of {name}", trip.token),
            });
        }
    }

    /// `probe@example.org to echo@example.net`
    pub(super) fn way(&self) -> String {
        format!("{} to {}", self.draft.from, self.draft.to)
    }

    /// `accepted as 4XyZ1k by mail.example.org after 0.2 s`
    pub(super) fn accepted(&self, trip: &Trip) -> String {
        let took = trip.taken.saturating_sub(trip.start);
        let id = trip
            .id
            .as_ref()
            .map(|id| format!(" as {id}"))
            .unwrap_or_default();
        format!(
            "accepted{id} by {} after {}",
            self.sender.name(),
            Unit::Seconds.human(took.as_secs_f64())
        )
    }

    /// Waits for the copy in the archive.
    pub(super) fn archived(&self, trip: &Trip, archive: &mut dyn Inbox, scene: &Scene) {
        scene.at(format!("waiting for the copy ({})", archive.how()));
        let clock = scene.deadline.clock();
        let end = before(scene.deadline, RESERVE / 2);
        let mut trouble = None;
        let found = loop {
            match archive.look() {
                Ok(found) => {
                    let copies: Vec<Mail> = found
                        .into_iter()
                        .filter(|mail| mail.token == trip.token)
                        .collect();
                    if !copies.is_empty() {
                        break copies;
                    }
                }
                Err(error) => {
                    trouble = Some(error);
                    break Vec::new();
                }
            }
            let Ok(left) = end.remaining() else {
                break Vec::new();
            };
            if let Err(error) = archive.wait(left) {
                trouble = Some(error);
                break Vec::new();
            }
        };
        let waited = trouble.is_none();
        if let Some(error) = trouble {
            archive.scene().fail(&error);
        }
        if found.is_empty() {
            let text = format!(
                "no copy in the archive at {} within {} ({} searched)",
                archive.name(),
                Unit::Seconds.human(scene.deadline.total().as_secs_f64()),
                archive.places()
            );
            if waited {
                scene.overdue(ARCHIVE_MISSING, text);
            } else {
                scene.finding(ARCHIVE_MISSING, text);
            }
            return;
        }
        let took = clock.elapsed().saturating_sub(trip.start).as_secs_f64();
        scene.metric(Metric::new("archive", took, Unit::Seconds));
        scene.proven(format!("archived after {}", Unit::Seconds.human(took)));
        if !self.keep.archive {
            self.tidy(archive, &found, scene);
        }
    }
}

/// The connection was lost while waiting.
fn lost(part: &Scene, error: &Error, again: bool) {
    let what = if again {
        "the connection was lost while waiting, and made again"
    } else {
        "the connection was lost while waiting"
    };
    part.finding(RECONNECTED, format!("{}: {what}: {error}", part.name()));
}

/// So much before the deadline, but not more than a tenth of it.
fn before(deadline: Deadline, reserve: Duration) -> Deadline {
    let total = deadline.total();
    let end = total.saturating_sub(reserve.min(total / 10));
    deadline.clock().deadline(end)
}
