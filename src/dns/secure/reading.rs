//! A message read as an answer: the way by aliases, the records at its end, how long they and their signature last.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::proto::dnssec::rdata::DNSSECRData;
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::opt::{EdnsCode, EdnsOption};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};

use super::{Answer, Basis, Security};
use crate::dns::answer::MOST_RECORDS;
use crate::dns::question::text;
use crate::dns::{Error, Outcome, Question};

/// More aliases in a row than resolvers follow.
const MOST_ALIASES: usize = 16;

/// What a message says about a question. `security` is that of the message.
pub(super) fn answer(
    question: &Question,
    message: &Message,
    server: SocketAddr,
    security: Security,
    basis: Basis,
) -> Result<Answer, Error> {
    let failed = |outcome| Err(Error::new(question, Some(server), outcome));
    match message.response_code {
        ResponseCode::NoError | ResponseCode::NXDomain => {}
        ResponseCode::ServFail => return failed(Outcome::ServFail),
        code => return failed(crate::dns::answer::of_code(code)),
    }
    of_records(
        question,
        &message.answers,
        message.response_code == ResponseCode::NXDomain,
        security,
        basis,
    )
    .or_else(failed)
}

/// The same for records that came with their proof.
pub(super) fn of_records(
    question: &Question,
    records: &[Record],
    no_such_name: bool,
    security: Security,
    basis: Basis,
) -> Result<Answer, Outcome> {
    let (owner, aliases) = follow(question.name(), records)?;
    let kind = question.kind().record_type();
    let wanted = || {
        records
            .iter()
            .filter(|record| record.name == owner && record.record_type() == kind)
    };
    let signature = records
        .iter()
        .filter(|record| record.name == owner)
        .filter_map(|record| match &record.data {
            RData::DNSSEC(DNSSECRData::RRSIG(signature))
                if signature.input().type_covered == kind =>
            {
                let (until, from) = (
                    signature.input().sig_expiration,
                    signature.input().sig_inception,
                );
                Some((
                    i64::from(until.get()),
                    i64::from(from.get()),
                    signature.input().original_ttl,
                ))
            }
            _ => None,
        })
        .max();
    // What comes from a cache has less left than it began with; the signature knows (RFC 4034 §3.1.4).
    let ttl = match signature {
        Some((.., original)) => original,
        None => wanted().map(|record| record.ttl).min().unwrap_or(0),
    };
    let mut found: Vec<RData> = Vec::new();
    for record in wanted().take(MOST_RECORDS) {
        if !found.contains(&record.data) {
            found.push(record.data.clone());
        }
    }
    Ok(Answer {
        question: question.to_string(),
        no_such_name: no_such_name && found.is_empty(),
        records: found,
        security,
        basis,
        ttl: Duration::from_secs(ttl.into()),
        signed_until: signature.map(|(until, ..)| until),
        signed_from: signature.map(|(_, from, _)| from),
        aliases,
    })
}

/// The name at the end of the aliases.
fn follow(name: &Name, records: &[Record]) -> Result<(Name, Vec<String>), Outcome> {
    let mut owner = name.clone();
    let mut aliases = Vec::new();
    while let Some(target) = records.iter().find_map(|record| match &record.data {
        RData::CNAME(target) if record.name == owner => Some(target.0.clone()),
        _ => None,
    }) {
        if aliases.len() == MOST_ALIASES {
            return Err(Outcome::Malformed("too many aliases in a row".to_owned()));
        }
        aliases.push(text(&target));
        owner = target;
    }
    Ok((owner, aliases))
}

/// Why a resolver has failed, in its own words (RFC 8914).
pub(super) fn reason(message: &Message) -> Option<String> {
    let edns = message.edns.as_ref()?;
    let EdnsOption::Unknown(_, data) = edns.option(EdnsCode::Unknown(15))? else {
        return None;
    };
    let (code, extra) = data.split_first_chunk::<2>()?;
    let known = match u16::from_be_bytes(*code) {
        1 => "unsupported key algorithm",
        2 => "unsupported DS digest",
        5 => "indeterminate",
        6 => "bogus",
        7 => "signature expired",
        8 => "signature not yet valid",
        9 => "DNSKEY missing",
        10 => "signatures missing",
        11 => "no zone key bit",
        12 => "NSEC missing",
        _ => "",
    };
    let extra: String = String::from_utf8_lossy(extra)
        .chars()
        .filter(|c| !c.is_control())
        .take(160)
        .collect();
    match (known, extra.as_str()) {
        ("", "") => None,
        ("", extra) => Some(extra.to_owned()),
        (known, "") => Some(known.to_owned()),
        (known, extra) => Some(format!("{known}: {extra}")),
    }
}

/// Records that mean something beside signatures.
pub(super) fn is_data(record: &Record) -> bool {
    !is_signature(record)
}

/// Is it a signature?
pub(super) fn is_signature(record: &Record) -> bool {
    record.record_type() == RecordType::RRSIG
}
