//! What blocklists are asked about: addresses and domains as given, hosts, the MX hosts of a domain, the senders of an SPF
//! record, small nets.
//!
//! Hosts are looked up by the same name servers, with absolute names: blocklists know what the world sees.

use std::collections::HashSet;
use std::net::IpAddr;
use std::rc::Rc;

use hickory_resolver::proto::rr::RData;
use tokio::task::JoinSet;

use super::super::exchange::Exchange;
use super::super::mx::exchangers;
use super::super::question::text;
use super::super::spf::{self, Net, NoSenders};
use super::super::zones::Entry;
use super::super::{Error, Kind, Outcome, Question};
use crate::net::Family;

/// Subjects of one run.
pub const MOST: usize = 1024;
/// Addresses that a net of an SPF record is sampled by.
const SAMPLE: u32 = 16;

/// What is wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Addresses and domains.
    pub entries: Vec<Entry>,
    /// Host names: every address.
    pub hosts: Vec<String>,
    /// Domains: every address of every MX host.
    pub mx: Vec<String>,
    /// Domains: what their SPF records let send.
    pub spf: Vec<String>,
    /// Which addresses of hosts.
    pub family: Family,
}

/// One thing to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What is asked about.
    pub entry: Entry,
    /// Where it comes from, when that is not itself: `mx1.example.org`.
    pub host: Option<String>,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.host {
            Some(host) => write!(f, "{host} [{}]", self.entry),
            None => write!(f, "{}", self.entry),
        }
    }
}

/// Something that led to no subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// A host without address; its name, and words.
    NoHost(String, String),
    /// A domain that takes no mail.
    NoMx(String),
    /// A domain without SPF record.
    NoSpf(String),
    /// An SPF record that is broken.
    BrokenSpf(String),
    /// The name servers did not say.
    NoAnswer(String),
    /// Not everything that was meant is asked about.
    Partly(String),
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Subjects {
    /// In the order in which they were named, no entry twice.
    pub found: Vec<Subject>,
    /// What was lost on the way.
    pub troubles: Vec<Trouble>,
}

impl Subjects {
    fn add(&mut self, entry: Entry, host: Option<&str>, seen: &mut HashSet<Entry>) {
        let entry = entry.bare();
        if self.found.len() >= MOST {
            let text = format!("more than {MOST} addresses: the rest is not asked about");
            if !self
                .troubles
                .iter()
                .any(|one| *one == Trouble::Partly(text.clone()))
            {
                self.troubles.push(Trouble::Partly(text));
            }
        } else if seen.insert(entry.clone()) {
            self.found.push(Subject {
                entry,
                host: host.map(str::to_owned),
            });
        }
    }
}

/// What one name came to.
enum Come {
    Hosts(Vec<(String, Result<Vec<IpAddr>, Error>)>),
    Failed(Trouble),
    Nets(String, Result<spf::Senders, NoSenders>),
}

/// Finds all subjects; the names are looked up side by side.
pub async fn find(exchange: &Rc<Exchange>, wanted: &Wanted) -> Subjects {
    let mut subjects = Subjects::default();
    let mut seen = HashSet::new();
    for entry in &wanted.entries {
        subjects.add(entry.clone(), None, &mut seen);
    }
    let mut tasks = JoinSet::new();
    let mut number = 0_usize;
    for host in &wanted.hosts {
        let (exchange, host, family) = (Rc::clone(exchange), host.clone(), wanted.family);
        tasks.spawn_local(async move {
            let found = addresses(&exchange, &host, family).await;
            (number, Come::Hosts(vec![(host, found)]))
        });
        number += 1;
    }
    for domain in &wanted.mx {
        let (exchange, domain, family) = (Rc::clone(exchange), domain.clone(), wanted.family);
        tasks.spawn_local(async move { (number, mail_hosts(&exchange, &domain, family).await) });
        number += 1;
    }
    for domain in &wanted.spf {
        let (exchange, domain) = (Rc::clone(exchange), domain.clone());
        tasks.spawn_local(async move {
            let found = spf::senders(&exchange, &domain).await;
            (number, Come::Nets(domain, found))
        });
        number += 1;
    }
    let mut come = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        come.extend(joined);
    }
    come.sort_by_key(|(number, _)| *number);
    for (_, come) in come {
        match come {
            Come::Failed(trouble) => subjects.troubles.push(trouble),
            Come::Hosts(hosts) => {
                for (host, found) in hosts {
                    match found {
                        Ok(found) => {
                            for address in found {
                                subjects.add(address.into(), Some(&host), &mut seen);
                            }
                        }
                        Err(error) => subjects.troubles.push(no_host(&host, &error)),
                    }
                }
            }
            Come::Nets(domain, found) => {
                nets(&mut subjects, &mut seen, &domain, found, wanted.family)
            }
        }
    }
    subjects
}

fn no_host(host: &str, error: &Error) -> Trouble {
    if error.outcome.is_final() {
        Trouble::NoHost(host.to_owned(), error.to_string())
    } else {
        Trouble::NoAnswer(error.to_string())
    }
}

/// Every address of a host: A and AAAA asked side by side. One family that fails does not hide the other's.
async fn addresses(exchange: &Exchange, host: &str, family: Family) -> Result<Vec<IpAddr>, Error> {
    let ask = async |kind: Kind, wanted: bool| {
        if !wanted {
            return Ok(None);
        }
        let question = Question::new(host, kind)?;
        let answer = exchange.ask(&question).await;
        match answer.outcome {
            Ok(records) => Ok(Some(records)),
            Err(outcome) => Err(Error::new(&question, answer.server, outcome)),
        }
    };
    let (v4, v6) = tokio::join!(
        ask(Kind::A, family != Family::V6),
        ask(Kind::Aaaa, family != Family::V4)
    );
    let mut found = Vec::new();
    let mut failed: Option<Error> = None;
    for records in [v4, v6] {
        match records {
            Ok(records) => {
                found.extend(records.into_iter().flatten().filter_map(|data| match data {
                    RData::A(a) => Some(IpAddr::V4(a.0)),
                    RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
                    _ => None,
                }))
            }
            // Silence tells more than "none of this family".
            Err(error) if failed.as_ref().is_none_or(|first| first.outcome.is_final()) => {
                failed = Some(error);
            }
            Err(_) => {}
        }
    }
    // Resolvers turn the order around; what is told first must not turn with it.
    found.sort_unstable();
    found.dedup();
    match failed {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

async fn mail_hosts(exchange: &Rc<Exchange>, domain: &str, family: Family) -> Come {
    let question = match Question::new(domain, Kind::Mx) {
        Ok(question) => question,
        Err(error) => return Come::Failed(Trouble::NoMx(error.to_string())),
    };
    let answer = exchange.ask(&question).await;
    let failed = |outcome: Outcome| {
        let is_final = outcome.is_final();
        let text = Error::new(&question, answer.server, outcome).to_string();
        Come::Failed(if is_final {
            Trouble::NoMx(text)
        } else {
            Trouble::NoAnswer(text)
        })
    };
    let hosts: Vec<String> = match answer.outcome {
        Ok(records) => match exchangers(&records) {
            Ok(found) => found.into_iter().map(|mx| mx.host).collect(),
            Err(outcome) => return failed(outcome),
        },
        // RFC 5321 §5.1: without MX the domain itself.
        Err(Outcome::NoData) => vec![text(question.name())],
        Err(outcome) => return failed(outcome),
    };
    let mut tasks = JoinSet::new();
    for (number, host) in hosts.into_iter().enumerate() {
        let exchange = Rc::clone(exchange);
        tasks.spawn_local(async move {
            let found = addresses(&exchange, &host, family).await;
            (number, host, found)
        });
    }
    let mut come = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        come.extend(joined);
    }
    come.sort_by_key(|(number, ..)| *number);
    Come::Hosts(
        come.into_iter()
            .map(|(_, host, found)| (host, found))
            .collect(),
    )
}

fn nets(
    subjects: &mut Subjects,
    seen: &mut HashSet<Entry>,
    domain: &str,
    found: Result<spf::Senders, NoSenders>,
    family: Family,
) {
    let senders = match found {
        Ok(senders) => senders,
        Err(NoSenders::Missing) => {
            let text = format!("{domain} has no SPF record");
            return subjects.troubles.push(Trouble::NoSpf(text));
        }
        Err(NoSenders::Failed(why)) => return subjects.troubles.push(Trouble::NoAnswer(why)),
    };
    if let Some(why) = senders.broken {
        subjects
            .troubles
            .push(Trouble::BrokenSpf(if why.contains(domain) {
                why
            } else {
                format!("{domain}: {why}")
            }));
    }
    for note in senders.notes {
        subjects.troubles.push(Trouble::Partly(note));
    }
    let nets: Vec<Net> = senders
        .nets
        .into_iter()
        .filter(|net| family.admits(net.address))
        .collect();
    if nets.is_empty()
        && !subjects
            .troubles
            .iter()
            .any(|one| matches!(one, Trouble::BrokenSpf(_)))
    {
        let text = format!("SPF of {domain} names no address that may send");
        subjects.troubles.push(Trouble::NoSpf(text));
    }
    for net in nets {
        if net.size() > u128::from(SAMPLE) {
            let text =
                format!("{net} of {domain}'s SPF record: {SAMPLE} of its addresses asked about");
            subjects.troubles.push(Trouble::Partly(text));
        }
        for address in net.sample(SAMPLE) {
            subjects.add(address.into(), Some(domain), seen);
        }
    }
}
