//! DANE of one port: what the domain published, by whose word it can be believed, and whether the server holds to it.
//!
//! Between mail servers (port 25 and STARTTLS) by RFC 7672: usages 2 and 3, MX and addresses secure, and with a match of usage 3
//! neither name nor end nor authority of the certificate count. On clients' ports by RFC 7673: all usages, and what is wrong
//! with the certificate stays wrong, because hardly a client looks at DANE there.

mod options;
mod words;

use super::authentic as id;
use super::judge::{Trust as Roots, float};
use super::service::Protocol;
use crate::cli::Security as Transport;
use crate::dns::{Answer, Kind, Outcome as DnsOutcome, Published, SecureResolver, Security};
use crate::net::Host;
use crate::probe::{Scene, Target};
use crate::report::{Metric, Unit};
use crate::x509::dane::{self, Application, Outcome, Pkix, Report, Shown, Tlsa, Verdict};
use crate::x509::{Certificate, date};

pub use options::DaneOptions;

/// A signature with less than this share of its life left should have been renewed long ago.
const LATE: i64 = 10;

/// Matching records that are named on an OK line.
const NAMED: usize = 2;

/// What is asked.
pub struct DaneCheck {
    pub resolver: SecureResolver,
    /// Is DANE asked for, or only that the zone is signed?
    pub wanted: bool,
    /// Must the address of the host be authentic?
    pub signed: bool,
    /// Is it a fault when there is no DANE?
    pub required: bool,
    /// Records of other kinds do not count: usage, selector, matching type.
    pub kind: Option<[u8; 3]>,
    /// Tomorrow's chain, and the file it is in.
    pub next: Option<(String, Vec<Certificate>)>,
    /// Somebody else wants the certificate to verify: MTA-STS.
    pub web_counts: bool,
}

/// What was found before the connection.
pub struct Looked {
    host: String,
    port: u16,
    application: Application,
    /// The domain whose mail the host takes and what it is an alias of, if it was reached by secure MX records.
    domain: Vec<String>,
    records: Vec<Tlsa>,
    answer: Answer,
    base: String,
}

impl Looked {
    /// The name to be sent as SNI (RFC 7672 §8.1).
    pub fn base(&self) -> &str {
        &self.base
    }
}

/// How a domain's mail gets to a host.
#[derive(Default)]
struct Exchange {
    /// Names that the certificate may bear beside the host's.
    names: Vec<String>,
    /// Why the way there is not safe.
    insecure: Option<String>,
}

/// What came of it.
#[derive(Default)]
pub struct Judged {
    /// The words of an OK line.
    pub proven: Vec<String>,
    pub excuse: Option<Excuse>,
}

/// Why the Web's rules do not count.
pub struct Excuse {
    pub why: String,
    /// Does the end of the certificate not count either?
    pub endless: bool,
}

impl DaneCheck {
    /// Asks the name servers. `None` when there are no records to go by; that has been told.
    pub fn look(
        &self,
        target: &Target,
        host: Option<&Host>,
        protocol: Protocol,
        scene: &Scene,
    ) -> Option<Looked> {
        let name = &target.name;
        let Some(host) = host.filter(|host| host.address().is_none()) else {
            let text = format!("{name} has no name to look for TLSA records at");
            if self.wanted {
                self.without(scene, text);
            } else {
                scene.finding(id::DNSSEC_MISSING, text);
            }
            return None;
        };
        scene.journal.enter("tlsa");
        if self.signed {
            self.authentic(name, host.name(), scene);
        }
        if !self.wanted {
            scene.journal.leave("");
            return None;
        }
        let found = self.find(target, host.name(), protocol, scene);
        let note = match &found {
            Some(found) => format!("{} records, {}", found.records.len(), found.answer.basis),
            None => String::new(),
        };
        scene.journal.leave(note);
        found
    }

    fn find(
        &self,
        target: &Target,
        host: &str,
        protocol: Protocol,
        scene: &Scene,
    ) -> Option<Looked> {
        let name = &target.name;
        let mta = protocol == Protocol::Smtp
            && target.security == Transport::Starttls
            && target.port() != 587;
        let (application, exchange) = match &target.domain {
            Some(domain) if mta => (Application::Mta, self.exchange(name, domain, host, scene)?),
            _ if mta => (Application::Mta, Exchange::default()),
            _ => (Application::Client, Exchange::default()),
        };
        // Name servers that drop questions for TLSA must not use up the time of the rest.
        let half = scene.deadline.within(scene.deadline.total() / 2);
        let published = match self.resolver.published(host, target.port(), half) {
            Ok(published) => published,
            Err(error) => {
                // The address was found, the records are not: that is hardly our resolver's fault.
                let theirs = error.question.starts_with("TLSA")
                    && !matches!(error.outcome, DnsOutcome::Setup(_) | DnsOutcome::BadName(_));
                let id = if theirs {
                    id::DANE_UNANSWERED
                } else {
                    id::DANE_UNKNOWN
                };
                scene.finding(id, format!("{name}: {error}"));
                return None;
            }
        };
        match published {
            Published::Records {
                base,
                records,
                answer,
            } => {
                if let Some(text) = exchange.insecure {
                    if self.required {
                        scene.finding(id::DANE_INSECURE_MX, text);
                    } else {
                        scene.detail(text);
                    }
                }
                Some(Looked {
                    host: host.to_owned(),
                    port: target.port(),
                    application,
                    domain: exchange.names,
                    records,
                    answer,
                    base,
                })
            }
            Published::Absent(answer) => {
                let text = format!(
                    "{name} has no TLSA records ({}, {})",
                    answer.security, answer.basis
                );
                self.without(scene, text);
                None
            }
            Published::Insecure { answer, records } if !records.is_empty() => {
                let text = format!(
                    "{name} has {}, but {} is insecure ({}): nobody goes by them",
                    words::count(records.len()),
                    answer.question,
                    answer.basis
                );
                if self.required {
                    self.without(scene, text);
                } else {
                    scene.finding(id::DANE_INSECURE, text);
                }
                None
            }
            Published::Insecure { answer, .. } => {
                let text = format!(
                    "{name} has no DANE: {} is insecure ({})",
                    answer.question, answer.basis
                );
                self.without(scene, text);
                None
            }
            Published::Bogus(answer, why) => {
                bogus(name, &answer, &why, scene);
                None
            }
            Published::Indeterminate(answer, why) => {
                scene.finding(
                    id::DANE_UNKNOWN,
                    format!("{name}: {}: {why}", answer.question),
                );
                None
            }
        }
    }

    /// What the MX records say that led to this host. `None` when they cannot be believed, so that nobody gets as far as the
    /// host's own.
    ///
    /// Where they are insecure, TLSA records of the host may be gone by all the same (RFC 7672 §2.2.1; Postfix does), but then
    /// the domain is no name for the certificate (§3.2.2).
    fn exchange(&self, name: &str, domain: &str, host: &str, scene: &Scene) -> Option<Exchange> {
        let answer = match self.resolver.ask(domain, Kind::Mx, scene.deadline) {
            Ok(answer) => answer,
            Err(error) => {
                scene.finding(id::DANE_UNKNOWN, format!("{name}: {error}"));
                return None;
            }
        };
        match &answer.security {
            Security::Secure => {
                // The next hop by the name that was given, and what that stands for.
                let mut names: Vec<String> = Host::parse(domain)
                    .iter()
                    .map(|host| host.name().to_owned())
                    .collect();
                names.extend(answer.aliases.last().cloned());
                Some(Exchange {
                    names,
                    insecure: None,
                })
            }
            Security::Insecure => {
                let text = format!(
                    "{} is insecure ({}): mail to {domain} can be led past {host} and its DANE",
                    answer.question, answer.basis
                );
                Some(Exchange {
                    names: Vec::new(),
                    insecure: Some(text),
                })
            }
            Security::Bogus(why) => {
                bogus(name, &answer, why, scene);
                None
            }
            Security::Indeterminate(why) => {
                let text = format!("{name}: {}: {why}", answer.question);
                scene.finding(id::DANE_UNKNOWN, text);
                None
            }
        }
    }

    /// Is the address that clients find the right one, for all they know?
    fn authentic(&self, name: &str, host: &str, scene: &Scene) {
        let half = scene.deadline.within(scene.deadline.total() / 2);
        for kind in [Kind::A, Kind::Aaaa] {
            match self.resolver.ask(host, kind, half) {
                Ok(answer) if answer.is_secure() && answer.is_empty() => {}
                Ok(answer) if answer.is_secure() => {
                    scene.proven(format!("{} secure ({})", answer.question, answer.basis));
                    return;
                }
                Ok(answer) => {
                    let (question, security) = (&answer.question, &answer.security);
                    let text = format!("{name}: {question} is {security}, {}", answer.basis);
                    scene.finding(id::DNSSEC_MISSING, text);
                    return;
                }
                Err(error) => {
                    scene.finding(id::DANE_UNKNOWN, format!("{name}: {error}"));
                    return;
                }
            }
        }
    }

    /// There is no DANE.
    fn without(&self, scene: &Scene, text: String) {
        if self.required {
            scene.finding(id::DANE_MISSING, text);
        } else {
            scene.detail(text);
        }
    }

    /// Holds what was published against what the server has shown.
    pub fn judge(
        &self,
        target: &Target,
        looked: &Looked,
        chain: &[Certificate],
        roots: &Roots,
        at: i64,
        scene: &Scene,
    ) -> Judged {
        let name = &target.name;
        let mut proven = Vec::new();
        let records: Vec<Tlsa> = looked
            .records
            .iter()
            .filter(|record| {
                self.kind
                    .is_none_or(|kind| kind == [record.usage, record.selector, record.matching])
            })
            .cloned()
            .collect();
        if let (Some([usage, selector, matching]), true) = (self.kind, records.is_empty()) {
            let text = format!(
                "{name} has {} and none of {usage} {selector} {matching}",
                words::count(looked.records.len())
            );
            scene.finding(id::DANE_MISSING, text);
            return Judged::default();
        }
        let report = looked.hold(&records, chain, roots, at);
        numbers(looked, &report, scene);
        for (record, verdict) in &report.records {
            scene.detail(format!("TLSA {record}: {}", words::verdict(verdict)));
        }
        self.signature(name, looked, at, scene);
        let excuse = match report.outcome {
            Outcome::Authentic => {
                let matching: Vec<String> = report
                    .matching()
                    .map(|(record, _)| record.to_string())
                    .take(NAMED)
                    .collect();
                proven.push(format!(
                    "DANE {} ({})",
                    matching.join(" and "),
                    looked.answer.basis
                ));
                let own = report.by_own_key();
                (looked.application == Application::Mta && !self.web_counts).then(|| Excuse {
                    why: if own {
                        "its key is vouched for by DANE-EE (RFC 7672, 3.1.1)".to_owned()
                    } else {
                        "its authority is vouched for by DANE-TA (RFC 7672, 3.1.2)".to_owned()
                    },
                    endless: own,
                })
            }
            Outcome::Mismatch => {
                let text = words::mismatch(name, &report);
                scene.finding(id::DANE_MISMATCH, text);
                if let Some(wanted) = chain
                    .first()
                    .and_then(|leaf| Tlsa::wanted(3, 1, 1, leaf.x509()))
                {
                    scene.hint(format!(
                        "the key that is served needs _{}._tcp.{}. IN TLSA {}",
                        looked.port,
                        looked.base,
                        wanted.full()
                    ));
                }
                None
            }
            Outcome::Unusable => {
                let text = words::unusable(name, &report);
                scene.finding(id::DANE_UNUSABLE, text);
                None
            }
            Outcome::None => None,
        };
        for advice in dane::rollover(&report, looked.answer.ttl) {
            scene.finding(id::DANE_ROLLOVER, format!("TLSA of {name}: {advice}"));
        }
        proven.extend(self.tomorrow(name, looked, &records, roots, at, scene));
        Judged { proven, excuse }
    }

    /// Would the certificate of `--next-cert` match what is published today?
    fn tomorrow(
        &self,
        name: &str,
        looked: &Looked,
        records: &[Tlsa],
        roots: &Roots,
        at: i64,
        scene: &Scene,
    ) -> Option<String> {
        let (file, chain) = self.next.as_ref()?;
        // It may begin tomorrow; that is no matter today.
        let begins = chain.first().map_or(at, |leaf| leaf.not_before.max(at));
        let report = looked.hold(records, chain, roots, begins);
        if report.outcome == Outcome::Authentic {
            let matching: Vec<String> = report
                .matching()
                .map(|(record, _)| record.to_string())
                .collect();
            return Some(format!("{file} will match {}", matching.join(" and ")));
        }
        let wanted = chain
            .first()
            .and_then(|leaf| Tlsa::wanted(3, 1, 1, leaf.x509()))
            .map(|record| {
                let (port, base) = (looked.port, &looked.base);
                format!(
                    ": publish _{port}._tcp.{base}. IN TLSA {} first",
                    record.full()
                )
            })
            .unwrap_or_default();
        let text = format!(
            "{file} matches none of the {} of {name}{wanted}",
            words::count(report.records.len())
        );
        scene.finding(id::DANE_NEXT, text);
        None
    }

    /// Zones are signed anew long before their signatures end; one that is near its end is forgotten.
    fn signature(&self, name: &str, looked: &Looked, at: i64, scene: &Scene) {
        let Some(until) = looked.answer.signed_until else {
            return;
        };
        let left = until - at;
        scene.metric(Metric::new("tlsa_signature", float(left), Unit::Seconds));
        let life = looked.answer.signed_from.map_or(0, |from| until - from);
        if left <= life / LATE {
            let text = format!(
                "the signature of the TLSA records of {name} ends in {} ({}) and was not renewed",
                Unit::Seconds.human(float(left.max(0))),
                date(until)
            );
            scene.finding(id::TLSA_SIGNATURE, text);
        }
    }
}

impl Looked {
    fn hold(&self, records: &[Tlsa], chain: &[Certificate], roots: &Roots, at: i64) -> Report {
        let mut names = vec![self.base.clone()];
        for more in std::iter::once(&self.host).chain(&self.domain) {
            if !names.contains(more) {
                names.push(more.clone());
            }
        }
        let der: Vec<Vec<u8>> = chain.iter().map(|one| one.der().to_vec()).collect();
        // The way to a public authority is looked for only where a record demands it.
        let by_web = records.iter().any(|record| record.usage <= 1);
        let path = by_web.then(|| roots.path(chain, at)).flatten();
        let links: Vec<Vec<u8>> = path
            .iter()
            .flat_map(|path| &path.path)
            .map(|link| link.certificate.der().to_vec())
            .collect();
        let valid = path.as_ref().is_some_and(|path| path.is_valid())
            && chain.first().is_some_and(|leaf| {
                Host::parse(&self.host)
                    .is_ok_and(|host| crate::x509::names::check(leaf, &host).is_ok())
            });
        dane::judge(
            records,
            &Shown {
                chain: &der,
                names: &names,
                now: at,
                application: self.application,
                pkix: path.is_some().then_some(Pkix {
                    valid,
                    path: &links,
                }),
            },
        )
    }
}

fn numbers(looked: &Looked, report: &Report, scene: &Scene) {
    let count = |number: usize| float(i64::try_from(number).unwrap_or(i64::MAX));
    scene.metric(Metric::new(
        "tlsa_records",
        count(looked.records.len()),
        Unit::Count,
    ));
    let matching = report
        .records
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Matches(_)))
        .count();
    scene.metric(Metric::new("tlsa_matching", count(matching), Unit::Count));
    let ttl = i64::try_from(looked.answer.ttl.as_secs()).unwrap_or(i64::MAX);
    scene.metric(Metric::new("tlsa_ttl", float(ttl), Unit::Seconds));
}

fn bogus(name: &str, answer: &Answer, why: &str, scene: &Scene) {
    let text = format!(
        "{name}: {} is bogus ({why}; {}): mail servers that look at DANE put the mail off",
        answer.question, answer.basis
    );
    scene.finding(id::DANE_BOGUS, text);
}
