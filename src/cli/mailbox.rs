//! Mail addresses in options.

use super::usage::UsageError;
use crate::wire::smtp::mailbox::Path;

/// An address of the envelope; `option` is where it was given.
pub fn path(option: &str, text: &str) -> Result<Path, UsageError> {
    Path::parse(text).map_err(|error| UsageError(format!("{option}: {error}")))
}
