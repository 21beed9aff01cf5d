//! One question: an absolute name in A-labels (RFC 5890) and the type of records wanted.
//!
//! Refused: empty names and labels, names that are too long for the wire, and any character that no host, domain or service
//! label has (RFC 1123 §2.1, with the underscore of RFC 8552).

use std::fmt;

use hickory_resolver::proto::rr::{Name, RecordType};

use super::{Error, Outcome};

/// The types of records this module asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// An alias itself, not what it stands for.
    Cname,
    /// Mail exchangers.
    Mx,
    /// Certificates of a port (RFC 6698).
    Tlsa,
    /// Texts.
    Txt,
    /// The head of a zone.
    Soa,
}

impl Kind {
    pub(super) fn record_type(self) -> RecordType {
        match self {
            Kind::A => RecordType::A,
            Kind::Aaaa => RecordType::AAAA,
            Kind::Cname => RecordType::CNAME,
            Kind::Mx => RecordType::MX,
            Kind::Tlsa => RecordType::TLSA,
            Kind::Txt => RecordType::TXT,
            Kind::Soa => RecordType::SOA,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::A => "A",
            Kind::Aaaa => "AAAA",
            Kind::Cname => "CNAME",
            Kind::Mx => "MX",
            Kind::Tlsa => "TLSA",
            Kind::Txt => "TXT",
            Kind::Soa => "SOA",
        })
    }
}

/// A question that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    name: Name,
    kind: Kind,
    /// How messages show the name, when it holds a secret.
    shown: Option<String>,
}

impl Question {
    /// Asks for `kind` at `name`, in whatever script it is written, with or without the final dot.
    ///
    /// # Errors
    /// [`Outcome::BadName`] when no such name can be asked for.
    pub fn new(name: &str, kind: Kind) -> Result<Self, Error> {
        let refused = |why: &str| {
            let shown: String = name.chars().take(80).collect();
            Err(Error {
                question: format!("{kind} of {shown}"),
                server: None,
                outcome: Outcome::BadName(why.to_owned()),
            })
        };
        let relative = name.strip_suffix('.').unwrap_or(name);
        if relative.is_empty() {
            return refused("it is empty");
        }
        let ascii = if relative.is_ascii() {
            relative.to_ascii_lowercase()
        } else {
            match idna::domain_to_ascii(relative) {
                Ok(ascii) => ascii,
                Err(_) => return refused("it cannot be written in A-labels"),
            }
        };
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !ascii.chars().all(known) {
            return refused("it has a character that no domain name has");
        }
        match Name::from_ascii(format!("{ascii}.")) {
            Ok(name) => Ok(Question {
                name,
                kind,
                shown: None,
            }),
            Err(_) => refused("a label is empty or too long"),
        }
    }

    /// The head of the root zone.
    pub(super) fn root() -> Self {
        Question {
            name: Name::root(),
            kind: Kind::Soa,
            shown: None,
        }
    }

    /// The same question, whose name holds a secret (a blocklist's access key): `shown` stands for it in every message.
    #[must_use]
    pub fn shown_as(mut self, shown: impl Into<String>) -> Self {
        self.shown = Some(shown.into());
        self
    }

    /// May letters be written as capitals? Not in a secret: a server that quotes it would not be recognised.
    pub(super) fn may_be_respelled(&self) -> bool {
        self.shown.is_none()
    }

    /// The type of records wanted.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The name asked for, without its final dot, as messages show it.
    #[must_use]
    pub fn host(&self) -> String {
        self.shown.clone().unwrap_or_else(|| text(&self.name))
    }

    pub(super) fn name(&self) -> &Name {
        &self.name
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shown {
            Some(shown) => write!(f, "{} of {shown}", self.kind),
            None => write!(f, "{} of {}", self.kind, self.host()),
        }
    }
}

/// A name from the wire as text: lower case, odd bytes escaped, no final dot; the root is empty.
pub(super) fn text(name: &Name) -> String {
    let mut text = name.to_ascii().to_ascii_lowercase();
    if text.ends_with('.') && !text.ends_with("\\.") {
        text.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> String {
        Question::new(name, Kind::Mx).unwrap().host()
    }

    #[test]
    fn names_are_absolute_and_in_a_labels() {
        assert_eq!(host("Example.ORG"), "example.org");
        assert_eq!(host("example.org."), "example.org");
        assert_eq!(host("bücher.example"), "xn--bcher-kva.example");
        assert_eq!(host("_25._tcp.mx.example.org"), "_25._tcp.mx.example.org");
        assert!(
            Question::new("example.org", Kind::Mx)
                .unwrap()
                .name()
                .is_fqdn()
        );
    }

    #[test]
    fn what_is_no_name_is_refused_with_the_reason() {
        let say = |name: &str| Question::new(name, Kind::Mx).unwrap_err().to_string();
        assert_eq!(say(""), "cannot ask for MX of : it is empty");
        assert_eq!(say("."), "cannot ask for MX of .: it is empty");
        assert_eq!(
            say("a..b"),
            "cannot ask for MX of a..b: a label is empty or too long"
        );
        for bad in [
            "user@example.org",
            "a b",
            "a\nb",
            "[192.0.2.1]",
            "a/b",
            &"x".repeat(64),
            &"a.".repeat(200),
        ] {
            assert!(Question::new(bad, Kind::A).is_err(), "{bad:?}");
        }
    }
}
