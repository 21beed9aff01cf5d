//! Is a certificate for this host? RFC 9525 (before: RFC 6125) for names, exact octets for addresses.
//!
//! Refused as a match: wildcards that are not the whole left-most label, or that stand above fewer than two labels;
//! presented names with a trailing dot, with characters beyond ASCII or with a NUL; the common name (RFC 9525 §2: clients
//! do not look at it). Cases and trailing dots of the wanted name are [`Host`]'s work, as are A-labels.

use super::facts::Certificate;
use super::subject::shown;
use crate::net::Host;

/// Names that a message lists.
const LISTED: usize = 4;

/// The name of the certificate that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// As it stands in the certificate.
    pub presented: String,
    /// Does it fit as a wildcard only?
    pub wildcard: bool,
}

/// Why no name fits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// It is for others.
    Others(Vec<String>),
    /// It has no alternative names for hosts; the common name would fit, but clients do not look at it.
    CommonNameOnly(String),
    /// It has the address as a DNS name, where no client looks for an address.
    AddressAsName(String),
    /// It names no host.
    Nameless,
}

impl Mismatch {
    /// `is for a.example.org and 3 more names`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Others(names) => {
                let listed: Vec<String> = names
                    .iter()
                    .take(LISTED)
                    .map(|name| display(name))
                    .collect();
                match names.len().saturating_sub(LISTED) {
                    0 => format!("is for {}", listed.join(", ")),
                    more => format!("is for {} and {more} more", listed.join(", ")),
                }
            }
            Self::CommonNameOnly(name) => {
                format!(
                    "has {} as common name only, which clients ignore",
                    shown(name)
                )
            }
            Self::AddressAsName(name) => {
                format!("has {} as a DNS name instead of an address", shown(name))
            }
            Self::Nameless => "names no host".to_owned(),
        }
    }
}

/// Is it for `host`?
pub fn check(certificate: &Certificate, host: &Host) -> Result<Match, Mismatch> {
    let names = certificate.extensions.names.clone().unwrap_or_default();
    if let Some(address) = host.address() {
        if names.ip.contains(&address) {
            return Ok(Match {
                presented: address.to_string(),
                wildcard: false,
            });
        }
    } else {
        let exact = names.dns.iter().find(|name| equal(name, host.name()));
        if let Some(name) =
            exact.or_else(|| names.dns.iter().find(|name| covers(name, host.name())))
        {
            return Ok(Match {
                presented: name.clone(),
                wildcard: name.starts_with('*'),
            });
        }
    }
    let as_name = names.dns.iter().find(|name| equal(name, host.name()));
    if let Some(name) = as_name {
        return Err(Mismatch::AddressAsName(name.clone()));
    }
    let hosts = names.hosts();
    if !hosts.is_empty() {
        return Err(Mismatch::Others(hosts));
    }
    let mut common = certificate.subject.all("CN");
    let fitting = common.find(|name| equal(name, host.name()) || covers(name, host.name()));
    match (fitting, certificate.subject.common_name()) {
        (Some(name), _) => Err(Mismatch::CommonNameOnly(name.to_owned())),
        // A common name that looks like a host is worth telling; "Example Mail Server" is not.
        (None, Some(name)) if name.contains('.') && !name.contains(' ') => {
            Err(Mismatch::Others(vec![name.to_owned()]))
        }
        _ => Err(Mismatch::Nameless),
    }
}

fn equal(presented: &str, wanted: &str) -> bool {
    presented.eq_ignore_ascii_case(wanted)
}

/// `*.example.org` covers `mail.example.org`, neither `a.b.example.org` nor `example.org`.
fn covers(presented: &str, wanted: &str) -> bool {
    let Some(parent) = presented.strip_prefix("*.") else {
        return false;
    };
    let Some((label, rest)) = wanted.split_once('.') else {
        return false;
    };
    // `*.org` would be for everybody.
    parent.contains('.')
        && equal(parent, rest)
        // What a wildcard stands for, and what it stands above, are labels of a host name, no `_service`: a
        // DNS-ID is made of letters, digits and hyphens (RFC 9525 §2, RFC 5890 §2.3.1). OpenSSL reads it so, too.
        && is_letters_digits_hyphens(label)
        && parent.split('.').all(is_whole)
}

fn is_letters_digits_hyphens(label: &str) -> bool {
    !label.is_empty()
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_whole(label: &str) -> bool {
    is_letters_digits_hyphens(label) && !label.starts_with('-') && !label.ends_with('-')
}

/// A presented name for people: A-labels with their meaning.
fn display(name: &str) -> String {
    let (unicode, result) = idna::domain_to_unicode(name);
    if result.is_ok()
        && unicode != name.to_ascii_lowercase()
        && name.to_ascii_lowercase().contains("xn--")
    {
        return format!("{} ({})", shown(name), shown(&unicode));
    }
    shown(name)
}
