//! `check_tcp`, a name of the binary check_imap: the old plugin of that name for what speaks text and is none of the
//! protocols that the suite knows, as ManageSieve's greeting. It proves that the text of `-e` comes, and nothing more.

use clap::{ArgMatches, Args, FromArgMatches};

use super::channel::Channel;
use super::classic::{self, EXPECT_MISMATCH};
use super::finding::{connection, join, kind, rows};
use super::watch::LIMIT;
use super::{Check, Plan, Probe, Scene, Setting, Target, Work};
use crate::cli::{
    self, Classic, ClassicOptions, OutputOptions, Security, TargetOptions, ThresholdOptions,
    TimingOptions, TlsOptions,
};
use crate::report::Status::{Critical, Warning};
use crate::report::{FindingKind, MetricKind, Unit, metric};
use crate::session::Error;

/// The probe.
pub static PROBE: Probe = Probe {
    name: "check_tcp",
    service: "TCP",
    about: "Checks a port that speaks text: it answers, and says what it should.",
    examples: concat!(
        "  check_tcp -H mail.example.org -p 4190 -e 'Dovecot ready'\n",
        "  check_tcp -H mail.example.org -p 4190 -E -s 'NOOP\\r\\n' -e OK",
    ),
    findings: &FINDINGS,
    metrics: &METRICS,
    command,
    plan,
};

static FINDINGS: [FindingKind; rows(1)] = join(
    connection(Critical),
    [kind(
        EXPECT_MISMATCH,
        Warning,
        "what it says does not hold the text of -e",
    )],
);

static METRICS: [MetricKind; 6] = [
    metric("time", Unit::Seconds, "the whole session"),
    metric("dns", Unit::Seconds, "resolving the host"),
    metric("connect", Unit::Seconds, "the TCP connection"),
    metric("tls", Unit::Seconds, "the TLS handshake"),
    metric("command", Unit::Seconds, "what it says, or answers"),
    metric("cert_days", Unit::Days, "days until the certificate ends"),
];

/// All of them.
#[derive(Args, Clone)]
struct Options {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    classic: ClassicOptions,
    #[command(flatten)]
    tls: TlsOptions,
    #[command(flatten)]
    timing: TimingOptions,
    #[command(flatten)]
    thresholds: ThresholdOptions,
    #[command(flatten)]
    output: OutputOptions,
}

fn command() -> clap::Command {
    cli::command::<Options>(PROBE.name, PROBE.about, PROBE.examples)
        .mut_arg("tls", |arg| arg.short('S'))
        // What STARTTLS looks like only a protocol knows.
        .mut_arg("starttls", |arg| arg.hide(true))
}

fn plan(matches: &ArgMatches, setting: &Setting) -> anyhow::Result<Plan> {
    let mut options =
        Options::from_arg_matches(matches).map_err(|error| cli::usage_error(&error))?;
    let mut judge = setting.judge.clone();
    let hosts = &options.target.hosts;
    let sockets = !hosts.is_empty() && hosts.iter().all(|host| host.starts_with('/'));
    if options.target.ports.is_empty() && !sockets {
        anyhow::bail!("which port? give -p PORT (see --help)");
    }
    if let Some(name) = options.classic.sni.take() {
        options.tls.tls = true;
        options.tls.tls_name.get_or_insert(name);
    }
    let mut security = options.tls.security()?;
    if security.is_none() && options.tls.certificate.is_some() {
        security = Some(Security::Tls);
    }
    let security = security.unwrap_or(Security::Plain);
    let targets = options
        .target
        .plan(setting.invocation, Some(security), |_| 0)?;
    if targets
        .ports
        .iter()
        .any(|port| port.security == Security::Starttls)
    {
        anyhow::bail!("check_tcp knows no protocol, and so no STARTTLS");
    }
    options.thresholds.apply(&mut judge)?;
    let tls = options.tls.plan(&targets, &mut judge)?;
    let classic = classic::plan(&options.classic, &mut judge)?;
    let timing = options.timing.plan(LIMIT)?;
    let deadline = setting.clock.deadline(timing.limit);
    let second = tls.roots.second();
    let check = TcpCheck {
        channel: Channel { proxy: None, tls },
        classic,
    };
    Ok(Plan {
        service: PROBE.service.to_owned(),
        work: vec![Work::servers(targets, check)],
        timing,
        deadline,
        judge,
        output: options.classic.quiet(options.output.plan()?),
        second,
    })
}

struct TcpCheck {
    channel: Channel,
    classic: Classic,
}

impl Check for TcpCheck {
    fn run(&self, target: &Target, scene: &Scene) -> Result<(), Error> {
        let mut connection = self.channel.open(target, scene)?;
        let text = self.classic.send.as_deref().unwrap_or_default();
        if !self.classic.expect.is_empty() {
            let heard = Vec::new();
            classic::follow(&mut connection, &self.classic, text, "", heard, scene)?;
        } else {
            // Where nothing is expected, nothing is awaited.
            if !text.is_empty() {
                scene.journal.enter("command");
                connection.send(&classic::raw(text), "send the text of -s to")?;
                scene.journal.leave("");
            }
            classic::pause(&connection, &self.classic, scene)?;
        }
        match &self.classic.quit {
            Some(words) => classic::quit(&mut connection, words),
            None => {
                scene.journal.done();
                connection.close();
            }
        }
        Ok(())
    }
}
