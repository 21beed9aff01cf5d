//! A file of one's own (TOML 1.1) over the shipped table: zones added, changed, dropped, and groups.
//!
//! ```toml
//! drop = ["dnsbl-3.uceprotect.net"]
//!
//! [groups]
//! ours = ["zen.spamhaus.org", "bl.example.org"]
//!
//! [zones."bl.example.org"]
//! title = "Ours"
//! about = ["v4", "v6", "domain"]
//! weight = 5
//! group = "default"
//! listed = ["127.0.0.2"]
//! unlisted = ["127.0.0.1"]
//! lookup = "https://bl.example.org/?ip={ip}"
//! codes = [
//!   { answer = "127.0.0.2", category = "spam", words = "sends spam" },
//!   { answer = "127.0.0.4-127.0.0.7", category = "exploited", words = "taken over" },
//!   { bits = 16, category = "phishing", words = "phishing", weight = 9 },
//! ]
//! ```
//!
//! Fields that are not named keep what the table has; a zone that it does not know begins as RFC 5782 describes one. Refused, by
//! line: keys and words that do not exist (the nearest is named), values of another type, codes outside 127.0.0.0/8.

mod fields;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::table::proper;
use super::{Found, Group, Table, Zone};
use crate::report::nearest_first;

/// A mistake in the file: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong, without a final stop.
    pub what: String,
}

impl std::error::Error for FileError {}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// A mistake by its place in the text.
struct Wrong {
    at: usize,
    what: String,
}

type Result<T> = std::result::Result<T, Wrong>;
/// Zones by name.
type Places = HashMap<String, usize>;
type Value<'i> = Spanned<DeValue<'i>>;

/// A value and the table around it, as messages speak of them.
fn wrong<T>(span: Range<usize>, what: impl Into<String>) -> Result<T> {
    Err(Wrong {
        at: span.start,
        what: what.into(),
    })
}

/// A key, its place, its value; in the order of the file.
fn entries<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t str, Range<usize>, &'t Value<'i>)> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| (key.get_ref().as_ref(), key.span(), value))
        .collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}

/// Known names that a message shows.
const NEAREST: usize = 3;

/// `unknown key "wieght" (nearest: weight, key, title)`
fn unknown(sort: &str, name: &str, known: &[&str]) -> String {
    let shown: String = name
        .chars()
        .take(60)
        .flat_map(char::escape_default)
        .collect();
    let how = if known.len() > NEAREST {
        "nearest"
    } else {
        "known"
    };
    let mut near = nearest_first(name, known.iter().copied());
    near.truncate(NEAREST);
    format!("unknown {sort} \"{shown}\" ({how}: {})", near.join(", "))
}

fn text<'t>(value: &'t Value<'_>, key: &str) -> Result<&'t str> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text),
        other => wrong(
            value.span(),
            format!("{key} wants a string, not {}", article(other.type_str())),
        ),
    }
}

fn array<'t, 'i>(value: &'t Value<'i>, key: &str) -> Result<&'t [Value<'i>]> {
    match value.get_ref() {
        DeValue::Array(array) => Ok(array),
        other => wrong(
            value.span(),
            format!("{key} wants a list, not {}", article(other.type_str())),
        ),
    }
}

fn table<'t, 'i>(value: &'t Value<'i>, key: &str) -> Result<&'t DeTable<'i>> {
    match value.get_ref() {
        DeValue::Table(table) => Ok(table),
        other => wrong(
            value.span(),
            format!("{key} wants a table, not {}", article(other.type_str())),
        ),
    }
}

fn article(noun: &str) -> String {
    let an = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if an { "an" } else { "a" })
}

impl Table {
    /// Lays a file over the table.
    ///
    /// # Errors
    /// The first mistake, by its line; the table is then as it was.
    pub fn merge(&mut self, text: &str) -> std::result::Result<(), FileError> {
        let line = |at: usize| {
            let before = text.get(..at).unwrap_or(text);
            1 + before.bytes().filter(|byte| *byte == b'\n').count()
        };
        let parsed = DeTable::parse(text).map_err(|error| FileError {
            line: line(error.span().map_or(0, |span| span.start)),
            what: error.message().replace('\n', ", "),
        })?;
        let mut merged = self.clone();
        merged.lay(parsed.get_ref()).map_err(|wrong| FileError {
            line: line(wrong.at),
            what: wrong.what,
        })?;
        *self = merged;
        Ok(())
    }

    fn lay(&mut self, file: &DeTable<'_>) -> Result<()> {
        const KEYS: [&str; 3] = ["zones", "groups", "drop"];
        let entries = entries(file);
        if let Some((key, span, _)) = entries.iter().find(|(key, ..)| !KEYS.contains(key)) {
            return wrong(span.clone(), unknown("key", key, &KEYS));
        }
        let of = |name: &str| entries.iter().find(|(key, ..)| *key == name);
        // Zones first: groups may name those that the file adds.
        if let Some((key, _, value)) = of("zones") {
            let mut places = self.places();
            for (name, span, value) in self::entries(table(value, key)?) {
                self.lay_zone(name, span, table(value, name)?, &mut places)?;
            }
        }
        if let Some((key, _, value)) = of("drop") {
            let places = self.places();
            let mut dropped = HashSet::new();
            for name in array(value, key)? {
                dropped.insert(self.known(self::text(name, key)?, name.span(), &places)?);
            }
            self.zones
                .retain(|zone| !dropped.contains(zone.name.as_ref()));
            for (_, members) in &mut self.groups {
                members.retain(|member| !dropped.contains(member));
            }
        }
        if let Some((key, _, value)) = of("groups") {
            let places = self.places();
            for (group, span, value) in self::entries(table(value, key)?) {
                self.lay_group(group, span, value, &places)?;
            }
        }
        Ok(())
    }

    /// Where each zone stands: files may have thousands.
    fn places(&self) -> Places {
        let names = self.zones().map(|zone| zone.name.to_string());
        names.zip(0..).collect()
    }

    fn lay_zone(
        &mut self,
        name: &str,
        span: Range<usize>,
        given: &DeTable<'_>,
        places: &mut Places,
    ) -> Result<()> {
        let name = proper(name).or_else(|what| wrong(span.clone(), what))?;
        let place = places.get(&name).copied();
        let mut zone = match place.and_then(|place| self.zones.get(place)) {
            Some(zone) => zone.clone().into_owned(),
            None => Zone::unknown(&name).or_else(|what| wrong(span.clone(), what))?,
        };
        for (key, span, value) in entries(given) {
            fields::set(&mut zone, key, span, value)?;
        }
        fields::settle(&mut zone, place.is_none(), given, span)?;
        match place.and_then(|place| self.zones.get_mut(place)) {
            Some(own) => *own = Cow::Owned(zone),
            None => {
                places.insert(name, self.zones.len());
                self.zones.push(Cow::Owned(zone));
            }
        }
        Ok(())
    }

    fn lay_group(
        &mut self,
        group: &str,
        span: Range<usize>,
        value: &Value<'_>,
        places: &Places,
    ) -> Result<()> {
        let proper = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if group.is_empty() || !group.chars().all(proper) {
            return wrong(
                span,
                "a group's name is made of lower-case letters, digits and hyphens",
            );
        }
        let mut members = Vec::new();
        for name in array(value, group)? {
            members.push(self.known(text(name, group)?, name.span(), places)?);
        }
        if members.is_empty() {
            return wrong(value.span(), format!("the group {group} is empty"));
        }
        self.groups.retain(|(own, _)| own != group);
        self.groups.push((group.to_owned(), members));
        Ok(())
    }

    /// The table's form of a zone's name that the file says.
    fn known(&self, name: &str, span: Range<usize>, places: &Places) -> Result<String> {
        let name = proper(name).or_else(|what| wrong(span.clone(), what))?;
        if places.contains_key(&name) {
            return Ok(name);
        }
        if let Found::Dead(dead) = self.find(&name) {
            return wrong(span, format!("no zone \"{name}\" to ask: {}", dead.note));
        }
        let known: Vec<&str> = self.zones().map(|zone| zone.name.as_ref()).collect();
        wrong(span, unknown("zone", &name, &known))
    }
}

/// The group of that name, or `none`.
fn group(name: &str) -> Option<Option<Group>> {
    if name == "none" {
        return Some(None);
    }
    let group = Group::ALL.into_iter().find(|group| group.name() == name);
    group.map(Some)
}

#[cfg(test)]
mod tests;
