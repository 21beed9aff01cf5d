//! Which zones are asked, and with which keys.
//!
//! A key is part of the name that is asked for. It comes from a file, the environment, a command or systemd, or stands in a
//! zone's name as its provider writes it; wherever from, it is struck out of everything that is printed.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use super::options::BlacklistOptions;
use crate::cli::{Source, UsageError};
use crate::dns::blocklist::Place;
use crate::dns::zones::{Found, Table, Zone};
use crate::report::nearest_first;
use crate::secret::Redactor;
use crate::time::Deadline;

/// More zones are a mistake.
const MOST: usize = 20_000;

/// The zones of a run.
#[derive(Default)]
pub struct Selection {
    /// What is asked.
    pub places: Vec<Place>,
    /// What is known of zones among them that are no more, by their shown name.
    pub obituaries: BTreeMap<String, &'static str>,
    /// Zones of a group that are left out because there is no key for them.
    pub keyless: Vec<String>,
    /// Allowlists that must hold what is asked about, by their number.
    pub required: Vec<usize>,
    /// Where each zone stands, by its shown name.
    at: HashMap<String, usize>,
}

/// Keys by the name under which they were given, and whether a zone has wanted them.
type Keys = BTreeMap<String, (String, Cell<bool>)>;

/// Validates.
pub fn select(
    options: &BlacklistOptions,
    table: &Table,
    redactor: &Redactor,
    deadline: Deadline,
) -> Result<Selection, UsageError> {
    let keys = keys(options, redactor, deadline)?;
    let mut selection = Selection::default();
    let mut excluded = HashSet::new();
    for name in &options.exclude {
        excluded.insert(named(table, name, "--exclude", redactor)?.shown());
    }
    let mut groups: Vec<&str> = options.group.iter().map(String::as_str).collect();
    if groups.is_empty() && options.servers.is_empty() {
        groups.push("default");
    }
    for name in groups {
        let owners: HashSet<&str> = table
            .zones()
            .filter(|zone| keys.contains_key(plain(zone)))
            .filter_map(|zone| zone.key.as_deref())
            .chain(keys.keys().map(String::as_str))
            .collect();
        let (Some(zones), Some(all)) = (
            table.select(name, |owner| owners.contains(owner)),
            table.group(name),
        ) else {
            let known = nearest_first(name, table.group_names());
            return Err(UsageError(format!(
                "--group {name:?}: there is no such group; there are {}",
                known.join(", ")
            )));
        };
        let keyless = all.iter().filter(|zone| zone.key.is_some());
        let keyless = keyless.filter(|zone| !zones.contains(zone));
        selection
            .keyless
            .extend(keyless.map(|zone| plain(zone).to_owned()));
        for zone in zones {
            let zone = Named {
                zone: zone.clone(),
                known: true,
                key: None,
            };
            let key = key_of(&keys, &zone);
            if !zone.wants_key() || key.is_some() {
                selection.add(zone, key, &excluded);
            }
        }
    }
    let own = options.servers.iter().map(|name| ("-s", name));
    let required = options.require_allowlist.iter();
    for (option, name) in own.chain(required.map(|name| ("--require-allowlist", name))) {
        let mut zone = named(table, name, option, redactor)?;
        if let Some(keyed) = keyed_variant(table, &zone, &keys) {
            zone.zone = keyed.clone();
        }
        let shown = zone.shown();
        let key = zone.key.take().or_else(|| key_of(&keys, &zone));
        if zone.wants_key() && key.is_none() {
            let owner = zone.zone.key.as_deref().unwrap_or(&shown);
            return Err(UsageError(format!(
                "{option} {shown}: this zone needs a key: give --key {owner}=@FILE"
            )));
        }
        if let Found::Dead(dead) = table.find(name) {
            selection.obituaries.insert(shown, dead.note);
        }
        let must = option != "-s" || options.whitelistings;
        if must {
            zone.zone.allow = true;
        }
        if let Some(at) = selection.add(zone, key, &excluded).filter(|_| must) {
            if let Some(place) = selection.places.get_mut(at) {
                place.zone.allow = true;
            }
            if !selection.required.contains(&at) {
                selection.required.push(at);
            }
        }
    }
    if let Some((unused, _)) = keys.iter().find(|(_, (_, used))| !used.get()) {
        return Err(UsageError(format!(
            "--key {unused}: no zone that is asked wants this key"
        )));
    }
    if selection.places.is_empty() {
        return Err(UsageError("there is no zone left to ask".to_owned()));
    }
    if selection.places.len() > MOST {
        return Err(UsageError(format!("more than {MOST} zones")));
    }
    Ok(selection)
}

impl Selection {
    /// Takes a zone once; says where it stands unless it is excluded.
    fn add(
        &mut self,
        named: Named,
        key: Option<String>,
        excluded: &HashSet<String>,
    ) -> Option<usize> {
        let shown = named.shown();
        if excluded.contains(&shown) {
            return None;
        }
        if let Some(at) = self.at.get(&shown) {
            return Some(*at);
        }
        let domain = match key {
            Some(key) => named.zone.name.replace("{key}", &key),
            None => named.zone.name.to_string(),
        };
        let at = self.places.len();
        self.at.insert(shown.clone(), at);
        self.places.push(Place {
            domain,
            shown,
            known: named.known,
            zone: named.zone,
        });
        Some(at)
    }
}

/// A zone that was named.
struct Named {
    zone: Zone,
    known: bool,
    /// The key that stood in the name.
    key: Option<String>,
}

impl Named {
    /// Its name without a key.
    fn shown(&self) -> String {
        plain(&self.zone).to_owned()
    }

    fn wants_key(&self) -> bool {
        self.zone.name.starts_with("{key}.")
    }
}

/// A zone's name without a key.
fn plain(zone: &Zone) -> &str {
    zone.name.strip_prefix("{key}.").unwrap_or(&zone.name)
}

/// The zone of a name: from the table, or a new one of which nothing is known.
fn named(
    table: &Table,
    name: &str,
    option: &str,
    redactor: &Redactor,
) -> Result<Named, UsageError> {
    let bare = name.trim_matches('.');
    // A paid zone may be named without its key.
    let keyed = format!("{{key}}.{bare}");
    let found = [bare, keyed.as_str()]
        .into_iter()
        .find_map(|name| match table.find(name) {
            Found::Zone(zone) => Some(zone),
            _ => None,
        });
    if let Some(zone) = found {
        let rest = zone.name.strip_prefix("{key}.");
        let key = rest
            .filter(|rest| bare.len() > rest.len())
            .and_then(|rest| bare.len().checked_sub(rest.len() + 1))
            .and_then(|end| bare.get(..end))
            .filter(|label| !label.is_empty() && *label != "{key}");
        if let Some(key) = key {
            redactor.learn_bytes(key.as_bytes());
        }
        return Ok(Named {
            zone: zone.clone(),
            known: true,
            key: key.map(str::to_owned),
        });
    }
    // The longest question that a zone must leave room for is an IPv6 address.
    let zone = Zone::unknown(bare).map_err(|why| UsageError(format!("{option}: {why}")))?;
    Ok(Named {
        zone,
        known: false,
        key: None,
    })
}

/// The paid form of a free zone, where its key is given and the form has the same name behind the key.
fn keyed_variant<'a>(table: &'a Table, named: &Named, keys: &Keys) -> Option<&'a Zone> {
    if named.wants_key() || !named.known {
        return None;
    }
    let free = named.zone.name.as_ref();
    table.zones().find(|zone| {
        let owner = zone.key.as_deref();
        zone.name.strip_prefix("{key}.") == Some(free)
            && (keys.contains_key(free) || owner.is_some_and(|owner| keys.contains_key(owner)))
    })
}

/// The key of a zone: by its owner's name, or by its own.
fn key_of(keys: &Keys, named: &Named) -> Option<String> {
    if !named.wants_key() {
        return None;
    }
    let shown = named.shown();
    let owner = named.zone.key.as_deref().unwrap_or_default();
    let (key, used) = keys.get(&shown).or_else(|| keys.get(owner))?;
    used.set(true);
    Some(key.clone())
}

/// Reads all keys.
fn keys(
    options: &BlacklistOptions,
    redactor: &Redactor,
    deadline: Deadline,
) -> Result<Keys, UsageError> {
    let mut keys = Keys::new();
    for text in &options.key {
        // What stands behind "=" may be the key itself, by mistake.
        let Some((name, source)) = text.split_once('=') else {
            return Err(UsageError(
                "--key: give NAME=@FILE, NAME=env:VAR, NAME=command:CMD or NAME=credential:NAME"
                    .to_owned(),
            ));
        };
        let from = match source.split_once(':') {
            _ if source.starts_with('@') => {
                Source::File(PathBuf::from(source.get(1..).unwrap_or_default()))
            }
            Some(("env", name)) => Source::Environment(name.to_owned()),
            Some(("command", line)) => Source::Command(line.to_owned()),
            Some(("credential", name)) => Source::Credential(name.to_owned()),
            _ => {
                return Err(UsageError(format!(
                    "--key {name}: a key is not given on the command line, where everybody sees it: use @FILE, env:VAR, command:CMD or credential:NAME"
                )));
            }
        };
        let secret = from.fetch("key", deadline)?;
        redactor.learn(&secret);
        let key = std::str::from_utf8(secret.expose())
            .unwrap_or_default()
            .trim();
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        if !key.split('.').all(label) {
            return Err(UsageError(format!(
                "--key {name}: what is given is no part of a domain name"
            )));
        }
        redactor.learn_bytes(key.as_bytes());
        let name = name.trim().trim_matches('.').to_ascii_lowercase();
        keys.insert(name, (key.to_owned(), Cell::new(false)));
    }
    Ok(keys)
}
