//! The most frequent of many names, in a table of bounded size.
//!
//! Up to its capacity every name is counted exactly. Beyond, the lower half is forgotten (the "space saving" idea, in batches): a
//! name that comes later may have been among the forgotten, so that its count is a lower bound from then on, and is
//! said to be one.

use std::collections::HashMap;

/// What of a name is kept.
const NAME_LIMIT: usize = 255;

#[derive(Clone, Copy, Debug)]
struct Count {
    /// Counted for sure.
    sure: u64,
    /// What may have been counted and forgotten before.
    lost: u64,
}

/// Counts names.
#[derive(Debug)]
pub struct Top {
    names: HashMap<Box<[u8]>, Count>,
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
        Self {
            names: HashMap::new(),
            capacity: capacity.max(2),
            forgotten: 0,
        }
    }

    /// Counts a name, whatever the case of its letters.
    pub fn add(&mut self, name: &[u8], weight: u64) {
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
        if let Some(count) = self.names.get_mut(key) {
            count.sure = count.sure.saturating_add(weight);
            return;
        }
        if self.names.len() >= self.capacity {
            self.forget();
        }
        let count = Count {
            sure: weight,
            lost: self.forgotten,
        };
        self.names.insert(Box::from(key), count);
    }

    /// The first so many, the greatest first, names of the same number by the alphabet.
    #[must_use]
    pub fn first(&self, wanted: usize) -> Vec<Rank> {
        let mut all: Vec<(&[u8], Count)> = self
            .names
            .iter()
            .map(|(name, count)| (&**name, *count))
            .collect();
        all.sort_unstable_by(|a, b| b.1.sure.cmp(&a.1.sure).then(a.0.cmp(b.0)));
        all.into_iter()
            .take(wanted)
            .map(|(name, count)| Rank {
                name: String::from_utf8_lossy(name).into_owned(),
                count: count.sure,
                at_least: count.lost > 0,
            })
            .collect()
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
            .map(|count| count.sure.saturating_add(count.lost))
            .collect();
        let middle = most.len() / 2;
        let (_, limit, _) = most.select_nth_unstable(middle);
        let limit = *limit;
        self.forgotten = self.forgotten.max(limit);
        // Of names as frequent as the middle one, as many go as must.
        let mut spare = self.capacity / 2;
        self.names.retain(|_, count| {
            let most = count.sure.saturating_add(count.lost);
            let goes = most < limit || (most == limit && spare > 0);
            if goes {
                spare = spare.saturating_sub(1);
            }
            !goes
        });
    }
}
