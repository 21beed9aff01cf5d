//! Signatures followed here, by hickory, from the root's keys or the user's own.
//!
//! What hickory finds bogus it often hands out all the same, marked so; the mark of each record on the way counts, and the worst
//! of them is the answer's.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError, NoRecords};
use hickory_resolver::proto::dnssec::rdata::DNSSECRData;
use hickory_resolver::proto::dnssec::{Proof, TrustAnchors};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, Record};
use tokio::runtime::{Builder, Runtime};

use super::reading::{is_data, of_records};
use super::{Answer, Basis, LONGEST_TRY, Security};
use crate::dns::answer::outcome;
use crate::dns::{Error, Outcome, Question};
use crate::time::Clock;

/// One validating resolver per server, so that it can be said which one gave the data.
pub(super) struct Validator {
    runtime: Runtime,
    resolvers: Vec<(SocketAddr, TokioResolver)>,
}

impl Validator {
    pub(super) fn new(servers: &[SocketAddr], anchor: Option<&Path>) -> Result<Self, Error> {
        let setup = |why: String| Error {
            question: String::new(),
            server: None,
            outcome: Outcome::Setup(why),
        };
        let anchors = match anchor {
            None => TrustAnchors::default(),
            Some(path) => {
                let anchors = TrustAnchors::from_file(path).map_err(|error| {
                    setup(format!("{} holds no DNSKEY: {error}", path.display()))
                })?;
                if anchors.is_empty() {
                    return Err(setup(format!(
                        "{} holds no DNSKEY of the root",
                        path.display()
                    )));
                }
                anchors
            }
        };
        let anchors = Arc::new(anchors);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| setup(error.to_string()))?;
        let resolvers = servers
            .iter()
            .map(|&server| {
                resolver(server, Arc::clone(&anchors))
                    .map(|resolver| (server, resolver))
                    .map_err(|error| setup(error.to_string()))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { runtime, resolvers })
    }

    /// Asks the servers in turn until one has an answer.
    pub(super) fn ask(&self, question: &Question, time: Duration) -> Result<Answer, Error> {
        let clock = Clock::start();
        let mut failure = None;
        for (place, (server, resolver)) in self.resolvers.iter().enumerate() {
            let left = time.saturating_sub(clock.elapsed());
            let others = u32::try_from(self.resolvers.len() - place).unwrap_or(u32::MAX);
            let result = self.runtime.block_on(async {
                let lookup =
                    resolver.lookup(question.name().clone(), question.kind().record_type());
                tokio::time::timeout(left / others, lookup).await
            });
            let outcome = match result {
                Err(_) => Outcome::Timeout(left / others),
                Ok(Ok(lookup)) => match read(question, *server, lookup.answers(), None) {
                    Ok(answer) => return Ok(answer),
                    Err(outcome) => outcome,
                },
                Ok(Err(error)) => match absent(question, *server, &error) {
                    Some(answer) => {
                        return answer
                            .map_err(|outcome| Error::new(question, Some(*server), outcome));
                    }
                    None => outcome(&error, left),
                },
            };
            failure = Some(Error::new(question, Some(*server), outcome));
        }
        Err(failure.unwrap_or_else(|| Error::new(question, None, Outcome::Timeout(time))))
    }
}

/// Records, or what the absence of them is worth.
fn read(
    question: &Question,
    server: SocketAddr,
    records: &[Record],
    denial: Option<(Security, bool)>,
) -> Result<Answer, Outcome> {
    let (security, no_such_name) = denial.unwrap_or_else(|| (of_proofs(records), false));
    let basis = Basis::Validated(server);
    let bogus = matches!(security, Security::Bogus(_));
    let mut answer = of_records(question, records, no_such_name, security, basis)?;
    if bogus {
        answer.records.clear();
    }
    Ok(answer)
}

/// An error of hickory's that is an answer.
fn absent(
    question: &Question,
    server: SocketAddr,
    error: &NetError,
) -> Option<Result<Answer, Outcome>> {
    let NetError::Dns(error) = error else {
        return None;
    };
    let (code, security, records) = match error {
        // Its own validation has passed, or there was nothing to validate: the denial's records tell.
        DnsError::NoRecordsFound(NoRecords {
            response_code,
            authorities,
            ..
        }) => {
            let authorities = authorities.as_deref().unwrap_or_default();
            let security = if authorities.iter().filter(|it| is_data(it)).count() == 0 {
                Security::Indeterminate("nothing proves that the record is missing".to_owned())
            } else {
                of_proofs(authorities)
            };
            (*response_code, security, Vec::new())
        }
        DnsError::Nsec {
            response, proof, ..
        } => {
            let why = "nothing proves that the record is missing";
            let code = response.response_code;
            (
                code,
                of_proof(*proof, || why.to_owned()),
                response.answers.clone(),
            )
        }
        DnsError::DnssecBogus => (
            ResponseCode::NoError,
            Security::Bogus("the signatures do not hold".to_owned()),
            Vec::new(),
        ),
        _ => return None,
    };
    match code {
        ResponseCode::NoError => Some(read(question, server, &records, Some((security, false)))),
        ResponseCode::NXDomain => Some(read(question, server, &records, Some((security, true)))),
        _ => None,
    }
}

/// The worst proof of all the records that mean something.
fn of_proofs(records: &[Record]) -> Security {
    let worst = records
        .iter()
        .filter(|record| is_data(record))
        .map(|record| record.proof)
        .min_by_key(|proof| match proof {
            Proof::Bogus => 0,
            Proof::Indeterminate => 1,
            Proof::Insecure => 2,
            Proof::Secure => 3,
        });
    match worst {
        Some(proof) => of_proof(proof, || why(records)),
        None => Security::Indeterminate("there is nothing to validate".to_owned()),
    }
}

fn of_proof(proof: Proof, why: impl Fn() -> String) -> Security {
    match proof {
        Proof::Secure => Security::Secure,
        Proof::Insecure => Security::Insecure,
        Proof::Bogus => Security::Bogus(why()),
        Proof::Indeterminate => Security::Indeterminate("no trust anchor leads there".to_owned()),
    }
}

/// hickory tells no reason; the commonest can be seen.
fn why(records: &[Record]) -> String {
    let now = Clock::unix_time();
    let ended = records
        .iter()
        .filter_map(|record| match &record.data {
            RData::DNSSEC(DNSSECRData::RRSIG(signature)) => {
                Some(i64::from(signature.input().sig_expiration.get()))
            }
            _ => None,
        })
        .collect::<Vec<_>>();
    if ended.is_empty() {
        "signatures missing".to_owned()
    } else if ended.iter().all(|&end| end < now) {
        "signature expired".to_owned()
    } else {
        "the signatures do not hold".to_owned()
    }
}

fn resolver(server: SocketAddr, anchors: Arc<TrustAnchors>) -> Result<TokioResolver, NetError> {
    let mut udp = ConnectionConfig::udp();
    let mut tcp = ConnectionConfig::tcp();
    udp.port = server.port();
    tcp.port = server.port();
    let config = NameServerConfig::new(server.ip(), true, vec![udp, tcp]);
    let mut builder = TokioResolver::builder_with_config(
        ResolverConfig::from_name_servers(vec![config]),
        TokioRuntimeProvider::default(),
    );
    let options = builder.options_mut();
    options.timeout = LONGEST_TRY;
    options.attempts = 1;
    options.num_concurrent_reqs = 1;
    options.use_hosts_file = ResolveHosts::Never;
    options.edns0 = true;
    builder.with_trust_anchor(anchors).build()
}
