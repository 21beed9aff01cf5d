//! What weak keys, signatures and lifetimes are worth: more where the public relies on them.

use super::findings as id;
use super::judge::Fault;
use crate::report::Status;
use crate::x509::strength::{self, Weakness, WeaknessKind};
use crate::x509::verify::PathReport;
use crate::x509::{Certificate, DAY};

/// A weakness: the finding, its status where that depends, and its words.
pub type Graded = (&'static str, Option<Status>, String);

/// Grades all weaknesses of a path. `public` says that its root is one of the system's; rules for
/// public authorities bind no private one, which may have its reasons for SHA-1, too.
pub fn grade(name: &str, path: &PathReport, public: bool) -> Vec<Graded> {
    strength::weaknesses(path)
        .iter()
        .filter_map(|weakness| one(name, weakness, public))
        .collect()
}

fn one(name: &str, weakness: &Weakness, public: bool) -> Option<Graded> {
    let thing = match weakness.depth {
        0 => format!("certificate of {name}"),
        _ => format!("\"{}\" above the certificate of {name}", weakness.subject),
    };
    let text = format!("{thing} {}", weakness.words);
    Some(match weakness.kind {
        WeaknessKind::KeyBroken => (id::KEY_WEAK, None, text),
        WeaknessKind::KeyWeak => (id::KEY_SMALL, None, text),
        WeaknessKind::SignatureBroken => (id::SIGNATURE_WEAK, None, text),
        WeaknessKind::SignatureWeak => {
            let status = if public {
                Status::Critical
            } else {
                Status::Warning
            };
            (id::SIGNATURE_WEAK, Some(status), text)
        }
        WeaknessKind::Lifetime if !public => return None,
        WeaknessKind::Lifetime => (id::LIFETIME, None, text),
        _ => (id::ODD, None, text),
    })
}

/// Is the lifetime longer than somebody allows?
pub fn too_long(name: &str, leaf: &Certificate, most: i64) -> Option<Fault> {
    let lifetime = leaf.lifetime();
    (lifetime > most.saturating_add(1)).then(|| {
        let days = |seconds: i64| seconds / DAY;
        let text = format!(
            "certificate of {name} lasts {} d, longer than the {} d that are allowed",
            days(lifetime),
            days(most)
        );
        (id::LIFETIME, text)
    })
}
