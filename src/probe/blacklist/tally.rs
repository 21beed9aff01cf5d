//! From what the zones said to findings, numbers and words.

mod advice;
mod details;
mod numbers;
mod proof;

use std::net::SocketAddr;

use self::advice::is_liar;
use super::findings::{
    ALLOWLIST_MISSING, LISTED, LISTED_MINOR, LISTED_NOTE, QUERY_REFUSED, ZONE_BOGUS, ZONE_DEAD,
    ZONE_LISTS_EVERYTHING, ZONE_UNREACHABLE, ZONES_UNKNOWN,
};
use super::run::Lookup;
use crate::dns::blocklist::{Listing, Place, Subject, Survey, Unknown, Verdict, ZoneReport};
use crate::dns::zones::Category;
use crate::probe::Scene;

/// All that is needed for a verdict.
pub struct Tally<'a> {
    pub lookup: &'a Lookup,
    pub scene: &'a Scene,
    pub survey: &'a Survey,
    pub reports: &'a [ZoneReport],
    pub servers: &'a [SocketAddr],
    /// Did any name server ever answer?
    pub answered: bool,
}

/// A listing with its place.
struct Hit<'a> {
    place: &'a Place,
    subject: &'a Subject,
    listing: &'a Listing,
}

/// What the reports come to.
struct Sum<'a> {
    /// Gravest first.
    listed: Vec<Hit<'a>>,
    /// Listings that nobody should refuse mail for.
    notes: Vec<Hit<'a>>,
    allowed: Vec<Hit<'a>>,
    /// Allowlists that do not have what they must have.
    missing: Vec<(&'a Place, &'a Subject)>,
    /// How many zones were asked about what they know.
    zones: usize,
    /// Those of them that gave no verdict.
    unknown: Vec<(&'a Place, &'a Unknown)>,
}

impl<'a> Tally<'a> {
    /// Tells the scene.
    pub fn tell(&self) {
        let sum = self.sum();
        let lead = self.lead(&sum.listed, sum.zones);
        let summed_up = self.without_verdict(sum.zones, &sum.unknown);
        for (number, hit) in sum.listed.iter().enumerate() {
            let id = gravity(hit.listing.category);
            match &lead {
                Some(lead) if number == 0 => self.scene.finding(id, lead.clone()),
                // The lead counts those of the same subject.
                _ if sum
                    .listed
                    .first()
                    .is_some_and(|first| first.subject == hit.subject) =>
                {
                    self.scene.told(id, listing(hit, ""));
                }
                _ => self.scene.finding(id, listing(hit, "")),
            }
        }
        for hit in &sum.notes {
            self.scene.finding(LISTED_NOTE, listing(hit, ""));
        }
        if !self.lookup.inverted {
            for (place, subject) in &sum.missing {
                let text = format!("{subject} is not on the allowlist {}", place.shown);
                self.scene.finding(ALLOWLIST_MISSING, text);
            }
        }
        for (place, why) in &sum.unknown {
            let (id, text) = self.no_verdict(place, why);
            if summed_up.is_some() {
                self.scene.told(id, text);
            } else {
                self.scene.finding(id, text);
            }
        }
        self.advise(&sum);
        self.metrics(&sum, lead, summed_up);
        self.details();
        self.scene.proven(self.proof(&sum));
    }

    fn sum(&self) -> Sum<'a> {
        let (mut listed, notes, allowed) = self.hits();
        listed.sort_by_key(|hit| std::cmp::Reverse((hit.listing.category, hit.listing.weight)));
        let asked: Vec<(&Place, &ZoneReport)> = self
            .pairs()
            .filter(|(_, report)| !report.is_unsuited())
            .collect();
        Sum {
            listed,
            notes,
            allowed,
            missing: self.missing(),
            zones: asked.len(),
            unknown: asked
                .iter()
                .filter_map(|(place, report)| Some((*place, report.unknown()?)))
                .collect(),
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (&'a Place, &'a ZoneReport)> + use<'a> {
        self.survey.places.iter().zip(self.reports)
    }

    /// Listings, those that nobody should refuse mail for, and what is spoken for.
    fn hits(&self) -> (Vec<Hit<'a>>, Vec<Hit<'a>>, Vec<Hit<'a>>) {
        let (mut listed, mut notes, mut allowed) = (Vec::new(), Vec::new(), Vec::new());
        for (place, report) in self.pairs() {
            for (number, verdict) in &report.verdicts {
                let Some(subject) = self.survey.subjects.get(*number) else {
                    continue;
                };
                let (list, listing) = match verdict {
                    Verdict::Listed(listing) if listing.category == Category::Informational => {
                        (&mut notes, listing)
                    }
                    Verdict::Listed(listing) => (&mut listed, listing),
                    Verdict::Allowed(listing) => (&mut allowed, listing),
                    Verdict::Clean | Verdict::Unknown(_) => continue,
                };
                list.push(Hit {
                    place,
                    subject,
                    listing,
                });
            }
        }
        (listed, notes, allowed)
    }

    /// What required allowlists do not hold, as far as they said so.
    fn missing(&self) -> Vec<(&'a Place, &'a Subject)> {
        let mut missing = Vec::new();
        for at in &self.lookup.selection.required {
            let (Some(place), Some(report)) = (self.survey.places.get(*at), self.reports.get(*at))
            else {
                continue;
            };
            for (number, verdict) in &report.verdicts {
                if let (Verdict::Clean | Verdict::Listed(_), Some(subject)) =
                    (verdict, self.survey.subjects.get(*number))
                {
                    missing.push((place, subject));
                }
            }
        }
        missing
    }

    /// `192.0.2.7 is listed by zen.spamhaus.org (XBL: exploited host) and 1 more of 38 zones; remove at https://...`
    fn lead(&self, listed: &[Hit], zones: usize) -> Option<String> {
        let first = listed.first()?;
        let same = listed
            .iter()
            .filter(|hit| hit.subject == first.subject)
            .count();
        let more = match same - 1 {
            0 if zones == 1 => String::new(),
            0 => format!(", 1 of {zones} zones"),
            more => format!(" and {more} more of {zones} zones"),
        };
        Some(listing(first, &more))
    }

    /// No verdict at all, or hardly any, is never OK. Gives the words in which it was said.
    fn without_verdict(&self, zones: usize, unknown: &[(&Place, &Unknown)]) -> Option<String> {
        let count = unknown.len();
        let half = !self.lookup.classic && !self.lookup.unknown_judged;
        if zones == 0 {
            self.scene.finding(
                ZONES_UNKNOWN,
                "none of the zones is a list of such addresses or domains",
            );
        } else if count == zones || (half && count * 2 > zones) {
            let text = self.silence(zones, unknown);
            self.scene.finding(ZONES_UNKNOWN, text.clone());
            return Some(text);
        } else if let Some((place, why)) = unknown
            .iter()
            .find(|(place, _)| self.is_required(place) && !self.lookup.inverted)
        {
            let (_, text) = self.no_verdict(place, why);
            self.scene
                .finding(ZONES_UNKNOWN, format!("required allowlist: {text}"));
        }
        None
    }

    fn is_required(&self, place: &Place) -> bool {
        let required = self.lookup.selection.required.iter();
        required
            .filter_map(|at| self.survey.places.get(*at))
            .any(|one| one.shown == place.shown)
    }

    /// Why so many zones gave no verdict, by what most of them have in common.
    fn silence(&self, zones: usize, unknown: &[(&Place, &Unknown)]) -> String {
        let count = unknown.len();
        let refused = unknown
            .iter()
            .filter(|(_, why)| matches!(why, Unknown::Refused(_)))
            .count();
        if refused * 2 > count {
            let refuse = if zones == 1 {
                "zone refuses"
            } else {
                "zones refuse"
            };
            return format!(
                "{refused} of {zones} {refuse} this resolver ({}): use -n with one of your own",
                if self.is_public() {
                    "a public one"
                } else {
                    "public resolver?"
                }
            );
        }
        if is_liar(zones, unknown) {
            let dead = unknown.iter().filter(|(_, why)| **why == Unknown::Dead);
            return format!(
                "{} of {zones} zones do not list their test entry: rather than all of them, this resolver fails (a filter, no way out?): use -n with one of your own",
                dead.count()
            );
        }
        if !self.answered
            && let Some((_, Unknown::Unreachable(why))) = unknown.first()
        {
            let servers: Vec<String> = self.servers.iter().map(shown).collect();
            let server = if servers.len() == 1 {
                "server"
            } else {
                "servers"
            };
            return format!("name {server} {}: {why}", servers.join(", "));
        }
        let (place, why) = match unknown.first() {
            Some((place, why)) => (*place, *why),
            None => return format!("{count} of {zones} zones gave no verdict"),
        };
        let (_, first) = self.no_verdict(place, why);
        if zones == 1 {
            return format!("no verdict: {first}");
        }
        format!("{count} of {zones} zones gave no verdict: {first}")
    }

    /// A zone without verdict: finding and words.
    fn no_verdict(&self, place: &Place, why: &Unknown) -> (&'static str, String) {
        let zone = &place.shown;
        let dead = self.lookup.selection.obituaries.get(zone);
        let note = dead.map(|note| format!(" ({note})")).unwrap_or_default();
        match why {
            Unknown::Refused(words) => (
                QUERY_REFUSED,
                format!("{zone} refuses to answer: {words}{note}"),
            ),
            Unknown::Unreachable(words) => (
                ZONE_UNREACHABLE,
                format!("{zone} cannot be asked: {words}{note}"),
            ),
            Unknown::Bogus(address) => (
                ZONE_BOGUS,
                format!("{zone} answers {address}, as no blocklist does: parked or hijacked{note}"),
            ),
            Unknown::Dead => (
                ZONE_DEAD,
                format!("{zone} is dead: its test entry is not listed{note}"),
            ),
            Unknown::ListsEverything => (
                ZONE_LISTS_EVERYTHING,
                format!("{zone} lists everything, also what no list may list{note}"),
            ),
            Unknown::Unsuited => (
                ZONE_UNREACHABLE,
                format!("{zone} is no list of such addresses or domains{note}"),
            ),
        }
    }

    fn appended(&self, text: String) -> String {
        match self.lookup.append.as_deref() {
            Some(more) if !more.is_empty() => format!("{text} {more}"),
            _ => text,
        }
    }
}

/// What a listing is worth.
fn gravity(category: Category) -> &'static str {
    match category {
        Category::Neighbour | Category::Suspect | Category::Backscatter => LISTED_MINOR,
        Category::Informational | Category::Neutral | Category::Allowed => LISTED_NOTE,
        _ => LISTED,
    }
}

fn words(listing: &Listing) -> String {
    listing.words.join(", ")
}

/// The words of a listing: who, where, why, what to do, what the zone says.
fn listing(hit: &Hit, more: &str) -> String {
    let (subject, zone) = (hit.subject, &hit.place.shown);
    let mut text = format!(
        "{subject} is listed by {zone} ({}){more}",
        words(hit.listing)
    );
    if let Some(url) = hit.place.zone.lookup_url(&hit.subject.entry) {
        text.push_str(&format!("; remove at {url}"));
    }
    if let Some(reason) = &hit.listing.reason {
        text.push_str(&format!("; it says \"{reason}\""));
    }
    text
}

fn shown(server: &SocketAddr) -> String {
    if server.port() == 53 {
        server.ip().to_string()
    } else {
        server.to_string()
    }
}
