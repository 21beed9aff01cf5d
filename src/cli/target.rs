//! What to check: hosts, ports, addresses, MX.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;

use super::argv::Invocation;
use super::usage::UsageError;
use crate::net::{Family, Host};
use crate::session::Dial;

/// More targets than this in one run are a mistake.
const MOST: usize = 512;

/// How a port is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// In plain text.
    Plain,
    /// Plain first, then STARTTLS or STLS.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

/// A port and how it is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// The number.
    pub number: u16,
    /// How it is spoken to.
    pub security: Security,
}

/// The options.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "What to check")]
pub struct TargetOptions {
    /// Host name, address, or /path of a unix socket; repeatable
    #[arg(
        short = 'H',
        long = "hostname",
        visible_alias = "host",
        value_name = "HOST"
    )]
    pub hosts: Vec<String>,
    /// The same without -H
    #[arg(value_name = "HOST", hide = true)]
    pub plain_hosts: Vec<String>,
    /// Ports; each may say its transport: 25,465:tls,587:starttls
    #[arg(
        short = 'p',
        long = "port",
        value_name = "PORT[,PORT]",
        value_delimiter = ','
    )]
    pub ports: Vec<String>,
    /// Every MX host of this domain
    #[arg(long, value_name = "DOMAIN")]
    pub mx: Vec<String>,
    /// Probe each address of a host on its own
    #[arg(long)]
    pub all_addresses: bool,
    /// Connect to this address; the host stays the name for TLS
    #[arg(long, value_name = "IP")]
    pub address: Option<IpAddr>,
    /// IPv4 only
    #[arg(
        short = '4',
        long = "use-ipv4",
        visible_alias = "ipv4",
        overrides_with = "ipv6"
    )]
    pub ipv4: bool,
    /// IPv6 only
    #[arg(short = '6', long = "use-ipv6", visible_alias = "ipv6")]
    pub ipv6: bool,
    /// Ask this name server for MX records and the hosts they name
    #[arg(long, value_name = "IP[:PORT]")]
    pub resolver: Vec<String>,
}

/// What the options name, before any name is looked up.
#[derive(Clone, Debug)]
pub struct Targets {
    /// Hosts and sockets.
    pub endpoints: Vec<Endpoint>,
    /// Domains whose MX hosts are meant.
    pub mx: Vec<String>,
    /// Ports, for hosts.
    pub ports: Vec<Port>,
    /// Which addresses.
    pub family: Family,
    /// Each address on its own?
    pub all_addresses: bool,
    /// Connect here.
    pub address: Option<IpAddr>,
    /// Name servers to ask; the system's when empty.
    pub resolvers: Vec<SocketAddr>,
    /// How a unix socket is spoken to.
    pub socket_security: Security,
}

/// A host or a socket.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// A host.
    Host(Host),
    /// A unix socket.
    Socket(PathBuf),
}

impl TargetOptions {
    /// Validates. `security` is what the options say; `default` gives the port for a security when
    /// none is named; `implied` is the security that the name of the binary implies.
    pub fn plan(
        &self,
        invocation: &Invocation,
        security: Option<Security>,
        default: impl Fn(Security) -> u16,
    ) -> Result<Targets, UsageError> {
        let mut endpoints = Vec::new();
        for text in self.hosts.iter().chain(&self.plain_hosts) {
            endpoints.push(if text.starts_with('/') {
                Endpoint::Socket(PathBuf::from(text))
            } else {
                Endpoint::Host(host(text)?)
            });
        }
        if endpoints.is_empty() && self.mx.is_empty() {
            if invocation.bare {
                return Err(UsageError(
                    "which host? give -H HOST (see --help)".to_owned(),
                ));
            }
            endpoints.push(Endpoint::Host(
                Host::parse("127.0.0.1").map_err(UsageError::new)?,
            ));
        }
        let mut ports = Vec::new();
        for text in &self.ports {
            ports.push(port(text, security)?);
        }
        if ports.is_empty() {
            let security = security.unwrap_or(Security::Plain);
            ports.push(Port {
                number: default(security),
                security,
            });
        }
        let family = match (self.ipv4, self.ipv6) {
            (true, _) => Family::V4,
            (_, true) => Family::V6,
            _ => Family::Any,
        };
        if let Some(wrong) = self.mx.iter().find(|domain| Host::parse(domain).is_err()) {
            return Err(UsageError(format!("--mx {wrong:?}: is no domain")));
        }
        if self.address.is_some() && (endpoints.len() != 1 || !self.mx.is_empty()) {
            return Err(UsageError("--address needs exactly one host".to_owned()));
        }
        if (endpoints.len() + self.mx.len()) * ports.len() > MOST {
            return Err(UsageError(format!("more than {MOST} targets")));
        }
        Ok(Targets {
            endpoints,
            mx: self.mx.clone(),
            ports,
            family,
            all_addresses: self.all_addresses,
            address: self.address,
            resolvers: self
                .resolver
                .iter()
                .map(|text| server("--resolver", text))
                .collect::<Result<_, _>>()?,
            socket_security: security.unwrap_or(Security::Plain),
        })
    }
}

impl Targets {
    /// Does any of them use TLS?
    #[must_use]
    pub fn use_tls(&self) -> bool {
        let hosts = !self.mx.is_empty()
            || self
                .endpoints
                .iter()
                .any(|one| matches!(one, Endpoint::Host(_)));
        let sockets = self
            .endpoints
            .iter()
            .any(|one| matches!(one, Endpoint::Socket(_)));
        (hosts
            && self
                .ports
                .iter()
                .any(|port| port.security != Security::Plain))
            || (sockets && self.socket_security != Security::Plain)
    }

    /// STARTTLS where `options` leave the transport open and the port is not one of TLS by registration.
    pub fn prefer_starttls(&mut self, options: &TargetOptions) {
        if options.ports.iter().any(|text| text.contains(':')) {
            return;
        }
        for port in &mut self.ports {
            if port.security == Security::Plain {
                port.security = Security::Starttls;
            }
        }
        if self.socket_security == Security::Plain {
            self.socket_security = Security::Starttls;
        }
    }

    /// Must a name be looked up before it is known how many targets there are?
    #[must_use]
    pub fn need_expansion(&self) -> bool {
        !self.mx.is_empty() || self.all_addresses
    }

    /// The dials of one endpoint, with the addresses to use if they are known already.
    #[must_use]
    pub fn dials(&self, endpoint: &Endpoint, addresses: &[IpAddr]) -> Vec<(Dial, Security)> {
        match endpoint {
            Endpoint::Socket(path) => vec![(Dial::Unix(path.clone()), self.socket_security)],
            Endpoint::Host(host) => self
                .ports
                .iter()
                .map(|port| {
                    let dial = Dial::Tcp {
                        host: host.clone(),
                        addresses: self
                            .address
                            .map_or_else(|| addresses.to_vec(), |address| vec![address]),
                        port: port.number,
                        family: self.family,
                    };
                    (dial, port.security)
                })
                .collect(),
        }
    }
}

/// A host; a port behind it is a mistake that can be told.
fn host(text: &str) -> Result<Host, UsageError> {
    Host::parse(text).map_err(|error| match text.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() && Host::parse(host).is_ok() => {
            UsageError(format!("{error}: give the port with -p {port}"))
        }
        _ => UsageError::new(error),
    })
}

/// A port with or without its transport. Without one the options decide; where they say nothing,
/// the ports that are TLS by registration are TLS (RFC 8314 §7).
fn port(text: &str, security: Option<Security>) -> Result<Port, UsageError> {
    let wrong = |why: &str| UsageError(format!("-p {text:?}: {why}"));
    let (number, transport) = match text.trim().split_once(':') {
        Some((number, transport)) => (number, Some(transport)),
        None => (text.trim(), None),
    };
    let number = number.parse::<u16>().ok().filter(|&number| number > 0);
    let number = number.ok_or_else(|| wrong("a port is a number from 1 to 65535"))?;
    let said = match transport.map(str::to_ascii_lowercase).as_deref() {
        None => None,
        Some("plain") => Some(Security::Plain),
        Some("starttls" | "stls") => Some(Security::Starttls),
        Some("tls" | "ssl") => Some(Security::Tls),
        Some(_) => return Err(wrong("a transport is plain, starttls or tls")),
    };
    let usual = if matches!(number, 465 | 993 | 995) {
        Security::Tls
    } else {
        Security::Plain
    };
    Ok(Port {
        number,
        security: said.or(security).unwrap_or(usual),
    })
}

/// A name server, on port 53 unless another is said.
pub fn server(option: &str, text: &str) -> Result<SocketAddr, UsageError> {
    let bare = text
        .trim_matches(['[', ']'])
        .parse::<IpAddr>()
        .map(|address| SocketAddr::new(address, 53));
    text.parse::<SocketAddr>()
        .or(bare)
        .map_err(|_| UsageError(format!("{option}: {text:?} is no IP or IP:PORT")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_may_say_its_transport() {
        let plan = |text, security| port(text, security).unwrap();
        let expect = |number, security| Port { number, security };
        assert_eq!(plan("25", None), expect(25, Security::Plain));
        assert_eq!(
            plan("25", Some(Security::Starttls)),
            expect(25, Security::Starttls)
        );
        assert_eq!(plan("465", None), expect(465, Security::Tls));
        assert_eq!(
            plan("465:plain", Some(Security::Tls)),
            expect(465, Security::Plain)
        );
        assert_eq!(plan("587:STARTTLS", None), expect(587, Security::Starttls));
        for wrong in ["", "0", "65536", "25:", "25:quic", "x", "-1", "25 26"] {
            assert!(port(wrong, None).is_err(), "{wrong}");
        }
    }

    #[test]
    fn name_servers_with_and_without_port() {
        assert_eq!(
            server("-n", "192.0.2.1").unwrap().to_string(),
            "192.0.2.1:53"
        );
        assert_eq!(
            server("-n", "192.0.2.1:5353").unwrap().to_string(),
            "192.0.2.1:5353"
        );
        assert_eq!(
            server("-n", "2001:db8::1").unwrap().to_string(),
            "[2001:db8::1]:53"
        );
        assert_eq!(
            server("-n", "[2001:db8::1]:5353").unwrap().to_string(),
            "[2001:db8::1]:5353"
        );
        assert!(server("-n", "ns.example.org").is_err());
    }
}
