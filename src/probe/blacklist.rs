//! `check_blacklist`: is a mail server's address or domain on a blocklist, and can the lists be believed?
//!
//! Called as `check_rbl` it is the old plugin of that name: numbers of listings, and nothing else, make its status.

mod cache;
mod findings;
mod options;
mod run;
mod select;
mod tally;
mod wanted;

use clap::{ArgMatches, FromArgMatches};

use self::findings::{FINDINGS, LISTED, LISTED_MINOR, NOT_PUBLIC, WITHOUT_VERDICT};
use self::options::BlacklistOptions;
use self::run::Lookup;
use super::watch::LIMIT;
use super::{Plan, Probe, Setting, Work};
use crate::cli::{self, UsageError, server};
use crate::dns::blocklist::Patience;
use crate::dns::zones::Table;
use crate::report::{Judge, MetricKind, Unit, metric};

/// The probe.
pub static PROBE: Probe = Probe {
    name: "check_blacklist",
    service: "BLACKLIST",
    about: "Looks addresses and domains up on blocklists, and proves that the lists live.",
    examples: concat!(
        "  check_blacklist -H mail.example.org\n",
        "  check_blacklist --mx example.org --domain example.org -n 127.0.0.1 \\\n",
        "                  -c listed=0 -w unknown=5\n",
        "  check_blacklist -H 192.0.2.7 -s zen.spamhaus.org -s bl.spamcop.net -v",
    ),
    findings: &FINDINGS,
    metrics: &METRICS,
    command: options::command,
    plan,
};

static METRICS: [MetricKind; 6] = [
    metric(
        "listed",
        Unit::Count,
        "listings: zones that list, for each subject",
    ),
    metric("weight", Unit::Count, "what these listings count together"),
    metric("allowlisted", Unit::Count, "entries on allowlists"),
    metric("unknown", Unit::Count, "zones without a verdict"),
    metric("zones", Unit::Count, "zones that were asked"),
    metric("time", Unit::Seconds, "the whole run"),
];

/// Those of the old check_rbl: its `servers` and `time` come first.
static CLASSIC_METRICS: [MetricKind; 6] = [
    metric("servers", Unit::Count, "zones that list"),
    metric("time", Unit::Seconds, "the whole run"),
    metric("weight", Unit::Count, "what these listings count together"),
    metric("allowlisted", Unit::Count, "entries on allowlists"),
    metric("unknown", Unit::Count, "zones without a verdict"),
    metric("zones", Unit::Count, "zones that were asked"),
];

/// A larger file of zones is none.
const MOST_BYTES: u64 = 8 << 20;

fn plan(matches: &ArgMatches, setting: &Setting) -> anyhow::Result<Plan> {
    let mut options =
        BlacklistOptions::from_arg_matches(matches).map_err(|error| cli::usage_error(&error))?;
    let classic = setting.invocation.name.starts_with("check_rbl");
    let limit = if classic { LIMIT * 3 / 2 } else { LIMIT };
    let timing = options.timing.plan(limit)?;
    let deadline = setting.clock.deadline(timing.limit);
    let mut table = Table::shipped();
    if let Some(path) = &options.zones {
        let shown = path.display();
        let text = read(path).map_err(|why| UsageError(format!("--zones {shown}: {why}")))?;
        table.merge(&text).map_err(|error| {
            UsageError(format!(
                "--zones {shown}: line {}: {}",
                error.line, error.what
            ))
        })?;
    }
    let wanted = wanted::wanted(&options, classic)?;
    if classic && options.servers.is_empty() && options.group.is_empty() {
        anyhow::bail!("which zones? give -s ZONE (see --help)");
    }
    let selection = select::select(&options, &table, &setting.redactor, deadline)?;
    let judge = if classic {
        classic_judge(&mut options)?
    } else {
        own_judge(&options, &setting.judge)?
    };
    let unknown_judged = judge.threshold_of("unknown").is_some();
    let servers = options
        .nameserver
        .iter()
        .map(|text| server("-n", text))
        .collect::<Result<_, _>>()?;
    let patience = Patience::default();
    let question = match options.query_timeout.as_deref() {
        None => patience.question,
        Some(text) => seconds(text)?,
    };
    Ok(Plan {
        service: if classic { "CHECK_RBL" } else { PROBE.service }.to_owned(),
        work: vec![Work::Job {
            name: String::new(),
            job: Box::new(Lookup {
                wanted,
                selection,
                servers,
                patience: Patience {
                    question,
                    sends: options.retry.unwrap_or(patience.sends),
                },
                self_test: !options.no_self_test,
                cache: options.self_test_cache.clone(),
                classic,
                inverted: options.whitelistings,
                unknown_judged,
                perfdata_zones: options.perfdata_zones,
                append: options.append.clone(),
            }),
        }],
        timing,
        deadline,
        judge,
        output: options.output.plan()?,
        second: None,
    })
}

fn seconds(text: &str) -> Result<std::time::Duration, UsageError> {
    let wrong = || UsageError(format!("--query-timeout {text:?}: give a time, such as 5s"));
    let seconds = Unit::Seconds.parse(text).map_err(|_| wrong())?;
    if !(0.01..=3600.0).contains(&seconds) {
        return Err(wrong());
    }
    Ok(std::time::Duration::from_secs_f64(seconds))
}

/// Where numbers are judged, single findings are not: they say what the numbers are made of. `--on` has the last word.
fn own_judge(options: &BlacklistOptions, untouched: &Judge) -> anyhow::Result<Judge> {
    let mut given = untouched.clone();
    options.thresholds.apply(&mut given)?;
    let mut judge = untouched.clone();
    if given.threshold_of("listed").is_some() || given.threshold_of("weight").is_some() {
        for id in [LISTED, LISTED_MINOR] {
            judge.on(&format!("{id}=ok"))?;
        }
    }
    if given.threshold_of("unknown").is_some() {
        for id in WITHOUT_VERDICT {
            judge.on(&format!("{id}=ok"))?;
        }
    }
    options.thresholds.apply(&mut judge)?;
    Ok(judge)
}

/// The old check_rbl: `-w N` and `-c N` are numbers of listings from which on it alarms, one by default.
fn classic_judge(options: &mut BlacklistOptions) -> anyhow::Result<Judge> {
    let number = |option: &str, texts: &[String]| match texts.last() {
        None => Ok(1),
        Some(text) => text
            .parse::<u32>()
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| {
                UsageError(format!(
                    "{option} {text:?}: give a number of zones, 1 or more"
                ))
            }),
    };
    let warning = number("-w", &options.thresholds.warning)?;
    let critical = number("-c", &options.thresholds.critical)?;
    if critical < warning {
        anyhow::bail!("critical has to be greater or equal warning");
    }
    options.thresholds.warning = vec![(warning - 1).to_string()];
    options.thresholds.critical = vec![(critical - 1).to_string()];
    let mut judge = Judge::new(&FINDINGS, &CLASSIC_METRICS);
    for id in [LISTED, LISTED_MINOR, NOT_PUBLIC]
        .iter()
        .chain(&WITHOUT_VERDICT)
    {
        judge.on(&format!("{id}=ok"))?;
    }
    options.thresholds.apply(&mut judge)?;
    Ok(judge)
}

/// A file of zones, of a size that a person may write.
fn read(path: &std::path::Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    file.take(MOST_BYTES).read_to_string(&mut text)?;
    Ok(text)
}
