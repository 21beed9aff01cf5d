//! One zone's fields, from the file into the row.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::super::{Category, Code, Entry, Group, Match, Refusal, Sort, Zone};
use super::{Result, Value, array, article, entries, group, table, text, unknown, wrong};

const KEYS: [&str; 14] = [
    "title",
    "about",
    "allow",
    "codes",
    "category",
    "refusals",
    "listed",
    "unlisted",
    "lookup",
    "weight",
    "key",
    "instead-of",
    "group",
    "note",
];
const CODE_KEYS: [&str; 5] = ["answer", "bits", "category", "words", "weight"];
const REFUSAL_KEYS: [&str; 3] = ["answer", "bits", "words"];
const SORTS: [(&str, Sort); 3] = [("v4", Sort::V4), ("v6", Sort::V6), ("domain", Sort::Domain)];

/// Words that stand in one line of output must be one.
fn line(value: &Value<'_>, key: &str) -> Result<Cow<'static, str>> {
    let text = text(value, key)?;
    if text.chars().any(char::is_control) {
        return wrong(value.span(), format!("{key} has a control character"));
    }
    if text.contains('|') {
        return wrong(
            value.span(),
            format!("{key} has a \"|\", which ends the text of a check"),
        );
    }
    Ok(Cow::Owned(text.to_owned()))
}

fn truth(value: &Value<'_>, key: &str) -> Result<bool> {
    match value.get_ref() {
        DeValue::Boolean(truth) => Ok(*truth),
        other => wrong(
            value.span(),
            format!(
                "{key} wants true or false, not {}",
                article(other.type_str())
            ),
        ),
    }
}

/// A whole number from 0 to `most`.
fn number(value: &Value<'_>, key: &str, most: u8) -> Result<u8> {
    let number = match value.get_ref() {
        DeValue::Integer(number) => u8::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    match number {
        Some(number) if number <= most => Ok(number),
        _ => wrong(
            value.span(),
            format!("{key} wants a whole number from 0 to {most}"),
        ),
    }
}

fn category(value: &Value<'_>, key: &str) -> Result<Category> {
    let name = text(value, key)?;
    match Category::named(name) {
        Some(category) => Ok(category),
        None => {
            let known = Category::ALL.map(Category::name);
            wrong(value.span(), unknown("category", name, &known))
        }
    }
}

/// `127.0.0.2` or `127.0.0.4-127.0.0.7`.
fn answers(value: &Value<'_>, key: &str) -> Result<Match> {
    let text = text(value, key)?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let address = |text: &str| text.trim().parse::<Ipv4Addr>().ok();
    let (Some(first), Some(last)) = (address(first), address(last)) else {
        return wrong(
            value.span(),
            format!("{key} wants an address of 127.0.0.0/8, or two with a hyphen between them"),
        );
    };
    if first.octets()[0] != 127 || last.octets()[0] != 127 {
        return wrong(
            value.span(),
            format!("{key} is not in 127.0.0.0/8: no other address is a listing"),
        );
    }
    if first
        .octets()
        .iter()
        .zip(last.octets())
        .any(|(a, b)| *a > b)
    {
        return wrong(value.span(), format!("{key} ends before it begins"));
    }
    Ok(Match::Range(first, last))
}

/// The answers of a row and its other keys.
fn row<'t, 'i>(
    value: &'t Value<'i>,
    key: &str,
    known: &[&str],
) -> Result<(Match, &'t DeTable<'i>)> {
    let row = table(value, key)?;
    for (key, span, _) in entries(row) {
        if !known.contains(&key) {
            return wrong(span, unknown("key", key, known));
        }
    }
    let answers = match (row.get("answer"), row.get("bits")) {
        (Some(value), None) => answers(value, "answer")?,
        (None, Some(value)) => match number(value, "bits", u8::MAX)? {
            0 => return wrong(value.span(), "bits wants a number above 0"),
            mask => Match::Bits(mask),
        },
        _ => {
            return wrong(
                value.span(),
                format!("{key} wants either an answer or bits"),
            );
        }
    };
    Ok((answers, row))
}

fn words(value: &Value<'_>, row: &DeTable<'_>, key: &str) -> Result<Cow<'static, str>> {
    match row.get("words") {
        Some(words) => line(words, "words"),
        None => wrong(
            value.span(),
            format!("{key} wants words that say what it means"),
        ),
    }
}

fn code(value: &Value<'_>, zone: &Zone) -> Result<Code> {
    let (answers, row) = row(value, "a code", &CODE_KEYS)?;
    Ok(Code {
        answers,
        category: match row.get("category") {
            Some(value) => category(value, "category")?,
            None => zone.category,
        },
        words: words(value, row, "a code")?,
        weight: row
            .get("weight")
            .map(|value| number(value, "weight", 10))
            .transpose()?,
    })
}

fn refusal(value: &Value<'_>) -> Result<Refusal> {
    let (answers, row) = row(value, "a refusal", &REFUSAL_KEYS)?;
    Ok(Refusal {
        answers,
        words: words(value, row, "a refusal")?,
    })
}

/// Addresses and domains.
fn test_entries(value: &Value<'_>, key: &str) -> Result<Cow<'static, [Entry]>> {
    let mut entries = Vec::new();
    for value in array(value, key)? {
        let text = text(value, key)?;
        entries.push(match text.parse::<IpAddr>() {
            Ok(address) => Entry::Address(address),
            Err(_) => match super::super::table::proper(text) {
                Ok(name) if !name.starts_with('{') => Entry::Domain(Cow::Owned(name)),
                _ => {
                    return wrong(value.span(), format!("{key} wants addresses or domains"));
                }
            },
        });
    }
    Ok(Cow::Owned(entries))
}

fn about(zone: &mut Zone, value: &Value<'_>) -> Result<()> {
    (zone.v4, zone.v6, zone.domains) = (false, false, false);
    for value in array(value, "about")? {
        let name = text(value, "about")?;
        match SORTS.iter().find(|(own, _)| *own == name) {
            Some((_, Sort::V4)) => zone.v4 = true,
            Some((_, Sort::V6)) => zone.v6 = true,
            Some((_, Sort::Domain)) => zone.domains = true,
            None => {
                let known = SORTS.map(|(name, _)| name);
                return wrong(value.span(), unknown("sort of entry", name, &known));
            }
        }
    }
    if !(zone.v4 || zone.v6 || zone.domains) {
        return wrong(value.span(), "a zone that is asked about nothing");
    }
    Ok(())
}

/// Sets one field.
pub(super) fn set(zone: &mut Zone, key: &str, span: Range<usize>, value: &Value<'_>) -> Result<()> {
    match key {
        "title" => zone.title = line(value, key)?,
        "about" => about(zone, value)?,
        "allow" => zone.allow = truth(value, key)?,
        // They may come before the category that they fall back on: see `settle`.
        "codes" => drop(array(value, key)?),
        "category" => zone.category = category(value, key)?,
        "refusals" => {
            let rows: Result<Vec<_>> = array(value, key)?.iter().map(refusal).collect();
            zone.refusals = Cow::Owned(rows?);
        }
        "listed" => zone.listed = test_entries(value, key)?,
        "unlisted" => zone.unlisted = test_entries(value, key)?,
        "lookup" => {
            let url = line(value, key)?;
            let proper = url.starts_with("https://") || url.starts_with("http://");
            if !url.is_empty() && (!proper || url.contains(char::is_whitespace)) {
                return wrong(value.span(), "lookup wants a URL");
            }
            zone.lookup = url;
        }
        "weight" => zone.weight = number(value, key, 10)?,
        "key" => {
            let owner = line(value, key)?;
            zone.key = (!owner.is_empty()).then_some(owner);
        }
        "instead-of" => {
            let name = line(value, key)?;
            zone.instead_of = (!name.is_empty()).then_some(name);
        }
        "group" => {
            let name = text(value, key)?;
            match group(name) {
                Some(own) => zone.group = own,
                None => {
                    let mut known: Vec<&str> = Group::ALL.iter().map(|one| one.name()).collect();
                    known.push("none");
                    return wrong(value.span(), unknown("group", name, &known));
                }
            }
        }
        "note" => zone.note = line(value, key)?,
        _ => return wrong(span, unknown("key", key, &KEYS)),
    }
    Ok(())
}

/// What hangs on several fields.
pub(super) fn settle(
    zone: &mut Zone,
    new: bool,
    given: &DeTable<'_>,
    span: Range<usize>,
) -> Result<()> {
    if zone.allow && new && !given.contains_key("category") {
        zone.category = Category::Allowed;
    }
    if let Some(value) = given.get("codes") {
        let rows: Result<Vec<_>> = array(value, "codes")?
            .iter()
            .map(|value| code(value, zone))
            .collect();
        zone.codes = Cow::Owned(rows?);
    }
    if zone.allow && new && !given.contains_key("weight") {
        zone.weight = 0;
    }
    if zone.key.is_some() != zone.name.starts_with("{key}.") {
        return wrong(
            span,
            "a zone with a key has a name that begins with \"{key}.\", and no other zone has",
        );
    }
    // Test entries of a sort that the zone is not asked about prove nothing; those that the file names must be of use.
    for key in ["listed", "unlisted"] {
        let Some(value) = given.get(key) else {
            continue;
        };
        let entries = if key == "listed" {
            &zone.listed
        } else {
            &zone.unlisted
        };
        if let Some(entry) = entries.iter().find(|entry| !zone.takes(entry.sort())) {
            return wrong(
                value.span(),
                format!("{key} has {entry}, and the zone is not asked about such"),
            );
        }
    }
    let own = |entries: &[Entry], zone: &Zone| -> Vec<Entry> {
        let mut own = entries.to_vec();
        own.retain(|entry| zone.takes(entry.sort()));
        own
    };
    zone.listed = Cow::Owned(own(&zone.listed, zone));
    zone.unlisted = Cow::Owned(own(&zone.unlisted, zone));
    Ok(())
}
