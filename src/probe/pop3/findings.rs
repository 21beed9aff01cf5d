//! What check_pop3 can find, beside what every connection can.

use crate::probe::classic::EXPECT_MISMATCH;
use crate::probe::finding::{connection, join, kind, rows};
use crate::probe::mail::{BAD_NEWS, DATE_UNREADABLE, NO_MATCH};
use crate::report::FindingKind;
use crate::report::Status::{Critical, Ok, Unknown, Warning};
use crate::session::pop3::{BARE_LF, CAPA_REFUSED};

pub const PLAINTEXT_AUTH: &str = "plaintext-auth";
pub const CAPABILITY_MISSING: &str = "capability-missing";
pub const CAPABILITY_FORBIDDEN: &str = "capability-forbidden";
pub const MAILBOX_LOCKED: &str = "mailbox-locked";
pub const MAILBOX_BROKEN: &str = "mailbox-broken";
pub const LOGIN_DELAY: &str = "login-delay";
pub const LISTING_INCONSISTENT: &str = "listing-inconsistent";

/// The table.
pub static FINDINGS: [FindingKind; rows(13)] = join(
    // The old check_tcp calls an unresolvable host CRITICAL.
    connection(Critical),
    [
        kind(
            EXPECT_MISMATCH,
            Warning,
            "greeting, or answer to -s, does not hold the text of -e",
        ),
        kind(
            PLAINTEXT_AUTH,
            Critical,
            "a login with the password in clear is offered or accepted before TLS (--audit-plaintext)",
        ),
        kind(
            CAPABILITY_MISSING,
            Critical,
            "a required capability is not offered",
        ),
        kind(
            CAPABILITY_FORBIDDEN,
            Critical,
            "a forbidden capability is offered",
        ),
        kind(
            MAILBOX_LOCKED,
            Critical,
            "another session holds the mailbox: [IN-USE]",
        ),
        kind(
            MAILBOX_BROKEN,
            Critical,
            "the server cannot open the mailbox until somebody mends it: [SYS/PERM]",
        ),
        kind(
            LOGIN_DELAY,
            Warning,
            "the last login was too short a while ago: [LOGIN-DELAY]",
        ),
        kind(
            LISTING_INCONSISTENT,
            Warning,
            "STAT, LIST and UIDL contradict each other",
        ),
        kind(
            NO_MATCH,
            Critical,
            "no mail matches --match, or there is none to have an age",
        ),
        kind(BAD_NEWS, Critical, "a match is what --unless says"),
        kind(
            DATE_UNREADABLE,
            Unknown,
            "an age is judged, and the mail has no date that can be read",
        ),
        kind(CAPA_REFUSED, Ok, "CAPA is refused, as by old servers"),
        kind(BARE_LF, Ok, "lines end with LF alone"),
    ],
);
