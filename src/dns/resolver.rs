//! Asks name servers, one after the other, under one deadline.
//!
//! A resolver per server rather than hickory's pool of them, because a finding has to name the server that said so. The
//! order is that of resolv.conf(5): the next server is asked when one is silent or cannot answer, a second round is made for
//! silence only, and what the DNS itself has said (NXDOMAIN, no data) is final. Its `timeout` and `attempts` are not taken:
//! the deadline is the caller's, and is shared among the tries.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use tokio::runtime::{Builder, Runtime};

use super::answer::{outcome, records};
use super::mx::exchangers;
use super::{Error, Kind, Mx, Outcome, Question};
use crate::time::Clock;

/// As many servers as the C library reads from resolv.conf.
const MOST_SERVERS: usize = 3;
/// A lost packet should not lose the answer.
const ROUNDS: u32 = 2;
/// One server never gets more, however long the deadline.
const LONGEST_TRY: Duration = Duration::from_secs(5);

/// The kinds of addresses wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Family {
    /// IPv4, then IPv6.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

/// Some name servers and the means to ask them.
pub struct Resolver {
    runtime: Runtime,
    servers: Vec<Server>,
}

#[derive(Clone)]
struct Server {
    address: SocketAddr,
    resolver: TokioResolver,
}

impl Resolver {
    /// The servers of /etc/resolv.conf; without any the one on this host, as resolv.conf(5) has it.
    ///
    /// # Errors
    /// [`Outcome::Setup`] when the process has no descriptors left for it.
    pub fn system() -> Result<Self, Error> {
        Self::at(&Self::system_servers())
    }

    /// The addresses of these servers.
    #[must_use]
    pub fn system_servers() -> Vec<SocketAddr> {
        let mut servers: Vec<SocketAddr> = hickory_resolver::system_conf::read_system_conf()
            .map(|(config, _)| {
                config
                    .name_servers()
                    .iter()
                    .map(|server| SocketAddr::new(server.ip, 53))
                    .collect()
            })
            .unwrap_or_default();
        if servers.is_empty() {
            servers.push(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 53));
        }
        servers
    }

    /// These servers, in this order.
    ///
    /// # Errors
    /// [`Outcome::Setup`] when there is none, or the process has no descriptors left for it.
    pub fn at(servers: &[SocketAddr]) -> Result<Self, Error> {
        if servers.is_empty() {
            return Err(setup("there is none"));
        }
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| setup(&error.to_string()))?;
        let servers = servers
            .iter()
            .take(MOST_SERVERS)
            .map(|address| Server::new(*address))
            .collect::<Result<_, _>>()
            .map_err(|error| setup(&error.to_string()))?;
        Ok(Resolver { runtime, servers })
    }

    /// The hosts that take mail for `domain`, best first.
    ///
    /// # Errors
    /// [`Outcome::NullMx`] when the domain takes none; [`Outcome::NoData`] when it has neither MX nor address.
    pub fn mx(&self, domain: &str, deadline: Duration) -> Result<Vec<Mx>, Error> {
        let clock = Clock::start();
        let question = Question::new(domain, Kind::Mx)?;
        let (server, records) = match self.one(&question, deadline) {
            Ok(answer) => answer,
            Err(error) if error.outcome == Outcome::NoData => {
                return self.implicit(&question, error, deadline.saturating_sub(clock.elapsed()));
            }
            Err(error) => return Err(error),
        };
        exchangers(&records).map_err(|outcome| Error::new(&question, Some(server), outcome))
    }

    /// The domain itself, when it has an address. A domain without says so by the error of the MX question, since that
    /// is what was asked.
    fn implicit(
        &self,
        question: &Question,
        no_mx: Error,
        deadline: Duration,
    ) -> Result<Vec<Mx>, Error> {
        let host = question.host();
        match self.addresses(&host, Family::Any, deadline) {
            Ok(_) => Ok(vec![Mx {
                preference: 0,
                host,
                implicit: true,
            }]),
            Err(error) if error.outcome.is_final() => Err(no_mx),
            Err(error) => Err(error),
        }
    }

    /// The addresses of `host` as the DNS has them; an address stands for itself.
    ///
    /// # Errors
    /// When none of the families asked for has one. A family that fails does not hide the other's addresses.
    pub fn addresses(
        &self,
        host: &str,
        family: Family,
        deadline: Duration,
    ) -> Result<Vec<IpAddr>, Error> {
        if let Some(address) = literal(host) {
            return Ok(vec![address]);
        }
        let kinds: &[Kind] = match family {
            Family::Any => &[Kind::A, Kind::Aaaa],
            Family::V4 => &[Kind::A],
            Family::V6 => &[Kind::Aaaa],
        };
        let questions = kinds
            .iter()
            .map(|kind| Question::new(host, *kind))
            .collect::<Result<Vec<_>, _>>()?;
        let mut found = Vec::new();
        let mut failure: Option<Error> = None;
        for answer in self.all(&questions, deadline) {
            match answer {
                Ok((_, records)) => found.extend(records.iter().filter_map(address)),
                // "Has none" is the weakest of reasons; the first of the others is told.
                Err(error) => match &failure {
                    Some(earlier) if earlier.outcome != Outcome::NoData => {}
                    _ => failure = Some(error),
                },
            }
        }
        match failure {
            Some(error) if found.is_empty() => Err(error),
            _ => Ok(found),
        }
    }

    fn one(
        &self,
        question: &Question,
        deadline: Duration,
    ) -> Result<(SocketAddr, Vec<RData>), Error> {
        self.runtime
            .block_on(ask(self.servers.clone(), question.clone(), deadline))
    }

    /// All questions at once, answers in their order.
    fn all(
        &self,
        questions: &[Question],
        deadline: Duration,
    ) -> Vec<Result<(SocketAddr, Vec<RData>), Error>> {
        let tasks: Vec<_> = questions
            .iter()
            .map(|question| {
                let task = ask(self.servers.clone(), question.clone(), deadline);
                (question, self.runtime.spawn(task))
            })
            .collect();
        self.runtime.block_on(async {
            let mut answers = Vec::with_capacity(tasks.len());
            for (question, task) in tasks {
                answers.push(task.await.unwrap_or_else(|error| {
                    let outcome = Outcome::Setup(error.to_string());
                    Err(Error::new(question, None, outcome))
                }));
            }
            answers
        })
    }
}

impl Server {
    fn new(address: SocketAddr) -> Result<Self, NetError> {
        let mut udp = ConnectionConfig::udp();
        let mut tcp = ConnectionConfig::tcp();
        udp.port = address.port();
        tcp.port = address.port();
        let server = NameServerConfig::new(address.ip(), true, vec![udp, tcp]);
        let mut builder = TokioResolver::builder_with_config(
            ResolverConfig::from_name_servers(vec![server]),
            TokioRuntimeProvider::default(),
        );
        let options = builder.options_mut();
        // Time and repetition are ours: hickory would ask again after SERVFAIL and REFUSED, too.
        options.timeout = LONGEST_TRY;
        options.attempts = 0;
        options.num_concurrent_reqs = 1;
        // A probe asks how things are now.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        options.edns0 = true;
        Ok(Server {
            address,
            resolver: builder.build()?,
        })
    }

    async fn ask(&self, question: &Question, time: Duration) -> Result<Vec<RData>, Outcome> {
        let lookup = self
            .resolver
            .lookup(question.name().clone(), question.kind().record_type());
        match tokio::time::timeout(time, lookup).await {
            Err(_) => Err(Outcome::Timeout(time)),
            Ok(Err(error)) => Err(outcome(&error, time)),
            Ok(Ok(lookup)) => records(&lookup, question.kind()),
        }
    }
}

/// One question to the servers in turn.
async fn ask(
    servers: Vec<Server>,
    question: Question,
    deadline: Duration,
) -> Result<(SocketAddr, Vec<RData>), Error> {
    let clock = Clock::start();
    let mut silent: Vec<&Server> = servers.iter().collect();
    let mut failure: Option<Error> = None;
    for round in 0..ROUNDS {
        let asked = std::mem::take(&mut silent);
        let count = u32::try_from(asked.len()).unwrap_or(u32::MAX);
        let rounds_after = ROUNDS - round - 1;
        for (done, server) in (0..count).zip(asked) {
            // What is left is shared among the tries that may still come.
            let left = deadline.saturating_sub(clock.elapsed());
            let tries = (count - done).saturating_add(count.saturating_mul(rounds_after));
            let time = (left / tries.max(1)).min(LONGEST_TRY);
            if time.is_zero() {
                break;
            }
            match server.ask(&question, time).await {
                Ok(records) => return Ok((server.address, records)),
                Err(outcome) => {
                    let error = Error::new(&question, Some(server.address), outcome);
                    if error.outcome.is_final() {
                        return Err(error);
                    }
                    if matches!(error.outcome, Outcome::Timeout(_)) {
                        silent.push(server);
                    }
                    failure = Some(worse(failure, error));
                }
            }
        }
    }
    Err(failure
        .map(|error| whole_time(error, clock.elapsed()))
        .unwrap_or_else(|| {
            let server = servers.first().map(|server| server.address);
            Error::new(&question, server, Outcome::Timeout(deadline))
        }))
}

/// A server's answer tells more than another's silence; otherwise the first counts.
fn worse(earlier: Option<Error>, later: Error) -> Error {
    match earlier {
        Some(earlier) if !matches!(earlier.outcome, Outcome::Timeout(_)) => earlier,
        Some(earlier) if matches!(later.outcome, Outcome::Timeout(_)) => earlier,
        _ => later,
    }
}

/// People want to know how long was waited, not how it was divided.
fn whole_time(mut error: Error, waited: Duration) -> Error {
    if let Outcome::Timeout(time) = &mut error.outcome {
        *time = waited;
    }
    error
}

fn setup(why: &str) -> Error {
    Error {
        question: String::new(),
        server: None,
        outcome: Outcome::Setup(why.to_owned()),
    }
}

fn literal(host: &str) -> Option<IpAddr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(host);
    bare.parse().ok()
}

fn address(data: &RData) -> Option<IpAddr> {
    match data {
        RData::A(a) => Some(IpAddr::V4(a.0)),
        RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
        _ => None,
    }
}
