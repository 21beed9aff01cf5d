//! Which addresses a domain says it sends from: its SPF record (RFC 7208), followed through includes and redirects.
//!
//! Only what passes without doubt counts (qualifier `+`). What depends on the single mail (`exists`, `ptr`, macros beside
//! `%{d}`) cannot be listed and is told of. Bounded by the ten lookups of §4.6.4 and ten hosts of a `mx`; more of either is a
//! broken record for every receiver, too.

mod term;
mod walk;

use std::net::IpAddr;

pub(super) use walk::senders;

/// A net that may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Net {
    /// Its first address.
    pub address: IpAddr,
    /// How many bits all its addresses share.
    pub prefix: u8,
}

impl Net {
    /// The net of this prefix that `address` is in.
    #[must_use]
    pub fn new(address: IpAddr, prefix: u8) -> Self {
        match address {
            IpAddr::V4(v4) => {
                let prefix = prefix.min(32);
                let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
                Net {
                    address: IpAddr::V4((v4.to_bits() & mask).into()),
                    prefix,
                }
            }
            IpAddr::V6(v6) => {
                let prefix = prefix.min(128);
                let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
                Net {
                    address: IpAddr::V6((v6.to_bits() & mask).into()),
                    prefix,
                }
            }
        }
    }

    /// How many addresses it has.
    #[must_use]
    pub fn size(&self) -> u128 {
        let bits = match self.address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        };
        1_u128
            .checked_shl(bits - u32::from(self.prefix))
            .unwrap_or(u128::MAX)
    }

    /// All its addresses, or `most` of them, evenly spread from the first one on.
    pub fn sample(&self, most: u32) -> impl Iterator<Item = IpAddr> + use<> {
        let size = self.size();
        let most = u128::from(most.max(1));
        let (count, step) = if size <= most {
            (size, 1)
        } else {
            (most, size / most)
        };
        let first = self.address;
        (0..count).map(move |number| {
            let offset = number.saturating_mul(step);
            match first {
                IpAddr::V4(v4) => {
                    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
                    IpAddr::V4(v4.to_bits().saturating_add(offset).into())
                }
                IpAddr::V6(v6) => IpAddr::V6(v6.to_bits().saturating_add(offset).into()),
            }
        })
    }
}

impl std::fmt::Display for Net {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// What a record allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Senders {
    /// The nets, in the order of the record, no net twice.
    pub nets: Vec<Net>,
    /// What could not be followed, in words.
    pub notes: Vec<String>,
    /// What breaks the record (a permanent error of §2.6.7), when something does.
    pub broken: Option<String>,
}

/// Why nothing is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSenders {
    /// The domain has no SPF record.
    Missing,
    /// The record cannot be had.
    Failed(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nets_are_counted_and_spread() {
        let net = |text: &str, prefix| Net::new(text.parse().unwrap(), prefix);
        assert_eq!(net("192.0.2.77", 24).to_string(), "192.0.2.0/24");
        assert_eq!(net("192.0.2.77", 24).size(), 256);
        assert_eq!(net("2001:db8::1", 32).to_string(), "2001:db8::/32");
        assert_eq!(net("::", 0).size(), u128::MAX);
        let sample: Vec<String> = net("192.0.2.0", 24)
            .sample(4)
            .map(|a| a.to_string())
            .collect();
        assert_eq!(
            sample,
            ["192.0.2.0", "192.0.2.64", "192.0.2.128", "192.0.2.192"]
        );
        assert_eq!(net("192.0.2.6", 31).sample(16).count(), 2);
        assert_eq!(net("0.0.0.0", 0).sample(8).count(), 8);
        assert_eq!(net("::", 0).sample(8).count(), 8);
    }
}
