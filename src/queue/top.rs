//! The most frequent of many names, in a table of bounded size.
//!
//! Up to its capacity every name is counted exactly. Beyond, the lower half is forgotten (the "space saving" idea, in batches): a
//! name that comes later may have been among the forgotten, so that its count is a lower bound from then on, and is
//! said to be one.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

/// What of a name is kept.
const NAME_LIMIT: usize = 255;

#[derive(Clone, Copy, Debug)]
struct Count {
    /// Counted for sure.
    sure: u64,
    /// What may have been counted and forgotten before.
    lost: u64,
}

/// Counts names; with each goes a note.
#[derive(Debug)]
pub struct Top<N = ()> {
    names: HashMap<Box<[u8]>, (Count, N), Seed>,
    capacity: usize,
    /// The most that a forgotten name can have counted.
    forgotten: u64,
}

/// A name and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rank {
    /// The name, in lower case, as text; cleaned by whoever prints it.
    pub name: String,
    /// How many.
    pub count: u64,
    /// There may be more than that: the table was too small.
    pub at_least: bool,
}

impl Top {
    /// A table of so many names.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::noted(capacity)
    }

    /// Counts a name, whatever the case of its letters.
    pub fn add(&mut self, name: &[u8], weight: u64) {
        self.note(name, weight, |()| ());
    }
}

impl<N: Default> Top<N> {
    /// The same with notes.
    #[must_use]
    pub(super) fn noted(capacity: usize) -> Self {
        Self {
            names: HashMap::with_hasher(Seed(RandomState::new().hash_one(()))),
            capacity: capacity.max(2),
            forgotten: 0,
        }
    }

    /// Counts a name and changes its note.
    pub(super) fn note(&mut self, name: &[u8], weight: u64, change: impl FnOnce(&mut N)) {
        let name = name.get(..NAME_LIMIT).unwrap_or(name);
        let mut lower = [0; NAME_LIMIT];
        let key = if name.iter().any(u8::is_ascii_uppercase) {
            let Some(key) = lower.get_mut(..name.len()) else {
                return;
            };
            key.copy_from_slice(name);
            key.make_ascii_lowercase();
            &*key
        } else {
            name
        };
        if let Some((count, note)) = self.names.get_mut(key) {
            count.sure = count.sure.saturating_add(weight);
            change(note);
            return;
        }
        if self.names.len() >= self.capacity {
            self.forget();
        }
        let count = Count {
            sure: weight,
            lost: self.forgotten,
        };
        let mut note = N::default();
        change(&mut note);
        self.names.insert(Box::from(key), (count, note));
    }

    /// The first so many, the greatest first, names of the same number by the alphabet.
    #[must_use]
    pub fn first(&self, wanted: usize) -> Vec<Rank> {
        let mut all: Vec<(&[u8], Count)> = self
            .names
            .iter()
            .map(|(name, (count, _))| (&**name, *count))
            .collect();
        all.sort_unstable_by(|a, b| b.1.sure.cmp(&a.1.sure).then(a.0.cmp(b.0)));
        all.into_iter()
            .take(wanted)
            .map(|(name, count)| rank(name, count))
            .collect()
    }

    /// The first one, and its note.
    pub(super) fn leading(&self) -> Option<(Rank, &N)> {
        let (name, (count, note)) = self
            .names
            .iter()
            .max_by(|a, b| a.1.0.sure.cmp(&b.1.0.sure).then(b.0.cmp(a.0)))?;
        Some((rank(name, *count), note))
    }

    /// How many different names there are; none once some had to be forgotten.
    #[must_use]
    pub fn distinct(&self) -> Option<usize> {
        (self.forgotten == 0).then_some(self.names.len())
    }

    fn forget(&mut self) {
        let mut most: Vec<u64> = self
            .names
            .values()
            .map(|(count, _)| count.sure.saturating_add(count.lost))
            .collect();
        let middle = most.len() / 2;
        let (_, limit, _) = most.select_nth_unstable(middle);
        let limit = *limit;
        self.forgotten = self.forgotten.max(limit);
        // Of names as frequent as the middle one, as many go as must.
        let mut spare = self.capacity / 2;
        self.names.retain(|_, (count, _)| {
            let most = count.sure.saturating_add(count.lost);
            let goes = most < limit || (most == limit && spare > 0);
            if goes {
                spare = spare.saturating_sub(1);
            }
            !goes
        });
    }
}

fn rank(name: &[u8], count: Count) -> Rank {
    Rank {
        name: String::from_utf8_lossy(name).into_owned(),
        count: count.sure,
        at_least: count.lost > 0,
    }
}

/// What hashing starts from: names come from strangers, who are not to know where theirs end up.
#[derive(Debug)]
struct Seed(u64);

impl BuildHasher for Seed {
    type Hasher = Quick;

    fn build_hasher(&self) -> Quick {
        Quick(self.0)
    }
}

/// Eight bytes at a time, folded together by a multiplication; a table of this size needs no more.
#[derive(Debug)]
struct Quick(u64);

impl Quick {
    fn mix(&mut self, word: u64) {
        let product =
            u128::from(self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
        let folded = product as u64 ^ (product >> 64) as u64;
        self.0 = folded;
    }
}

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.mix(<[u8; 8]>::try_from(word).map_or(0, u64::from_ne_bytes));
        }
        let rest = words.remainder();
        if !rest.is_empty() {
            let last = rest.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            self.mix(last);
        }
    }
}
