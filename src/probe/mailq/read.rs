//! Where the queue is looked at, and how each way of looking can fail.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::findings::{
    COMMAND_FAILED, LISTING_INCOMPLETE, LISTING_UNKNOWN, MTA_DOWN, MTA_MISSING, QUEUE_UNREADABLE,
};
use super::hints;
use super::seen::{Seen, Told};
use crate::mta::{Asked, Ended, Input, Program, Ran, Read, Said, spool};
use crate::probe::{Scene, finding};
use crate::queue::{End, Format, Given, Listing, Mta, Trouble, Verdict, Zone};
use crate::report::Unit;
use crate::time::Clock;

/// Of a text that somebody else wrote, so much is quoted.
const QUOTE: usize = 120;

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

/// Runs a command, and another one instead where the first one is refused as a wrong call.
pub fn command(asked: &Asked, place: &Place, seen: &mut Seen, scene: &Scene) {
    let mut asked = asked;
    loop {
        let name = asked.program.name();
        scene.journal.enter("listing");
        scene.journal.sent(&asked.program.shown());
        let mut listing = listing(asked.format);
        let run = asked.program.run(scene.deadline, |bytes| {
            listing.feed(bytes, &mut |entry| seen.add(entry));
            true
        });
        let ran = match run {
            Ok(ran) => ran,
            Err(error) => {
                unstartable(&asked.program, &error, place, scene);
                seen.partial = true;
                return;
            }
        };
        let end = listing.finish(&mut |entry| seen.add(entry));
        scene.journal.leave(format!("{} messages", end.messages));
        heard(&ran.complaints, scene);
        if let Some(instead) = &asked.instead
            && end.messages == 0
            && refused(&ran)
        {
            scene.detail(format!(
                "{name} does not do this ({}): {} is asked instead",
                said(&ran.complaints).unwrap_or_else(|| how(ran.ended)),
                instead.program.shown()
            ));
            asked = instead;
            continue;
        }
        ended(&name, &ran, &end, place, seen, scene);
        return;
    }
}

/// An old version does not know the call, or it wants a user who is somebody else: what is asked instead may do.
fn refused(ran: &Ran) -> bool {
    let text = String::from_utf8_lossy(&ran.complaints).to_lowercase();
    match ran.ended {
        Ended::Code(0) | Ended::Late | Ended::Stopped | Ended::Signal(_) => false,
        Ended::Code(_) => {
            [
                "usage",
                "invalid option",
                "illegal option",
                "unknown option",
                "unable to",
                "permission",
            ]
            .iter()
            .any(|word| text.contains(word))
                && !matches!(worst(&ran.complaints), Some((Trouble::Down, _)))
        }
    }
}

fn unstartable(program: &Program, error: &io::Error, place: &Place, scene: &Scene) {
    let path = program.path.display();
    match error.kind() {
        io::ErrorKind::NotFound => scene.finding(
            MTA_MISSING,
            format!("cannot look into {}: there is no {path}", place.queue()),
        ),
        io::ErrorKind::PermissionDenied => {
            scene.finding(
                QUEUE_UNREADABLE,
                format!(
                    "cannot look into {}: {} may not run {path}",
                    place.queue(),
                    crate::mta::user_name()
                ),
            );
            scene.hint(format!(
                "ls -l {path}; it must be executable for the user of the check"
            ));
        }
        _ => scene.finding(
            QUEUE_UNREADABLE,
            format!(
                "cannot look into {}: {path} cannot be run: {error}",
                place.queue()
            ),
        ),
    }
}

/// Judges how a command and its listing ended.
fn ended(name: &str, ran: &Ran, end: &End, place: &Place, seen: &mut Seen, scene: &Scene) {
    let place = &Place {
        mta: end.format.map(Format::mta).or(place.mta),
        ..*place
    };
    let complaint = said(&ran.complaints);
    let so_far = || match end.messages {
        0 => "nothing".to_owned(),
        1 => "1 message".to_owned(),
        count => format!("{count} messages"),
    };
    match ran.ended {
        Ended::Late | Ended::Stopped => {
            seen.partial = true;
            if end.messages > 0 {
                tells(end, place, seen);
            }
            let limit = Unit::Seconds.human(scene.deadline.total().as_secs_f64());
            let how = if ran.closed {
                "closed its output and did not end".to_owned()
            } else {
                format!("was not done; it had shown {}", so_far())
            };
            scene.finding(finding::TIMEOUT, format!("{name} {how} within {limit}"));
            return;
        }
        Ended::Signal(signal) => {
            seen.partial = true;
            if end.messages > 0 {
                tells(end, place, seen);
            }
            scene.finding(
                COMMAND_FAILED,
                format!(
                    "{name} was killed by signal {signal} after showing {}",
                    so_far()
                ),
            );
            return;
        }
        Ended::Code(0) => {}
        Ended::Code(code) => {
            seen.partial = true;
            if end.messages > 0 {
                tells(end, place, seen);
            }
            let quote = complaint.clone().or_else(|| stray(&end.verdict));
            match worst(&ran.complaints).or_else(|| spoken(&end.verdict)) {
                Some((Trouble::Down, text)) => down(name, &text, place, scene),
                Some((Trouble::Unreadable, text)) => unreadable(name, &text, place, scene),
                _ => {
                    let words = quote.map_or(String::new(), |text| format!(": \"{text}\""));
                    scene.finding(
                        COMMAND_FAILED,
                        format!(
                            "{name} failed with {}{words} (it had shown {})",
                            exit_code(code),
                            so_far()
                        ),
                    );
                }
            }
            return;
        }
    }
    if end.bytes == 0
        && let Some((trouble @ (Trouble::Down | Trouble::Unreadable), text)) =
            worst(&ran.complaints)
        && !text.contains("accessing queue directly")
    {
        // Says that it could not look, and calls that a success.
        seen.partial = true;
        match trouble {
            Trouble::Down => down(name, &text, place, scene),
            _ => unreadable(name, &text, place, scene),
        }
        return;
    }
    if let Some((Trouble::Down, text)) = worst(&ran.complaints) {
        down(name, &text, place, scene);
    }
    whole(name, end, true, place, seen, scene);
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
            seen.partial = true;
            if end.messages > 0 {
                tells(end, place, seen);
            }
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

/// Reads a listing that was taken elsewhere.
pub fn input(input: &Input, format: Option<Format>, place: &Place, seen: &mut Seen, scene: &Scene) {
    let name = input.shown();
    scene.journal.enter("listing");
    let mut listing = listing(format);
    let read = input.read(scene.deadline, &mut |bytes| {
        listing.feed(bytes, &mut |entry| seen.add(entry));
    });
    let end = listing.finish(&mut |entry| seen.add(entry));
    scene.journal.leave(format!("{} messages", end.messages));
    match read {
        Ok(Read::All) => {
            let place = &Place {
                mta: end.format.map(Format::mta).or(place.mta),
                ..*place
            };
            whole(&name, &end, false, place, seen, scene);
        }
        Ok(Read::Late) => late(&name, &end, place, seen, scene),
        Err(error) => {
            seen.partial = true;
            scene.finding(QUEUE_UNREADABLE, format!("cannot read {name}: {error}"));
        }
    }
}

fn late(name: &str, end: &End, place: &Place, seen: &mut Seen, scene: &Scene) {
    seen.partial = true;
    if end.messages > 0 {
        tells(end, place, seen);
    }
    let limit = Unit::Seconds.human(scene.deadline.total().as_secs_f64());
    scene.finding(
        finding::TIMEOUT,
        format!(
            "{name} did not come to its end within {limit}; it had shown {} messages",
            end.messages
        ),
    );
}

/// Asks showq.
pub fn socket(path: &Path, place: &Place, seen: &mut Seen, scene: &Scene) {
    let name = path.display().to_string();
    scene.journal.enter("listing");
    let mut listing = Listing::new(Format::PostfixShowq, given());
    let asked = crate::mta::ask(path, scene.deadline, &mut |bytes| {
        listing.feed(bytes, &mut |entry| seen.add(entry));
    });
    let end = listing.finish(&mut |entry| seen.add(entry));
    scene.journal.leave(format!("{} messages", end.messages));
    let error = match asked {
        Ok(Said::All) => return whole(&name, &end, false, place, seen, scene),
        Ok(Said::Late) => return late(&name, &end, place, seen, scene),
        Err(error) => error,
    };
    seen.partial = true;
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            let user = crate::mta::user_name();
            scene.finding(
                QUEUE_UNREADABLE,
                format!(
                    "cannot ask {name} for {}: permission denied; {user} must be in the group postdrop",
                    place.queue()
                ),
            );
            scene.hint(format!("usermod -aG postdrop {user}"));
        }
        io::ErrorKind::ConnectionRefused => {
            scene.finding(
                MTA_DOWN,
                format!("Postfix is not running: nobody listens at {name}"),
            );
        }
        io::ErrorKind::NotFound => scene.finding(
            MTA_DOWN,
            format!("Postfix is not running, or has its spool elsewhere: there is no {name}"),
        ),
        _ => scene.finding(QUEUE_UNREADABLE, format!("cannot ask {name}: {error}")),
    }
}

/// Goes through a spool.
pub fn scan(
    mta: Mta,
    path: &Path,
    depth: spool::Depth,
    place: &Place,
    seen: &mut Seen,
    scene: &Scene,
) {
    scene.journal.enter("listing");
    let scanned = spool::scan(mta, path, depth, scene.deadline, &mut |entry| {
        seen.add(entry)
    });
    scene.journal.leave(format!("{} messages", seen.passed));
    let scan = match scanned {
        Ok(scan) => scan,
        Err(error) => {
            seen.partial = true;
            let id = if error.kind() == io::ErrorKind::NotFound {
                MTA_MISSING
            } else {
                QUEUE_UNREADABLE
            };
            scene.finding(id, format!("cannot look into {}: {error}", place.queue()));
            return;
        }
    };
    let enveloped = depth == spool::Depth::Envelopes;
    seen.told(&Told {
        queues: scan.queues.clone(),
        size: depth != spool::Depth::Names,
        arrival: depth != spool::Depth::Names,
        senders: enveloped && scan.closed_files == 0,
        recipients: enveloped && scan.closed_files == 0,
        reasons: enveloped && scan.reasons,
    });
    for (queue, count) in &scan.beside {
        seen.beside(*queue, *count);
    }
    if let Some((folder, error)) = scan.unreadable.first() {
        seen.partial = true;
        let user = crate::mta::user_name();
        let others = match scan.unreadable.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        scene.finding(
            QUEUE_UNREADABLE,
            format!(
                "cannot read {}: {}{others}: {}; {user} needs read and execute there",
                place.queue(),
                folder.display(),
                error.kind()
            ),
        );
        scene.hint(format!(
            "setfacl -R -m u:{user}:rX -m d:u:{user}:rX {}, or run the check by sudo, or without --spool",
            path.display()
        ));
    }
    if scan.closed_files > 0 {
        scene.detail(format!(
            "{} queue files may not be read: they are counted, their senders and recipients are not known",
            scan.closed_files
        ));
    }
    if scan.late {
        seen.partial = true;
        let limit = Unit::Seconds.human(scene.deadline.total().as_secs_f64());
        scene.finding(
            finding::TIMEOUT,
            format!(
                "{} was not gone through within {limit}; {} messages so far",
                path.display(),
                seen.passed
            ),
        );
    }
}

/// The first line on standard error, for quoting.
fn said(complaints: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(complaints);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(cut(line))
}

/// What a program says without its own name before it.
fn bare<'t>(name: &str, text: &'t str) -> &'t str {
    text.trim()
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix(": "))
        .unwrap_or(text)
}

fn cut(text: &str) -> String {
    crate::report::sanitize::cut(text.trim().to_owned(), QUOTE)
}

/// What standard error says that explains a failure.
fn worst(complaints: &[u8]) -> Option<(Trouble, String)> {
    let known = complaints.split(|&byte| byte == b'\n').filter_map(|line| {
        let trouble = Trouble::of(line)?;
        (trouble != Trouble::Noise).then(|| (trouble, cut(&String::from_utf8_lossy(line))))
    });
    // "The mail system is down" explains why the queue could not be read, too.
    let all: Vec<(Trouble, String)> = known.collect();
    all.iter()
        .find(|(trouble, _)| *trouble == Trouble::Down)
        .or(all.first())
        .cloned()
}

/// The same for what stands where the listing should.
fn spoken(verdict: &Verdict) -> Option<(Trouble, String)> {
    match verdict {
        Verdict::Unreadable(text) => Some((Trouble::Unreadable, text.clone())),
        Verdict::Down(text) => Some((Trouble::Down, text.clone())),
        _ => None,
    }
}

fn stray(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Unknown(text) => Some(cut(text)),
        _ => None,
    }
}

/// What a program says beside its listing goes into the transcript.
fn heard(complaints: &[u8], scene: &Scene) {
    for line in complaints.split(|&byte| byte == b'\n').take(20) {
        if !line.is_empty() {
            scene
                .journal
                .note(&format!("stderr: {}", String::from_utf8_lossy(line)));
        }
    }
}

fn how(ended: Ended) -> String {
    match ended {
        Ended::Code(code) => exit_code(code),
        Ended::Signal(signal) => format!("signal {signal}"),
        Ended::Late => "not done in time".to_owned(),
        Ended::Stopped => "stopped".to_owned(),
    }
}

/// An exit code; those of sysexits.h by their meaning.
fn exit_code(code: i32) -> String {
    let meaning = match code {
        64 => "wrong call",
        66 => "cannot open its input",
        67 => "no such user",
        69 => "service unavailable",
        70 => "internal error",
        71 => "operating system error",
        72 => "a system file is missing",
        73 => "cannot create a file",
        74 => "input or output error",
        75 => "temporary failure",
        76 => "protocol error",
        77 => "permission denied",
        78 => "configuration error",
        126 => "cannot be executed",
        127 => "command not found",
        _ => return format!("exit code {code}"),
    };
    format!("exit code {code} ({meaning})")
}
