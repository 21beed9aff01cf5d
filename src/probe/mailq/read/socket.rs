//! The queue as Postfix's showq tells it.

use std::io;
use std::path::Path;

use super::super::findings::{MTA_DOWN, QUEUE_UNREADABLE};
use super::super::seen::Seen;
use super::{Place, late, listing, whole};
use crate::mta::Said;
use crate::probe::Scene;
use crate::queue::Format;

/// Asks showq.
pub fn socket(path: &Path, place: &Place, seen: &mut Seen, scene: &Scene) {
    let name = path.display().to_string();
    scene.journal.enter("listing");
    let mut listing = listing(Some(Format::PostfixShowq));
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
