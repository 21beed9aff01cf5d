//! The options of check_smtp.

use clap::Args;

use crate::cli::{
    self, Change as _, LoginOptions, OutputOptions, ProxyOptions, ScriptOptions, TargetOptions,
    ThresholdOptions, TimingOptions, TlsOptions, UsageError,
};
use crate::net::Host;
use crate::probe::smtp::PROBE;
use crate::wire::smtp::mailbox::Path;

/// All of them.
#[derive(Args, Clone)]
pub struct SmtpOptions {
    #[command(flatten)]
    pub target: TargetOptions,

    /// Greeting or EHLO reply must hold this text
    #[arg(
        short = 'e',
        long,
        value_name = "TEXT",
        help_heading = "What to check",
        allow_hyphen_values = true
    )]
    pub expect: Option<String>,
    /// MAIL FROM this address must be accepted (nothing is sent)
    #[arg(
        short = 'f',
        long,
        value_name = "ADDRESS",
        help_heading = "What to check",
        allow_hyphen_values = true
    )]
    pub from: Option<String>,
    /// RCPT TO this address must be accepted; repeatable
    #[arg(long, value_name = "ADDRESS", help_heading = "What to check")]
    pub to: Vec<String>,
    /// RCPT TO this address must be refused; repeatable
    #[arg(long, value_name = "ADDRESS", help_heading = "What to check")]
    pub reject_to: Vec<String>,
    #[command(flatten)]
    pub script: ScriptOptions,
    /// Mail from foreign to foreign must be refused
    #[arg(long, help_heading = "What to check")]
    pub open_relay: bool,
    /// Nothing secret may pass before TLS: no AUTH, STARTTLS offered
    #[arg(long, help_heading = "What to check")]
    pub audit_plaintext: bool,
    /// MAIL must be refused before TLS
    #[arg(long, help_heading = "What to check")]
    pub require_tls: bool,
    /// This extension must be offered; repeatable
    #[arg(long, value_name = "KEYWORD", help_heading = "What to check")]
    pub require_capability: Vec<String>,
    /// This extension must not be offered; repeatable
    #[arg(long, value_name = "KEYWORD", help_heading = "What to check")]
    pub forbid_capability: Vec<String>,
    /// This SASL mechanism must be offered; repeatable
    #[arg(long, value_name = "MECHANISM", help_heading = "What to check")]
    pub require_auth: Vec<String>,

    #[command(flatten)]
    pub tls: TlsOptions,
    /// Speak LMTP
    #[arg(short = 'L', long, help_heading = "How to connect")]
    pub lmtp: bool,
    /// The name for EHLO [default: this host's, or its address]
    #[arg(
        short = 'F',
        long,
        value_name = "NAME",
        help_heading = "How to connect"
    )]
    pub fqdn: Option<String>,
    #[command(flatten)]
    pub proxy: ProxyOptions,
    /// Accepted for the old check_smtp: SNI is always sent
    #[arg(long, hide = true)]
    pub sni: bool,
    /// Accepted for the old check_smtp: --on cert-expired=ok
    #[arg(long, hide = true)]
    pub ignore_certificate_expiration: bool,
    #[command(flatten)]
    pub login: LoginOptions,
    /// Accepted: QUIT never alarms
    #[arg(short = 'q', long, help_heading = "When to alarm")]
    pub ignore_quit_failure: bool,

    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub thresholds: ThresholdOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

/// The command, with the short names of the old check_smtp.
pub fn command() -> clap::Command {
    cli::command::<SmtpOptions>(PROBE.name, PROBE.about, PROBE.examples)
        .change("starttls", |arg| arg.short('S'))
        .change("tls", |arg| arg.short('s'))
        .change("user", |arg| arg.short('U'))
        .change("password", |arg| arg.short('P'))
        .change("auth", |arg| arg.short('A'))
}

impl SmtpOptions {
    /// What we call ourselves, if the caller says so. An address literal is written in brackets.
    pub fn own_name(&self) -> Result<Option<String>, UsageError> {
        let Some(name) = self.fqdn.as_deref() else {
            return Ok(None);
        };
        if name.starts_with('[') {
            Host::parse(name).map_err(UsageError::new)?;
            return Ok(Some(name.to_owned()));
        }
        Ok(Some(
            Host::parse(name)
                .map_err(UsageError::new)?
                .name()
                .to_owned(),
        ))
    }

    /// The text of `-e`. An empty one would be found in anything.
    pub fn expected(&self) -> Result<Option<String>, UsageError> {
        match self.expect.as_deref() {
            Some("") => Err(UsageError("-e: give the text to expect".to_owned())),
            other => Ok(other.map(str::to_owned)),
        }
    }

    /// The recipients that must be refused.
    pub fn reject_paths(&self) -> Result<Vec<Path>, UsageError> {
        self.reject_to
            .iter()
            .map(|text| cli::path("--reject-to", text))
            .collect()
    }
}
