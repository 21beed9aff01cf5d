//! How TLS is done: STARTTLS or implicit, what is trusted, which name.

use std::path::PathBuf;

use clap::Args;
use native_tls::Protocol;

use super::target::{Security, Targets};
use super::thresholds::certificate_days;
use super::usage::UsageError;
use crate::report::Judge;
use crate::tls::{self, roots};

/// The options. The short names differ between the probes, as they do between the peers.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "How to connect")]
pub struct TlsOptions {
    /// Begin in plain text, then STARTTLS (it must be offered)
    #[arg(long)]
    pub starttls: bool,
    /// TLS from the first byte
    #[arg(long, visible_alias = "ssl")]
    pub tls: bool,
    /// Do not verify the certificate
    #[arg(short = 'k', long)]
    pub insecure: bool,
    /// Trust these certificates too (PEM)
    #[arg(long, value_name = "FILE")]
    pub ca_file: Vec<PathBuf>,
    /// Trust the certificates in this directory too
    #[arg(long, value_name = "DIR")]
    pub ca_dir: Vec<PathBuf>,
    /// The name the certificate must be for, also sent as SNI [default: the host]
    #[arg(long, value_name = "NAME")]
    pub tls_name: Option<String>,
    /// The lowest TLS version: 1.0, 1.1, 1.2, 1.3 [default: 1.2]
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub tls_min: Option<Version>,
    /// The highest TLS version
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub tls_max: Option<Version>,
    /// Show this certificate to the server (PEM)
    #[arg(long, value_name = "FILE", requires = "client_key")]
    pub client_cert: Option<PathBuf>,
    /// Its key (PEM)
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    pub client_key: Option<PathBuf>,
    /// Days the certificate must still be valid: WARNING below, CRITICAL below
    #[arg(short = 'D', long = "certificate", value_name = "DAYS[,DAYS]")]
    pub certificate: Option<String>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug)]
pub struct Version(Protocol);

fn version(text: &str) -> Result<Version, String> {
    let protocol = match text.trim_start_matches(['T', 't', 'L', 'l', 'S', 's', 'v', 'V']) {
        "1.0" | "1" => Protocol::Tlsv10,
        "1.1" => Protocol::Tlsv11,
        "1.2" => Protocol::Tlsv12,
        "1.3" => Protocol::Tlsv13,
        _ => return Err("give 1.0, 1.1, 1.2 or 1.3".to_owned()),
    };
    Ok(Version(protocol))
}

/// What they mean.
#[derive(Clone)]
pub struct TlsPlan {
    /// What a session demands.
    pub settings: tls::Settings,
    /// The name to verify, when it is not the host's.
    pub name: Option<String>,
    /// Where roots come from.
    pub roots: roots::Source,
}

impl TlsOptions {
    /// What the options say about a port that says nothing itself.
    pub fn security(&self) -> Result<Option<Security>, UsageError> {
        match (self.starttls, self.tls) {
            (true, true) => Err(UsageError("set either --tls or --starttls".to_owned())),
            (true, false) => Ok(Some(Security::Starttls)),
            (false, true) => Ok(Some(Security::Tls)),
            (false, false) => Ok(None),
        }
    }

    /// Validates and loads. Prepares the process for TLS when a target uses it, so it has to be
    /// called before any thread is started.
    pub fn plan(&self, targets: &Targets, judge: &mut Judge) -> Result<TlsPlan, UsageError> {
        if let Some(days) = &self.certificate {
            certificate_days(days, "cert_days", judge)?;
        }
        let mut plan = TlsPlan {
            settings: tls::Settings::default(),
            name: self.tls_name.clone(),
            roots: roots::Source::Default,
        };
        if !targets.use_tls() {
            // A range that judges nothing would be an OK that nobody has checked.
            if judge.threshold_of("cert_days").is_some() {
                let why = "cert_days has a range, but no target uses TLS: give --starttls or --tls";
                return Err(UsageError(why.to_owned()));
            }
            return Ok(plan);
        }
        plan.roots = roots::prepare();
        plan.settings.insecure = self.insecure;
        plan.settings.min = self.tls_min.map(|version| version.0);
        plan.settings.max = self.tls_max.map(|version| version.0);
        let order = |version: Version| version.0 as u8;
        match (self.tls_min, self.tls_max) {
            (Some(min), Some(max)) if order(min) > order(max) => {
                return Err(UsageError("--tls-min is above --tls-max".to_owned()));
            }
            // Whoever asks for old versions at most gets them.
            (None, Some(max)) if order(max) < order(Version(Protocol::Tlsv12)) => {
                plan.settings.min = plan.settings.max;
            }
            _ => {}
        }
        for file in &self.ca_file {
            plan.settings
                .extra_roots
                .extend(tls::load_ca_file(file).map_err(UsageError::new)?);
        }
        for directory in &self.ca_dir {
            plan.settings
                .extra_roots
                .extend(tls::load_ca_dir(directory).map_err(UsageError::new)?);
        }
        if let Some((certificate, key)) = self.client_cert.as_ref().zip(self.client_key.as_ref()) {
            plan.settings.identity =
                Some(tls::load_identity(certificate, key).map_err(UsageError::new)?);
        }
        Ok(plan)
    }
}
