//! Flags of messages and attributes of mailboxes (RFC 3501 §2.3.2 and §7.2.2, RFC 6154), compared
//! without regard to case.

/// A list of flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags(Vec<String>);

impl Flags {
    /// From the words of the server.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        Self(words.into_iter().collect())
    }

    /// Is it among them? The backslash of `\Seen` is part of the name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|flag| flag.eq_ignore_ascii_case(name))
    }

    /// Has somebody read the message?
    #[must_use]
    pub fn seen(&self) -> bool {
        self.has("\\Seen")
    }

    /// Is the message marked for removal?
    #[must_use]
    pub fn deleted(&self) -> bool {
        self.has("\\Deleted")
    }

    /// Can the mailbox not be selected (RFC 5258 `\NonExistent` implies it)?
    #[must_use]
    pub fn no_select(&self) -> bool {
        self.has("\\Noselect") || self.has("\\NonExistent")
    }

    /// As the server writes them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter() {
        let flags = Flags::new(["\\SEEN", "$Junk", "\\NonExistent"].map(str::to_owned));
        assert!(flags.seen() && flags.no_select() && !flags.deleted());
        assert!(flags.has("$junk") && !flags.has("junk"));
        assert_eq!(flags.iter().count(), 3);
    }
}
