//! qmail: `mess/N/ID` is the text, `info/N/ID` the sender, `local/N/ID` and `remote/N/ID` who is to get it (`T`) or has
//! got it (`D`); `todo/ID` is not yet preprocessed. A message comes in when its `info` is written, which is not touched
//! afterwards: so does qmail-qread tell its date.

use std::ffi::CStr;
use std::io;
use std::path::Path;

use super::{Depth, Folder, Walk, no_spool};
use crate::queue::Queue;

const HEAD: usize = 64 * 1024;

pub(super) fn scan(path: &Path, walk: &mut Walk) -> io::Result<()> {
    let before = walk.scan.unreadable.len();
    let Some(mess) = walk.open(&path.join("mess")) else {
        return if walk.scan.unreadable.len() > before {
            Ok(())
        } else {
            Err(no_spool(path, "qmail"))
        };
    };
    // What waits for its first look is counted in mess as well.
    let todo = Folder::open(&path.join("todo")).ok();
    if todo.is_some() {
        walk.scan.queues = vec![Queue::Incoming, Queue::Bounce];
    }
    let mut room = vec![0; HEAD];
    walk.files(&mess, 0, &mut |walk, folder, name| {
        if name.to_bytes().iter().all(u8::is_ascii_digit) {
            message(path, todo.as_ref(), folder, name, &mut room, walk);
        }
    });
    Ok(())
}

fn message(
    path: &Path,
    todo: Option<&Folder>,
    folder: &Folder,
    name: &CStr,
    room: &mut [u8],
    walk: &mut Walk,
) {
    walk.entry.clear();
    walk.entry.set_id(name.to_bytes());
    let fresh = todo.is_some_and(|todo| todo.stat(name).is_some());
    walk.entry.set_queue(if fresh {
        Queue::Incoming
    } else {
        Queue::Queued
    });
    if walk.depth == Depth::Names {
        walk.take();
        return;
    }
    let Some(stat) = folder.stat(name) else {
        return;
    };
    walk.entry.set_size(u64::try_from(stat.st_size).ok());
    walk.entry.set_arrival(Some(stat.st_mtime));
    let group = folder.path().file_name().unwrap_or_default();
    if let Ok(info) = Folder::open(&path.join("info").join(group)) {
        if let Some(stat) = info.stat(name) {
            walk.entry.set_arrival(Some(stat.st_mtime));
        }
        if walk.depth == Depth::Envelopes
            && let Ok(head) = info.head(name, room)
            && let Some(sender) = head.strip_prefix(b"F")
        {
            let sender = sender.split(|&byte| byte == 0).next().unwrap_or_default();
            walk.entry.set_sender(sender);
        }
    }
    if walk.depth == Depth::Envelopes {
        for kind in ["local", "remote"] {
            let Ok(folder) = Folder::open(&path.join(kind).join(group)) else {
                continue;
            };
            if let Ok(head) = folder.head(name, room) {
                walk.entry.know_recipients();
                for record in head.split(|&byte| byte == 0) {
                    if let Some(address) = record.strip_prefix(b"T") {
                        walk.entry.add_recipient(address, None);
                    }
                }
            }
        }
    }
    walk.take();
}
