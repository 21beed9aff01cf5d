//! `--match` and `--unless`: a field of a mail and what it must look like.
//!
//! `subject=REGEX`, `from=`, `to=`, `header:NAME=`, `body=`. The expression may match anywhere, in
//! upper or lower case as a SEARCH of IMAP would (`(?-i)` tells them apart), and in a body `^` and `$`
//! are the ends of a line. Refused: unknown fields (the error names the known ones), names that no header can have,
//! expressions that do not compile.

use std::str::FromStr;

use regex::{Regex, RegexBuilder};

use super::Message;

/// What is quoted of a match at most.
const EXCERPT: usize = 120;
/// Compiled expressions are a few kilobytes.
const COMPILED: usize = 1 << 20;

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The subject.
    Subject,
    /// The senders, names and addresses.
    From,
    /// The recipients, names and addresses.
    To,
    /// Any other header field, in each of its occurrences.
    Header(String),
    /// The text.
    Body,
}

/// One condition.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Where to look.
    pub field: Field,
    /// What for.
    pub regex: Regex,
}

/// A pattern that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no `=`.
    #[error("{0:?} is not FIELD=REGEX (fields: subject, from, to, header:NAME, body)")]
    NoEquals(String),
    /// The field is none of ours.
    #[error("unknown field {0:?} (known: subject, from, to, header:NAME, body)")]
    UnknownField(String),
    /// `header:` with a name that cannot be.
    #[error("{0:?} is not the name of a header field")]
    NotAName(String),
    /// The expression.
    #[error("regular expression {expression:?}: {why}")]
    Regex {
        /// As it was given.
        expression: String,
        /// On one line.
        why: String,
    },
}

impl FromStr for Field {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let lower = text.trim().to_ascii_lowercase();
        match lower.as_str() {
            "subject" => Ok(Self::Subject),
            "from" => Ok(Self::From),
            "to" => Ok(Self::To),
            "body" => Ok(Self::Body),
            _ => match lower.strip_prefix("header:") {
                Some(name)
                    if !name.is_empty()
                        && name
                            .bytes()
                            .all(|byte| byte.is_ascii_graphic() && byte != b':') =>
                {
                    Ok(Self::Header(name.to_owned()))
                }
                Some(name) => Err(Error::NotAName(name.to_owned())),
                None => Err(Error::UnknownField(text.to_owned())),
            },
        }
    }
}

impl FromStr for Pattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (field, expression) = text
            .split_once('=')
            .ok_or_else(|| Error::NoEquals(text.to_owned()))?;
        let field: Field = field.parse()?;
        let regex = RegexBuilder::new(expression)
            .multi_line(true)
            .case_insensitive(true)
            .size_limit(COMPILED)
            .build()
            .map_err(|error| Error::Regex {
                expression: expression.to_owned(),
                why: why(&error),
            })?;
        Ok(Self { field, regex })
    }
}

/// The last line of regex's drawing says what is wrong.
fn why(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default().trim();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

impl Pattern {
    /// Whether the mail has it, and if so the text to quote: the field, or the line of the body.
    #[must_use]
    pub fn matches(&self, message: &Message<'_>) -> Option<String> {
        match &self.field {
            Field::Subject => self.in_fields(message, "Subject"),
            Field::From => self.in_fields(message, "From"),
            Field::To => self.in_fields(message, "To"),
            Field::Header(name) => self.in_fields(message, name),
            Field::Body => {
                let text = message.text();
                let found = self.regex.find(&text)?;
                let start = text
                    .get(..found.start())?
                    .rfind('\n')
                    .map_or(0, |at| at + 1);
                let line = text.get(start..)?.trim_start().lines().next();
                Some(excerpt(line.unwrap_or_default()))
            }
        }
    }

    fn in_fields(&self, message: &Message<'_>, name: &str) -> Option<String> {
        message
            .fields(name)
            .find(|value| self.regex.is_match(value))
            .map(|value| excerpt(&value))
    }

    /// Pieces of plain text that all stand in every match, of whatever case: for a server to search
    /// by before we look ourselves. None where the expression leaves open what must stand there.
    ///
    /// Only letters, digits and `-._@` count, so that neither folding nor quoting comes between. Who
    /// writes `\u{212a}` for a K or `\u{17f}` for an s matches and may not be found by it.
    #[must_use]
    pub fn required_texts(&self) -> Vec<String> {
        let mut texts = self.plain_runs().unwrap_or_default();
        texts.retain(|text| text.len() >= 3);
        texts
    }

    /// The runs of plain characters; `None` where none of them need stand in a match.
    fn plain_runs(&self) -> Option<Vec<String>> {
        let expression = self.regex.as_str();
        let expression = ["(?i)", "(?-i)"]
            .iter()
            .find_map(|flag| expression.strip_prefix(flag))
            .unwrap_or(expression);
        if expression.contains(['|', '(', ')', '[', ']', '{', '}']) {
            return None;
        }
        let mut runs = vec![String::new()];
        let mut chars = expression.chars();
        let mut repeated = false;
        while let Some(c) = chars.next() {
            // `d+*` is `(?:d+)*`: what the plus demands, the star takes back.
            if std::mem::replace(&mut repeated, c == '+') && matches!(c, '*' | '?') {
                return None;
            }
            let literal = match c {
                '\\' => match chars.next() {
                    Some(escaped) if is_plain(escaped) && !escaped.is_alphanumeric() => {
                        Some(escaped)
                    }
                    Some('.') => Some('.'),
                    // `\d`, `\b`, `\pL`, `\x41`: what follows may be part of it.
                    Some(class) if class.is_alphanumeric() => {
                        if !matches!(
                            class,
                            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' | 'A' | 'z'
                        ) {
                            return None;
                        }
                        None
                    }
                    _ => None,
                },
                // What stands before it need not be there.
                '*' | '?' => {
                    runs.last_mut().and_then(String::pop);
                    None
                }
                '.' => None,
                c if is_plain(c) => Some(c),
                _ => None,
            };
            match (literal, runs.last_mut()) {
                (Some(c), Some(run)) => run.push(c),
                _ => runs.push(String::new()),
            }
        }
        Some(runs)
    }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '@')
}

fn excerpt(text: &str) -> String {
    let mut out: String = text.chars().take(EXCERPT).collect();
    if text.chars().nth(EXCERPT).is_some() {
        out.push_str("...");
    }
    out.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MAIL: &[u8] = b"Subject: =?utf-8?q?Backup_srv3_fehlgeschlagen:_M=C3=BCll?=\r\n\
        From: \"Backup, nightly\" <backup@example.org>\r\nTo: ops@example.test\r\n\
        X-Job: srv1\r\nX-Job: srv3\r\n\r\nfirst\r\n  12 files, 0 errors\r\nlast\r\n";

    fn pattern(text: &str) -> Pattern {
        text.parse().unwrap()
    }

    #[test]
    fn each_field_is_decoded_and_quoted() {
        let message = Message::parse(MAIL);
        for (text, want) in [
            (
                "subject=^Backup srv3 .*: Müll$",
                Some("Backup srv3 fehlgeschlagen: Müll"),
            ),
            (
                "SUBJECT=backup SRV3 .* mÜLL$",
                Some("Backup srv3 fehlgeschlagen: Müll"),
            ),
            (
                "subject=(?-i)Backup",
                Some("Backup srv3 fehlgeschlagen: Müll"),
            ),
            ("subject=(?-i)backup", None),
            (
                "from=backup@example\\.org",
                Some("Backup, nightly <backup@example.org>"),
            ),
            ("to=ops@", Some("ops@example.test")),
            ("header:x-job=^srv3$", Some("srv3")),
            ("header:X-Job=srv2", None),
            ("header:x-none=", None),
            ("body=\\b0 errors$", Some("12 files, 0 errors")),
            ("body=^last", Some("last")),
            ("body=files=0", None),
        ] {
            assert_eq!(pattern(text).matches(&message).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, want) in [
            ("backup", "fields: subject, from, to, header:NAME, body"),
            ("sbuject=x", "unknown field \"sbuject\""),
            ("header:=x", "is not the name"),
            ("header:a b=x", "is not the name"),
            ("subject=(", "unclosed group"),
            ("subject=\\w{1000}{1000}", "size limit"),
        ] {
            let error = text.parse::<Pattern>().unwrap_err().to_string();
            assert!(error.contains(want) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn an_excerpt_is_short_and_on_one_line() {
        let mail = [b"Subject: ".as_slice(), &b"x".repeat(500), b"\r\n\r\na\tb"].concat();
        let message = Message::parse(&mail);
        assert_eq!(
            pattern("subject=x").matches(&message).unwrap().len(),
            EXCERPT + 3
        );
        assert_eq!(pattern("body=a").matches(&message).as_deref(), Some("a b"));
    }

    #[test]
    fn what_a_server_can_search_by() {
        let table: [(&str, &[&str]); 14] = [
            ("backup .* ok", &["backup"]),
            (
                "(?i)Backup srv3\\.example\\.org",
                &["Backup", "srv3.example.org"],
            ),
            ("(?-i)Backup", &["Backup"]),
            ("a(?-i)Backup", &[]),
            ("^\\[cron\\] nightly", &[]),
            ("colou?r of", &["colo"]),
            ("a.b", &[]),
            ("yes|no", &[]),
            ("x*abc+d", &["abc"]),
            ("abc+*d", &[]),
            ("\\bdone\\b", &["done"]),
            ("\\x41bcdef", &[]),
            ("Müller", &["ller"]),
            ("", &[]),
        ];
        for (expression, want) in table {
            let found = pattern(&format!("subject={expression}")).required_texts();
            assert_eq!(found, want, "{expression}");
        }
    }

    proptest! {
        /// Whatever matches has the required text in it, in whatever case.
        #[test]
        fn required_text_is_required(
            flag in prop::sample::select(vec!["", "(?i)", "(?-i)"]),
            expression in "[abAB.*+?^$ \\\\dDwb-]{0,8}",
            text in "[abAB1 .-]{0,12}",
        ) {
            let expression = format!("{flag}{expression}");
            if let Ok(pattern) = format!("subject={expression}").parse::<Pattern>()
                && let Some(required) = pattern.plain_runs()
                && pattern.regex.is_match(&text)
            {
                let text = text.to_ascii_lowercase();
                for run in required {
                    let run = run.to_ascii_lowercase();
                    prop_assert!(text.contains(&run), "{expression:?} {text:?} {run:?}");
                }
            }
        }
    }
}
