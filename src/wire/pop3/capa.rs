//! What the server says it can do: CAPA (RFC 2449 §5 and §6, RFC 2595 §4, RFC 5034 §6).
//!
//! Unknown capabilities are kept by name. Nothing is refused: a line that makes no sense is a
//! capability with an odd name.

/// How long to wait between logins (RFC 2449 §6.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginDelay {
    /// Seconds.
    pub seconds: u64,
    /// `USER`: it may differ once the user is known.
    pub per_user: bool,
}

/// How long the server keeps mail (RFC 2449 §6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expire {
    /// Days; `None` is `NEVER`.
    pub days: Option<u64>,
    /// `USER`: it may differ once the user is known.
    pub per_user: bool,
}

/// The capabilities of one moment: before TLS, after TLS, after the login.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    entries: Vec<(String, Vec<String>)>,
}

impl Capabilities {
    /// Reads what a [`Collector`](super::Collector) gathered after CAPA.
    #[must_use]
    pub fn parse(lines: &[u8]) -> Self {
        let text = String::from_utf8_lossy(lines);
        let entries = text
            .lines()
            .filter_map(|line| {
                let mut words = line.split_ascii_whitespace();
                let name = words.next()?.to_ascii_uppercase();
                Some((name, words.map(str::to_owned).collect()))
            })
            .collect();
        Self { entries }
    }

    /// Is this one on offer? A name followed by an argument (`SASL PLAIN`) asks for that argument.
    #[must_use]
    pub fn has(&self, wanted: &str) -> bool {
        let mut words = wanted.split_ascii_whitespace();
        let Some(name) = words.next() else {
            return false;
        };
        let given: Vec<&str> = self.arguments(name).collect();
        self.find(name).next().is_some()
            && words.all(|word| given.iter().any(|given| given.eq_ignore_ascii_case(word)))
    }

    /// The names in the order of the server, in upper case.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_str())
    }

    /// The capabilities with their arguments, in the order of the server: `SASL PLAIN LOGIN`.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.entries.iter().map(|(name, arguments)| {
            let mut words = vec![name.as_str()];
            words.extend(arguments.iter().map(String::as_str));
            words.join(" ")
        })
    }

    /// STLS: TLS can be started.
    #[must_use]
    pub fn stls(&self) -> bool {
        self.has("STLS")
    }

    /// TOP: headers can be read without marking a message as read.
    #[must_use]
    pub fn top(&self) -> bool {
        self.has("TOP")
    }

    /// UIDL: messages have lasting names.
    #[must_use]
    pub fn uidl(&self) -> bool {
        self.has("UIDL")
    }

    /// USER: a name and a password in clear are accepted now.
    #[must_use]
    pub fn user(&self) -> bool {
        self.has("USER")
    }

    /// RESP-CODES: brackets at the start of a text are codes.
    #[must_use]
    pub fn resp_codes(&self) -> bool {
        self.has("RESP-CODES")
    }

    /// The SASL mechanisms, as the server writes them.
    #[must_use]
    pub fn sasl(&self) -> Vec<&str> {
        self.arguments("SASL").collect()
    }

    /// LOGIN-DELAY.
    #[must_use]
    pub fn login_delay(&self) -> Option<LoginDelay> {
        let mut words = self.arguments("LOGIN-DELAY");
        Some(LoginDelay {
            seconds: words.next()?.parse().ok()?,
            per_user: words.any(|word| word.eq_ignore_ascii_case("USER")),
        })
    }

    /// EXPIRE.
    #[must_use]
    pub fn expire(&self) -> Option<Expire> {
        let mut words = self.arguments("EXPIRE");
        let days = match words.next()? {
            never if never.eq_ignore_ascii_case("NEVER") => None,
            days => Some(days.parse().ok()?),
        };
        Some(Expire {
            days,
            per_user: words.any(|word| word.eq_ignore_ascii_case("USER")),
        })
    }

    /// IMPLEMENTATION: what the server is.
    #[must_use]
    pub fn implementation(&self) -> Option<String> {
        self.find("IMPLEMENTATION")
            .next()
            .map(|words| words.join(" "))
    }

    fn find(&self, name: &str) -> impl Iterator<Item = &[String]> {
        self.entries
            .iter()
            .filter(move |(entry, _)| entry.eq_ignore_ascii_case(name))
            .map(|(_, words)| words.as_slice())
    }

    fn arguments(&self, name: &str) -> impl Iterator<Item = &str> {
        self.find(name).flatten().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_2449_section_5() {
        let capa = Capabilities::parse(
            b"TOP\r\nUSER\r\nSASL CRAM-MD5 KERBEROS_V4\r\nRESP-CODES\r\nLOGIN-DELAY 900\r\n\
              PIPELINING\r\nEXPIRE 60\r\nUIDL\r\nIMPLEMENTATION Shlemazle-Plotz-v302\r\n",
        );
        assert!(capa.top() && capa.user() && capa.resp_codes() && capa.uidl() && !capa.stls());
        assert_eq!(capa.sasl(), ["CRAM-MD5", "KERBEROS_V4"]);
        assert_eq!(
            capa.login_delay(),
            Some(LoginDelay {
                seconds: 900,
                per_user: false
            })
        );
        assert_eq!(
            capa.expire(),
            Some(Expire {
                days: Some(60),
                per_user: false
            })
        );
        assert_eq!(
            capa.implementation().as_deref(),
            Some("Shlemazle-Plotz-v302")
        );
        assert!(capa.has("pipelining") && capa.has("SASL cram-md5"));
        assert!(!capa.has("SASL PLAIN") && !capa.has("") && !capa.has("PIPE"));
        assert_eq!(capa.names().count(), 9);
    }

    #[test]
    fn forms_that_servers_vary() {
        let capa = Capabilities::parse(
            b"stls\r\nSASL\r\nSASL PLAIN\r\nSASL LOGIN\r\nLOGIN-DELAY 480 USER\r\nEXPIRE NEVER\r\n\
              IMPLEMENTATION Dovecot  2.3\r\n\r\n\xff\xfe\r\n",
        );
        assert!(capa.stls() && capa.has("SASL"));
        assert_eq!(capa.sasl(), ["PLAIN", "LOGIN"]);
        assert!(capa.login_delay().is_some_and(|delay| delay.per_user));
        assert!(capa.expire().is_some_and(|expire| expire.days.is_none()));
        assert_eq!(capa.implementation().as_deref(), Some("Dovecot 2.3"));
        for (line, want) in [
            ("EXPIRE 0", true),
            ("EXPIRE soon", false),
            ("EXPIRE", false),
        ] {
            let capa = Capabilities::parse(line.as_bytes());
            assert_eq!(capa.expire().is_some(), want, "{line}");
        }
        assert_eq!(Capabilities::parse(b"").names().count(), 0);
    }
}
