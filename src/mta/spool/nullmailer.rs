//! nullmailer: a file a message in `queue/`, what was given up in `failed/`. The first line is the sender, then the
//! recipients, then an empty line and the text. A file is written once: its time is when it came in.

use std::ffi::CStr;
use std::io;
use std::path::Path;

use super::{Depth, Folder, Walk, no_spool};
use crate::queue::Queue;

const HEAD: usize = 16 * 1024;

pub(super) fn scan(path: &Path, walk: &mut Walk) -> io::Result<()> {
    let mut found = false;
    for (name, queue) in [("queue", Queue::Queued), ("failed", Queue::Failed)] {
        let before = walk.scan.unreadable.len();
        let Some(folder) = walk.open(&path.join(name)) else {
            found |= walk.scan.unreadable.len() > before;
            continue;
        };
        found |= queue == Queue::Queued;
        walk.scan.queues.push(queue);
        walk.files(&folder, 0, &mut |walk, folder, name| {
            if !name.to_bytes().starts_with(b".") {
                message(queue, folder, name, walk);
            }
        });
    }
    if found {
        Ok(())
    } else {
        Err(no_spool(path, "nullmailer"))
    }
}

fn message(queue: Queue, folder: &Folder, name: &CStr, walk: &mut Walk) {
    walk.entry.clear();
    walk.entry.set_id(name.to_bytes());
    walk.entry.set_queue(queue);
    if walk.depth == Depth::Names {
        walk.take();
        return;
    }
    let Some(stat) = folder.stat(name) else {
        return;
    };
    walk.entry.set_size(u64::try_from(stat.st_size).ok());
    walk.entry.set_arrival(Some(stat.st_mtime));
    if walk.depth == Depth::Envelopes {
        let mut room = [0; HEAD];
        match folder.head(name, &mut room) {
            Ok(head) => {
                let mut lines = head.split(|&byte| byte == b'\n');
                walk.entry.set_sender(lines.next().unwrap_or_default());
                walk.entry.know_recipients();
                for address in lines.take_while(|line| !line.is_empty()) {
                    walk.entry.add_recipient(address, None);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(_) => walk.scan.closed_files += 1,
        }
    }
    walk.take();
}
