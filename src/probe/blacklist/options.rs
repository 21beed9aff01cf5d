//! The options of check_blacklist; those of the old check_rbl are among them.

use clap::Args;

use crate::cli::{self, OutputOptions, ThresholdOptions, TimingOptions};
use crate::probe::blacklist::PROBE;

/// All of them.
#[derive(Args, Clone)]
pub struct BlacklistOptions {
    /// Address, host (each of its addresses) or small net; repeatable
    #[arg(
        short = 'H',
        long = "hostname",
        visible_alias = "host",
        value_name = "HOST",
        help_heading = "What to check"
    )]
    pub hosts: Vec<String>,
    /// The same without -H
    #[arg(value_name = "HOST", hide = true)]
    pub plain_hosts: Vec<String>,
    /// Every address of every MX host of this domain
    #[arg(long, value_name = "DOMAIN", help_heading = "What to check")]
    pub mx: Vec<String>,
    /// The addresses that this domain's SPF record sends from
    #[arg(long, value_name = "DOMAIN", help_heading = "What to check")]
    pub spf: Vec<String>,
    /// A domain, on lists of domains
    #[arg(
        short = 'U',
        long = "domain",
        visible_alias = "url",
        value_name = "DOMAIN",
        help_heading = "What to check"
    )]
    pub domains: Vec<String>,
    /// The server's EHLO name and the domains above it, on lists of domains
    #[arg(long, value_name = "NAME", help_heading = "What to check")]
    pub helo: Vec<String>,
    /// IPv4 addresses of hosts only
    #[arg(
        short = '4',
        long = "ipv4",
        conflicts_with = "ipv6",
        help_heading = "What to check"
    )]
    pub ipv4: bool,
    /// IPv6 addresses of hosts only
    #[arg(short = '6', long = "ipv6", help_heading = "What to check")]
    pub ipv6: bool,

    /// Ask this zone; repeatable. Without -s and --group: the default group
    #[arg(
        short = 's',
        long = "server",
        visible_alias = "zone",
        value_name = "ZONE",
        help_heading = "Which zones"
    )]
    pub servers: Vec<String>,
    /// Ask these zones: default, strict, all, or a group of --zones
    #[arg(long, value_name = "GROUP", help_heading = "Which zones")]
    pub group: Vec<String>,
    /// Leave this zone out; repeatable
    #[arg(long, value_name = "ZONE", help_heading = "Which zones")]
    pub exclude: Vec<String>,
    /// Zones of your own, and changes to those that are known (TOML)
    #[arg(long, value_name = "FILE", help_heading = "Which zones")]
    pub zones: Option<std::path::PathBuf>,
    /// Key of a paid zone: NAME=@FILE, =env:VAR, =command:CMD, =credential:NAME
    #[arg(long, value_name = "NAME=SOURCE", help_heading = "Which zones")]
    pub key: Vec<String>,
    /// This allowlist must hold every address; repeatable
    #[arg(long, value_name = "ZONE", help_heading = "Which zones")]
    pub require_allowlist: Vec<String>,
    /// Do not prove by their test entries that zones live (RFC 5782)
    #[arg(long, help_heading = "Which zones")]
    pub no_self_test: bool,
    /// Do not test a zone again for an hour unless it lists something; kept here
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "no_self_test",
        help_heading = "Which zones"
    )]
    pub self_test_cache: Option<std::path::PathBuf>,

    /// Ask this name server; repeatable [default: the system's]
    #[arg(
        short = 'n',
        long = "nameserver",
        visible_alias = "resolver",
        value_name = "IP[:PORT]",
        help_heading = "How to ask"
    )]
    pub nameserver: Vec<String>,
    /// Give a question up after this time [default: 8s]
    #[arg(long, value_name = "TIME", help_heading = "How to ask")]
    pub query_timeout: Option<String>,
    /// Packets for a question that is not answered [default: 3]
    #[arg(
        short = 'r',
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10),
        help_heading = "How to ask"
    )]
    pub retry: Option<u32>,

    #[command(flatten)]
    pub timing: TimingOptions,
    #[command(flatten)]
    pub thresholds: ThresholdOptions,
    /// A metric for each zone: 1 listed, 0 not
    #[arg(long, help_heading = "What to print")]
    pub perfdata_zones: bool,
    /// Put this behind the text
    #[arg(short = 'a', long, value_name = "TEXT", help_heading = "What to print")]
    pub append: Option<String>,
    #[command(flatten)]
    pub output: OutputOptions,

    /// Zones are allowlists: count those that do not hold the address
    #[arg(long, visible_alias = "wl", help_heading = "Which zones")]
    pub whitelistings: bool,
    /// Accepted for the old check_rbl: all zones are asked at once
    #[arg(long, value_name = "N", hide = true)]
    pub workers: Option<u32>,
    /// Likewise
    #[arg(short = 'A', long, hide = true)]
    pub authoritative: bool,
    /// Likewise
    #[arg(short = 'f', long, hide = true)]
    pub force_ipv4_resolver: bool,
    /// Likewise; use -vvv
    #[arg(short = 'd', long, hide = true)]
    pub debug: bool,
}

/// The command.
pub fn command() -> clap::Command {
    cli::command::<BlacklistOptions>(PROBE.name, PROBE.about, PROBE.examples)
}
