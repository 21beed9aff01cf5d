//! Faults below the protocol (connection, bytes, TLS), at each phase of each service.

use std::time::Duration;

use super::super::pki::{Certificate, TlsPolicy};
use super::super::scenario::{Service, Transport};
use super::{ALARM, Action, CRITICAL, Fault, OK, Phase, Twist, per_word};

const MEGABYTE: usize = 1 << 20;
const TLS: &[Transport] = &[Transport::Starttls, Transport::Tls];

/// At each phase.
const EVERYWHERE: [(&str, Action, &str); 3] = [
    ("close", Action::Close, "FIN instead of an answer"),
    ("reset", Action::Reset, "RST instead of an answer"),
    (
        "silence",
        Action::Silence,
        "the server reads on and answers nothing",
    ),
];

/// At the phases where a client reads most.
const STREAMS: [(&str, Action, &str); 8] = [
    (
        "half-close",
        Action::HalfClose,
        "the server closes its side only and never goes away",
    ),
    (
        "drip",
        Action::Drip(Duration::from_secs(1)),
        "one byte a second from here on",
    ),
    ("cut", Action::Cut, "FIN in the middle of the reply"),
    ("garbage", Action::Garbage, "random bytes, then FIN"),
    ("zeros", Action::Zeros, "endless binary zeros"),
    ("endless-line", Action::EndlessLine, "a line without end"),
    (
        "endless-reply",
        Action::EndlessReply,
        "a reply whose last line never comes",
    ),
    (
        "big-reply",
        Action::BigReply(10 * MEGABYTE),
        "10 MB of lines before the end of the reply",
    ),
];

pub fn faults() -> Vec<Fault> {
    let mut all = vec![
        Fault::new("refused", &Service::ALL, Phase::Connect, Action::Refused)
            .about("nobody listens on the port"),
        Fault::new(
            "black-hole",
            &Service::ALL,
            Phase::Connect,
            Action::BlackHole,
        )
        .about("SYNs are dropped: the connection never comes about"),
    ];
    for phase in Phase::ALL {
        // Auth strikes before Login, and both are called auth.
        if matches!(phase, Phase::Connect | Phase::Login) {
            continue;
        }
        for (suffix, action, about) in EVERYWHERE {
            all.extend(
                per_word(&Service::ALL, phase, suffix, action)
                    .into_iter()
                    .map(|f| f.about(about)),
            );
        }
        let streams = [
            Phase::Greeting,
            Phase::Capability,
            Phase::Starttls,
            Phase::Auth,
            Phase::List,
            Phase::Search,
            Phase::Fetch,
            Phase::Uidl,
            Phase::Top,
        ];
        if streams.contains(&phase) {
            for (suffix, action, about) in STREAMS {
                // One line is all that POP3 says in these phases: there is no reply that could be long.
                let single = matches!(phase, Phase::Greeting | Phase::Starttls | Phase::Auth)
                    && matches!(action, Action::EndlessReply | Action::BigReply(_));
                let services = if single {
                    &Service::ALL[..3]
                } else {
                    &Service::ALL[..]
                };
                let made = per_word(services, phase, suffix, action);
                all.extend(made.into_iter().map(|f| f.about(about)));
            }
        }
    }
    // What the reply after a big one says is good; whether ten megabytes are is the client's limit to say.
    for fault in &mut all {
        if matches!(fault.action, Action::BigReply(_)) {
            fault.wanted = &[0, 1, 2];
        }
    }
    all.extend(greetings());
    all.extend(logins());
    all.extend(tls());
    all
}

/// Greetings are service specific in their bytes, but these surround the good one.
fn greetings() -> Vec<Fault> {
    vec![
        Fault::new(
            "greeting-late",
            &Service::ALL,
            Phase::Greeting,
            Action::Delay(Duration::from_millis(300)),
        )
        .wanted(OK)
        .about("a greeting after 300 ms"),
        Fault::new(
            "greeting-crumbs",
            &Service::ALL,
            Phase::Greeting,
            Action::Crumbs,
        )
        .wanted(OK)
        .about("each byte of the greeting in a segment of its own"),
        Fault::new(
            "lf-only",
            &Service::ALL,
            Phase::Greeting,
            Action::Twist(Twist::LfOnly),
        )
        .wanted(&[0, 1])
        .about("all lines end in LF alone"),
    ]
}

/// Logins that go wrong in SASL, whatever the protocol.
fn logins() -> Vec<Fault> {
    use super::super::sasl::Mechanism::{Login, ScramSha256};
    let services = [Service::Smtp, Service::Imap, Service::Pop3];
    let lie = |name, phase, twist| Fault::new(name, &services, phase, Action::Twist(twist));
    vec![
        lie("auth-echoes-secret", Phase::Login, Twist::EchoSecret)
            .about("the refusal repeats what the client sent, as it is and decoded"),
        lie("auth-endless", Phase::Auth, Twist::EndlessAuth)
            .offering(&[Login])
            .about("each answer is met with another challenge"),
        lie(
            "auth-wrong-server-signature",
            Phase::Login,
            Twist::WrongServerSignature,
        )
        .offering(&[ScramSha256])
        .about("SCRAM: the server cannot prove that it knows the password"),
        lie(
            "auth-no-server-signature",
            Phase::Login,
            Twist::NoServerSignature,
        )
        .offering(&[ScramSha256])
        .about("SCRAM: the server accepts without its own proof"),
        lie("auth-foreign-nonce", Phase::Login, Twist::ForeignNonce)
            .offering(&[ScramSha256])
            .about("SCRAM: the server's nonce does not begin with the client's"),
        lie("auth-huge-iterations", Phase::Login, Twist::HugeIterations)
            .offering(&[ScramSha256])
            .about("SCRAM: four thousand million iterations"),
        lie("auth-any-login", Phase::Login, Twist::AnyLogin)
            .wanted(OK)
            .about("any password is accepted (a check that the login is refused alarms)"),
    ]
}

fn tls() -> Vec<Fault> {
    let at = |name, action| Fault::new(name, &Service::ALL, Phase::Tls, action);
    let shows = |name, certificate| at(name, Action::Certificate(certificate));
    let mut all = vec![
        at(
            "tls-stall",
            Action::ReplySilence(&[0x16, 0x03, 0x03, 0x00, 0x7a, 0x02]),
        )
        .about("the handshake stops in the middle of the ServerHello"),
        at("tls-garbage", Action::Garbage).about("random bytes instead of a ServerHello"),
        at("tls-zeros", Action::Zeros).about("endless zeros instead of a ServerHello"),
        at(
            "tls-alert",
            Action::ReplyClose(&[0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50]),
        )
        .about("fatal alert 80, internal error (OpenSMTPD 6.8 with OpenSSL 3.0)"),
        at(
            "tls-plain-text",
            Action::ReplyClose(b"500 5.5.1 this is not TLS\r\n"),
        )
        .about("plain text instead of a ServerHello"),
        at("tls-old", Action::Tls(TlsPolicy::Old)).about("TLS 1.0 and 1.1 only"),
        at(
            "tls-client-certificate",
            Action::Tls(TlsPolicy::ClientRequired),
        )
        .about("no session without a client certificate"),
        shows("cert-expired", Certificate::Expired).about("expired three days ago"),
        shows("cert-not-yet-valid", Certificate::NotYetValid)
            .about("valid from the day after tomorrow"),
        shows("cert-self-signed", Certificate::SelfSigned).about("signed by itself"),
        shows("cert-wrong-name", Certificate::WrongName).about("for www.example.org"),
        shows("cert-unknown-ca", Certificate::UnknownCa).about("signed by a CA that nobody knows"),
        shows(
            "cert-missing-intermediate",
            Certificate::MissingIntermediate,
        )
        .about("the intermediate certificate is not sent"),
        shows("cert-intermediate", Certificate::Intermediate)
            .about("a chain of three, complete")
            .wanted(OK),
    ];
    for service in Service::ALL {
        // Where the answer to the capabilities would be, after STARTTLS, the attacker's text already waits.
        let (name, text): (_, &'static [u8]) = match service {
            Service::Smtp => (
                "starttls-inject-smtp",
                b"250-evil.example.org\r\n250 AUTH PLAIN LOGIN\r\n",
            ),
            Service::Lmtp => (
                "starttls-inject-lmtp",
                b"250-evil.example.org\r\n250 AUTH PLAIN LOGIN\r\n",
            ),
            Service::Imap => (
                "starttls-inject-imap",
                b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
            ),
            Service::Pop3 => ("stls-inject", b"+OK capabilities\r\nUSER\r\n.\r\n"),
        };
        all.push(
            Fault::new(name, &[service], Phase::Starttls, Action::After(text))
                .about("plain text in the same segment as the STARTTLS go-ahead"),
        );
    }
    all.push(
        Fault::new(
            "starttls-not-offered",
            &Service::ALL,
            Phase::Capability,
            Action::Twist(Twist::NoStarttls),
        )
        .over(&[Transport::Starttls])
        .wanted(ALARM)
        .about("STARTTLS is not offered"),
    );
    all.push(
        Fault::new(
            "starttls-lower-case",
            &Service::ALL,
            Phase::Capability,
            Action::Twist(Twist::LowerCase),
        )
        .over(&[Transport::Starttls])
        .wanted(OK)
        .about("capabilities in lower case"),
    );
    all.push(
        Fault::new(
            "capabilities-shrink-after-tls",
            &[Service::Smtp, Service::Imap, Service::Pop3],
            Phase::SecureCapability,
            Action::Twist(Twist::NoAuthAfterTls),
        )
        .wanted(CRITICAL)
        .about("no login is offered after TLS (a check that logs in fails)"),
    );
    all.push(
        Fault::new(
            "starttls-after-tls",
            &Service::ALL,
            Phase::SecureCapability,
            Action::Twist(Twist::StarttlsAfterTls),
        )
        .wanted(&[0, 1])
        .about("STARTTLS is still offered after TLS"),
    );
    debug_assert!(
        all.iter()
            .all(|fault| fault.phase != Phase::Tls || fault.transports == TLS)
    );
    all
}
