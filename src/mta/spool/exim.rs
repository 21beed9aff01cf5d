//! Exim: `input/ID-H` holds what is known of a message, `input/ID-D` its text; with `split_spool_directory` both lie
//! one folder deeper. Named queues lie beside `input/` as `NAME/input/`.
//!
//! The header file tells sender, arrival and `-frozen` (spec chapter 56, "Format of spool files").

use std::ffi::{CStr, CString};
use std::io;
use std::path::Path;

use super::{Depth, Folder, Walk, no_spool, number, time};
use crate::mta::folder::Kind;
use crate::queue::Queue;

/// Header files begin with what is wanted here; the mail's own headers come last.
const HEAD: usize = 16 * 1024;

pub(super) fn scan(path: &Path, walk: &mut Walk) -> io::Result<()> {
    let before = walk.scan.unreadable.len();
    let mut inputs = 0;
    if let Some(folder) = walk.open(&path.join("input")) {
        inputs += 1;
        input(&folder, walk);
    }
    // Named queues.
    if let Ok(top) = Folder::open(path) {
        let mut names = Vec::new();
        let _ = top.each(|name, kind| {
            let known = matches!(
                name.to_bytes(),
                b"input" | b"db" | b"msglog" | b"scan" | b"log"
            );
            if kind == Kind::Folder && !known {
                names.push(name.to_string_lossy().into_owned());
            }
            true
        });
        for name in names {
            if let Some(folder) = walk.open(&path.join(name).join("input")) {
                inputs += 1;
                input(&folder, walk);
            }
        }
    }
    if inputs == 0 && walk.scan.unreadable.len() == before {
        return Err(no_spool(path, "Exim"));
    }
    // Which are frozen is told inside.
    if walk.depth != Depth::Names {
        walk.scan.queues = vec![Queue::Frozen, Queue::Bounce];
    }
    Ok(())
}

fn input(folder: &Folder, walk: &mut Walk) {
    let mut room = vec![0; HEAD];
    walk.files(folder, 0, &mut |walk, folder, name| {
        if let Some(id) = name.to_bytes().strip_suffix(b"-H") {
            message(id, folder, name, &mut room, walk);
        }
    });
}

fn message(id: &[u8], folder: &Folder, name: &CStr, room: &mut [u8], walk: &mut Walk) {
    walk.entry.clear();
    walk.entry.set_id(id);
    walk.entry.set_queue(Queue::Queued);
    if walk.depth == Depth::Names {
        walk.take();
        return;
    }
    walk.entry.set_arrival(arrival(id));
    let mut headers = 0;
    match folder.head(name, room) {
        Ok(head) => {
            header(head, walk);
            headers = headers_size(head);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(_) => walk.scan.closed_files += 1,
    }
    let text = CString::new([id, b"-D"].concat()).ok();
    let size = text.and_then(|text| folder.stat(&text)).map(|stat| {
        // The first line repeats the file's name.
        let own = i64::try_from(id.len()).unwrap_or(0) + 3;
        // The empty line between the two counts.
        u64::try_from(stat.st_size.saturating_sub(own)).unwrap_or(0) + headers + 1
    });
    walk.entry.set_size(size);
    walk.take();
}

fn header(head: &[u8], walk: &mut Walk) {
    let mut lines = head.split(|&byte| byte == b'\n');
    // The file's own name, then the user who sent it.
    if lines.next().is_none_or(|line| !line.ends_with(b"-H")) || lines.next().is_none() {
        return;
    }
    let sender = lines.next().unwrap_or_default();
    walk.entry.set_sender(sender);
    if sender == b"<>" {
        walk.entry.set_queue(Queue::Bounce);
    }
    if let Some(came) = lines.next().and_then(time) {
        walk.entry.set_arrival(Some(came));
    }
    let mut line = lines.next();
    // Values may span lines: what does not begin with a hyphen goes with the one before, up to the tree of those who
    // have got it.
    while let Some(text) = line {
        if text == b"-frozen" || text.starts_with(b"-frozen ") || text.starts_with(b"--frozen ") {
            walk.entry.set_queue(Queue::Frozen);
        }
        if text == b"XX"
            || text.starts_with(b"YY ")
            || text.starts_with(b"YN ")
            || text.starts_with(b"NY ")
            || text.starts_with(b"NN ")
        {
            break;
        }
        line = lines.next();
    }
    if walk.depth != Depth::Envelopes {
        return;
    }
    let done: Vec<&[u8]> = if line == Some(b"XX") {
        Vec::new()
    } else {
        // A tree: YN address, one node a line; how it hangs together does not matter here.
        let mut done: Vec<&[u8]> = line.and_then(|line| line.get(3..)).into_iter().collect();
        loop {
            match lines.clone().next() {
                Some(node)
                    if node.get(2) == Some(&b' ') && matches!(node.first(), Some(b'Y' | b'N')) =>
                {
                    done.extend(node.get(3..));
                    lines.next();
                }
                _ => break,
            }
        }
        done
    };
    let Some(count) = lines.next().and_then(number) else {
        return;
    };
    walk.entry.know_recipients();
    for _ in 0..count {
        let Some(line) = lines.next() else { break };
        // Behind the address may stand what belongs to it: errors address, DSN wishes.
        let address = line.split(|&byte| byte == b' ').next().unwrap_or_default();
        if !address.is_empty() && !done.contains(&address) {
            walk.entry.add_recipient(address, None);
        }
    }
}

/// The mail's own headers, as `exim -bp` counts them: behind an empty line, each with its length in three digits or
/// more, a letter (`*` for one that was removed) and a blank. What lies beyond the part that was read is not counted.
fn headers_size(head: &[u8]) -> u64 {
    let Some(start) = head.windows(2).position(|pair| pair == b"\n\n") else {
        return 0;
    };
    let mut rest = head.get(start + 2..).unwrap_or_default();
    let mut sum = 0;
    while let Some(length) = number(rest).filter(|_| rest.first().is_some_and(u8::is_ascii_digit)) {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if rest.get(digits) != Some(&b'*') {
            sum += length;
        }
        let next = usize::try_from(length)
            .ok()
            .and_then(|length| rest.get(digits + 2 + length..));
        rest = next.unwrap_or_default();
    }
    sum
}

/// The first six characters of an id are the second in which it was made, to the base of 62.
fn arrival(id: &[u8]) -> Option<i64> {
    let seconds = id.get(..6)?;
    seconds.iter().try_fold(0_i64, |sum, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'a'..=b'z' => byte - b'a' + 36,
            _ => return None,
        };
        Some(sum * 62 + i64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_when() {
        // 1tYKLM was made on 2025-01-16.
        assert_eq!(
            arrival(b"1tYKLM-000000001Ab-0abc").map(|at| at / 86_400),
            Some(20_104)
        );
        assert_eq!(arrival(b"xx"), None);
    }
}
