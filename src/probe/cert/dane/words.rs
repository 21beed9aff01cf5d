//! Records and verdicts in words.

use crate::x509::dane::{Match, Report, Verdict};

/// More records than this are counted on the first line, not named.
const NAMED: usize = 3;

/// `1 TLSA record`, `2 TLSA records`.
pub fn count(records: usize) -> String {
    match records {
        1 => "1 TLSA record".to_owned(),
        many => format!("{many} TLSA records"),
    }
}

/// What becomes of one record.
pub fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Matches(Match::Own) => "matches the server's own".to_owned(),
        Verdict::Matches(Match::Authority(place)) => {
            format!("matches the authority no. {} of the chain", place + 1)
        }
        Verdict::Matches(Match::Published) => "is the authority of the chain itself".to_owned(),
        Verdict::Differs => "matches nothing that was shown".to_owned(),
        Verdict::Fails(why) => why.clone(),
        Verdict::Unusable(why) => format!("unusable: {why}"),
        Verdict::Outdone(true) => {
            "would match, but clients look at the one with the stronger digest".to_owned()
        }
        Verdict::Outdone(false) => "not looked at beside one with a stronger digest".to_owned(),
    }
}

/// None of the records that can be used matches.
pub fn mismatch(name: &str, report: &Report) -> String {
    let usable: Vec<_> = report
        .records
        .iter()
        .filter(|(_, verdict)| !matches!(verdict, Verdict::Unusable(_)))
        .collect();
    let mut named: Vec<String> = usable
        .iter()
        .take(NAMED)
        .map(|(record, verdict)| match verdict {
            Verdict::Fails(why) => format!("{record}: {why}"),
            Verdict::Outdone(true) => format!("{record}: outdone by a stronger digest"),
            _ => record.to_string(),
        })
        .collect();
    if usable.len() > NAMED {
        named.push("...".to_owned());
    }
    let which = match usable.len() {
        1 => "the TLSA record does not match".to_owned(),
        many => format!("none of {} matches", count(many)),
    };
    format!(
        "{name} fails DANE: {which} the certificate served ({})",
        named.join(", ")
    )
}

/// None of the records can be used.
pub fn unusable(name: &str, report: &Report) -> String {
    let why = report
        .records
        .iter()
        .find_map(|(record, verdict)| match verdict {
            Verdict::Unusable(why) => Some(format!("{record}: {why}")),
            _ => None,
        })
        .unwrap_or_default();
    format!(
        "{} of {name} cannot be used ({why}): mail is encrypted without knowing to whom",
        match report.records.len() {
            1 => "the TLSA record".to_owned(),
            many => format!("all {}", count(many)),
        }
    )
}
