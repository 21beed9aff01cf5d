//! The zones at hand, found by name and by group.

use std::borrow::Cow;
use std::collections::HashSet;

use super::shipped;
use super::{Dead, Group, Zone};

/// The zones at hand: those that are shipped, as a file of one's own has changed them.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) zones: Vec<Cow<'static, Zone>>,
    /// Groups of one's own, and built-in ones redefined: name, zones.
    pub(super) groups: Vec<(String, Vec<String>)>,
}

/// What the table knows of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// A zone.
    Zone(&'a Zone),
    /// A zone that was.
    Dead(&'static Dead),
    /// Nothing.
    Unknown,
}

impl Default for Table {
    fn default() -> Self {
        Self::shipped()
    }
}

impl Table {
    /// What the suite ships.
    #[must_use]
    pub fn shipped() -> Self {
        Table {
            zones: shipped::zones().map(Cow::Borrowed).collect(),
            groups: Vec::new(),
        }
    }

    /// Every zone, in the order in which they are to be shown.
    pub fn zones(&self) -> impl Iterator<Item = &Zone> {
        self.zones.iter().map(AsRef::as_ref)
    }

    /// The zones that are no more.
    #[must_use]
    pub fn dead() -> &'static [Dead] {
        &shipped::DEAD
    }

    /// What is known of a name, in whatever case, with or without its final dot. Zones that want a key are found by their
    /// name with `{key}`, with any label in its place, and without it.
    #[must_use]
    pub fn find(&self, name: &str) -> Found<'_> {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let front = name.split_once('.').filter(|(label, _)| !label.is_empty());
        let keyed = |zone: &&Zone| {
            let rest = zone.name.strip_prefix("{key}.");
            rest.is_some_and(|rest| rest == name || front.is_some_and(|(_, tail)| tail == rest))
        };
        let zone = self.zones().find(|zone| zone.name == name);
        if let Some(zone) = zone.or_else(|| self.zones().find(keyed)) {
            return Found::Zone(zone);
        }
        let below = |dead: &&Dead| {
            name.strip_suffix(dead.name)
                .is_some_and(|front| front.is_empty() || front.ends_with('.'))
        };
        match Self::dead().iter().find(below) {
            Some(dead) => Found::Dead(dead),
            None => Found::Unknown,
        }
    }

    /// The zones of a group, zones that want a key included; nothing when there is no such group.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<Vec<&Zone>> {
        if let Some((_, members)) = self.groups.iter().find(|(own, _)| own == name) {
            let members: HashSet<&str> = members.iter().map(String::as_str).collect();
            let member = |zone: &&Zone| members.contains(zone.name.as_ref());
            return Some(self.zones().filter(member).collect());
        }
        let group = Group::ALL.into_iter().find(|group| group.name() == name)?;
        Some(
            self.zones()
                .filter(|zone| zone.group.is_some_and(|own| own <= group))
                .collect(),
        )
    }

    /// The zones of a group that can be asked: those that want a key only when `has_key` says that it is there, and not beside
    /// the free zones in whose place they stand.
    #[must_use]
    pub fn select(&self, group: &str, has_key: impl Fn(&str) -> bool) -> Option<Vec<&Zone>> {
        let mut zones = self.group(group)?;
        zones.retain(|zone| zone.key.as_deref().is_none_or(&has_key));
        let replaced: Vec<String> = zones
            .iter()
            .filter_map(|zone| zone.instead_of.as_deref())
            .map(str::to_owned)
            .collect();
        zones.retain(|zone| !replaced.iter().any(|name| *name == zone.name));
        Some(zones)
    }

    /// The names of all groups, for a message about one that there is not.
    #[must_use]
    pub fn group_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Group::ALL.iter().map(|group| group.name()).collect();
        for (name, _) in &self.groups {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }
}

/// A zone's name in the form the table keeps: lower case, no final dot; why it is none.
pub(super) fn proper(name: &str) -> Result<String, String> {
    let shown: String = name.chars().take(80).collect();
    let bare = name
        .strip_suffix('.')
        .unwrap_or(name)
        .strip_prefix('.')
        .unwrap_or(name.strip_suffix('.').unwrap_or(name))
        .to_ascii_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let rest = bare.strip_prefix("{key}.").unwrap_or(&bare);
    if rest.is_empty() {
        return Err("a zone needs a name".to_owned());
    }
    // The longest question is an IPv6 address: 32 nibbles and their dots in front of the zone, 253 in all (RFC 1035 §2.3.4).
    if bare.len() > 253 - 64 {
        return Err(format!("{shown:?} is too long for a zone"));
    }
    if !rest.split('.').all(label) {
        return Err(format!("{shown:?} is no zone's name"));
    }
    Ok(bare)
}
