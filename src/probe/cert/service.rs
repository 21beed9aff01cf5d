//! Which protocol leads to TLS on a port, and what a port means when nobody says.

use std::collections::BTreeMap;

use crate::cli::{Security, UsageError};

/// What is spoken before TLS or inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Smtp,
    Lmtp,
    Imap,
    Pop3,
    Sieve,
    /// Nothing that we know: the handshake alone.
    Tls,
}

/// A protocol and how it gets to TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    pub protocol: Protocol,
    pub security: Security,
}

const fn starttls(protocol: Protocol) -> Service {
    let security = Security::Starttls;
    Service { protocol, security }
}

const fn tls(protocol: Protocol) -> Service {
    let security = Security::Tls;
    Service { protocol, security }
}

/// Names for `-P` and behind the colon of `-p`, with the port that goes with each.
const NAMES: [(&str, Service, u16); 24] = [
    ("smtp", starttls(Protocol::Smtp), 25),
    ("submission", starttls(Protocol::Smtp), 587),
    ("smtps", tls(Protocol::Smtp), 465),
    ("submissions", tls(Protocol::Smtp), 465),
    ("ssmtp", tls(Protocol::Smtp), 465),
    ("lmtp", starttls(Protocol::Lmtp), 24),
    ("lmtps", tls(Protocol::Lmtp), 24),
    ("imap", starttls(Protocol::Imap), 143),
    ("imaps", tls(Protocol::Imap), 993),
    ("simap", tls(Protocol::Imap), 993),
    ("pop3", starttls(Protocol::Pop3), 110),
    ("pop", starttls(Protocol::Pop3), 110),
    ("pop3s", tls(Protocol::Pop3), 995),
    ("pops", tls(Protocol::Pop3), 995),
    ("spop", tls(Protocol::Pop3), 995),
    ("sieve", starttls(Protocol::Sieve), 4190),
    ("managesieve", starttls(Protocol::Sieve), 4190),
    ("sieves", tls(Protocol::Sieve), 4190),
    // The old check_ssl_cert's default; nothing but the handshake is needed for a certificate.
    ("https", tls(Protocol::Tls), 443),
    ("http", tls(Protocol::Tls), 443),
    ("h2", tls(Protocol::Tls), 443),
    ("dns", tls(Protocol::Tls), 853),
    ("tls", tls(Protocol::Tls), 443),
    ("ssl", tls(Protocol::Tls), 443),
];

impl Service {
    /// What is registered for a port (RFC 8314, 2595, 3207, 5804), and what is usual.
    fn of_port(port: u16) -> Self {
        match port {
            25 | 26 | 587 | 2525 => starttls(Protocol::Smtp),
            465 => tls(Protocol::Smtp),
            24 => starttls(Protocol::Lmtp),
            143 => starttls(Protocol::Imap),
            993 => tls(Protocol::Imap),
            110 => starttls(Protocol::Pop3),
            995 => tls(Protocol::Pop3),
            4190 => starttls(Protocol::Sieve),
            _ => tls(Protocol::Tls),
        }
    }
}

/// `-P`: the service and its port.
pub fn by_name(name: &str) -> Option<(Service, u16)> {
    NAMES
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(name))
        .map(|&(_, service, port)| (service, port))
}

/// The names of all services, for a message.
pub fn names() -> String {
    let first = |wanted: &Service| {
        NAMES
            .iter()
            .find(|(_, service, _)| service == wanted)
            .map(|(name, ..)| *name)
    };
    let mut known: Vec<&str> = NAMES
        .iter()
        .filter_map(|(_, service, _)| first(service))
        .collect();
    known.dedup();
    known.join(", ")
}

/// What each port is spoken to in.
#[derive(Clone, Debug, Default)]
pub struct Services {
    ports: BTreeMap<u16, Protocol>,
    socket: Option<Protocol>,
}

impl Services {
    /// Reads `-p`, whose ports may say a transport or a protocol (`25,465:tls,4190:sieve`), in the
    /// light of `-P` and of `--tls` and `--starttls`. Gives the ports with the transport of each.
    pub fn read(
        ports: &[String],
        named: Option<(Service, u16)>,
        security: Option<Security>,
    ) -> Result<(Self, Vec<String>), UsageError> {
        let mut services = Self {
            socket: named.map(|(service, _)| service.protocol),
            ..Self::default()
        };
        let mut plain = Vec::new();
        for text in ports {
            let wrong = |why: &str| UsageError(format!("-p {text:?}: {why}"));
            let (number, word) = match text.trim().split_once(':') {
                Some((number, word)) => (number, Some(word.to_ascii_lowercase())),
                None => (text.trim(), None),
            };
            let number = number
                .parse::<u16>()
                .ok()
                .filter(|&number| number > 0)
                .ok_or_else(|| wrong("a port is a number from 1 to 65535"))?;
            let usual = Service::of_port(number);
            let base = match named {
                // TLS ports stay what they are: nobody speaks STARTTLS on 465.
                Some((service, _)) if usual.protocol == service.protocol => usual,
                Some((service, _)) => service,
                None => usual,
            };
            let service = match word.as_deref() {
                None => Service {
                    security: security.unwrap_or(base.security),
                    ..base
                },
                Some("starttls" | "stls") => starttls(base.protocol),
                Some("tls" | "ssl") => tls(base.protocol),
                Some("plain") => return Err(wrong("there is no certificate without TLS")),
                Some(name) => {
                    by_name(name)
                        .ok_or_else(|| {
                            wrong(&format!("use tls, starttls or a protocol: {}", names()))
                        })?
                        .0
                }
            };
            if service == starttls(Protocol::Tls) {
                return Err(wrong("STARTTLS of which protocol? Give -P"));
            }
            let before = services.ports.insert(number, service.protocol);
            if before.is_some_and(|before| before != service.protocol) {
                return Err(wrong("one port, two protocols"));
            }
            plain.push(match service.security {
                Security::Tls => format!("{number}:tls"),
                _ => format!("{number}:starttls"),
            });
        }
        Ok((services, plain))
    }

    /// The protocol of a port; 0 is a unix socket.
    pub fn protocol(&self, port: u16) -> Protocol {
        match port {
            0 => self.socket.unwrap_or(Protocol::Tls),
            port => self.ports.get(&port).copied().unwrap_or(Protocol::Tls),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(ports: &str, name: Option<&str>) -> Result<(Services, Vec<String>), UsageError> {
        let ports: Vec<String> = ports.split(',').map(str::to_owned).collect();
        Services::read(&ports, name.and_then(by_name), None)
    }

    #[test]
    fn a_port_tells_its_protocol() {
        let (services, ports) = read("25,465,587,24,143,993,110,995,4190,443", None).unwrap();
        let expected = [
            "25:starttls",
            "465:tls",
            "587:starttls",
            "24:starttls",
            "143:starttls",
            "993:tls",
            "110:starttls",
            "995:tls",
            "4190:starttls",
            "443:tls",
        ];
        assert_eq!(ports, expected);
        assert_eq!(services.protocol(4190), Protocol::Sieve);
        assert_eq!(services.protocol(24), Protocol::Lmtp);
        assert_eq!(services.protocol(8443), Protocol::Tls);
    }

    #[test]
    fn ports_and_names_overrule_each_other_where_they_are_meant_to() {
        let (services, ports) = read("10025,465,10465:tls,14190:sieve", Some("smtp")).unwrap();
        let expected = ["10025:starttls", "465:tls", "10465:tls", "14190:starttls"];
        assert_eq!(ports, expected);
        assert_eq!(services.protocol(10465), Protocol::Smtp);
        assert_eq!(services.protocol(14190), Protocol::Sieve);
        assert_eq!(read("10993", Some("imaps")).unwrap().1, ["10993:tls"]);
        assert_eq!(
            read("25", Some("imap")).unwrap().0.protocol(25),
            Protocol::Imap
        );
    }

    #[test]
    fn mistakes() {
        for wrong in [
            "25:plain",
            "0",
            "x",
            "25:quic",
            "2000:starttls",
            "25,25:imap",
            "",
        ] {
            assert!(read(wrong, None).is_err(), "{wrong}");
        }
    }
}
