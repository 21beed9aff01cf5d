//! All probes, for manuals, completions and tests. A binary names its own probe and links no other.

use super::{Probe, blacklist, cert, imap, mailq, pop3, roundtrip, smtp};

/// The probes, in the order of the README.
pub static PROBES: &[&Probe] = &[
    &smtp::PROBE,
    &imap::PROBE,
    &pop3::PROBE,
    &cert::PROBE,
    &mailq::PROBE,
    &blacklist::PROBE,
    &roundtrip::PROBE,
];
