//! What a server offers in its reply to EHLO or LHLO (RFC 5321 §4.1.1.1).
//!
//! Keywords are compared without regard to case. Quirk `auth=`: `AUTH=LOGIN PLAIN` beside or instead
//! of `AUTH LOGIN PLAIN` (Exchange 5.5, Postfix's `broken_sasl_auth_clients`).

use super::Reply;

/// The extensions of a server, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// The name by which the server greets.
    pub domain: String,
    list: Vec<(String, String)>,
}

impl Capabilities {
    /// Reads the reply to EHLO.
    #[must_use]
    pub fn read(reply: &Reply) -> Self {
        let mut lines = reply
            .lines
            .iter()
            .map(|line| String::from_utf8_lossy(line).trim().to_owned());
        let first = lines.next().unwrap_or_default();
        let domain = first.split(' ').next().unwrap_or_default().to_owned();
        let list = lines
            .filter(|line| !line.is_empty())
            .map(|line| {
                let (keyword, value) = line.split_once([' ', '=']).unwrap_or((&line, ""));
                (keyword.to_ascii_uppercase(), value.trim().to_owned())
            })
            .collect();
        Self { domain, list }
    }

    /// Is the extension offered?
    #[must_use]
    pub fn has(&self, keyword: &str) -> bool {
        self.value(keyword).is_some()
    }

    /// Is this offered, a keyword or a keyword with parameters: `AUTH PLAIN`, `SIZE 1000`? Each
    /// parameter must stand there as a word.
    #[must_use]
    pub fn offers(&self, wanted: &str) -> bool {
        let mut words = wanted
            .split([' ', '\t', '='])
            .filter(|word| !word.is_empty());
        let Some(keyword) = words.next() else {
            return false;
        };
        let said: Vec<&str> = self
            .list
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(keyword))
            .flat_map(|(_, value)| value.split_ascii_whitespace())
            .collect();
        self.has(keyword) && words.all(|word| said.iter().any(|it| it.eq_ignore_ascii_case(word)))
    }

    /// The parameters of an extension; empty when it has none.
    #[must_use]
    pub fn value(&self, keyword: &str) -> Option<&str> {
        self.list
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(keyword))
            .map(|(_, value)| value.as_str())
    }

    /// The SASL mechanisms offered, upper case, each once (RFC 4954 §3).
    #[must_use]
    pub fn mechanisms(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for (_, value) in self.list.iter().filter(|(keyword, _)| keyword == "AUTH") {
            for name in value.split_ascii_whitespace().map(str::to_ascii_uppercase) {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        found
    }

    /// The largest message in bytes, when the server says one (RFC 1870 §3; 0 is "no limit").
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.value("SIZE")?.split(' ').next()?.parse().ok()
    }

    /// All of them, as the server wrote them.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.list
            .iter()
            .map(|(keyword, value)| {
                if value.is_empty() {
                    keyword.clone()
                } else {
                    format!("{keyword} {value}")
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Capabilities {
        let lines = lines.iter().map(|line| line.as_bytes().to_vec()).collect();
        Capabilities::read(&Reply {
            code: 250,
            lines,
            mixed: None,
            bare_lf: false,
        })
    }

    #[test]
    fn reads_keywords_whatever_their_case() {
        let offered = read(&[
            "mail.example.org Hello [192.0.2.1]",
            "starttls",
            "SIZE 52428800",
            "8BITMIME",
        ]);
        assert_eq!(offered.domain, "mail.example.org");
        assert!(offered.has("STARTTLS") && offered.has("8bitmime") && !offered.has("DSN"));
        assert_eq!(offered.size(), Some(52_428_800));
        assert_eq!(read(&["x", "SIZE"]).size(), None);
    }

    #[test]
    fn keywords_with_parameters_are_looked_for_word_by_word() {
        let offered = read(&["x", "AUTH PLAIN", "AUTH=LOGIN", "SIZE 1000", "DSN"]);
        for wanted in [
            "dsn",
            "AUTH",
            "auth plain",
            "AUTH LOGIN  PLAIN",
            "AUTH=PLAIN",
            "SIZE 1000",
        ] {
            assert!(offered.offers(wanted), "{wanted}");
        }
        for wanted in ["", " ", "AUTH CRAM-MD5", "AUTH PLAI", "SIZE 100", "DSN x"] {
            assert!(!offered.offers(wanted), "{wanted}");
        }
    }

    #[test]
    fn mechanisms_of_both_spellings_once_each() {
        let offered = read(&["x", "AUTH PLAIN login", "AUTH=LOGIN PLAIN CRAM-MD5"]);
        assert_eq!(offered.mechanisms(), ["PLAIN", "LOGIN", "CRAM-MD5"]);
    }
}
