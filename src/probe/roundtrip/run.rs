//! The round trip itself: both ends opened, the message sent, awaited, read, judged, removed.

use std::sync::Arc;
use std::time::Duration;

use super::findings::{
    ARCHIVE_MISSING, BOUNCE_MISSING, CLEANUP_FAILED, LATE, MESSAGE_DEFERRED, MESSAGE_REJECTED,
    NOT_ARRIVED, NOT_REJECTED, RECIPIENT_DEFERRED, RECIPIENT_REJECTED, RECONNECTED, SEND_FAILED,
    SENDER_DEFERRED, SENDER_REJECTED,
};
use super::inbox::{Inbox, Mail, Pace, pause};
use super::receiver::Receiver;
use super::send::{Ready, Sender, Sent};
use super::treatment::{self, Demands};
use crate::cli::UsageError;
use crate::message::bounce::{self, Bounce};
use crate::message::draft::{Draft, Written};
use crate::message::token::{Token, Tokens};
use crate::probe::{Job, Scene, finding};
use crate::report::{Metric, Unit};
use crate::session::smtp::Envelope;
use crate::session::{Error, Kind};
use crate::time::{Clock, Deadline};
use crate::tls;

/// Orphans are kept so long.
const DAY: f64 = 86_400.0;
/// As much of a bounce is read.
const BOUNCE: usize = 128 * 1024;
/// What is kept of the time for reading, removing and taking leave.
const RESERVE: Duration = Duration::from_millis(800);

/// What must become of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Deliver,
    Junk,
    Reject,
}

impl Fate {
    pub fn parse(text: Option<&str>) -> Result<Self, UsageError> {
        match text.map(str::to_ascii_lowercase).as_deref() {
            None | Some("deliver") => Ok(Self::Deliver),
            Some("junk") => Ok(Self::Junk),
            Some("reject") => Ok(Self::Reject),
            Some(other) => Err(UsageError(format!(
                "--expect {other:?}: give deliver, junk or reject"
            ))),
        }
    }
}

/// How long messages are kept.
pub struct Keep {
    /// What the caller says.
    pub chosen: Option<f64>,
    /// When a message that has not arrived is lost (`--no-wait`).
    pub lost_after: f64,
    /// Copies stay in the archive.
    pub archive: bool,
}

/// What is done, decided.
pub struct Roundtrip {
    pub sender: Sender,
    pub receive: Receiver,
    pub archive: Option<Receiver>,
    /// What arrives is a bounce.
    pub bounces: bool,
    pub relay: bool,
    pub fate: Fate,
    pub tokens: Arc<Tokens>,
    pub draft: Draft,
    pub envelope: Envelope,
    pub mailbox: Option<String>,
    pub junk: Option<Vec<String>>,
    pub interval: Option<Duration>,
    pub keep: Keep,
    pub demands: Demands,
}

/// A message that was taken, and when.
pub struct Trip {
    pub token: Token,
    pub written: Written,
    /// When it began to be sent, by the clock of the run.
    pub start: Duration,
    /// The same by the wall clock, in seconds since 1970.
    pub wall: f64,
    /// When it was taken.
    pub taken: Duration,
    /// The server's name for it.
    pub id: Option<String>,
}

/// Both ends, open.
struct Ends {
    inbox: Box<dyn Inbox>,
    archive: Option<Box<dyn Inbox>>,
    smtp: Scene,
    ready: Ready,
}

/// What came of waiting.
enum Waited {
    /// The message, perhaps more than once.
    Arrived(Vec<Mail>),
    /// The news that it will not arrive.
    Bounced(Mail, Bounce),
    /// Nothing in time; and what was wrong with looking, if anything was.
    Missing(Option<Error>),
}

impl Job for Roundtrip {
    fn run(&self, scene: &Scene) -> Result<(), Error> {
        scene.at("connecting and logging in");
        scene.journal.enter("open");
        let Some(mut ends) = self.open(scene)? else {
            return Ok(());
        };
        scene.journal.leave("");
        let old = match ends.inbox.old() {
            Ok(old) => old,
            Err(error) => {
                ends.inbox.scene().fail(&error);
                ends.ready.leave();
                return Ok(());
            }
        };
        let trip = self.send(&mut ends, scene);
        ends.ready.leave();
        ends.smtp.over();
        let inbox = ends.inbox.as_mut();
        let mut gone = match trip {
            Some(trip) if self.relay => self.relayed(&trip, &old, inbox, scene),
            Some(trip) => {
                let archive = ends.archive.as_mut().map(Box::as_mut);
                self.await_it(&trip, inbox, archive, scene)
            }
            None => Vec::new(),
        };
        gone.extend(self.orphans(&old, scene));
        self.tidy(inbox, &gone, scene);
        scene.journal.done();
        ends.inbox.close();
        if let Some(mut archive) = ends.archive {
            archive.close();
        }
        Ok(())
    }
}

impl Roundtrip {
    /// Opens all ends. `None`: findings say what does not stand. Only an error that more roots may mend
    /// goes to the caller, who tries again with them.
    fn open(&self, scene: &Scene) -> Result<Option<Ends>, Error> {
        let mailbox = self.mailbox.as_deref();
        let inbox = |receiver: &Receiver, mailbox, junk| {
            receiver.inbox(scene, &self.tokens, mailbox, junk, self.interval)
        };
        let smtp = scene.part("smtp", self.sender.full_name());
        let mut main = inbox(&self.receive, mailbox, self.junk.clone());
        let mut archive = self
            .archive
            .as_ref()
            .map(|receiver| inbox(receiver, None, Some(Vec::new())));
        let mut stands = opened(main.as_mut())?;
        if let Some(archive) = archive.as_mut() {
            stands &= opened(archive.as_mut())?;
        }
        // Asked although the other end does not stand: both are to be known.
        let ready = match self.sender.open(&smtp) {
            Ok(ready) => ready,
            Err(error) => {
                told(&smtp, error)?;
                None
            }
        };
        match ready {
            Some(ready) if stands => Ok(Some(Ends {
                inbox: main,
                archive,
                smtp,
                ready,
            })),
            ready => {
                if let Some(ready) = ready {
                    ready.leave();
                }
                smtp.over();
                main.close();
                if let Some(archive) = archive.as_mut() {
                    archive.close();
                }
                Ok(None)
            }
        }
    }

    /// Sends. `None`: a finding, or what was to be proven, says why there is nothing to wait for.
    fn send(&self, ends: &mut Ends, scene: &Scene) -> Option<Trip> {
        scene.at(format!("sending by {}", self.sender.name()));
        let limit = scene.deadline.total().as_secs();
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let Some(token) = self.tokens.fresh(Clock::unix_time(), limit) else {
            let text = "the TLS library has no random numbers";
            scene.finding(finding::INTERNAL_ERROR, text);
            return None;
        };
        let written = self.draft.write(&token, ends.ready.eight_bit());
        let clock = scene.deadline.clock();
        let (start, wall) = (clock.elapsed(), Clock::unix_seconds());
        scene.journal.enter("send");
        let sent = self
            .sender
            .send(&mut ends.ready, &self.envelope, &written, &ends.smtp);
        let id = match sent {
            Ok(Sent::Accepted(id)) => id,
            Ok(Sent::Refused(what, reply)) => {
                scene.journal.leave(reply.quote());
                self.refused(what, &reply, scene);
                return None;
            }
            Ok(Sent::Failed(later, why)) => {
                scene.journal.leave(why.clone());
                if later {
                    scene.hint("exit code 75 asks to try again later");
                }
                scene.finding(SEND_FAILED, why);
                return None;
            }
            Err(error) => {
                ends.smtp.fail(&error);
                return None;
            }
        };
        scene.journal.leave(id.clone().unwrap_or_default());
        Some(Trip {
            token,
            written,
            start,
            wall,
            taken: clock.elapsed(),
            id,
        })
    }

    /// What a refusal is worth.
    fn refused(&self, what: &str, reply: &crate::wire::smtp::Reply, scene: &Scene) {
        let (name, quote) = (self.sender.full_name(), reply.quote());
        let later = reply.is_transient();
        let message = matches!(what, "data" | "message");
        if self.fate == Fate::Reject && message && reply.is_permanent() {
            scene.proven(format!("{name} rejected the message as it must: {quote}"));
            return;
        }
        let whom = |path: Option<&crate::wire::smtp::mailbox::Path>| {
            path.map(ToString::to_string).unwrap_or_default()
        };
        let (id, object) = match (what, later) {
            ("mail", true) => (SENDER_DEFERRED, whom(Some(&self.envelope.from))),
            ("mail", false) => (SENDER_REJECTED, whom(Some(&self.envelope.from))),
            ("rcpt", true) => (RECIPIENT_DEFERRED, whom(self.envelope.to.first())),
            ("rcpt", false) => (RECIPIENT_REJECTED, whom(self.envelope.to.first())),
            (_, true) => (MESSAGE_DEFERRED, "the message".to_owned()),
            (_, false) => (MESSAGE_REJECTED, "the message".to_owned()),
        };
        let object = match what {
            "mail" => format!("mail from {object}"),
            "rcpt" => format!("mail for {object}"),
            _ => object,
        };
        let does = if later { "defers" } else { "refuses" };
        scene.finding(id, format!("{name} {does} {object}: {quote}"));
    }

    /// Waits for the message, and for its copy in the archive. Gives what may be removed.
    fn await_it(
        &self,
        trip: &Trip,
        inbox: &mut dyn Inbox,
        archive: Option<&mut (dyn Inbox + 'static)>,
        scene: &Scene,
    ) -> Vec<Mail> {
        let what = if self.bounces { "bounce" } else { "message" };
        scene.at(format!("waiting for the {what} ({})", inbox.how()));
        scene.journal.enter("wait");
        let clock = scene.deadline.clock();
        let waited = self.wait(trip, inbox);
        let transit = clock.elapsed().saturating_sub(trip.start);
        let gone = match waited {
            Waited::Arrived(found) => {
                scene.journal.leave(format!("by {}", inbox.how()));
                treatment::arrived(self, trip, transit, found, inbox, scene)
            }
            Waited::Bounced(mail, bounce) => {
                scene.journal.leave(format!("a bounce by {}", inbox.how()));
                treatment::bounced(self, trip, transit, &bounce, scene);
                vec![mail]
            }
            Waited::Missing(error) => {
                self.missing(trip, inbox, error.as_ref(), scene);
                Vec::new()
            }
        };
        if let Some(archive) = archive {
            self.archived(trip, archive, scene);
        }
        gone
    }

    /// Looks and waits until the message is there, or a bounce that says that it never will be.
    fn wait(&self, trip: &Trip, inbox: &mut dyn Inbox) -> Waited {
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
    fn missing(&self, trip: &Trip, inbox: &dyn Inbox, error: Option<&Error>, scene: &Scene) {
        if let Some(error) = error {
            inbox.scene().fail(error);
        }
        let within = Unit::Seconds.human(scene.deadline.total().as_secs_f64());
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
        scene.finding(id, text);
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
    fn archived(&self, trip: &Trip, archive: &mut dyn Inbox, scene: &Scene) {
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
            scene.finding(ARCHIVE_MISSING, text);
            return;
        }
        let took = clock.elapsed().saturating_sub(trip.start).as_secs_f64();
        scene.metric(Metric::new("archive", took, Unit::Seconds));
        scene.proven(format!("archived after {}", Unit::Seconds.human(took)));
        if !self.keep.archive {
            self.tidy(archive, &found, scene);
        }
    }

    /// `--no-wait`: what arrived of earlier runs.
    fn relayed(
        &self,
        trip: &Trip,
        old: &[Mail],
        inbox: &mut dyn Inbox,
        scene: &Scene,
    ) -> Vec<Mail> {
        // On a fast path even this one may be there already.
        let mut all: Vec<Mail> = old.iter().filter(|mail| !mail.quoted).cloned().collect();
        match inbox.look() {
            Ok(found) => all.extend(found.into_iter().filter(|mail| !mail.quoted)),
            Err(error) => inbox.scene().fail(&error),
        }
        treatment::relayed(self, trip, &all, inbox, scene)
    }

    /// Messages of earlier runs that are old enough to go. Those of a run that still waits are left alone:
    /// it may be another scheduler's.
    fn orphans(&self, old: &[Mail], scene: &Scene) -> Vec<Mail> {
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
    fn tidy(&self, inbox: &mut dyn Inbox, mails: &[Mail], scene: &Scene) {
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

/// Opens an inbox; false when a finding says why it does not stand.
fn opened(inbox: &mut dyn Inbox) -> Result<bool, Error> {
    match inbox.open() {
        Ok(stands) => Ok(stands),
        Err(error) => {
            told(inbox.scene(), error)?;
            Ok(false)
        }
    }
}

/// A leg that does not stand. A certificate that may verify with more roots is the caller's business.
fn told(part: &Scene, error: Error) -> Result<(), Error> {
    if part.more_roots.is_empty()
        && let Kind::Tls(tls::Error::Verify(failure)) = &error.kind
        && failure.may_lack_a_root()
    {
        return Err(error);
    }
    part.fail(&error);
    Ok(())
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
