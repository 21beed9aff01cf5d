//! How a target is connected to: PROXY header, TLS, and what is said about both.

use super::{Scene, Target, finding};
use crate::cli::{Security, TlsPlan};
use crate::report::{Metric, Unit};
use crate::session::{Connection, Error, Kind, Proxy};
use crate::time::Clock;
use crate::tls::Tls;

/// The way to a server.
pub struct Channel {
    /// The PROXY header, if one is wanted.
    pub proxy: Option<Proxy>,
    /// What TLS demands.
    pub tls: TlsPlan,
}

impl Channel {
    /// Connects; implicit TLS stands when this returns.
    pub fn open(&self, target: &Target, scene: &Scene) -> Result<Connection, Error> {
        let connector = || self.connector(target, scene);
        // It costs milliseconds that are no server's. Before STARTTLS they must not count as the greeting's; a server that
        // waits for our hello gets ready meanwhile.
        let greets_first = target.security == Security::Starttls;
        let early = greets_first.then(connector).transpose()?;
        let proxy = self.proxy.as_ref();
        let mut connection = Connection::open(&target.dial, proxy, scene.deadline, &scene.journal)?;
        fallback(&connection, target, scene);
        if let Some(tls) = early {
            connection.secure_with(tls);
        }
        if target.security == Security::Tls {
            connection.secure_with(connector()?);
            connection.secure(&[])?;
            self.describe(&connection, scene, "TLS");
        }
        Ok(connection)
    }

    /// What shakes hands with this target.
    fn connector(&self, target: &Target, scene: &Scene) -> Result<Tls, Error> {
        let name = self.tls.name.as_deref().unwrap_or_else(|| target.host());
        Tls::new(&self.tls.settings, name, &scene.more_roots).map_err(|error| Error {
            doing: "set up TLS for".into(),
            peer: target.name.as_str().into(),
            kind: Kind::Tls(error),
        })
    }

    /// Is the far end of a TLS connection verified?
    pub fn verifies(&self) -> bool {
        !self.tls.settings.insecure
    }

    /// Says what TLS proved, and how long the certificate lasts.
    pub fn describe(&self, connection: &Connection, scene: &Scene, how: &str) {
        scene.proven(format!(
            "{how} {}",
            if self.verifies() {
                "verified"
            } else {
                "not verified"
            }
        ));
        let Some(leaf) = connection.leaf() else {
            scene.finding(
                finding::CERT_UNREADABLE,
                format!("{}: the certificate cannot be read", scene.name()),
            );
            return;
        };
        let days = leaf.days_left(Clock::unix_time());
        scene.metric(Metric::new("cert_days", days, Unit::Days));
        scene.detail(format!(
            "certificate of \"{}\" by \"{}\", {} left",
            leaf.subject,
            leaf.issuer,
            Unit::Days.human(days)
        ));
    }
}

/// Says which addresses of a host did not answer before one did.
pub fn fallback(connection: &Connection, target: &Target, scene: &Scene) {
    if !connection.skipped().is_empty() {
        let skipped = connection.skipped().join(", ");
        let text = format!(
            "{} answers at {} only: {skipped}",
            target.name,
            connection.peer()
        );
        scene.finding(finding::ADDRESS_FALLBACK, text);
    }
}
