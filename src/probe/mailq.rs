//! `check_mailq`: what waits in the queue, since when, for whom and why?
//!
//! What could not be looked at is never taken for empty. Called with nothing but the options of the known check_mailq
//! its main number is called `unsent`, as there.

mod findings;
mod growth;
mod hints;
mod options;
mod read;
mod run;
mod seen;
mod state;
mod tell;

use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, FromArgMatches};

use self::findings::FINDINGS;
use self::options::{MailqOptions, SourceOptions, WhatOptions};
use self::read::Source;
use self::run::MailqJob;
use self::tell::Top;
use super::{Plan, Probe, Setting, Work};
use crate::cli::{self, UsageError};
use crate::mta::spool::Depth;
use crate::mta::{self, Input, Program};
use crate::queue::{Class, Filter, Mta, Queue, Tables, Why};
use crate::report::{self, Judge, MetricKind, Range, Unit, metric};

/// As the known check_mailq: a long queue takes its time.
const LIMIT: Duration = Duration::from_secs(15);

/// The probe.
pub static PROBE: Probe = Probe {
    name: "check_mailq",
    service: "MAILQ",
    about: "Checks a mail queue: how much waits, since when, for whom and why.",
    examples: concat!(
        "  check_mailq -w 50 -c 500 -w oldest=1h -c oldest=1d\n",
        "  check_mailq --reason policy -c 1    # the first \"blocked\" alarms\n",
        "  check_mailq --spool -c deferred=1000 -c corrupt=0    # as root, runs nothing",
    ),
    findings: &FINDINGS,
    metrics: &METRICS,
    command: options::command,
    plan,
};

static METRICS: [MetricKind; 19] = metrics("total");
/// The same with the known check_mailq's name for the first.
static OLD_METRICS: [MetricKind; 19] = metrics("unsent");

/// The metric of a queue, for those that have one.
const QUEUES: [Queue; 9] = [
    Queue::Active,
    Queue::Deferred,
    Queue::Hold,
    Queue::Incoming,
    Queue::Maildrop,
    Queue::Corrupt,
    Queue::Bounce,
    Queue::Frozen,
    Queue::Failed,
];

const fn metrics(total: &'static str) -> [MetricKind; 19] {
    [
        metric(total, Unit::Count, "messages that wait, in all queues"),
        metric("active", Unit::Count, "being delivered now"),
        metric("deferred", Unit::Count, "tried, and to be tried again"),
        metric("hold", Unit::Count, "on hold"),
        metric("incoming", Unit::Count, "come in, not yet scheduled"),
        metric("maildrop", Unit::Count, "submitted here, not yet picked up"),
        metric(
            "corrupt",
            Unit::Count,
            "damaged; not in the total (Postfix)",
        ),
        metric(
            "bounce",
            Unit::Count,
            "notices to senders; Postfix: logs about messages, not in the total",
        ),
        metric("frozen", Unit::Count, "tried no more until thawed (Exim)"),
        metric("failed", Unit::Count, "given up and kept (nullmailer)"),
        metric("size", Unit::Bytes, "the size of all that waits"),
        metric("oldest", Unit::Seconds, "how long the oldest has waited"),
        metric("newest", Unit::Seconds, "how long the newest has waited"),
        metric("recipients", Unit::Count, "recipients that wait"),
        metric(
            "domain_max",
            Unit::Count,
            "recipients at the domain that most waits for",
        ),
        metric(
            "sender_domain_max",
            Unit::Count,
            "messages from the domain that most comes from",
        ),
        metric(
            "growth",
            Unit::Count,
            "messages a minute since the last run (--rate)",
        ),
        metric("time", Unit::Seconds, "the whole check"),
        metric("listing", Unit::Seconds, "reading the queue"),
    ]
}

/// What the known check_mailq understands; a command line of these alone is one of its.
const OLD_OPTIONS: [&str; 10] = [
    "mailserver",
    "configdir",
    "sudo",
    "timeout",
    "warning",
    "critical",
    "warning_domain",
    "critical_domain",
    "verbose",
    "extra_opts",
];

fn plan(matches: &ArgMatches, setting: &Setting) -> anyhow::Result<Plan> {
    let options =
        MailqOptions::from_arg_matches(matches).map_err(|error| cli::usage_error(&error))?;
    let thresholds = &options.thresholds;
    let [warning, critical] =
        [&thresholds.warning, &thresholds.critical].map(|rules| match rules.as_slice() {
            [only] => only.trim().parse::<u32>().ok(),
            _ => None,
        });
    let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let command = options::command();
    let foreign = command
        .get_arguments()
        .map(|argument| argument.get_id().as_str())
        .any(|id| given(id) && !OLD_OPTIONS.contains(&id));
    let old = warning.is_some() && critical.is_some() && !foreign;
    let mut judge = if old {
        Judge::new(&FINDINGS, &OLD_METRICS)
    } else {
        setting.judge.clone()
    };
    let mta = server(&options.source)?;
    apply(&options, mta, &mut judge)?;
    let timing = options.timing.plan(LIMIT)?;
    let source = source(&options.source)?;
    let filter = filter(&options.what)?;
    let mut by = options.what.top_by.clone();
    if by.is_empty() {
        by.push(options::TopBy::Domain);
        if options.what.top.is_none() {
            by.push(options::TopBy::Reason);
        }
    }
    if options.what.state_dir.is_some() && !options.what.rate {
        anyhow::bail!("--state-dir without --rate");
    }
    if judge.threshold_of("growth").is_some() && !options.what.rate {
        anyhow::bail!("growth is measured with --rate only");
    }
    let deadline = setting.clock.deadline(timing.limit);
    let mut output = options.output.plan()?;
    if options.what.top.is_some() {
        output.style.verbosity = output.style.verbosity.max(1);
    }
    // The first line needs no table, and a long queue is read in half the time without them.
    let shown = output.style.verbosity > 0 || output.format != report::Format::Nagios;
    let tables = Tables {
        senders: shown && by.contains(&options::TopBy::Sender),
        reasons: shown && by.contains(&options::TopBy::Reason),
    };
    let job = MailqJob {
        tables,
        total: if old { "unsent" } else { "total" },
        filter_words: words(&options.what),
        source,
        mta,
        filter,
        top: Top {
            // What is asked for is shown without -v, too.
            most: options.what.top.map_or(5, usize::from),
            by,
        },
        depth: if options.source.count_only {
            Depth::Names
        } else {
            Depth::Envelopes
        },
        state_dir: options.what.rate.then(|| options.what.state_dir.clone()),
    };
    Ok(Plan {
        service: "MAILQ".to_owned(),
        work: vec![Work::Job {
            name: String::new(),
            job: Box::new(job),
        }],
        timing,
        deadline,
        judge,
        output,
        second: None,
    })
}

fn server(options: &SourceOptions) -> Result<Option<Mta>, UsageError> {
    let Some(name) = options.mailserver.as_deref() else {
        return Ok(None);
    };
    // The known check_mailq's other name for it, and an empty one.
    let name = match name {
        "" => "sendmail",
        "opensmtp" | "smtpd" => "opensmtpd",
        "exim4" => "exim",
        "netqmail" | "notqmail" => "qmail",
        name => name,
    };
    let known = Mta::ALL
        .into_iter()
        .find(|mta| mta.name().eq_ignore_ascii_case(name));
    match known {
        Some(mta) => Ok(Some(mta)),
        None => {
            let names: Vec<&str> = Mta::ALL.into_iter().map(Mta::name).collect();
            Err(UsageError(format!(
                "-M {name:?} is not supported: give one of {}",
                names.join(", ")
            )))
        }
    }
}

/// A bare number alarms from there on, a range outside it.
fn apply(options: &MailqOptions, mta: Option<Mta>, judge: &mut Judge) -> Result<(), UsageError> {
    let main = judge.main_metric().map_or("total", |kind| kind.label);
    let mut rest = options.thresholds.clone();
    let mut reached = [None, None];
    for (slot, rules) in reached
        .iter_mut()
        .zip([&mut rest.warning, &mut rest.critical])
    {
        rules.retain(|rule| match rule.trim().parse::<u32>() {
            Ok(limit) => {
                *slot = Some(limit);
                false
            }
            Err(_) => true,
        });
        for rule in rules.iter_mut() {
            // Either name of the main metric will do.
            for name in ["total=", "unsent="] {
                if let Some(range) = rule.strip_prefix(name) {
                    *rule = format!("{main}={range}");
                    break;
                }
            }
        }
    }
    rest.apply(judge)?;
    ordered("-w", reached[0], "-c", reached[1])?;
    raise(judge, main, reached[0], reached[1]);
    let (warning, critical) = (
        options.classic.warning_domain,
        options.classic.critical_domain,
    );
    ordered("-W", warning, "-C", critical)?;
    if mta == Some(Mta::Qmail) {
        raise(judge, "incoming", warning, critical);
    } else {
        raise(judge, "domain_max", warning, critical);
        raise(judge, "sender_domain_max", warning, critical);
    }
    Ok(())
}

fn ordered(
    low: &str,
    warning: Option<u32>,
    high: &str,
    critical: Option<u32>,
) -> Result<(), UsageError> {
    match (warning, critical) {
        (Some(warning), Some(critical)) if warning >= critical => Err(UsageError(format!(
            "{low} {warning} must be less than {high} {critical}"
        ))),
        _ => Ok(()),
    }
}

fn raise(judge: &mut Judge, label: &'static str, warning: Option<u32>, critical: Option<u32>) {
    let mut threshold = judge.threshold_of(label).copied().unwrap_or_default();
    if let Some(limit) = warning {
        threshold.warning = Some(Range::below(limit));
    }
    if let Some(limit) = critical {
        threshold.critical = Some(Range::below(limit));
    }
    if warning.is_some() || critical.is_some() {
        judge.set(label, threshold);
    }
}

fn source(options: &SourceOptions) -> anyhow::Result<Source> {
    let ways = [
        options.command.is_some(),
        options.spool.is_some(),
        options.socket.is_some(),
        options.input.is_some(),
    ];
    if ways.iter().filter(|way| **way).count() > 1 {
        anyhow::bail!("--command, --spool, --socket and --input exclude each other");
    }
    if options.sudo
        && (options.spool.is_some() || options.socket.is_some() || options.input.is_some())
    {
        anyhow::bail!(
            "-s runs a command by sudo: it does not go with --spool, --socket or --input"
        );
    }
    if options.count_only && options.spool.is_none() {
        anyhow::bail!("--count-only without --spool");
    }
    if let Some(path) = &options.command {
        if !path.is_absolute() {
            anyhow::bail!("--command {}: give an absolute path", path.display());
        }
    } else if !options.command_arg.is_empty() {
        anyhow::bail!("--command-arg without --command");
    }
    let sudo =
        if options.sudo {
            Some(mta::sudo().ok_or_else(|| {
                anyhow::anyhow!("-s: there is no sudo on this host that can be run")
            })?)
        } else {
            None
        };
    if let Some(spool) = &options.spool {
        return Ok(Source::Spool(spool.clone()));
    }
    if let Some(socket) = &options.socket {
        return Ok(Source::Socket(socket.clone()));
    }
    if let Some(input) = &options.input {
        return Ok(Source::Input(if input.as_os_str() == "-" {
            Input::Standard
        } else {
            Input::File(input.clone())
        }));
    }
    Ok(Source::Command {
        given: options.command.as_ref().map(|path| Program {
            path: path.clone(),
            arguments: options.command_arg.clone(),
        }),
        sudo,
        instances: options.instance.clone(),
        configs: options.configdir.clone(),
    })
}

fn filter(options: &WhatOptions) -> anyhow::Result<Filter> {
    let mut filter = Filter {
        domains: options.domain.clone(),
        senders: options.sender.clone(),
        ..Filter::default()
    };
    if let Some(text) = &options.older_than {
        let seconds = Unit::Seconds
            .parse(text)
            .ok()
            .filter(|seconds| (0.0..=1e10).contains(seconds))
            .ok_or_else(|| {
                UsageError(format!("--older-than {text:?}: give a time, such as 30m"))
            })?;
        #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
        let seconds = seconds as i64;
        filter.older_than = Some(seconds);
    }
    for name in &options.queue {
        let queue = Queue::named(name.as_bytes()).ok_or_else(|| {
            let names: Vec<&str> = Queue::ALL.into_iter().map(Queue::name).collect();
            UsageError(format!(
                "--queue {name:?}: give one of {}",
                names.join(", ")
            ))
        })?;
        filter.queues.push(queue);
    }
    for text in &options.reason {
        let pattern = text
            .strip_prefix('/')
            .map(|rest| rest.strip_suffix('/').unwrap_or(rest));
        filter.reasons.push(match pattern {
            Some(pattern) => Why::Text(
                regex::bytes::RegexBuilder::new(pattern)
                    .case_insensitive(true)
                    .build()
                    .map_err(|error| {
                        UsageError(format!("--reason {text:?}: {}", first_line(&error)))
                    })?,
            ),
            None => Why::Class(class(text)?),
        });
    }
    Ok(filter)
}

fn class(text: &str) -> Result<Class, UsageError> {
    let wanted = text.to_ascii_lowercase().replace('_', "-");
    Class::ALL
        .into_iter()
        .find(|class| class.name() == wanted)
        .ok_or_else(|| {
            let names: Vec<&str> = Class::ALL.into_iter().map(Class::name).collect();
            UsageError(format!(
                "--reason {text:?}: give /REGEX/ or one of {}",
                names.join(", ")
            ))
        })
}

fn first_line(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim().to_owned()
}

/// The filter as people say it: `for example.org, older than 30m`.
fn words(options: &WhatOptions) -> String {
    let mut words = Vec::new();
    let mut say = |before: &str, list: &[String]| {
        if !list.is_empty() {
            words.push(format!("{before} {}", list.join(" or ")));
        }
    };
    say("for", &options.domain);
    say("from", &options.sender);
    say("in", &options.queue);
    say("because of", &options.reason);
    if let Some(text) = &options.older_than {
        words.push(format!("longer than {text}"));
    }
    words.join(" ")
}
