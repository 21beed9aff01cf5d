//! All probes, for manuals, completions and tests. A binary names its own probe and links no other.

use super::{Probe, blacklist, cert, imap, pop3, roundtrip, smtp};

/// The probes, in the order of the README.
pub static PROBES: &[&Probe] = &[
    &smtp::PROBE,
    &imap::PROBE,
    &pop3::PROBE,
    &cert::PROBE,
    &blacklist::PROBE,
    &roundtrip::PROBE,
];
