//! The check of one port, step by step: get to TLS, look, judge, leave.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use super::dane::DaneCheck;
use super::demands::Demands;
use super::reach::Reached;
use super::service::{Protocol, Services};
use super::together::Together;
use super::{findings as id, handshake, versions};
use crate::cli::Security;
use crate::net::Host;
use crate::probe::channel;
use crate::probe::{Check, Scene, Target, finding};
use crate::session::{Connection, Error, Journal, Kind, Proxy};
use crate::time::Clock;
use crate::tls;
use crate::tls::inspect::{Inspection, Inspector, Offer, Version};
use crate::x509::Certificate;

/// Which name is sent as server name indication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerName {
    /// The host, if it is one.
    Host,
    /// None.
    None,
    /// This one.
    Name(String),
}

/// What is checked, decided.
pub struct CertCheck {
    pub services: Services,
    pub proxy: Option<Proxy>,
    /// Versions and identity; the name is added for each target.
    pub offer: Offer,
    pub server_name: ServerName,
    /// The name for the certificate, when it is not the host's.
    pub tls_name: Option<Host>,
    /// Must the certificate be for the host it was reached by?
    pub verify_host: bool,
    pub demands: Arc<Demands>,
    pub probe_versions: bool,
    pub compare: Option<PathBuf>,
    pub dane: Option<DaneCheck>,
    pub served: Together,
}

impl Check for CertCheck {
    fn run(&self, target: &Target, scene: &Scene) -> Result<(), Error> {
        let host = self.host(target);
        let looked = self.dane.as_ref().and_then(|dane| {
            let looked = dane.look(target, host.as_ref(), self.protocol(target), scene)?;
            Some((dane, looked))
        });
        let mut offer = self.offer.clone();
        if let (Some((_, looked)), ServerName::Host) = (&looked, &self.server_name) {
            offer.server_name = Some(looked.base().to_owned());
        }
        let (mut reached, outcome) = self.reach(target, scene, &scene.journal, &offer)?;
        let seen = reached.connection().inspection().cloned();
        let outcome = match (outcome, &seen) {
            (Ok(true), _) => {
                reached.leave();
                Ok(())
            }
            // It has been said that there is no TLS.
            (Ok(false), _) => {
                reached.leave();
                return Ok(());
            }
            (Err(error), None) => {
                if error.leaves_a_listener() {
                    scene.fail(&error);
                    reached.leave();
                    return Ok(());
                }
                return Err(error);
            }
            (Err(error), Some(_)) => Err(error),
        };
        let Some(mut seen) = seen else { return Ok(()) };
        scene.journal.done();
        if let Err(error) = &outcome
            && seen.chain.is_empty()
            && no_common_ground(error)
            && let Some(more) = self.second_try(target, scene)
        {
            seen = more;
        }
        self.complaint(target, &seen, outcome, reached.connection(), scene)?;
        if seen.chain.is_empty() {
            return Ok(());
        }
        self.served.add(target, &seen, scene);
        let by_dane = RefCell::new(Vec::new());
        let excuse = |chain: &[Certificate]| {
            let (dane, looked) = looked.as_ref()?;
            let at = self.demands.at.unwrap_or_else(Clock::unix_time);
            let judged = dane.judge(target, looked, chain, &self.demands.trust, at, scene);
            by_dane.replace(judged.proven);
            judged.excuse
        };
        self.demands
            .judge(&target.name, &seen, host.as_ref(), &excuse, scene);
        by_dane
            .take()
            .into_iter()
            .for_each(|words| scene.proven(words));
        handshake::judge(&target.name, &seen, scene);
        if let Some(path) = &self.compare {
            super::file::compare(&target.name, &seen, path, scene);
        }
        if self.probe_versions {
            versions::probe(self, target, &seen, scene);
        }
        Ok(())
    }

    fn is_about_time(&self) -> bool {
        false
    }

    fn together(&self) {
        self.served.compare();
    }
}

impl CertCheck {
    /// Connects and shakes hands. The outer error is one of the way there, the inner one of what came
    /// after the connection stood.
    pub fn reach(
        &self,
        target: &Target,
        scene: &Scene,
        journal: &Journal,
        offer: &Offer,
    ) -> Result<(Reached, Result<bool, Error>), Error> {
        let offer = Offer {
            server_name: offer
                .server_name
                .clone()
                .or_else(|| self.server_name(target)),
            ..offer.clone()
        };
        let inspector = || {
            Inspector::new(&offer).map_err(|error| Error {
                doing: "set up TLS for".into(),
                peer: target.name.as_str().into(),
                kind: Kind::Tls(error),
            })
        };
        // As a session has it: what it costs is no server's.
        let greets_first = target.security == Security::Starttls;
        let early = greets_first.then(inspector).transpose()?;
        let proxy = self.proxy.as_ref();
        let mut connection = Connection::open(&target.dial, proxy, scene.deadline, journal)?;
        channel::fallback(&connection, target, scene);
        connection.inspect_with(early.map_or_else(inspector, Ok)?);
        let mut reached = Reached::new(connection, self.protocol(target));
        let outcome = reached.secure(target, scene);
        Ok((reached, outcome))
    }

    fn protocol(&self, target: &Target) -> Protocol {
        match (self.services.protocol(target.port()), target.security) {
            // A socket is what it was said to be.
            (Protocol::Tls, Security::Starttls) => Protocol::Smtp,
            (protocol, _) => protocol,
        }
    }

    /// A server whose key fits nothing that clients offer today breaks the handshake before it has
    /// shown its certificate. It shows it to an old client.
    fn second_try(&self, target: &Target, scene: &Scene) -> Option<Inspection> {
        let offer = Offer {
            obsolete: true,
            ..self.offer.clone()
        };
        let journal = scene.journal.aside();
        let (mut reached, outcome) = self.reach(target, scene, &journal, &offer).ok()?;
        if outcome.is_ok() {
            reached.leave();
        }
        let seen = reached.connection().inspection()?.clone();
        (!seen.chain.is_empty()).then_some(seen)
    }

    /// The name that is sent: never an address (RFC 6066 §3).
    fn server_name(&self, target: &Target) -> Option<String> {
        match &self.server_name {
            ServerName::None => None,
            ServerName::Name(name) => Some(name.clone()),
            ServerName::Host => self
                .host(target)
                .or_else(|| Host::parse(target.host()).ok())
                .filter(|host| host.address().is_none())
                .filter(|_| target.port() != 0 || self.tls_name.is_some())
                .map(|host| host.name().to_owned()),
        }
    }

    /// The name the certificate must be for.
    fn host(&self, target: &Target) -> Option<Host> {
        if let Some(name) = &self.tls_name {
            return Some(name.clone());
        }
        // A socket has no name.
        (self.verify_host && target.port() != 0)
            .then(|| Host::parse(target.host()).ok())
            .flatten()
    }

    /// What the server said against us, or why the handshake broke. An error when nothing was seen of
    /// a certificate.
    fn complaint(
        &self,
        target: &Target,
        seen: &Inspection,
        outcome: Result<(), Error>,
        connection: &Connection,
        scene: &Scene,
    ) -> Result<(), Error> {
        let name = &target.name;
        let told = match &outcome {
            Ok(()) => connection.complaint(),
            Err(Error {
                kind: Kind::Tls(error),
                ..
            }) => Some(error),
            Err(_) => None,
        };
        let about_us = told.is_some_and(|error| refuses_client(error, outcome.is_ok()));
        if seen.asks_for_certificate && about_us {
            let why = told.map(ToString::to_string).unwrap_or_default();
            let what = if self.offer.identity.is_some() {
                "refuses the client certificate"
            } else {
                "demands a client certificate"
            };
            scene.finding(id::CLIENT_CERT, format!("{name} {what}: {why}"));
            return Ok(());
        }
        if seen.asks_for_certificate {
            scene.detail("it asks for a client certificate and does without");
        }
        match outcome {
            Ok(()) if seen.chain.is_empty() => {
                scene.finding(id::NO_CERTIFICATE, format!("{name} shows no certificate"));
                Ok(())
            }
            Ok(()) => Ok(()),
            Err(error) => {
                if seen.version.is_some() && too_large(&error) {
                    let text = format!(
                        "{name} sends a chain of more than 100 KiB, which clients do not take"
                    );
                    scene.finding(id::CHAIN_TOO_LARGE, text);
                    return Ok(());
                }
                if seen.chain.is_empty() {
                    return Err(error);
                }
                scene.fail(&error);
                Ok(())
            }
        }
    }
}

/// Is it about our certificate? After the handshake whatever is said is (RFC 8446 §4.4.2.4), during
/// it the alerts for certificates and handshake_failure are, and some servers just hang up.
fn refuses_client(error: &tls::Error, after: bool) -> bool {
    match error {
        tls::Error::Alert(alert) => after || matches!(alert.number, 40..=49 | 116),
        tls::Error::Closed | tls::Error::Reset => !after,
        _ => false,
    }
}

/// Has the server found nothing in what was offered (handshake_failure, insufficient_security,
/// illegal_parameter, internal_error)?
fn no_common_ground(error: &Error) -> bool {
    matches!(&error.kind, Kind::Tls(tls::Error::Alert(alert))
        if matches!(alert.number, 40 | 47 | 71 | 80))
}

/// OpenSSL's words for a Certificate message above its limit.
fn too_large(error: &Error) -> bool {
    matches!(&error.kind, Kind::Tls(tls::Error::Protocol(words))
        if words.contains("excessive message size"))
}

/// Is this version one that clients should not need any more (RFC 8996)?
pub fn is_old(version: Version) -> bool {
    version < Version::Tls12
}

/// The finding of an error of a further handshake, for a detail.
pub fn words(error: &Error) -> String {
    match &error.kind {
        Kind::Tls(error) => error.to_string(),
        _ if error.is_timeout() => finding::TIMEOUT.to_owned(),
        kind => kind.to_string(),
    }
}
