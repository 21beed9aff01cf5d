//! What comes back: records, or one typed reason why there are none.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::{DnsError, NetError, NoRecords};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::RData;

use super::{Kind, Question};

/// More records than any sane name has; what lies behind is not looked at.
pub(super) const MOST_RECORDS: usize = 256;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The name does not exist (RFC 1035 §4.1.1, RCODE 3; RFC 2308 §2.1).
    NxDomain,
    /// The name exists, but has no record of this type (RFC 2308 §2.2).
    NoData,
    /// The domain says that it takes no mail (RFC 7505).
    NullMx,
    /// The server could not find out (RCODE 2); behind a validating resolver also: the signatures are wrong.
    ServFail,
    /// The server does not answer us (RCODE 5).
    Refused,
    /// Another response code, by its name.
    ResponseCode(String),
    /// Nothing came within this time.
    Timeout(Duration),
    /// The server could not be reached.
    Unreachable(String),
    /// What came was no answer to the question.
    Malformed(String),
    /// The question cannot be asked.
    BadName(String),
    /// The resolver could not be set up.
    Setup(String),
}

impl Outcome {
    /// Whether the DNS itself has spoken: another server or another try would say the same.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Outcome::NxDomain
                | Outcome::NoData
                | Outcome::NullMx
                | Outcome::BadName(_)
                | Outcome::Setup(_)
        )
    }
}

/// A question that was not answered, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// `MX of example.org`
    pub question: String,
    /// The server that was asked, if one was.
    pub server: Option<SocketAddr>,
    /// What came of it.
    pub outcome: Outcome,
}

impl Error {
    pub(super) fn new(question: &Question, server: Option<SocketAddr>, outcome: Outcome) -> Self {
        Error {
            question: question.to_string(),
            server,
            outcome,
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let question = &self.question;
        let server = match self.server {
            // The usual port tells nobody anything.
            Some(server) if server.port() == 53 => server.ip().to_string(),
            Some(server) => server.to_string(),
            None => "the name server".to_owned(),
        };
        match &self.outcome {
            Outcome::NxDomain => write!(
                f,
                "no {question}: the name does not exist (NXDOMAIN from {server})"
            ),
            Outcome::NoData => write!(f, "no {question}: the name has none (says {server})"),
            Outcome::NullMx => write!(f, "{question} says that the domain takes no mail (null MX)"),
            Outcome::ServFail => write!(f, "cannot find {question}: {server} answers SERVFAIL"),
            Outcome::Refused => write!(f, "cannot find {question}: {server} answers REFUSED"),
            Outcome::ResponseCode(code) => {
                write!(f, "cannot find {question}: {server} answers {code}")
            }
            Outcome::Timeout(time) => {
                let seconds = time.as_millis() as f64 / 1000.0;
                write!(
                    f,
                    "cannot find {question}: no answer from {server} within {seconds} s"
                )
            }
            Outcome::Unreachable(why) => {
                write!(
                    f,
                    "cannot find {question}: {server} cannot be reached: {why}"
                )
            }
            Outcome::Malformed(why) => {
                write!(
                    f,
                    "cannot find {question}: {server} sent no proper answer: {why}"
                )
            }
            Outcome::BadName(why) => write!(f, "cannot ask for {question}: {why}"),
            Outcome::Setup(why) => write!(f, "cannot ask name servers: {why}"),
        }
    }
}

/// The records of the wanted type, at most [`MOST_RECORDS`]; aliases on the way to them are passed over.
pub(super) fn records(lookup: &Lookup, kind: Kind) -> Result<Vec<RData>, Outcome> {
    let records: Vec<RData> = lookup
        .answers()
        .iter()
        .map(|record| &record.data)
        .filter(|data| data.record_type() == kind.record_type())
        .take(MOST_RECORDS)
        .cloned()
        .collect();
    if records.is_empty() {
        return Err(Outcome::NoData);
    }
    Ok(records)
}

/// hickory's errors sorted into ours. `waited` is what the question was given.
pub(super) fn outcome(error: &NetError, waited: Duration) -> Outcome {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(NoRecords { response_code, .. })) => {
            match response_code {
                ResponseCode::NXDomain => Outcome::NxDomain,
                ResponseCode::NoError => Outcome::NoData,
                code => of_code(*code),
            }
        }
        NetError::Dns(DnsError::ResponseCode(code)) => of_code(*code),
        NetError::Timeout => Outcome::Timeout(waited),
        NetError::Io(error) => Outcome::Unreachable(error.to_string()),
        NetError::NoConnections | NetError::Busy => Outcome::Unreachable(error.to_string()),
        other => Outcome::Malformed(other.to_string()),
    }
}

pub(super) fn of_code(code: ResponseCode) -> Outcome {
    match code {
        ResponseCode::NXDomain => Outcome::NxDomain,
        ResponseCode::ServFail => Outcome::ServFail,
        ResponseCode::Refused => Outcome::Refused,
        code => Outcome::ResponseCode(match code {
            ResponseCode::FormErr => "FORMERR".to_owned(),
            ResponseCode::NotImp => "NOTIMP".to_owned(),
            other => format!("RCODE {}", u16::from(other)),
        }),
    }
}
