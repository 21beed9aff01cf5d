//! TLS on a connection: the handshake with its faults, and what SASL wants to know of the channel.

use openssl::nid::Nid;
use openssl::ssl::NameType;

use super::super::faults::{Action, Phase, Twist};
use super::super::log::{End, TlsFacts};
use super::super::pki::{Certificate, pki};
use super::super::sasl::{Channel, Mechanism};
use super::super::scenario::Transport;
use super::{Conn, Over, Step, Stream};

impl Conn {
    /// The server's half of a handshake; a client that goes on in plain text ends the session.
    pub fn start_tls(&mut self) -> Step {
        let mut certificate = self.scenario.certificate;
        let mut policy = self.scenario.tls_policy;
        if let Some(fault) = self
            .scenario
            .fault
            .filter(|fault| fault.phase == Phase::Tls)
        {
            self.struck();
            match fault.action {
                Action::Certificate(shown) => certificate = shown,
                Action::Tls(other) => policy = other,
                action => {
                    // The ClientHello has to be there: a server does not answer before.
                    if !self.has_pending() {
                        self.fill()?;
                    }
                    return self.act(action, Phase::Tls, &[0x16, 0x03, 0x03]);
                }
            }
        }
        // A ClientHello cannot be in the buffer of a client that waited for the go-ahead.
        let Stream::Plain(socket) = std::mem::replace(&mut self.stream, Stream::None) else {
            return Err(Over);
        };
        let acceptor = match pki().acceptor(certificate, policy) {
            Ok(acceptor) => acceptor,
            Err(error) => return self.over(End::Broken(format!("acceptor: {error}"))),
        };
        match acceptor.accept(socket) {
            Ok(stream) => {
                let ssl = stream.ssl();
                let facts = TlsFacts {
                    version: ssl.version_str().to_owned(),
                    cipher: ssl
                        .current_cipher()
                        .map_or("", |cipher| cipher.name())
                        .to_owned(),
                    server_name: ssl.servername(NameType::HOST_NAME).map(str::to_owned),
                    client_name: ssl.peer_certificate().and_then(|certificate| {
                        let name = certificate
                            .subject_name()
                            .entries_by_nid(Nid::COMMONNAME)
                            .next()?
                            .data();
                        String::from_utf8(name.as_slice().to_vec()).ok()
                    }),
                };
                self.log.with(|session| session.tls = Some(facts));
                self.stream = Stream::Tls(Box::new(stream));
                Ok(())
            }
            Err(error) => self.over(End::Broken(format!("handshake: {error}"))),
        }
    }

    /// What SASL binds itself to.
    pub fn channel(&self) -> Channel {
        let tls = self.log.with(|session| session.tls.clone());
        let leaf = &pki().leaf(self.shown_certificate()).certificate;
        // All leaves are signed with SHA-256, which is then the digest of RFC 5929.
        let digest = leaf.digest(openssl::hash::MessageDigest::sha256()).ok();
        Channel {
            server_end_point: tls
                .is_some()
                .then_some(digest)
                .flatten()
                .map(|digest| digest.to_vec()),
            client_name: tls.and_then(|facts| facts.client_name),
            plus_offered: self
                .mechanisms()
                .iter()
                .any(|mechanism| mechanism.binds_channel()),
        }
    }

    fn shown_certificate(&self) -> Certificate {
        match self.scenario.fault.map(|fault| fault.action) {
            Some(Action::Certificate(shown)) => shown,
            _ => self.scenario.certificate,
        }
    }

    /// The mechanisms on offer as things stand.
    pub fn mechanisms(&self) -> Vec<Mechanism> {
        let scenario = &self.scenario;
        let hidden = scenario.transport == Transport::Starttls
            && !self.encrypted()
            && !scenario.auth_before_tls;
        if hidden || (self.encrypted() && self.lies(Twist::NoAuthAfterTls)) {
            return Vec::new();
        }
        let offer = match scenario.fault {
            Some(fault) if !fault.offer.is_empty() => fault.offer,
            _ => &scenario.mechanisms,
        };
        let can = |mechanism: &Mechanism| match mechanism {
            Mechanism::ScramSha1Plus | Mechanism::ScramSha256Plus => self.encrypted(),
            Mechanism::External => self
                .log
                .with(|s| s.tls.as_ref().is_some_and(|tls| tls.client_name.is_some())),
            _ => true,
        };
        offer.iter().copied().filter(can).collect()
    }
}
