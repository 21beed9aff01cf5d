//! The options of check_mailq.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::{self, Change as _, OutputOptions, ThresholdOptions, TimingOptions};
use crate::probe::mailq::PROBE;

/// All of them.
#[derive(Args, Clone)]
pub struct MailqOptions {
    #[command(flatten)]
    pub source: SourceOptions,
    #[command(flatten)]
    pub what: WhatOptions,
    #[command(flatten)]
    pub classic: ClassicOptions,
    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub thresholds: ThresholdOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

/// Where the queue is looked at.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "How to look")]
pub struct SourceOptions {
    /// postfix, exim, sendmail, qmail, opensmtpd, nullmailer, courier, exchange [default: what this host has]
    #[arg(short = 'M', long, value_name = "MTA", num_args = 0..=1, default_missing_value = "sendmail")]
    pub mailserver: Option<String>,
    /// Run this program, an absolute path, instead of the mail system's
    #[arg(long, visible_alias = "path", value_name = "PROGRAM")]
    pub command: Option<PathBuf>,
    /// An argument for --command; repeatable
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub command_arg: Vec<OsString>,
    /// Run the command by sudo -n
    #[arg(short = 's', long)]
    pub sudo: bool,
    /// Count the files of the spool; runs nothing [default DIR: the mail system's]
    #[arg(long, value_name = "DIR", num_args = 0..=1)]
    pub spool: Option<Option<PathBuf>>,
    /// With --spool: count the files and read none of them, nearly as quick as find
    #[arg(long)]
    pub count_only: bool,
    /// Ask Postfix's showq service at its socket; runs nothing
    #[arg(long, value_name = "PATH", num_args = 0..=1)]
    pub socket: Option<Option<PathBuf>>,
    /// Read a listing that was taken elsewhere; - is standard input
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Only this Postfix instance, by name or directory; repeatable [default: all]
    #[arg(long, value_name = "NAME")]
    pub instance: Vec<String>,
    /// Configuration of the mail system: a directory (Postfix) or a file; repeatable
    #[arg(short = 'd', long, value_name = "DIR")]
    pub configdir: Vec<OsString>,
}

/// By what the table of `--top` is made.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TopBy {
    /// Destination domains.
    #[default]
    Domain,
    /// Senders.
    Sender,
    /// Domains of senders.
    SenderDomain,
    /// Classes of reasons.
    Reason,
}

/// What is looked at.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What to check")]
pub struct WhatOptions {
    /// Only mail for this domain (.example.org: and its subdomains); repeatable
    #[arg(long, value_name = "DOMAIN")]
    pub domain: Vec<String>,
    /// Only mail of this sender: an address, a domain, <> for bounces; repeatable
    #[arg(long, value_name = "SENDER")]
    pub sender: Vec<String>,
    /// Only mail that has waited longer
    #[arg(long, value_name = "TIME")]
    pub older_than: Option<String>,
    /// Only mail that waits for this: timeout, refused, greylisted, mailbox-full, user-unknown, policy, rate-limited,
    /// dns, tls, ... or /REGEX/; repeatable
    #[arg(long, value_name = "REASON")]
    pub reason: Vec<String>,
    /// Only this queue: active, deferred, hold, frozen, ...; repeatable
    #[arg(long, value_name = "QUEUE")]
    pub queue: Vec<String>,
    /// List the N most frequent (-v lists 5)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=100))]
    pub top: Option<u16>,
    /// Of domain, sender, sender-domain or reason [default: domain]; repeatable
    #[arg(long, value_enum, value_name = "WHAT", hide_possible_values = true)]
    pub top_by: Vec<TopBy>,
    /// Measure the growth since the last run: messages a minute
    #[arg(long)]
    pub rate: bool,
    /// Where --rate keeps what it saw [default: /var/lib/mailprobe, or below $HOME or /var/tmp]
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
}

/// The domain thresholds of the known check_mailq.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "When to alarm")]
pub struct ClassicOptions {
    /// WARNING when so much waits for, or from, one domain (qmail: is not preprocessed)
    #[arg(short = 'W', long, value_name = "N")]
    pub warning_domain: Option<u32>,
    /// CRITICAL likewise
    #[arg(short = 'C', long, value_name = "N")]
    pub critical_domain: Option<u32>,
}

/// The command.
pub fn command() -> clap::Command {
    let usage = format!("check_mailq [OPTIONS]\n\nExamples:\n{}", PROBE.examples);
    cli::command::<MailqOptions>(PROBE.name, PROBE.about, PROBE.examples)
        .override_usage(usage)
        .change("timeout", |arg| {
            arg.help("One deadline for everything, and the status when it passes [default: 15s:critical]")
        })
        .change("warning", |arg| {
            arg.help("WARNING from N messages on; with a range or METRIC=: outside this range")
        })
        .change("critical", |arg| arg.help("CRITICAL likewise"))
}
