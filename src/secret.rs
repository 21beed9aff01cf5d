//! Secrets: no Debug, no Display, wiped on drop.

use zeroize::Zeroizing;

/// A password, a token, or anything made from one.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the moment they are needed.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}
