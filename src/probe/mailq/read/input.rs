//! A listing that was taken elsewhere.

use super::super::findings::QUEUE_UNREADABLE;
use super::super::seen::Seen;
use super::{Place, late, listing, whole};
use crate::mta::{Input, Read};
use crate::probe::Scene;
use crate::queue::Format;

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
