//! What servers wrote into the header: who the sender is to them, and what their filter thinks of the message.

use std::net::SocketAddr;
use std::time::Duration;

use super::findings::{AUTH_FAILED, DKIM_INVALID, DKIM_UNCLEAR};
use super::treatment::Demands;
use crate::dns::{Outcome, Resolver};
use crate::message::Message;
use crate::message::auth_results::{Field, fields, verdict};
use crate::message::dkim::{NoKey, Signature, Verdict, verify};
use crate::probe::Scene;
use crate::report::{Metric, Unit};
use crate::time::Clock;

/// How long the DNS may take over a key.
const PATIENCE: Duration = Duration::from_secs(5);

/// Judges what trusted servers found out about the sender.
pub fn authentication(demands: &Demands, message: &Message<'_>, scene: &Scene) {
    let found = fields(message);
    for field in found.iter().take(5) {
        scene.detail(format!("{} says {}", field.server, results(field)));
    }
    if demands.auth.is_empty() {
        return;
    }
    let mut passed = Vec::new();
    let mut failed = Vec::new();
    for method in &demands.auth {
        let name = method.to_ascii_uppercase();
        match verdict(&found, &demands.servers, method) {
            Some("pass") => passed.push(name),
            Some(result) => failed.push(format!("{name} {result}")),
            None => failed.push(format!("{name} not told")),
        }
    }
    if !passed.is_empty() {
        scene.proven(format!("{} pass", passed.join(" ")));
    }
    if failed.is_empty() {
        return;
    }
    let others: Vec<&str> = found.iter().map(|field| field.server.as_str()).collect();
    let heard = found.iter().any(|field| {
        demands
            .servers
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&field.server))
    });
    let who = if heard {
        format!("per {}", demands.servers.join(", "))
    } else if others.is_empty() {
        "no server has put Authentication-Results into the header".to_owned()
    } else {
        format!(
            "the only ones to say anything are {}, which are not trusted",
            others.join(", ")
        )
    };
    scene.finding(AUTH_FAILED, format!("{}: {who}", failed.join(", ")));
}

fn results(field: &Field) -> String {
    if field.results.is_empty() {
        return "nothing".to_owned();
    }
    let words: Vec<String> = field
        .results
        .iter()
        .take(10)
        .map(|found| format!("{}={}", found.method, found.result))
        .collect();
    words.join(" ")
}

/// Verifies the signature with the keys that the DNS has now.
pub fn dkim(bytes: &[u8], resolvers: &[SocketAddr], scene: &Scene) {
    scene.journal.enter("dkim");
    let resolver = if resolvers.is_empty() {
        Resolver::system()
    } else {
        Resolver::at(resolvers)
    };
    let mut texts = |name: &str| {
        let unclear = |error: crate::dns::Error| match error.outcome {
            Outcome::NxDomain | Outcome::NoData | Outcome::BadName(_) => {
                NoKey::Missing(error.to_string())
            }
            _ => NoKey::Unclear(error.to_string()),
        };
        let left = scene.deadline.remaining().unwrap_or_default();
        match &resolver {
            Ok(resolver) => resolver.texts(name, left.min(PATIENCE)).map_err(unclear),
            Err(error) => Err(NoKey::Unclear(error.to_string())),
        }
    };
    let found = verify(bytes, Clock::unix_time(), &mut texts);
    let named = |one: &Signature| format!("{} ({})", one.domain, one.selector);
    scene.journal.leave(format!("{} signatures", found.len()));
    for one in &found {
        let words = match &one.verdict {
            Verdict::Pass => "verifies".to_owned(),
            Verdict::Fail(why) | Verdict::Unclear(why) => why.clone(),
        };
        scene.detail(format!("DKIM signature of {}: {words}", named(one)));
    }
    if let Some(one) = found.iter().find(|one| one.verdict == Verdict::Pass) {
        scene.proven(format!("DKIM signature of {} verified", one.domain));
        return;
    }
    let whys: Vec<String> = found
        .iter()
        .take(3)
        .map(|one| match &one.verdict {
            Verdict::Pass => named(one),
            Verdict::Fail(why) | Verdict::Unclear(why) => format!("{}: {why}", named(one)),
        })
        .collect();
    let unclear = |one: &Signature| matches!(one.verdict, Verdict::Unclear(_));
    if found.is_empty() {
        scene.finding(DKIM_INVALID, "the message bears no DKIM signature");
    } else if found.iter().any(unclear) {
        let text = format!(
            "the DKIM signature cannot be verified now: {}",
            whys.join("; ")
        );
        scene.finding(DKIM_UNCLEAR, text);
    } else {
        let text = format!("the DKIM signature does not verify: {}", whys.join("; "));
        scene.finding(DKIM_INVALID, text);
    }
}

/// What the filter thinks: SpamAssassin, Rspamd, Exchange, Haraka and their like.
pub fn spam(message: &Message<'_>, scene: &Scene) {
    if let Some(score) = score(message) {
        scene.metric(Metric::new("spam_score", score, Unit::Count).limits(None, None));
    }
}

fn score(message: &Message<'_>) -> Option<f64> {
    for name in [
        "X-Spam-Score",
        "X-Rspamd-Score",
        "X-Spam-Scored",
        "X-MS-Exchange-Organization-SCL",
    ] {
        if let Some(score) = message.field(name).and_then(|text| number(&text)) {
            return Some(score);
        }
    }
    // X-Spam-Status: No, score=-0.1 required=5.0 tests=...
    let status = message.field("X-Spam-Status").unwrap_or_default();
    if let Some((_, rest)) = status
        .split_once("score=")
        .or_else(|| status.split_once("hits="))
    {
        return number(rest);
    }
    // X-Spamd-Result: default: False [-0.10 / 15.00]; ...
    let result = message.field("X-Spamd-Result")?;
    number(result.split_once('[')?.1)
}

/// The number that a text begins with.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
        .unwrap_or(text.len());
    let number: f64 = text.get(..end.min(12))?.parse().ok()?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_the_field() {
        let rows = [
            ("X-Spam-Score: -1.2 (--)", Some(-1.2)),
            (
                "X-Spam-Status: No, score=3.4 required=5.0 tests=X",
                Some(3.4),
            ),
            ("X-Spam-Status: Yes, hits=15.0 required=5.0", Some(15.0)),
            (
                "X-Spamd-Result: default: False [-0.10 / 15.00]; A(0)[]",
                Some(-0.1),
            ),
            ("X-MS-Exchange-Organization-SCL: 5", Some(5.0)),
            ("X-Spam-Score: high", None),
            (
                "X-Spam-Score: 9999999999999999999999",
                Some(999_999_999_999.0),
            ),
            ("Subject: x", None),
        ];
        for (field, wanted) in rows {
            let mail = format!("{field}\r\n\r\n");
            assert_eq!(score(&Message::parse(mail.as_bytes())), wanted, "{field}");
        }
    }
}
