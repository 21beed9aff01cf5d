//! The options of one server among several: the same as those of a probe with one server, each with a
//! prefix (`--smtp-host`, `--imap-password-file`). They are made from one definition, so that a leg
//! can do what a probe can, and are read by it again without the prefix.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::argv::Invocation;
use super::login::LoginOptions;
use super::proxy::ProxyOptions;
use super::target::{Security, TargetOptions, Targets};
use super::thresholds::certificate_days;
use super::tls::{TlsOptions, TlsPlan};
use super::usage::UsageError;
use crate::net::Host;
use crate::report::Judge;
use crate::secret::Redactor;
use crate::session::login::Login;
use crate::session::{Dial, Proxy};
use crate::time::Deadline;

/// All of them, without the prefix.
#[derive(Args, Clone)]
struct LegOptions {
    #[command(flatten)]
    target: TargetOptions,
    /// The name for EHLO [default: this host's, or its address]
    #[arg(long, value_name = "NAME")]
    fqdn: Option<String>,
    #[command(flatten)]
    tls: TlsOptions,
    #[command(flatten)]
    proxy: ProxyOptions,
    #[command(flatten)]
    login: LoginOptions,
}

/// What makes no sense for a leg.
const LEFT_OUT: [&str; 5] = [
    "plain_hosts",
    "mx",
    "all_addresses",
    "resolver",
    "reject_login",
];

/// What a person looks for first; the rest is in `--help`.
const SHORT: [&str; 8] = [
    "hosts",
    "ports",
    "starttls",
    "tls",
    "user",
    "password_file",
    "password_env",
    "password_command",
];

/// A leg: its prefix, and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    /// `smtp`, `imap`.
    pub prefix: &'static str,
    /// The heading of its options.
    pub heading: &'static str,
    /// Is it SMTP that is spoken there?
    pub smtp: bool,
    /// Is it in the short help?
    pub shown: bool,
}

/// One server, decided.
pub struct LegPlan {
    /// What messages call it.
    pub name: String,
    /// Where to connect to.
    pub dial: Dial,
    /// How it is spoken to.
    pub security: Security,
    /// What TLS demands.
    pub tls: TlsPlan,
    /// The PROXY header, if one is wanted.
    pub proxy: Option<Proxy>,
    /// Who logs in.
    pub login: Option<Login>,
    /// Was a mechanism named that is none of SASL's?
    pub method: Option<String>,
    /// What we call ourselves.
    pub fqdn: Option<String>,
}

impl Leg {
    /// Adds the options to a command.
    #[must_use]
    pub fn augment(self, mut command: Command) -> Command {
        for arg in plain().get_arguments() {
            let id = arg.get_id().as_str();
            let Some(long) = arg.get_long().filter(|_| !LEFT_OUT.contains(&id)) else {
                continue;
            };
            if id == "fqdn" && !self.smtp {
                continue;
            }
            let (own, long) = (self.id(id), self.long(long));
            command = command.arg(
                Arg::new(own)
                    .long(long)
                    .action(arg.get_action().clone())
                    .value_parser(arg.get_value_parser().clone())
                    .value_names(match id {
                        "ports" => vec!["PORT".into()],
                        _ => arg.get_value_names().unwrap_or_default().to_vec(),
                    })
                    .allow_hyphen_values(arg.is_allow_hyphen_values_set())
                    .help(match id {
                        "hosts" => "Host name, address, or /path of a unix socket".into(),
                        "ports" => "Port; may say its transport: 465:tls, 587:starttls".into(),
                        _ => arg.get_help().cloned().unwrap_or_default(),
                    })
                    .help_heading(self.heading)
                    .hide_short_help(!self.shown || !SHORT.contains(&id)),
            );
        }
        command
    }

    fn id(self, id: &str) -> String {
        format!("{}_{id}", self.prefix)
    }

    /// `--hostname` has the name that people look for.
    fn long(self, long: &str) -> String {
        let long = if long == "hostname" { "host" } else { long };
        format!("{}-{long}", self.prefix)
    }

    /// Was any of them given?
    #[must_use]
    pub fn given(self, matches: &ArgMatches) -> bool {
        !self.words(matches).is_empty()
    }

    /// What was given, without the prefix.
    fn words(self, matches: &ArgMatches) -> Vec<OsString> {
        let mut words = Vec::new();
        for arg in plain().get_arguments() {
            let id = arg.get_id().as_str();
            let Some(long) = arg.get_long() else { continue };
            let own = self.id(id);
            let typed = matches!(
                matches.try_contains_id(&own).map(|there| there
                    && matches.value_source(&own) != Some(clap::parser::ValueSource::DefaultValue)),
                Ok(true)
            );
            if !typed {
                continue;
            }
            if matches!(arg.get_action(), ArgAction::SetTrue) {
                words.push(OsString::from(format!("--{long}")));
                continue;
            }
            for value in matches.get_raw(&own).into_iter().flatten() {
                let mut word = OsString::from(format!("--{long}="));
                word.push(value);
                words.push(word);
            }
        }
        words
    }

    /// Validates, loads, fetches secrets. `url` are options that a URL stands for, without the prefix;
    /// `port` gives the port for a security. `None` where no host is named.
    #[expect(clippy::too_many_arguments, reason = "each is needed once, here")]
    pub fn plan(
        self,
        matches: &ArgMatches,
        url: Vec<String>,
        invocation: &Invocation,
        port: impl Fn(Security) -> u16,
        methods: &[&str],
        judge: &mut Judge,
        deadline: Deadline,
        redactor: &Redactor,
    ) -> Result<Option<LegPlan>, UsageError> {
        let named = |error: UsageError| UsageError(self.prefixed(&error.0));
        let mut words = vec![OsString::from("leg")];
        words.extend(url.into_iter().map(OsString::from));
        words.extend(self.words(matches));
        let matches = plain()
            .try_get_matches_from(words)
            .map_err(|error| named(super::usage_error(&error)))?;
        let mut options = LegOptions::from_arg_matches(&matches)
            .map_err(|error| named(super::usage_error(&error)))?;
        if options.target.hosts.is_empty() {
            if matches.args_present() {
                let why = format!("which host? give --{}-host", self.prefix);
                return Err(UsageError(why));
            }
            return Ok(None);
        }
        if options.target.hosts.len() > 1 || options.target.ports.len() > 1 {
            let why = format!("--{0}-host and --{0}-port: give one of each", self.prefix);
            return Err(UsageError(why));
        }
        let days = options.tls.certificate.take();
        let security = options.tls.security().map_err(named)?;
        let targets = options
            .target
            .plan(invocation, security, port)
            .map_err(named)?;
        if let Some(days) = days {
            let label = format!("{}_cert_days", self.prefix);
            certificate_days(&days, &label, judge).map_err(named)?;
            if !targets.use_tls() {
                let why = "days of a certificate need TLS: give --starttls or --tls".to_owned();
                return Err(named(UsageError(why)));
            }
        }
        let tls = options.tls.plan(&targets, judge).map_err(named)?;
        let login = options
            .login
            .plan(methods, deadline, redactor)
            .map_err(named)?;
        let method = options
            .login
            .auth
            .clone()
            .filter(|name| methods.iter().any(|known| known.eq_ignore_ascii_case(name)));
        let proxy = options.proxy.plan().map_err(named)?;
        let fqdn = match options.fqdn.as_deref() {
            None => None,
            Some(name) if name.starts_with('[') => {
                Host::parse(name).map_err(|error| named(UsageError::new(error)))?;
                Some(name.to_owned())
            }
            Some(name) => {
                let host = Host::parse(name).map_err(|error| named(UsageError::new(error)))?;
                Some(host.name().to_owned())
            }
        };
        let Some((dial, security)) = only(&targets) else {
            return Ok(None);
        };
        Ok(Some(LegPlan {
            name: dial.name(),
            dial,
            security,
            tls,
            proxy,
            login,
            method,
            fqdn,
        }))
    }

    /// A message about an option, by the name that it was given by.
    fn prefixed(self, text: &str) -> String {
        let command = plain();
        let longs: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("--") {
            let (before, after) = rest.split_at(at + 2);
            out.push_str(before);
            let end = after
                .find(|c: char| !c.is_ascii_lowercase() && c != '-')
                .unwrap_or(after.len());
            let (word, after) = after.split_at(end);
            if longs.contains(&word) || word == "host" {
                out.push_str(&self.long(word));
            } else {
                out.push_str(word);
            }
            rest = after;
        }
        out.push_str(rest);
        // -p is the port of a probe with one server.
        match out.strip_prefix("-p ") {
            Some(rest) => format!("--{}-port {rest}", self.prefix),
            None => out,
        }
    }
}

fn plain() -> Command {
    LegOptions::augment_args(Command::new("leg").no_binary_name(false))
        .disable_help_flag(true)
        .args_override_self(true)
}

fn only(targets: &Targets) -> Option<(Dial, Security)> {
    targets
        .dials(targets.endpoints.first()?, &[])
        .into_iter()
        .next()
}
