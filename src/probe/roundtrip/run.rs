//! The round trip itself: both ends opened, the message sent, awaited, read, judged, removed.

use std::sync::Arc;
use std::time::Duration;

use super::findings::{
    MESSAGE_DEFERRED, MESSAGE_REJECTED, RECIPIENT_DEFERRED, RECIPIENT_REJECTED, SEND_FAILED,
    SENDER_DEFERRED, SENDER_REJECTED,
};
use super::inbox::{Inbox, Mail};
use super::receiver::Receiver;
use super::send::{Ready, Sender, Sent};
use super::treatment::{self, Demands};
use super::wait::Waited;
use crate::cli::UsageError;
use crate::message::draft::{Draft, Written};
use crate::message::token::{Token, Tokens};
use crate::probe::{Job, Scene, finding};
use crate::session::smtp::Envelope;
use crate::session::{Error, Kind};
use crate::time::Clock;
use crate::tls;

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
    /// Do tokens need a key that others do not have?
    pub guarded: bool,
    /// What the check is called.
    pub name: String,
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

impl Job for Roundtrip {
    fn label(&self) -> String {
        self.name.clone()
    }

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
        let mut gone = match &trip {
            Some(trip) if self.relay => self.relayed(trip, &old, inbox, scene),
            Some(trip) => self.await_it(trip, inbox, scene),
            None => Vec::new(),
        };
        gone.extend(self.orphans(&old, scene));
        self.tidy(inbox, &gone, scene);
        // Last, as waiting for a copy that never comes may leave no time for anything else.
        if let (Some(trip), Some(archive), false) = (&trip, ends.archive.as_mut(), self.relay) {
            self.archived(trip, archive.as_mut(), scene);
        }
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

    /// Waits for the message. Gives what may be removed.
    fn await_it(&self, trip: &Trip, inbox: &mut dyn Inbox, scene: &Scene) -> Vec<Mail> {
        let what = if self.bounces { "bounce" } else { "message" };
        scene.at(format!("waiting for the {what} ({})", inbox.how()));
        scene.journal.enter("wait");
        let clock = scene.deadline.clock();
        let waited = self.wait(trip, inbox);
        let transit = clock.elapsed().saturating_sub(trip.start);
        match waited {
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
