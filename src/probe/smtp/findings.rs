//! What check_smtp can find, beside what every connection can.

use crate::probe::classic::EXPECT_MISMATCH;
use crate::probe::finding::{self, connection, join, kind, rows, worth};
use crate::report::FindingKind;
use crate::report::Status::{Critical, Ok, Unknown, Warning};

pub const RESPONSE_MISMATCH: &str = "response-mismatch";
pub const SENDER_DEFERRED: &str = "sender-deferred";
pub const SENDER_REJECTED: &str = "sender-rejected";
pub const RECIPIENT_DEFERRED: &str = "recipient-deferred";
pub const RECIPIENT_REJECTED: &str = "recipient-rejected";
pub const RECIPIENT_ACCEPTED: &str = "recipient-accepted";
pub const OPEN_RELAY: &str = "open-relay";
pub const RELAY_UNCLEAR: &str = "relay-unclear";
pub const PLAINTEXT_AUTH: &str = "plaintext-auth";
pub const PLAINTEXT_MAIL: &str = "plaintext-mail";
pub const CAPABILITY_MISSING: &str = "capability-missing";
pub const CAPABILITY_FORBIDDEN: &str = "capability-forbidden";
pub const MECHANISM_MISSING: &str = "mechanism-missing";

/// The table.
pub static FINDINGS: [FindingKind; rows(17)] = TABLE;

/// The same under the name check_ssmtp: the old check_tcp calls an unresolvable host CRITICAL.
pub static CLASSIC_FINDINGS: [FindingKind; rows(17)] = worth(
    finding::RESOLVER_FAILED,
    Critical,
    worth(finding::HOST_NOT_FOUND, Critical, TABLE),
);

const TABLE: [FindingKind; rows(17)] = join(
    // The peers' check_smtp takes an unresolvable host for a mistake in its options.
    connection(Unknown),
    [
        kind(
            EXPECT_MISMATCH,
            Warning,
            "greeting and EHLO reply do not hold the text of -e",
        ),
        kind(RESPONSE_MISMATCH, Warning, "a reply does not match its -R"),
        kind(SENDER_DEFERRED, Warning, "MAIL was answered with 4xx"),
        kind(
            SENDER_REJECTED,
            Critical,
            "MAIL was answered with 5xx, or not with 250",
        ),
        kind(
            RECIPIENT_DEFERRED,
            Warning,
            "RCPT was answered with 4xx: greylisted, mailbox busy",
        ),
        kind(
            RECIPIENT_REJECTED,
            Critical,
            "RCPT was answered with 5xx, or with neither 250 nor 251",
        ),
        kind(
            RECIPIENT_ACCEPTED,
            Critical,
            "a recipient that must be refused was accepted, or not refused",
        ),
        kind(
            OPEN_RELAY,
            Critical,
            "mail from a foreign sender to a foreign recipient is accepted",
        ),
        kind(
            RELAY_UNCLEAR,
            Warning,
            "the relay test got answers that neither accept nor refuse: 4xx, 500-504, 252",
        ),
        kind(
            PLAINTEXT_AUTH,
            Critical,
            "AUTH is offered or accepted before TLS (--audit-plaintext)",
        ),
        kind(
            PLAINTEXT_MAIL,
            Critical,
            "MAIL is accepted before TLS (--require-tls)",
        ),
        kind(
            CAPABILITY_MISSING,
            Critical,
            "a required extension is not offered",
        ),
        kind(
            CAPABILITY_FORBIDDEN,
            Critical,
            "a forbidden extension is offered",
        ),
        kind(
            MECHANISM_MISSING,
            Critical,
            "a required SASL mechanism is not offered",
        ),
        kind(
            crate::session::smtp::MIXED_CODES,
            Warning,
            "the lines of one reply have different codes",
        ),
        kind(crate::session::smtp::BARE_LF, Ok, "lines end with LF alone"),
        kind(
            crate::session::smtp::EHLO_REFUSED,
            Ok,
            "EHLO is refused, HELO is not",
        ),
    ],
);
