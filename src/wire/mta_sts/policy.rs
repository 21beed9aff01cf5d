//! The policy (RFC 8461 §3.2): lines of `key: value`, ended by CRLF or LF.

use std::fmt;

/// A year and a bit: the longest `max_age` (§3.2).
pub const LONGEST_AGE: u64 = 31_557_600;
/// More patterns than any domain has exchangers.
const MOST_PATTERNS: usize = 256;
/// What is said about a policy is for people.
const MOST_REMARKS: usize = 16;

/// What senders do when an exchanger does not hold to the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They do not deliver.
    Enforce,
    /// They deliver and report.
    Testing,
    /// There is no policy any more.
    None,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enforce => "enforce",
            Self::Testing => "testing",
            Self::None => "none",
        })
    }
}

/// A policy that senders can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What senders do.
    pub mode: Mode,
    /// For how many seconds they remember it.
    pub max_age: u64,
    /// The exchangers: names, or `*.` and a domain. Lower case.
    pub mx: Vec<String>,
    /// What senders pass over.
    pub remarks: Vec<Remark>,
}

/// Something in a policy that is not refused and yet hardly meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A field nobody knows.
    UnknownField(String),
    /// A field for the second time: the first counts.
    Repeated(&'static str),
    /// A pattern that matches no host name.
    Pattern(String),
    /// A line that is empty.
    BlankLine,
    /// More patterns than are looked at.
    TooMany,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField(name) => write!(f, "unknown field \"{name}\""),
            Self::Repeated(name) => write!(f, "{name} for the second time, the first counts"),
            Self::Pattern(text) => write!(f, "mx \"{text}\" matches no host name"),
            Self::BlankLine => f.write_str("a blank line"),
            Self::TooMany => write!(f, "more than {MOST_PATTERNS} mx"),
        }
    }
}

/// Why senders cannot use a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not text.
    #[error("it is not text")]
    NotText,
    /// A line without a colon.
    #[error("line {0} (\"{1}\") is no field")]
    Line(usize, String),
    /// A field that must be there.
    #[error("it has no {0}")]
    Missing(&'static str),
    /// Another version.
    #[error("its version is \"{0}\", not STSv1")]
    Version(String),
    /// A mode nobody knows.
    #[error("its mode is \"{0}\", not enforce, testing or none")]
    Mode(String),
    /// An age that is no number.
    #[error("its max_age \"{0}\" is not a number of seconds up to {LONGEST_AGE}")]
    Age(String),
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// When senders cannot use it.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        let text = std::str::from_utf8(bytes).map_err(|_| PolicyError::NotText)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let mut remarks = Vec::new();
        let mut remark = |what: Remark| {
            if remarks.len() < MOST_REMARKS && !remarks.contains(&what) {
                remarks.push(what);
            }
        };
        let (mut version, mut mode, mut max_age) = (None, None, None);
        let mut mx: Vec<String> = Vec::new();
        for (number, line) in text.split('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.trim_ascii().is_empty() {
                remark(Remark::BlankLine);
                continue;
            }
            let Some((name, value)) = line.split_once(':') else {
                return Err(PolicyError::Line(number + 1, brief(line)));
            };
            let value = value.trim_matches([' ', '\t']);
            // Names and values are case-sensitive (§3.2).
            let (slot, known) = match name {
                "version" => (&mut version, "version"),
                "mode" => (&mut mode, "mode"),
                "max_age" => (&mut max_age, "max_age"),
                "mx" => {
                    if mx.len() >= MOST_PATTERNS {
                        remark(Remark::TooMany);
                    } else {
                        let pattern = value.to_ascii_lowercase();
                        if !is_pattern(&pattern) {
                            remark(Remark::Pattern(brief(value)));
                        }
                        mx.push(pattern);
                    }
                    continue;
                }
                other => {
                    remark(Remark::UnknownField(brief(other)));
                    continue;
                }
            };
            if slot.is_some() {
                remark(Remark::Repeated(known));
            } else {
                *slot = Some(value);
            }
        }
        match version {
            None => return Err(PolicyError::Missing("version")),
            Some("STSv1") => {}
            Some(other) => return Err(PolicyError::Version(brief(other))),
        }
        let mode = match mode {
            None => return Err(PolicyError::Missing("mode")),
            Some("enforce") => Mode::Enforce,
            Some("testing") => Mode::Testing,
            Some("none") => Mode::None,
            Some(other) => return Err(PolicyError::Mode(brief(other))),
        };
        let max_age = max_age.ok_or(PolicyError::Missing("max_age"))?;
        let seconds = Some(max_age)
            .filter(|text| {
                (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
            })
            .and_then(|text| text.parse::<u64>().ok())
            .filter(|&seconds| seconds <= LONGEST_AGE)
            .ok_or_else(|| PolicyError::Age(brief(max_age)))?;
        if mx.is_empty() && mode != Mode::None {
            return Err(PolicyError::Missing("mx"));
        }
        Ok(Self {
            mode,
            max_age: seconds,
            mx,
            remarks,
        })
    }

    /// Does the policy name this host (§4.1)? A `*` stands for one whole label, the left-most.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        self.mx
            .iter()
            .any(|pattern| match pattern.strip_prefix("*.") {
                None => *pattern == host,
                Some(domain) => host
                    .split_once('.')
                    .is_some_and(|(label, rest)| !label.is_empty() && rest == domain),
            })
    }
}

/// `["*."] Domain`: letters, digits, hyphens, at least one dot, and no address.
fn is_pattern(text: &str) -> bool {
    let domain = text.strip_prefix("*.").unwrap_or(text);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    domain.len() <= 253
        && domain.split('.').all(label)
        && domain.parse::<std::net::IpAddr>().is_err()
}

fn brief(text: &str) -> String {
    text.chars().take(60).collect()
}
