//! Lines that are no part of a listing: what an MTA's command says when it cannot look.

/// What such a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The queue could not be looked at: nothing is known about it.
    Unreadable,
    /// The MTA is not running; the queue may have been read all the same.
    Down,
    /// A warning that changes nothing.
    Noise,
}

/// A line beside the listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it means.
    pub trouble: Trouble,
    /// The line itself, cut to a length that can be shown.
    pub text: String,
}

/// (words that stand in the line in this order, what it means). The first that fits counts.
const KNOWN: &[(&[&str], Trouble)] = &[
    // Postfix: postqueue.c, showq and its clients.
    (&["accessing queue directly"], Trouble::Down),
    (&["mail system is down"], Trouble::Down),
];

impl Trouble {
    /// What a line on standard error, or one amidst a listing, means; none when it is not known.
    #[must_use]
    pub fn of(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line).to_ascii_lowercase();
        KNOWN
            .iter()
            .find(|(words, _)| {
                let mut rest = line.as_str();
                words.iter().all(|word| {
                    rest.split_once(word).is_some_and(|(_, behind)| {
                        rest = behind;
                        true
                    })
                })
            })
            .map(|(_, trouble)| *trouble)
    }
}
