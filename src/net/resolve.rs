//! Host names to addresses, the way the system does it (`getaddrinfo`: hosts file, nsswitch, DNS).
//!
//! The C library's resolver knows no deadline. Whoever calls this does so in a thread that a
//! watchdog may leave behind; see `probe::watch`.

use std::net::{IpAddr, ToSocketAddrs};

use super::Host;

/// Which addresses are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// Both.
    #[default]
    Any,
    /// IPv4 alone.
    V4,
    /// IPv6 alone.
    V6,
}

impl Family {
    /// Does the address belong to it?
    #[must_use]
    pub fn admits(self, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Any => "IP",
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// Why a host has no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// There is no such name.
    #[error("resolve {host}: no such host")]
    NotFound {
        /// The name.
        host: String,
    },
    /// The name has addresses, but none of the family that was asked for.
    #[error("resolve {host}: it has no {family} address")]
    NoneOfFamily {
        /// The name.
        host: String,
        /// The family.
        family: Family,
    },
    /// The resolver did not answer, or not usefully.
    #[error("resolve {host}: {why}")]
    Failed {
        /// The name.
        host: String,
        /// The resolver's words.
        why: String,
    },
}

/// The addresses of a host in the system's order of preference, each once.
pub fn resolve(host: &Host, family: Family) -> Result<Vec<IpAddr>, ResolveError> {
    let none = || ResolveError::NoneOfFamily {
        host: host.name().to_owned(),
        family,
    };
    if let Some(address) = host.address() {
        return if family.admits(address) {
            Ok(vec![address])
        } else {
            Err(none())
        };
    }
    let found = (host.name(), 0)
        .to_socket_addrs()
        .map_err(|error| classify(host.name(), &error))?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found
        .map(|socket| socket.ip())
        .filter(|&address| family.admits(address))
    {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        Err(none())
    } else {
        Ok(addresses)
    }
}

/// The standard library gives `getaddrinfo`'s code as text only.
fn classify(host: &str, error: &std::io::Error) -> ResolveError {
    let text = error.to_string();
    let why = text.rsplit(": ").next().unwrap_or(&text).to_lowercase();
    let host = host.to_owned();
    if [
        "name or service not known",
        "no address associated",
        "does not resolve",
    ]
    .iter()
    .any(|known| why.contains(known))
    {
        ResolveError::NotFound { host }
    } else {
        ResolveError::Failed { host, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_not_asked_for() {
        let host = Host::parse("[::1]").unwrap();
        assert_eq!(
            resolve(&host, Family::Any).unwrap(),
            [host.address().unwrap()]
        );
        assert!(matches!(
            resolve(&host, Family::V4),
            Err(ResolveError::NoneOfFamily { .. })
        ));
    }

    #[test]
    fn the_system_is_asked_for_a_name() {
        let addresses = resolve(&Host::parse("localhost").unwrap(), Family::V4).unwrap();
        assert!(addresses.iter().all(IpAddr::is_loopback));
    }

    #[test]
    fn the_c_librarys_words_are_told_apart() {
        let error = |text: &str| classify("x.example", &std::io::Error::other(text.to_owned()));
        let failed = "failed to lookup address information: ";
        assert!(matches!(
            error(&format!("{failed}Name or service not known")),
            ResolveError::NotFound { .. }
        ));
        let temporary = error(&format!("{failed}Temporary failure in name resolution"));
        assert_eq!(
            temporary.to_string(),
            "resolve x.example: temporary failure in name resolution"
        );
    }
}
