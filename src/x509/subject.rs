//! Distinguished names (RFC 5280 §4.1.2.4) as people read them: the common name first.

use std::fmt;

use super::der::{Element, Reader, oid, tag, text};

/// Attributes of one name that are read; nobody has more.
const ATTRIBUTES: usize = 64;
/// Characters of one attribute that are shown.
const SHOWN: usize = 120;

/// The subject or issuer of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Short attribute name (or dotted OID) and value, in the certificate's order. Foreign text, not cleaned.
    pub attributes: Vec<(String, String)>,
    raw: Vec<u8>,
}

impl Name {
    pub(super) fn read(name: Element<'_>) -> Self {
        let mut attributes = Vec::new();
        for pair in name
            .inside()
            .filter(|set| set.tag == tag::SET)
            .flat_map(|set| set.inside())
        {
            let mut pair = pair.inside();
            let Some(kind) = pair.tagged(tag::OID).and_then(|kind| oid(kind.value)) else {
                continue;
            };
            let Some(value) = pair.next() else { continue };
            attributes.push((
                short(&kind).map_or(kind.clone(), str::to_owned),
                text(value.tag, value.value),
            ));
            if attributes.len() >= ATTRIBUTES {
                break;
            }
        }
        Self {
            attributes,
            raw: name.whole.to_vec(),
        }
    }

    /// DER, as it stands in the certificate.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.raw
    }

    /// Does it name nobody?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Reader::new(&self.raw)
            .next()
            .is_none_or(|name| name.value.is_empty())
    }

    /// The common name; the last one, which is the most specific, when there are several.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.all("CN").last()
    }

    /// All values of an attribute: `CN`, `O`, `OU`, ...
    pub fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |(name, _)| name == kind)
            .map(|(_, value)| value.as_str())
    }

    /// A few words for it: the common name, else unit or organisation, else whatever there is.
    #[must_use]
    pub fn brief(&self) -> String {
        let best = self
            .common_name()
            .or_else(|| self.all("OU").last())
            .or_else(|| self.all("O").last())
            .or_else(|| self.attributes.last().map(|(_, value)| value.as_str()));
        best.map_or_else(|| "a nameless subject".to_owned(), shown)
    }
}

/// `CN=mail.example.org, O=Example, C=NO`: the common name first, the rest from the most specific on.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (common, rest): (Vec<_>, Vec<_>) = self
            .attributes
            .iter()
            .rev()
            .partition(|(kind, _)| kind == "CN");
        for (index, (kind, value)) in common.into_iter().chain(rest).enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{kind}={}", shown(value))?;
        }
        Ok(())
    }
}

/// One line, bounded.
pub(super) fn shown(text: &str) -> String {
    use crate::report::sanitize::{cut, printable};
    // Cut before cleaning too: a name of a megabyte is not worth the walk.
    cut(
        printable(&text.chars().take(4 * SHOWN).collect::<String>()),
        SHOWN,
    )
}

fn short(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.15" => "businessCategory",
        "2.5.4.17" => "postalCode",
        "2.5.4.42" => "GN",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => return None,
    })
}
