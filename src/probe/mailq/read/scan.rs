//! The queue as its files show it.

use std::io;
use std::path::Path;

use super::super::findings::{MTA_MISSING, QUEUE_UNREADABLE};
use super::super::seen::{Seen, Told};
use super::Place;
use crate::mta::spool;
use crate::probe::{Scene, finding};
use crate::queue::Mta;
use crate::report::Unit;

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
