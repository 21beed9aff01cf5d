//! A host as people write it: a name, an address, an IPv6 literal with or without brackets.

use std::net::{IpAddr, Ipv6Addr};

/// A host that was given by name or by address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// In A-labels, without a trailing dot; an address without brackets.
    name: String,
    address: Option<IpAddr>,
}

/// Why a text is no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{shown}\" is no host name or address")]
pub struct HostError {
    shown: String,
}

impl Host {
    /// Reads a host. Names in other scripts become A-labels (RFC 5891); a trailing dot is taken off,
    /// because no certificate has it.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        let text = text.trim();
        let error = || HostError {
            shown: text.chars().filter(|c| !c.is_control()).take(80).collect(),
        };
        let bare = match text.strip_prefix('[') {
            Some(rest) => rest.strip_suffix(']').ok_or_else(error)?,
            None => text,
        };
        // RFC 5321 §4.1.3 writes IPv6:2001:db8::1 between the brackets.
        let bare = bare.strip_prefix("IPv6:").unwrap_or(bare);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Self {
                name: address.to_string(),
                address: Some(address),
            });
        }
        // A zone (fe80::1%eth0) is not for the wire; the address before it must still be one.
        if let Some((address, zone)) = bare.split_once('%')
            && address.parse::<Ipv6Addr>().is_ok()
            && zone.bytes().all(|b| b.is_ascii_alphanumeric())
        {
            return Ok(Self {
                name: bare.to_owned(),
                address: None,
            });
        }
        if text.starts_with('[') || bare.is_empty() {
            return Err(error());
        }
        let dotless = bare.strip_suffix('.').unwrap_or(bare);
        let ascii = if dotless.is_ascii() {
            dotless.to_ascii_lowercase()
        } else {
            idna::domain_to_ascii(dotless).map_err(|_| error())?
        };
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                && !label.starts_with('-')
        };
        if ascii.len() > 253 || !ascii.split('.').all(label) {
            return Err(error());
        }
        Ok(Self {
            name: ascii,
            address: None,
        })
    }

    /// The name in A-labels, or the address without brackets.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address, when the host was given by address.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The host with a port: `mail.example.org:25`, `[2001:db8::1]:25`.
    #[must_use]
    pub fn with_port(&self, port: u16) -> String {
        match self.address {
            Some(IpAddr::V6(address)) => format!("[{address}]:{port}"),
            _ => format!("{}:{port}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_addresses_and_literals() {
        let rows = [
            ("Mail.Example.ORG", "mail.example.org", None),
            ("mail.example.org.", "mail.example.org", None),
            ("192.0.2.1", "192.0.2.1", Some("192.0.2.1")),
            ("[192.0.2.1]", "192.0.2.1", Some("192.0.2.1")),
            ("2001:db8::1", "2001:db8::1", Some("2001:db8::1")),
            ("[2001:DB8::1]", "2001:db8::1", Some("2001:db8::1")),
            ("[IPv6:2001:db8::1]", "2001:db8::1", Some("2001:db8::1")),
            ("bücher.example", "xn--bcher-kva.example", None),
            ("_smtp.example.org", "_smtp.example.org", None),
            ("fe80::1%lo", "fe80::1%lo", None),
        ];
        for (text, name, address) in rows {
            let host = Host::parse(text).unwrap();
            assert_eq!(host.name(), name, "{text}");
            assert_eq!(
                host.address().map(|a| a.to_string()).as_deref(),
                address,
                "{text}"
            );
        }
        assert_eq!(
            Host::parse("2001:db8::1").unwrap().with_port(25),
            "[2001:db8::1]:25"
        );
    }

    #[test]
    fn refuses_what_is_no_host() {
        for text in [
            "",
            " ",
            "a b",
            "a..b",
            "-x.example",
            "[mail.example.org]",
            "[::1",
            "x/y",
            "a\nb",
            &"a".repeat(64),
        ] {
            assert!(Host::parse(text).is_err(), "{text:?}");
        }
    }
}
