//! Envelope addresses as they stand in MAIL and RCPT (RFC 5321 §4.1.2, RFC 6531 §3.3).

/// An address between angle brackets, `<>` for the empty reverse-path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(String);

/// Why an address cannot stand in an envelope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no mail address: it holds a blank, a bracket or a control character")]
pub struct PathError(String);

impl Path {
    /// Takes `user@example.org` with or without angle brackets, and the empty reverse-path.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let bare = text.trim().trim_start_matches('<').trim_end_matches('>');
        let quoted = bare.starts_with('"');
        let bad = |c: char| c.is_control() || matches!(c, '<' | '>') || (c == ' ' && !quoted);
        if bare.contains(bad) || bare.len() > 512 {
            return Err(PathError(
                text.chars().filter(|c| !c.is_control()).take(80).collect(),
            ));
        }
        Ok(Self(bare.to_owned()))
    }

    /// The address without brackets.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0
    }

    /// Needs SMTPUTF8 (RFC 6531)?
    #[must_use]
    pub fn is_international(&self) -> bool {
        !self.0.is_ascii()
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_optional_and_control_characters_refused() {
        assert_eq!(
            Path::parse("a@example.org").unwrap().to_string(),
            "<a@example.org>"
        );
        assert_eq!(
            Path::parse("<a@example.org>").unwrap().to_string(),
            "<a@example.org>"
        );
        assert_eq!(Path::parse("<>").unwrap().to_string(), "<>");
        assert_eq!(Path::parse("").unwrap().to_string(), "<>");
        assert_eq!(
            Path::parse("\"a b\"@example.org").unwrap().address(),
            "\"a b\"@example.org"
        );
        assert!(Path::parse("a@example.org> SIZE=1").is_err());
        assert!(Path::parse("a@example.org\r\nDATA").is_err());
    }
}
