//! What options a peer has, by its own `--help`, and how they are spelled in a command line: so that no option and no
//! spelling is forgotten in the rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::frame::{Peer, Row};
use crate::sandbox::probe::Run;

/// One option of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opt {
    pub short: Option<char>,
    pub long: Option<String>,
    pub value: bool,
}

/// How getopt_long takes an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spelling {
    /// `-p 25`, `-4`
    Short,
    /// `-p25`
    ShortGlued,
    /// `-4v`
    Cluster,
    /// `--port 25`, `--use-ipv4`
    Long,
    /// `--port=25`
    LongGlued,
}

/// What theirs says it takes: lines of its help such as ` -p, --port=INTEGER`.
pub fn told(peer: &Peer) -> Vec<Opt> {
    let help = Run::new(peer.name).arg("--help").run_binary(&peer.theirs());
    let options: Vec<Opt> = help.stdout.lines().filter_map(option).collect();
    assert!(options.len() > 3, "no options in this?\n{help}");
    options
}

fn option(line: &str) -> Option<Opt> {
    let line = line.trim_start();
    if !line.starts_with('-') {
        return None;
    }
    let (mut short, mut long, mut value) = (None, None, false);
    for word in line.split([' ', ',']).filter(|word| !word.is_empty()) {
        if let Some(name) = word.strip_prefix("--") {
            let end = name.find(['=', '[']).unwrap_or(name.len());
            // An optional value is the name's business: the option stands without one.
            value |= name[end..].starts_with('=') && !name[end..].starts_with("=[");
            long.get_or_insert_with(|| name[..end].to_owned());
        } else if let Some(name) = word.strip_prefix('-') {
            short = short.or(name.chars().next());
        } else {
            break;
        }
    }
    Some(Opt { short, long, value })
}

/// How each option is spelled in this line, as getopt reads it; options by their long name, or the short one.
pub fn spelled(words: &[String], options: &[Opt]) -> BTreeSet<(String, Spelling)> {
    let mut found = BTreeSet::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            break;
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, glued) = match long.split_once('=') {
                Some((name, _)) => (name, true),
                None => (long, false),
            };
            let Some(option) = by_long(name, options) else {
                continue;
            };
            if glued {
                found.insert((option.name(), Spelling::LongGlued));
            } else {
                found.insert((option.name(), Spelling::Long));
                if option.value {
                    words.next();
                }
            }
        } else if let Some(cluster) = word.strip_prefix('-') {
            let several = cluster.chars().count() > 1;
            let mut rest = cluster;
            while let Some(c) = rest.chars().next() {
                rest = &rest[c.len_utf8()..];
                let Some(option) = options.iter().find(|option| option.short == Some(c)) else {
                    break;
                };
                if option.value && !rest.is_empty() {
                    found.insert((option.name(), Spelling::ShortGlued));
                    break;
                }
                let alone = if several {
                    Spelling::Cluster
                } else {
                    Spelling::Short
                };
                found.insert((option.name(), alone));
                if option.value {
                    // Also the last of a cluster has its value in the next word.
                    words.next();
                }
            }
        }
    }
    found
}

fn by_long<'a>(name: &str, options: &'a [Opt]) -> Option<&'a Opt> {
    let whole = options
        .iter()
        .find(|option| option.long.as_deref() == Some(name));
    let begins = |option: &&Opt| {
        option
            .long
            .as_deref()
            .is_some_and(|long| long.starts_with(name))
    };
    whole.or_else(|| options.iter().find(begins))
}

impl Opt {
    fn name(&self) -> String {
        match (&self.long, self.short) {
            (Some(long), _) => format!("--{long}"),
            (None, Some(short)) => format!("-{short}"),
            (None, None) => String::new(),
        }
    }

    /// Every spelling that getopt knows for it.
    fn spellings(&self) -> Vec<Spelling> {
        let mut all = Vec::new();
        if self.short.is_some() {
            all.extend([Spelling::Short, Spelling::Cluster]);
        }
        if self.long.is_some() {
            all.push(Spelling::Long);
        }
        if self.value {
            all.extend(self.short.map(|_| Spelling::ShortGlued));
            all.extend(self.long.as_ref().map(|_| Spelling::LongGlued));
        }
        all
    }
}

/// Options of `peer`'s own help, and their spellings, that no row has.
pub fn forgotten(peer: &Peer, rows: &[Row]) -> Vec<String> {
    missing(peer, &told(peer), rows)
}

/// The same for these options alone, which its help need not have.
pub fn missing(peer: &Peer, wanted: &[Opt], rows: &[Row]) -> Vec<String> {
    let mut options = told(peer);
    options.retain(|option| !wanted.contains(option));
    options.extend(wanted.iter().cloned());
    let mut seen: BTreeMap<String, BTreeSet<Spelling>> = BTreeMap::new();
    for row in rows {
        for (name, spelling) in spelled(&row.words(), &options) {
            seen.entry(name).or_default().insert(spelling);
        }
    }
    let mut missing = Vec::new();
    for option in wanted {
        let seen = seen.remove(&option.name()).unwrap_or_default();
        for spelling in option.spellings() {
            if !seen.contains(&spelling) {
                missing.push(format!("{} {spelling:?}", option.name()));
            }
        }
    }
    missing
}
