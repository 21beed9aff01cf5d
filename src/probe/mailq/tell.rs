//! From what was seen to numbers and words.

use super::QUEUES;
use super::findings::{
    CORRUPT_MESSAGES, FAILED_MESSAGES, FROZEN_MESSAGES, HELD_MESSAGES, METRIC_UNKNOWN,
};
use super::hints::proper;
use super::options::TopBy;
use super::run::{Looked, MailqJob};
use super::seen::Seen;
use crate::probe::Scene;
use crate::queue::{self, Queue, Rank, Shared, Summary};
use crate::report::{Metric, Unit};

/// What tables are listed.
pub struct Top {
    pub most: usize,
    pub by: Vec<TopBy>,
}

/// Of a reason, so much stands in the first line.
const REASON: usize = 70;

/// Tells the scene.
pub fn tell(job: &MailqJob, looked: &Looked, seen: &Seen, now: i64, scene: &Scene) {
    let summary = &seen.summary;
    let told = seen.told.clone().unwrap_or_default();
    if let Some(what) = told
        .lacks(&job.filter)
        .filter(|_| seen.told.is_some() && (seen.passed > 0 || !told.queues.is_empty()))
    {
        scene.finding(
            METRIC_UNKNOWN,
            format!("{what} are not told by what was asked"),
        );
        return;
    }
    let total = summary.total();
    let known = seen.told.is_some() && (!seen.partial || total > 0);
    if known {
        let words = waiting(job, looked, seen, now);
        metric(scene, job.total, total, &words);
    }
    for queue in QUEUES {
        if let Some(count) = seen.count(queue).filter(|_| known) {
            scene.metric(
                Metric::new(queue.name(), float(count), Unit::Count)
                    .above(queue_words(queue, count, looked)),
            );
        }
    }
    if known {
        numbers(seen, &told, now, scene);
    }
    if !seen.partial {
        scene.proven(waiting(job, looked, seen, now));
        unknown(job, seen, scene);
    }
    notable(seen, looked, scene);
    tables(job, seen, scene);
}

fn numbers(seen: &Seen, told: &super::seen::Told, now: i64, scene: &Scene) {
    let summary = &seen.summary;
    let empty = summary.total() == 0;
    if told.size {
        scene.metric(Metric::new(
            "size",
            float(summary.size().unwrap_or(0)),
            Unit::Bytes,
        ));
    }
    if told.arrival {
        if let Some((oldest, id)) = summary.oldest() {
            let age = age(now, oldest);
            let name = if id.is_empty() {
                String::new()
            } else {
                format!(" ({id})")
            };
            let words = format!(
                "the oldest message waits for {}{name}, {} wait",
                Unit::Seconds.human(age),
                messages(summary.total())
            );
            scene.metric(Metric::new("oldest", age, Unit::Seconds).above(words));
        } else if empty {
            scene.metric(Metric::new("oldest", 0.0, Unit::Seconds));
        }
        if let Some(newest) = summary.newest() {
            scene.metric(Metric::new("newest", age(now, newest), Unit::Seconds));
        } else if empty {
            scene.metric(Metric::new("newest", 0.0, Unit::Seconds));
        }
    }
    if told.recipients {
        let count = summary.recipient_count().unwrap_or(0);
        scene.metric(Metric::new("recipients", float(count), Unit::Count));
        let most = summary.domains(1);
        let (count, words) = most.first().map_or((0, String::new()), |rank| {
            (
                rank.count,
                format!("{} recipients wait at {}", rank.count, rank.name),
            )
        });
        scene.metric(Metric::new("domain_max", float(count), Unit::Count).above(words));
    }
    if told.senders {
        let most = summary.sender_domains().first(1);
        let (count, words) = most.first().map_or((0, String::new()), |rank| {
            (
                rank.count,
                format!("{} wait from {}", messages(rank.count), rank.name),
            )
        });
        scene.metric(Metric::new("sender_domain_max", float(count), Unit::Count).above(words));
    }
}

/// Numbers that are judged and not known: an OK would be a lie.
fn unknown(job: &MailqJob, seen: &Seen, scene: &Scene) {
    let told = seen.told.clone().unwrap_or_default();
    let mut missing: Vec<&str> = QUEUES
        .into_iter()
        .filter(|queue| seen.count(*queue).is_none())
        .map(Queue::name)
        .collect();
    if !told.size {
        missing.push("size");
    }
    let aged = seen.summary.oldest().is_some() || seen.summary.total() == 0;
    if !told.arrival || !aged {
        missing.extend(["oldest", "newest"]);
    }
    if !told.recipients {
        missing.extend(["recipients", "domain_max"]);
    }
    if !told.senders {
        missing.push("sender_domain_max");
    }
    // What -W and -C stand for is one of two, and another MTA may know none.
    let judged: Vec<&str> = missing
        .into_iter()
        .filter(|label| scene.judges(label))
        .collect();
    if !judged.is_empty() {
        scene.finding(
            METRIC_UNKNOWN,
            format!(
                "{} judged, and not told by what was asked",
                match judged.as_slice() {
                    [only] => format!("{only} is"),
                    many => format!("{} are", many.join(", ")),
                }
            ),
        );
        if judged.contains(&"corrupt") {
            scene.hint("damaged messages show in the spool only: --spool, as root");
        }
    }
    let _ = job;
}

/// Messages that wait for somebody rather than for something.
fn notable(seen: &Seen, looked: &Looked, scene: &Scene) {
    for (queue, id) in [
        (Queue::Corrupt, CORRUPT_MESSAGES),
        (Queue::Failed, FAILED_MESSAGES),
        (Queue::Hold, HELD_MESSAGES),
        (Queue::Frozen, FROZEN_MESSAGES),
    ] {
        if let Some(count @ 1..) = seen.count(queue) {
            scene.finding(id, queue_words(queue, count, looked));
        }
    }
}

fn queue_words(queue: Queue, count: u64, looked: &Looked) -> String {
    let messages = messages(count);
    let verb = if count == 1 { "is" } else { "are" };
    let whose = looked
        .mta
        .map_or(String::new(), |mta| format!(" of {}", proper(mta)));
    match queue {
        Queue::Hold => format!("{messages} {verb} on hold"),
        Queue::Frozen => format!("{messages} {verb} frozen"),
        Queue::Corrupt => format!("{messages} {verb} damaged and put aside"),
        Queue::Failed => format!("{messages} {verb} given up for good"),
        Queue::Active => format!("{messages} {verb} being delivered"),
        other => format!("{messages} in the {} queue{whose}", other.name()),
    }
}

/// `212 messages wait, oldest 3 h 20 min; 187 for gmail.com: 421-4.7.28 rate limited (policy)`.
fn waiting(job: &MailqJob, looked: &Looked, seen: &Seen, now: i64) -> String {
    let summary = &seen.summary;
    let whose = looked.mta.map_or("the mail queue".to_owned(), |mta| {
        let queues = if looked.places > 1 {
            format!("{} queues", looked.places)
        } else {
            "queue".to_owned()
        };
        format!("the {} {queues}", proper(mta))
    });
    let narrowed = if job.filter_words.is_empty() {
        String::new()
    } else {
        format!(" {}", job.filter_words)
    };
    let total = summary.total();
    if total == 0 {
        return if narrowed.is_empty() {
            let verb = if looked.places > 1 { "are" } else { "is" };
            format!("{whose} {verb} empty")
        } else {
            format!("no message waits{narrowed}, of {} in {whose}", seen.passed)
        };
    }
    let least = if seen.partial { "at least " } else { "" };
    let verb = if total == 1 { "waits" } else { "wait" };
    let mut text = format!("{least}{} {verb}{narrowed}", messages(total));
    if let Some((oldest, _)) = summary.oldest() {
        text.push_str(&format!(
            ", oldest {}",
            Unit::Seconds.human(age(now, oldest))
        ));
    }
    text.push_str(&destination(summary));
    text
}

/// `; 187 for gmail.com: 421-4.7.28 rate limited (policy)`, and why most wait where that is another story.
fn destination(summary: &Summary) -> String {
    let mut text = String::new();
    let why = |shared: &Shared| format!("{} ({})", quoted(&shared.sample), shared.class.name());
    let recipients = summary.recipient_count().unwrap_or(summary.total());
    let overall = summary.leading_reason();
    let leading = summary.leading_domain();
    let mut told = None;
    if let Some((rank, shared)) = &leading {
        text.push_str(&format!("; {} for {}", number(rank), rank.name));
        if let Some(shared) = shared {
            text.push_str(&format!(": {}", why(shared)));
            told = Some(shared.class);
        }
    }
    // One destination among many does not tell what is wrong with all of them.
    let most = leading
        .as_ref()
        .is_some_and(|(rank, _)| rank.count.saturating_mul(2) >= recipients);
    if let Some(shared) =
        overall.filter(|shared| told.is_none() || (!most && told != Some(shared.class)))
    {
        let many = if shared.count.saturating_mul(2) > recipients {
            "most".to_owned()
        } else {
            format!("at least {}", shared.count)
        };
        text.push_str(&format!("; {many}: {}", why(&shared)));
    }
    text
}

/// A reason without what all reasons begin with.
fn quoted(sample: &str) -> String {
    let text = sample.trim().trim_matches(['(', ')']);
    // Postfix: host mx.example.org[192.0.2.1] said: 421 ... (in reply to RCPT TO command)
    let text = text.split_once(" said: ").map_or(text, |(_, rest)| rest);
    let text = text.split(" (in reply to ").next().unwrap_or(text);
    // connect to mx.example.org[192.0.2.1]:25: Connection timed out
    let text = match text
        .rsplit_once("]:")
        .and_then(|(_, rest)| rest.split_once(": "))
    {
        Some((_, words)) if text.len() > REASON => words,
        _ => text,
    };
    crate::report::sanitize::cut(text.to_owned(), REASON)
}

/// The tables of `--top`.
fn tables(job: &MailqJob, seen: &Seen, scene: &Scene) {
    let summary = &seen.summary;
    let most = job.top.most;
    for by in &job.top.by {
        let (what, table) = match by {
            TopBy::Domain => (
                "destination domains",
                Some((summary.domains(most), summary.distinct_domains())),
            ),
            TopBy::Sender => ("senders", Some(ranked(summary.senders(), most))),
            TopBy::SenderDomain => (
                "sender domains",
                Some(ranked(summary.sender_domains(), most)),
            ),
            TopBy::Reason => ("reasons", None),
        };
        let rows: Vec<String> = match &table {
            Some((ranks, _)) => ranks
                .iter()
                .map(|rank| format!("{} {}", number(rank), rank.name))
                .collect(),
            None => summary
                .reasons()
                .into_iter()
                .take(most)
                .map(|(class, count, sample)| {
                    format!("{count} {}: {}", class.name(), quoted(sample))
                })
                .collect(),
        };
        if rows.is_empty() {
            continue;
        }
        let of = table
            .and_then(|(_, distinct)| distinct)
            .filter(|all| *all > rows.len())
            .map_or(String::new(), |all| format!(" ({} of {all})", rows.len()));
        scene.detail(format!("{what}{of}:"));
        for row in rows {
            scene.detail(format!("  {row}"));
        }
    }
}

fn ranked(table: &queue::Top, most: usize) -> (Vec<Rank>, Option<usize>) {
    (table.first(most), table.distinct())
}

fn number(rank: &Rank) -> String {
    if rank.at_least {
        format!("at least {}", rank.count)
    } else {
        rank.count.to_string()
    }
}

fn messages(count: u64) -> String {
    match count {
        1 => "1 message".to_owned(),
        count => format!("{count} messages"),
    }
}

fn metric(scene: &Scene, label: &str, value: u64, words: &str) {
    scene.metric(Metric::new(label, float(value), Unit::Count).above(words));
}

/// A clock that differs a little must not make a message come from the future.
fn age(now: i64, then: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no queue is that old")]
    let age = now.saturating_sub(then).max(0) as f64;
    age
}

fn float(count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 mails")]
    let count = count as f64;
    count
}
