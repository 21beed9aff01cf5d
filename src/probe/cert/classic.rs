//! Options of the old check_ssl_cert that mean the same here under another name.
//!
//! Accepted without effect is what asks not to do things that are never done here: fetching OCSP
//! responses and revocation lists, certificate transparency, renegotiation, caches, temporary files.
//! What cannot be done here (SSL Labs, HTTP headers, cipher grades) is no option, so that nobody
//! believes it was checked.

use clap::Args;

use super::findings as id;
use crate::cli::UsageError;
use crate::probe::finding;
use crate::report::Judge;

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

    #[arg(long, hide = true)]
    pub ignore_ocsp: bool,
    #[arg(long, hide = true)]
    pub ignore_ocsp_errors: bool,
    #[arg(long, hide = true)]
    pub ignore_ocsp_timeout: bool,
    #[arg(long, hide = true)]
    pub ocsp: bool,
    #[arg(long, hide = true)]
    pub ignore_crl: bool,
    #[arg(long, hide = true)]
    pub ignore_sct: bool,
    #[arg(long, hide = true)]
    pub ignore_tls_renegotiation: bool,
    #[arg(long, hide = true)]
    pub ignore_dh: bool,
    #[arg(long, hide = true)]
    pub altnames: bool,
    #[arg(short = 'N', long, hide = true)]
    pub host_cn: bool,
    #[arg(long, hide = true)]
    pub assume_online: bool,
    #[arg(long, hide = true)]
    pub no_proxy: bool,
    #[arg(long, value_name = "DIR", hide = true)]
    pub temp: Option<String>,
    #[arg(long, value_name = "DIR", hide = true)]
    pub issuer_cert_cache: Option<String>,
    #[arg(long, value_name = "DIGITS", hide = true)]
    pub precision: Option<String>,
    #[arg(long, hide = true)]
    pub terse: bool,
    #[arg(long, value_name = "PATH", hide = true)]
    pub openssl: Option<String>,
}

impl ClassicOptions {
    /// What they say about findings; `--on` comes after it.
    pub fn apply(&self, judge: &mut Judge) -> Result<(), UsageError> {
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
        if self.allow_empty_san {
            on(&[id::NO_ALTERNATIVE_NAME], "ok")?;
        }
        if self.require_san {
            on(&[id::NO_ALTERNATIVE_NAME], "critical")?;
        }
        if self.maximum_validity.is_some() {
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
}
