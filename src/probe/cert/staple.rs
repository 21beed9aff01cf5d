//! The stapled OCSP response: must there be one, and is it of use?
//!
//! None is asked for over the network: authorities stop answering (Let's Encrypt did in 2025), and what
//! a third party does not answer is no fault of the server's.

use super::findings as id;
use super::judge::float;
use crate::probe::{Scene, finding};
use crate::report::{Metric, Status, Unit};
use crate::x509::staple::{self, Verdict};
use crate::x509::verify::PathReport;
use crate::x509::{Certificate, date};

/// Judges it.
pub fn judge(
    name: &str,
    response: Option<&[u8]>,
    chain: &[Certificate],
    path: &PathReport,
    required: bool,
    at: i64,
    scene: &Scene,
) {
    let Some(leaf) = chain.first() else { return };
    let must = leaf.extensions.must_staple;
    let Some(response) = response.filter(|response| !response.is_empty()) else {
        if must {
            let text =
                format!("{name} staples no OCSP response, which its certificate says it must");
            scene.finding(id::STAPLE_MISSING, text);
        } else if required {
            scene.finding(
                id::STAPLE_MISSING,
                format!("{name} staples no OCSP response"),
            );
        }
        return;
    };
    let issuer = path.path.get(1).map(|link| &link.certificate);
    let staple = staple::check(response, leaf, issuer, at);
    if let Some(next) = staple.next_update {
        scene.metric(
            Metric::new("ocsp_next_update", float(next - at), Unit::Seconds).limits(None, None),
        );
    }
    let text = format!("OCSP response stapled by {name} {}", staple.words());
    match staple.verdict {
        Verdict::Good => {
            scene.detail(text);
            if let Some(next) = staple.next_update {
                scene.proven(format!("OCSP good until {}", date(next)));
            }
        }
        Verdict::Revoked { .. } => scene.finding(finding::CERT_REVOKED, text),
        // The chain has been complained of already.
        Verdict::NoIssuer if !must && !required => scene.detail(text),
        // Clients that insist on a response refuse the session.
        _ if must || required => scene.finding_as(id::STAPLE_INVALID, Status::Critical, text),
        _ => scene.finding(id::STAPLE_INVALID, text),
    }
}
