//! Keys, signatures and lifetimes that are too weak for today. Facts with words; what they are worth is for others to say.
//!
//! Sizes: NIST SP 800-131A and 800-57 (112 bits of strength: RSA 2048, P-224), CA/Browser baseline requirements §6.1.5 (RSA 2048,
//! P-256). The signature of the anchor is not looked at: it is trusted for what it is, not for its signature.

use super::facts::Certificate;
use super::key::{Digest, Key, KeyKind};
use super::verify::PathReport;
use crate::time::calendar::{self, DAY};

/// What is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WeaknessKind {
    /// A key that can be broken today: RSA below 1024 bits, a curve below 224, an RSA exponent that hides nothing.
    KeyBroken,
    /// A key that is too small for the years to come: RSA below 2048, a curve below 256, DSA.
    KeyWeak,
    /// Signed over MD5 or older.
    SignatureBroken,
    /// Signed over SHA-1.
    SignatureWeak,
    /// Longer than the CA/Browser rule at its beginning allowed. Concerns public authorities only.
    Lifetime,
    /// Against the standard and refused by some clients: negative or overlong serial numbers, spelled out curves, version 1.
    Form,
}

/// One weakness of one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakness {
    /// What it is.
    pub kind: WeaknessKind,
    /// 0 is the server's certificate.
    pub depth: usize,
    /// Whom the element names.
    pub subject: String,
    /// In words, without the subject: `has an RSA key of 1024 bits`.
    pub words: String,
}

/// Everything weak about a path, the server's certificate first.
#[must_use]
pub fn weaknesses(report: &PathReport) -> Vec<Weakness> {
    let mut found = Vec::new();
    let anchor = report.anchored.then(|| report.path.len().saturating_sub(1));
    for (depth, link) in report.path.iter().enumerate() {
        let certificate = &link.certificate;
        let mut add = |kind, words: String| {
            found.push(Weakness {
                kind,
                depth,
                subject: certificate.name(),
                words,
            });
        };
        if let Some((kind, words)) = key(&certificate.key) {
            add(kind, words);
        }
        // An untrusted root's own signature says nothing either.
        let own_signature = anchor == Some(depth) || (depth > 0 && certificate.self_issued());
        if !own_signature && let Some((kind, words)) = signature(certificate) {
            add(kind, words);
        }
        if depth == 0 {
            if let Some((limit, days)) = too_long(certificate) {
                add(
                    WeaknessKind::Lifetime,
                    format!(
                        "lasts {days} d, longer than the {limit} d that public authorities may give"
                    ),
                );
            }
            for words in form(certificate) {
                add(WeaknessKind::Form, words.to_owned());
            }
        }
    }
    found
}

fn key(key: &Key) -> Option<(WeaknessKind, String)> {
    use WeaknessKind::{KeyBroken, KeyWeak};
    let bits = key.bits;
    match key.kind {
        KeyKind::Rsa | KeyKind::RsaPss => match (bits, key.exponent) {
            // With 1 the signed text is the signature; an even one has no inverse.
            (_, Some(exponent)) if exponent < 3 || exponent % 2 == 0 => Some((
                KeyBroken,
                format!("has an RSA key with the public exponent {exponent}"),
            )),
            (..1024, _) => Some((KeyBroken, format!("has an RSA key of {bits} bits"))),
            _ if key.roca => {
                let words = "has an RSA key of a broken generator (ROCA, CVE-2017-15361)";
                Some((KeyBroken, words.to_owned()))
            }
            (1024..2048, _) => Some((KeyWeak, format!("has an RSA key of {bits} bits"))),
            _ => None,
        },
        KeyKind::Ec => {
            let words = || {
                format!(
                    "has a key on the curve {}",
                    key.curve.as_deref().unwrap_or("?")
                )
            };
            match bits {
                // A curve that is not known is not judged.
                0 => None,
                1..224 => Some((KeyBroken, words())),
                224..256 => Some((KeyWeak, words())),
                _ => None,
            }
        }
        KeyKind::Dsa if bits < 1024 => Some((KeyBroken, format!("has a DSA key of {bits} bits"))),
        KeyKind::Dsa => Some((
            KeyWeak,
            format!("has a DSA key of {bits} bits, which TLS clients refuse"),
        )),
        KeyKind::Ed25519 | KeyKind::Ed448 | KeyKind::Other(_) => None,
    }
}

fn signature(certificate: &Certificate) -> Option<(WeaknessKind, String)> {
    let kind = match certificate.signature.digest? {
        Digest::Md2 | Digest::Md4 | Digest::Md5 => WeaknessKind::SignatureBroken,
        Digest::Sha1 => WeaknessKind::SignatureWeak,
        _ => return None,
    };
    Some((kind, format!("is signed by {}", certificate.signature.name)))
}

/// The rule's days and the certificate's.
fn too_long(certificate: &Certificate) -> Option<(i64, i64)> {
    let limit = longest_lifetime(certificate.not_before)?;
    let lifetime = certificate.lifetime();
    (lifetime > limit * DAY).then(|| (limit, (lifetime - 1).div_euclid(DAY) + 1))
}

/// Days that a public authority may give a certificate that begins then (CA/Browser ballots 193, SC31, SC-081v3); `None` before
/// the first of these rules.
#[must_use]
pub fn longest_lifetime(not_before: i64) -> Option<i64> {
    const RULES: [(i64, i64, i64, i64); 5] = [
        (2029, 3, 15, 47),
        (2027, 3, 15, 100),
        (2026, 3, 15, 200),
        (2020, 9, 1, 398),
        (2018, 3, 1, 825),
    ];
    let in_force = RULES
        .iter()
        .find(|(year, month, day, _)| not_before >= calendar::days(*year, *month, *day) * DAY);
    in_force.map(|(.., days)| *days)
}

fn form(certificate: &Certificate) -> impl Iterator<Item = &'static str> {
    let digits = certificate.serial.trim_start_matches('-').len();
    let explicit = certificate.key.curve.as_deref() == Some("explicit parameters");
    [
        certificate
            .serial
            .starts_with('-')
            .then_some("has a negative serial number"),
        (certificate.serial == "00").then_some("has the serial number 0"),
        // RFC 5280 §4.1.2.2: at most twenty octets.
        (digits > 40).then_some("has a serial number of more than 20 octets"),
        explicit.then_some("spells its curve out instead of naming it"),
        (certificate.version < 3).then_some("is of version 1, without extensions"),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_in_force_at_the_beginning() {
        let day = |y, m, d| calendar::days(y, m, d) * DAY;
        assert_eq!(longest_lifetime(day(2018, 2, 28)), None);
        assert_eq!(longest_lifetime(day(2018, 3, 1)), Some(825));
        assert_eq!(longest_lifetime(day(2020, 9, 1) - 1), Some(825));
        assert_eq!(longest_lifetime(day(2020, 9, 1)), Some(398));
        assert_eq!(longest_lifetime(day(2026, 3, 15)), Some(200));
        assert_eq!(longest_lifetime(day(2027, 3, 15)), Some(100));
        assert_eq!(longest_lifetime(day(2029, 3, 15)), Some(47));
        assert_eq!(longest_lifetime(i64::MIN), None);
    }

    #[test]
    fn keys_by_kind_and_size() {
        let rsa = |bits, exponent| Key {
            kind: KeyKind::Rsa,
            bits,
            curve: None,
            exponent: Some(exponent),
            roca: false,
        };
        let ec = |bits| Key {
            kind: KeyKind::Ec,
            bits,
            curve: Some("one".to_owned()),
            exponent: None,
            roca: false,
        };
        let kind = |of: Key| key(&of).map(|(kind, _)| kind);
        assert_eq!(kind(rsa(512, 65537)), Some(WeaknessKind::KeyBroken));
        assert_eq!(kind(rsa(1024, 65537)), Some(WeaknessKind::KeyWeak));
        assert_eq!(kind(rsa(2047, 65537)), Some(WeaknessKind::KeyWeak));
        assert_eq!(kind(rsa(2048, 3)), None);
        assert_eq!(kind(rsa(4096, 1)), Some(WeaknessKind::KeyBroken));
        assert_eq!(kind(rsa(4096, 65536)), Some(WeaknessKind::KeyBroken));
        assert_eq!(kind(rsa(4096, u64::MAX)), None);
        let marked = Key {
            roca: true,
            ..rsa(2048, 65537)
        };
        assert_eq!(kind(marked), Some(WeaknessKind::KeyBroken));
        assert_eq!(kind(ec(192)), Some(WeaknessKind::KeyBroken));
        assert_eq!(kind(ec(224)), Some(WeaknessKind::KeyWeak));
        assert_eq!(kind(ec(256)), None);
        assert_eq!(kind(ec(0)), None);
    }
}
