//! OpenSMTPD: `queue/XX/MSGID/` holds `message` and an envelope for each recipient, named by its id of 16 digits whose
//! first 8 are the message's. An envelope is lines of `name: value`: `sender`, `dest`, `ctime`, `errorline`, `type`.
//! `corrupt/` holds what could not be read, `offline/` what was submitted while nothing ran. A spool of which envelopes
//! are compressed or encrypted still tells numbers and sizes.

use std::ffi::CStr;
use std::io;
use std::path::Path;

use super::{Depth, Folder, Walk, no_spool, time};
use crate::mta::folder::Kind;
use crate::queue::Queue;

const HEAD: usize = 8 * 1024;

pub(super) fn scan(path: &Path, walk: &mut Walk) -> io::Result<()> {
    let before = walk.scan.unreadable.len();
    let Some(queue) = walk.open(&path.join("queue")) else {
        return if walk.scan.unreadable.len() > before {
            Ok(())
        } else {
            Err(no_spool(path, "OpenSMTPD"))
        };
    };
    walk.scan.reasons = true;
    // Which are notices is told inside.
    if walk.depth != Depth::Names {
        walk.scan.queues = vec![Queue::Bounce];
    }
    groups(&queue, Queue::Queued, walk);
    if let Some(corrupt) = walk.open(&path.join("corrupt")) {
        walk.scan.queues.push(Queue::Corrupt);
        messages(&corrupt, Queue::Corrupt, walk);
    }
    if let Some(offline) = walk.open(&path.join("offline")) {
        walk.scan.queues.push(Queue::Maildrop);
        walk.files(&offline, 0, &mut |walk, folder, name| {
            walk.entry.clear();
            walk.entry.set_id(name.to_bytes());
            walk.entry.set_queue(Queue::Maildrop);
            if walk.depth != Depth::Names {
                let Some(stat) = folder.stat(name) else {
                    return;
                };
                walk.entry.set_size(u64::try_from(stat.st_size).ok());
                walk.entry.set_arrival(Some(stat.st_mtime));
            }
            walk.take();
        });
    }
    Ok(())
}

/// The folders of two digits.
fn groups(folder: &Folder, queue: Queue, walk: &mut Walk) {
    for name in folders(folder, walk) {
        match folder.inner(&name) {
            Ok(group) => messages(&group, queue, walk),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => walk
                .scan
                .unreadable
                .push((folder.path().join(name.to_string_lossy().as_ref()), error)),
        }
    }
}

/// The folders of eight digits: a message each.
fn messages(folder: &Folder, queue: Queue, walk: &mut Walk) {
    for name in folders(folder, walk) {
        if !walk.on() {
            return;
        }
        if name.to_bytes().len() != 8 {
            continue;
        }
        if walk.depth == Depth::Names {
            walk.entry.clear();
            walk.entry.set_id(name.to_bytes());
            walk.entry.set_queue(queue);
            walk.take();
            continue;
        }
        match folder.inner(&name) {
            Ok(inner) => message(&inner, &name, queue, walk),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => walk
                .scan
                .unreadable
                .push((folder.path().join(name.to_string_lossy().as_ref()), error)),
        }
    }
}

fn folders(folder: &Folder, walk: &mut Walk) -> Vec<std::ffi::CString> {
    let mut names = Vec::new();
    let read = folder.each(|name, kind| {
        if kind == Kind::Folder {
            names.push(name.to_owned());
        }
        true
    });
    if let Err(error) = read {
        walk.scan.unreadable.push((folder.path().to_owned(), error));
    }
    names
}

fn message(folder: &Folder, id: &CStr, queue: Queue, walk: &mut Walk) {
    walk.entry.clear();
    walk.entry.set_id(id.to_bytes());
    walk.entry.set_queue(queue);
    let mut room = [0; HEAD];
    let mut envelopes = 0;
    let read = folder.each(|name, kind| {
        if kind == Kind::File && name.to_bytes() == b"message" {
            let size = folder
                .stat(name)
                .and_then(|stat| u64::try_from(stat.st_size).ok());
            walk.entry.set_size(size);
        } else if kind == Kind::File && name.to_bytes().len() == 16 {
            envelopes += 1;
            match folder.head(name, &mut room) {
                Ok(head) => envelope(head, queue, walk),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) => walk.scan.closed_files += 1,
            }
        }
        true
    });
    // A message whose last envelope is delivered is about to go.
    if read.is_ok() && envelopes > 0 {
        walk.take();
    }
}

fn envelope(head: &[u8], queue: Queue, walk: &mut Walk) {
    let mut recipient: Option<&[u8]> = None;
    let mut reason: Option<&[u8]> = None;
    for line in head.split(|&byte| byte == b'\n') {
        let Some(at) = line.iter().position(|&byte| byte == b':') else {
            continue;
        };
        let (name, value) = line.split_at(at);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        match name {
            b"sender" => walk.entry.set_sender(value),
            b"dest" => recipient = Some(value),
            b"ctime" => walk.entry.set_arrival(time(value)),
            b"errorline" if !value.is_empty() => reason = Some(value),
            b"type" if value == b"bounce" && queue == Queue::Queued => {
                walk.entry.set_queue(Queue::Bounce)
            }
            _ => {}
        }
    }
    if let Some(address) = recipient {
        walk.entry.add_recipient(address, reason);
    }
}
