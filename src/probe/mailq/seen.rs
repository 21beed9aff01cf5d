//! What was seen of the queue, whatever the number of places that were looked at.

use crate::queue::{Entry, Filter, Format, Queue, Summary, Tables};

/// Numbers of all that was looked at.
pub struct Seen<'f> {
    /// Of the messages that pass the filter.
    pub summary: Summary,
    /// What every place told; nothing was looked at yet when absent.
    pub told: Option<Told>,
    /// Files that are no messages that wait, by their queue.
    pub beside: Vec<(Queue, u64)>,
    /// Something could not be looked at, or not to its end.
    pub partial: bool,
    /// All that passed by, before the filter.
    pub passed: u64,
    filter: &'f Filter,
    now: i64,
}

/// What a form of listing tells: where it does not, a number is unknown, not 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub queues: Vec<Queue>,
    pub size: bool,
    pub arrival: bool,
    pub senders: bool,
    pub recipients: bool,
    pub reasons: bool,
}

impl Told {
    /// By the form of a listing.
    pub fn by(format: Format) -> Self {
        let recipients = format.tells_recipients();
        Self {
            queues: format.queues().to_vec(),
            size: format.tells_size(),
            arrival: format.tells_arrival(),
            senders: !matches!(format, Format::EximCount | Format::QmailStat),
            recipients,
            reasons: recipients && !matches!(format, Format::Exim | Format::QmailRead),
        }
    }

    fn and(mut self, other: &Self) -> Self {
        self.queues.retain(|queue| other.queues.contains(queue));
        Self {
            queues: self.queues,
            size: self.size && other.size,
            arrival: self.arrival && other.arrival,
            senders: self.senders && other.senders,
            recipients: self.recipients && other.recipients,
            reasons: self.reasons && other.reasons,
        }
    }

    /// What the filter asks and nobody tells.
    pub fn lacks(&self, filter: &Filter) -> Option<String> {
        if !filter.domains.is_empty() && !self.recipients {
            return Some("--domain: recipients".to_owned());
        }
        if !filter.senders.is_empty() && !self.senders {
            return Some("--sender: senders".to_owned());
        }
        if !filter.reasons.is_empty() && !self.reasons {
            return Some("--reason: reasons".to_owned());
        }
        if filter.older_than.is_some() && !self.arrival {
            return Some("--older-than: ages".to_owned());
        }
        filter
            .queues
            .iter()
            .find(|queue| !self.queues.contains(queue) && **queue != Queue::Queued)
            .map(|queue| format!("--queue: which messages are {}", queue.name()))
    }
}

impl<'f> Seen<'f> {
    /// Nothing yet.
    pub fn new(filter: &'f Filter, tables: Tables, now: i64) -> Self {
        Self {
            summary: Summary::new(tables),
            told: None,
            beside: Vec::new(),
            partial: false,
            passed: 0,
            filter,
            now,
        }
    }

    /// One message.
    pub fn add(&mut self, entry: &Entry) {
        self.passed = self.passed.saturating_add(entry.count());
        self.summary.add(entry, self.filter, self.now);
    }

    /// A place was looked at, in a form that tells so much.
    pub fn told(&mut self, told: &Told) {
        self.told = Some(match self.told.take() {
            Some(before) => before.and(told),
            None => told.clone(),
        });
    }

    /// Files that are no messages.
    pub fn beside(&mut self, queue: Queue, count: u64) {
        match self.beside.iter_mut().find(|(known, _)| *known == queue) {
            Some((_, sum)) => *sum = sum.saturating_add(count),
            None => self.beside.push((queue, count)),
        }
    }

    /// How many of a queue there are; none where nobody tells.
    pub fn count(&self, queue: Queue) -> Option<u64> {
        let beside = self.beside.iter().find(|(known, _)| *known == queue);
        let told = self
            .told
            .as_ref()
            .is_some_and(|told| told.queues.contains(&queue));
        let listed = self.summary.count(queue);
        match beside {
            Some((_, count)) => Some(listed.saturating_add(*count)),
            None => (told || listed > 0).then_some(listed),
        }
    }
}
