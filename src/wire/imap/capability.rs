//! What the server says it can do (RFC 3501 §7.2.1); it differs before TLS, after TLS and after the
//! login. Unknown names are kept; what is beyond 1000 names is not seen.

const NAMES: usize = 1000;

/// The capabilities of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    names: Vec<String>,
}

impl Capabilities {
    /// Reads names with blanks between them: the rest of `* CAPABILITY`, or the args of its code.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        Self {
            names: String::from_utf8_lossy(text)
                .split_ascii_whitespace()
                .take(NAMES)
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Is this one on offer, in any case?
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The names as the server writes them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Did the server name none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The SASL mechanisms: `AUTH=PLAIN` and so on.
    #[must_use]
    pub fn sasl(&self) -> Vec<&str> {
        self.values("AUTH").collect()
    }

    /// STARTTLS.
    #[must_use]
    pub fn starttls(&self) -> bool {
        self.has("STARTTLS")
    }

    /// LOGINDISABLED: LOGIN must not be sent now (RFC 3501 §6.2.3).
    #[must_use]
    pub fn login_disabled(&self) -> bool {
        self.has("LOGINDISABLED")
    }

    /// SASL-IR: AUTHENTICATE takes an initial response (RFC 4959; part of IMAP4rev2).
    #[must_use]
    pub fn sasl_ir(&self) -> bool {
        self.has("SASL-IR") || self.has("IMAP4rev2")
    }

    /// QUOTA, alone or with its resources (RFC 2087, RFC 9208).
    #[must_use]
    pub fn quota(&self) -> bool {
        self.has("QUOTA") || self.values("QUOTA").next().is_some()
    }

    /// UTF8=ACCEPT or UTF8=ONLY (RFC 6855).
    #[must_use]
    pub fn utf8(&self) -> bool {
        self.values("UTF8").next().is_some()
    }

    fn values(&self, wanted: &str) -> impl Iterator<Item = &str> {
        self.names().filter_map(move |entry| {
            let (name, value) = entry.split_once('=')?;
            name.eq_ignore_ascii_case(wanted).then_some(value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_mechanisms() {
        let capabilities = Capabilities::parse(
            b"IMAP4rev1 starttls LOGINDISABLED AUTH=PLAIN auth=scram-sha-256 QUOTA=RES-STORAGE UTF8=ACCEPT SASL-IR",
        );
        assert!(capabilities.has("imap4REV1") && capabilities.starttls());
        assert!(capabilities.login_disabled() && capabilities.sasl_ir());
        assert!(capabilities.quota() && capabilities.utf8());
        assert_eq!(capabilities.sasl(), ["PLAIN", "scram-sha-256"]);
        assert!(!capabilities.has("AUTH") && !capabilities.is_empty());
        let none = Capabilities::parse(b"");
        assert!(none.is_empty() && !none.quota() && !none.utf8());
        assert_eq!(none.names().count(), 0);
    }
}
