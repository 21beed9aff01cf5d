//! Following an SPF record, question by question, within the limits of RFC 7208 §4.6.4.

use std::future::Future;
use std::pin::Pin;

use hickory_resolver::proto::rr::RData;

use super::term::{Hosts, Term, is_record, terms};
use super::{Net, NoSenders, Senders};
use crate::dns::exchange::Exchange;
use crate::dns::question::text;
use crate::dns::{Kind, Outcome, Question};

/// Terms that cost a lookup (§4.6.4).
const MOST_LOOKUPS: u32 = 10;
/// Hosts of one `mx` (§4.6.4).
const MOST_HOSTS: usize = 10;
/// Questions that may find nothing (§4.6.4).
const MOST_VOID: u32 = 2;
/// More nets are not taken from anybody.
const MOST_NETS: usize = 4096;

/// Why a record is left where it is.
enum Stop {
    /// It is broken, in words.
    Broken(String),
    /// A question was not answered, in words.
    Failed(String),
}

/// The nets that `domain` sends from.
pub async fn senders(exchange: &Exchange, domain: &str) -> Result<Senders, NoSenders> {
    let mut walk = Walk {
        exchange,
        lookups: 0,
        void: 0,
        found: Senders::default(),
    };
    let record = match walk.record(domain).await {
        Ok(Some(record)) => record,
        Ok(None) => return Err(NoSenders::Missing),
        Err(Stop::Broken(why)) => {
            return Ok(Senders {
                broken: Some(why),
                ..Senders::default()
            });
        }
        Err(Stop::Failed(why)) => return Err(NoSenders::Failed(why)),
    };
    match walk.follow(domain.to_owned(), record).await {
        Ok(()) => {}
        Err(Stop::Broken(why)) => walk.found.broken = Some(why),
        Err(Stop::Failed(why)) if walk.found.nets.is_empty() => return Err(NoSenders::Failed(why)),
        Err(Stop::Failed(why)) => walk.found.notes.push(why),
    }
    Ok(walk.found)
}

struct Walk<'a> {
    exchange: &'a Exchange,
    lookups: u32,
    void: u32,
    found: Senders,
}

impl Walk<'_> {
    /// A domain's SPF record; an error when it has two (§4.5).
    async fn record(&self, domain: &str) -> Result<Option<String>, Stop> {
        let records = self.ask(domain, Kind::Txt).await?;
        let mut texts = records
            .iter()
            .filter_map(|data| match data {
                RData::TXT(txt) => {
                    let bytes: Vec<u8> = txt
                        .txt_data
                        .iter()
                        .flat_map(|part| part.iter().copied())
                        .collect();
                    Some(String::from_utf8_lossy(&bytes).into_owned())
                }
                _ => None,
            })
            .filter(|text| is_record(text));
        let first = texts.next();
        if texts.next().is_some() {
            return Err(Stop::Broken(format!(
                "{domain} has more than one SPF record"
            )));
        }
        Ok(first)
    }

    fn follow(
        &mut self,
        domain: String,
        record: String,
    ) -> Pin<Box<dyn Future<Output = Result<(), Stop>> + '_>> {
        Box::pin(async move {
            let terms = terms(&record, &domain)
                .map_err(|why| Stop::Broken(format!("SPF of {domain}: {why}")))?;
            for term in terms {
                match term {
                    Term::All => self.note(format!("SPF of {domain} lets the whole world send")),
                    Term::Ip(address, prefix) => self.add(Net::new(address, prefix)),
                    Term::Ptr => {
                        self.count()?;
                        self.note(format!(
                            "SPF of {domain}: what \"ptr\" lets send is not known"
                        ));
                    }
                    Term::Exists => {
                        self.count()?;
                        self.note(format!(
                            "SPF of {domain}: what \"exists\" lets send is not known"
                        ));
                    }
                    Term::A(hosts) => {
                        self.count()?;
                        let name = hosts.domain.clone().unwrap_or_else(|| domain.clone());
                        self.hosts(&name, &hosts).await?;
                    }
                    Term::Mx(hosts) => {
                        self.count()?;
                        let name = hosts.domain.clone().unwrap_or_else(|| domain.clone());
                        self.exchangers(&name, &hosts).await?;
                    }
                    Term::Include(name) | Term::Redirect(name) => {
                        self.count()?;
                        if name.contains('%') {
                            self.note(format!("SPF of {domain}: {name} depends on the mail"));
                            continue;
                        }
                        let Some(record) = self.record(&name).await? else {
                            return Err(Stop::Broken(format!(
                                "SPF of {domain} names {name}, which has none"
                            )));
                        };
                        self.follow(name, record).await?;
                    }
                }
            }
            Ok(())
        })
    }

    async fn hosts(&mut self, name: &str, hosts: &Hosts) -> Result<(), Stop> {
        if name.contains('%') {
            self.note(format!("{name} depends on the mail"));
            return Ok(());
        }
        let mut none = true;
        for (kind, prefix) in [(Kind::A, hosts.v4), (Kind::Aaaa, hosts.v6)] {
            for data in self.ask(name, kind).await? {
                none = false;
                match data {
                    RData::A(a) => self.add(Net::new(a.0.into(), prefix)),
                    RData::AAAA(aaaa) => self.add(Net::new(aaaa.0.into(), prefix)),
                    _ => {}
                }
            }
        }
        if none {
            self.in_vain();
        }
        Ok(())
    }

    async fn exchangers(&mut self, name: &str, hosts: &Hosts) -> Result<(), Stop> {
        if name.contains('%') {
            self.note(format!("{name} depends on the mail"));
            return Ok(());
        }
        let records = self.ask(name, Kind::Mx).await?;
        if records.is_empty() {
            self.in_vain();
        }
        if records.len() > MOST_HOSTS {
            return Err(Stop::Broken(format!(
                "{name} has more than {MOST_HOSTS} MX hosts"
            )));
        }
        for data in records {
            if let RData::MX(mx) = data {
                let host = text(&mx.exchange);
                if !host.is_empty() {
                    self.hosts(&host, hosts).await?;
                }
            }
        }
        Ok(())
    }

    /// The records; none is no error here.
    async fn ask(&self, name: &str, kind: Kind) -> Result<Vec<RData>, Stop> {
        let question =
            Question::new(name, kind).map_err(|error| Stop::Broken(error.to_string()))?;
        let answer = self.exchange.ask(&question).await;
        match answer.outcome {
            Ok(records) => Ok(records),
            Err(Outcome::NxDomain | Outcome::NoData) => Ok(Vec::new()),
            Err(outcome) => {
                let error = crate::dns::Error::new(&question, answer.server, outcome);
                Err(Stop::Failed(error.to_string()))
            }
        }
    }

    fn count(&mut self) -> Result<(), Stop> {
        self.lookups += 1;
        if self.lookups > MOST_LOOKUPS {
            return Err(Stop::Broken(format!(
                "its SPF record needs more than {MOST_LOOKUPS} lookups"
            )));
        }
        Ok(())
    }

    /// A question that found nothing. Receivers stop at the third; what they would still let send is asked about all the same.
    fn in_vain(&mut self) {
        self.void += 1;
        if self.void > MOST_VOID {
            self.found.broken.get_or_insert_with(|| {
                format!("its SPF record names more than {MOST_VOID} hosts that do not exist")
            });
        }
    }

    fn add(&mut self, net: Net) {
        if self.found.nets.len() < MOST_NETS && !self.found.nets.contains(&net) {
            self.found.nets.push(net);
        }
    }

    fn note(&mut self, text: String) {
        if self.found.notes.len() < MOST_HOSTS {
            self.found.notes.push(text);
        }
    }
}
