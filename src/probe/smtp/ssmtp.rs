//! `check_ssmtp`: the same probe in the dress of the old check_tcp of that name. TLS from the first byte, and that
//! program's letters, which are others than check_smtp's: `-s` sends, `-S` is TLS, `-q` says the last line.

use clap::{ArgMatches, Args, FromArgMatches};

use super::METRICS;
use super::findings::CLASSIC_FINDINGS;
use super::run::SmtpCheck;
use crate::cli::{
    self, ClassicOptions, LoginOptions, OutputOptions, Security, TargetOptions, ThresholdOptions,
    TimingOptions, TlsOptions,
};
use crate::probe::channel::Channel;
use crate::probe::classic::plan as plan_classic;
use crate::probe::login::Wanted;
use crate::probe::watch::LIMIT;
use crate::probe::{Plan, Probe, Setting, Work};

/// The probe under that name.
pub static SSMTP: Probe = Probe {
    name: "check_ssmtp",
    service: "SSMTP",
    about: "Checks a mail server that speaks TLS from the first byte: greeting, TLS, login.",
    examples: concat!(
        "  check_ssmtp -H mail.example.org -w 1s -c 5s -D 14,7\n",
        "  check_ssmtp -H mail.example.org -e 'ESMTP Postfix'\n",
        "  check_smtp --tls -H mail.example.org    # with all that check_smtp can do",
    ),
    findings: &CLASSIC_FINDINGS,
    metrics: &METRICS,
    command,
    plan,
};

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
    login: LoginOptions,
    #[command(flatten)]
    timing: TimingOptions,
    #[command(flatten)]
    thresholds: ThresholdOptions,
    #[command(flatten)]
    output: OutputOptions,
}

fn command() -> clap::Command {
    cli::command::<Options>(SSMTP.name, SSMTP.about, SSMTP.examples)
        .mut_arg("tls", |arg| arg.short('S'))
        .mut_arg("user", |arg| arg.short('U'))
        .mut_arg("password", |arg| arg.short('P'))
}

fn plan(matches: &ArgMatches, setting: &Setting) -> anyhow::Result<Plan> {
    let mut options =
        Options::from_arg_matches(matches).map_err(|error| cli::usage_error(&error))?;
    let mut judge = setting.judge.clone();
    let security = options.tls.security()?.or(Some(Security::Tls));
    if let Some(name) = options.classic.sni.take() {
        options.tls.tls_name.get_or_insert(name);
    }
    let targets = options
        .target
        .plan(setting.invocation, security, |security| match security {
            Security::Tls => 465,
            Security::Plain | Security::Starttls => 25,
        })?;
    options.thresholds.apply(&mut judge)?;
    let tls = options.tls.plan(&targets, &mut judge)?;
    let classic = plan_classic(&options.classic, &mut judge)?;
    let timing = options.timing.plan(LIMIT)?;
    let deadline = setting.clock.deadline(timing.limit);
    let login = options.login.plan(&[], deadline, &setting.redactor)?;
    if classic.send.is_some() && (login.is_some() || security == Some(Security::Starttls)) {
        anyhow::bail!("-s is a dialogue of its own: no login, no --starttls beside it");
    }
    let second = tls.roots.second();
    let check = SmtpCheck {
        classic: Some(classic),
        channel: Channel { proxy: None, tls },
        lmtp: false,
        name: None,
        expect: None,
        login,
        wanted: Wanted::of(&options.login),
        envelope: None,
        reject_to: Vec::new(),
        script: Vec::new(),
        open_relay: false,
        audit: false,
        require_tls: false,
        require: Vec::new(),
        forbid: Vec::new(),
        mechanisms: Vec::new(),
    };
    Ok(Plan {
        service: SSMTP.service.to_owned(),
        work: vec![Work::servers(targets, check)],
        timing,
        deadline,
        judge,
        output: options.classic.quiet(options.output.plan()?),
        second,
    })
}
