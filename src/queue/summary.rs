//! What is in a queue, in numbers, whatever its length.

use super::entry::domain;
use super::leader::{Leader, signature};
use super::{Class, Entry, Filter, Queue, Rank, Top};

/// How many names a table holds: exact below.
const CAPACITY: usize = 8192;

/// Tables that cost time with each message: those that nobody will look at stay empty.
#[derive(Clone, Copy, Debug)]
pub struct Tables {
    /// [`Summary::senders`].
    pub senders: bool,
    /// [`Summary::reasons`].
    pub reasons: bool,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            senders: true,
            reasons: true,
        }
    }
}

/// A reason that many recipients share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// How many, for sure.
    pub count: u64,
    /// Its class.
    pub class: Class,
    /// How one of them puts it.
    pub sample: String,
}

/// Numbers of the messages that passed by.
#[derive(Debug)]
pub struct Summary {
    tables: Tables,
    queues: [u64; Queue::ALL.len()],
    size: Option<u64>,
    recipients: Option<u64>,
    oldest: Option<(i64, String)>,
    newest: Option<i64>,
    domains: Top<Leader>,
    reason: Leader,
    senders: Top,
    sender_domains: Top,
    reasons: [(u64, String); Class::ALL.len()],
    /// The reason before, and its class: most come many times in a row.
    last_reason: (Vec<u8>, Class),
}

impl Default for Summary {
    fn default() -> Self {
        Self::new(Tables::default())
    }
}

impl Summary {
    /// Nothing yet.
    #[must_use]
    pub fn new(tables: Tables) -> Self {
        Self {
            tables,
            queues: [0; Queue::ALL.len()],
            size: None,
            recipients: None,
            oldest: None,
            newest: None,
            domains: Top::noted(CAPACITY),
            reason: Leader::default(),
            senders: Top::new(CAPACITY),
            sender_domains: Top::new(CAPACITY),
            reasons: Default::default(),
            last_reason: (Vec::new(), Class::Other),
        }
    }

    /// Counts a message if it passes; of its recipients those that pass. Says whether it did.
    pub fn add(&mut self, entry: &Entry, filter: &Filter, now: i64) -> bool {
        if !filter.passes(entry, now) {
            return false;
        }
        let count = entry.count();
        if let Some(slot) = self.queues.get_mut(entry.queue() as usize) {
            *slot = slot.saturating_add(count);
        }
        if let Some(size) = entry.size() {
            self.size = Some(self.size.unwrap_or(0).saturating_add(size));
        }
        self.age(entry);
        if let Some(sender) = entry.sender() {
            if self.tables.senders {
                self.senders
                    .add(if sender.is_empty() { b"<>" } else { sender }, count);
            }
            if let Some(domain) = domain(sender) {
                self.sender_domains.add(domain, count);
            }
        }
        self.recipients(entry, filter);
        true
    }

    fn age(&mut self, entry: &Entry) {
        let Some(arrival) = entry.arrival() else {
            return;
        };
        if self
            .oldest
            .as_ref()
            .is_none_or(|(oldest, _)| arrival < *oldest)
        {
            let id = String::from_utf8_lossy(entry.id()).into_owned();
            self.oldest = Some((arrival, id));
        }
        self.newest = Some(self.newest.map_or(arrival, |newest| newest.max(arrival)));
    }

    fn recipients(&mut self, entry: &Entry, filter: &Filter) {
        let narrowed = filter.about_recipients();
        let mut passed = 0_u64;
        for recipient in entry.recipients() {
            if narrowed && !filter.recipient(&recipient) {
                continue;
            }
            passed = passed.saturating_add(1);
            let count = entry.count();
            let reason = recipient.reason.map(|reason| (signature(reason), reason));
            if let Some(domain) = recipient.domain() {
                self.domains.note(domain, count, |leader| {
                    if let Some((signature, reason)) = reason {
                        leader.add(signature, reason, count);
                    }
                });
            }
            if let Some((signature, reason)) = reason {
                self.reason.add(signature, reason, count);
                if self.tables.reasons {
                    self.reason(reason, count);
                }
            }
        }
        let known = entry.recipient_count();
        if let Some(count) = if narrowed {
            known.map(|_| passed)
        } else {
            known
        } {
            self.recipients = Some(self.recipients.unwrap_or(0).saturating_add(count));
        }
    }

    fn reason(&mut self, reason: &[u8], count: u64) {
        if self.last_reason.0 != reason {
            self.last_reason.1 = Class::of(reason);
            self.last_reason.0.clear();
            self.last_reason.0.extend_from_slice(reason);
        }
        if let Some((number, sample)) = self.reasons.get_mut(self.last_reason.1 as usize) {
            *number = number.saturating_add(count);
            if sample.is_empty() {
                *sample = super::listing::quote(reason);
            }
        }
    }

    /// Messages, but for shadow copies.
    #[must_use]
    pub fn total(&self) -> u64 {
        Queue::ALL
            .into_iter()
            .filter(|queue| *queue != Queue::Shadow)
            .fold(0, |sum, queue| sum.saturating_add(self.count(queue)))
    }

    /// Messages in this queue.
    #[must_use]
    pub fn count(&self, queue: Queue) -> u64 {
        self.queues.get(queue as usize).copied().unwrap_or(0)
    }

    /// Bytes of those messages whose size was told; none if none was.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Recipients that wait; none if the MTA does not tell.
    #[must_use]
    pub fn recipient_count(&self) -> Option<u64> {
        self.recipients
    }

    /// When the oldest came in, and its queue id.
    #[must_use]
    pub fn oldest(&self) -> Option<(i64, &str)> {
        self.oldest
            .as_ref()
            .map(|(arrival, id)| (*arrival, id.as_str()))
    }

    /// When the newest came in.
    #[must_use]
    pub fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// The first destination domains, by recipients.
    #[must_use]
    pub fn domains(&self, most: usize) -> Vec<Rank> {
        self.domains.first(most)
    }

    /// How many destination domains there are; none once some had to be forgotten.
    #[must_use]
    pub fn distinct_domains(&self) -> Option<usize> {
        self.domains.distinct()
    }

    /// The destination that most wait for, and why most of those do.
    #[must_use]
    pub fn leading_domain(&self) -> Option<(Rank, Option<Shared>)> {
        let (rank, leader) = self.domains.leading()?;
        Some((rank, shared(leader)))
    }

    /// Why most wait, wherever they are to go.
    #[must_use]
    pub fn leading_reason(&self) -> Option<Shared> {
        shared(&self.reason)
    }

    /// Senders, by messages; `<>` is the null sender.
    #[must_use]
    pub fn senders(&self) -> &Top {
        &self.senders
    }

    /// Domains of senders, by messages.
    #[must_use]
    pub fn sender_domains(&self) -> &Top {
        &self.sender_domains
    }

    /// Classes of reasons, by recipients, the most frequent first, each with the first text seen of it.
    #[must_use]
    pub fn reasons(&self) -> Vec<(Class, u64, &str)> {
        let mut seen: Vec<_> = Class::ALL
            .into_iter()
            .zip(&self.reasons)
            .filter(|(_, (number, _))| *number > 0)
            .map(|(class, (number, sample))| (class, *number, sample.as_str()))
            .collect();
        seen.sort_by_key(|(_, number, _)| std::cmp::Reverse(*number));
        seen
    }
}

fn shared(leader: &Leader) -> Option<Shared> {
    leader.leading().map(|(count, class, sample)| Shared {
        count,
        class,
        sample,
    })
}
