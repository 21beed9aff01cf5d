//! Postfix: `active/`, `incoming/`, `maildrop/`, `hold/`, `deferred/` in one or more levels of hashed folders,
//! `corrupt/`; `bounce/`, `defer/` and `trace/` hold logs about messages, not messages.
//!
//! The time of a queue file is when it will be tried next. When the message came in is told by its name where
//! `enable_long_queue_ids` is on, and by its `T` record otherwise (`rec_type.h`); its size by the `C` record.

use std::ffi::CStr;
use std::io;
use std::path::Path;

use super::{Depth, Folder, Walk, no_spool, number, time};
use crate::queue::Queue;

const QUEUES: [(&str, Queue); 7] = [
    ("active", Queue::Active),
    ("deferred", Queue::Deferred),
    ("hold", Queue::Hold),
    ("incoming", Queue::Incoming),
    ("maildrop", Queue::Maildrop),
    ("corrupt", Queue::Corrupt),
    ("bounce", Queue::Bounce),
];

/// Digits of long queue ids: no vowels, so that no words come out.
const DIGITS: &[u8; 52] = b"0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

pub(super) fn scan(path: &Path, walk: &mut Walk) -> io::Result<()> {
    let mut found = 0;
    for (name, queue) in QUEUES {
        let unreadable = walk.scan.unreadable.len();
        let Some(folder) = walk.open(&path.join(name)) else {
            found += usize::from(walk.scan.unreadable.len() > unreadable);
            continue;
        };
        found += 1;
        if matches!(queue, Queue::Corrupt | Queue::Bounce) {
            let count = walk.count(&folder);
            walk.scan.beside.push((queue, count));
            continue;
        }
        walk.scan.queues.push(queue);
        walk.files(&folder, 0, &mut |walk, folder, name| {
            if is_id(name.to_bytes()) {
                file(queue, folder, name, walk);
            }
        });
    }
    // A spool without any of these is somebody else's folder, and not an empty queue.
    if found < 4 {
        return Err(no_spool(path, "Postfix"));
    }
    Ok(())
}

fn file(queue: Queue, folder: &Folder, name: &CStr, walk: &mut Walk) {
    let id = name.to_bytes();
    walk.entry.clear();
    walk.entry.set_id(id);
    walk.entry.set_queue(queue);
    if walk.depth == Depth::Names {
        walk.take();
        return;
    }
    let mut room = [0; 4096];
    let wanted = if walk.depth == Depth::Envelopes {
        4096
    } else {
        128
    };
    let head = folder.head(name, room.get_mut(..wanted).unwrap_or_default());
    match head {
        Ok(head) => records(head, walk),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(_) => walk.scan.closed_files += 1,
    }
    if walk.entry.arrival().is_none() {
        walk.entry.set_arrival(long_id(id));
    }
    if walk.entry.size().is_none() || walk.entry.arrival().is_none() {
        let Some(stat) = folder.stat(name) else {
            return;
        };
        walk.entry.set_size(
            walk.entry
                .size()
                .or_else(|| u64::try_from(stat.st_size).ok()),
        );
        // What is dropped is not touched again before it is picked up.
        if queue == Queue::Maildrop && walk.entry.arrival().is_none() {
            walk.entry.set_arrival(Some(stat.st_mtime));
        }
    }
    walk.take();
}

/// The records before the message's text: a type, a length in groups of seven bits, data.
fn records(head: &[u8], walk: &mut Walk) {
    let mut rest = head;
    if walk.depth == Depth::Envelopes {
        walk.entry.know_recipients();
    }
    while let Some((&kind, after)) = rest.split_first() {
        let mut length = 0_usize;
        let mut digits = after.iter();
        for shift in (0..28).step_by(7) {
            let Some(&digit) = digits.next() else { return };
            length |= usize::from(digit & 0x7f) << shift;
            if digit & 0x80 == 0 {
                break;
            }
        }
        let Some((data, next)) = digits.as_slice().split_at_checked(length) else {
            return;
        };
        match kind {
            b'C' => {
                // Cleanup fills the sizes in at the end: blanks until then, and zeros in a file from elsewhere.
                if let Some(size @ 1..) = number(data) {
                    walk.entry.set_size(Some(size));
                }
            }
            b'T' => walk.entry.set_arrival(time(data)),
            b'S' if walk.depth == Depth::Envelopes => walk.entry.set_sender(data),
            b'R' if walk.depth == Depth::Envelopes => walk.entry.add_recipient(data, None),
            // The text begins.
            b'M' | b'N' | b'L' => return,
            _ => {}
        }
        rest = next;
    }
}

/// Short ids are hexadecimal, long ones of letters and digits; anything else is no queue file.
fn is_id(name: &[u8]) -> bool {
    name.len() >= 6 && name.iter().all(u8::is_ascii_alphanumeric)
}

/// When a message with a long id came in: seconds and microseconds to the base of 52, `z`, the inode to the base of 51.
fn long_id(id: &[u8]) -> Option<i64> {
    let z = id.iter().rposition(|&byte| byte == b'z')?;
    let seconds = id.get(..z.checked_sub(4)?)?;
    if seconds.len() < 6 {
        return None;
    }
    seconds.iter().try_fold(0_i64, |sum, byte| {
        let digit = DIGITS.iter().position(|known| known == byte)?;
        sum.checked_mul(52)?.checked_add(i64::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_ids_tell_when() {
        // Made by Postfix 3.7 at 1700000000.
        let mut id = Vec::new();
        let mut seconds = 1_700_000_000_usize;
        while seconds > 0 {
            id.insert(0, DIGITS[seconds % 52]);
            seconds /= 52;
        }
        id.extend_from_slice(b"0bcdz1Gh");
        assert_eq!(long_id(&id), Some(1_700_000_000));
        assert_eq!(long_id(b"3F2A91B0C"), None);
        assert_eq!(long_id(b"z"), None);
    }

    #[test]
    fn names_that_are_no_ids_are_no_messages() {
        assert!(is_id(b"3F2A91B0C") && is_id(b"4XyZ1k0bcdz1Gh"));
        assert!(!is_id(b".nfs0001") && !is_id(b"core") && !is_id(b"a.b.c.d.e"));
    }
}
