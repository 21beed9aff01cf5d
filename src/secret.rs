//! What must never show: passwords, tokens, and what is made of them.
//!
//! A [`Secret`] has no `Debug`, no `Display` and no `Clone`, and is wiped when dropped. A [`Redactor`]
//! knows every secret of a run in the forms in which it may come back (a server may quote what it
//! was sent) and strikes them out of any text before it is printed.

mod fold;
mod forms;
mod redactor;

use zeroize::Zeroizing;

pub(crate) use fold::invisible;
pub use redactor::Redactor;

/// Bytes that must never show.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over; they are wiped when the secret is dropped.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the one place that sends them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// A second copy, wiped on its own; asked for by name so that copies are seen in review.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::new(self.0.to_vec())
    }
}
