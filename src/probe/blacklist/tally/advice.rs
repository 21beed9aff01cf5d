//! What to do next, and what one has to know of resolvers for that.

use std::net::IpAddr;

use super::{Sum, Tally};
use crate::dns::blocklist::{Place, Unknown};

/// Resolvers that everybody may use, and that lists refuse for that.
const PUBLIC: [&str; 10] = [
    "8.8.8.8",
    "8.8.4.4",
    "1.1.1.1",
    "1.0.0.1",
    "9.9.9.9",
    "149.112.112.112",
    "208.67.222.222",
    "208.67.220.220",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
];
/// So many known zones that seem dead at once are not.
const LIAR: usize = 4;

impl Tally<'_> {
    pub(super) fn is_public(&self) -> bool {
        let public = |address: IpAddr| PUBLIC.contains(&address.to_string().as_str());
        self.servers.iter().any(|server| public(server.ip()))
    }

    /// What to do next.
    pub(super) fn advise(&self, sum: &Sum) {
        let unknown = &sum.unknown;
        if let Some(hit) = sum.listed.first() {
            match hit.place.zone.lookup_url(&hit.subject.entry) {
                Some(url) => self.scene.hint(format!(
                    "end what caused the listing, then have it lifted: {url}"
                )),
                None => self
                    .scene
                    .hint("end what caused the listing; the zone's text says how it is lifted"),
            }
        }
        let refused = |why: &Unknown| matches!(why, Unknown::Refused(_));
        let gone = |why: &Unknown| {
            matches!(
                why,
                Unknown::Dead | Unknown::ListsEverything | Unknown::Bogus(_)
            )
        };
        if !self.answered {
            self.scene.hint(if self.lookup.servers.is_empty() {
                "is /etc/resolv.conf right, and does the name server run? -n asks another one"
            } else {
                "does a name server run at the address of -n, and may this host ask it?"
            });
        } else if is_liar(sum.zones, unknown) {
            self.scene.hint(
                "ask a zone by hand: dig 2.0.0.127.zen.spamhaus.org must give 127.0.0.x; if not, this resolver does not say what the zones say",
            );
        } else if unknown.iter().any(|(_, why)| refused(why)) {
            self.scene.hint(
                "lists refuse resolvers that many share: ask through one of your own (an Unbound on this host, -n 127.0.0.1)",
            );
        } else if let Some((place, _)) = unknown.iter().find(|(_, why)| gone(why)) {
            self.scene.hint(format!(
                "leave {} out (--exclude); if it is a list of your own, give it the test entries of RFC 5782",
                place.shown
            ));
        }
    }
}

/// Zones die one by one: where several, and most, seem dead at once, it is the resolver.
pub(super) fn is_liar(zones: usize, unknown: &[(&Place, &Unknown)]) -> bool {
    let dead = unknown
        .iter()
        .filter(|(place, why)| place.known && **why == Unknown::Dead)
        .count();
    dead >= LIAR && dead * 2 > zones
}
