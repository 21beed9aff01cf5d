//! What else may be asked of a certificate, as the old check_ssl_cert has it: organisation, mail address, serial number,
//! key usage, another authority than one, and not too long to live.

use regex::Regex;

use super::classic::ClassicOptions;
use super::findings as id;
use super::judge::Fault;
use super::values::pattern;
use crate::cli::UsageError;
use crate::report::Unit;
use crate::x509::{Certificate, DAY};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    organization: Option<Regex>,
    email: Option<Regex>,
    serial: Option<Regex>,
    not_issued_by: Option<Regex>,
    purposes: Vec<String>,
    purpose_critical: bool,
    /// Days.
    most: Option<f64>,
}

impl Subject {
    /// Reads the options. As there, organisation and address must begin so, and the others are meant whole.
    pub fn read(options: &ClassicOptions) -> Result<Self, UsageError> {
        let begins = |option: &str, text: &Option<String>| {
            text.as_deref()
                .map(|text| pattern(option, &format!("^(?:{text})")))
                .transpose()
        };
        let whole = |option: &str, text: &Option<String>| {
            text.as_deref()
                .map(|text| pattern(option, &format!("^(?:{text})$")))
                .transpose()
        };
        let serial = options.serial.as_deref().map(|text| {
            let digits: String = text.chars().filter(|c| *c != ':').collect();
            // With or without the zeros before the first digit that counts.
            format!("(?i)0*(?:{})", digits.trim_start_matches('0'))
        });
        let most = options.not_valid_longer_than.as_deref().map(|text| {
            let days = Unit::Count.parse(text).ok();
            let days = days.filter(|days| (0.0..=1e6).contains(days));
            let wrong = || UsageError(format!("--not-valid-longer-than {text:?}: give days"));
            days.ok_or_else(wrong)
        });
        Ok(Self {
            organization: begins("--org", &options.org)?,
            email: begins("--email", &options.email)?,
            serial: whole("--serial", &serial)?,
            not_issued_by: whole("--not-issued-by", &options.not_issued_by)?,
            purposes: options.require_purpose.clone(),
            purpose_critical: options.require_purpose_critical,
            most: most.transpose()?,
        })
    }

    /// What is not as it was asked for.
    pub fn check(&self, name: &str, chain: &[Certificate], at: i64) -> Vec<Fault> {
        let Some(leaf) = chain.first() else {
            return Vec::new();
        };
        let mut faults = Vec::new();
        let mut other = |what: &str, pattern: &Option<Regex>, found: Vec<&str>| {
            let Some(pattern) = pattern else { return };
            if !found.iter().any(|one| pattern.is_match(one)) {
                let found = if found.is_empty() {
                    format!("no {what}")
                } else {
                    format!("the {what} \"{}\"", found.join("\", \""))
                };
                let text = format!("certificate of {name} has {found}, not /{pattern}/");
                faults.push((id::SUBJECT_MISMATCH, text));
            }
        };
        let organizations = leaf.subject.all("O").collect();
        other("organization", &self.organization, organizations);
        let names = leaf.extensions.names.iter();
        let addresses = names.flat_map(|names| names.email.iter().map(String::as_str));
        let addresses = leaf.subject.all("emailAddress").chain(addresses).collect();
        other("mail address", &self.email, addresses);
        other("serial number", &self.serial, vec![&leaf.serial]);
        faults.extend(self.foreign(name, chain));
        faults.extend(self.purpose(name, leaf));
        if let Some(most) = self.most {
            let left = (leaf.not_after - at) / DAY;
            #[expect(clippy::cast_precision_loss, reason = "days of a date")]
            if left as f64 > most {
                let text = format!(
                    "certificate of {name} is valid for {left} d more, {most} d are allowed"
                );
                faults.push((id::LIFETIME, text));
            }
        }
        faults
    }

    /// An authority that is not wanted.
    fn foreign(&self, name: &str, chain: &[Certificate]) -> Option<Fault> {
        let pattern = self.not_issued_by.as_ref()?;
        let found = chain
            .iter()
            .flat_map(|one| one.issuer.all("O").chain(one.issuer.all("CN")))
            .find(|issuer| pattern.is_match(issuer))?;
        let text =
            format!("certificate of {name} comes from \"{found}\", which /{pattern}/ excludes");
        Some((id::ISSUER_MISMATCH, text))
    }

    fn purpose(&self, name: &str, leaf: &Certificate) -> Vec<Fault> {
        let mut faults = Vec::new();
        let usage = leaf.extensions.key_usage;
        for purpose in &self.purposes {
            let allowed = usage.is_some_and(|usage| {
                usage
                    .names()
                    .any(|known| plain(known) == plain(purpose) || openssl(known, purpose))
            });
            if !allowed {
                let text = format!("certificate of {name} is not for \"{purpose}\"");
                faults.push((id::EKU_MISSING, text));
            }
        }
        if self.purpose_critical && !leaf.extensions.key_usage_critical {
            let text = format!("certificate of {name}: its key usage is not marked as critical");
            faults.push((id::EKU_MISSING, text));
        }
        faults
    }
}

/// `Digital Signature` as `digitalsignature`.
fn plain(text: &str) -> String {
    let letters = text.chars().filter(|c| !c.is_whitespace());
    letters.collect::<String>().to_ascii_lowercase()
}

/// OpenSSL has a word of its own for one.
fn openssl(known: &str, purpose: &str) -> bool {
    known == "keyCertSign" && plain(purpose) == "certificatesign"
}
