//! What an IMAP server can say that is wrong, or right and bad news.

use super::Fault;

pub fn faults() -> Vec<Fault> {
    Vec::new()
}
