//! What is known of an option's value.

use clap::Arg;
use mailprobe::dns::zones::{Group, Table};
use mailprobe::probe::Probe;
use mailprobe::queue::{Class, Mta, Queue};
use mailprobe::wire::sasl::Mechanism;

/// What stands behind an option.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing: it is a flag.
    None,
    /// Something that only the user knows.
    Text,
    Files,
    Folders,
    Hosts,
    /// One of some words.
    Words(Vec<Word>),
    /// Some of these words, with commas between them.
    List(Vec<Word>),
    /// One of these words, `=`, and then one of those, or what only the user knows.
    Pairs(Vec<Word>, &'static [&'static str]),
}

/// A word and what it means; that may be empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Word {
    pub name: String,
    pub about: String,
}

impl Word {
    fn new(name: impl Into<String>, about: impl Into<String>) -> Word {
        let (name, about) = (name.into(), about.into());
        Word { name, about }
    }
}

const STATUSES: &[&str] = &["ok", "warning", "critical", "unknown"];

fn words(names: &[&str]) -> Vec<Word> {
    names.iter().map(|name| Word::new(*name, "")).collect()
}

/// What is known of this one.
pub fn of(probe: &Probe, argument: &Arg) -> Value {
    if !argument.get_action().takes_values() {
        return Value::None;
    }
    let possible = argument.get_possible_values();
    if !possible.is_empty() {
        let word = |value: &clap::builder::PossibleValue| {
            let about = value.get_help().map(ToString::to_string);
            Word::new(value.get_name(), about.unwrap_or_default())
        };
        return Value::Words(possible.iter().map(word).collect());
    }
    // The legs of a round trip have the options of the other probes, with a word before them.
    let id = argument.get_id().as_str();
    let id = ["smtp_", "imap_", "pop3_", "archive_", "bounce_"]
        .iter()
        .find_map(|leg| id.strip_prefix(leg))
        .unwrap_or(id);
    by_meaning(probe, id).unwrap_or_else(|| match crate::value_name(argument).unwrap_or_default() {
        "FILE" | "PATH" | "PROGRAM" => Value::Files,
        "COMMAND" if id.ends_with("_command") => Value::Files,
        "DIR" => Value::Folders,
        "HOST" | "DOMAIN" => Value::Hosts,
        _ => Value::Text,
    })
}

fn by_meaning(probe: &Probe, id: &str) -> Option<Value> {
    Some(match (probe.name, id) {
        (_, "on") => {
            let ids = probe.findings.iter();
            let ids = ids.map(|kind| Word::new(kind.id, kind.about));
            Value::Pairs(ids.collect(), STATUSES)
        }
        (_, "warning" | "critical") => {
            let labels = probe.metrics.iter();
            let labels = labels.map(|kind| Word::new(kind.label, kind.about));
            Value::Pairs(labels.collect(), &[])
        }
        ("check_roundtrip", "require_auth") => Value::List(words(&["spf", "dkim", "dmarc"])),
        (_, "auth" | "require_auth") => {
            let names = Mechanism::ALL.iter();
            Value::Words(names.map(|name| Word::new(name.to_string(), "")).collect())
        }
        (_, "match" | "unless") => Value::Pairs(words(&["subject", "from", "to", "body"]), &[]),
        (_, "tls_min" | "tls_max") => Value::Words(words(&["1.0", "1.1", "1.2", "1.3"])),
        (_, "proxy_version") => Value::Words(words(&["1", "2"])),
        (_, "mismatch" | "refuse") => Value::Words(words(&["ok", "warn", "crit"])),
        ("check_smtp", "ports") => Value::List(words(&["25", "465:tls", "587:starttls"])),
        ("check_imap", "ports") => Value::List(words(&["143", "143:starttls", "993:tls"])),
        ("check_pop3", "ports") => Value::List(words(&["110", "110:starttls", "995:tls"])),
        ("check_cert", "ports") => Value::List(words(&[
            "25",
            "110",
            "143",
            "465",
            "587",
            "993",
            "995",
            "4190:sieve",
        ])),
        ("check_cert", "protocol") => Value::Words(words(&[
            "smtp", "smtps", "lmtp", "imap", "imaps", "pop3", "pop3s", "sieve", "tls",
        ])),
        ("check_cert", "dane") => Value::Words(vec![
            Word::new("require", "TLSA records must be there and match"),
            Word::new("try", "they must match where there are any"),
        ]),
        ("check_cert", "dnssec") => Value::Words(vec![
            Word::new("ad", "believe the resolver"),
            Word::new("validate", "validate here"),
        ]),
        ("check_cert", "require_eku") => {
            Value::Words(words(&["serverAuth", "clientAuth", "emailProtection"]))
        }
        ("check_cert", "policy") => Value::Words(words(&["mx"])),
        ("check_mailq", "mailserver") => {
            Value::Words(Mta::ALL.map(|mta| Word::new(mta.name(), "")).to_vec())
        }
        ("check_mailq", "reason") => {
            let word = |class: Class| Word::new(class.name(), class.words());
            Value::Words(Class::ALL.map(word).to_vec())
        }
        ("check_mailq", "queue") => {
            Value::Words(Queue::ALL.map(|queue| Word::new(queue.name(), "")).to_vec())
        }
        ("check_blacklist", "group") => {
            Value::Words(Group::ALL.map(|group| Word::new(group.name(), "")).to_vec())
        }
        ("check_blacklist", "server" | "exclude") => Value::Words(zones(false)),
        ("check_blacklist", "require_allowlist") => Value::Words(zones(true)),
        ("check_roundtrip", "payload") => Value::List(words(&[
            "plain",
            "8bit",
            "utf8",
            "long",
            "dots",
            "attachment",
            "all",
            "gtube",
            "eicar",
        ])),
        ("check_roundtrip", "expect") => Value::Words(words(&["deliver", "junk", "reject"])),
        _ => return None,
    })
}

/// The zones that can be asked without a key.
fn zones(allow: bool) -> Vec<Word> {
    Table::shipped()
        .zones()
        .filter(|zone| !zone.name.contains('{') && (!allow || zone.allow))
        .map(|zone| Word::new(zone.name.clone(), zone.title.clone()))
        .collect()
}
