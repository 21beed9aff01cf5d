//! From what was typed to what is asked about: addresses, nets, hosts, domains.

use std::borrow::Cow;
use std::net::IpAddr;

use super::options::BlacklistOptions;
use crate::cli::UsageError;
use crate::dns::Net;
use crate::dns::blocklist::Wanted;
use crate::dns::zones::Entry;
use crate::net::{Family, Host};

/// Addresses of a net that is asked about; a /24.
const MOST_ADDRESSES: u32 = 256;

/// Validates. `classic` is the old check_rbl, where a domain counts only without a host.
pub fn wanted(options: &BlacklistOptions, classic: bool) -> Result<Wanted, UsageError> {
    let mut wanted = Wanted {
        family: match (options.ipv4, options.ipv6) {
            (true, _) => Family::V4,
            (_, true) => Family::V6,
            _ => Family::Any,
        },
        ..Wanted::default()
    };
    for text in options.hosts.iter().chain(&options.plain_hosts) {
        host(text, &mut wanted)?;
    }
    for (option, texts, names) in [
        ("--mx", &options.mx, &mut wanted.mx),
        ("--spf", &options.spf, &mut wanted.spf),
    ] {
        for text in texts {
            names.push(domain(option, text)?);
        }
    }
    let skip = classic && !wanted.entries.is_empty() | !wanted.hosts.is_empty();
    if !skip {
        for text in &options.domains {
            let name = domain("--domain", text)?;
            wanted.entries.push(Entry::Domain(Cow::Owned(name)));
        }
        for text in &options.helo {
            helo(text, &mut wanted)?;
        }
    }
    let named = [&wanted.hosts, &wanted.mx, &wanted.spf];
    if wanted.entries.is_empty() && named.iter().all(|names| names.is_empty()) {
        return Err(UsageError(
            "what is to be looked up? give -H HOST, --mx DOMAIN or --domain DOMAIN (see --help)"
                .to_owned(),
        ));
    }
    Ok(wanted)
}

/// An address, a net or a host name.
fn host(text: &str, wanted: &mut Wanted) -> Result<(), UsageError> {
    let wrong = |why: &str| UsageError(format!("-H {text:?}: {why}"));
    if let Some((address, prefix)) = text.split_once('/') {
        let address: IpAddr = address
            .trim_matches(['[', ']'])
            .parse()
            .map_err(|_| wrong("is no address, net or host name"))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix: u8 = prefix
            .parse()
            .ok()
            .filter(|prefix| *prefix <= most)
            .ok_or_else(|| wrong("has no prefix length that fits"))?;
        let net = Net::new(address, prefix);
        if net.size() > u128::from(MOST_ADDRESSES) {
            return Err(wrong(&format!(
                "more than {MOST_ADDRESSES} addresses: name smaller nets (/24, /120)"
            )));
        }
        wanted
            .entries
            .extend(net.sample(MOST_ADDRESSES).map(Entry::from));
        return Ok(());
    }
    let host = Host::parse(text).map_err(|error| UsageError(format!("-H: {error}")))?;
    match host.address() {
        Some(address) => wanted.entries.push(address.into()),
        None if numeric(host.name()) => return Err(wrong("is no address")),
        None => wanted.hosts.push(host.name().to_owned()),
    }
    Ok(())
}

/// No top-level domain is a number (RFC 3696 §2): 192.0.2.300 is a mistyped address.
fn numeric(name: &str) -> bool {
    name.rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
        || name.contains(['%', ':'])
}

/// The name of an EHLO. Some lists of domains hold host names, most hold the domains that people register, and receivers look
/// both up: the name is asked about, and each domain above it down to two labels. An address literal (RFC 5321 §4.1.3) is an
/// address.
fn helo(text: &str, wanted: &mut Wanted) -> Result<(), UsageError> {
    let wrong = |why: &str| UsageError(format!("--helo {text:?}: {why}"));
    if let Some(literal) = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        let v6 = literal
            .get(..5)
            .filter(|tag| tag.eq_ignore_ascii_case("IPv6:"))
            .and_then(|_| literal.get(5..));
        let address = match v6 {
            Some(bare) => bare.parse().map(IpAddr::V6).ok(),
            None => literal.parse().map(IpAddr::V4).ok(),
        };
        let address = address
            .ok_or_else(|| wrong("is no address literal: [192.0.2.7] or [IPv6:2001:db8::7]"))?;
        wanted.entries.push(address.into());
        return Ok(());
    }
    let name = domain("--helo", text)?;
    if !name.contains('.') {
        return Err(wrong("is no full name, as an EHLO has to give one"));
    }
    let mut rest = name.as_str();
    loop {
        wanted
            .entries
            .push(Entry::Domain(Cow::Owned(rest.to_owned())));
        match rest.split_once('.') {
            Some((_, above)) if above.contains('.') => rest = above,
            _ => return Ok(()),
        }
    }
}

/// A domain; of a URL its host.
fn domain(option: &str, text: &str) -> Result<String, UsageError> {
    let bare = text.split_once("://").map_or(text, |(_, rest)| {
        rest.split(['/', ':', '?']).next().unwrap_or(rest)
    });
    let host = Host::parse(bare).map_err(|error| UsageError(format!("{option}: {error}")))?;
    if host.address().is_some() || numeric(host.name()) {
        return Err(UsageError(format!(
            "{option} {text:?}: is no domain (an address is asked about with -H)"
        )));
    }
    Ok(host.name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Wanted, UsageError> {
        let mut wanted = Wanted::default();
        host(text, &mut wanted)?;
        Ok(wanted)
    }

    #[test]
    fn addresses_nets_and_names() {
        assert_eq!(read("192.0.2.7").unwrap().entries.len(), 1);
        assert_eq!(read("[2001:db8::7]").unwrap().entries.len(), 1);
        assert_eq!(read("192.0.2.7/30").unwrap().entries.len(), 4);
        assert_eq!(read("2001:db8::/124").unwrap().entries.len(), 16);
        assert_eq!(
            read("Mail.Example.org.").unwrap().hosts,
            ["mail.example.org"]
        );
        for wrong in [
            "192.0.2.300",
            "192.0.2",
            "1",
            "10.0.0.0/8",
            "192.0.2.0/33",
            "::/0",
            "a b",
            "",
            "x/24",
            "fe80::1%lo",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            domain("-U", "http://example.org:80/x").unwrap(),
            "example.org"
        );
        assert!(domain("-U", "192.0.2.1").is_err());
    }

    #[test]
    fn the_name_of_an_ehlo_and_what_is_above_it() {
        let read = |text: &str| {
            let mut wanted = Wanted::default();
            helo(text, &mut wanted).map(|()| {
                let texts = wanted.entries.iter().map(ToString::to_string);
                texts.collect::<Vec<_>>()
            })
        };
        assert_eq!(
            read("mx1.mail.example.org.").unwrap(),
            ["mx1.mail.example.org", "mail.example.org", "example.org"]
        );
        assert_eq!(read("example.org").unwrap(), ["example.org"]);
        assert_eq!(read("[192.0.2.7]").unwrap(), ["192.0.2.7"]);
        assert_eq!(read("[IPv6:2001:db8::7]").unwrap(), ["2001:db8::7"]);
        for wrong in [
            "localhost",
            "192.0.2.7",
            "[x]",
            "[2001:db8::7]",
            "[IPv6:1]",
            "",
            "a b",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
