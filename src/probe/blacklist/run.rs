//! The job: find out what to ask about, ask, and tell the scene.

use std::cell::Cell;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::cache::{self, Cache};
use super::findings::{CACHE_UNUSABLE, NOT_PUBLIC, PARTLY_ASKED, SPF_INVALID, SPF_MISSING};
use super::select::Selection;
use super::tally::Tally;
use crate::dns::blocklist::{Asker, Patience, Subject, Subjects, Survey, Trouble, Wanted, Watch};
use crate::dns::zones::Sort;
use crate::probe::finding::{HOST_NOT_FOUND, MX_MISSING, RESOLVER_FAILED};
use crate::probe::{Job, Scene};
use crate::session::{Error, Journal};

/// More questions in one run are a mistake: their answers alone would take minutes.
const MOST_QUESTIONS: usize = 400_000;

/// Rows of the dialogue that are kept; the journal would count the others only.
const MOST_ROWS: usize = 1000;

/// What is done.
pub struct Lookup {
    /// What is asked about.
    pub wanted: Wanted,
    /// The zones.
    pub selection: Selection,
    /// The name servers; the system's when empty.
    pub servers: Vec<SocketAddr>,
    /// How patient.
    pub patience: Patience,
    /// Are zones proven?
    pub self_test: bool,
    /// Where proofs are kept.
    pub cache: Option<PathBuf>,
    /// The old check_rbl: `-w` and `-c` alone judge, and zones need no test entries.
    pub classic: bool,
    /// Zones are allowlists, and what they do not hold is counted.
    pub inverted: bool,
    /// Is the number of unknown zones judged?
    pub unknown_judged: bool,
    /// A metric for each zone?
    pub perfdata_zones: bool,
    /// What is put behind the text.
    pub append: Option<String>,
}

impl Job for Lookup {
    fn run(&self, scene: &Scene) -> Result<(), Error> {
        scene.journal.enter("hosts");
        let asker = match Asker::new(&self.servers, self.patience, scene.deadline) {
            Ok(asker) => asker,
            Err(error) => {
                scene.finding(RESOLVER_FAILED, error.to_string());
                return Ok(());
            }
        };
        let mut subjects = asker.subjects(&self.wanted);
        if self.servers.is_empty() {
            known_here(&mut subjects, &self.wanted);
        }
        scene.journal.leave(many(subjects.found.len(), "subject"));
        troubles(scene, &subjects.troubles);
        if subjects.found.is_empty() {
            return Ok(());
        }
        let zones = self.selection.places.len();
        if subjects.found.len().saturating_mul(zones) > MOST_QUESTIONS {
            let text = format!(
                "{} subjects in {zones} zones are more than {MOST_QUESTIONS} questions",
                subjects.found.len()
            );
            scene.finding(super::findings::ZONES_UNKNOWN, text);
            return Ok(());
        }
        not_public(scene, &subjects.found);
        scene.journal.enter("zones");
        let survey = Survey {
            spared: self.spared(asker.servers()),
            places: self.selection.places.clone(),
            subjects: subjects.found,
            self_test: self.self_test,
            lenient: self.classic,
        };
        let told = Told {
            scene,
            rows: Cell::new(0),
        };
        let reports = asker.survey(&survey, &told);
        let traffic = asker.traffic();
        scene.journal.leave(format!(
            "{} questions, {} packets, {} of them again, {} over TCP",
            traffic.questions, traffic.packets, traffic.again, traffic.streams
        ));
        scene.journal.done();
        if let Some(path) = &self.cache {
            let kept = cache::keep(
                path,
                &survey.places,
                &reports,
                asker.servers(),
                scene.deadline,
            );
            if let Err(error) = kept {
                scene.finding(CACHE_UNUSABLE, format!("{}: {error}", path.display()));
            }
        }
        Tally {
            lookup: self,
            scene,
            survey: &survey,
            reports: &reports,
            servers: asker.servers(),
            answered: traffic.answered > 0,
        }
        .tell();
        Ok(())
    }
}

impl Lookup {
    /// The zones that proved lately that they live.
    fn spared(&self, servers: &[SocketAddr]) -> HashSet<(usize, Sort)> {
        let Some(path) = &self.cache else {
            return HashSet::new();
        };
        match Cache::read(path) {
            Ok(cache) => cache.spared(&self.selection.places, servers),
            // Said when it is written.
            Err(_) => HashSet::new(),
        }
    }
}

/// Says which addresses no list can know.
fn not_public(scene: &Scene, subjects: &[Subject]) {
    let hidden: Vec<&Subject> = subjects
        .iter()
        .filter(|subject| !subject.entry.is_public())
        .collect();
    let (Some(first), more) = (hidden.first(), hidden.len().saturating_sub(1)) else {
        return;
    };
    let text = match more {
        0 => format!("{first} is no public address: no list of the world's can know it"),
        more => format!(
            "{first} and {more} more are no public addresses: no list of the world's can know them"
        ),
    };
    if hidden.len() == subjects.len() {
        scene.finding(NOT_PUBLIC, text);
    } else {
        scene.finding(PARTLY_ASKED, text);
    }
}

/// `1 zone`, `2 zones`.
pub fn many(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}

/// A name that only this host knows (`/etc/hosts`) may still be meant.
fn known_here(subjects: &mut Subjects, wanted: &Wanted) {
    let mut found: Vec<Subject> = Vec::new();
    subjects.troubles.retain(|trouble| {
        let Trouble::NoHost(host, _) = trouble else {
            return true;
        };
        let addresses = crate::net::Host::parse(host)
            .ok()
            .and_then(|name| crate::net::resolve(&name, wanted.family).ok())
            .unwrap_or_default();
        found.extend(addresses.iter().map(|address| Subject {
            entry: (*address).into(),
            host: Some(host.clone()),
        }));
        addresses.is_empty()
    });
    for subject in found {
        if !subjects.found.iter().any(|one| one.entry == subject.entry) {
            subjects.found.push(subject);
        }
    }
}

fn troubles(scene: &Scene, troubles: &[Trouble]) {
    for trouble in troubles {
        match trouble {
            Trouble::NoHost(host, why) => {
                let text = if why.contains("NXDOMAIN") {
                    why.clone()
                } else {
                    format!("{host} has no address: {why}")
                };
                scene.finding(HOST_NOT_FOUND, text);
            }
            Trouble::NoMx(why) => scene.finding(MX_MISSING, why.clone()),
            Trouble::NoSpf(why) => scene.finding(SPF_MISSING, why.clone()),
            Trouble::BrokenSpf(why) => scene.finding(SPF_INVALID, why.clone()),
            Trouble::NoAnswer(why) => scene.finding(RESOLVER_FAILED, why.clone()),
            Trouble::Partly(why) => scene.finding(PARTLY_ASKED, why.clone()),
        }
    }
}

/// Tells the scene while it lasts.
struct Told<'a> {
    scene: &'a Scene,
    rows: Cell<usize>,
}

impl Told<'_> {
    fn journal(&self) -> &Journal {
        self.rows.set(self.rows.get().saturating_add(1));
        &self.scene.journal
    }
}

impl Watch for Told<'_> {
    fn listens(&self) -> bool {
        self.rows.get() < MOST_ROWS
    }

    fn asked(&self, question: &str) {
        self.journal().sent(question);
    }

    fn answered(&self, question: &str, answer: &str) {
        self.journal()
            .received(format!("{question}: {answer}").as_bytes());
    }

    fn progress(&self, zones: usize, of: usize) {
        self.scene.at(format!("blocklists {zones}/{of} answered"));
    }
}
