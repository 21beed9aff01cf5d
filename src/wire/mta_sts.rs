//! MTA-STS, the bytes of it (RFC 8461): the TXT record that says there is a policy (§3.1), and the policy itself (§3.2).
//!
//! Refused, because senders must refuse it: no record or several, an identifier that is none, a policy without version, mode,
//! max_age or (unless the mode is none) mx. Said but not refused: what senders pass over (unknown and repeated fields, blank
//! lines) and what is hardly meant (a pattern that can match no host).

mod policy;
mod record;

pub use policy::{LONGEST_AGE, Mode, Policy, PolicyError, Remark};
pub use record::{RecordError, identifier};

/// Policies that are larger are not read (§3.3 lets senders stop there).
pub const LARGEST_POLICY: usize = 64 * 1024;

#[cfg(test)]
mod tests;
