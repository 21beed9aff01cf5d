//! MTA-STS of a domain, from end to end as a sender sees it (RFC 8461): record, policy over HTTPS, every MX host covered. The
//! certificates of the hosts are looked at as any port's are, and must verify whatever DANE says.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;

use super::authentic as id;
use super::judge::float;
use crate::cli::{Targets, UsageError};
use crate::dns::{Kind, Outcome, SecureResolver, Trust};
use crate::net::{Family, Host};
use crate::probe::{Job, Scene, finding};
use crate::report::{Metric, Unit};
use crate::session::https::{self, Response};
use crate::session::{Dial, Error, Kind as ErrorKind};
use crate::tls::{self, Settings, Tls, roots};
use crate::wire::mta_sts::{LARGEST_POLICY, Mode, Policy, identifier};
use crate::wire::tls_rpt::{TlsRptError, report_addresses};

/// A policy that senders forget within a day does not protect from whoever holds their question back for a day (§3.2 advises
/// weeks).
const SHORT: u64 = 86_400;
/// MX hosts that are named when they are not covered.
const NAMED: usize = 4;

/// The options.
#[derive(Args, Debug, Clone)]
pub struct MtaStsOptions {
    /// MTA-STS of this domain: record, policy, and each of its MX hosts
    #[arg(long, value_name = "DOMAIN", help_heading = "What to check")]
    pub mta_sts: Vec<String>,
    /// Fetch the MTA-STS policy from here
    #[arg(long, value_name = "IP[:PORT]", hide = true)]
    pub mta_sts_address: Option<String>,
}

/// What is checked.
pub struct MtaSts {
    pub domain: String,
    pub address: Option<SocketAddr>,
    pub resolver: SecureResolver,
    /// Was it named by the user, so that it knows more than the system?
    pub own_resolver: bool,
    pub family: Family,
    pub settings: Settings,
    /// Where the system's roots come from.
    pub roots: roots::Source,
}

impl MtaStsOptions {
    /// The jobs. Their domains' MX hosts are added to the targets.
    pub fn plan(
        &self,
        targets: &Targets,
        ca_files: &[PathBuf],
        ca_dirs: &[PathBuf],
        roots: &roots::Source,
    ) -> Result<Vec<MtaSts>, UsageError> {
        let address = self.mta_sts_address.as_deref().map(address).transpose()?;
        let mut extra_roots = Vec::new();
        if !self.mta_sts.is_empty() {
            for file in ca_files {
                extra_roots.extend(tls::load_ca_file(file).map_err(UsageError::new)?);
            }
            for folder in ca_dirs {
                extra_roots.extend(tls::load_ca_dir(folder).map_err(UsageError::new)?);
            }
        }
        self.mta_sts
            .iter()
            .map(|domain| {
                let host = Host::parse(domain)
                    .ok()
                    .filter(|host| host.address().is_none())
                    .ok_or_else(|| UsageError(format!("--mta-sts {domain:?} is no domain")))?;
                let resolver = SecureResolver::new(&targets.resolvers, Trust::Nobody, None)
                    .map_err(|error| UsageError(format!("--mta-sts: {error}")))?;
                Ok(MtaSts {
                    domain: host.name().to_owned(),
                    address,
                    resolver,
                    own_resolver: !targets.resolvers.is_empty(),
                    family: targets.family,
                    settings: Settings {
                        extra_roots: extra_roots.clone(),
                        ..Settings::default()
                    },
                    roots: roots.clone(),
                })
            })
            .collect()
    }
}

fn address(text: &str) -> Result<SocketAddr, UsageError> {
    text.parse::<SocketAddr>()
        .or_else(|_| text.parse::<IpAddr>().map(|ip| (ip, 443).into()))
        .map_err(|_| UsageError(format!("--mta-sts-address {text:?}: give IP or IP:PORT")))
}

impl Job for MtaSts {
    fn run(&self, scene: &Scene) -> Result<(), Error> {
        let domain = &self.domain;
        scene.journal.enter("dns");
        let record = self.record(scene);
        scene.journal.leave(record.clone().unwrap_or_default());
        let Some(record) = record else {
            return Ok(());
        };
        let policy = self
            .fetch(scene)
            .and_then(|response| self.read(response, scene));
        scene.journal.done();
        let Some(policy) = policy else {
            return Ok(());
        };
        let age = i64::try_from(policy.max_age).unwrap_or(i64::MAX);
        scene.metric(Metric::new("mta_sts_max_age", float(age), Unit::Seconds));
        scene.detail(format!(
            "policy {record}: {}, max_age {}, mx {}",
            policy.mode,
            Unit::Seconds.human(float(age)),
            policy.mx.join(" ")
        ));
        self.strength(&policy, scene);
        if policy.mode != Mode::None {
            let covered = self.cover(&policy, scene);
            if covered > 0 {
                scene.proven(format!(
                    "MTA-STS of {domain}: {}, id {record}, {covered} MX covered",
                    policy.mode
                ));
            }
        }
        self.reports(scene);
        Ok(())
    }
}

impl MtaSts {
    /// The identifier of the policy.
    fn record(&self, scene: &Scene) -> Option<String> {
        let domain = &self.domain;
        let name = format!("_mta-sts.{domain}");
        let answer = match self.resolver.ask(&name, Kind::Txt, scene.deadline) {
            Ok(answer) => answer,
            Err(error) => {
                scene.finding(finding::RESOLVER_FAILED, error.to_string());
                return None;
            }
        };
        if answer.is_empty() {
            let text = match &answer.security {
                crate::dns::Security::Bogus(why) => {
                    format!("MTA-STS of {domain}: TXT of {name} is bogus ({why})")
                }
                _ => format!("{domain} has no MTA-STS: no TXT of {name}"),
            };
            scene.finding(id::STS_MISSING, text);
            return None;
        }
        match identifier(&answer.texts()) {
            Ok(found) => Some(found),
            Err(error @ crate::wire::mta_sts::RecordError::None) => {
                let text = format!("{domain} has no MTA-STS: TXT of {name}: {error}");
                scene.finding(id::STS_MISSING, text);
                None
            }
            Err(error) => {
                let text = format!("MTA-STS of {domain}: TXT of {name}: {error}");
                scene.finding(id::STS_INVALID, text);
                None
            }
        }
    }

    fn fetch(&self, scene: &Scene) -> Option<Response> {
        let domain = &self.domain;
        let response = match self.try_fetch(scene, &[]) {
            Err(error) => {
                let more = self.missing_roots(&error);
                if more.is_empty() {
                    Err(error)
                } else {
                    scene.journal.forget();
                    self.try_fetch(scene, &more)
                }
            }
            good => good,
        };
        let why = match response {
            Ok(response) if response.status == 200 => return Some(response),
            Ok(response) if (300..400).contains(&response.status) => {
                let to: String = response
                    .location
                    .unwrap_or_else(|| "somewhere else".to_owned())
                    .chars()
                    .take(80)
                    .collect();
                format!(
                    "mta-sts.{domain} answers {} to {to}, and senders follow no redirect",
                    response.status
                )
            }
            Ok(response) => format!("mta-sts.{domain} answers {}", response.status),
            Err(error) if error.is_timeout() => {
                scene.finding(
                    finding::TIMEOUT,
                    format!("MTA-STS policy of {domain}: {error}"),
                );
                return None;
            }
            Err(error) => error.to_string(),
        };
        let text = format!("MTA-STS policy of {domain} cannot be fetched: {why}");
        scene.finding(id::STS_UNREACHABLE, text);
        None
    }

    fn try_fetch(&self, scene: &Scene, more: &[roots::Der]) -> Result<Response, Error> {
        let name = format!("mta-sts.{}", self.domain);
        let ours = |kind: ErrorKind| Error {
            doing: "set up TLS for".into(),
            peer: name.as_str().into(),
            kind,
        };
        let host =
            Host::parse(&name).map_err(|error| ours(ErrorKind::Missing(error.to_string())))?;
        let tls =
            Tls::new(&self.settings, &name, more).map_err(|error| ours(ErrorKind::Tls(error)))?;
        let dial = Dial::Tcp {
            addresses: self.addresses(&name, scene),
            host,
            port: self.address.map_or(443, |address| address.port()),
            family: self.family,
        };
        let path = "/.well-known/mta-sts.txt";
        https::get(
            &dial,
            tls,
            &name,
            path,
            LARGEST_POLICY,
            scene.deadline,
            &scene.journal,
        )
    }

    /// Where the policy's host is, if somebody else than the system knows.
    fn addresses(&self, name: &str, scene: &Scene) -> Vec<IpAddr> {
        if let Some(address) = self.address {
            return vec![address.ip()];
        }
        if !self.own_resolver {
            return Vec::new();
        }
        [Kind::A, Kind::Aaaa]
            .into_iter()
            .filter_map(|kind| self.resolver.ask(name, kind, scene.deadline).ok())
            .flat_map(|answer| answer.addresses())
            .filter(|&address| self.family.admits(address))
            .collect()
    }

    /// The roots that may have been missing: the bundle's, where it was not read.
    fn missing_roots(&self, error: &Error) -> Vec<roots::Der> {
        match (&self.roots, &error.kind) {
            (roots::Source::Directory(directory), ErrorKind::Tls(tls::Error::Verify(failure)))
                if failure.may_lack_a_root() =>
            {
                roots::missing(directory)
            }
            _ => Vec::new(),
        }
    }

    fn read(&self, response: Response, scene: &Scene) -> Option<Policy> {
        let domain = &self.domain;
        match &response.media_type {
            Some(kind) if kind == "text/plain" => {}
            other => {
                let kind: String = other
                    .as_deref()
                    .unwrap_or("nothing")
                    .chars()
                    .take(40)
                    .collect();
                let text = format!(
                    "MTA-STS policy of {domain} says that it is {kind}, where senders may want text/plain"
                );
                scene.finding(id::STS_WEAK, text);
            }
        }
        match Policy::parse(&response.body) {
            Ok(policy) => {
                for remark in &policy.remarks {
                    let text = format!("MTA-STS policy of {domain}: {remark}");
                    scene.finding(id::STS_REMARK, text);
                }
                Some(policy)
            }
            Err(error) => {
                let text = format!("MTA-STS policy of {domain} cannot be used: {error}");
                scene.finding(id::STS_INVALID, text);
                None
            }
        }
    }

    fn strength(&self, policy: &Policy, scene: &Scene) {
        let domain = &self.domain;
        match policy.mode {
            Mode::Enforce => {}
            Mode::Testing => scene.finding(
                id::STS_TESTING,
                format!(
                    "MTA-STS of {domain} is in testing: senders deliver even where it is broken"
                ),
            ),
            Mode::None => scene.finding(
                id::STS_WEAK,
                format!("MTA-STS of {domain} is switched off (mode none)"),
            ),
        }
        if policy.max_age < SHORT && policy.mode != Mode::None {
            let age = Unit::Seconds.human(float(i64::try_from(policy.max_age).unwrap_or(0)));
            let text = format!("MTA-STS of {domain} is remembered for {age} only (max_age)");
            scene.finding(id::STS_WEAK, text);
        }
    }

    /// Is every MX host named by the policy? How many are.
    fn cover(&self, policy: &Policy, scene: &Scene) -> usize {
        let domain = &self.domain;
        let hosts: Vec<String> = match self.resolver.ask(domain, Kind::Mx, scene.deadline) {
            Ok(answer) => match answer.exchangers() {
                Ok(all) => all.into_iter().map(|mx| mx.host).collect(),
                Err(Outcome::NullMx) => {
                    let text =
                        format!("{domain} takes no mail (null MX) and has an MTA-STS policy");
                    scene.finding(id::STS_REMARK, text);
                    return 0;
                }
                // Without MX the domain is its own exchanger (RFC 5321 §5.1).
                Err(_) => vec![domain.clone()],
            },
            Err(error) => {
                scene.finding(finding::RESOLVER_FAILED, error.to_string());
                return 0;
            }
        };
        let uncovered: Vec<&String> = hosts.iter().filter(|host| !policy.covers(host)).collect();
        if !uncovered.is_empty() {
            let named: Vec<&str> = uncovered
                .iter()
                .take(NAMED)
                .map(|host| host.as_str())
                .collect();
            let more = match uncovered.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let all = hosts.len();
            let text = format!(
                "{} of {all} MX hosts of {domain} not in its MTA-STS policy: {}{more}",
                uncovered.len(),
                named.join(", ")
            );
            scene.finding(id::STS_UNCOVERED, text);
        }
        hosts.len() - uncovered.len()
    }

    /// Who hears of failures (RFC 8460).
    fn reports(&self, scene: &Scene) {
        let name = format!("_smtp._tls.{}", self.domain);
        let found = match self.resolver.ask(&name, Kind::Txt, scene.deadline) {
            Ok(answer) => report_addresses(&answer.texts()),
            // A note is not worth an alarm.
            Err(_) => return,
        };
        match found {
            Ok(addresses) => scene.detail(format!("reports go to {}", addresses.join(", "))),
            Err(TlsRptError::None) => scene.finding(
                id::STS_NO_REPORTS,
                format!("{} asks for no TLS reports: no TXT of {name}", self.domain),
            ),
            Err(error) => scene.finding(
                id::STS_NO_REPORTS,
                format!(
                    "{} gets no TLS reports: TXT of {name}: {error}",
                    self.domain
                ),
            ),
        }
    }
}
