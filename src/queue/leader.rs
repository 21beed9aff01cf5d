//! What most of many reasons say, in the room of one.
//!
//! The majority vote of Boyer and Moore: like reasons support the one that leads, others wear it down, and the one that
//! a majority has leads in the end. Reasons are alike when they agree where they tell something: behind `said: `, where
//! the other server's code stands, or at their end, behind host and address. That is cheap; the class, which is not,
//! is found for the one that leads only.

use super::Class;

/// What of a reason is kept.
const KEPT: usize = 400;
/// What must agree: a reply code, an enhanced code and a little more.
const BEGIN: usize = 12;
/// The same where no server said anything.
const END: usize = 16;

/// The reason that leads.
#[derive(Debug, Default)]
pub(super) struct Leader {
    signature: u64,
    lead: u64,
    sure: u64,
    reason: Vec<u8>,
}

impl Leader {
    /// One more reason, and its [`signature`].
    pub(super) fn add(&mut self, signature: u64, reason: &[u8], weight: u64) {
        if self.lead > 0 && signature == self.signature {
            self.lead = self.lead.saturating_add(weight);
            self.sure = self.sure.saturating_add(weight);
        } else if self.lead > weight {
            self.lead -= weight;
        } else {
            self.signature = signature;
            self.lead = weight;
            self.sure = weight;
            self.reason.clear();
            self.reason
                .extend_from_slice(reason.get(..KEPT).unwrap_or(reason));
        }
    }

    /// How many say so for sure, the class, and how one of them puts it; none where there are no reasons.
    pub(super) fn leading(&self) -> Option<(u64, Class, String)> {
        (self.lead > 0).then(|| {
            (
                self.sure,
                Class::of(&self.reason),
                super::listing::quote(&self.reason),
            )
        })
    }
}

/// Equal for reasons that are alike; a number, so that nothing has to be kept.
pub(super) fn signature(reason: &[u8]) -> u64 {
    let tail = || {
        let start = reason.len().saturating_sub(END);
        reason.get(start..).unwrap_or_default()
    };
    let telling = match said(reason) {
        Some(words) => words.get(..BEGIN).unwrap_or(words),
        None => tail(),
    };
    telling.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What stands behind ` said: `; hosts and addresses before it are short.
fn said(reason: &[u8]) -> Option<&[u8]> {
    const MARK: &[u8] = b" said: ";
    let head = reason.get(..KEPT).unwrap_or(reason);
    let at = head
        .iter()
        .zip(head.get(1..).unwrap_or_default())
        .enumerate()
        .filter(|(_, pair)| *pair == (&b'd', &b':'))
        .find_map(|(at, _)| {
            let start = at.checked_sub(MARK.len() - 3)?;
            head.get(start..)?.starts_with(MARK).then_some(at + 3)
        })?;
    reason.get(at..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(reasons: &[&str]) -> Option<(u64, Class, String)> {
        let mut leader = Leader::default();
        for reason in reasons {
            leader.add(signature(reason.as_bytes()), reason.as_bytes(), 1);
        }
        leader.leading()
    }

    #[test]
    fn the_majority_leads_whatever_the_order() {
        assert_eq!(led(&[]), None);
        let slow = "connect to mx1.example.net[192.0.2.1]:25: Connection timed out";
        let slow_too = "connect to mx22.example.net[192.0.2.22]:25: Connection timed out";
        let limited =
            "host mx.example.net[192.0.2.1] said: 421-4.7.28 rate limited (in reply to RCPT TO)";
        let (_, class, text) = led(&[limited, slow, slow_too, limited, slow]).unwrap();
        assert_eq!((class, text.as_str()), (Class::TimedOut, slow));
        let (sure, class, _) = led(&[slow, limited, limited, slow, limited]).unwrap();
        assert_eq!((sure, class), (1, Class::RateLimited));
    }

    #[test]
    fn what_servers_say_is_told_apart_by_its_beginning() {
        let said = |words: &str| {
            signature(
                format!("host mx[192.0.2.1] said: {words} (in reply to MAIL FROM)").as_bytes(),
            )
        };
        assert_eq!(said("421-4.7.28 [1] unusual"), said("421-4.7.28 [1] other"));
        assert_ne!(said("421-4.7.28 [1] x"), said("450 4.2.0 greylisted"));
    }
}
