//! Strikes known secrets out of text, in the forms in which a server may send them back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Secret;
use super::forms::Forms;

/// What stands where a secret stood.
const STRUCK: &str = "****";

/// The secrets of one run. Clones share the list, so that what a login adds late is struck out
/// everywhere.
#[derive(Clone, Default)]
pub struct Redactor {
    forms: Arc<Mutex<Forms>>,
}

impl Redactor {
    /// Remembers a secret: as it is, in other character sets, in base64 and in hex.
    pub fn learn(&self, secret: &Secret) {
        self.learn_bytes(secret.expose());
    }

    /// Remembers bytes that were sent in secret, such as a response before its base64.
    pub fn learn_bytes(&self, bytes: &[u8]) {
        self.forms().learn(bytes);
    }

    /// The text without any of the known secrets. Line breaks stay, also within a secret.
    #[must_use]
    pub fn strike(&self, text: &str) -> String {
        self.strike_head(text, text.len())
    }

    /// The beginning of the text, at most `bytes` of it, without any of the known secrets: one that
    /// the cut would go through is struck out, too.
    #[must_use]
    pub fn strike_head(&self, text: &str, bytes: usize) -> String {
        let end = text.floor_char_boundary(bytes);
        struck(text, end, self.forms().find(text))
    }

    /// The beginning of the text, at most `bytes` of it, for a text that is searched later together
    /// with others: only a secret that the cut goes through is struck out.
    #[must_use]
    pub fn cut(&self, text: &str, bytes: usize) -> String {
        let end = text.floor_char_boundary(bytes);
        let mut places = self.forms().find(text);
        places.retain(|(start, stop)| *start < end && *stop > end);
        struck(text, end, places)
    }

    fn forms(&self) -> MutexGuard<'_, Forms> {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The text before `end` without what stands in these places.
fn struck(text: &str, end: usize, places: Vec<(usize, usize)>) -> String {
    let mut out = String::with_capacity(end);
    let mut done = 0;
    for (start, stop) in places.into_iter().filter(|(start, _)| *start < end) {
        out.push_str(text.get(done..start).unwrap_or_default());
        out.push_str(STRUCK);
        // A transcript is searched as a whole and must come apart again.
        let place = text.get(start..stop.min(end)).unwrap_or_default();
        for _ in place.matches('\n') {
            out.push('\n');
            out.push_str(STRUCK);
        }
        done = stop;
    }
    out.push_str(text.get(done..end).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests;
