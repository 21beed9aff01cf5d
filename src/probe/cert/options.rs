//! The options of check_cert.

use std::path::PathBuf;

use clap::Args;

use super::classic::ClassicOptions;
use super::dane::DaneOptions;
use super::mta_sts::MtaStsOptions;
use crate::cli::{
    self, Change as _, OutputOptions, ProxyOptions, TargetOptions, ThresholdOptions, TimingOptions,
};
use crate::probe::cert::PROBE;

/// All of them.
#[derive(Args, Clone)]
pub struct CertOptions {
    #[command(flatten)]
    pub target: TargetOptions,
    /// Protocol: smtp, smtps, lmtp, imap, imaps, pop3, pop3s, sieve, tls [default: by port]
    #[arg(short = 'P', long, value_name = "NAME", help_heading = "What to check")]
    pub protocol: Option<String>,
    /// Certificates in this file (PEM, DER; - is stdin) instead of a server; repeatable
    #[arg(short = 'f', long, value_name = "FILE", help_heading = "What to check")]
    pub file: Vec<String>,
    /// The file the server should serve: tell when its certificate is a newer one
    #[arg(long, value_name = "FILE", help_heading = "What to check")]
    pub compare_file: Option<PathBuf>,
    /// The certificate must be for this name, too; repeatable
    #[arg(
        short = 'm',
        long = "san",
        visible_alias = "match",
        value_name = "NAME",
        help_heading = "What to check"
    )]
    pub san: Vec<String>,
    /// Certificate or key must have this digest: sha256:HEX or base64; repeatable, one must fit
    #[arg(long, value_name = "DIGEST", help_heading = "What to check")]
    pub pin: Vec<String>,
    /// An authority in the chain must match this pattern
    #[arg(
        short = 'i',
        long,
        value_name = "REGEX",
        help_heading = "What to check"
    )]
    pub issuer: Option<String>,
    /// The certificate must allow this use: serverAuth, clientAuth, ...; repeatable
    #[arg(long, value_name = "USE", help_heading = "What to check")]
    pub require_eku: Vec<String>,
    /// An OCSP response must be stapled
    #[arg(
        long,
        visible_alias = "require-ocsp-stapling",
        help_heading = "What to check"
    )]
    pub require_staple: bool,
    /// Try which TLS versions are offered, with a handshake for each
    #[arg(long, help_heading = "What to check")]
    pub probe_versions: bool,
    /// Judge for this moment instead of now: 2026-12-24, 2026-12-24T18:00:00Z, +30d
    #[arg(
        long,
        value_name = "TIME",
        allow_hyphen_values = true,
        help_heading = "What to check"
    )]
    pub at: Option<String>,

    /// Begin in plain text, then STARTTLS
    #[arg(long, help_heading = "How to connect")]
    pub starttls: bool,
    /// TLS from the first byte
    #[arg(long, visible_alias = "ssl", help_heading = "How to connect")]
    pub tls: bool,
    /// The name the certificate must be for, also sent as SNI [default: the host]
    #[arg(long, value_name = "NAME", help_heading = "How to connect")]
    pub tls_name: Option<String>,
    /// Send this as SNI instead; none for no SNI
    #[arg(long, value_name = "NAME", help_heading = "How to connect")]
    pub sni: Option<String>,
    /// Trust these certificates too (PEM or DER)
    #[arg(long, value_name = "FILE", help_heading = "How to connect")]
    pub ca_file: Vec<PathBuf>,
    /// Trust the certificates in this directory too
    #[arg(long, value_name = "DIR", help_heading = "How to connect")]
    pub ca_dir: Vec<PathBuf>,
    /// Trust nothing but --ca-file and --ca-dir
    #[arg(long, help_heading = "How to connect")]
    pub ca_only: bool,
    /// Trust nothing but this file or directory, as the old check_ssl_cert does
    #[arg(
        short = 'r',
        long = "rootcert",
        value_name = "PATH",
        help_heading = "How to connect"
    )]
    pub rootcert: Option<PathBuf>,
    /// The lowest TLS version to offer: 1.0, 1.1, 1.2, 1.3 [default: 1.0]
    #[arg(long, value_name = "VERSION", help_heading = "How to connect")]
    pub tls_min: Option<String>,
    /// The highest TLS version to offer
    #[arg(long, value_name = "VERSION", help_heading = "How to connect")]
    pub tls_max: Option<String>,
    /// Show this certificate to the server (PEM)
    #[arg(
        short = 'C',
        long,
        visible_alias = "clientcert",
        value_name = "FILE",
        requires = "client_key",
        help_heading = "How to connect"
    )]
    pub client_cert: Option<PathBuf>,
    /// Its key (PEM)
    #[arg(
        short = 'K',
        long,
        visible_alias = "clientkey",
        value_name = "FILE",
        requires = "client_cert",
        help_heading = "How to connect"
    )]
    pub client_key: Option<PathBuf>,
    #[command(flatten)]
    pub dane: DaneOptions,
    #[command(flatten)]
    pub mta_sts: MtaStsOptions,
    #[command(flatten)]
    pub proxy: ProxyOptions,

    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub thresholds: ThresholdOptions,
    /// mx: name and authority are worth a WARNING, as MTAs encrypt without them
    #[arg(long, value_name = "NAME", help_heading = "When to alarm")]
    pub policy: Option<String>,
    /// A self-signed certificate is fine (name, end and pins still count)
    #[arg(short = 's', long, help_heading = "When to alarm")]
    pub selfsigned: bool,
    #[command(flatten)]
    pub classic: ClassicOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

/// The command. Thresholds without a name are about the end of the certificate.
pub fn command() -> clap::Command {
    cli::command::<CertOptions>(PROBE.name, PROBE.about, PROBE.examples)
        .change("proxy", |arg| arg.short(None))
        .change("warning", |arg| {
            arg.value_name("LEFT|METRIC=RANGE").help(
                "WARNING when less is left: 28d, 28, 25%, 28d,25% (the smaller) [default: 28d,25%]",
            )
        })
        .change("critical", |arg| {
            arg.value_name("LEFT|METRIC=RANGE")
                .help("CRITICAL when less is left [default: 14d,10%]")
        })
        .change("hosts", |arg| {
            arg.help("Host name, address, or /path of a unix socket; repeatable")
        })
        .change("ports", |arg| {
            arg.help("Ports; each may say transport or protocol: 25,465:tls,4190:sieve")
        })
}
