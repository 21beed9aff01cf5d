//! Fuzz entries: each takes any bytes and must come back, soon, without a panic and without calling anything good. They
//! need the library only, so that a fuzz target can take this file as a module.

use mailprobe::net::Host;
use mailprobe::x509::verify::{Purpose, Roots, verify};
use mailprobe::x509::{Certificate, Leaf, file, names, staple, strength};

/// One certificate, and everything that is said of it.
pub fn certificate(bytes: &[u8]) {
    let leaf = Leaf::from_der(bytes);
    let Ok(certificate) = Certificate::from_der(bytes) else {
        return;
    };
    assert_eq!(leaf.map(|leaf| leaf.not_after), Some(certificate.not_after));
    if let Ok(host) = Host::parse("mail.example.test")
        && let Err(mismatch) = names::check(&certificate, &host)
    {
        let words = mismatch.words();
        assert!(words.len() < 4000 && !words.contains('\n'));
    }
    let shown = format!("{certificate:?} {} {}", certificate.name(), certificate.key);
    assert!(shown.len() < 100_000 && !shown.contains('\n'));
    let begun = certificate.not_before;
    let report = verify(&certificate, &[], &Roots::none(), Purpose::Any, begun);
    assert!(!report.is_valid());
    let _ = strength::weaknesses(&report);
}

/// A file of certificates.
pub fn bundle(bytes: &[u8]) {
    if let Ok(all) = file::parse(bytes) {
        assert!(!all.is_empty() && all.len() <= file::MOST);
        assert!(!file::as_chain(all).is_empty());
    }
}

/// A stapled response about a certificate and its issuer.
pub fn response(certificate: &[u8], issuer: &[u8], bytes: &[u8], at: i64) {
    let read = |der| Certificate::from_der(der).ok();
    if let Some(certificate) = read(certificate) {
        let staple = staple::check(bytes, &certificate, read(issuer).as_ref(), at);
        assert!(!staple.words().is_empty());
    }
}

/// A chain of certificates out of `all`, picked by the bytes.
pub fn path(all: &[Vec<u8>], roots: &[Vec<u8>], bytes: &[u8], at: i64) {
    let read = |ders: &[Vec<u8>]| -> Vec<Certificate> {
        ders.iter()
            .filter_map(|der| Certificate::from_der(der).ok())
            .collect()
    };
    let (all, roots) = (read(all), read(roots));
    let picks = bytes.iter().take(200);
    let picked: Vec<Certificate> = picks
        .filter_map(|byte| all.get(usize::from(*byte) % all.len().max(1)).cloned())
        .collect();
    if let Some((leaf, rest)) = picked.split_first() {
        let roots = Roots::none().certificates(&roots);
        let report = verify(leaf, rest, &roots, Purpose::Server, at);
        assert!(!report.path.is_empty());
        assert!(report.is_valid() != report.errors.iter().any(|error| !error.words.is_empty()));
        let _ = strength::weaknesses(&report);
    }
}
