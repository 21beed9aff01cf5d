//! What is odd about a chain and harms no client: order, duplicates, what nobody needs.
//!
//! TLS 1.2 wants each certificate to sign the one before it (RFC 5246 §7.4.2), TLS 1.3 lets clients cope (RFC 8446 §4.4.2).

use super::Link;
use crate::x509::facts::Certificate;
use crate::x509::moment::date;

/// What is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoteKind {
    /// An element does not sign the one before it.
    Misordered,
    /// The same certificate stands before it.
    Duplicate,
    /// It signs nothing that was sent.
    Extra,
    /// It signs something, but the path goes another way (a cross-signed certificate).
    Unneeded,
    /// Unneeded, and over.
    UnneededExpired,
    /// A root: clients have it or do not trust it.
    RootSent,
    /// Beyond the certificates that are looked at.
    Ignored,
}

/// One oddity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is.
    pub kind: NoteKind,
    /// The place among what was sent; the server's certificate is 0.
    pub place: usize,
    /// Whom the element names.
    pub subject: String,
    /// The oddity in words, without the subject.
    pub words: String,
}

pub(super) fn notes(leaf: &Certificate, rest: &[Certificate], path: &[Link], at: i64) -> Vec<Note> {
    let sent: Vec<&Certificate> = std::iter::once(leaf)
        .chain(rest)
        .take(super::LONGEST + 1)
        .collect();
    let mut notes = Vec::new();
    for (place, certificate) in sent.iter().enumerate().skip(1) {
        let on_path = path.iter().any(|link| link.sent == Some(place));
        let duplicate = sent.iter().take(place).any(|before| before == certificate);
        let kind = if duplicate {
            NoteKind::Duplicate
        } else if certificate.self_signed() {
            NoteKind::RootSent
        } else if on_path {
            continue;
        } else if !signs(certificate, &sent, path) {
            NoteKind::Extra
        } else if certificate.valid_at(at) {
            NoteKind::Unneeded
        } else {
            NoteKind::UnneededExpired
        };
        notes.push(note(kind, place, certificate));
    }
    let mut places = path.iter().filter_map(|link| link.sent);
    let mut before = 0;
    if let Some(place) = places.find(|place| *place < std::mem::replace(&mut before, *place))
        && let Some(certificate) = sent.get(place)
    {
        notes.push(note(NoteKind::Misordered, place, certificate));
    }
    if let Some(first) = rest.get(super::LONGEST) {
        notes.push(note(NoteKind::Ignored, super::LONGEST + 1, first));
    }
    notes
}

/// By names and key identifiers; a signature for each pair of a hundred certificates would be too dear.
fn signs(certificate: &Certificate, sent: &[&Certificate], path: &[Link]) -> bool {
    let mut others = sent
        .iter()
        .copied()
        .chain(path.iter().map(|link| &link.certificate));
    others.any(|other| other != certificate && other.names_as_issuer(certificate))
}

fn note(kind: NoteKind, place: usize, certificate: &Certificate) -> Note {
    let words = match kind {
        NoteKind::Misordered => "is sent before the certificate that it signs".to_owned(),
        NoteKind::Duplicate => "is sent twice".to_owned(),
        NoteKind::Extra => "is sent but signs nothing here".to_owned(),
        NoteKind::Unneeded => "is sent but not needed".to_owned(),
        NoteKind::UnneededExpired => {
            format!(
                "expired on {} and is still sent; not needed",
                date(certificate.not_after)
            )
        }
        NoteKind::RootSent => "is a root and need not be sent".to_owned(),
        NoteKind::Ignored => "and what follows it is more than is looked at".to_owned(),
    };
    Note {
        kind,
        place,
        subject: certificate.name(),
        words,
    }
}
