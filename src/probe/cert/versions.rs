//! Which versions of TLS a server offers: a handshake for each, on request only, because servers limit
//! how often they are called.

use super::findings as id;
use super::run::{CertCheck, is_old, words};
use crate::probe::{Scene, Target};
use crate::tls::inspect::{Inspection, Offer, Version};

/// Tries each version that is not known to be offered.
pub fn probe(check: &CertCheck, target: &Target, seen: &Inspection, scene: &Scene) {
    let mut offered = Vec::new();
    for version in Version::ALL {
        if seen.complete && seen.version == Some(version) {
            offered.push(version);
            continue;
        }
        let offer = Offer {
            min: Some(version),
            max: Some(version),
            ..check.offer.clone()
        };
        match check.reach(target, scene, &scene.journal.aside(), &offer) {
            Ok((mut reached, outcome)) => {
                let known = reached.connection().inspection().cloned();
                let known = known.unwrap_or_default();
                // A chain is shown only after a version was agreed on.
                if known.complete || !known.chain.is_empty() {
                    offered.push(version);
                    reached.leave();
                } else if let Err(error) = outcome {
                    scene.detail(format!(
                        "{} is not offered: {}",
                        version.name(),
                        words(&error)
                    ));
                }
            }
            Err(error) => {
                scene.detail(format!(
                    "{} was not tried: {}",
                    version.name(),
                    words(&error)
                ));
            }
        }
    }
    let names: Vec<&str> = offered.iter().map(|version| version.name()).collect();
    scene.detail(format!("it offers {}", names.join(", ")));
    let old: Vec<&str> = offered
        .iter()
        .filter(|&&version| is_old(version) && Some(version) != seen.version)
        .map(|version| version.name())
        .collect();
    if !old.is_empty() {
        let text = format!("{} offers {}, too", target.name, old.join(" and "));
        scene.finding(id::TLS_OFFERED_OLD, text);
    }
}
