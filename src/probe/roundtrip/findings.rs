//! What check_roundtrip can find, beside what every connection can.

use crate::probe::finding::{connection, join, kind, rows};
use crate::report::FindingKind;
use crate::report::Status::{Critical, Ok, Unknown, Warning};

pub const SENDER_DEFERRED: &str = "sender-deferred";
pub const SENDER_REJECTED: &str = "sender-rejected";
pub const RECIPIENT_DEFERRED: &str = "recipient-deferred";
pub const RECIPIENT_REJECTED: &str = "recipient-rejected";
pub const MESSAGE_DEFERRED: &str = "message-deferred";
pub const MESSAGE_REJECTED: &str = "message-rejected";
pub const SEND_FAILED: &str = "send-failed";
pub const NOT_ARRIVED: &str = "not-arrived";
pub const NOTHING_KNOWN: &str = "nothing-known";
pub const LATE: &str = "late";
pub const DUPLICATES: &str = "duplicates";
pub const CONTENT_ALTERED: &str = "content-altered";
pub const SUBJECT_REWRITTEN: &str = "subject-rewritten";
pub const HEADER_STRIPPED: &str = "header-stripped";
pub const IN_JUNK: &str = "in-junk";
pub const NOT_FILTERED: &str = "not-filtered";
pub const NOT_REJECTED: &str = "not-rejected";
pub const AUTH_FAILED: &str = "auth-failed";
pub const DKIM_INVALID: &str = "dkim-invalid";
pub const DKIM_UNCLEAR: &str = "dkim-unclear";
pub const HOP_NOT_ENCRYPTED: &str = "hop-not-encrypted";
pub const CLOCK_SKEW: &str = "clock-skew";
pub const ARCHIVE_MISSING: &str = "archive-missing";
pub const BOUNCE_MISSING: &str = "bounce-missing";
pub const BOUNCE_UNCLEAR: &str = "bounce-unclear";
pub const MAILBOX_MISSING: &str = "mailbox-missing";
pub const MAILBOX_LOCKED: &str = "mailbox-locked";
pub const MAILBOX_BROKEN: &str = "mailbox-broken";
pub const RECONNECTED: &str = "reconnected";
pub const CLEANUP_FAILED: &str = "cleanup-failed";

/// The table.
pub static FINDINGS: [FindingKind; rows(30)] = join(
    connection(Critical),
    [
        kind(SENDER_DEFERRED, Warning, "MAIL was answered with 4xx"),
        kind(SENDER_REJECTED, Critical, "MAIL was answered with 5xx"),
        kind(
            RECIPIENT_DEFERRED,
            Warning,
            "RCPT was answered with 4xx: greylisted, mailbox busy",
        ),
        kind(RECIPIENT_REJECTED, Critical, "RCPT was answered with 5xx"),
        kind(
            MESSAGE_DEFERRED,
            Warning,
            "DATA or the message was answered with 4xx: quota, busy filter",
        ),
        kind(
            MESSAGE_REJECTED,
            Critical,
            "DATA or the message was answered with 5xx",
        ),
        kind(SEND_FAILED, Critical, "the sendmail command failed"),
        kind(
            NOT_ARRIVED,
            Critical,
            "the message was accepted and did not arrive in time",
        ),
        kind(
            NOTHING_KNOWN,
            Unknown,
            "no message of an earlier run has arrived: a first run, or a broken path (--no-wait)",
        ),
        kind(
            LATE,
            Warning,
            "messages of earlier runs came too late, within the last hour",
        ),
        kind(DUPLICATES, Warning, "the message arrived more than once"),
        kind(
            CONTENT_ALTERED,
            Critical,
            "what arrived is not what was sent",
        ),
        kind(SUBJECT_REWRITTEN, Ok, "the subject was changed on the way"),
        kind(
            HEADER_STRIPPED,
            Warning,
            "a field of the header was removed or changed on the way",
        ),
        kind(IN_JUNK, Warning, "the message was taken for junk"),
        kind(
            NOT_FILTERED,
            Critical,
            "the message must go to the junk mailbox and did not (--expect junk)",
        ),
        kind(
            NOT_REJECTED,
            Critical,
            "the message must be rejected and was accepted (--expect reject)",
        ),
        kind(
            AUTH_FAILED,
            Critical,
            "a check of --require-auth did not pass",
        ),
        kind(
            DKIM_INVALID,
            Critical,
            "no DKIM signature verifies (--verify-dkim)",
        ),
        kind(
            DKIM_UNCLEAR,
            Unknown,
            "the key of the DKIM signature cannot be had now",
        ),
        kind(
            HOP_NOT_ENCRYPTED,
            Critical,
            "a hop had no TLS (--require-tls-hops)",
        ),
        kind(CLOCK_SKEW, Ok, "the clock of a server on the way is wrong"),
        kind(
            ARCHIVE_MISSING,
            Critical,
            "the copy did not reach the archive (--archive)",
        ),
        kind(
            BOUNCE_MISSING,
            Critical,
            "no bounce came back (--bounce-to)",
        ),
        kind(
            BOUNCE_UNCLEAR,
            Warning,
            "the bounce has no status that says a permanent failure",
        ),
        kind(MAILBOX_MISSING, Critical, "there is no such mailbox"),
        kind(
            MAILBOX_LOCKED,
            Warning,
            "another session has the mailbox locked",
        ),
        kind(
            MAILBOX_BROKEN,
            Critical,
            "the server cannot open or read the mailbox",
        ),
        kind(
            RECONNECTED,
            Ok,
            "the connection to the mailbox was lost while waiting",
        ),
        kind(
            CLEANUP_FAILED,
            Warning,
            "messages of the probe could not be removed",
        ),
    ],
);
