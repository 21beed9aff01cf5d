//! The terms of an SPF record (RFC 7208 §4.6.1, §5, §6): pure text.
//!
//! Refused: mechanisms that RFC 7208 does not know, addresses and prefixes that are none. Unknown modifiers are passed over,
//! as §6 wants it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a term says about senders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    All,
    Include(String),
    A(Hosts),
    Mx(Hosts),
    Ptr,
    Ip(IpAddr, u8),
    Exists,
    Redirect(String),
}

/// The domain of `a` and `mx`, and the nets around its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    /// The domain itself when none is named.
    pub domain: Option<String>,
    pub v4: u8,
    pub v6: u8,
}

/// Is this TXT record an SPF record (§4.5)?
pub fn is_record(text: &str) -> bool {
    text.get(..6)
        .is_some_and(|head| head.eq_ignore_ascii_case("v=spf1"))
        && text
            .get(6..)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// The terms that make a mail pass, and those that end the record; `domain` is whose record it is.
pub fn terms(record: &str, domain: &str) -> Result<Vec<Term>, String> {
    let mut found = Vec::new();
    let mut redirect = None;
    let words = record.split(' ').skip(1).filter(|word| !word.is_empty());
    for word in words {
        let end = word.find([':', '/', '=']).unwrap_or(word.len());
        if word.get(end..).is_some_and(|rest| rest.starts_with('=')) {
            let (name, value) = (word.get(..end), word.get(end + 1..));
            if name.is_some_and(|name| name.eq_ignore_ascii_case("redirect")) {
                redirect = Some(Term::Redirect(target(value.unwrap_or_default(), domain)?));
            }
            continue;
        }
        let passes = !word.starts_with(['-', '~', '?']);
        let bare = word.strip_prefix(['+', '-', '~', '?']).unwrap_or(word);
        let term = mechanism(bare, domain)?;
        if passes || term == Term::All {
            let ends = term == Term::All;
            if passes {
                found.push(term);
            }
            if ends {
                // What follows is never looked at, a redirect neither (§5.1, §6.1).
                return Ok(found);
            }
        }
    }
    found.extend(redirect);
    Ok(found)
}

fn mechanism(bare: &str, domain: &str) -> Result<Term, String> {
    let wrong = || format!("{bare:?} is no term of SPF");
    let end = bare.find([':', '/']).unwrap_or(bare.len());
    let name = bare.get(..end).unwrap_or_default().to_ascii_lowercase();
    let rest = bare.get(end..).unwrap_or_default();
    let value = rest.strip_prefix(':');
    let named = |value: Option<&str>| match value {
        Some(value) if !value.is_empty() => target(value, domain),
        _ => Err(wrong()),
    };
    match name.as_str() {
        "all" if rest.is_empty() => Ok(Term::All),
        "include" => named(value).map(Term::Include),
        "exists" => value.map(|_| Term::Exists).ok_or_else(wrong),
        "ptr" => Ok(Term::Ptr),
        "a" => hosts(rest, domain).map(Term::A).ok_or_else(wrong),
        "mx" => hosts(rest, domain).map(Term::Mx).ok_or_else(wrong),
        "ip4" => {
            let (address, prefix) = split(value.ok_or_else(wrong)?, 32).ok_or_else(wrong)?;
            let address: Ipv4Addr = address.parse().map_err(|_| wrong())?;
            Ok(Term::Ip(address.into(), prefix))
        }
        "ip6" => {
            let (address, prefix) = split(value.ok_or_else(wrong)?, 128).ok_or_else(wrong)?;
            let address: Ipv6Addr = address.parse().map_err(|_| wrong())?;
            Ok(Term::Ip(address.into(), prefix))
        }
        _ => Err(wrong()),
    }
}

fn split(text: &str, most: u8) -> Option<(&str, u8)> {
    match text.split_once('/') {
        None => Some((text, most)),
        Some((address, prefix)) => {
            let number = prefix.parse::<u8>().ok().filter(|number| *number <= most)?;
            Some((address, number))
        }
    }
}

/// `[:domain][/v4][//v6]`
fn hosts(rest: &str, own: &str) -> Option<Hosts> {
    let (rest, v6) = match rest.split_once("//") {
        Some((rest, prefix)) => (rest, prefix.parse().ok().filter(|bits| *bits <= 128)?),
        None => (rest, 128),
    };
    let (rest, v4) = match rest.rsplit_once('/') {
        Some((rest, prefix)) => (rest, prefix.parse().ok().filter(|bits| *bits <= 32)?),
        None => (rest, 32),
    };
    let domain = match rest.strip_prefix(':') {
        Some("") => return None,
        Some(domain) => Some(target(domain, own).ok()?),
        None if rest.is_empty() => None,
        None => return None,
    };
    Some(Hosts { domain, v4, v6 })
}

/// A domain-spec (§7.1) as far as it can be known without a mail: `%{d}` is the domain whose record it is.
fn target(text: &str, domain: &str) -> Result<String, String> {
    let expanded = text
        .replace("%{d}", domain)
        .replace("%{D}", domain)
        .replace("%%", "%");
    if expanded.is_empty() {
        return Err("a domain is missing".to_owned());
    }
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(record: &str) -> Result<Vec<Term>, String> {
        terms(record, "example.org")
    }

    #[test]
    fn what_passes_is_found() {
        let hosts = |domain: Option<&str>, v4, v6| Hosts {
            domain: domain.map(str::to_owned),
            v4,
            v6,
        };
        assert_eq!(
            read(
                "v=spf1 a MX:%{d}/24//64 ip4:192.0.2.0/28 ?ip4:192.0.2.99 ip6:2001:db8::1  include:_spf.example.test -all ip4:192.0.2.1 x=y"
            ),
            Ok(vec![
                Term::A(hosts(None, 32, 128)),
                Term::Mx(hosts(Some("example.org"), 24, 64)),
                Term::Ip("192.0.2.0".parse().unwrap(), 28),
                Term::Ip("2001:db8::1".parse().unwrap(), 128),
                Term::Include("_spf.example.test".into()),
            ])
        );
        assert_eq!(
            read("v=spf1 a/24 exists:%{i}.x.example.org redirect=_spf.example.test exp=a.example"),
            Ok(vec![
                Term::A(hosts(None, 24, 128)),
                Term::Exists,
                Term::Redirect("_spf.example.test".into()),
            ])
        );
        assert_eq!(read("v=spf1 redirect=x.example +all"), Ok(vec![Term::All]));
        assert_eq!(read("v=spf1"), Ok(vec![]));
        assert!(is_record("V=SPF1 -all") && is_record("v=spf1"));
        assert!(!is_record("v=spf10 -all") && !is_record("spf2.0/pra"));
    }

    #[test]
    fn what_is_no_term_is_named() {
        for wrong in [
            "ip4:192.0.2.300",
            "ip4:192.0.2.0/33",
            "ip6:192.0.2.1",
            "ip4",
            "include:",
            "include",
            "all:x",
            "mx//129",
            "a/x",
            "ipv4:192.0.2.1",
            "192.0.2.1",
        ] {
            let error = read(&format!("v=spf1 {wrong} -all")).unwrap_err();
            assert!(error.contains(wrong), "{wrong}: {error}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}", rest in "[a-z0-9:/+=%{}. ~-]{0,100}") {
            let _ = (read(&text), read(&format!("v=spf1 {rest}")), is_record(&text));
        }
    }
}
