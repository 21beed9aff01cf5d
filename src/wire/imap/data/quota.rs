//! Quotas: how much a root may hold and holds (RFC 2087, RFC 9208).

use super::super::token::Token;
use super::mailbox::MailboxName;

/// One resource of a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// In upper case: STORAGE (in units of 1024 octets), MESSAGE, MAILBOX, ANNOTATION-STORAGE.
    pub name: String,
    /// What is used.
    pub usage: u64,
    /// What is allowed.
    pub limit: u64,
}

/// A root and its resources; no resources mean no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The name of the root; often empty.
    pub root: String,
    /// What is limited.
    pub resources: Vec<Resource>,
}

impl Quota {
    pub(super) fn parse(rest: &[Token<'_>]) -> Option<Self> {
        let [root, resources, ..] = rest else {
            return None;
        };
        let resources = resources
            .list()?
            .chunks_exact(3)
            .map(|resource| match resource {
                [name, usage, limit] => Some(Resource {
                    name: name.text()?.to_ascii_uppercase(),
                    usage: usage.number()?,
                    limit: limit.number()?,
                }),
                _ => None,
            });
        Some(Self {
            root: root.text()?,
            resources: resources.collect::<Option<_>>()?,
        })
    }

    /// A resource by name.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources
            .iter()
            .find(|resource| resource.name.eq_ignore_ascii_case(name))
    }
}

/// Which roots a mailbox counts towards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaRoot {
    /// The mailbox.
    pub mailbox: MailboxName,
    /// Its roots.
    pub roots: Vec<String>,
}

impl QuotaRoot {
    pub(super) fn parse(rest: &[Token<'_>]) -> Option<Self> {
        let (mailbox, roots) = rest.split_first()?;
        Some(Self {
            mailbox: MailboxName(mailbox.bytes()?.to_vec()),
            roots: roots.iter().map(Token::text).collect::<Option<_>>()?,
        })
    }
}
