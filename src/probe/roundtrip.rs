//! `check_roundtrip`: does a mail that goes in come out, how fast, and unharmed?
//!
//! A message with a token is sent by one leg and awaited at another. Both stand before it is sent, so that a
//! login which fails costs no message. The mailbox is the only state.

mod findings;
mod header;
mod inbox;
mod line;
mod options;
mod place;
mod receiver;
mod run;
mod send;
mod tidy;
mod treatment;
mod wait;
mod way;

use std::sync::Arc;
use std::time::Duration;

use clap::{ArgMatches, FromArgMatches};

use self::findings::FINDINGS;
use self::options::{ARCHIVE, BOUNCE, IMAP, POP3, RoundtripOptions, SMTP};
use self::place::{Kind, Place};
use self::receiver::Receiver;
use self::run::{Fate, Keep, Roundtrip};
use self::send::Sender;
use self::treatment::Demands;
use super::{Plan, Probe, Setting, Work};
use crate::cli::{self, Leg, LegPlan, Security, UsageError};
use crate::message::draft::{Draft, Payload};
use crate::message::token::Tokens;
use crate::report::{Judge, MetricKind, Unit, metric};
use crate::session::smtp::Envelope;
use crate::time::Deadline;
use crate::tls::roots;

/// The probe.
pub static PROBE: Probe = Probe {
    name: "check_roundtrip",
    service: "ROUNDTRIP",
    about: "Sends a message and checks that it arrives: how fast, by which way, unharmed.",
    examples: concat!(
        "  check_roundtrip -f probe@example.org --to echo@example.net -w 30s -c 2m \\\n",
        "      --send smtp://mail.example.org --receive imaps://echo@imap.example.net \\\n",
        "      --imap-password-file /etc/nagios/echo.pw\n",
        "  check_roundtrip -f probe@example.org --to probe@example.org --payload all \\\n",
        "      --send submission://probe@mail.example.org --smtp-password-env PW \\\n",
        "      --receive imaps://probe@mail.example.org --imap-password-env PW\n",
        "  check_roundtrip -f probe@example.org --to local@example.org \\\n",
        "      --send sendmail: --receive maildir:/home/local/Maildir --no-wait",
    ),
    findings: &FINDINGS,
    metrics: &METRICS,
    command: options::command,
    plan,
};

/// The deadline of a check that says none: below the minute at which schedulers kill a check.
const LIMIT: Duration = Duration::from_secs(45);

static METRICS: [MetricKind; 47] = [
    metric("transit", Unit::Seconds, "from sending to the mailbox"),
    metric("time", Unit::Seconds, "the whole run"),
    metric(
        "open",
        Unit::Seconds,
        "connecting and logging in at both ends",
    ),
    metric("send", Unit::Seconds, "until the message was taken"),
    metric("fetch", Unit::Seconds, "reading it where it arrived"),
    metric(
        "age",
        Unit::Seconds,
        "since the newest that arrived was sent",
    ),
    metric(
        "late",
        Unit::Count,
        "messages of earlier runs that came too late",
    ),
    metric("duplicates", Unit::Count, "copies beyond the first"),
    metric("hops", Unit::Count, "servers that it passed"),
    metric("hop_max", Unit::Seconds, "the slowest hop"),
    metric(
        "clock_skew",
        Unit::Seconds,
        "how wrong the worst clock on the way is at least",
    ),
    metric("spam_score", Unit::Count, "what the filter thinks of it"),
    metric("archive", Unit::Seconds, "from sending to the archive"),
    metric("bounce", Unit::Seconds, "from sending to the bounce"),
    metric("smtp_dns", Unit::Seconds, "resolving the sending server"),
    metric("smtp_connect", Unit::Seconds, "the connection to it"),
    metric("smtp_greeting", Unit::Seconds, "its greeting"),
    metric("smtp_ehlo", Unit::Seconds, "its answer to EHLO"),
    metric("smtp_starttls", Unit::Seconds, "its answer to STARTTLS"),
    metric("smtp_tls", Unit::Seconds, "the TLS handshake with it"),
    metric("smtp_auth", Unit::Seconds, "the login there"),
    metric("smtp_mail", Unit::Seconds, "its answer to MAIL"),
    metric("smtp_rcpt", Unit::Seconds, "its answer to RCPT"),
    metric(
        "smtp_data",
        Unit::Seconds,
        "its answers to DATA and the message",
    ),
    metric(
        "smtp_cert_days",
        Unit::Days,
        "days until its certificate ends",
    ),
    metric("imap_dns", Unit::Seconds, "resolving the IMAP server"),
    metric("imap_connect", Unit::Seconds, "the connection to it"),
    metric("imap_greeting", Unit::Seconds, "its greeting"),
    metric("imap_starttls", Unit::Seconds, "its answer to STARTTLS"),
    metric("imap_tls", Unit::Seconds, "the TLS handshake with it"),
    metric("imap_auth", Unit::Seconds, "the login there"),
    metric("imap_search", Unit::Seconds, "searching for old messages"),
    metric("imap_fetch", Unit::Seconds, "all its answers to FETCH"),
    metric("imap_expunge", Unit::Seconds, "removing"),
    metric(
        "imap_cert_days",
        Unit::Days,
        "days until its certificate ends",
    ),
    metric("pop3_dns", Unit::Seconds, "resolving the POP3 server"),
    metric("pop3_connect", Unit::Seconds, "the connections to it"),
    metric("pop3_greeting", Unit::Seconds, "its greetings"),
    metric("pop3_starttls", Unit::Seconds, "its answers to STLS"),
    metric("pop3_tls", Unit::Seconds, "the TLS handshakes with it"),
    metric("pop3_auth", Unit::Seconds, "the logins there"),
    metric("pop3_list", Unit::Seconds, "its answers to LIST"),
    metric("pop3_top", Unit::Seconds, "its answers to TOP"),
    metric("pop3_retr", Unit::Seconds, "its answers to RETR"),
    metric("pop3_dele", Unit::Seconds, "its answers to DELE"),
    metric(
        "pop3_cert_days",
        Unit::Days,
        "days until its certificate ends",
    ),
    metric(
        "messages",
        Unit::Count,
        "messages of earlier runs that were there",
    ),
];

/// What a plan is put together with.
struct Making<'a> {
    matches: &'a ArgMatches,
    setting: &'a Setting<'a>,
    judge: Judge,
    deadline: Deadline,
    roots: roots::Source,
}

fn plan(matches: &ArgMatches, setting: &Setting) -> anyhow::Result<Plan> {
    let options =
        RoundtripOptions::from_arg_matches(matches).map_err(|error| cli::usage_error(&error))?;
    let timing = options.timing.plan(LIMIT)?;
    let deadline = setting.clock.deadline(timing.limit);
    let mut making = Making {
        matches,
        setting,
        judge: setting.judge.clone(),
        deadline,
        roots: roots::Source::Default,
    };
    let from = address("--from", options.from.as_deref())?;
    let to = address("--to", options.to.as_deref())?;
    options.thresholds.apply(&mut making.judge)?;
    // What needs no file and no command is looked at first.
    let fate = Fate::parse(options.expect.as_deref())?;
    let demands = Demands::plan(&options)?;
    let payload = match options.payload.as_deref() {
        Some(text) => {
            Payload::parse(text).map_err(|why| UsageError(format!("--payload: {why}")))?
        }
        None => Payload::default(),
    };
    for (leg, given) in [
        (ARCHIVE, options.archive.is_some()),
        (BOUNCE, options.bounce_to.is_some()),
    ] {
        if leg.given(matches) && !given {
            let option = if leg.prefix == "archive" {
                "--archive"
            } else {
                "--bounce-to"
            };
            return Err(UsageError(format!("--{}-* without {option} URL", leg.prefix)).into());
        }
    }
    let sender = making.sender(&options)?;
    let (receive, bounces) = match &options.bounce_to {
        Some(url) => {
            if options.receive.is_some() || options.no_wait {
                let why = "--bounce-to: the recipient does not exist, so that nothing is received: leave --receive and --no-wait out";
                return Err(UsageError(why.to_owned()).into());
            }
            (making.place("--bounce-to", url, BOUNCE)?, true)
        }
        None => (making.receiver(&options)?, false),
    };
    let archive = match &options.archive {
        Some(url) => Some(making.place("--archive", url, ARCHIVE)?),
        None => None,
    };
    let name = options
        .name
        .clone()
        .unwrap_or_else(|| format!("{} {}", from.address(), to.address()));
    let key = options.key(deadline, &setting.redactor)?;
    let size = match options.payload_size.as_deref() {
        Some(text) => size(text)?,
        None => 0,
    };
    let most = options::time("--poll-interval", options.poll_interval.as_deref(), 0.0)?;
    let keep = Keep {
        chosen: options
            .keep
            .as_deref()
            .map(|text| options::time("--keep", Some(text), 0.0))
            .transpose()?,
        lost_after: options::time("--lost-after", options.lost_after.as_deref(), 3600.0)?,
        archive: !options.archive_delete,
    };
    let job = Roundtrip {
        sender,
        receive,
        archive,
        bounces,
        relay: options.no_wait,
        fate,
        guarded: key.is_some(),
        tokens: Arc::new(Tokens::new(key, &name)),
        name: options
            .name
            .clone()
            .unwrap_or_else(|| format!("{} to {}", from.address(), to.address())),
        draft: Draft {
            from: from.address().to_owned(),
            to: to.address().to_owned(),
            subject: options
                .subject
                .clone()
                .unwrap_or_else(|| "mailprobe round trip".to_owned()),
            fields: options
                .header
                .iter()
                .map(|text| field(text))
                .collect::<Result<_, _>>()?,
            payload,
            size,
        },
        envelope: Envelope { from, to: vec![to] },
        mailbox: options.mailbox.clone(),
        junk: (!options.junk_mailbox.is_empty()).then(|| options.junk_mailbox.clone()),
        interval: (most > 0.0).then(|| Duration::from_secs_f64(most)),
        keep,
        demands,
    };
    Ok(Plan {
        service: PROBE.service.to_owned(),
        work: vec![Work::Job {
            name: String::new(),
            job: Box::new(job),
        }],
        timing,
        deadline,
        judge: making.judge,
        output: options.output.plan()?,
        second: making.roots.second(),
    })
}

impl Making<'_> {
    fn leg(
        &mut self,
        leg: Leg,
        kind: Kind,
        url: Vec<String>,
    ) -> Result<Option<LegPlan>, UsageError> {
        let port = |security| match (kind, security) {
            (Kind::Smtp, Security::Tls) => 465,
            (Kind::Smtp, _) => 25,
            (Kind::Lmtp, _) => 24,
            (Kind::Imap, Security::Tls) => 993,
            (Kind::Imap, _) => 143,
            (Kind::Pop3, Security::Tls) => 995,
            (Kind::Pop3, _) => 110,
        };
        let methods: &[&str] = match kind {
            Kind::Imap => &["LOGIN-COMMAND"],
            Kind::Pop3 => &["APOP", "USER"],
            Kind::Smtp | Kind::Lmtp => &[],
        };
        let plan = leg.plan(
            self.matches,
            url,
            self.setting.invocation,
            port,
            methods,
            &mut self.judge,
            self.deadline,
            &self.setting.redactor,
        )?;
        // Only the first that uses TLS prepares the process, and says where roots come from.
        if let (Some(plan), roots::Source::Default) = (&plan, &self.roots) {
            self.roots = plan.tls.roots.clone();
        }
        Ok(plan)
    }

    fn sender(&mut self, options: &RoundtripOptions) -> Result<Sender, UsageError> {
        let (kind, words) = match options.send.as_deref() {
            None if !SMTP.given(self.matches) => {
                let why = "how is it sent? give --send URL or --smtp-host (see --help)";
                return Err(UsageError(why.to_owned()));
            }
            None if options.lmtp => (Kind::Lmtp, Vec::new()),
            None => (Kind::Smtp, Vec::new()),
            Some(url) => match Place::parse("--send", url)? {
                Place::Sendmail(_) if SMTP.given(self.matches) || options.lmtp => {
                    let why = "--send sendmail: and --smtp-*: a message is sent in one way";
                    return Err(UsageError(why.to_owned()));
                }
                Place::Sendmail(words) => return Ok(Sender::Command(words)),
                Place::Server {
                    kind: Kind::Smtp,
                    words,
                    ..
                } if options.lmtp => (Kind::Lmtp, words),
                Place::Server {
                    kind: kind @ (Kind::Smtp | Kind::Lmtp),
                    words,
                    ..
                } => (kind, words),
                _ => {
                    let why = "--send: give smtp, smtps, submission, lmtp or sendmail";
                    return Err(UsageError(why.to_owned()));
                }
            },
        };
        match self.leg(SMTP, kind, words)? {
            Some(plan) => Ok(Sender::Smtp {
                line: Arc::new(plan.into()),
                lmtp: kind == Kind::Lmtp,
            }),
            None => Err(UsageError("which host? give --smtp-host".to_owned())),
        }
    }

    fn receiver(&mut self, options: &RoundtripOptions) -> Result<Receiver, UsageError> {
        let given = options::only(self.matches, &[IMAP, POP3])?;
        let Some(url) = options.receive.as_deref() else {
            let (leg, kind) = match given {
                Some(leg) if leg.prefix == "imap" => (leg, Kind::Imap),
                Some(leg) => (leg, Kind::Pop3),
                None => {
                    let why =
                        "where does it arrive? give --receive URL, --imap-host or --pop3-host";
                    return Err(UsageError(why.to_owned()));
                }
            };
            return self.server(leg, kind, Vec::new(), None);
        };
        let leg = match Place::parse("--receive", url)? {
            Place::Server {
                kind: Kind::Pop3, ..
            } => POP3,
            _ => IMAP,
        };
        if given.is_some_and(|given| given.prefix != leg.prefix) {
            let why = format!(
                "--receive is not what --{}-* are for",
                given.map_or("", |leg| leg.prefix)
            );
            return Err(UsageError(why));
        }
        self.place("--receive", url, leg)
    }

    /// A place where mail arrives, whose secrets are those of a leg.
    fn place(&mut self, option: &str, url: &str, leg: Leg) -> Result<Receiver, UsageError> {
        match Place::parse(option, url)? {
            Place::Maildir(_) if leg.given(self.matches) => Err(UsageError(format!(
                "{option} maildir: and --{}-*: a message arrives in one place",
                leg.prefix
            ))),
            Place::Maildir(path) => Ok(Receiver::Maildir {
                label: leg.prefix,
                path,
            }),
            Place::Server {
                kind: kind @ (Kind::Imap | Kind::Pop3),
                words,
                mailbox,
            } => self.server(leg, kind, words, mailbox),
            _ => Err(UsageError(format!(
                "{option}: give imap, imaps, pop3, pop3s or maildir"
            ))),
        }
    }

    fn server(
        &mut self,
        leg: Leg,
        kind: Kind,
        words: Vec<String>,
        mailbox: Option<String>,
    ) -> Result<Receiver, UsageError> {
        let Some(plan) = self.leg(leg, kind, words)? else {
            return Err(UsageError(format!(
                "which host? give --{}-host",
                leg.prefix
            )));
        };
        let line = Arc::new(plan.into());
        let label = leg.prefix;
        Ok(match kind {
            Kind::Pop3 => Receiver::Pop3 { label, line },
            _ => Receiver::Imap {
                label,
                line,
                mailbox,
            },
        })
    }
}

/// An address of the envelope that is a real one.
fn address(
    option: &str,
    text: Option<&str>,
) -> Result<crate::wire::smtp::mailbox::Path, UsageError> {
    let text = text.ok_or_else(|| UsageError(format!("give {option} ADDRESS (see --help)")))?;
    let path = cli::path(option, text)?;
    if path.address().is_empty() || path.address().starts_with('-') {
        return Err(UsageError(format!(
            "{option} {text:?}: give an address such as probe@example.org"
        )));
    }
    Ok(path)
}

/// `Name: value`
fn field(text: &str) -> Result<(String, String), UsageError> {
    let wrong = || UsageError(format!("--header {text:?}: give \"Name: value\""));
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    if !plain || value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(wrong());
    }
    Ok((name.to_owned(), value.trim().to_owned()))
}

/// A size that a message can have.
fn size(text: &str) -> Result<usize, UsageError> {
    let wrong = |why: String| UsageError(format!("--payload-size {text:?}: {why}"));
    let bytes = Unit::Bytes
        .parse(text)
        .map_err(|error| wrong(error.to_string()))?;
    if !(0.0..=67_108_864.0).contains(&bytes) {
        return Err(wrong("at most 64 MiB".to_owned()));
    }
    // Within the range just asked for.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most 2^26"
    )]
    let bytes = bytes as usize;
    Ok(bytes)
}
