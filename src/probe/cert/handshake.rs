//! What the handshake shows apart from the certificate: version, cipher, key exchange.

use super::findings as id;
use super::judge::float;
use super::run::is_old;
use crate::probe::Scene;
use crate::report::{Metric, Unit};
use crate::tls::inspect::Inspection;

/// Bits of a finite-field key exchange that are enough (RFC 9325 §4.1).
const DH_BITS: u32 = 2048;
/// Bits of a cipher's key that are enough.
const CIPHER_BITS: i32 = 128;

/// Judges it.
pub fn judge(name: &str, seen: &Inspection, scene: &Scene) {
    if let Some(version) = seen.version {
        if is_old(version) {
            let text = format!("{name} agrees on {} at most", version.name());
            scene.finding(id::TLS_OLD, text);
        }
        scene.detail(words(seen));
    }
    let weak = weaknesses(seen);
    if !weak.is_empty() {
        let text = format!("{name} uses {}", weak.join(" and "));
        scene.finding(id::CIPHER_WEAK, text);
    }
    if let Some(bits) = seen.bits {
        scene.metric(Metric::new("cipher_bits", float(bits.into()), Unit::Count));
    }
}

/// `TLSv1.3 X25519 TLS_AES_256_GCM_SHA384`.
pub fn words(seen: &Inspection) -> String {
    let parts = [
        seen.version.map(|version| version.name().to_owned()),
        seen.group.clone(),
        seen.cipher.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn weaknesses(seen: &Inspection) -> Vec<String> {
    let mut weak = Vec::new();
    let cipher = seen.cipher.as_deref().unwrap_or_default();
    // RFC 7465, RFC 9325 §4.1, SWEET32.
    let broken = ["RC4", "3DES", "_DES", "RC2", "NULL", "EXPORT", "IDEA"];
    if broken.iter().any(|word| cipher.contains(word))
        || seen.bits.is_some_and(|bits| bits < CIPHER_BITS)
    {
        weak.push(format!("the cipher {cipher}"));
    }
    if cipher.starts_with("TLS_RSA_WITH") {
        // RFC 9325 §4.1: whoever gets the key one day reads all that was ever recorded.
        weak.push(format!("{cipher}, a key exchange without forward secrecy"));
    }
    let dh = seen
        .group
        .as_deref()
        .and_then(|group| group.strip_prefix("DH "));
    if let Some(bits) = dh.and_then(|bits| bits.parse::<u32>().ok())
        && bits < DH_BITS
    {
        weak.push(format!("a Diffie-Hellman group of {bits} bits"));
    }
    weak
}
