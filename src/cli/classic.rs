//! The options of the old check_tcp, which its names check_imap, check_pop, check_simap and check_spop
//! have: text to expect, text to send.
//!
//! Accepted without effect, as by the old one: `-C`, `-W`, `-j` where nothing of the server's is
//! printed.

use std::time::Duration;

use clap::Args;

use super::output::Output;
use super::usage::UsageError;
use crate::report::{Judge, Status, Unit};

/// A delay longer than this is a mistake.
const LONGEST: f64 = 3600.0;

/// The options.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "What to check")]
pub struct ClassicOptions {
    /// The greeting, or the answer to -s, must hold this text; repeatable
    #[arg(
        short = 'e',
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        help_heading = "What to check"
    )]
    pub expect: Vec<String>,
    /// Every -e must be there, not only one
    #[arg(short = 'A', long, help_heading = "What to check")]
    pub all: bool,
    /// Send this text and look for -e in what comes back
    #[arg(
        short = 's',
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        help_heading = "What to check"
    )]
    pub send: Option<String>,
    /// Send this line at the end
    #[arg(
        short = 'q',
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        help_heading = "What to check"
    )]
    pub quit: Option<String>,
    /// -s and -q may hold \n, \r, \t and \\ (-q then gets no line end)
    #[arg(short = 'E', long, help_heading = "What to check")]
    pub escape: bool,
    /// Seconds to wait between sending and reading; not part of the time
    #[arg(
        short = 'd',
        long,
        value_name = "SECONDS",
        help_heading = "What to check"
    )]
    pub delay: Option<String>,
    /// Stop reading after this many bytes
    #[arg(
        short = 'm',
        long,
        value_name = "BYTES",
        help_heading = "What to check"
    )]
    pub maxbytes: Option<usize>,
    /// When the connection cannot be made: ok, warn, crit
    #[arg(
        short = 'r',
        long,
        value_name = "STATUS",
        help_heading = "When to alarm"
    )]
    pub refuse: Option<String>,
    /// When -e is not met: ok, warn, crit [default: warn]
    #[arg(
        short = 'M',
        long,
        value_name = "STATUS",
        help_heading = "When to alarm"
    )]
    pub mismatch: Option<String>,
    /// Do not print what the server said, not even with -v
    #[arg(short = 'j', long, help_heading = "What to print")]
    pub jail: bool,
    /// Accepted for the old check_tcp, which does nothing with it either
    #[arg(
        short = 'C',
        long = "critical-codes",
        value_name = "CODES",
        hide = true
    )]
    pub critical_codes: Option<String>,
    /// Likewise
    #[arg(short = 'W', long = "warning-codes", value_name = "CODES", hide = true)]
    pub warning_codes: Option<String>,
    /// The name for TLS in the old check_tcp; asks for TLS, too
    #[arg(short = 'N', long = "sni", value_name = "NAME", hide = true)]
    pub sni: Option<String>,
}

/// What they mean.
#[derive(Clone, Debug)]
pub struct Classic {
    /// What to look for; empty when only the protocol's own greeting is.
    pub expect: Vec<String>,
    /// All of it, or any?
    pub all: bool,
    /// What to send, as it goes out.
    pub send: Option<Vec<u8>>,
    /// What to send at the end, as it goes out.
    pub quit: Option<Vec<u8>>,
    /// How long to wait before reading.
    pub delay: Duration,
    /// How many bytes are looked at.
    pub most: usize,
    /// Must the server's words stay hidden?
    pub jail: bool,
}

impl ClassicOptions {
    /// Validates. The statuses of `-r` and `-M` go into the judge: `-r` is for the findings in
    /// `unreachable`, `-M` for `mismatch`.
    pub fn plan(
        &self,
        judge: &mut Judge,
        unreachable: &[&str],
        mismatch: &str,
    ) -> Result<Classic, UsageError> {
        if self.expect.iter().any(String::is_empty) {
            return Err(UsageError("-e: give the text to expect".to_owned()));
        }
        if let Some(text) = &self.refuse {
            let status = status("-r", text)?;
            for id in unreachable {
                judge
                    .on(&format!("{id}={status}"))
                    .map_err(UsageError::new)?;
            }
        }
        if let Some(text) = &self.mismatch {
            let status = status("-M", text)?;
            judge
                .on(&format!("{mismatch}={status}"))
                .map_err(UsageError::new)?;
        }
        let delay = match self.delay.as_deref() {
            None => 0.0,
            Some(text) => Unit::Seconds
                .parse(text)
                .ok()
                .filter(|seconds| (0.0..=LONGEST).contains(seconds))
                .ok_or_else(|| UsageError(format!("-d {text:?}: give seconds")))?,
        };
        Ok(Classic {
            expect: self.expect.clone(),
            all: self.all,
            send: self.send.as_deref().map(|text| self.bytes(text)),
            quit: self.quit.as_deref().map(|text| {
                let mut bytes = self.bytes(text);
                if !self.escape {
                    bytes.extend_from_slice(b"\r\n");
                }
                bytes
            }),
            delay: Duration::from_secs_f64(delay),
            most: self.maxbytes.filter(|&most| most > 0).unwrap_or(usize::MAX),
            jail: self.jail,
        })
    }

    /// With `-j` there is nothing below the first line: details, notes and dialogue are what the
    /// server said.
    #[must_use]
    pub fn quiet(&self, mut output: Output) -> Output {
        if self.jail {
            output.style.verbosity = 0;
        }
        output
    }

    fn bytes(&self, text: &str) -> Vec<u8> {
        if self.escape {
            unescape(text)
        } else {
            text.as_bytes().to_vec()
        }
    }
}

impl Classic {
    /// Is what was expected in what was heard? True when nothing was expected. `-m` ends the reading,
    /// not the looking: what one read brought is looked at whole, as by the old check_tcp.
    #[must_use]
    pub fn met(&self, heard: &[u8]) -> bool {
        let holds = |text: &String| {
            text.is_empty()
                || heard
                    .windows(text.len())
                    .any(|window| window == text.as_bytes())
        };
        match (self.expect.as_slice(), self.all) {
            ([], _) => true,
            (texts, true) => texts.iter().all(holds),
            (texts, false) => texts.iter().any(holds),
        }
    }

    /// What was expected, for people: `"a" or "b"`.
    #[must_use]
    pub fn wanted(&self) -> String {
        let texts: Vec<String> = self
            .expect
            .iter()
            .map(|text| format!("\"{text}\""))
            .collect();
        texts.join(if self.all { " and " } else { " or " })
    }
}

fn status(option: &str, text: &str) -> Result<String, UsageError> {
    text.parse::<Status>()
        .map(|status| status.to_string())
        .map_err(|error| UsageError(format!("{option}: {error}")))
}

/// `\n`, `\r`, `\t` and `\\`; any other character after a backslash stands for itself.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classic(expect: &[&str], all: bool) -> Classic {
        Classic {
            expect: expect.iter().map(|&text| text.to_owned()).collect(),
            all,
            send: None,
            quit: None,
            delay: Duration::ZERO,
            most: usize::MAX,
            jail: false,
        }
    }

    #[test]
    fn any_or_all_and_anywhere() {
        let heard = b"+OK Dovecot ready.\r\n";
        assert!(classic(&[], true).met(heard));
        assert!(classic(&["Courier", "ready"], false).met(heard));
        assert!(!classic(&["Courier", "ready"], true).met(heard));
        assert!(classic(&["+OK", "ready"], true).met(heard));
        assert!(classic(&[""], true).met(b""));
        assert_eq!(classic(&["a", "b"], true).wanted(), "\"a\" and \"b\"");
    }

    #[test]
    fn escapes_of_the_old_check_tcp() {
        assert_eq!(unescape(r"a\r\nb\\\t\x"), b"a\r\nb\\\tx");
        assert_eq!(unescape(r"end\"), b"end\\");
    }
}
