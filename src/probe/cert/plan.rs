//! From the options to a plan.

use std::sync::Arc;

use clap::{ArgMatches, FromArgMatches};

use super::demands::Demands;
use super::file::{FileJob, path_of, shown};
use super::judge::Trust;
use super::old::{self, Old};
use super::options::CertOptions;
use super::pins::Pins;
use super::run::{CertCheck, ServerName};
use super::service::{Service, Services, by_name, names};
use super::subject::Subject;
use super::together::Together;
use super::values::{days, host, moment, pattern, usage};
use crate::cli::{self, Expiry, Remaining, Security, Targets, UsageError};
use crate::probe::watch::LIMIT;
use crate::probe::{Plan, Setting, Work, finding};
use crate::report::Judge;
use crate::tls;
use crate::tls::inspect::{Offer, Version};
use crate::tls::roots;
use crate::x509::verify::Roots;

/// Signature algorithms that ask for one kind of key.
const RSA: &str =
    "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1";
const ECDSA: &str = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ECDSA+SHA1";

/// Makes the plan.
pub fn plan(matches: &ArgMatches, setting: &Setting) -> anyhow::Result<Plan> {
    let mut options =
        CertOptions::from_arg_matches(matches).map_err(|error| cli::usage_error(&error))?;
    let old = Old::called(&setting.invocation.name);
    let mut notes = old::read(matches)?;
    if let Some(old) = old {
        notes.extend(old::as_before(old, &mut options, matches)?);
    }
    options.classic.output(&mut options.output)?;
    options
        .thresholds
        .warning
        .extend(options.classic.days.clone());
    if options
        .classic
        .security_level
        .is_some_and(|level| level > 2)
    {
        anyhow::bail!(
            "--security-level: keys and signatures are judged by today's rules, above 2 is not asked for here"
        );
    }
    let mut judge = setting.judge.clone();
    options.classic.apply(&mut judge, old.is_some())?;
    policy(&options, &mut judge)?;
    let expiry = expiry(&options, old, &mut judge)?;
    let timing = options.timing.plan(old.map_or(LIMIT, |old| old.limit))?;
    let deadline = setting.clock.deadline(timing.limit);
    let prepared = roots::prepare();
    let demands = Arc::new(Demands {
        trust: trust(&options, &prepared)?,
        at: options.at.as_deref().map(moment).transpose()?,
        expiry,
        san: options
            .san
            .iter()
            .chain(&options.classic.cn)
            .map(|name| host("--san", name))
            .collect::<Result<_, _>>()?,
        issuer: options
            .issuer
            .as_deref()
            .map(|text| pattern("--issuer", text))
            .transpose()?,
        eku: options
            .require_eku
            .iter()
            .map(|text| usage(text))
            .collect::<Result<_, _>>()?,
        require_staple: options.require_staple,
        pins: Pins::read(&options.pin, &options.classic.fingerprint)?,
        most: options
            .classic
            .maximum_validity
            .as_deref()
            .map(days)
            .transpose()?,
        subject: Subject::read(&options.classic)?,
        elements: options.classic.elements(),
        notes,
    });
    let tls_name = options
        .tls_name
        .as_deref()
        .map(|name| host("--tls-name", name))
        .transpose()?;
    let mut work = Vec::new();
    let files = options.file.iter().map(|path| {
        let path = path_of(path);
        Work::Job {
            name: shown(&path).to_owned(),
            job: Box::new(FileJob {
                path,
                host: tls_name.clone(),
                demands: Arc::clone(&demands),
            }),
        }
    });
    work.extend(files);
    if options.file.iter().filter(|path| *path == "-").count() > 1 {
        anyhow::bail!("--file - can be read once");
    }
    let named = !options.target.hosts.is_empty()
        || !options.target.plain_hosts.is_empty()
        || !options.target.mx.is_empty()
        || !options.mta_sts.mta_sts.is_empty();
    if named || work.is_empty() {
        let (targets, services) = targets(&options, setting, old.is_some())?;
        let policies =
            options
                .mta_sts
                .plan(&targets, &options.ca_file, &options.ca_dir, &prepared)?;
        let dane = options.dane.plan(&targets, !policies.is_empty())?;
        for policy in policies {
            work.push(Work::Job {
                name: policy.domain.clone(),
                job: Box::new(policy),
            });
        }
        let check = CertCheck {
            services,
            proxy: options.proxy.plan()?,
            offer: offer(&options)?,
            server_name: match options.sni.as_deref() {
                None => ServerName::Host,
                Some("none" | "") => ServerName::None,
                Some(name) => ServerName::Name(host("--sni", name)?.name().to_owned()),
            },
            tls_name,
            verify_host: !options.classic.ignore_host_cn,
            demands,
            probe_versions: options.probe_versions
                || options.classic.require_no_tls1
                || options.classic.require_no_tls1_1,
            compare: options.compare_file.clone(),
            dane,
            served: Together::default(),
        };
        work.push(Work::servers(targets, check));
    } else if options.compare_file.is_some() {
        anyhow::bail!("--compare-file compares a server's certificate with a file: give -H");
    }
    Ok(Plan {
        service: old.map_or("CERT", Old::service).to_owned(),
        work,
        timing,
        deadline,
        judge,
        output: {
            let mut output = options.output.plan()?;
            output.style.perfdata = !options.classic.no_perf;
            output
        },
        second: None,
    })
}

/// `--policy`, `-s`, and then `--on`, which has the last word.
fn policy(options: &CertOptions, judge: &mut Judge) -> Result<(), UsageError> {
    let mut on = |id: &str, status: &str| {
        judge
            .on(&format!("{id}={status}"))
            .map(|_| ())
            .map_err(UsageError::new)
    };
    match options.policy.as_deref() {
        None => {}
        // Between MTAs encryption is opportunistic (RFC 7435): without DANE and MTA-STS nobody looks.
        Some("mx") => {
            let lenient = [
                finding::CERT_NAME_MISMATCH,
                finding::CERT_UNTRUSTED,
                finding::CERT_SELF_SIGNED,
                super::findings::CHAIN_INCOMPLETE,
            ];
            for id in lenient {
                on(id, "warning")?;
            }
        }
        Some(other) => return Err(UsageError(format!("--policy {other:?}: only mx is known"))),
    }
    if options.selfsigned {
        on(finding::CERT_SELF_SIGNED, "ok")?;
    }
    Ok(())
}

fn expiry(
    options: &CertOptions,
    old: Option<&Old>,
    judge: &mut Judge,
) -> Result<Expiry, UsageError> {
    let (warning, critical) = old.map_or(("28d,25%", "14d,10%"), |old| old.days);
    let usual = Expiry {
        warning: Remaining::parse(warning).ok(),
        critical: Remaining::parse(critical).ok(),
    };
    let thresholds = &options.thresholds;
    let expiry = usual.read("expires", &thresholds.warning, &thresholds.critical, judge)?;
    for rule in &thresholds.on {
        judge
            .on(rule)
            .map_err(|error| UsageError(format!("--on: {error}")))?;
    }
    Ok(expiry)
}

/// What is trusted, and whether a directory of hashed links is what stands for the system's roots.
fn trust(options: &CertOptions, prepared: &roots::Source) -> Result<Trust, UsageError> {
    let classic = &options.classic;
    let mut trusted = Roots::none();
    let mut directory = None;
    let alone = options.ca_only
        || options.rootcert.is_some()
        || classic.rootcert_file.is_some()
        || classic.rootcert_dir.is_some();
    if !alone {
        trusted = match prepared {
            roots::Source::Directory(path) => {
                directory = Some(path.clone());
                trusted.directory(path)
            }
            source => roots::system(source, trusted),
        };
    }
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    files.extend(options.ca_file.iter().chain(&classic.rootcert_file));
    folders.extend(options.ca_dir.iter().chain(&classic.rootcert_dir));
    if let Some(path) = &options.rootcert {
        if path.is_dir() {
            folders.push(path);
        } else {
            files.push(path);
        }
    }
    let mut private = Vec::new();
    for file in files {
        private.extend(tls::certificates_of_file(file).map_err(UsageError::new)?);
    }
    for folder in folders {
        private.extend(tls::certificates_of_dir(folder).map_err(UsageError::new)?);
    }
    let digest = |one: &openssl::x509::X509| Some(openssl::sha::sha256(&one.to_der().ok()?));
    Ok(Trust {
        directory,
        private: private.iter().filter_map(digest).collect(),
        roots: trusted.bundle(private),
    })
}

fn targets(
    options: &CertOptions,
    setting: &Setting,
    old: bool,
) -> Result<(Targets, Services), anyhow::Error> {
    let security = match (options.starttls, options.tls) {
        (true, true) => anyhow::bail!("set either --tls or --starttls"),
        (true, false) => Some(Security::Starttls),
        (false, true) => Some(Security::Tls),
        (false, false) => None,
    };
    let named: Option<(Service, u16)> = match options.protocol.as_deref() {
        None => None,
        Some(name) => Some(by_name(name).ok_or_else(|| {
            UsageError(format!("-P {name:?} is not known here; use {}", names()))
        })?),
    };
    let mut target = options.target.clone();
    // The hosts of a domain with MTA-STS must have certificates that verify.
    for domain in &options.mta_sts.mta_sts {
        if !target.mx.contains(domain) {
            target.mx.push(domain.clone());
        }
    }
    target.address = target.address.or(options.classic.resolve);
    match options.classic.inetproto.as_deref() {
        None => {}
        Some("4") => target.ipv4 = true,
        Some("6") => target.ipv6 = true,
        Some(other) => anyhow::bail!("--inetproto {other:?}: give 4 or 6"),
    }
    let sockets = target
        .hosts
        .iter()
        .chain(&target.plain_hosts)
        .all(|text| text.starts_with('/'));
    if target.ports.is_empty() {
        let port = match named {
            Some((_, port)) => port,
            None if !target.mx.is_empty() => 25,
            None if old => 443,
            None if sockets && !target.hosts.is_empty() => 25,
            None if setting.invocation.bare => 25,
            None => anyhow::bail!("which port? give -p 25,465,993 ... or -P imaps (see --help)"),
        };
        target.ports.push(port.to_string());
    }
    let (services, ports) = Services::read(&target.ports, named, security)?;
    target.ports = ports;
    let socket = security.or(named.map(|(service, _)| service.security));
    let targets = target.plan(
        setting.invocation,
        Some(socket.unwrap_or(Security::Tls)),
        |_| 25,
    )?;
    Ok((targets, services))
}

fn offer(options: &CertOptions) -> Result<Offer, UsageError> {
    let version = |name: &str, text: &Option<String>| {
        text.as_deref()
            .map(|text| {
                Version::parse(text).ok_or_else(|| {
                    UsageError(format!("{name} {text:?}: give 1.0, 1.1, 1.2 or 1.3"))
                })
            })
            .transpose()
    };
    let mut min = version("--tls-min", &options.tls_min)?;
    let mut max = version("--tls-max", &options.tls_max)?;
    let classic = &options.classic;
    let (lowest, highest) = classic.versions()?;
    min = min.max(lowest);
    max = highest.map_or(max, |highest| {
        Some(max.map_or(highest, |max| max.min(highest)))
    });
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err(UsageError("--tls-min is above --tls-max".to_owned()));
    }
    let identity = match &options.client_cert {
        Some(certificate) => {
            let key = options.client_key.as_ref().unwrap_or(certificate);
            Some(tls::load_identity(certificate, key).map_err(UsageError::new)?)
        }
        None => None,
    };
    let signatures = match (classic.rsa, classic.ecdsa) {
        (true, _) => Some(RSA),
        (_, true) => Some(ECDSA),
        _ => None,
    };
    Ok(Offer {
        server_name: None,
        identity,
        min,
        max,
        signatures: signatures.map(str::to_owned),
        obsolete: false,
    })
}
