//! Chains by name: what a server may send, good and bad, one name for each.
//!
//! Everything leads to one root unless the case says otherwise. Minted when asked for, once per process.

mod make;

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslAcceptorBuilder, SslMethod, SslVersion};
use openssl::x509::X509;

use super::mint::{Minted, Spec, p256};

/// What a server sends and what its client trusts.
#[derive(Clone)]
pub struct Chain {
    /// As sent, the server's own first.
    pub certs: Vec<X509>,
    pub key: PKey<Private>,
    /// What the client trusts.
    pub roots: Vec<X509>,
    /// The stapled OCSP response.
    pub staple: Option<Vec<u8>>,
    /// A second certificate, with a key of another kind.
    pub other: Option<(Vec<X509>, PKey<Private>)>,
    /// The name to ask for.
    pub host: String,
    /// When it was minted: what "now" was for its dates.
    pub now: i64,
}

/// Every name that [`case`] knows.
pub const CASES: &[&str] = &[
    "good",
    "no-intermediate-needed",
    "ends-soon",
    "expired",
    "not-yet-valid",
    "short-lived",
    "long-lived",
    "wrong-name",
    "many-wrong-names",
    "ip",
    "ip-only",
    "idn",
    "cn-only",
    "nameless",
    "wildcard",
    "wildcard-too-wide",
    "self-signed",
    "self-signed-pinned",
    "unknown-ca",
    "unknown-root-sent",
    "forged-ca",
    "missing-intermediate",
    "misordered",
    "duplicate",
    "extra",
    "root-sent",
    "expired-cross-sign",
    "expired-cross-sign-beside",
    "two-paths",
    "expired-intermediate",
    "ending-intermediate",
    "expired-root",
    "expired-twice",
    "not-a-ca",
    "path-too-long",
    "client-only",
    "critical-extension",
    "name-constraints-kept",
    "name-constraints-broken",
    "two-roots",
    "rsa-512",
    "rsa-1024",
    "rsa-2048",
    "p-192",
    "p-224",
    "ed25519",
    "md5",
    "sha1",
    "sha1-intermediate",
    "dual-key",
    "must-staple",
    "must-staple-stapled",
    "staple",
    "staple-sha256",
    "staple-delegated",
    "staple-delegated-wrong",
    "staple-revoked",
    "staple-unknown",
    "staple-expired",
    "staple-early",
    "staple-spoilt",
    "staple-other-certificate",
    "staple-foreign-signer",
    "staple-refused",
    "staple-garbage",
    "negative-serial",
    "many-names",
    "mail-names",
    "hostile-name",
    "nul-name",
    "year-9999",
    "before-1970",
    "timestamps",
    "long-chain",
];

/// The chain of that name.
pub fn case(name: &str) -> Chain {
    static MADE: OnceLock<Mutex<HashMap<String, Chain>>> = OnceLock::new();
    let made = MADE.get_or_init(Mutex::default);
    if let Some(chain) = made.lock().unwrap().get(name) {
        return chain.clone();
    }
    let chain = make::make(name);
    made.lock()
        .unwrap()
        .entry(name.to_owned())
        .or_insert(chain)
        .clone()
}

/// What all cases lead to.
struct House {
    now: i64,
    root: Minted,
    middle: Minted,
}

fn house() -> &'static House {
    static HOUSE: OnceLock<House> = OnceLock::new();
    HOUSE.get_or_init(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = since.as_secs() as i64;
        let root = Spec::authority("Case Root CA", now).root(p256());
        let middle = Spec::authority("Case Intermediate CA", now).by(&root);
        House { now, root, middle }
    })
}

impl Chain {
    fn new(leaf: &Minted, above: &[&Minted]) -> Chain {
        let mut certs = vec![leaf.x509.clone()];
        certs.extend(above.iter().map(|one| one.x509.clone()));
        Chain {
            certs,
            key: leaf.key.clone(),
            roots: vec![house().root.x509.clone()],
            staple: None,
            other: None,
            host: "mail.example.test".to_owned(),
            now: house().now,
        }
    }

    fn trusting(mut self, roots: &[&Minted]) -> Chain {
        self.roots = roots.iter().map(|root| root.x509.clone()).collect();
        self
    }

    fn asked_as(mut self, host: &str) -> Chain {
        self.host = host.to_owned();
        self
    }

    fn stapled(mut self, response: Vec<u8>) -> Chain {
        self.staple = Some(response);
        self
    }

    /// As PEM, in the order in which they are sent.
    pub fn pem(&self) -> Vec<u8> {
        self.certs
            .iter()
            .flat_map(|one| one.to_pem().unwrap())
            .collect()
    }

    /// The roots as PEM.
    pub fn roots_pem(&self) -> Vec<u8> {
        self.roots
            .iter()
            .flat_map(|one| one.to_pem().unwrap())
            .collect()
    }

    /// A TLS server's side that sends all this, from TLS 1.0 on and with any key.
    pub fn acceptor(&self) -> SslAcceptorBuilder {
        let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
        builder.set_security_level(0);
        builder.set_cipher_list("ALL:@SECLEVEL=0").unwrap();
        builder
            .set_min_proto_version(Some(SslVersion::TLS1))
            .unwrap();
        if let Some((certs, key)) = &self.other {
            builder.set_certificate(&certs[0]).unwrap();
            builder.set_private_key(key).unwrap();
        }
        builder.set_certificate(&self.certs[0]).unwrap();
        builder.set_private_key(&self.key).unwrap();
        for link in &self.certs[1..] {
            builder.add_extra_chain_cert(link.clone()).unwrap();
        }
        if let Some(staple) = self.staple.clone() {
            builder
                .set_status_callback(move |ssl| {
                    ssl.set_ocsp_status(&staple)?;
                    Ok(true)
                })
                .unwrap();
        }
        builder
    }
}
