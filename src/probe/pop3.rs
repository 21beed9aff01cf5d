//! `check_pop3`: does a POP3 server serve, let somebody in, and hold the mail that must be there?
//!
//! Called as `check_pop` or `check_spop` it is the old check_tcp of that name.

mod audit;
mod findings;
mod options;
mod refusal;
mod run;

use clap::{ArgMatches, FromArgMatches};

use self::findings::FINDINGS;
use self::options::Pop3Options;
use self::run::Pop3Check;
use super::channel::Channel;
use super::classic::plan as plan_classic;
use super::login::Wanted;
use super::watch::LIMIT;
use super::{Plan, Probe, Setting, Work};
use crate::cli::{self, Security};
use crate::report::{MetricKind, Unit, metric};
use crate::session::pop3::Method;

/// The probe.
pub static PROBE: Probe = Probe {
    name: "check_pop3",
    service: "POP3",
    about: "Checks a POP3 server: greeting, TLS, login, mails.",
    examples: concat!(
        "  check_pop3 -H mail.example.org -S -w 1s -c 5s -D 14,7\n",
        "  check_pop3 -H mail.example.org -S -U probe --password-file /etc/nagios/pw \\\n",
        "             -w messages=1000\n",
        "  check_pop3 -H mail.example.org -S -U ops --password-file /etc/nagios/pw \\\n",
        "             --match 'subject=backup .* ok' -c newest=26h\n",
        "  check_spop -H mail.example.org    # TLS (-S), port 995; check_pop3: port 110",
    ),
    findings: &FINDINGS,
    metrics: &METRICS,
    command: options::command,
    plan,
};

/// Metrics that are known after a login only.
const INSIDE: [&str; 5] = ["messages", "size", "newest", "oldest", "matches"];

static METRICS: [MetricKind; 20] = [
    metric("time", Unit::Seconds, "the whole session"),
    metric("dns", Unit::Seconds, "resolving the host"),
    metric("connect", Unit::Seconds, "the TCP connection"),
    metric("greeting", Unit::Seconds, "waiting for the greeting"),
    metric("capa", Unit::Seconds, "CAPA, both of them with STLS"),
    metric("starttls", Unit::Seconds, "the answer to STLS"),
    metric("tls", Unit::Seconds, "the TLS handshake"),
    metric("auth", Unit::Seconds, "the login"),
    metric("command", Unit::Seconds, "the answer to the text of -s"),
    metric("stat", Unit::Seconds, "the answer to STAT"),
    metric("list", Unit::Seconds, "the answer to LIST"),
    metric("uidl", Unit::Seconds, "the answer to UIDL"),
    metric("top", Unit::Seconds, "the answers to TOP"),
    metric(
        "quit",
        Unit::Seconds,
        "the answer to QUIT, if it came at once; not part of time",
    ),
    metric("messages", Unit::Count, "mails in the mailbox"),
    metric("size", Unit::Bytes, "the size of the mailbox"),
    metric(
        "newest",
        Unit::Seconds,
        "the age of the newest mail, or of the newest match",
    ),
    metric(
        "oldest",
        Unit::Seconds,
        "the age of the oldest mail, or of the oldest match",
    ),
    metric(
        "matches",
        Unit::Count,
        "mails that match, of those looked at",
    ),
    metric("cert_days", Unit::Days, "days until the certificate ends"),
];

fn plan(matches: &ArgMatches, setting: &Setting) -> anyhow::Result<Plan> {
    let options =
        Pop3Options::from_arg_matches(matches).map_err(|error| cli::usage_error(&error))?;
    let mut judge = setting.judge.clone();
    let called = setting.invocation.name.as_str();
    let implicit = called.starts_with("check_spop");
    let mut security = options.tls.security()?;
    // The old check_tcp: -D and --sni ask for TLS.
    let asks = implicit || options.tls.certificate.is_some() || options.classic.sni.is_some();
    if security.is_none() && asks {
        security = Some(Security::Tls);
    }
    let targets = options
        .target
        .plan(setting.invocation, security, |security| match security {
            Security::Tls => 995,
            Security::Plain | Security::Starttls => 110,
        })?;
    options.thresholds.apply(&mut judge)?;
    let mut tls = options.tls.plan(&targets, &mut judge)?;
    tls.name = tls.name.or_else(|| options.classic.sni.clone());
    let classic = plan_classic(&options.classic, &mut judge)?;
    let timing = options.timing.plan(LIMIT)?;
    let deadline = setting.clock.deadline(timing.limit);
    let login = options
        .login
        .plan(&["APOP", "USER"], deadline, &setting.redactor)?;
    let conditions = options.matching.plan()?;
    if login.is_none() {
        if let Some(label) = INSIDE
            .iter()
            .find(|label| judge.threshold_of(label).is_some())
        {
            anyhow::bail!("{label} is known after a login only: give --user");
        }
        if conditions.is_some() {
            anyhow::bail!("--match without --user");
        }
    } else if classic.send.is_some() {
        anyhow::bail!("-s and --user do not go together: -s is a dialogue of its own");
    }
    let second = tls.roots.second();
    let check = Pop3Check {
        channel: Channel {
            proxy: options.proxy.plan()?,
            tls,
        },
        classic,
        method: match options.login.auth.as_deref() {
            Some(name) if name.eq_ignore_ascii_case("APOP") => Method::Apop,
            Some(name) if name.eq_ignore_ascii_case("USER") => Method::User,
            _ => Method::Strongest,
        },
        wanted: Wanted::of(&options.login),
        login,
        conditions,
        newest: options.newest,
        audit: options.audit_plaintext,
        require: options.require_capability.clone(),
        forbid: options.forbid_capability.clone(),
    };
    Ok(Plan {
        service: match called {
            "check_pop" => "POP",
            _ if implicit => "SPOP",
            _ => "POP3",
        }
        .to_owned(),
        work: vec![Work::servers(targets, check)],
        timing,
        deadline,
        judge,
        output: options.classic.quiet(options.output.plan()?),
        second,
    })
}
