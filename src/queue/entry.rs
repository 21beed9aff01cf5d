//! One message of a queue, in buffers that are used again for the next one.

use std::ops::Range;

/// What of an address, an id or a reason is kept: longer ones are cut, not refused.
const TEXT_LIMIT: usize = 4096;
/// What an entry keeps of its recipients' texts in all; those beyond are counted only.
const ENTRY_LIMIT: usize = 1 << 20;

/// Where a message waits, in the words of the MTAs, brought to one set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Queue {
    /// Being delivered now.
    Active,
    /// Tried and to be tried again.
    Deferred,
    /// Held by the administrator, quarantined or suspended.
    Hold,
    /// Come in by the network, not yet scheduled.
    Incoming,
    /// Submitted locally, not yet picked up.
    Maildrop,
    /// Damaged, or suspected to crash the MTA ("poison").
    Corrupt,
    /// A notice to a sender, or a message that is about to become one.
    Bounce,
    /// Given up until somebody looks (Exim).
    Frozen,
    /// Given up for good, kept for a look (nullmailer's `failed`).
    Failed,
    /// A second copy kept until another server has delivered (Exchange's shadow queues): waits for nothing, is no part of
    /// the total.
    Shadow,
    /// In the queue; the MTA does not say more.
    Queued,
}

impl Queue {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::Active,
        Self::Deferred,
        Self::Hold,
        Self::Incoming,
        Self::Maildrop,
        Self::Corrupt,
        Self::Bounce,
        Self::Frozen,
        Self::Failed,
        Self::Shadow,
        Self::Queued,
    ];

    /// Its name: of the metric, and in `--queue`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deferred => "deferred",
            Self::Hold => "hold",
            Self::Incoming => "incoming",
            Self::Maildrop => "maildrop",
            Self::Corrupt => "corrupt",
            Self::Bounce => "bounce",
            Self::Frozen => "frozen",
            Self::Failed => "failed",
            Self::Shadow => "shadow",
            Self::Queued => "queued",
        }
    }

    /// The queue of this name.
    #[must_use]
    pub fn named(name: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|queue| queue.name().as_bytes().eq_ignore_ascii_case(name))
    }
}

/// A recipient that has not got its mail yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient<'a> {
    /// As the MTA writes it, without angle brackets. Where only the domain is known, `@example.org`.
    pub address: &'a [u8],
    /// Why it was not delivered when last tried.
    pub reason: Option<&'a [u8]>,
}

impl<'a> Recipient<'a> {
    /// What stands behind the last `@`, without a trailing dot: none for a local name.
    #[must_use]
    pub fn domain(&self) -> Option<&'a [u8]> {
        domain(self.address)
    }
}

/// What stands behind the last `@` of an address, without a trailing dot.
#[must_use]
pub(super) fn domain(address: &[u8]) -> Option<&[u8]> {
    let at = address.iter().rposition(|byte| *byte == b'@')?;
    let domain = address.get(at + 1..)?;
    let domain = domain.strip_suffix(b".").unwrap_or(domain);
    (!domain.is_empty()).then_some(domain)
}

/// A message of a queue; or, where the MTA tells no more, so many messages at once.
///
/// What the MTA does not tell is absent, not zero.
#[derive(Debug)]
pub struct Entry {
    text: Vec<u8>,
    id: Range<usize>,
    queue: Queue,
    count: u64,
    size: Option<u64>,
    arrival: Option<i64>,
    sender: Option<Range<usize>>,
    recipients: Vec<(Range<usize>, Option<Range<usize>>)>,
    unnamed: u64,
    recipients_known: bool,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            text: Vec::new(),
            id: 0..0,
            queue: Queue::Queued,
            count: 1,
            size: None,
            arrival: None,
            sender: None,
            recipients: Vec::new(),
            unnamed: 0,
            recipients_known: false,
        }
    }
}

impl Entry {
    /// The MTA's own name of the message; empty where it gives none.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        self.slice(&self.id)
    }

    /// Where it waits.
    #[must_use]
    pub fn queue(&self) -> Queue {
        self.queue
    }

    /// How many messages this entry stands for: 1, but where the MTA tells numbers only.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Bytes, of all its messages.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// When it came in, seconds since 1970.
    #[must_use]
    pub fn arrival(&self) -> Option<i64> {
        self.arrival
    }

    /// Who sent it, without angle brackets; empty for a bounce.
    #[must_use]
    pub fn sender(&self) -> Option<&[u8]> {
        self.sender.as_ref().map(|range| self.slice(range))
    }

    /// Who still waits for it, as far as kept: see [`Entry::recipient_count`].
    pub fn recipients(&self) -> impl Iterator<Item = Recipient<'_>> {
        self.recipients.iter().map(|(address, reason)| Recipient {
            address: self.slice(address),
            reason: reason.as_ref().map(|range| self.slice(range)),
        })
    }

    /// How many still wait for it, those not kept included; none where the MTA does not tell.
    #[must_use]
    pub fn recipient_count(&self) -> Option<u64> {
        let kept = u64::try_from(self.recipients.len()).unwrap_or(u64::MAX);
        self.recipients_known
            .then_some(kept.saturating_add(self.unnamed))
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn keep(&mut self, text: &[u8]) -> Range<usize> {
        let start = self.text.len();
        self.text
            .extend_from_slice(text.get(..TEXT_LIMIT).unwrap_or(text));
        start..self.text.len()
    }

    /// Makes room for the next message.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.recipients.clear();
        self.id = 0..0;
        self.queue = Queue::Queued;
        self.count = 1;
        self.size = None;
        self.arrival = None;
        self.sender = None;
        self.unnamed = 0;
        self.recipients_known = false;
    }

    pub(crate) fn set_id(&mut self, id: &[u8]) {
        self.id = self.keep(id);
    }

    pub(crate) fn set_queue(&mut self, queue: Queue) {
        self.queue = queue;
    }

    pub(crate) fn set_count(&mut self, count: u64) {
        self.count = count;
    }

    pub(crate) fn set_size(&mut self, size: Option<u64>) {
        self.size = size;
    }

    pub(crate) fn set_arrival(&mut self, arrival: Option<i64>) {
        self.arrival = arrival;
    }

    /// Takes the sender; the null sender is an empty one, however the MTA writes it.
    pub(crate) fn set_sender(&mut self, sender: &[u8]) {
        let bare = bare(sender);
        let null = bare.eq_ignore_ascii_case(b"MAILER-DAEMON");
        self.sender = Some(self.keep(if null { b"" } else { bare }));
    }

    /// The MTA tells recipients, even if there are none.
    pub(crate) fn know_recipients(&mut self) {
        self.recipients_known = true;
    }

    pub(crate) fn add_recipient(&mut self, address: &[u8], reason: Option<&[u8]>) {
        self.recipients_known = true;
        let address = bare(address);
        if self.text.len() > ENTRY_LIMIT {
            self.unnamed = self.unnamed.saturating_add(1);
            return;
        }
        // Most MTAs say the same reason for recipient after recipient: it is kept once.
        let last = self
            .recipients
            .last()
            .and_then(|(_, reason)| reason.clone());
        let reason = reason.map(|reason| match last {
            Some(range) if self.slice(&range) == reason => range,
            _ => self.keep(reason),
        });
        let address = self.keep(address);
        self.recipients.push((address, reason));
    }

    /// Where messages go whose recipients are not told.
    pub(super) fn add_next_hop(&mut self, domain: &[u8], reason: Option<&[u8]>) {
        let known = self.recipients_known;
        self.add_recipient(domain, reason);
        self.recipients_known = known;
    }

    /// Gives the last recipient a reason that the listing tells behind it.
    pub(crate) fn reason_of_last(&mut self, reason: &[u8]) {
        if self.text.len() <= ENTRY_LIMIT {
            let range = self.keep(reason);
            if let Some((_, slot)) = self.recipients.last_mut() {
                *slot = Some(range);
            }
        }
    }
}

/// An address without the angle brackets around it.
pub(super) fn bare(address: &[u8]) -> &[u8] {
    let address = address.trim_ascii();
    address
        .strip_prefix(b"<")
        .map_or(address, |rest| rest.strip_suffix(b">").unwrap_or(rest))
}
