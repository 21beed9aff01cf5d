//! Public keys and signature algorithms (RFC 3279, 4055, 5480, 8410), read from DER: also those that OpenSSL cannot use.

use std::fmt;

use super::der::{Element, Reader, bit_string, bits, integer, oid, tag};

/// What kind of key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA, for any padding.
    Rsa,
    /// RSA for PSS signatures only.
    RsaPss,
    /// Elliptic curve, a named one or one whose parameters are spelled out.
    Ec,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    Dsa,
    /// Another algorithm, by its OID.
    Other(String),
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its algorithm.
    pub kind: KeyKind,
    /// Its size; 0 when unknown.
    pub bits: u32,
    /// The name of the curve; "explicit parameters" or an OID when it has none.
    pub curve: Option<String>,
    /// The public exponent of RSA; `u64::MAX` for anything larger.
    pub exponent: Option<u64>,
    /// An RSA modulus that bears the mark of Infineon's broken generator (ROCA, CVE-2017-15361).
    pub roca: bool,
}

impl Key {
    /// Reads a `SubjectPublicKeyInfo`.
    pub(super) fn read(info: Element<'_>) -> Option<Self> {
        let mut info = info.inside();
        let mut algorithm = info.tagged(tag::SEQUENCE)?.inside();
        let name = oid(algorithm.tagged(tag::OID)?.value)?;
        let parameters = algorithm.next();
        let key = info.tagged(tag::BIT_STRING)?.value;
        let mut read = Self {
            kind: match name.as_str() {
                "1.2.840.113549.1.1.1" => KeyKind::Rsa,
                "1.2.840.113549.1.1.10" => KeyKind::RsaPss,
                "1.2.840.10045.2.1" => KeyKind::Ec,
                "1.2.840.10040.4.1" => KeyKind::Dsa,
                "1.3.101.112" => KeyKind::Ed25519,
                "1.3.101.113" => KeyKind::Ed448,
                _ => KeyKind::Other(name),
            },
            bits: 0,
            curve: None,
            exponent: None,
            roca: false,
        };
        match read.kind {
            KeyKind::Rsa | KeyKind::RsaPss => {
                let numbers =
                    bit_string(key).and_then(|key| Reader::new(key).tagged(tag::SEQUENCE));
                let mut numbers = numbers?.inside();
                let modulus = numbers.tagged(tag::INTEGER)?.value;
                read.bits = bits(modulus);
                read.roca = is_roca(modulus);
                let (negative, exponent) = integer(numbers.tagged(tag::INTEGER)?.value);
                read.exponent = Some(if negative {
                    0
                } else if exponent.len() > 8 {
                    u64::MAX
                } else {
                    exponent
                        .iter()
                        .fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
                });
            }
            KeyKind::Ec => (read.curve, read.bits) = curve(parameters),
            KeyKind::Dsa => {
                let prime = parameters.and_then(|all| all.inside().tagged(tag::INTEGER));
                read.bits = prime.map_or(0, |prime| bits(prime.value));
            }
            KeyKind::Ed25519 => read.bits = 256,
            KeyKind::Ed448 => read.bits = 456,
            KeyKind::Other(_) => {}
        }
        Some(read)
    }
}

/// `RSA 2048`, `EC P-256`, `Ed25519`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, &self.curve) {
            (KeyKind::Rsa, _) => write!(f, "RSA {}", self.bits),
            (KeyKind::RsaPss, _) => write!(f, "RSA-PSS {}", self.bits),
            (KeyKind::Ec, Some(curve)) => write!(f, "EC {curve}"),
            (KeyKind::Ec, None) => f.write_str("EC"),
            (KeyKind::Dsa, _) => write!(f, "DSA {}", self.bits),
            (KeyKind::Ed25519, _) => f.write_str("Ed25519"),
            (KeyKind::Ed448, _) => f.write_str("Ed448"),
            (KeyKind::Other(oid), _) => write!(f, "key of algorithm {oid}"),
        }
    }
}

/// Primes of that generator are powers of 65537 modulo many small primes, and so are their products. By chance one modulus in
/// a hundred million is.
fn is_roca(modulus: &[u8]) -> bool {
    const PRIMES: [u32; 17] = [
        11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
    ];
    let is_power = |prime: u32| {
        let rest = modulus
            .iter()
            .fold(0, |sum, byte| (sum * 256 + u32::from(*byte)) % prime);
        let mut power = 1;
        (0..prime).any(|_| {
            power = power * (65537 % prime) % prime;
            power == rest
        })
    };
    PRIMES.into_iter().all(is_power)
}

fn curve(parameters: Option<Element<'_>>) -> (Option<String>, u32) {
    match parameters {
        Some(named) if named.tag == tag::OID => {
            let Some(name) = oid(named.value) else {
                return (None, 0);
            };
            match known_curve(&name) {
                Some((known, bits)) => (Some(known.to_owned()), bits),
                None => (Some(name), 0),
            }
        }
        // version, FieldID {OID, prime}, ...
        Some(explicit) if explicit.tag == tag::SEQUENCE => {
            let prime = explicit
                .inside()
                .nth(1)
                .and_then(|field| field.inside().nth(1))
                .map_or(0, |prime| bits(prime.value));
            (Some("explicit parameters".to_owned()), prime)
        }
        _ => (None, 0),
    }
}

fn known_curve(oid: &str) -> Option<(&'static str, u32)> {
    Some(match oid {
        "1.2.840.10045.3.1.1" => ("P-192", 192),
        "1.3.132.0.33" => ("P-224", 224),
        "1.2.840.10045.3.1.7" => ("P-256", 256),
        "1.3.132.0.34" => ("P-384", 384),
        "1.3.132.0.35" => ("P-521", 521),
        "1.3.132.0.6" => ("secp112r1", 112),
        "1.3.132.0.28" => ("secp128r1", 128),
        "1.3.132.0.8" => ("secp160r1", 160),
        "1.3.132.0.9" => ("secp160k1", 160),
        "1.3.132.0.31" => ("secp192k1", 192),
        "1.3.132.0.32" => ("secp224k1", 224),
        "1.3.132.0.10" => ("secp256k1", 256),
        "1.3.132.0.1" => ("sect163k1", 163),
        "1.3.132.0.15" => ("sect163r2", 163),
        "1.3.132.0.26" => ("sect233k1", 233),
        "1.3.132.0.27" => ("sect233r1", 233),
        "1.3.132.0.16" => ("sect283k1", 283),
        "1.3.132.0.17" => ("sect283r1", 283),
        "1.3.36.3.3.2.8.1.1.1" => ("brainpoolP160r1", 160),
        "1.3.36.3.3.2.8.1.1.3" => ("brainpoolP192r1", 192),
        "1.3.36.3.3.2.8.1.1.5" => ("brainpoolP224r1", 224),
        "1.3.36.3.3.2.8.1.1.7" => ("brainpoolP256r1", 256),
        "1.3.36.3.3.2.8.1.1.9" => ("brainpoolP320r1", 320),
        "1.3.36.3.3.2.8.1.1.11" => ("brainpoolP384r1", 384),
        "1.3.36.3.3.2.8.1.1.13" => ("brainpoolP512r1", 512),
        "1.2.156.10197.1.301" => ("SM2", 256),
        _ => return None,
    })
}

/// The digest below a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Digest {
    /// MD2.
    Md2,
    /// MD4.
    Md4,
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Md2 => "MD2",
            Self::Md4 => "MD4",
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}

/// How a certificate is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureAlgorithm {
    /// `RSA with SHA-256`, or the OID.
    pub name: String,
    /// Dotted.
    pub oid: String,
    /// `None` for algorithms that have none of their own (Ed25519) or are not known.
    pub digest: Option<Digest>,
}

impl SignatureAlgorithm {
    pub(super) fn read(algorithm: Element<'_>) -> Option<Self> {
        use Digest::{Md2, Md4, Md5, Sha1, Sha224, Sha256, Sha384, Sha512};
        let mut fields = algorithm.inside();
        let oid = oid(fields.tagged(tag::OID)?.value)?;
        let (family, digest) = match oid.as_str() {
            "1.2.840.113549.1.1.2" => ("RSA", Some(Md2)),
            "1.2.840.113549.1.1.3" => ("RSA", Some(Md4)),
            "1.2.840.113549.1.1.4" | "1.3.14.3.2.3" => ("RSA", Some(Md5)),
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => ("RSA", Some(Sha1)),
            "1.2.840.113549.1.1.14" => ("RSA", Some(Sha224)),
            "1.2.840.113549.1.1.11" => ("RSA", Some(Sha256)),
            "1.2.840.113549.1.1.12" => ("RSA", Some(Sha384)),
            "1.2.840.113549.1.1.13" => ("RSA", Some(Sha512)),
            "1.2.840.113549.1.1.10" => ("RSA-PSS", Some(pss_digest(fields.next()))),
            "1.2.840.10045.4.1" => ("ECDSA", Some(Sha1)),
            "1.2.840.10045.4.3.1" => ("ECDSA", Some(Sha224)),
            "1.2.840.10045.4.3.2" => ("ECDSA", Some(Sha256)),
            "1.2.840.10045.4.3.3" => ("ECDSA", Some(Sha384)),
            "1.2.840.10045.4.3.4" => ("ECDSA", Some(Sha512)),
            "1.2.840.10040.4.3" | "1.3.14.3.2.27" => ("DSA", Some(Sha1)),
            "2.16.840.1.101.3.4.3.1" => ("DSA", Some(Sha224)),
            "2.16.840.1.101.3.4.3.2" => ("DSA", Some(Sha256)),
            "1.3.101.112" => ("Ed25519", None),
            "1.3.101.113" => ("Ed448", None),
            _ => ("", None),
        };
        let name = match (family, digest) {
            ("", _) => oid.clone(),
            (family, Some(digest)) => format!("{family} with {}", digest.name()),
            (family, None) => family.to_owned(),
        };
        Some(Self { name, oid, digest })
    }
}

/// RFC 4055 §3.1: `[0] hashAlgorithm DEFAULT sha1`.
fn pss_digest(parameters: Option<Element<'_>>) -> Digest {
    let hash = parameters
        .and_then(|all| all.inside().tagged(tag::explicit(0)))
        .and_then(|hash| hash.inside().tagged(tag::SEQUENCE))
        .and_then(|hash| hash.inside().tagged(tag::OID))
        .and_then(|hash| oid(hash.value));
    match hash.as_deref() {
        Some("2.16.840.1.101.3.4.2.1") => Digest::Sha256,
        Some("2.16.840.1.101.3.4.2.2") => Digest::Sha384,
        Some("2.16.840.1.101.3.4.2.3") => Digest::Sha512,
        Some("2.16.840.1.101.3.4.2.4") => Digest::Sha224,
        Some("1.2.840.113549.2.5") => Digest::Md5,
        _ => Digest::Sha1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_of_a_broken_generator() {
        // 65537 to the power of anything has it, modulo the product of the primes or not at all.
        assert!(is_roca(&[1, 0, 1]));
        assert!(is_roca(&[1, 0, 2, 0, 1]));
        assert!(!is_roca(&[1, 0, 2]));
        assert!(!is_roca(&[]));
        assert!(!is_roca(&[0xff; 256]));
    }
}
