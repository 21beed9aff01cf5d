//! The old check_ssl_cert and check_ssl_validity: what their names change, and the options that do nothing here.
//!
//! *Ignored* is what is about how that plugin works, or asks not to do what is never done here: `-v` tells so.
//! *Refused* is what would look at something that is not looked at here: a check that is thought to be done and
//! is not is worse than a mistake on the command line.

use std::time::Duration;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueEnum};

use super::options::{self, CertOptions};
use super::{SSL_CERT, SSL_VALIDITY};
use crate::cli::{Change, FormatName, UsageError};
use crate::probe::Probe;
use crate::probe::watch::LIMIT;
use crate::report::Unit;

/// The defaults of a plugin whose place is taken.
pub struct Old {
    probe: &'static Probe,
    /// Days that must be left: `-w`, `-c`.
    pub days: (&'static str, &'static str),
    /// How long it may take.
    pub limit: Duration,
}

static OLD: [Old; 2] = [
    Old {
        probe: &SSL_CERT,
        days: ("20", "15"),
        limit: Duration::from_secs(120),
    },
    Old {
        probe: &SSL_VALIDITY,
        days: ("30", "30"),
        limit: LIMIT,
    },
];

impl Old {
    /// The one of this name.
    pub fn called(name: &str) -> Option<&'static Old> {
        OLD.iter().find(|old| old.probe.name == name)
    }

    /// The word its lines start with.
    pub fn service(&self) -> &'static str {
        self.probe.service
    }
}

/// What stands behind an option.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    None,
    One,
    /// The next word, unless it begins with a dash.
    Maybe,
}

/// Options, and the words for why they do nothing.
type Group = (&'static str, &'static [(&'static str, Option<char>, Value)]);

const IGNORED: [Group; 5] = [
    (
        "no other program is run",
        &[
            ("curl-bin", None, Value::One),
            ("date", None, Value::One),
            ("dig-bin", None, Value::One),
            ("file-bin", None, Value::One),
            ("force-dconv-date", None, Value::None),
            ("force-perl-date", None, Value::None),
            ("grep-bin", None, Value::One),
            ("nmap-bin", None, Value::One),
            ("openssl", None, Value::One),
            ("path", None, Value::One),
            ("python-bin", None, Value::One),
        ],
    ),
    (
        "nothing is written to disk",
        &[
            ("debug-cert", None, Value::None),
            ("debug-file", None, Value::One),
            ("debug-headers", None, Value::None),
            ("init-host-cache", None, Value::None),
            ("issuer-cert-cache", None, Value::One),
            ("temp", None, Value::One),
        ],
    ),
    (
        "nothing is asked of an HTTP server",
        &[
            ("assume-online", None, Value::None),
            ("curl-user-agent", None, Value::One),
            ("custom-http-header", None, Value::One),
            ("http-use-get", None, Value::None),
            ("ignore-http-headers", None, Value::None),
            ("ignore-ssl-labs-cache", None, Value::None),
            ("no-proxy", None, Value::None),
            ("no-proxy-curl", None, Value::None),
            ("no-proxy-s_client", None, Value::None),
            ("require-security-headers-path", None, Value::One),
            ("url", Some('u'), Value::One),
            ("user-agent", None, Value::One),
            ("xmpphost", None, Value::One),
        ],
    ),
    (
        "it is so in any case",
        &[
            ("altnames", None, Value::None),
            ("host-cn", Some('N'), Value::None),
            ("ignore-crl", None, Value::None),
            ("ignore-dh", None, Value::None),
            ("ignore-ocsp", None, Value::None),
            ("ignore-ocsp-errors", None, Value::None),
            ("ignore-ocsp-timeout", None, Value::None),
            ("ignore-sct", None, Value::None),
            ("ignore-tls-renegotiation", None, Value::None),
            ("no-ssl2", None, Value::None),
            ("no-ssl3", None, Value::None),
        ],
    ),
    (
        "this has words of its own: see -v, -vv and -vvv",
        &[
            ("debug", Some('d'), Value::None),
            ("debug-time", None, Value::None),
            ("ocsp", None, Value::None),
            ("precision", None, Value::One),
            ("terse", None, Value::None),
        ],
    ),
];

const REFUSED: [Group; 12] = [
    (
        "give what shall be checked by name: --probe-versions, --require-staple, --dane",
        &[("all", None, Value::None), ("all-local", None, Value::None)],
    ),
    (
        "ciphers are not graded here; the one that is agreed on is judged in any case",
        &[
            ("check-ciphers", None, Value::One),
            ("check-ciphers-warnings", None, Value::None),
        ],
    ),
    (
        "HTTP headers are not looked at here",
        &[
            ("check-http-headers", None, Value::None),
            ("require-hsts", None, Value::None),
            ("require-http-header", None, Value::One),
            ("require-no-http-header", None, Value::One),
            ("require-security-header", None, Value::One),
            ("require-security-headers", None, Value::None),
            ("require-x-frame-options", None, Value::Maybe),
        ],
    ),
    (
        "SSL Labs is not asked here",
        &[
            ("check-ssl-labs", Some('L'), Value::One),
            ("check-ssl-labs-warn", None, Value::One),
        ],
    ),
    (
        "revocation lists are not fetched here; --require-staple asks for proof from the server",
        &[("crl", None, Value::None)],
    ),
    (
        "a passphrase on the command line is everybody's; give a key without one",
        &[("clientpass", None, Value::One)],
    ),
    (
        "options are read from a file by --extra-opts",
        &[("configuration", None, Value::One)],
    ),
    (
        "the line has no template here",
        &[("default-format", None, Value::None)],
    ),
    (
        "no mail port speaks it",
        &[
            ("dtls", None, Value::None),
            ("dtls1", None, Value::None),
            ("dtls1_2", None, Value::None),
        ],
    ),
    (
        "SSL 2 and 3 are not spoken here, nor can it be told who does",
        &[
            ("require-no-ssl2", None, Value::None),
            ("require-no-ssl3", None, Value::None),
            ("ssl2", None, Value::None),
            ("ssl3", None, Value::None),
        ],
    ),
    (
        "key stores are not read here: give PEM or DER",
        &[
            ("jks-alias", None, Value::One),
            ("password", None, Value::One),
        ],
    ),
    (
        "this is not judged here",
        &[
            // A name that only the common name bears is one that no client accepts.
            ("ignore-altnames", None, Value::None),
            ("require-client-cert", None, Value::Maybe),
        ],
    ),
];

/// What only the old name has, because check_cert means something else by it.
const TEMPLATE: &str = "format-template";
const HTTP_PROXY: &str = "http-proxy";
const SSL_VERSION: &str = "ssl-version";
const CRL_CACHE: &str = "crl-cache-frequency";
const OCSP_HOST: &str = "ocsp-host";

/// Adds all of them to the options, hidden.
pub fn accept(command: Command) -> Command {
    let groups = IGNORED.iter().chain(&REFUSED);
    groups.flat_map(|(_, options)| options.iter()).fold(
        command,
        |command, &(long, short, value)| {
            let arg = Arg::new(long).long(long).hide(true);
            let arg = match short {
                Some(short) => arg.short(short),
                None => arg,
            };
            let arg = match long {
                "no-ssl2" => arg.alias("no_ssl2"),
                "no-ssl3" => arg.alias("no_ssl3"),
                _ => arg,
            };
            command.arg(match value {
                Value::None => arg.action(ArgAction::Count),
                Value::One => arg.num_args(1),
                Value::Maybe => arg.num_args(0..=1),
            })
        },
    )
}

/// The options as check_ssl_cert has them.
pub fn ssl_cert() -> Command {
    options::command()
        .change("format", |arg| arg.long("report-format"))
        .change("proxy", |arg| arg.long("proxy-protocol"))
        .change("tls", |arg| arg.visible_alias(None))
        .arg(foreign(TEMPLATE).long("format"))
        .arg(foreign(HTTP_PROXY).long("proxy"))
        .arg(foreign(SSL_VERSION).long("ssl").short('S'))
}

/// The options as check_ssl_validity has them.
pub fn ssl_validity() -> Command {
    options::command()
        .change("hosts", |arg| arg.alias("cert-hostname"))
        .change("address", |arg| arg.short('I').alias("ip"))
        .change("client_cert", |arg| arg.short(None))
        .change("org", |arg| arg.short(None))
        .change("ocsp", |arg| arg.short('o'))
        .arg(foreign(CRL_CACHE).long("crl-cache-frequency").short('C'))
        .arg(foreign(OCSP_HOST).long("ocsp-host"))
}

/// An option that means something else there.
fn foreign(id: &'static str) -> Arg {
    Arg::new(id).num_args(1).hide(true)
}

/// What was said by these options: notes for whoever looks closer, or why it is refused.
pub fn read(matches: &ArgMatches) -> Result<Vec<String>, UsageError> {
    let given = |id: &str| {
        matches.try_contains_id(id).is_ok()
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    for (why, options) in &REFUSED {
        if let Some((long, ..)) = options.iter().find(|(long, ..)| given(long)) {
            return Err(UsageError(format!("--{long}: {why}")));
        }
    }
    for (id, option, why) in [
        (HTTP_PROXY, "--proxy", "no HTTP proxy is used here"),
        (SSL_VERSION, "--ssl", "SSL 2 and 3 are not spoken here"),
    ] {
        if given(id) {
            return Err(UsageError(format!("{option}: {why}")));
        }
    }
    let mut notes = Vec::new();
    for (why, options) in &IGNORED {
        let given: Vec<String> = options
            .iter()
            .filter(|(long, ..)| given(long))
            .map(|(long, ..)| format!("--{long}"))
            .collect();
        if !given.is_empty() {
            notes.push(format!("without effect: {} ({why})", given.join(", ")));
        }
    }
    for id in [CRL_CACHE, OCSP_HOST] {
        if given(id) {
            notes.push(format!("without effect: --{id} (nobody else is asked)"));
        }
    }
    Ok(notes)
}

/// What the old name changes: it takes no host without -H, takes URLs for one, compares issuers whole, wants -w above -c, and its
/// `--format` is a template, of which we say that it has none.
pub fn as_before(
    old: &Old,
    options: &mut CertOptions,
    matches: &ArgMatches,
) -> anyhow::Result<Vec<String>> {
    if old.probe.name != SSL_CERT.name {
        return Ok(Vec::new());
    }
    if let Some(word) = options.target.plain_hosts.first() {
        anyhow::bail!("{word:?} is no option; a host stands behind -H");
    }
    let nothing = options.target.hosts.is_empty()
        && options.target.mx.is_empty()
        && options.mta_sts.mta_sts.is_empty()
        && options.file.is_empty();
    if nothing {
        anyhow::bail!("which host? give -H");
    }
    for name in &mut options.target.hosts {
        *name = host(name);
    }
    if let Some(text) = &mut options.issuer {
        *text = format!("^(?:{text})$");
    }
    let days = |rules: &[String], usual: f64| match rules {
        [] => Some(usual),
        [.., last] => Unit::Count.parse(last).ok(),
    };
    let thresholds = &options.thresholds;
    let warning = match &options.classic.days {
        Some(text) => Unit::Count.parse(text).ok(),
        None => days(&thresholds.warning, 20.0),
    };
    if let (Some(warning), Some(critical)) = (warning, days(&thresholds.critical, 15.0))
        && warning <= critical
    {
        anyhow::bail!("--warning ({warning}) must be more than --critical ({critical})");
    }
    let mut notes = Vec::new();
    if let Some(template) = template(matches) {
        if template.contains('%') {
            notes.push("without effect: --format (the line has no template)".to_owned());
        } else {
            options.output.format = FormatName::from_str(template, true).map_err(|_| {
                UsageError(format!(
                    "--format {template:?}: give nagios, json, prometheus, checkmk or junit"
                ))
            })?;
        }
    }
    Ok(notes)
}

/// The old `--format`: a template of its line, or one of our formats.
fn template(matches: &ArgMatches) -> Option<&str> {
    matches
        .try_get_one::<String>(TEMPLATE)
        .ok()
        .flatten()
        .map(String::as_str)
}

/// A host as the old plugin takes it: a URL, or a name with the dot of the root.
fn host(text: &str) -> String {
    let rest = match text.split_once("://") {
        Some((_, rest)) => rest.split('/').next().unwrap_or_default(),
        None => text,
    };
    rest.strip_suffix('.').unwrap_or(rest).to_owned()
}
