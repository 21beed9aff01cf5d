//! Sendmail: `qfID` tells what is known of a message, `dfID` is its text. Queue groups are folders in the queue's
//! folder (`mqueue/q1`, with `qf`, `df` and `xf` below it or not). A `QfID` was lost in an attack or a crash, an
//! `hfID` is quarantined; `tf` and `xf` are no messages.
//!
//! Lines of a `qf` file (op.me, "The queue file"): `T` the time it came in, `S` sender, `R` recipient with flags up to
//! a colon, `M` why it waits.

use std::ffi::{CStr, CString};
use std::io;
use std::path::Path;

use super::{Depth, Folder, Walk, no_spool, time};
use crate::queue::Queue;

const HEAD: usize = 16 * 1024;

pub(super) fn scan(path: &Path, walk: &mut Walk) -> io::Result<()> {
    let before = walk.scan.unreadable.len();
    let Some(folder) = walk.open(path) else {
        return if walk.scan.unreadable.len() > before {
            Ok(())
        } else {
            Err(no_spool(path, "Sendmail"))
        };
    };
    walk.scan.reasons = true;
    walk.scan.queues = vec![Queue::Hold, Queue::Corrupt];
    let mut room = vec![0; HEAD];
    walk.files(&folder, 0, &mut |walk, folder, name| {
        let name_bytes = name.to_bytes();
        let Some((prefix, id)) = name_bytes.split_at_checked(2) else {
            return;
        };
        let queue = match prefix {
            b"qf" => Queue::Queued,
            b"hf" => Queue::Hold,
            b"Qf" => Queue::Corrupt,
            _ => return,
        };
        if !id.is_empty() && id.iter().all(u8::is_ascii_alphanumeric) {
            message(queue, id, folder, name, &mut room, walk);
        }
    });
    Ok(())
}

fn message(
    queue: Queue,
    id: &[u8],
    folder: &Folder,
    name: &CStr,
    room: &mut [u8],
    walk: &mut Walk,
) {
    walk.entry.clear();
    walk.entry.set_id(id);
    walk.entry.set_queue(queue);
    if walk.depth == Depth::Names {
        walk.take();
        return;
    }
    match folder.head(name, room) {
        // A control file that is being written is empty.
        Ok([]) => return,
        Ok(head) => control(head, walk),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(_) => walk.scan.closed_files += 1,
    }
    walk.entry.set_size(text_size(id, folder));
    walk.take();
}

/// The text lies beside its control file, or in `df/` beside `qf/`.
fn text_size(id: &[u8], folder: &Folder) -> Option<u64> {
    [&b"df"[..], b"../df/df"].iter().find_map(|prefix| {
        let name = CString::new([prefix, id].concat()).ok()?;
        u64::try_from(folder.stat(&name)?.st_size).ok()
    })
}

fn control(head: &[u8], walk: &mut Walk) {
    let mut reason: Option<&[u8]> = None;
    walk.entry.know_recipients();
    for line in head.split(|&byte| byte == b'\n') {
        let Some((kind, rest)) = line.split_first() else {
            continue;
        };
        match kind {
            b'T' => walk.entry.set_arrival(time(rest)),
            b'S' => walk.entry.set_sender(rest),
            b'M' => reason = Some(rest),
            b'R' => {
                let address = match rest.iter().position(|&byte| byte == b':') {
                    Some(at) => rest.get(at + 1..).unwrap_or_default(),
                    None => rest,
                };
                walk.entry.add_recipient(address, reason);
            }
            // The mail's own headers.
            b'H' | b'.' => break,
            _ => {}
        }
    }
}
