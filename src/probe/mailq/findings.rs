//! What check_mailq can find.

use crate::probe::finding::{INTERNAL_ERROR, THRESHOLD, TIMEOUT, kind};
use crate::report::FindingKind;
use crate::report::Status::{Critical, Ok, Unknown, Warning};

pub const QUEUE_UNREADABLE: &str = "queue-unreadable";
pub const MTA_MISSING: &str = "mta-missing";
pub const MTA_DOWN: &str = "mta-down";
pub const DAEMON_MISSING: &str = "daemon-missing";
pub const COMMAND_FAILED: &str = "command-failed";
pub const LISTING_INCOMPLETE: &str = "listing-incomplete";
pub const LISTING_UNKNOWN: &str = "listing-unknown";
pub const CORRUPT_MESSAGES: &str = "corrupt-messages";
pub const FAILED_MESSAGES: &str = "failed-messages";
pub const HELD_MESSAGES: &str = "held-messages";
pub const FROZEN_MESSAGES: &str = "frozen-messages";
pub const METRIC_UNKNOWN: &str = "metric-unknown";
pub const STATE_UNUSABLE: &str = "state-unusable";

/// The table.
pub static FINDINGS: [FindingKind; 16] = [
    kind(
        QUEUE_UNREADABLE,
        Unknown,
        "the queue, or a part of it, may not be looked at: the text says what permission is missing",
    ),
    kind(
        MTA_MISSING,
        Unknown,
        "no mail system was found, or the program that lists its queue is not there",
    ),
    kind(MTA_DOWN, Critical, "the mail system is not running"),
    kind(
        DAEMON_MISSING,
        Warning,
        "mail waits and no daemon of Exim or Sendmail is seen on this host; =ok where cron runs the queue",
    ),
    kind(
        COMMAND_FAILED,
        Critical,
        "the mail system's own command failed for a reason that is not one of the above",
    ),
    kind(
        LISTING_INCOMPLETE,
        Unknown,
        "the listing broke off, or holds fewer messages than it says: there are more than were counted",
    ),
    kind(
        LISTING_UNKNOWN,
        Unknown,
        "what came is no listing of a queue that is known here",
    ),
    kind(
        CORRUPT_MESSAGES,
        Warning,
        "damaged messages, which the mail system has put aside",
    ),
    kind(
        FAILED_MESSAGES,
        Warning,
        "messages that were given up for good and are kept (nullmailer)",
    ),
    kind(
        HELD_MESSAGES,
        Ok,
        "messages on hold: they wait for somebody to release them",
    ),
    kind(
        FROZEN_MESSAGES,
        Ok,
        "frozen messages: Exim tries them no more until somebody thaws them",
    ),
    kind(
        METRIC_UNKNOWN,
        Unknown,
        "a number is judged that this mail system, asked this way, does not tell",
    ),
    kind(
        STATE_UNUSABLE,
        Unknown,
        "the state of --rate cannot be kept",
    ),
    kind(
        TIMEOUT,
        Critical,
        "the deadline passed (its status is set by -t, too)",
    ),
    kind(INTERNAL_ERROR, Unknown, "a fault of the probe itself"),
    kind(
        THRESHOLD,
        Unknown,
        "a metric is outside its range (the range says the status)",
    ),
];
