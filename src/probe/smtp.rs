//! `check_smtp`: does a mail server take mail, from whom, and how safely?

mod audit;
mod envelope;
mod findings;
mod options;
mod relay;
mod run;
mod script;
mod ssmtp;

use clap::{ArgMatches, FromArgMatches};

use self::findings::FINDINGS;
use self::options::SmtpOptions;
use self::run::SmtpCheck;
use super::channel::Channel;
use super::login::Wanted;
use super::watch::LIMIT;
use super::{Plan, Probe, Setting, Work, finding};
use crate::cli::{self, Security, UsageError};
use crate::report::{MetricKind, Unit, metric};
use crate::session::smtp::Envelope;

/// The probe.
pub static PROBE: Probe = Probe {
    name: "check_smtp",
    service: "SMTP",
    about: "Checks that a mail server takes mail: greeting, TLS, login, envelope.",
    examples: concat!(
        "  check_smtp -H mx1.example.org -S -w 1s -c 5s\n",
        "  check_smtp -H mail.example.org -p 587 -S --user probe \\\n",
        "             --password-file /etc/nagios/probe.pw\n",
        "  check_smtp --mx example.org --open-relay",
    ),
    findings: &FINDINGS,
    metrics: &METRICS,
    command: options::command,
    plan,
};

pub use ssmtp::SSMTP;

static METRICS: [MetricKind; 14] = [
    metric("time", Unit::Seconds, "the whole session"),
    metric("dns", Unit::Seconds, "resolving the host"),
    metric("connect", Unit::Seconds, "the TCP connection"),
    metric("greeting", Unit::Seconds, "waiting for the whole greeting"),
    metric("ehlo", Unit::Seconds, "EHLO, both of them with STARTTLS"),
    metric("starttls", Unit::Seconds, "the answer to STARTTLS"),
    metric("tls", Unit::Seconds, "the TLS handshake"),
    metric("auth", Unit::Seconds, "the login"),
    metric("mail", Unit::Seconds, "the answer to MAIL"),
    metric("rcpt", Unit::Seconds, "the answers to RCPT"),
    metric("command", Unit::Seconds, "the commands of -C"),
    metric(
        "quit",
        Unit::Seconds,
        "the answer to QUIT, if it came at once; not part of time",
    ),
    metric(
        "size_limit",
        Unit::Bytes,
        "the largest message that the server takes",
    ),
    metric("cert_days", Unit::Days, "days until the certificate ends"),
];

fn plan(matches: &ArgMatches, setting: &Setting) -> anyhow::Result<Plan> {
    let options =
        SmtpOptions::from_arg_matches(matches).map_err(|error| cli::usage_error(&error))?;
    let mut judge = setting.judge.clone();
    let security = options.tls.security()?;
    let mut targets =
        options
            .target
            .plan(setting.invocation, security, |security| match security {
                Security::Tls => 465,
                Security::Plain | Security::Starttls => 25,
            })?;
    // Days of a certificate cannot be had without TLS. A port that says "plain" is left alone, and finds none.
    if security.is_none() && options.tls.certificate.is_some() {
        targets.prefer_starttls(&options.target);
    }
    options.thresholds.apply(&mut judge)?;
    let tls = options.tls.plan(&targets, &mut judge)?;
    if options.ignore_certificate_expiration {
        let rule = format!("{}=ok", finding::CERT_EXPIRED);
        judge.on(&rule).map_err(UsageError::new)?;
    }
    let timing = options.timing.plan(LIMIT)?;
    let deadline = setting.clock.deadline(timing.limit);
    let login = options.login.plan(&[], deadline, &setting.redactor)?;
    let script = options.script.plan()?;
    let second = tls.roots.second();
    let check = SmtpCheck {
        classic: None,
        channel: Channel {
            proxy: options.proxy.plan()?,
            tls,
        },
        lmtp: options.lmtp,
        name: options.own_name()?,
        expect: options.expected()?,
        wanted: Wanted::of(&options.login),
        login,
        envelope: options.envelope(!script.is_empty())?,
        reject_to: options.reject_paths()?,
        script,
        open_relay: options.open_relay,
        audit: options.audit_plaintext,
        require_tls: options.require_tls,
        require: options.require_capability.clone(),
        forbid: options.forbid_capability.clone(),
        mechanisms: options.require_auth.clone(),
    };
    Ok(Plan {
        service: if options.lmtp { "LMTP" } else { "SMTP" }.to_owned(),
        work: vec![Work::servers(targets, check)],
        timing,
        deadline,
        judge,
        output: options.output.plan()?,
        second,
    })
}

impl SmtpOptions {
    /// The envelope to present, if one is asked for.
    fn envelope(&self, scripted: bool) -> Result<Option<Envelope>, UsageError> {
        if self.from.is_none() && self.to.is_empty() && self.reject_to.is_empty() {
            return Ok(None);
        }
        if scripted && !self.reject_to.is_empty() {
            return Err(UsageError(
                "--reject-to and -C do not go together: use -C \"RCPT TO:<...>\" -R ^5".to_owned(),
            ));
        }
        let from = cli::path("--from", self.from.as_deref().unwrap_or("<>"))?;
        let to = self
            .to
            .iter()
            .map(|text| cli::path("--to", text))
            .collect::<Result<_, _>>()?;
        Ok(Some(Envelope { from, to }))
    }
}
