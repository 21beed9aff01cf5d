//! Who is asked about, and under what name: octets or nibbles in reverse, or the domain itself, in front of the zone
//! (RFC 5782 §2.1, §2.4, §3).

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address or a domain that a zone can be asked about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Entry {
    /// An address.
    Address(IpAddr),
    /// A domain in A-labels, without its final dot.
    Domain(Cow<'static, str>),
}

/// The sorts of entries; a zone knows some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// IPv4 addresses.
    V4,
    /// IPv6 addresses.
    V6,
    /// Domains.
    Domain,
}

impl Sort {
    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Sort::V4 => "v4",
            Sort::V6 => "v6",
            Sort::Domain => "domain",
        }
    }
}

impl Entry {
    /// An IPv4 address.
    #[must_use]
    pub const fn v4(octets: [u8; 4]) -> Self {
        let [a, b, c, d] = octets;
        Entry::Address(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
    }

    /// An IPv6 address.
    #[must_use]
    pub const fn v6(bits: u128) -> Self {
        Entry::Address(IpAddr::V6(Ipv6Addr::from_bits(bits)))
    }

    /// A domain.
    #[must_use]
    pub const fn domain(name: &'static str) -> Self {
        Entry::Domain(Cow::Borrowed(name))
    }

    /// Its sort. An IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`) is an IPv6 address here: test entries are such.
    #[must_use]
    pub const fn sort(&self) -> Sort {
        match self {
            Entry::Address(IpAddr::V4(_)) => Sort::V4,
            Entry::Address(IpAddr::V6(_)) => Sort::V6,
            Entry::Domain(_) => Sort::Domain,
        }
    }

    /// What is meant when it is typed, or stands in a record: an IPv4 address takes its IPv6 clothes off, as receivers see it.
    #[must_use]
    pub fn bare(self) -> Self {
        match self {
            Entry::Address(address) => Entry::Address(address.to_canonical()),
            domain @ Entry::Domain(_) => domain,
        }
    }

    /// Can the world see it at all? Private, loopback, link-local, shared and multicast addresses are on no list of the world's;
    /// those of documentation are left to whoever asks about them.
    #[must_use]
    pub fn is_public(&self) -> bool {
        match self {
            Entry::Address(IpAddr::V4(v4)) => {
                let [first, second, ..] = v4.octets();
                let shared = first == 100 && second & 0xc0 == 64;
                let apart = v4.is_private() || v4.is_loopback() || v4.is_link_local();
                first != 0 && first < 224 && !shared && !apart
            }
            Entry::Address(IpAddr::V6(v6)) => {
                let apart = v6.is_unique_local() || v6.is_unicast_link_local();
                let none = v6.is_loopback() || v6.is_unspecified() || v6.is_multicast();
                !apart && !none
            }
            Entry::Domain(_) => true,
        }
    }

    /// The name to ask for in `zone`, without a final dot.
    #[must_use]
    pub fn under(&self, zone: &str) -> String {
        match self {
            Entry::Address(IpAddr::V4(address)) => {
                let [a, b, c, d] = address.octets();
                format!("{d}.{c}.{b}.{a}.{zone}")
            }
            Entry::Address(IpAddr::V6(address)) => {
                let bits = address.to_bits();
                let mut name = String::with_capacity(64 + zone.len());
                for nibble in 0..32 {
                    let digit = u32::try_from((bits >> (4 * nibble)) & 0xf).unwrap_or(0);
                    name.push(char::from_digit(digit, 16).unwrap_or('0'));
                    name.push('.');
                }
                name.push_str(zone);
                name
            }
            Entry::Domain(domain) => format!("{domain}.{zone}"),
        }
    }
}

impl From<IpAddr> for Entry {
    fn from(address: IpAddr) -> Self {
        Entry::Address(address)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Address(address) => write!(f, "{address}"),
            Entry::Domain(domain) => f.write_str(domain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_reversed_as_rfc_5782_draws_them() {
        // The examples of §2.1, §2.4 and §3.
        let zone = "bad.example.com";
        let v4 = Entry::v4([192, 0, 2, 99]);
        assert_eq!(v4.under(zone), "99.2.0.192.bad.example.com");
        let v6 = Entry::Address("2001:db8:1:2:3:4:567:89ab".parse().unwrap());
        assert_eq!(
            v6.under("ugly.example.com"),
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ugly.example.com"
        );
        let domain = Entry::domain("invalid.edu");
        assert_eq!(domain.under(zone), "invalid.edu.bad.example.com");
    }
}
