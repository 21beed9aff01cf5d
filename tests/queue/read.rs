//! Reads a whole listing and keeps what it hands out.

use mailprobe::queue::{End, Entry, Format, Given, Listing};

/// 2026-11-20 12:00:00 UTC, a Friday.
pub const NOW: i64 = 1_795_176_000;

/// An entry, kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub id: String,
    pub queue: String,
    pub count: u64,
    pub size: Option<u64>,
    pub arrival: Option<i64>,
    pub sender: Option<String>,
    pub recipients: Vec<(String, Option<String>)>,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub fn keep(entry: &Entry) -> Kept {
    Kept {
        id: text(entry.id()),
        queue: entry.queue().name().to_owned(),
        count: entry.count(),
        size: entry.size(),
        arrival: entry.arrival(),
        sender: entry.sender().map(text),
        recipients: entry
            .recipients()
            .map(|to| (text(to.address), to.reason.map(text)))
            .collect(),
    }
}

pub fn given() -> Given {
    Given {
        now: NOW,
        ..Given::default()
    }
}

/// Reads a listing in pieces of this size.
pub fn pieces(mut listing: Listing, bytes: &[u8], size: usize) -> (Vec<Kept>, End) {
    let mut seen = Vec::new();
    for piece in bytes.chunks(size) {
        listing.feed(piece, &mut |entry| seen.push(keep(entry)));
    }
    let end = listing.finish(&mut |entry| seen.push(keep(entry)));
    (seen, end)
}

/// Reads a listing of this form.
pub fn read(format: Format, bytes: impl AsRef<[u8]>) -> (Vec<Kept>, End) {
    pieces(Listing::new(format, given()), bytes.as_ref(), 4096)
}
