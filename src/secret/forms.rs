//! The forms in which known secrets may come back, and the search for all of them in one pass.
//!
//! Each form is kept [folded](super::fold); it is found by its first four bytes. Of base64 a piece is enough: what
//! a server cuts off may still be most of a password.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, Encoding, HEXLOWER};
use zeroize::Zeroizing;

use super::fold::Folded;

/// Below this many bytes a secret is not searched for in foreign text: striking out every `ab`
/// would garble the report, and would tell the secret by what is missing.
pub(super) const SHORTEST: usize = 4;
/// Shorter ones are searched for within words only: `late st` holds no `test`.
const ACROSS_WORDS: usize = 6;
/// So many characters of a base64 form are struck wherever they stand; so many stand for nine bytes.
const PIECE: usize = 12;
/// A piece with fewer different characters than this may stand anywhere.
const VARIETY: usize = 4;
/// So far from a piece the base64 around it is struck, too: far enough, and no further for each of many.
const WORD: usize = 64;
/// Pieces are looked for in the beginning of a form; no password is longer.
const PIECES: usize = 16 * 1024;

#[derive(Default)]
pub(super) struct Forms {
    patterns: Vec<Zeroizing<Vec<u8>>>,
    /// What begins with these bytes.
    starts: HashMap<[u8; SHORTEST], Start>,
    /// Hashes of the pieces, so that no copies lie about.
    pieces: HashSet<u64>,
    hasher: RandomState,
    /// The bytes that anything begins with, each with the one behind it: most places of a text are
    /// passed by after one look.
    pairs: Pairs,
    /// Secrets that are not themselves when folded: those with blanks.
    exact: Vec<Zeroizing<String>>,
}

#[derive(Default)]
struct Start {
    /// The patterns, by number.
    patterns: Vec<usize>,
    /// And pieces of base64.
    pieces: bool,
}

/// A set of pairs of bytes: a bit for each.
struct Pairs(Box<[u64; 1024]>);

impl Default for Pairs {
    fn default() -> Self {
        Self(Box::new([0; 1024]))
    }
}

impl Pairs {
    fn place(first: u8, second: u8) -> (usize, u64) {
        let number = usize::from(first) << 8 | usize::from(second);
        (number / 64, 1 << (number % 64))
    }

    fn add(&mut self, first: u8, second: u8) {
        let (word, bit) = Self::place(first, second);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn has(&self, first: u8, second: u8) -> bool {
        let (word, bit) = Self::place(first, second);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

impl Forms {
    /// Takes a secret on in all its forms.
    pub fn learn(&mut self, bytes: &[u8]) {
        if bytes.len() < SHORTEST {
            return;
        }
        for text in spellings(bytes) {
            let folded = self.add(&text);
            if folded != text.len() && !self.exact.contains(&text) {
                self.exact.push(text);
            }
        }
        self.add(&Zeroizing::new(HEXLOWER.encode(bytes)));
        for alphabet in [BASE64, BASE64URL, BASE64_NOPAD, BASE64URL_NOPAD] {
            self.add(&Zeroizing::new(alphabet.encode(bytes)));
        }
        // Within a longer base64 text a secret starts at any of three offsets.
        for alphabet in [BASE64_NOPAD, BASE64URL_NOPAD] {
            for offset in 0..3 {
                let form = embedded(&alphabet, bytes, offset);
                self.add(&form);
                self.add_pieces(&form);
            }
        }
    }

    fn add(&mut self, form: &str) -> usize {
        let folded = Folded::new(form, false).bytes;
        let length = folded.len();
        if let Some(start) = folded.first_chunk::<SHORTEST>()
            && !self.patterns.contains(&folded)
        {
            let number = self.patterns.len();
            self.start(*start).patterns.push(number);
            self.patterns.push(folded);
        }
        length
    }

    fn add_pieces(&mut self, form: &str) {
        let folded = Folded::new(form, false).bytes;
        let start = folded.get(..PIECES).unwrap_or(&folded);
        for piece in start.windows(PIECE) {
            let different: HashSet<u8> = piece.iter().copied().collect();
            if let (Some(start), true) =
                (piece.first_chunk::<SHORTEST>(), different.len() >= VARIETY)
            {
                self.start(*start).pieces = true;
                self.pieces.insert(self.hasher.hash_one(piece));
            }
        }
    }

    fn start(&mut self, bytes: [u8; SHORTEST]) -> &mut Start {
        let [first, second, ..] = bytes;
        self.pairs.add(first, second);
        self.starts.entry(bytes).or_default()
    }

    /// Where the text has a form of a secret; in order, none touching another.
    pub fn find(&self, text: &str) -> Vec<(usize, usize)> {
        let mut places = Vec::new();
        if self.patterns.is_empty() && self.exact.is_empty() {
            return places;
        }
        for secret in &self.exact {
            let found = text.match_indices(secret.as_str());
            places.extend(found.map(|(at, found)| (at, at + found.len())));
        }
        self.search(text, &Folded::new(text, false), &mut places);
        if Folded::has_escapes(text) {
            self.search(text, &Folded::new(text, true), &mut places);
        }
        places.sort_unstable();
        let mut apart: Vec<(usize, usize)> = Vec::new();
        for (start, end) in places {
            match apart.last_mut() {
                Some((_, last)) if start <= *last => *last = end.max(*last),
                _ => apart.push((start, end)),
            }
        }
        apart
    }

    fn search(&self, text: &str, folded: &Folded, places: &mut Vec<(usize, usize)>) {
        for (at, window) in folded.bytes.windows(SHORTEST).enumerate() {
            let [first, second, third, fourth] = *window else {
                continue;
            };
            if !self.pairs.has(first, second) {
                continue;
            }
            let Some(start) = self.starts.get(&[first, second, third, fourth]) else {
                continue;
            };
            let rest = folded.bytes.get(at..).unwrap_or_default();
            for index in &start.patterns {
                let pattern = self.patterns.get(*index);
                let Some(pattern) = pattern.filter(|pattern| rest.starts_with(pattern)) else {
                    continue;
                };
                let place = folded.place(at, at + pattern.len());
                places.extend(place.filter(|(start, end)| {
                    let place = text.get(*start..*end).unwrap_or_default();
                    pattern.len() >= ACROSS_WORDS || !place.contains(char::is_whitespace)
                }));
            }
            let piece = rest.get(..PIECE).filter(|_| start.pieces);
            if piece.is_some_and(|piece| self.pieces.contains(&self.hasher.hash_one(piece))) {
                places.extend(folded.place(at, at + PIECE).map(|place| word(text, place)));
            }
        }
    }
}

/// The whole of a base64 text that a piece was found in: with the rest of it goes what a neighbour of the secret
/// tells of its ends.
fn word(text: &str, (start, end): (usize, usize)) -> (usize, usize) {
    let base64 = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
    };
    let bytes = text.as_bytes();
    let before = bytes.get(..start).unwrap_or_default();
    let after = bytes.get(end..).unwrap_or_default();
    (
        start
            - before
                .iter()
                .rev()
                .take(WORD)
                .take_while(|byte| base64(byte))
                .count(),
        end + after
            .iter()
            .take(WORD)
            .take_while(|byte| base64(byte))
            .count(),
    )
}

/// A secret as text: as it is, and as whoever takes it for another character set writes it.
fn spellings(bytes: &[u8]) -> Vec<Zeroizing<String>> {
    let mut all: Vec<Zeroizing<String>> = Vec::new();
    let mut add = |text: String| {
        let text = Zeroizing::new(text);
        if !all.contains(&text) {
            all.push(text);
        }
    };
    let lossy = String::from_utf8_lossy(bytes).into_owned();
    let latin: String = bytes.iter().copied().map(char::from).collect();
    let foreign = lossy.chars().filter(|c| !c.is_ascii()).count();
    if foreign > 0 {
        add(latin.clone());
        let mixed = bytes.utf8_chunks().flat_map(|chunk| {
            let strays = chunk.invalid().iter().copied().map(char::from);
            chunk.valid().chars().chain(strays)
        });
        add(mixed.collect());
        // What is left must be enough to tell it from any other word.
        if lossy.chars().count() - foreign >= SHORTEST {
            for stand_in in ['\u{fffd}', '?'] {
                for source in [&lossy, &latin] {
                    let plain = |c: char| if c.is_ascii() { c } else { stand_in };
                    add(source.chars().map(plain).collect());
                }
            }
        }
    }
    if lossy.contains(' ') {
        // As in a query of a web form.
        add(lossy.replace(' ', "+"));
    }
    if foreign == 0
        || std::str::from_utf8(bytes).is_ok()
        || lossy.chars().count() - foreign >= SHORTEST
    {
        add(lossy);
    }
    all
}

/// The base64 characters of `bytes` that are the same whatever precedes and follows them, when they
/// start `offset` bytes into a group of three.
fn embedded(alphabet: &Encoding, bytes: &[u8], offset: usize) -> Zeroizing<String> {
    let mut padded = Zeroizing::new(vec![0; offset]);
    padded.extend_from_slice(bytes);
    let encoded = Zeroizing::new(alphabet.encode(&padded));
    // One byte before reaches into two characters, two bytes into three; the last character hangs
    // on the byte that follows unless the group is full.
    let start = if offset == 0 { 0 } else { offset + 1 };
    let end = if padded.len().is_multiple_of(3) {
        encoded.len()
    } else {
        encoded.len().saturating_sub(1)
    };
    Zeroizing::new(encoded.get(start..end).unwrap_or_default().to_owned())
}
