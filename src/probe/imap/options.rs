//! The options of check_imap.

use clap::Args;

use crate::cli::{
    self, Change as _, ClassicOptions, LoginOptions, MatchOptions, OutputOptions, ProxyOptions,
    TargetOptions, ThresholdOptions, TimingOptions, TlsOptions,
};
use crate::probe::imap::PROBE;

/// All of them.
#[derive(Args, Clone)]
pub struct ImapOptions {
    #[command(flatten)]
    pub target: TargetOptions,

    /// Count the mails in this mailbox; repeatable; * and % stand for parts of a name. Other checks
    /// of mailboxes look here, too [default: INBOX]
    #[arg(long, value_name = "NAME", help_heading = "What to check")]
    pub mailbox: Vec<String>,
    #[command(flatten)]
    pub matching: MatchOptions,
    /// Look at this many of the newest mails at most
    #[arg(
        long,
        value_name = "N",
        default_value_t = 300,
        help_heading = "What to check"
    )]
    pub newest: u16,
    /// Tell the ages of the newest and the oldest mail (a threshold on them asks, too); of several
    /// mailboxes the stalest counts
    #[arg(long, help_heading = "What to check")]
    pub ages: bool,
    /// Tell the size of all mails (likewise)
    #[arg(long, help_heading = "What to check")]
    pub size: bool,
    /// Tell how much of the quota is used (likewise)
    #[arg(long, help_heading = "What to check")]
    pub quota: bool,
    /// Store a marked mail, find it, read it again, remove it
    #[arg(long, help_heading = "What to check")]
    pub write_test: bool,
    /// Nothing secret may pass before TLS: LOGINDISABLED, STARTTLS offered
    #[arg(long, help_heading = "What to check")]
    pub audit_plaintext: bool,
    /// This capability must be offered (after the login, if there is one); repeatable
    #[arg(long, value_name = "NAME", help_heading = "What to check")]
    pub require_capability: Vec<String>,
    /// This capability must not be offered; repeatable
    #[arg(long, value_name = "NAME", help_heading = "What to check")]
    pub forbid_capability: Vec<String>,
    /// This SASL mechanism must be offered; repeatable
    #[arg(long, value_name = "MECHANISM", help_heading = "What to check")]
    pub require_auth: Vec<String>,
    /// Say who we are and ask who the server is (ID)
    #[arg(long, help_heading = "What to check")]
    pub id: bool,
    /// Turn UTF8=ACCEPT on, which must be offered
    #[arg(long, help_heading = "What to check")]
    pub utf8: bool,

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

/// The command, with the short names of the old check_imap.
pub fn command() -> clap::Command {
    cli::command::<ImapOptions>(PROBE.name, PROBE.about, PROBE.examples)
        .change("tls", |arg| arg.short('S'))
        // -r is what becomes of a refused connection.
        .change("proxy", |arg| arg.short(None))
        .change("user", |arg| arg.short('U'))
        .change("password", |arg| arg.short('P'))
        .change("auth", |arg| {
            arg.help("SASL mechanism, or LOGIN-COMMAND [default: the strongest]")
        })
}
