//! What the addresses of one host serve, side by side: a node behind the name that still has last month's certificate.
//!
//! Hosts and ports of different names may have certificates of their own; the addresses of one name and port are one service
//! to its clients.

use std::sync::{Mutex, PoisonError};

use super::findings as id;
use crate::probe::{Scene, Target};
use crate::session::Dial;
use crate::tls::inspect::Inspection;
use crate::x509::{Certificate, date};

/// Addresses that a message names.
const NAMED: usize = 4;

/// What each target has served.
#[derive(Default)]
pub struct Together(Mutex<Vec<Served>>);

struct Served {
    /// `mail.example.org:993`.
    service: String,
    address: String,
    leaf: Certificate,
    scene: Scene,
}

impl Together {
    /// Keeps what a target serves.
    pub fn add(&self, target: &Target, seen: &Inspection, scene: &Scene) {
        let Dial::Tcp {
            host,
            port,
            addresses,
            ..
        } = &target.dial
        else {
            return;
        };
        let leaf = seen.chain.first();
        let Some(leaf) = leaf.and_then(|der| Certificate::from_der(der).ok()) else {
            return;
        };
        // Whatever address answered first of several says nothing of the others.
        let [address] = addresses.as_slice() else {
            return;
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Served {
                service: host.with_port(*port),
                address: address.to_string(),
                leaf,
                scene: scene.clone(),
            });
    }

    /// Tells the targets that serve another certificate than the newest of their host and port.
    pub fn compare(&self) {
        let mut left = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        while let Some(first) = left.first() {
            let service = first.service.clone();
            let (group, others) = left
                .into_iter()
                .partition::<Vec<_>, _>(|one| one.service == service);
            left = others;
            tell(&service, group);
        }
    }
}

fn tell(service: &str, mut group: Vec<Served>) {
    // Of those of the same age the one that most of them serve.
    let share = |one: &Served| {
        group
            .iter()
            .filter(|other| other.leaf.sha256 == one.leaf.sha256)
            .count()
    };
    let newest = group
        .iter()
        .max_by_key(|one| (one.leaf.not_before, share(one), one.leaf.sha256));
    let Some(newest) = newest.map(|one| one.leaf.clone()) else {
        return;
    };
    group.sort_by(|one, other| one.address.cmp(&other.address));
    let odd: Vec<&Served> = group
        .iter()
        .filter(|one| one.leaf.sha256 != newest.sha256)
        .collect();
    let Some(first) = odd.first() else { return };
    let what = match odd
        .iter()
        .all(|one| one.leaf.not_before < newest.not_before)
    {
        true => "an older certificate",
        false => "another certificate",
    };
    let verb = if odd.len() == 1 { "serves" } else { "serve" };
    let named: Vec<&str> = odd
        .iter()
        .take(NAMED)
        .map(|one| one.address.as_str())
        .collect();
    let more = match odd.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    // The service in other words than the target's own: that stands for one address where there are several.
    let (host, port) = service.rsplit_once(':').unwrap_or((service, ""));
    let text = format!(
        "{} of {} addresses of {host} {verb} {what} at port {port}: {}{more} (until {}, the newest until {})",
        odd.len(),
        group.len(),
        named.join(", "),
        day(first.leaf.not_after),
        day(newest.not_after)
    );
    first.scene.finding(id::DIFFERS, text.clone());
    // Said once for all of them.
    for one in odd.iter().skip(1) {
        one.scene.told(id::DIFFERS, text.clone());
    }
}

fn day(moment: i64) -> String {
    let date = date(moment);
    date.split(' ').next().unwrap_or(&date).to_owned()
}
