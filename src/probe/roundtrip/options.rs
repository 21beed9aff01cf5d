//! The options of check_roundtrip.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use crate::cli::{
    self, Change as _, Leg, OutputOptions, Source, ThresholdOptions, TimingOptions, UsageError,
};
use crate::probe::roundtrip::PROBE;
use crate::report::Unit;
use crate::secret::{Redactor, Secret};
use crate::time::Deadline;

/// The server that takes the message.
pub const SMTP: Leg = Leg {
    prefix: "smtp",
    heading: "How to send",
    smtp: true,
    shown: true,
};
/// The one where it arrives.
pub const IMAP: Leg = Leg {
    prefix: "imap",
    heading: "How to receive by IMAP",
    smtp: false,
    shown: true,
};
/// Likewise.
pub const POP3: Leg = Leg {
    prefix: "pop3",
    heading: "How to receive by POP3 (all as for IMAP)",
    smtp: false,
    shown: false,
};
/// The one that gets a copy.
pub const ARCHIVE: Leg = Leg {
    prefix: "archive",
    heading: "How to read the archive (all as for IMAP)",
    smtp: false,
    shown: false,
};
/// The one that gets bounces.
pub const BOUNCE: Leg = Leg {
    prefix: "bounce",
    heading: "How to read the bounces (all as for IMAP)",
    smtp: false,
    shown: false,
};

/// All that are no leg's.
#[derive(Args, Clone)]
pub struct RoundtripOptions {
    /// The sender, in envelope and header
    #[arg(
        short = 'f',
        long,
        value_name = "ADDRESS",
        help_heading = "What to check"
    )]
    pub from: Option<String>,
    /// The recipient
    #[arg(long, value_name = "ADDRESS", help_heading = "What to check")]
    pub to: Option<String>,
    /// Where to send it: smtp://user@host:587?starttls, smtps://, lmtp:/path, sendmail: (or --smtp-host)
    #[arg(long, value_name = "URL", help_heading = "What to check")]
    pub send: Option<String>,
    /// Where it arrives: imaps://user@host/MAILBOX, pop3s://, maildir:/path (or --imap-host, --pop3-host)
    #[arg(long, value_name = "URL", help_heading = "What to check")]
    pub receive: Option<String>,
    /// The mailbox in which it arrives [default: INBOX]
    #[arg(long, value_name = "NAME", help_heading = "What to check")]
    pub mailbox: Option<String>,
    /// The mailbox for junk; repeatable [default: as the server says, or by name]
    #[arg(long, value_name = "NAME", help_heading = "What to check")]
    pub junk_mailbox: Vec<String>,
    /// Send one message, then judge those of earlier runs: for paths with greylisting
    #[arg(long, help_heading = "What to check")]
    pub no_wait: bool,
    /// What it holds: plain, 8bit, utf8, long, dots, attachment, all, gtube, eicar [default: plain]
    #[arg(long, value_name = "KIND[,KIND]", help_heading = "What to check")]
    pub payload: Option<String>,
    /// How large it is at least
    #[arg(long, value_name = "SIZE", help_heading = "What to check")]
    pub payload_size: Option<String>,
    /// What must become of it: deliver, junk or reject [default: deliver]
    #[arg(long, value_name = "FATE", help_heading = "What to check")]
    pub expect: Option<String>,
    /// Every hop between two hosts must have been encrypted
    #[arg(long, help_heading = "What to check")]
    pub require_tls_hops: bool,
    /// These checks must have passed at --authserv-id: spf,dkim,dmarc,arc,iprev
    #[arg(
        long,
        value_name = "CHECK[,CHECK]",
        value_delimiter = ',',
        help_heading = "What to check"
    )]
    pub require_auth: Vec<String>,
    /// The server whose Authentication-Results are believed; repeatable
    #[arg(long, value_name = "NAME", help_heading = "What to check")]
    pub authserv_id: Vec<String>,
    /// Verify the DKIM signature here
    #[arg(long, help_heading = "What to check")]
    pub verify_dkim: bool,
    /// A copy must reach this mailbox, too
    #[arg(long, value_name = "URL", help_heading = "What to check")]
    pub archive: Option<String>,
    /// Remove the copy from the archive
    #[arg(long, help_heading = "What to check")]
    pub archive_delete: bool,
    /// The recipient does not exist: a bounce must reach this mailbox
    #[arg(long, value_name = "URL", help_heading = "What to check")]
    pub bounce_to: Option<String>,
    /// Keep messages so long [default: none once it has arrived; 1d for lost ones]
    #[arg(long, value_name = "TIME", help_heading = "What to check")]
    pub keep: Option<String>,
    /// With --no-wait: CRITICAL when the newest that arrived is older [default: 1h]
    #[arg(long, value_name = "TIME", help_heading = "What to check")]
    pub lost_after: Option<String>,
    /// The name of this check: messages of one with another name are left alone
    #[arg(long, value_name = "NAME", help_heading = "What to check")]
    pub name: Option<String>,
    /// Its subject
    #[arg(long, value_name = "TEXT", help_heading = "What to check")]
    pub subject: Option<String>,
    /// A field on top: "Name: value"; repeatable
    #[arg(long, value_name = "FIELD", help_heading = "What to check")]
    pub header: Vec<String>,
    /// Ask this name server for DKIM keys
    #[arg(long, value_name = "IP[:PORT]", help_heading = "What to check")]
    pub resolver: Vec<String>,

    /// Speak LMTP to --smtp-host
    #[arg(long, help_heading = "How to send")]
    pub lmtp: bool,
    /// The longest pause between two looks, where the server does not tell by itself [default: 2s, POP3 5s]
    #[arg(long, value_name = "TIME", help_heading = "How to receive by IMAP")]
    pub poll_interval: Option<String>,

    /// The key of the tokens is the first line of this file: nobody else can make one then
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "How to know the messages again"
    )]
    pub key_file: Option<PathBuf>,
    /// The key is in this environment variable
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "How to know the messages again"
    )]
    pub key_env: Option<String>,
    /// The key is the first line that this command prints
    #[arg(
        long,
        value_name = "COMMAND",
        help_heading = "How to know the messages again"
    )]
    pub key_command: Option<String>,
    /// The key is this systemd credential
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "How to know the messages again"
    )]
    pub key_credential: Option<String>,

    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub thresholds: ThresholdOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

/// The command.
pub fn command() -> clap::Command {
    let command = cli::command::<RoundtripOptions>(PROBE.name, PROBE.about, PROBE.examples)
        .override_usage(format!(
            "{} --from A --to B --send URL --receive URL [OPTIONS]\n\nExamples:\n{}",
            PROBE.name, PROBE.examples
        ))
        .change("timeout", |arg| {
            arg.help("One deadline for everything, and the status when it passes [default: 45s]")
        });
    [SMTP, IMAP, POP3, ARCHIVE, BOUNCE]
        .into_iter()
        .fold(command, |command, leg| leg.augment(command))
}

impl RoundtripOptions {
    /// The key of the tokens.
    pub fn key(
        &self,
        deadline: Deadline,
        redactor: &Redactor,
    ) -> Result<Option<Secret>, UsageError> {
        let sources = [
            self.key_file.clone().map(Source::File),
            self.key_env.clone().map(Source::Environment),
            self.key_command.clone().map(Source::Command),
            self.key_credential.clone().map(Source::Credential),
        ];
        let mut sources = sources.into_iter().flatten();
        let (Some(source), None) = (sources.next(), sources.next()) else {
            return if self.has_key() {
                Err(UsageError("give one source of the key".to_owned()))
            } else {
                Ok(None)
            };
        };
        let key = source.fetch("key", deadline)?;
        if key.expose().is_empty() {
            return Err(UsageError("the key holds nothing".to_owned()));
        }
        redactor.learn(&key);
        Ok(Some(key))
    }

    fn has_key(&self) -> bool {
        self.key_file.is_some()
            || self.key_env.is_some()
            || self.key_command.is_some()
            || self.key_credential.is_some()
    }
}

/// A time in seconds, or the default.
pub fn time(option: &str, text: Option<&str>, default: f64) -> Result<f64, UsageError> {
    let Some(text) = text else { return Ok(default) };
    Unit::Seconds
        .parse(text)
        .map_err(|error| UsageError(format!("{option} {text:?}: {error}")))
        .and_then(|seconds| {
            if (0.0..=1e9).contains(&seconds) {
                Ok(seconds)
            } else {
                Err(UsageError(format!("{option} {text:?}: is no such time")))
            }
        })
}

/// Which of two legs was meant.
pub fn only(matches: &ArgMatches, legs: &[Leg]) -> Result<Option<Leg>, UsageError> {
    let mut given = legs.iter().filter(|leg| leg.given(matches));
    match (given.next(), given.next()) {
        (Some(one), Some(other)) => Err(UsageError(format!(
            "--{}-* and --{}-*: a message arrives in one place",
            one.prefix, other.prefix
        ))),
        (one, _) => Ok(one.copied()),
    }
}
