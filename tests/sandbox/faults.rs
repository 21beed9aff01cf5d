//! Every way in which a server of the sandbox misbehaves, as one table of named entries. A fault is data: a
//! [`Phase`] and an [`Action`] that replaces or surrounds the good reply of that phase. What no such pair can say
//! (a lie told across several replies) is a [`Twist`] that the good server asks for at the place concerned.

mod common;
mod imap;
mod pop3;
mod smtp;

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use super::pki::{Certificate, TlsPolicy};
use super::sasl::Mechanism;
use super::{Service, Transport};

/// One named fault.
#[derive(Debug)]
pub struct Fault {
    /// Unique, kebab-case.
    pub name: &'static str,
    /// One line for people.
    pub about: &'static str,
    pub services: Vec<Service>,
    pub transports: Vec<Transport>,
    pub phase: Phase,
    pub action: Action,
    /// Exit codes of a probe that gets as far as [`Fault::phase`] and judges rightly.
    pub wanted: &'static [i32],
    /// Only these mechanisms are offered, because the fault belongs to them; empty: the scenario decides.
    pub offer: &'static [Mechanism],
}

/// Where a dialogue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    Connect,
    Greeting,
    /// EHLO, HELO, LHLO; CAPABILITY; CAPA. Each time.
    Capability,
    Starttls,
    /// The handshake.
    Tls,
    /// The first capabilities after STARTTLS.
    SecureCapability,
    /// The first answer to a login (often a challenge).
    Auth,
    /// The outcome of a login.
    Login,
    Mail,
    Rcpt,
    /// The answer to DATA.
    Data,
    /// The answer to the message.
    Body,
    Rset,
    List,
    Status,
    Select,
    Search,
    Fetch,
    Append,
    Quota,
    Stat,
    Uidl,
    Top,
    /// IDLE, before the first news.
    Idle,
    /// STORE, by which messages are marked.
    Store,
    /// DELE
    Delete,
    Quit,
}

/// What a client must do to get so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Every check meets it.
    Always,
    /// A check that logs in.
    Login,
    /// A check of an SMTP envelope.
    Envelope,
    /// A check that sends a message (DATA, APPEND).
    Message,
    /// A check that looks into a mailbox.
    Mailbox,
}

impl Phase {
    /// Those that each service has faults for. IDLE, STORE and DELE are met by check_roundtrip alone, whose tests say
    /// themselves what happens there.
    pub const ALL: [Phase; 24] = [
        Phase::Connect,
        Phase::Greeting,
        Phase::Capability,
        Phase::Starttls,
        Phase::Tls,
        Phase::SecureCapability,
        Phase::Auth,
        Phase::Login,
        Phase::Mail,
        Phase::Rcpt,
        Phase::Data,
        Phase::Body,
        Phase::Rset,
        Phase::List,
        Phase::Status,
        Phase::Select,
        Phase::Search,
        Phase::Fetch,
        Phase::Append,
        Phase::Quota,
        Phase::Stat,
        Phase::Uidl,
        Phase::Top,
        Phase::Quit,
    ];

    /// The protocol's word for it; none where the protocol has no such step.
    pub fn word(self, service: Service) -> Option<&'static str> {
        use Service::{Imap, Lmtp, Pop3, Smtp};
        Some(match (self, service) {
            (Phase::Connect, _) => "connect",
            (Phase::Greeting, _) => "greeting",
            (Phase::Capability, Smtp) => "ehlo",
            (Phase::Capability, Lmtp) => "lhlo",
            (Phase::Capability, Imap) => "capability",
            (Phase::Capability, Pop3) => "capa",
            (Phase::Starttls, Pop3) => "stls",
            (Phase::Starttls, _) => "starttls",
            (Phase::Tls, _) => "tls",
            (Phase::SecureCapability, Smtp) => "ehlo-after-tls",
            (Phase::SecureCapability, Lmtp) => "lhlo-after-tls",
            (Phase::SecureCapability, Imap) => "capability-after-tls",
            (Phase::SecureCapability, Pop3) => "capa-after-tls",
            (Phase::Auth | Phase::Login, Smtp | Imap | Pop3) => "auth",
            (Phase::Mail, Smtp | Lmtp) => "mail",
            (Phase::Rcpt, Smtp | Lmtp) => "rcpt",
            (Phase::Data, Smtp | Lmtp) => "data",
            (Phase::Body, Smtp | Lmtp) => "message",
            (Phase::Rset, Smtp | Lmtp) => "rset",
            (Phase::List, Imap | Pop3) => "list",
            (Phase::Status, Imap) => "status",
            (Phase::Select, Imap) => "select",
            (Phase::Search, Imap) => "search",
            (Phase::Fetch, Imap) => "fetch",
            (Phase::Append, Imap) => "append",
            (Phase::Quota, Imap) => "quota",
            (Phase::Stat, Pop3) => "stat",
            (Phase::Uidl, Pop3) => "uidl",
            (Phase::Top, Pop3) => "top",
            (Phase::Idle, Imap) => "idle",
            (Phase::Store, Imap) => "store",
            (Phase::Delete, Pop3) => "dele",
            (Phase::Quit, Imap) => "logout",
            (Phase::Quit, _) => "quit",
            _ => return None,
        })
    }

    /// Transports over which a session can come here.
    pub fn transports(self) -> &'static [Transport] {
        match self {
            Phase::Starttls | Phase::SecureCapability => &[Transport::Starttls],
            Phase::Tls => &[Transport::Starttls, Transport::Tls],
            _ => &Transport::ALL,
        }
    }

    pub fn reach(self) -> Reach {
        match self {
            Phase::Auth | Phase::Login | Phase::Stat => Reach::Login,
            Phase::Mail | Phase::Rcpt | Phase::Rset => Reach::Envelope,
            Phase::Data
            | Phase::Body
            | Phase::Append
            | Phase::Idle
            | Phase::Store
            | Phase::Delete => Reach::Message,
            Phase::List
            | Phase::Status
            | Phase::Select
            | Phase::Search
            | Phase::Fetch
            | Phase::Quota
            | Phase::Uidl
            | Phase::Top => Reach::Mailbox,
            _ => Reach::Always,
        }
    }
}

/// What happens in a phase, in place of the good reply unless said otherwise. In texts `{tag}` stands for the
/// tag of the IMAP command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Nobody listens on the port (connect only).
    Refused,
    /// The port takes SYNs and answers nothing (connect only).
    BlackHole,
    /// This reply; the dialogue goes on.
    Reply(&'static [u8]),
    /// This reply, then FIN.
    ReplyClose(&'static [u8]),
    /// This, then one endless line.
    ReplyEndless(&'static [u8]),
    /// These bytes, then nothing more.
    ReplySilence(&'static [u8]),
    /// FIN.
    Close,
    /// RST.
    Reset,
    /// FIN, but the server goes on reading and never closes.
    HalfClose,
    /// Reads on and says nothing more.
    Silence,
    /// From here on one byte at a time, with this pause before each.
    Drip(Duration),
    /// Each byte of this reply is a segment of its own, without a pause that would hurt.
    Crumbs,
    /// The first half of the good reply, then FIN.
    Cut,
    /// Random bytes, then FIN.
    Garbage,
    /// Endless zero bytes.
    Zeros,
    /// One endless line.
    EndlessLine,
    /// A reply that never gets to its last line.
    EndlessReply,
    /// That many bytes of continuation lines, then the good reply.
    BigReply(usize),
    /// This, then the good reply.
    Before(&'static [u8]),
    /// The good reply and these bytes in the same segment.
    After(&'static [u8]),
    /// The good reply, late.
    Delay(Duration),
    /// This, a pause, the good reply.
    BeforeAndDelay(&'static [u8], Duration),
    /// A certificate that is not the good one.
    Certificate(Certificate),
    /// A TLS set-up that is not the usual one.
    Tls(TlsPolicy),
    /// See there.
    Twist(Twist),
}

/// Lies that one reply cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    /// STARTTLS is not among the capabilities, and refused.
    NoStarttls,
    /// All capabilities in lower case.
    LowerCase,
    /// STARTTLS is the last line and the only capability.
    StarttlsLast,
    /// After TLS no login is offered any more.
    NoAuthAfterTls,
    /// After TLS STARTTLS is still offered.
    StarttlsAfterTls,
    /// EHLO is refused, HELO taken.
    EhloRefused,
    /// Lines end in LF alone.
    LfOnly,
    /// The login fails, and the text repeats what the client sent, as it is and decoded.
    EchoSecret,
    /// Each response of the client is met with another challenge.
    EndlessAuth,
    /// The SCRAM server signature is wrong although the login is accepted.
    WrongServerSignature,
    /// The server accepts without its SCRAM signature.
    NoServerSignature,
    /// The SCRAM nonce does not start with the client's.
    ForeignNonce,
    /// SCRAM with four thousand million iterations.
    HugeIterations,
    /// Any login is accepted.
    AnyLogin,
    /// LOGINDISABLED, and LOGIN refused.
    LoginDisabled,
    /// STAT counts one message more than LIST.
    StatDisagrees,
    /// UIDL has one message less than LIST.
    UidlDisagrees,
    /// UIDL gives two messages the same id.
    UidlTwice,
    /// Lines that start with a dot are not stuffed.
    NoDotStuffing,
    /// SEARCH names messages that do not match.
    SearchLies,
}

/// The whole table, in a steady order.
pub fn all() -> &'static [Fault] {
    static ALL: OnceLock<Vec<Fault>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = common::faults();
        all.extend(smtp::faults());
        all.extend(imap::faults());
        all.extend(pop3::faults());
        for fault in &mut all {
            if fault.about.is_empty() {
                fault.about = Box::leak(told(fault.action).into_boxed_str());
            }
        }
        all
    })
}

/// The fault of this name.
pub fn by_name(name: &str) -> Option<&'static Fault> {
    all().iter().find(|fault| fault.name == name)
}

/// All faults that a session with this service over this transport can meet.
pub fn for_service(service: Service, transport: Transport) -> Vec<&'static Fault> {
    let meets =
        |fault: &&Fault| fault.services.contains(&service) && fault.transports.contains(&transport);
    all().iter().filter(meets).collect()
}

impl Fault {
    /// One that is in no table, for a single test.
    pub fn custom(service: Service, phase: Phase, action: Action) -> &'static Fault {
        Box::leak(Box::new(Fault::new("custom", &[service], phase, action)))
    }

    /// What a client must do to meet it.
    pub fn reach(&self) -> Reach {
        self.phase.reach()
    }

    /// True if a right probe stays OK.
    pub fn harmless(&self) -> bool {
        self.wanted == OK
    }

    fn new(name: &'static str, services: &[Service], phase: Phase, action: Action) -> Fault {
        Fault {
            name,
            about: "",
            services: services.to_vec(),
            transports: phase.transports().to_vec(),
            phase,
            action,
            wanted: if phase == Phase::Quit { OK } else { CRITICAL },
            offer: &[],
        }
    }

    fn named(mut self, name: &'static str) -> Fault {
        self.name = name;
        self
    }

    fn acting(mut self, action: Action) -> Fault {
        self.action = action;
        self
    }

    fn about(mut self, about: &'static str) -> Fault {
        self.about = about;
        self
    }

    fn wanted(mut self, wanted: &'static [i32]) -> Fault {
        self.wanted = wanted;
        self
    }

    fn over(mut self, transports: &[Transport]) -> Fault {
        self.transports = transports.to_vec();
        self
    }

    fn offering(mut self, offer: &'static [Mechanism]) -> Fault {
        self.offer = offer;
        self
    }
}

const OK: &[i32] = &[0];
const WARNING: &[i32] = &[1];
const CRITICAL: &[i32] = &[2];
/// Where two good probes may differ.
const ALARM: &[i32] = &[1, 2];
const ANY: &[i32] = &[0, 1, 2];

/// What a fault without an explanation of its own does.
fn told(action: Action) -> String {
    let text = |text: &[u8]| {
        String::from_utf8_lossy(text)
            .trim_end()
            .escape_debug()
            .to_string()
    };
    match action {
        Action::Reply(reply) => format!("answers {}", text(reply)),
        Action::ReplyClose(reply) => format!("answers {} and closes", text(reply)),
        Action::ReplySilence(reply) => format!("says {} and nothing more", text(reply)),
        Action::After(more) => format!("says {} behind the good reply", text(more)),
        _ => String::new(),
    }
}

/// One fault per word that the services have for a phase: `ehlo-reset`, `capability-reset`, ...
fn per_word(services: &[Service], phase: Phase, suffix: &str, action: Action) -> Vec<Fault> {
    let mut words: BTreeMap<&'static str, Vec<Service>> = BTreeMap::new();
    for service in services {
        if let Some(word) = phase.word(*service) {
            words.entry(word).or_default().push(*service);
        }
    }
    let named = |(word, services): (&str, Vec<Service>)| {
        // The table lives as long as the process.
        let name: &'static str = Box::leak(format!("{word}-{suffix}").into_boxed_str());
        Fault::new(name, &services, phase, action)
    };
    words.into_iter().map(named).collect()
}
