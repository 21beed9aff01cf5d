//! x509/: every chain of the test PKI judged, and beside it `openssl verify` on the same input.

#[path = "x509/entries.rs"]
mod entries;
#[path = "x509/facts.rs"]
mod facts;
#[path = "x509/files.rs"]
mod files;
#[path = "x509/hostile.rs"]
mod hostile;
#[path = "x509/names.rs"]
mod names;
#[path = "x509/oracle.rs"]
mod oracle;
#[path = "x509/paths.rs"]
mod paths;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "x509/staples.rs"]
mod staples;
#[path = "x509/strengths.rs"]
mod strengths;

use mailprobe::x509::Certificate;
use mailprobe::x509::verify::{PathReport, Purpose, Roots, verify};
use sandbox::pki::Chain;

fn read(x509: &openssl::x509::X509) -> Certificate {
    Certificate::from_der(&x509.to_der().unwrap()).unwrap()
}

fn sent(chain: &Chain) -> Vec<Certificate> {
    chain.certs.iter().map(read).collect()
}

fn roots(chain: &Chain) -> Roots {
    Roots::none().bundle(chain.roots.iter().cloned())
}

/// The chain at a time, as a server's.
fn judge(chain: &Chain, at: i64) -> PathReport {
    let sent = sent(chain);
    verify(&sent[0], &sent[1..], &roots(chain), Purpose::Server, at)
}
