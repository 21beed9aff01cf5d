//! Which messages are looked at.

use super::entry::domain;
use super::{Class, Entry, Queue, Recipient};
use regex::bytes::Regex;

/// A reason that is looked for.
#[derive(Clone, Debug)]
pub enum Why {
    /// Any reason of this class.
    Class(Class),
    /// A reason whose text matches.
    Text(Regex),
}

/// What a message must be to be counted; everything that is said must hold, of several words of one kind one is enough.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Destination domains; `.example.org` means its subdomains, too.
    pub domains: Vec<String>,
    /// Senders: an address, a domain (`example.org` or `@example.org`), `.example.org` with subdomains, `<>` for the null sender.
    pub senders: Vec<String>,
    /// Older than so many seconds. A message whose age nobody tells does not pass.
    pub older_than: Option<i64>,
    /// Queues.
    pub queues: Vec<Queue>,
    /// Reasons.
    pub reasons: Vec<Why>,
}

impl Filter {
    /// Nothing is asked for: all pass.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty()
            && self.senders.is_empty()
            && self.older_than.is_none()
            && self.queues.is_empty()
            && self.reasons.is_empty()
    }

    /// The message passes, seen at this time.
    #[must_use]
    pub fn passes(&self, entry: &Entry, now: i64) -> bool {
        self.message(entry, now)
            && (!self.about_recipients() || entry.recipients().any(|to| self.recipient(&to)))
    }

    /// What is asked about the message itself holds.
    pub(super) fn message(&self, entry: &Entry, now: i64) -> bool {
        let queue = self.queues.is_empty() || self.queues.contains(&entry.queue());
        let age = self.older_than.is_none_or(|limit| {
            entry
                .arrival()
                .is_some_and(|arrival| now.saturating_sub(arrival) > limit)
        });
        let sender = || {
            self.senders.is_empty()
                || entry
                    .sender()
                    .is_some_and(|from| self.senders.iter().any(|wanted| is_sender(from, wanted)))
        };
        queue && age && sender()
    }

    /// Something is asked about recipients.
    pub(super) fn about_recipients(&self) -> bool {
        !self.domains.is_empty() || !self.reasons.is_empty()
    }

    /// What is asked about recipients holds for this one.
    pub(super) fn recipient(&self, recipient: &Recipient<'_>) -> bool {
        let to = self.domains.is_empty()
            || recipient
                .domain()
                .is_some_and(|domain| self.domains.iter().any(|wanted| is_domain(domain, wanted)));
        to && (self.reasons.is_empty()
            || recipient.reason.is_some_and(|reason| self.reason(reason)))
    }

    fn reason(&self, reason: &[u8]) -> bool {
        let mut class = None;
        self.reasons.iter().any(|why| match why {
            Why::Class(wanted) => *class.get_or_insert_with(|| Class::of(reason)) == *wanted,
            Why::Text(pattern) => pattern.is_match(reason),
        })
    }
}

fn is_sender(from: &[u8], wanted: &str) -> bool {
    match wanted {
        "<>" | "" => from.is_empty(),
        _ if wanted.trim_start_matches('@').contains('@') => {
            from.eq_ignore_ascii_case(wanted.trim_matches(['<', '>']).as_bytes())
        }
        _ => domain(from).is_some_and(|domain| is_domain(domain, wanted)),
    }
}

fn is_domain(domain: &[u8], wanted: &str) -> bool {
    let wanted = wanted
        .trim_start_matches('@')
        .trim_end_matches('.')
        .as_bytes();
    match wanted.strip_prefix(b".") {
        None => domain.eq_ignore_ascii_case(wanted),
        Some(parent) => {
            let split = domain.len().checked_sub(parent.len());
            let tail = split.and_then(|at| domain.get(at..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(parent))
                && split.is_some_and(|at| {
                    at.checked_sub(1)
                        .is_none_or(|dot| domain.get(dot) == Some(&b'.'))
                })
        }
    }
}
