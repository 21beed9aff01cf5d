//! The queue as a command shows it.

use std::io;

use super::super::findings::{COMMAND_FAILED, MTA_MISSING, QUEUE_UNREADABLE};
use super::super::seen::Seen;
use super::complaint::{exit_code, heard, how, said, spoken, stray, worst};
use super::{Place, down, listing, tells_part, unreadable, whole};
use crate::mta::{Asked, Ended, Program, Ran};
use crate::probe::{Scene, finding};
use crate::queue::{End, Format, Trouble};
use crate::report::Unit;

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
            tells_part(end, place, seen);
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
            tells_part(end, place, seen);
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
            tells_part(end, place, seen);
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
