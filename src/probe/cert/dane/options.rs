//! The options of DANE, and what is made of them.

use std::path::PathBuf;

use clap::Args;

use super::DaneCheck;
use crate::cli::{Targets, UsageError};
use crate::dns::{Outcome, SecureResolver, Trust};
use crate::x509::file;

/// A file with a chain is not larger.
const LARGEST_FILE: u64 = 10 << 20;

/// The options.
#[derive(Args, Debug, Clone)]
pub struct DaneOptions {
    /// DANE: require (TLSA records must be there and match), try (match if there are any), or the
    /// kind that must match: 311, 211
    #[arg(
        long,
        value_name = "WHAT",
        num_args = 0..=1,
        default_missing_value = "require",
        help_heading = "What to check"
    )]
    pub dane: Option<String>,
    /// Would this certificate (with its chain) match the TLSA records, too?
    #[arg(long, value_name = "FILE", help_heading = "What to check")]
    pub next_cert: Option<PathBuf>,
    /// The address of the host must be authentic
    #[arg(long, hide = true)]
    pub require_dnssec: bool,
    /// ad: believe the resolver, validate: do it here [default: ad if it is on this host and does]
    #[arg(long, value_name = "HOW", help_heading = "How to connect")]
    pub dnssec: Option<String>,
    /// Validate from the DNSKEY records of this file, not from the root's keys
    #[arg(long, value_name = "FILE", help_heading = "How to connect")]
    pub trust_anchor: Option<PathBuf>,
}

impl DaneOptions {
    /// What is asked; `None` when nothing is.
    pub fn plan(
        &self,
        targets: &Targets,
        web_counts: bool,
    ) -> Result<Option<DaneCheck>, UsageError> {
        let wrong = |why: &str| Err(UsageError(why.to_owned()));
        let trust = match self.dnssec.as_deref() {
            None => Trust::Auto,
            Some("ad") => Trust::AdBit,
            Some("validate") => Trust::Validate,
            Some(other) => {
                return Err(UsageError(format!(
                    "--dnssec {other:?}: give ad or validate"
                )));
            }
        };
        if trust == Trust::AdBit && self.trust_anchor.is_some() {
            return wrong("--trust-anchor is for --dnssec validate");
        }
        let (required, kind) = match self.dane.as_deref() {
            None if self.next_cert.is_some() => {
                return wrong("--next-cert is held against TLSA records: give --dane");
            }
            None if self.require_dnssec => (false, None),
            None if self.dnssec.is_some() || self.trust_anchor.is_some() => {
                return wrong("--dnssec and --trust-anchor are about DANE: give --dane");
            }
            None => return Ok(None),
            Some("require") => (true, None),
            Some("try") => (false, None),
            Some(text) => match text.as_bytes() {
                [
                    usage @ b'0'..=b'3',
                    selector @ b'0'..=b'1',
                    matching @ b'0'..=b'2',
                ] => (
                    true,
                    Some([usage, selector, matching].map(|digit| digit - b'0')),
                ),
                _ => {
                    return Err(UsageError(format!(
                        "--dane {text:?}: give require, try, or a kind of record like 311"
                    )));
                }
            },
        };
        let next = match &self.next_cert {
            None => None,
            Some(path) => {
                let bad =
                    |why: String| UsageError(format!("--next-cert {}: {why}", path.display()));
                let size = std::fs::metadata(path).map_err(|error| bad(error.to_string()))?;
                if size.len() > LARGEST_FILE {
                    return Err(bad("it is too large".to_owned()));
                }
                let bytes = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
                let all = file::parse(&bytes).map_err(|error| bad(error.to_string()))?;
                Some((path.display().to_string(), file::as_chain(all)))
            }
        };
        let anchor = self.trust_anchor.as_deref();
        let resolver = SecureResolver::new(&targets.resolvers, trust, anchor).map_err(|error| {
            match (error.outcome, anchor) {
                (Outcome::Setup(why), Some(_)) => UsageError(format!("--trust-anchor {why}")),
                (Outcome::Setup(why), None) => UsageError(format!("--dane: {why}")),
                (outcome, _) => UsageError(format!("--dane: {outcome:?}")),
            }
        })?;
        Ok(Some(DaneCheck {
            resolver,
            wanted: self.dane.is_some(),
            signed: self.require_dnssec,
            required,
            kind,
            next,
            web_counts,
        }))
    }
}
