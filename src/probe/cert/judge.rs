//! From certificates to findings: path, names, end. Pure but for the scene that hears of it.

use super::findings as id;
use crate::cli::Expiry;
use crate::net::Host;
use crate::probe::{Scene, finding};
use crate::report::{Metric, Range, Status, Threshold, Unit};
use crate::tls::roots;
use crate::x509::names::{self, Mismatch};
use crate::x509::verify::{
    self, Note, NoteKind, PathError, PathErrorKind, PathReport, Purpose, Roots,
};
use crate::x509::{Certificate, date};

/// An end this near behind the beginning of a certificate may be a clock that is behind.
const SKEW: i64 = 3600;

/// What is trusted, and where more could be found.
pub struct Trust {
    pub roots: Roots,
    /// A directory of hashed links may lack what the bundle has.
    pub directory: Option<std::path::PathBuf>,
    /// SHA-256 of what the options named: no public authorities.
    pub private: Vec<[u8; 32]>,
}

impl Trust {
    /// Does the path lead to one of the system's roots, which the public relies on?
    pub fn is_public(&self, path: &PathReport) -> bool {
        path.anchor().is_some_and(|anchor| {
            let local = |directory: &std::path::PathBuf| roots::is_local(directory, anchor.x509());
            !self.private.contains(&anchor.sha256) && !self.directory.as_ref().is_some_and(local)
        })
    }

    /// The path to a root. Where the directory leads to none, the bundle is asked for what the
    /// directory lacks.
    pub fn path(&self, chain: &[Certificate], at: i64) -> Option<PathReport> {
        let (leaf, rest) = chain.split_first()?;
        let report = verify::verify(leaf, rest, &self.roots, Purpose::Server, at);
        if report.anchored {
            return Some(report);
        }
        let Some(directory) = &self.directory else {
            return Some(report);
        };
        let more = roots::lacking(directory);
        if more.is_empty() {
            return Some(report);
        }
        let roots = self.roots.clone().bundle(more);
        Some(verify::verify(leaf, rest, &roots, Purpose::Server, at))
    }
}

/// One thing that is wrong: the finding, and its words.
pub type Fault = (&'static str, String);

/// What is wrong with the way to a root, all of it.
pub fn path(name: &str, report: &PathReport, at: i64) -> Vec<Fault> {
    let mut faults = Vec::new();
    for error in &report.errors {
        faults.push(fault(name, error, report, at));
    }
    faults
}

fn fault(name: &str, error: &PathError, report: &PathReport, at: i64) -> Fault {
    let thing = element(error, name);
    let link = report.path.get(error.depth).map(|link| &link.certificate);
    match error.kind {
        PathErrorKind::Expired => {
            let since = link.map_or(0, |certificate| at - certificate.not_after);
            let ago = human(since);
            let words = &error.words;
            (finding::CERT_EXPIRED, format!("{thing} {words}, {ago} ago"))
        }
        PathErrorKind::NotYetValid => {
            let until = link.map_or(0, |certificate| certificate.not_before - at);
            let clock = if until < SKEW {
                " (or the clock here is behind)"
            } else {
                ""
            };
            let starts = link.map_or(at, |certificate| certificate.not_before);
            (
                finding::CERT_NOT_YET_VALID,
                format!(
                    "{thing} is not valid yet: it begins in {}, on {}{clock}",
                    human(until),
                    date(starts)
                ),
            )
        }
        PathErrorKind::SelfSigned => (finding::CERT_SELF_SIGNED, format!("{thing} is self-signed")),
        PathErrorKind::UntrustedRoot => (
            finding::CERT_UNTRUSTED,
            format!(
                "certificate of {name} leads to the root \"{}\", which is not trusted",
                error.subject
            ),
        ),
        PathErrorKind::MissingIssuer => missing(name, error, report),
        PathErrorKind::BadSignature => (
            finding::CERT_UNTRUSTED,
            format!("{thing} is not signed by its issuer's key: {}", error.words),
        ),
        PathErrorKind::Purpose if error.depth == 0 => (
            id::EKU_MISSING,
            format!("{thing} may not be used for a TLS server"),
        ),
        _ => (finding::CERT_INVALID, format!("{thing} {}", error.words)),
    }
}

/// The issuer is neither sent nor trusted. Where the certificate says where to get it, it is an
/// intermediate that the server should have sent.
fn missing(name: &str, error: &PathError, report: &PathReport) -> Fault {
    let Some(missing) = &report.missing else {
        return (
            finding::CERT_UNTRUSTED,
            format!("{} {}", element(error, name), error.words),
        );
    };
    match missing.urls.first() {
        Some(url) => (
            id::CHAIN_INCOMPLETE,
            format!(
                "{name} does not send the intermediate \"{}\" (it is at {url})",
                missing.issuer
            ),
        ),
        None => (
            finding::CERT_UNTRUSTED,
            format!(
                "certificate of {name}: its issuer \"{}\" is neither sent nor trusted",
                missing.issuer
            ),
        ),
    }
}

/// What messages call an element: the server's own certificate by its port, others by their subject.
fn element(error: &PathError, name: &str) -> String {
    match error.depth {
        0 => format!("certificate of {name}"),
        _ => format!("\"{}\" above the certificate of {name}", error.subject),
    }
}

/// What harms nobody and is odd.
pub fn notes(name: &str, notes: &[Note]) -> Vec<Fault> {
    let one = |note: &Note| {
        let id = match note.kind {
            NoteKind::Misordered => id::CHAIN_ORDER,
            _ => id::CHAIN_EXTRA,
        };
        let place = note.place + 1;
        let text = format!(
            "{name} sends \"{}\" as no. {place}: {}",
            note.subject, note.words
        );
        (id, text)
    };
    notes.iter().map(one).collect()
}

/// What is wrong with the names. `host` is the one it was reached by, `more` are asked for beside it.
pub fn names(
    name: &str,
    leaf: &Certificate,
    host: Option<&Host>,
    more: &[Host],
    wildcard: bool,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut nameless = false;
    let wanted = host
        .map(|host| (host, finding::CERT_NAME_MISMATCH))
        .into_iter()
        .chain(
            more.iter()
                .enumerate()
                .filter(|(place, wanted)| {
                    let before = more.get(..*place).unwrap_or_default();
                    host != Some(*wanted) && !before.contains(wanted)
                })
                .map(|(_, wanted)| (wanted, id::SAN_MISSING)),
        );
    for (host, id) in wanted {
        match names::check(leaf, host) {
            Ok(found) if found.wildcard && wildcard => faults.push((
                id::WILDCARD,
                format!("{name}: {} is covered by {}", host.name(), found.presented),
            )),
            Ok(_) => {}
            // Who asks for a name in so many words asks for one that clients look at.
            Err(mismatch @ Mismatch::CommonNameOnly(_)) if !more.contains(host) => {
                nameless = true;
                let words = mismatch.words();
                faults.push((
                    id::NO_ALTERNATIVE_NAME,
                    format!("certificate of {name} {words}"),
                ));
            }
            Err(mismatch) => {
                let words = mismatch.words();
                faults.push((
                    id,
                    format!("certificate of {name} {words}, not for {}", host.name()),
                ));
            }
        }
    }
    if host.is_none() && !nameless && !leaf.is_ca() && leaf.extensions.names.is_none() {
        let text =
            format!("certificate of {name} has no subjectAltName, clients ignore the common name");
        faults.push((id::NO_ALTERNATIVE_NAME, text));
    }
    faults
}

/// Tells the numbers of the end, and alarms when it is near. What is over already was told as an
/// error of the path.
pub fn end(
    name: &str,
    chain: &[Certificate],
    end: &verify::Expiry,
    expiry: &Expiry,
    at: i64,
    scene: &Scene,
) {
    let lifetime = end.certificate.lifetime();
    let left = end.at - at;
    let range =
        |remaining: Option<crate::cli::Remaining>| remaining.and_then(|one| one.of(lifetime));
    let threshold = Threshold {
        warning: range(expiry.warning),
        critical: range(expiry.critical),
    };
    scene.metric(
        Metric::new("expires", float(left), Unit::Seconds)
            .limits(None, None)
            .judged(threshold),
    );
    let share = (float(left) / float(lifetime.max(1)) * 100.0).clamp(0.0, 100.0);
    // Hundredths: more is noise in a message, and down, so that it is never above what is left.
    let share = (share * 100.0).floor() / 100.0;
    scene.metric(Metric::new("lifetime_left", share, Unit::Percent).limits(Some(0.0), Some(100.0)));
    if let Some(leaf) = chain.first() {
        let left = float(leaf.not_after - at);
        scene.metric(Metric::new("leaf_expires", left, Unit::Seconds).limits(None, None));
        if end.depth > 0 && leaf.not_after > end.at {
            scene.detail(format!(
                "its own end is {}, {} left, but \"{}\" ends before",
                date(leaf.not_after),
                human(leaf.not_after - at),
                end.certificate.name()
            ));
        }
    }
    if left > 0 && end.starts.is_none_or(|starts| starts <= at) {
        alarm(name, end, threshold, left, at, scene);
    }
}

fn alarm(
    name: &str,
    end: &verify::Expiry,
    threshold: Threshold,
    left: i64,
    at: i64,
    scene: &Scene,
) {
    let status = status(threshold, left);
    // A third of the lifetime before the end is when ACME clients renew.
    let due = end.at - end.certificate.lifetime() / 3;
    let overdue = if due < at && end.depth == 0 {
        format!(", renewal was due {} before", human(at - due))
    } else {
        String::new()
    };
    let in_time = format!("in {} ({})", human(left), date(end.at));
    let thing = match end.depth {
        0 => format!("{name} certificate expires {in_time}"),
        _ => format!(
            "{name} has no valid chain any more {in_time}: \"{}\" expires",
            end.certificate.name()
        ),
    };
    if status != Status::Ok {
        let fine = [threshold.critical, threshold.warning];
        let above = fine
            .iter()
            .flatten()
            .any(|range| range.upper().is_some_and(|upper| float(left) > upper));
        let text = if above {
            format!("{thing}, later than allowed")
        } else {
            format!("{thing}{overdue}")
        };
        scene.finding_as(id::EXPIRING, status, text);
    } else if !overdue.is_empty() {
        scene.finding(id::RENEWAL_OVERDUE, format!("{thing}{overdue}"));
    }
}

/// What so much time left is worth.
pub fn status(threshold: Threshold, left: i64) -> Status {
    let alerts = |range: Option<Range>| range.is_some_and(|range| range.alerts(float(left)));
    if alerts(threshold.critical) {
        Status::Critical
    } else if alerts(threshold.warning) {
        Status::Warning
    } else {
        Status::Ok
    }
}

/// A time for people.
pub fn human(seconds: i64) -> String {
    Unit::Seconds.human(float(seconds))
}

/// Seconds as a metric has them.
#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of a date fit a double exactly"
)]
pub fn float(seconds: i64) -> f64 {
    seconds as f64
}
