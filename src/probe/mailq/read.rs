//! Where the queue is looked at, and how each way of looking can fail.

mod command;
mod complaint;
mod input;
mod scan;
mod socket;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use self::complaint::{bare, cut};
use super::findings::{LISTING_INCOMPLETE, LISTING_UNKNOWN, MTA_DOWN, QUEUE_UNREADABLE};
use super::hints;
use super::seen::{Seen, Told};
use crate::mta::{Input, Program};
use crate::probe::{Scene, finding};
use crate::queue::{End, Format, Given, Listing, Mta, Trouble, Verdict, Zone};
use crate::report::Unit;
use crate::time::Clock;

pub use command::command;
pub use input::input;
pub use scan::scan;
pub use socket::socket;

/// A way to look.
pub enum Source {
    /// The MTA's own command.
    Command {
        given: Option<Program>,
        sudo: Option<PathBuf>,
        instances: Vec<String>,
        configs: Vec<OsString>,
    },
    /// The spool; the MTA's own where none is named.
    Spool(Option<PathBuf>),
    /// Postfix's showq.
    Socket(Option<PathBuf>),
    /// A listing from elsewhere.
    Input(Input),
}

/// What is looked at, for messages: `postfix-out`, empty where there is only one.
pub struct Place<'a> {
    pub mta: Option<Mta>,
    pub label: &'a str,
    /// Configuration directory, for hints.
    pub config: Option<&'a Path>,
}

impl Place<'_> {
    /// `the Postfix queue of postfix-out`.
    pub fn queue(&self) -> String {
        let of = if self.label.is_empty() {
            String::new()
        } else {
            format!(" of {}", self.label)
        };
        match self.mta {
            Some(mta) => format!("the {} queue{of}", hints::proper(mta)),
            None => format!("the mail queue{of}"),
        }
    }
}

fn given() -> Given {
    Given {
        now: Clock::unix_time(),
        // So are commands run.
        zone: Zone::utc(),
    }
}

fn listing(format: Option<Format>) -> Listing {
    match format {
        Some(format) => Listing::new(format, given()),
        None => Listing::guessed(given()),
    }
}

/// Judges a listing whose source came to a good end. `exited`: a program told so by its exit status.
fn whole(name: &str, end: &End, exited: bool, place: &Place, seen: &mut Seen, scene: &Scene) {
    for notice in &end.notices {
        scene.detail(format!("{name} also says: {}", notice.text));
        if notice.trouble == Trouble::Down && !matches!(end.verdict, Verdict::Down(_)) {
            down(name, &notice.text, place, scene);
        }
    }
    // Nothing at all, and a good end: that is how these show an empty queue.
    let silence = exited
        && end.bytes == 0
        && end
            .format
            .or_else(|| place.mta.and_then(usual))
            .is_some_and(Format::silent_when_empty);
    if silence {
        tells(end, place, seen);
        return;
    }
    if !exited && end.bytes == 0 {
        seen.partial = true;
        scene.finding(
            LISTING_INCOMPLETE,
            format!("{name} is empty: not even an empty queue shows in it"),
        );
        return;
    }
    match &end.verdict {
        Verdict::Complete => tells(end, place, seen),
        Verdict::Incomplete(why) => {
            tells_part(end, place, seen);
            scene.finding(
                LISTING_INCOMPLETE,
                format!(
                    "the listing of {name} is not whole: {why} ({} messages were read)",
                    end.messages
                ),
            );
        }
        Verdict::Unknown(quote) => {
            seen.partial = true;
            scene.finding(
                LISTING_UNKNOWN,
                format!(
                    "what {name} says is no listing of {}: \"{}\"",
                    place.queue(),
                    cut(quote)
                ),
            );
            if quote.contains("DeliveryType") || quote.contains("NextHopDomain") {
                scene.hint(
                    "a table of PowerShell loses what does not fit: Get-Queue | ConvertTo-Json",
                );
            }
        }
        Verdict::Unreadable(text) => {
            seen.partial = true;
            unreadable(name, text, place, scene);
        }
        Verdict::Down(text) => {
            seen.partial = true;
            down(name, text, place, scene);
        }
    }
}

fn tells(end: &End, place: &Place, seen: &mut Seen) {
    if let Some(format) = end.format.or_else(|| place.mta.and_then(usual)) {
        let mut told = Told::by(format);
        // Newer versions of some tell more.
        told.recipients |= seen.summary.recipient_count().is_some();
        seen.told(&told);
    }
}

/// The same of a listing that is not whole.
fn tells_part(end: &End, place: &Place, seen: &mut Seen) {
    seen.partial = true;
    if end.messages > 0 {
        tells(end, place, seen);
    }
}

/// The form in which an MTA's `mailq` tells.
fn usual(mta: Mta) -> Option<Format> {
    Some(match mta {
        Mta::Postfix => Format::PostfixText,
        Mta::Exim => Format::Exim,
        Mta::Sendmail => Format::Sendmail,
        Mta::Qmail => Format::QmailRead,
        Mta::OpenSmtpd => Format::OpenSmtpd,
        Mta::Nullmailer => Format::Nullmailer,
        Mta::Courier => Format::Courier,
        Mta::Exchange => Format::ExchangeJson,
    })
}

fn unreadable(name: &str, text: &str, place: &Place, scene: &Scene) {
    let user = crate::mta::user_name();
    let (need, hint) = hints::permission(place.mta, place.config, &user, text);
    scene.finding(
        QUEUE_UNREADABLE,
        format!(
            "cannot read {}: {need}; {name} says \"{}\"",
            place.queue(),
            cut(bare(name, text))
        ),
    );
    scene.hint(hint);
}

fn down(name: &str, text: &str, place: &Place, scene: &Scene) {
    let what = match (place.mta, place.label) {
        (Some(mta), "") => hints::proper(mta).to_owned(),
        (Some(mta), label) => format!("{} ({label})", hints::proper(mta)),
        (None, _) => "the mail system".to_owned(),
    };
    scene.finding(
        MTA_DOWN,
        format!(
            "{what} is not running: {name} says \"{}\"",
            cut(bare(name, text))
        ),
    );
}

fn late(name: &str, end: &End, place: &Place, seen: &mut Seen, scene: &Scene) {
    tells_part(end, place, seen);
    let limit = Unit::Seconds.human(scene.deadline.total().as_secs_f64());
    scene.finding(
        finding::TIMEOUT,
        format!(
            "{name} did not come to its end within {limit}; it had shown {} messages",
            end.messages
        ),
    );
}
