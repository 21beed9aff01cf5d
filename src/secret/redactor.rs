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
        let forms = self.forms();
        let end = text.floor_char_boundary(bytes);
        let places = if forms.is_empty() {
            Vec::new()
        } else {
            forms.find(text)
        };
        drop(forms);
        let mut out = String::with_capacity(end);
        let mut done = 0;
        for (start, stop) in places {
            if start >= end {
                break;
            }
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

    fn forms(&self) -> MutexGuard<'_, Forms> {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
