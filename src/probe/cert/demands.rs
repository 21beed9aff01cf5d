//! What is asked of a certificate, and whether it is so. Servers and files are judged alike.

use regex::Regex;

use super::dane::Excuse;
use super::elements::Elements;
use super::findings as id;
use super::judge::{self, Fault, Trust, float};
use super::pins::Pins;
use super::subject::Subject;
use super::{staple, strength};
use crate::cli::Expiry;
use crate::net::Host;
use crate::probe::{Scene, finding};
use crate::report::{Metric, Unit};
use crate::time::Clock;
use crate::tls::inspect::Inspection;
use crate::x509::verify::PathReport;
use crate::x509::{Certificate, ExtendedUsage, date};

/// What is asked.
pub struct Demands {
    pub trust: Trust,
    /// Judge for this moment; now when not given.
    pub at: Option<i64>,
    pub expiry: Expiry,
    /// Names beside the host's.
    pub san: Vec<Host>,
    /// An authority must match.
    pub issuer: Option<Regex>,
    /// Uses that must be allowed.
    pub eku: Vec<ExtendedUsage>,
    pub require_staple: bool,
    pub pins: Pins,
    /// Seconds that the certificate may live.
    pub most: Option<i64>,
    /// What the old check_ssl_cert asks.
    pub subject: Subject,
    pub elements: Elements,
    /// What is to be said to whoever looks closer.
    pub notes: Vec<String>,
}

/// Where a chain comes from.
#[derive(Default)]
pub struct Source<'a> {
    /// The handshake, if it was one.
    pub seen: Option<&'a Inspection>,
    /// Why path and name, and perhaps the end, do not matter.
    pub excuse: Option<&'a Excuse>,
}

impl Demands {
    /// Judges what a server has shown. `excuse` may know that path, name and end do not matter, and
    /// why: DANE-EE (RFC 7672 §3.1.1).
    pub fn judge(
        &self,
        name: &str,
        seen: &Inspection,
        host: Option<&Host>,
        excuse: &dyn Fn(&[Certificate]) -> Option<Excuse>,
        scene: &Scene,
    ) {
        let Some(chain) = read(name, &seen.chain, scene) else {
            return;
        };
        if seen.beyond > 0 {
            let text = format!(
                "{name} sends {} certificates more than are looked at",
                seen.beyond
            );
            scene.finding(id::CHAIN_EXTRA, text);
        }
        let excuse = excuse(&chain);
        let source = Source {
            seen: Some(seen),
            excuse: excuse.as_ref(),
        };
        self.chain(name, &chain, host, &source, scene);
    }

    /// Judges a chain, from wherever it comes.
    pub fn chain(
        &self,
        name: &str,
        chain: &[Certificate],
        host: Option<&Host>,
        source: &Source<'_>,
        scene: &Scene,
    ) {
        let at = self.at.unwrap_or_else(Clock::unix_time);
        let (Some(path), Some(leaf)) = (self.trust.path(chain, at), chain.first()) else {
            return;
        };
        let mut trust = judge::path(name, &path, at);
        let verified = trust.is_empty();
        prove(name, &path, chain, source, verified, at, scene);
        match self.pins.check(name, leaf) {
            Err((id, text)) => scene.finding(id, text),
            // Whoever knows the very certificate or key needs nobody to vouch for it.
            Ok(Some(pin)) => {
                trust.retain(|(id, _)| *id != finding::CERT_SELF_SIGNED);
                scene.proven(pin);
            }
            Ok(None) => {}
        }
        let names = judge::names(name, leaf, host, &self.san, true);
        for (id, text) in trust.into_iter().chain(names) {
            match source.excuse {
                // Names that were asked for beside the host's count in any case.
                Some(excuse) if id != self::id::SAN_MISSING => {
                    scene.detail(format!("{text}; {}", excuse.why));
                }
                _ => scene.finding(id, text),
            }
        }
        let endless = source.excuse.is_some_and(|excuse| excuse.endless);
        let expiry = if endless {
            Expiry::default()
        } else {
            self.expiry
        };
        if let Some(end) = self.elements.end(&path) {
            judge::end(name, chain, &end, &expiry, at, scene);
        }
        for (id, text) in judge::notes(name, &path.notes) {
            scene.finding(id, text);
        }
        for (id, status, text) in strength::grade(name, &path, self.trust.is_public(&path)) {
            match status {
                Some(status) => scene.finding_as(id, status, text),
                None => scene.finding(id, text),
            }
        }
        if let Some((id, text)) = self
            .most
            .and_then(|most| strength::too_long(name, leaf, most))
        {
            scene.finding(id, text);
        }
        if let Some(seen) = source.seen {
            let response = seen.staple.as_deref();
            staple::judge(name, response, chain, &path, self.require_staple, at, scene);
        }
        let identity = self.identity(name, leaf, &path);
        for (id, text) in identity
            .into_iter()
            .chain(self.subject.check(name, chain, at))
        {
            scene.finding(id, text);
        }
        for note in &self.notes {
            scene.detail(note);
        }
        describe(chain, &path, scene);
    }

    /// Issuer and uses.
    fn identity(&self, name: &str, leaf: &Certificate, path: &PathReport) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(pattern) = &self.issuer {
            let fits = path
                .path
                .iter()
                .any(|link| issuer_fits(pattern, &link.certificate));
            if !fits {
                let issuer = leaf.issuer.brief();
                let text = format!("certificate of {name} is by \"{issuer}\", not by /{pattern}/");
                faults.push((id::ISSUER_MISMATCH, text));
            }
        }
        for usage in &self.eku {
            if !leaf.extensions.allows(usage) {
                let text = format!("certificate of {name} does not allow {}", usage.text());
                faults.push((id::EKU_MISSING, text));
            }
        }
        faults
    }
}

/// The old check_ssl_cert compares whole attributes, so that a pattern may be meant for the name as a
/// whole as well as for one of them.
fn issuer_fits(pattern: &Regex, certificate: &Certificate) -> bool {
    pattern.is_match(&certificate.issuer.to_string())
        || certificate
            .issuer
            .attributes
            .iter()
            .any(|(_, value)| pattern.is_match(value))
}

/// The certificates of a chain. One that cannot be read is told and left out; without the first there
/// is nothing to judge.
fn read(name: &str, chain: &[Vec<u8>], scene: &Scene) -> Option<Vec<Certificate>> {
    let mut read = Vec::with_capacity(chain.len());
    for (place, der) in chain.iter().enumerate() {
        match Certificate::from_der(der) {
            Ok(certificate) => read.push(certificate),
            Err(error) if place == 0 => {
                let text = format!("certificate of {name}: {error}");
                scene.finding(finding::CERT_UNREADABLE, text);
                return None;
            }
            Err(error) => {
                let text = format!("{name} sends as no. {}: {error}", place + 1);
                scene.finding(id::CHAIN_EXTRA, text);
            }
        }
    }
    Some(read)
}

/// The words of an OK line.
fn prove(
    name: &str,
    path: &PathReport,
    chain: &[Certificate],
    source: &Source<'_>,
    verified: bool,
    at: i64,
    scene: &Scene,
) {
    let end = path.expiry.at;
    let until = date(end);
    // A minute more or less does not matter to whoever reads a date months ahead.
    let until = until.split(' ').next().unwrap_or(&until);
    scene.proven(format!(
        "{name} valid until {until}, {} left",
        Unit::Days.human(((float(end - at)) / 86_400.0).floor())
    ));
    if let Some(seen) = source.seen {
        let words = super::handshake::words(seen);
        if !words.is_empty() {
            scene.proven(words);
        }
    }
    let verified = if verified { "verified" } else { "not verified" };
    match source.excuse {
        // Who vouches for it instead says so.
        Some(_) => {}
        None => scene.proven(format!("chain of {} {verified}", path.path.len())),
    }
    scene.metric(Metric::new(
        "chain_length",
        float(i64::try_from(chain.len()).unwrap_or(0)),
        Unit::Count,
    ));
    if let Some(leaf) = chain.first() {
        scene.metric(Metric::new(
            "key_bits",
            f64::from(leaf.key.bits),
            Unit::Count,
        ));
    }
}

/// The certificates, for people.
fn describe(chain: &[Certificate], path: &PathReport, scene: &Scene) {
    let Some(leaf) = chain.first() else { return };
    let names = leaf.extensions.names.as_ref();
    let hosts = names
        .map(crate::x509::AlternativeNames::hosts)
        .unwrap_or_default();
    scene.detail(format!(
        "certificate of \"{}\" by \"{}\", {}, {}, {} to {}, serial {}",
        leaf.subject.brief(),
        leaf.issuer.brief(),
        leaf.key,
        leaf.signature.name,
        date(leaf.not_before),
        date(leaf.not_after),
        leaf.serial
    ));
    if !hosts.is_empty() {
        let some: Vec<&str> = hosts.iter().take(10).map(String::as_str).collect();
        let more = hosts.len().saturating_sub(some.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        scene.detail(format!("it is for {}{more}", some.join(", ")));
    }
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    scene.detail(format!("certificate sha256:{}", hex(&leaf.sha256)));
    scene.detail(format!("public key sha256:{}", hex(&leaf.spki_sha256)));
    for (depth, link) in path.path.iter().enumerate().skip(1) {
        let from = match link.sent {
            Some(place) => format!("sent as no. {}", place + 1),
            None => "known here".to_owned(),
        };
        scene.detail(format!(
            "{depth}: \"{}\", {}, until {}, {from}",
            link.certificate.subject.brief(),
            link.certificate.key,
            date(link.certificate.not_after)
        ));
    }
}
