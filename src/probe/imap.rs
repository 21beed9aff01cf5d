//! `check_imap`: can people read their mail, and is the mail there that must be?

mod ages;
mod audit;
mod classic;
mod findings;
mod mailboxes;
mod matching;
mod options;
mod quota;
mod run;
mod write_test;

use clap::{ArgMatches, FromArgMatches};

use self::findings::FINDINGS;
use self::mailboxes::Asked;
use self::options::ImapOptions;
use self::run::ImapCheck;
use super::channel::Channel;
use super::classic::plan as plan_classic;
use super::login::Wanted;
use super::watch::LIMIT;
use super::{Plan, Probe, Setting, Work};
use crate::cli::{self, Endpoint, Security, Targets, UsageError};
use crate::report::{Judge, MetricKind, Unit, metric};

/// How `--auth` names the LOGIN command; LOGIN is a SASL mechanism.
const LOGIN_COMMAND: &str = "LOGIN-COMMAND";

/// The probe.
pub static PROBE: Probe = Probe {
    name: "check_imap",
    service: "IMAP",
    about: "Checks that people can read their mail, and that the mail is there that must be.",
    examples: concat!(
        "  check_imap -H imap.example.org --starttls -w 1s -c 5s\n",
        "  check_imap -H imap.example.org -S -U probe --password-file /etc/nagios/pw \\\n",
        "             --mailbox INBOX -w unseen=100 -w quota=90\n",
        "  check_imap -H imap.example.org -S -U ops --password-file /etc/nagios/pw \\\n",
        "             --mailbox Reports --match 'subject=backup .* ok' -c newest=26h\n",
        "  check_simap -H imap.example.org    # TLS (-S), port 993; check_imap: port 143",
    ),
    findings: &FINDINGS,
    metrics: &METRICS,
    command: options::command,
    plan,
};

static METRICS: [MetricKind; 28] = [
    metric("time", Unit::Seconds, "the whole session"),
    metric("dns", Unit::Seconds, "resolving the host"),
    metric("connect", Unit::Seconds, "the TCP connection"),
    metric("greeting", Unit::Seconds, "waiting for the greeting"),
    metric("capability", Unit::Seconds, "the answers to CAPABILITY"),
    metric("starttls", Unit::Seconds, "the answer to STARTTLS"),
    metric("tls", Unit::Seconds, "the TLS handshake"),
    metric("auth", Unit::Seconds, "the login"),
    metric("command", Unit::Seconds, "the answer to the text of -s"),
    metric("id", Unit::Seconds, "the answer to ID"),
    metric("enable", Unit::Seconds, "the answer to ENABLE"),
    metric("list", Unit::Seconds, "the answers to LIST"),
    metric("status", Unit::Seconds, "the answers to STATUS"),
    metric(
        "append",
        Unit::Seconds,
        "storing the message of --write-test",
    ),
    metric("examine", Unit::Seconds, "opening mailboxes"),
    metric("search", Unit::Seconds, "the answers to SEARCH"),
    metric("fetch", Unit::Seconds, "the answers to FETCH"),
    metric(
        "expunge",
        Unit::Seconds,
        "removing the message of --write-test",
    ),
    metric(
        "logout",
        Unit::Seconds,
        "the answer to LOGOUT, if it came at once; not part of time",
    ),
    metric("messages", Unit::Count, "mails, in all mailboxes together"),
    metric("unseen", Unit::Count, "mails that nobody has read"),
    metric("size", Unit::Bytes, "all mails together"),
    metric(
        "newest",
        Unit::Seconds,
        "age of the newest mail, or of the newest that is like --match",
    ),
    metric(
        "oldest",
        Unit::Seconds,
        "age of the oldest mail, or of the oldest that is like --match",
    ),
    metric(
        "matches",
        Unit::Count,
        "mails that are like --match, of those looked at",
    ),
    metric("quota", Unit::Percent, "how much of the quota is used"),
    metric("quota_bytes", Unit::Bytes, "the same in bytes"),
    metric("cert_days", Unit::Days, "days until the certificate ends"),
];

fn plan(matches: &ArgMatches, setting: &Setting) -> anyhow::Result<Plan> {
    let mut options =
        ImapOptions::from_arg_matches(matches).map_err(|error| cli::usage_error(&error))?;
    let mut judge = setting.judge.clone();
    let implicit = setting.invocation.name == "check_simap";
    if let Some(name) = options.classic.sni.take() {
        options.tls.tls = options.tls.tls || !options.tls.starttls;
        options.tls.tls_name.get_or_insert(name);
    }
    let mut security = options.tls.security()?;
    if security.is_none() && (implicit || options.tls.certificate.is_some()) {
        security = Some(Security::Tls);
    }
    let targets = options
        .target
        .plan(setting.invocation, security, |security| match security {
            Security::Tls => 993,
            Security::Plain | Security::Starttls => 143,
        })?;
    options.thresholds.apply(&mut judge)?;
    let tls = options.tls.plan(&targets, &mut judge)?;
    let classic = plan_classic(&options.classic, &mut judge)?;
    let timing = options.timing.plan(LIMIT)?;
    let deadline = setting.clock.deadline(timing.limit);
    let login = options
        .login
        .plan(&[LOGIN_COMMAND], deadline, &setting.redactor)?;
    let asked = options.asked(&judge)?;
    if asked.anything() && login.is_none() && !may_be_logged_in(&targets) {
        anyhow::bail!("mailboxes can be looked at after a login only: give --user");
    }
    if asked.anything() && options.login.reject_login {
        anyhow::bail!("--reject-login looks at no mailbox");
    }
    if classic.send.is_some() {
        let starttls = targets
            .ports
            .iter()
            .any(|port| port.security == Security::Starttls);
        if login.is_some() || asked.anything() || starttls || options.audit_plaintext {
            anyhow::bail!("-s is a dialogue of its own: no login, no --starttls beside it");
        }
    }
    let second = tls.roots.second();
    let check = ImapCheck {
        channel: Channel {
            proxy: options.proxy.plan()?,
            tls,
        },
        classic,
        wanted: Wanted::of(&options.login),
        login,
        login_command: options
            .login
            .auth
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case(LOGIN_COMMAND)),
        asked,
        id: options.id,
        utf8: options.utf8,
        audit: options.audit_plaintext,
        require: options.require_capability.clone(),
        forbid: options.forbid_capability.clone(),
        mechanisms: options.require_auth.clone(),
    };
    Ok(Plan {
        service: if implicit { "SIMAP" } else { "IMAP" }.to_owned(),
        work: vec![Work::servers(targets, check)],
        timing,
        deadline,
        judge,
        output: options.classic.quiet(options.output.plan()?),
        second,
    })
}

/// Does it stand for several mailboxes?
fn is_pattern(name: &str) -> bool {
    name.contains(['*', '%'])
}

/// A unix socket may greet with PREAUTH.
fn may_be_logged_in(targets: &Targets) -> bool {
    targets
        .endpoints
        .iter()
        .any(|endpoint| matches!(endpoint, Endpoint::Socket(_)))
}

impl ImapOptions {
    /// What is to be known of mailboxes. A threshold asks for its metric.
    fn asked(&self, judge: &Judge) -> Result<Asked, UsageError> {
        let judged = |label: &str| judge.threshold_of(label).is_some();
        let conditions = self.matching.plan()?;
        if conditions.is_none() && judged("matches") {
            return Err(UsageError("matches is known with --match only".to_owned()));
        }
        let counts = judged("messages") || judged("unseen");
        let looked_at = conditions.is_some() || self.write_test;
        let size = self.size || judged("size");
        let newest = conditions.is_none() && (self.ages || judged("newest"));
        let oldest = conditions.is_none() && (self.ages || judged("oldest"));
        let quota = self.quota || judged("quota") || judged("quota_bytes");
        // `--mailbox` alone means its counts.
        let plain = !self.mailbox.is_empty() && !looked_at;
        let several = self.mailbox.len() > 1 || self.mailbox.iter().any(|name| is_pattern(name));
        if self.write_test && several {
            return Err(UsageError(
                "--write-test writes to one --mailbox".to_owned(),
            ));
        }
        Ok(Asked {
            names: if self.mailbox.is_empty() {
                vec!["INBOX".to_owned()]
            } else {
                self.mailbox.clone()
            },
            counts: counts || plain,
            size,
            newest,
            oldest,
            judges_newest: judged("newest"),
            quota,
            conditions,
            candidates: usize::from(self.newest.max(1)),
            write_test: self.write_test,
        })
    }
}

#[cfg(test)]
mod tests;
