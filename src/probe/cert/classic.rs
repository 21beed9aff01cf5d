//! Options of the old check_ssl_cert that mean the same here under another name.
//!
//! Those that do nothing here are in [`old`](super::old).

use clap::Args;

use super::elements::Elements;
use super::findings as id;
use crate::cli::{FormatName, OutputOptions, UsageError};
use crate::probe::finding;
use crate::report::Judge;
use crate::tls::inspect::Version;

/// What `--long-output` can name.
const ATTRIBUTES: [&str; 11] = [
    "enddate",
    "startdate",
    "subject",
    "issuer",
    "modulus",
    "serial",
    "hash",
    "email",
    "ocsp_uri",
    "fingerprint",
    "all",
];

/// The options.
#[derive(Args, Debug, Clone)]
pub struct ClassicOptions {
    #[arg(short = 'n', long = "cn", value_name = "NAME", hide = true)]
    pub cn: Vec<String>,
    #[arg(short = 'A', long, hide = true)]
    pub noauth: bool,
    #[arg(long, hide = true)]
    pub ignore_exp: bool,
    #[arg(long, hide = true)]
    pub ignore_sig_alg: bool,
    #[arg(long, hide = true)]
    pub ignore_incomplete_chain: bool,
    #[arg(long, hide = true)]
    pub ignore_host_cn: bool,
    #[arg(long, hide = true)]
    pub check_chain: bool,
    #[arg(long, hide = true)]
    pub allow_empty_san: bool,
    #[arg(long, hide = true)]
    pub require_san: bool,
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "397", hide = true)]
    pub maximum_validity: Option<String>,
    #[arg(long, hide = true)]
    pub ignore_maximum_validity: bool,
    #[arg(long, value_name = "HASH", hide = true)]
    pub fingerprint: Vec<String>,
    #[arg(long, value_name = "NAME", hide = true)]
    pub fingerprint_alg: Option<String>,
    #[arg(long, value_name = "FILE", hide = true)]
    pub rootcert_file: Option<std::path::PathBuf>,
    #[arg(long, value_name = "DIR", hide = true)]
    pub rootcert_dir: Option<std::path::PathBuf>,
    #[arg(long, value_name = "IP", hide = true)]
    pub resolve: Option<std::net::IpAddr>,
    #[arg(long, value_name = "4|6", hide = true)]
    pub inetproto: Option<String>,
    #[arg(long, value_name = "STATUS", num_args = 0..=1, default_missing_value = "ok", hide = true)]
    pub ignore_connection_problems: Option<String>,
    #[arg(long, hide = true)]
    pub require_no_tls1: bool,
    #[arg(long = "require-no-tls1_1", hide = true)]
    pub require_no_tls1_1: bool,
    #[arg(long, hide = true)]
    pub tls1: bool,
    #[arg(long = "tls1_1", hide = true)]
    pub tls1_1: bool,
    #[arg(long = "tls1_2", hide = true)]
    pub tls1_2: bool,
    #[arg(long = "tls1_3", hide = true)]
    pub tls1_3: bool,
    /// Ask for the RSA certificate, where a server has two
    #[arg(long, conflicts_with = "ecdsa", help_heading = "How to connect")]
    pub rsa: bool,
    /// Ask for the ECDSA certificate
    #[arg(long, help_heading = "How to connect")]
    pub ecdsa: bool,
    #[arg(long, value_name = "HOURS", hide = true)]
    pub ocsp_warning: Option<f64>,
    #[arg(long, value_name = "HOURS", hide = true)]
    pub ocsp_critical: Option<f64>,

    #[arg(short = 'o', long, value_name = "REGEX", hide = true)]
    pub org: Option<String>,
    #[arg(short = 'e', long, value_name = "REGEX", hide = true)]
    pub email: Option<String>,
    #[arg(long, value_name = "REGEX", hide = true)]
    pub serial: Option<String>,
    #[arg(long, value_name = "REGEX", hide = true)]
    pub not_issued_by: Option<String>,
    #[arg(long, value_name = "DAYS", hide = true)]
    pub not_valid_longer_than: Option<String>,
    #[arg(long, value_name = "USE", hide = true)]
    pub require_purpose: Vec<String>,
    #[arg(long, hide = true)]
    pub require_purpose_critical: bool,
    #[arg(long, value_name = "N", hide = true)]
    pub element: Option<usize>,
    #[arg(long, value_name = "N", hide = true)]
    pub skip_element: Vec<usize>,
    #[arg(long, hide = true)]
    pub first_element_only: bool,
    #[arg(long, value_name = "DAYS", hide = true)]
    pub days: Option<String>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=5), hide = true)]
    pub security_level: Option<u8>,
    #[arg(long, alias = "no_tls1", hide = true)]
    pub no_tls1: bool,
    #[arg(long = "no-tls1_1", alias = "no_tls1_1", hide = true)]
    pub no_tls1_1: bool,
    #[arg(long = "no-tls1_2", alias = "no_tls1_2", hide = true)]
    pub no_tls1_2: bool,
    #[arg(long = "no-tls1_3", alias = "no_tls1_3", hide = true)]
    pub no_tls1_3: bool,
    #[arg(long, hide = true)]
    pub no_perf: bool,
    #[arg(short = 'q', hide = true)]
    pub q: bool,
    #[arg(long, hide = true)]
    pub prometheus: bool,
    #[arg(long, hide = true)]
    pub info: bool,
    #[arg(long, value_name = "LIST", hide = true)]
    pub long_output: Option<String>,
}

impl ClassicOptions {
    /// What they say about findings; `--on` comes after it. Called by the old name (`old`), its defaults hold.
    pub fn apply(&self, judge: &mut Judge, old: bool) -> Result<(), UsageError> {
        let mut on = |ids: &[&str], status: &str| {
            ids.iter()
                .try_for_each(|id| judge.on(&format!("{id}={status}")).map(|_| ()))
                .map_err(UsageError::new)
        };
        if self.noauth {
            let all = [
                finding::CERT_UNTRUSTED,
                finding::CERT_SELF_SIGNED,
                finding::CERT_INVALID,
                id::CHAIN_INCOMPLETE,
            ];
            on(&all, "ok")?;
        }
        if self.ignore_exp {
            on(&[finding::CERT_EXPIRED, id::EXPIRING], "ok")?;
        }
        if self.ignore_sig_alg {
            on(&[id::SIGNATURE_WEAK], "ok")?;
        }
        if self.ignore_incomplete_chain {
            on(&[id::CHAIN_INCOMPLETE], "ok")?;
        }
        if self.check_chain {
            on(&[id::CHAIN_ORDER, id::CHAIN_EXTRA], "critical")?;
        }
        if old {
            on(&[id::NO_ALTERNATIVE_NAME], "critical")?;
        }
        if self.allow_empty_san {
            on(&[id::NO_ALTERNATIVE_NAME], "ok")?;
        }
        if self.require_san {
            on(&[id::NO_ALTERNATIVE_NAME], "critical")?;
        }
        if self.maximum_validity.is_some() && self.ignore_maximum_validity {
            let text = "set either --maximum-validity or --ignore-maximum-validity";
            return Err(UsageError::new(text));
        }
        if self.maximum_validity.is_some() || self.not_valid_longer_than.is_some() {
            on(&[id::LIFETIME], "critical")?;
        }
        if self.ignore_maximum_validity {
            on(&[id::LIFETIME], "ok")?;
        }
        if self.require_no_tls1 || self.require_no_tls1_1 {
            on(&[id::TLS_OFFERED_OLD, id::TLS_OLD], "critical")?;
        }
        if let Some(status) = &self.ignore_connection_problems {
            let all = [
                finding::HOST_NOT_FOUND,
                finding::RESOLVER_FAILED,
                finding::CONNECT_REFUSED,
                finding::CONNECT_FAILED,
                finding::CONNECTION_CLOSED,
                finding::CONNECTION_RESET,
                finding::TIMEOUT,
            ];
            on(&all, status)?;
        }
        let hours = |hours: f64| format!("ocsp_next_update={}:", hours * 3600.0);
        if let Some(warning) = self.ocsp_warning {
            judge.warning(&hours(warning)).map_err(UsageError::new)?;
        }
        if let Some(critical) = self.ocsp_critical {
            judge.critical(&hours(critical)).map_err(UsageError::new)?;
        }
        Ok(())
    }

    /// Whose end counts.
    pub fn elements(&self) -> Elements {
        Elements {
            most: match self.element.filter(|most| *most > 0) {
                _ if self.first_element_only => Some(1),
                most => most,
            },
            skipped: self.skip_element.clone(),
        }
    }

    /// The versions that `--tls1`, `--no-tls1` and their like leave: of those that follow one another the highest.
    pub fn versions(&self) -> Result<(Option<Version>, Option<Version>), UsageError> {
        let forced = [self.tls1, self.tls1_1, self.tls1_2, self.tls1_3];
        let without = [self.no_tls1, self.no_tls1_1, self.no_tls1_2, self.no_tls1_3];
        if forced.iter().filter(|forced| **forced).count() > 1 {
            return Err(UsageError::new("only one version of TLS can be asked for"));
        }
        let any = forced.contains(&true);
        if !any && !without.contains(&true) {
            return Ok((None, None));
        }
        let offered: Vec<Version> = Version::ALL
            .into_iter()
            .zip(forced.into_iter().zip(without))
            .rev()
            .map(|(version, (forced, without))| (version, !without && (forced || !any)))
            .skip_while(|(_, offered)| !offered)
            .take_while(|(_, offered)| *offered)
            .map(|(version, _)| version)
            .collect();
        match (offered.last(), offered.first()) {
            (Some(min), Some(max)) => Ok((Some(*min), Some(*max))),
            _ => Err(UsageError::new("no version of TLS is left to offer")),
        }
    }

    /// What they say about the output.
    pub fn output(&self, output: &mut OutputOptions) -> Result<(), UsageError> {
        output.quiet |= self.q;
        if self.prometheus {
            output.format = FormatName::Prometheus;
        }
        if let Some(list) = &self.long_output {
            let wrong = list.split(',').find(|one| !ATTRIBUTES.contains(one));
            if let Some(wrong) = wrong {
                let known = ATTRIBUTES.join(", ");
                return Err(UsageError(format!("--long-output {wrong:?}: give {known}")));
            }
        }
        if self.info || self.long_output.is_some() {
            output.verbose = output.verbose.max(1);
        }
        Ok(())
    }
}
