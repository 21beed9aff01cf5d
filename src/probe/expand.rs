//! From what was named to single targets: MX hosts, all addresses, ports.

use std::net::IpAddr;

use super::{Target, finding};
use crate::cli::{Endpoint, Targets};
use crate::dns::{self, Resolver};
use crate::net::{self, Host, ResolveError};
use crate::session::Dial;
use crate::time::Deadline;

/// What a name stands for: targets, or a finding about the name.
pub enum Expanded {
    /// A target.
    Target(Target),
    /// The name leads nowhere: the target it would have been, the finding, the words.
    Dead(String, &'static str, String),
}

/// All targets, in the order in which they were named; MX hosts by preference.
pub fn expand(targets: &Targets, deadline: Deadline) -> Vec<Expanded> {
    let mut all = Vec::new();
    for endpoint in &targets.endpoints {
        all.extend(addresses(targets, endpoint, &[], None));
    }
    for domain in &targets.mx {
        match hosts(targets, domain, deadline) {
            Ok(found) => {
                for (host, known) in found {
                    let domain = Some(domain.as_str());
                    all.extend(addresses(targets, &Endpoint::Host(host), &known, domain));
                }
            }
            Err((id, text)) => all.push(Expanded::Dead(domain.clone(), id, text)),
        }
    }
    all
}

/// The targets of one host; one for each address when that is asked for.
fn addresses(
    targets: &Targets,
    endpoint: &Endpoint,
    known: &[IpAddr],
    domain: Option<&str>,
) -> Vec<Expanded> {
    let target = |(dial, security): (Dial, _)| {
        Expanded::Target(Target {
            name: dial.name(),
            dial,
            security,
            domain: domain.map(str::to_owned),
        })
    };
    let Endpoint::Host(host) = endpoint else {
        return targets
            .dials(endpoint, &[])
            .into_iter()
            .map(target)
            .collect();
    };
    if !targets.all_addresses || targets.address.is_some() {
        return targets
            .dials(endpoint, known)
            .into_iter()
            .map(target)
            .collect();
    }
    let found = if known.is_empty() {
        net::resolve(host, targets.family)
    } else {
        Ok(known.to_vec())
    };
    match found {
        Ok(found) => found
            .iter()
            .flat_map(|address| targets.dials(endpoint, &[*address]))
            .map(target)
            .collect(),
        Err(error) => {
            let id = match error {
                ResolveError::Failed { .. } => finding::RESOLVER_FAILED,
                _ => finding::HOST_NOT_FOUND,
            };
            vec![Expanded::Dead(
                host.name().to_owned(),
                id,
                error.to_string(),
            )]
        }
    }
}

/// A host and the addresses that are known of it already.
type Found = (Host, Vec<IpAddr>);

/// The MX hosts of a domain. With `--resolver` their addresses come from there too.
fn hosts(
    targets: &Targets,
    domain: &str,
    deadline: Deadline,
) -> Result<Vec<Found>, (&'static str, String)> {
    let failed = |error: &dns::Error| {
        let id = if absent(&error.outcome) {
            finding::MX_MISSING
        } else if matches!(error.outcome, dns::Outcome::Timeout(_)) {
            finding::TIMEOUT
        } else {
            finding::RESOLVER_FAILED
        };
        (id, error.to_string())
    };
    let resolver = if targets.resolvers.is_empty() {
        Resolver::system()
    } else {
        Resolver::at(&targets.resolvers)
    };
    let resolver = resolver.map_err(|error| failed(&error))?;
    let left = || deadline.remaining().unwrap_or_default();
    let found = resolver
        .mx(domain, left())
        .map_err(|error| failed(&error))?;
    let mut hosts = Vec::new();
    for mx in found {
        let host = Host::parse(&mx.host)
            .map_err(|error| (finding::MX_MISSING, format!("MX of {domain}: {error}")))?;
        let known = if targets.resolvers.is_empty() {
            Vec::new()
        } else {
            resolver
                .addresses(&mx.host, family(targets.family), left())
                .map_err(|error| failed(&error))?
        };
        hosts.push((host, known));
    }
    Ok(hosts)
}

fn family(family: net::Family) -> dns::Family {
    match family {
        net::Family::Any => dns::Family::Any,
        net::Family::V4 => dns::Family::V4,
        net::Family::V6 => dns::Family::V6,
    }
}

/// Has the DNS said that there is no such thing, as opposed to saying nothing?
fn absent(outcome: &dns::Outcome) -> bool {
    use dns::Outcome::{BadName, NoData, NullMx, NxDomain};
    matches!(outcome, NxDomain | NoData | NullMx | BadName(_))
}
