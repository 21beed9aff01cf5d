//! What check_imap can find, beside what every connection can.

use crate::probe::classic::EXPECT_MISMATCH;
use crate::probe::finding::{connection, join, kind, rows};
use crate::probe::mail::{BAD_NEWS, DATE_UNREADABLE, NO_MATCH};
use crate::report::FindingKind;
use crate::report::Status::{Critical, Ok, Unknown, Warning};

pub const PREAUTH: &str = "preauth";
pub const SERVER_ALERT: &str = "server-alert";
pub const PLAINTEXT_AUTH: &str = "plaintext-auth";
pub const CAPABILITY_MISSING: &str = "capability-missing";
pub const CAPABILITY_FORBIDDEN: &str = "capability-forbidden";
pub const MECHANISM_MISSING: &str = "mechanism-missing";
pub const MAILBOX_MISSING: &str = "mailbox-missing";
pub const MAILBOX_UNREADABLE: &str = "mailbox-unreadable";
pub const MAILBOX_EMPTY: &str = "mailbox-empty";
pub const SEARCH_REFUSED: &str = "search-refused";
pub const QUOTA_UNKNOWN: &str = "quota-unknown";
pub const WRITE_FAILED: &str = "write-failed";
pub const CONTENT_ALTERED: &str = "content-altered";
pub const WRITE_LEFTOVER: &str = "write-leftover";

/// The table.
pub static FINDINGS: [FindingKind; rows(19)] = join(
    // The peers' check_imap takes an unresolvable host for a dead one.
    connection(Critical),
    [
        kind(
            EXPECT_MISMATCH,
            Warning,
            "the greeting, or the answer to -s, does not hold the text of -e",
        ),
        kind(
            PREAUTH,
            Warning,
            "the greeting says that everybody who connects is logged in",
        ),
        kind(
            SERVER_ALERT,
            Warning,
            "the server has something to say to people ([ALERT])",
        ),
        kind(
            PLAINTEXT_AUTH,
            Critical,
            "a login that tells the password is possible before TLS (--audit-plaintext)",
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
            MECHANISM_MISSING,
            Critical,
            "a required SASL mechanism is not offered",
        ),
        kind(MAILBOX_MISSING, Critical, "there is no such mailbox"),
        kind(
            MAILBOX_UNREADABLE,
            Critical,
            "the mailbox is there and cannot be read",
        ),
        kind(
            MAILBOX_EMPTY,
            Critical,
            "there is no mail at all whose age could be judged",
        ),
        kind(NO_MATCH, Critical, "no mail is like --match"),
        kind(
            BAD_NEWS,
            Critical,
            "a mail that counts is like --match, and like --unless too",
        ),
        kind(
            DATE_UNREADABLE,
            Unknown,
            "the age of a mail is judged, and it has no date that can be read",
        ),
        kind(
            SEARCH_REFUSED,
            Warning,
            "the server does not search; the newest mails were read instead",
        ),
        kind(
            QUOTA_UNKNOWN,
            Unknown,
            "a quota was asked for, and the server tells none",
        ),
        kind(
            WRITE_FAILED,
            Critical,
            "the message of --write-test cannot be stored, found or read again",
        ),
        kind(
            CONTENT_ALTERED,
            Critical,
            "the message of --write-test comes back changed",
        ),
        kind(
            WRITE_LEFTOVER,
            Warning,
            "the message of --write-test could not be removed",
        ),
        kind(crate::session::imap::BARE_LF, Ok, "lines end with LF alone"),
    ],
);
