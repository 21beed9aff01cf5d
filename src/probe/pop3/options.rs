//! The options of check_pop3.

use clap::Args;

use crate::cli::{
    self, Change as _, ClassicOptions, LoginOptions, MatchOptions, OutputOptions, ProxyOptions,
    TargetOptions, ThresholdOptions, TimingOptions, TlsOptions,
};
use crate::probe::pop3::PROBE;

/// More mails than this are not looked at in one run.
const MOST: u32 = 10_000;

/// All of them.
#[derive(Args, Clone)]
pub struct Pop3Options {
    #[command(flatten)]
    pub target: TargetOptions,

    #[command(flatten)]
    pub matching: MatchOptions,
    /// How many mails --match and newest look at
    #[arg(
        long,
        value_name = "N",
        default_value_t = 50,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)),
        help_heading = "What to check"
    )]
    pub newest: u32,
    /// No password may pass before TLS: STLS offered, no USER, no PLAIN
    #[arg(long, help_heading = "What to check")]
    pub audit_plaintext: bool,
    /// This capability must be offered (SASL PLAIN for a mechanism); repeatable
    #[arg(long, value_name = "KEYWORD", help_heading = "What to check")]
    pub require_capability: Vec<String>,
    /// This capability must not be offered; repeatable
    #[arg(long, value_name = "KEYWORD", help_heading = "What to check")]
    pub forbid_capability: Vec<String>,

    #[command(flatten)]
    pub tls: TlsOptions,
    #[command(flatten)]
    pub proxy: ProxyOptions,

    #[command(flatten)]
    pub login: LoginOptions,
    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub thresholds: ThresholdOptions,
    #[command(flatten)]
    pub classic: ClassicOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

/// The command, with the short names of the old check_tcp: `-S` is TLS from the first byte.
pub fn command() -> clap::Command {
    cli::command::<Pop3Options>(PROBE.name, PROBE.about, PROBE.examples)
        .change("tls", |arg| arg.short('S'))
        .change("proxy", |arg| arg.short(None))
        .change("user", |arg| arg.short('U'))
        .change("password", |arg| arg.short('P'))
        .change("auth", |arg| {
            arg.help("USER, APOP, PLAIN, SCRAM-SHA-256 ... [default: the strongest]")
        })
}
