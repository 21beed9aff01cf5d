//! What a sandbox is to be.

use std::time::Duration;

use super::delivery::Delivery;
use super::faults::Fault;
use super::pki::{Certificate, TlsPolicy};
use super::sasl::Mechanism;
use super::store::Store;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    Smtp,
    Lmtp,
    Imap,
    Pop3,
}

impl Service {
    pub const ALL: [Service; 4] = [Service::Smtp, Service::Lmtp, Service::Imap, Service::Pop3];

    pub fn name(self) -> &'static str {
        match self {
            Service::Smtp => "smtp",
            Service::Lmtp => "lmtp",
            Service::Imap => "imap",
            Service::Pop3 => "pop3",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    Plain,
    Starttls,
    Tls,
}

impl Transport {
    pub const ALL: [Transport; 3] = [Transport::Plain, Transport::Starttls, Transport::Tls];

    pub fn name(self) -> &'static str {
        match self {
            Transport::Plain => "plain",
            Transport::Starttls => "starttls",
            Transport::Tls => "tls",
        }
    }
}

/// Where a sandbox listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// 127.0.0.1
    V4,
    /// ::1
    V6,
    /// A socket in a directory of its own.
    Unix,
}

/// Which foreign recipients a server takes that should take none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relaying {
    None,
    /// Any: `user@elsewhere`.
    Any,
    /// `user%elsewhere@here`
    Percent,
    /// `elsewhere!user`
    Bang,
    /// `"user@elsewhere"@here`
    Quoted,
    /// `@here:user@elsewhere`
    SourceRoute,
}

/// A server to be, builder style.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub service: Service,
    pub transport: Transport,
    pub listen: Listen,
    /// 0: the kernel chooses.
    pub port: u16,
    pub fault: Option<&'static Fault>,
    pub certificate: Certificate,
    pub tls_policy: TlsPolicy,
    pub mechanisms: Vec<Mechanism>,
    /// Logins are on offer before STARTTLS (transport STARTTLS only).
    pub auth_before_tls: bool,
    /// IMAP: LOGIN is refused and LOGINDISABLED announced while there is no TLS.
    pub login_disabled: bool,
    /// SMTP: MAIL is refused with 530 while there is no TLS.
    pub require_tls: bool,
    /// SMTP: MAIL is refused with 530 before a login.
    pub require_auth: bool,
    /// Before each reply.
    pub latency: Duration,
    /// A PROXY header has to come first.
    pub proxy: bool,
    pub relaying: Relaying,
    /// SMTP SIZE; 0 announces no limit.
    pub size_limit: u64,
    /// Capabilities that are not announced (`PIPELINING`, `SASL-IR`, ...).
    pub without: Vec<&'static str>,
    /// Capability lines on top, verbatim.
    pub extra: Vec<&'static str>,
    /// IMAP: the greeting carries the capabilities.
    pub capability_greeting: bool,
    /// What IMAP and POP3 show, and SMTP delivers to.
    pub store: Store,
    /// What becomes of a message that SMTP takes.
    pub delivery: Delivery,
}

impl Scenario {
    pub fn new(service: Service, transport: Transport) -> Scenario {
        Scenario {
            service,
            transport,
            listen: Listen::V4,
            port: 0,
            fault: None,
            certificate: Certificate::Good,
            tls_policy: TlsPolicy::Modern,
            mechanisms: Mechanism::ALL.to_vec(),
            auth_before_tls: false,
            login_disabled: false,
            require_tls: false,
            require_auth: false,
            latency: Duration::ZERO,
            proxy: false,
            relaying: Relaying::None,
            size_limit: 52_428_800,
            without: Vec::new(),
            extra: Vec::new(),
            capability_greeting: true,
            store: Store::default(),
            delivery: Delivery::Good,
        }
    }

    pub fn smtp() -> Scenario {
        Scenario::new(Service::Smtp, Transport::Plain)
    }

    pub fn lmtp() -> Scenario {
        Scenario::new(Service::Lmtp, Transport::Plain)
    }

    pub fn imap() -> Scenario {
        Scenario::new(Service::Imap, Transport::Plain)
    }

    pub fn pop3() -> Scenario {
        Scenario::new(Service::Pop3, Transport::Plain)
    }

    pub fn transport(mut self, transport: Transport) -> Scenario {
        self.transport = transport;
        self
    }

    pub fn starttls(self) -> Scenario {
        self.transport(Transport::Starttls)
    }

    pub fn tls(self) -> Scenario {
        self.transport(Transport::Tls)
    }

    pub fn listen(mut self, listen: Listen) -> Scenario {
        self.listen = listen;
        self
    }

    pub fn port(mut self, port: u16) -> Scenario {
        self.port = port;
        self
    }

    pub fn fault(mut self, fault: &'static Fault) -> Scenario {
        self.fault = Some(fault);
        self
    }

    /// The fault of this name; panics when there is none, which is a mistake in the test.
    pub fn fault_named(self, name: &str) -> Scenario {
        let fault =
            super::faults::by_name(name).unwrap_or_else(|| panic!("no fault is called {name}"));
        assert!(
            fault.services.contains(&self.service),
            "{name} is no fault of {}",
            self.service.name()
        );
        assert!(
            fault.transports.contains(&self.transport),
            "{name} is no fault over {}",
            self.transport.name()
        );
        self.fault(fault)
    }

    pub fn certificate(mut self, certificate: Certificate) -> Scenario {
        self.certificate = certificate;
        self
    }

    pub fn tls_policy(mut self, policy: TlsPolicy) -> Scenario {
        self.tls_policy = policy;
        self
    }

    pub fn mechanisms(mut self, mechanisms: &[Mechanism]) -> Scenario {
        self.mechanisms = mechanisms.to_vec();
        self
    }

    pub fn auth_before_tls(mut self) -> Scenario {
        self.auth_before_tls = true;
        self
    }

    pub fn login_disabled(mut self) -> Scenario {
        self.login_disabled = true;
        self
    }

    pub fn require_tls(mut self) -> Scenario {
        self.require_tls = true;
        self
    }

    pub fn require_auth(mut self) -> Scenario {
        self.require_auth = true;
        self
    }

    pub fn latency(mut self, latency: Duration) -> Scenario {
        self.latency = latency;
        self
    }

    pub fn proxy(mut self) -> Scenario {
        self.proxy = true;
        self
    }

    pub fn relaying(mut self, relaying: Relaying) -> Scenario {
        self.relaying = relaying;
        self
    }

    pub fn size_limit(mut self, size: u64) -> Scenario {
        self.size_limit = size;
        self
    }

    pub fn without(mut self, capability: &'static str) -> Scenario {
        self.without.push(capability);
        self
    }

    pub fn extra(mut self, capability: &'static str) -> Scenario {
        self.extra.push(capability);
        self
    }

    pub fn no_capability_greeting(mut self) -> Scenario {
        self.capability_greeting = false;
        self
    }

    pub fn delivery(mut self, delivery: Delivery) -> Scenario {
        self.delivery = delivery;
        self
    }

    /// These mailboxes instead of a few of the usual; shared with every clone of `store`.
    pub fn store(mut self, store: &Store) -> Scenario {
        self.store = store.clone();
        self
    }
}
