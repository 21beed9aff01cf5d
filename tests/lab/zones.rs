//! A DNS tree of the test's own: NSD with signed and unsigned zones, and Unbound in front of it (see `nsd.sh`, `unbound.sh`).

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};

use super::Server;

/// The name servers of some zones.
pub struct Zones {
    nsd: Server,
    unbound: Server,
    address: Ipv4Addr,
    /// What NSD reads once, when it starts.
    _files: tempfile::TempDir,
}

impl Zones {
    /// Serves zones given as names and master files, whose first line may say how they are signed.
    pub fn serve(zones: &[(&str, String)]) -> Result<Zones, String> {
        Zones::serve_behind(zones, "")
    }

    /// The same behind resolvers with more configuration of their own, in Unbound's words.
    pub fn serve_behind(zones: &[(&str, String)], local: &str) -> Result<Zones, String> {
        let files = tempfile::tempdir().map_err(|error| format!("lab: zones: {error}"))?;
        for (name, text) in zones {
            fs::write(files.path().join(name), text)
                .map_err(|error| format!("lab: zone {name}: {error}"))?;
        }
        let own = tempfile::NamedTempFile::new().map_err(|error| format!("lab: zones: {error}"))?;
        fs::write(own.path(), local).map_err(|error| format!("lab: zones: {error}"))?;
        let folder = files.path().to_string_lossy();
        let nsd = Server::start("nsd", &["DNS"], &[("LAB_ZONES", &folder)])?;
        let upstream = nsd.port("DNS").to_string();
        let anchor = nsd.dir().join("nsd/anchor");
        let address = own_address();
        let unbound = Server::start(
            "unbound",
            &["DNS", "PLAIN"],
            &[
                ("LAB_UPSTREAM", &upstream),
                ("LAB_ADDRESS", &address.to_string()),
                ("LAB_ANCHOR", &anchor.to_string_lossy()),
                ("LAB_LOCAL", &own.path().to_string_lossy()),
            ],
        )?;
        Ok(Zones {
            nsd,
            unbound,
            address,
            _files: files,
        })
    }

    /// A resolver that validates.
    pub fn validating(&self) -> SocketAddr {
        at(self.unbound.port("DNS"))
    }

    /// What resolv.conf says where the resolver that validates is the system's.
    pub fn resolv_conf(&self) -> String {
        format!("nameserver {}\noptions trust-ad edns0\n", self.address)
    }

    /// A resolver that does not, and hands signatures on.
    pub fn plain(&self) -> SocketAddr {
        at(self.unbound.port("PLAIN"))
    }

    /// The zones' own name server.
    pub fn authority(&self) -> SocketAddr {
        at(self.nsd.port("DNS"))
    }

    /// The file with the root's key.
    pub fn anchor(&self) -> PathBuf {
        self.nsd.dir().join("nsd/anchor")
    }
}

/// A loopback address that nobody else is likely to listen on: port 53 cannot be chosen by the kernel. Each tree has its own, as
/// Unbound shares a port with whoever asks for the same.
fn own_address() -> Ipv4Addr {
    static COUNT: AtomicU8 = AtomicU8::new(53);
    let [.., a, b] = std::process::id().to_be_bytes();
    Ipv4Addr::new(
        127,
        COUNT.fetch_add(1, Ordering::Relaxed),
        a,
        b.clamp(1, 254),
    )
}

fn at(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}
