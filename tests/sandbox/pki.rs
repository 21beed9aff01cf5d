//! A small PKI made at run time, once per process: a CA, leaves good and bad, a client certificate. EC P-256, so
//! that it takes milliseconds. Below it, for the certificate checks: [`case`], chains with every fault by name.

pub mod cases;
pub mod der;
pub mod mint;
pub mod ocsp;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::extension::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName,
};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509Builder, X509NameBuilder};

#[allow(unused_imports)]
pub use cases::{CASES, Chain, case};

const DAY: i64 = 86_400;

/// What the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Certificate {
    /// For localhost, 127.0.0.1, ::1, mail.example.test and *.sandbox.example.test; 63 days left.
    Good,
    /// Good, but 5 days left.
    EndsSoon,
    Expired,
    NotYetValid,
    SelfSigned,
    /// For www.example.org.
    WrongName,
    /// Signed by a CA of the right name and another key.
    UnknownCa,
    /// Signed by an intermediate CA that is sent along.
    Intermediate,
    /// Signed by that intermediate CA, which is not sent.
    MissingIntermediate,
}

impl Certificate {
    pub const ALL: [Certificate; 9] = [
        Certificate::Good,
        Certificate::EndsSoon,
        Certificate::Expired,
        Certificate::NotYetValid,
        Certificate::SelfSigned,
        Certificate::WrongName,
        Certificate::UnknownCa,
        Certificate::Intermediate,
        Certificate::MissingIntermediate,
    ];
}

/// What the server makes of TLS, apart from its certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsPolicy {
    #[default]
    Modern,
    /// TLS 1.2 and nothing else.
    Only12,
    /// TLS 1.0 and 1.1 and nothing newer.
    Old,
    /// A client certificate is asked for.
    ClientAsked,
    /// No handshake without a client certificate.
    ClientRequired,
}

pub struct Leaf {
    pub certificate: X509,
    pub key: PKey<Private>,
    pub chain: Vec<X509>,
}

/// The process's PKI.
pub struct Pki {
    dir: PathBuf,
    ca: X509,
    leaves: Vec<(Certificate, Leaf)>,
}

static PKI: OnceLock<Pki> = OnceLock::new();

/// Made at the first call; its directory goes when the process ends.
pub fn pki() -> &'static Pki {
    PKI.get_or_init(|| {
        let made = Pki::make().expect("the sandbox's PKI");
        // SAFETY: a plain function; statics are not dropped, so something else has to clean up.
        unsafe { libc::atexit(remove_directory) };
        made
    })
}

extern "C" fn remove_directory() {
    if let Some(pki) = PKI.get() {
        let _ = std::fs::remove_dir_all(&pki.dir);
    }
}

impl Pki {
    /// PEM of the CA that signs what is good.
    pub fn ca_file(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// A CA directory in the hashed form that openssl looks up.
    pub fn ca_dir(&self) -> PathBuf {
        self.dir.join("hashed")
    }

    /// PEM of a client certificate (CN=probe) of the same CA.
    pub fn client_cert(&self) -> PathBuf {
        self.dir.join("client.pem")
    }

    pub fn client_key(&self) -> PathBuf {
        self.dir.join("client.key")
    }

    /// A key that does not belong to [`Pki::client_cert`].
    pub fn other_key(&self) -> PathBuf {
        self.dir.join("other.key")
    }

    /// A file that is no PEM at all.
    pub fn not_pem(&self) -> PathBuf {
        self.dir.join("not.pem")
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn leaf(&self, which: Certificate) -> &Leaf {
        let found = self.leaves.iter().find(|(kind, _)| *kind == which);
        &found.expect("every certificate is made").1
    }

    pub fn acceptor(
        &self,
        which: Certificate,
        policy: TlsPolicy,
    ) -> Result<SslAcceptor, ErrorStack> {
        let leaf = self.leaf(which);
        let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls())?;
        builder.set_certificate(&leaf.certificate)?;
        for link in &leaf.chain {
            builder.add_extra_chain_cert(link.clone())?;
        }
        builder.set_private_key(&leaf.key)?;
        match policy {
            TlsPolicy::Modern => {}
            TlsPolicy::Only12 => builder.set_max_proto_version(Some(SslVersion::TLS1_2))?,
            TlsPolicy::Old => {
                builder.set_security_level(0);
                builder.clear_options(
                    openssl::ssl::SslOptions::NO_TLSV1 | openssl::ssl::SslOptions::NO_TLSV1_1,
                );
                builder.set_min_proto_version(Some(SslVersion::TLS1))?;
                builder.set_max_proto_version(Some(SslVersion::TLS1_1))?;
                builder.set_cipher_list("ALL:@SECLEVEL=0")?;
            }
            TlsPolicy::ClientAsked | TlsPolicy::ClientRequired => {
                let mut store = X509StoreBuilder::new()?;
                store.add_cert(self.ca.clone())?;
                builder.set_cert_store(store.build());
                builder.add_client_ca(&self.ca)?;
                builder.set_verify(if policy == TlsPolicy::ClientRequired {
                    SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT
                } else {
                    SslVerifyMode::PEER
                });
            }
        }
        Ok(builder.build())
    }

    fn make() -> Result<Pki, Box<dyn std::error::Error>> {
        let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
        let ca_key = key()?;
        let ca = Form::authority("Sandbox CA", now).sign(&ca_key, None)?;
        let middle_key = key()?;
        let middle = Form::authority("Sandbox Intermediate CA", now)
            .sign(&middle_key, Some((&ca, &ca_key)))?;
        // The right name under the wrong key: only the signature tells.
        let rogue_key = key()?;
        let rogue = Form::authority("Sandbox CA", now).sign(&rogue_key, None)?;

        let mut leaves = Vec::new();
        for kind in Certificate::ALL {
            let leaf_key = key()?;
            let mut form = Form::server(now);
            let mut chain = Vec::new();
            let issuer = match kind {
                Certificate::Good => Some((&ca, &ca_key)),
                Certificate::EndsSoon => {
                    form.to = now + 5 * DAY + 60;
                    Some((&ca, &ca_key))
                }
                Certificate::Expired => {
                    (form.from, form.to) = (now - 40 * DAY, now - 3 * DAY);
                    Some((&ca, &ca_key))
                }
                Certificate::NotYetValid => {
                    (form.from, form.to) = (now + 2 * DAY, now + 80 * DAY);
                    Some((&ca, &ca_key))
                }
                Certificate::SelfSigned => None,
                Certificate::WrongName => {
                    (form.common_name, form.names, form.addresses) =
                        ("www.example.org", &["www.example.org"], &[]);
                    Some((&ca, &ca_key))
                }
                Certificate::UnknownCa => Some((&rogue, &rogue_key)),
                Certificate::Intermediate => {
                    chain.push(middle.clone());
                    Some((&middle, &middle_key))
                }
                Certificate::MissingIntermediate => Some((&middle, &middle_key)),
            };
            let certificate = form.sign(&leaf_key, issuer)?;
            leaves.push((
                kind,
                Leaf {
                    certificate,
                    key: leaf_key,
                    chain,
                },
            ));
        }
        let client_key = key()?;
        let mut client = Form::server(now);
        (client.common_name, client.names, client.addresses) = ("probe", &[], &[]);
        client.client = true;
        let client = client.sign(&client_key, Some((&ca, &ca_key)))?;

        let dir = tempfile::Builder::new()
            .prefix("sandbox-pki-")
            .tempdir()?
            .keep();
        std::fs::write(dir.join("ca.pem"), ca.to_pem()?)?;
        std::fs::write(dir.join("client.pem"), client.to_pem()?)?;
        std::fs::write(
            dir.join("client.key"),
            client_key.private_key_to_pem_pkcs8()?,
        )?;
        std::fs::write(dir.join("other.key"), key()?.private_key_to_pem_pkcs8()?)?;
        std::fs::write(dir.join("not.pem"), "this is no certificate\n")?;
        std::fs::create_dir(dir.join("hashed"))?;
        std::fs::write(
            dir.join(format!("hashed/{:08x}.0", ca.subject_name_hash())),
            ca.to_pem()?,
        )?;
        Ok(Pki { dir, ca, leaves })
    }
}

fn key() -> Result<PKey<Private>, ErrorStack> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    PKey::from_ec_key(EcKey::generate(&group)?)
}

/// What goes into one certificate.
struct Form {
    common_name: &'static str,
    names: &'static [&'static str],
    addresses: &'static [&'static str],
    from: i64,
    to: i64,
    authority: bool,
    client: bool,
}

impl Form {
    fn server(now: i64) -> Form {
        Form {
            common_name: "mail.example.test",
            names: &["localhost", "mail.example.test", "*.sandbox.example.test"],
            addresses: &["127.0.0.1", "::1"],
            from: now - 27 * DAY,
            // Half a day more, so that "63 days left" holds for the whole run.
            to: now + 63 * DAY + DAY / 2,
            authority: false,
            client: false,
        }
    }

    fn authority(name: &'static str, now: i64) -> Form {
        let (names, addresses) = (&[], &[]);
        let (from, to) = (now - 365 * DAY, now + 3650 * DAY);
        Form {
            common_name: name,
            names,
            addresses,
            from,
            to,
            authority: true,
            client: false,
        }
    }

    fn sign(
        &self,
        key: &PKey<Private>,
        issuer: Option<(&X509, &PKey<Private>)>,
    ) -> Result<X509, ErrorStack> {
        let mut name = X509NameBuilder::new()?;
        name.append_entry_by_text("CN", self.common_name)?;
        let name = name.build();
        let mut builder = X509Builder::new()?;
        builder.set_version(2)?;
        let mut serial = BigNum::new()?;
        serial.rand(127, MsbOption::MAYBE_ZERO, false)?;
        let serial = serial.to_asn1_integer()?;
        builder.set_serial_number(&serial)?;
        builder.set_subject_name(&name)?;
        builder.set_issuer_name(issuer.map_or(&*name, |(issuer, _)| issuer.subject_name()))?;
        let (from, to) = (
            Asn1Time::from_unix(self.from)?,
            Asn1Time::from_unix(self.to)?,
        );
        builder.set_not_before(&from)?;
        builder.set_not_after(&to)?;
        builder.set_pubkey(key)?;
        if self.authority {
            builder.append_extension(BasicConstraints::new().critical().ca().build()?)?;
            builder.append_extension(
                KeyUsage::new()
                    .critical()
                    .key_cert_sign()
                    .crl_sign()
                    .build()?,
            )?;
        } else {
            builder.append_extension(BasicConstraints::new().critical().build()?)?;
            builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
            let mut usage = ExtendedKeyUsage::new();
            let usage = if self.client {
                usage.client_auth()
            } else {
                usage.server_auth()
            };
            builder.append_extension(usage.build()?)?;
        }
        if !self.names.is_empty() {
            let mut names = SubjectAlternativeName::new();
            for dns in self.names {
                names.dns(dns);
            }
            for ip in self.addresses {
                names.ip(ip);
            }
            let names =
                names.build(&builder.x509v3_context(issuer.map(|(issuer, _)| &**issuer), None))?;
            builder.append_extension(names)?;
        }
        builder.sign(issuer.map_or(key, |(_, key)| key), MessageDigest::sha256())?;
        Ok(builder.build())
    }
}
