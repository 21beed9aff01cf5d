//! What a domain published about a port (RFC 6698 §3), and whether mail servers may go by it (RFC 7672 §2).
//!
//! The addresses of the host come first: where they are not secure, its TLSA records do not count (§2.2.2), unless the host is an
//! alias in a signed zone (§2.1.3). An alias that is secure to its end is looked up by that end and then by its own name.

use std::net::IpAddr;

use hickory_resolver::proto::rr::RData;

use super::secure::{Answer, SecureResolver, Security};
use super::{Error, Kind, Mx, Outcome, mx};
use crate::time::Deadline;
use crate::x509::dane::Tlsa;

/// What was found at a port.
#[derive(Clone, Debug)]
pub enum Published {
    /// Records that count.
    Records {
        /// The name they stand at, without `_port._tcp.`: what is sent as SNI, and the first name to be looked for (§3.2.2).
        base: String,
        /// The records.
        records: Vec<Tlsa>,
        /// How they came.
        answer: Answer,
    },
    /// The zone is signed and has none: provably so.
    Absent(Answer),
    /// The name servers cannot be relied on for this host. `records` are those that nobody goes by.
    Insecure {
        /// What is insecure.
        answer: Answer,
        /// TLSA records that stand there all the same.
        records: Vec<Tlsa>,
    },
    /// Mail servers cannot tell: they put the mail off (§2.1).
    Bogus(Answer, String),
    /// We cannot tell.
    Indeterminate(Answer, String),
}

impl Answer {
    /// The TLSA records among them.
    #[must_use]
    pub fn tlsa(&self) -> Vec<Tlsa> {
        self.records
            .iter()
            .filter_map(|data| match data {
                RData::TLSA(tlsa) => Some(Tlsa {
                    usage: tlsa.cert_usage.into(),
                    selector: tlsa.selector.into(),
                    matching: tlsa.matching.into(),
                    data: tlsa.cert_data.clone(),
                }),
                _ => None,
            })
            .collect()
    }

    /// The mail exchangers among them, best first.
    ///
    /// # Errors
    /// [`Outcome::NullMx`] when the domain takes no mail, [`Outcome::NoData`] when there is none.
    pub fn exchangers(&self) -> Result<Vec<Mx>, Outcome> {
        mx::exchangers(&self.records)
    }

    /// The addresses among them.
    #[must_use]
    pub fn addresses(&self) -> Vec<IpAddr> {
        self.records
            .iter()
            .filter_map(|data| match data {
                RData::A(a) => Some(IpAddr::V4(a.0)),
                RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
                _ => None,
            })
            .collect()
    }
}

impl SecureResolver {
    /// The TLSA records that count for a port of a host.
    ///
    /// # Errors
    /// When the name servers cannot be asked; mail servers put the mail off then.
    pub fn published(&self, host: &str, port: u16, deadline: Deadline) -> Result<Published, Error> {
        let mut bases = vec![host.to_owned()];
        let mut addresses = self.ask(host, Kind::A, deadline)?;
        if addresses.is_empty() && addresses.is_secure() && !addresses.no_such_name {
            addresses = self.ask(host, Kind::Aaaa, deadline)?;
        }
        match &addresses.security {
            Security::Secure => {
                if let Some(end) = addresses.aliases.last() {
                    bases.insert(0, end.clone());
                }
            }
            Security::Insecure => {
                let alias = match addresses.aliases.is_empty() {
                    true => None,
                    false => Some(self.ask(host, Kind::Cname, deadline)?),
                };
                if !alias.is_some_and(|alias| alias.is_secure()) {
                    // Nobody goes by them; that they are there is worth knowing, and nothing more.
                    let records = self
                        .ask(&owner(host, port), Kind::Tlsa, deadline)
                        .map(|answer| answer.tlsa())
                        .unwrap_or_default();
                    return Ok(Published::Insecure {
                        answer: addresses,
                        records,
                    });
                }
            }
            Security::Bogus(why) => {
                let why = why.clone();
                return Ok(Published::Bogus(addresses, why));
            }
            Security::Indeterminate(why) => {
                let why = why.clone();
                return Ok(Published::Indeterminate(addresses, why));
            }
        }
        let mut absent = None;
        for base in bases {
            let answer = self.ask(&owner(&base, port), Kind::Tlsa, deadline)?;
            match &answer.security {
                Security::Secure if answer.is_empty() => absent = absent.or(Some(answer)),
                Security::Secure => {
                    return Ok(Published::Records {
                        base,
                        records: answer.tlsa(),
                        answer,
                    });
                }
                // A zone of its own below the host, not signed (§2.2.2: as if there were none).
                Security::Insecure => {
                    return Ok(Published::Insecure {
                        records: answer.tlsa(),
                        answer,
                    });
                }
                Security::Bogus(why) => {
                    let why = why.clone();
                    return Ok(Published::Bogus(answer, why));
                }
                Security::Indeterminate(why) => {
                    let why = why.clone();
                    return Ok(Published::Indeterminate(answer, why));
                }
            }
        }
        Ok(Published::Absent(absent.unwrap_or(addresses)))
    }
}

/// Where the records of a port stand.
fn owner(host: &str, port: u16) -> String {
    format!("_{port}._tcp.{host}")
}
