//! The resolver against a name server of a few lines on loopback.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hickory_resolver::proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, CNAME, MX};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};

use super::*;

const PATIENCE: Duration = Duration::from_secs(5);

/// What the server does with a question.
enum Reply {
    Records(Vec<RData>),
    Code(ResponseCode),
    Silence,
    Noise,
    /// Too long for UDP: comes over TCP.
    OverTcp(Vec<RData>),
}

type Script = dyn Fn(&Name, RecordType) -> Reply + Send + Sync;

struct Responder {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Responder {
    fn start(script: impl Fn(&Name, RecordType) -> Reply + Send + Sync + 'static) -> Self {
        let script: Arc<Script> = Arc::new(script);
        let (tcp, udp) = (0..50)
            .find_map(|_| {
                let tcp = TcpListener::bind("127.0.0.1:0").ok()?;
                let udp = UdpSocket::bind(tcp.local_addr().ok()?).ok()?;
                Some((tcp, udp))
            })
            .expect("a port that is free for both");
        let address = udp.local_addr().unwrap();
        let (asked, stop) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let over_udp = {
            let (script, asked, stop) = (script.clone(), asked.clone(), stop.clone());
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok((length, peer)) = udp.recv_from(&mut buffer) {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    asked.fetch_add(1, Ordering::SeqCst);
                    if let Some(bytes) = answer(&buffer[..length], &script, false) {
                        udp.send_to(&bytes, peer).unwrap();
                    }
                }
            })
        };
        let over_tcp = {
            let stop = stop.clone();
            thread::spawn(move || {
                while let Ok((mut stream, _)) = tcp.accept() {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    let mut length = [0; 2];
                    stream.read_exact(&mut length).unwrap();
                    let mut buffer = vec![0; usize::from(u16::from_be_bytes(length))];
                    stream.read_exact(&mut buffer).unwrap();
                    if let Some(bytes) = answer(&buffer, &script, true) {
                        let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
                        stream.write_all(&[&length[..], &bytes].concat()).unwrap();
                    }
                }
            })
        };
        Responder {
            address,
            asked,
            stop,
            threads: vec![over_udp, over_tcp],
        }
    }

    fn resolver(&self) -> Resolver {
        Resolver::at(&[self.address]).unwrap()
    }
}

impl Drop for Responder {
    #[expect(clippy::disallowed_methods, reason = "a test wakes its own server")]
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let waker = UdpSocket::bind("127.0.0.1:0").unwrap();
        let _ = waker.send_to(b"", self.address);
        let _ = std::net::TcpStream::connect(self.address);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn answer(question: &[u8], script: &Arc<Script>, tcp: bool) -> Option<Vec<u8>> {
    let question = Message::from_vec(question).unwrap();
    let query = question.queries.first().unwrap().clone();
    let mut message = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
    message.add_query(query.clone());
    message.metadata.recursion_available = true;
    match script(query.name(), query.query_type()) {
        Reply::Silence => return None,
        Reply::Noise => {
            return Some([&question.metadata.id.to_be_bytes()[..], &[0xff; 20]].concat());
        }
        Reply::Code(code) => message.metadata.response_code = code,
        Reply::OverTcp(_) if !tcp => message.metadata.truncation = true,
        Reply::Records(records) | Reply::OverTcp(records) => {
            let mut owner = query.name().clone();
            for data in records {
                message.add_answer(Record::from_rdata(owner.clone(), 60, data.clone()));
                if let RData::CNAME(target) = data {
                    owner = target.0;
                }
            }
        }
    }
    Some(message.to_vec().unwrap())
}

fn mx(preference: u16, host: &str) -> RData {
    RData::MX(MX::new(preference, Name::from_ascii(host).unwrap()))
}

fn a(last: u8) -> RData {
    RData::A(A(Ipv4Addr::new(192, 0, 2, last)))
}

fn outcome_of(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Outcome {
    let server = Responder::start(move |_, _| reply());
    let error = server.resolver().mx("example.org", PATIENCE).unwrap_err();
    assert_eq!(error.server, Some(server.address));
    assert_eq!(error.question, "MX of example.org");
    error.outcome
}

#[test]
fn exchangers_come_by_preference_then_by_name() {
    let server = Responder::start(|name, kind| {
        assert_eq!(
            (name.to_ascii().as_str(), kind),
            ("xn--bcher-kva.example.", RecordType::MX)
        );
        Reply::Records(vec![
            mx(20, "backup.example.org."),
            mx(10, "MX2.example.org."),
            mx(10, "mx1.example.org."),
            mx(30, "mx1.example.org."),
            mx(5, "."),
        ])
    });
    let hosts = server.resolver().mx("bücher.example", PATIENCE).unwrap();
    let hosts: Vec<_> = hosts
        .iter()
        .map(|mx| (mx.preference, mx.host.as_str(), mx.implicit))
        .collect();
    assert_eq!(
        hosts,
        [
            (10, "mx1.example.org", false),
            (10, "mx2.example.org", false),
            (20, "backup.example.org", false),
        ]
    );
}

#[test]
fn a_null_mx_takes_no_mail() {
    assert_eq!(
        outcome_of(|| Reply::Records(vec![mx(0, ".")])),
        Outcome::NullMx
    );
}

#[test]
fn without_mx_the_domain_itself_is_the_exchanger() {
    let server = Responder::start(|_, kind| match kind {
        RecordType::A => Reply::Records(vec![a(1)]),
        _ => Reply::Records(vec![]),
    });
    assert_eq!(
        server.resolver().mx("Example.org.", PATIENCE).unwrap(),
        [Mx {
            preference: 0,
            host: "example.org".into(),
            implicit: true
        }]
    );
}

#[test]
fn neither_mx_nor_address_is_no_data() {
    assert_eq!(outcome_of(|| Reply::Records(vec![])), Outcome::NoData);
}

#[test]
fn response_codes_are_told_apart() {
    assert_eq!(
        outcome_of(|| Reply::Code(ResponseCode::NXDomain)),
        Outcome::NxDomain
    );
    assert_eq!(
        outcome_of(|| Reply::Code(ResponseCode::ServFail)),
        Outcome::ServFail
    );
    assert_eq!(
        outcome_of(|| Reply::Code(ResponseCode::Refused)),
        Outcome::Refused
    );
    assert_eq!(
        outcome_of(|| Reply::Code(ResponseCode::NotImp)),
        Outcome::ResponseCode("NOTIMP".into())
    );
}

#[test]
fn noise_is_no_answer() {
    let outcome = outcome_of(|| Reply::Noise);
    assert!(!outcome.is_final(), "{outcome:?}");
}

#[test]
fn silence_ends_with_the_deadline() {
    let server = Responder::start(|_, _| Reply::Silence);
    let clock = crate::time::Clock::start();
    let error = server
        .resolver()
        .mx("example.org", Duration::from_millis(300))
        .unwrap_err();
    assert!(
        clock.elapsed() < Duration::from_millis(550),
        "{:?}",
        clock.elapsed()
    );
    assert!(matches!(error.outcome, Outcome::Timeout(_)), "{error}");
    assert!(
        error
            .to_string()
            .starts_with("cannot find MX of example.org: no answer from 127.0.0.1:"),
        "{error}"
    );
    let none = server
        .resolver()
        .mx("example.org", Duration::ZERO)
        .unwrap_err();
    assert!(matches!(none.outcome, Outcome::Timeout(_)), "{none}");
}

#[test]
fn the_next_server_is_asked_when_one_is_silent_or_refuses() {
    for dead in [|| Reply::Silence, || Reply::Code(ResponseCode::Refused)] {
        let first = Responder::start(move |_, _| dead());
        let second = Responder::start(|_, _| Reply::Records(vec![mx(10, "mx.example.org.")]));
        let resolver = Resolver::at(&[first.address, second.address]).unwrap();
        let hosts = resolver.mx("example.org", Duration::from_secs(2)).unwrap();
        assert_eq!(hosts.len(), 1);
        assert!(first.asked.load(Ordering::SeqCst) > 0);
    }
}

#[test]
fn an_answer_tells_more_than_silence() {
    let silent = Responder::start(|_, _| Reply::Silence);
    let refusing = Responder::start(|_, _| Reply::Code(ResponseCode::Refused));
    let resolver = Resolver::at(&[silent.address, refusing.address]).unwrap();
    let error = resolver
        .mx("example.org", Duration::from_millis(400))
        .unwrap_err();
    assert_eq!(
        (error.server, error.outcome),
        (Some(refusing.address), Outcome::Refused)
    );
    assert_eq!(refusing.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn what_is_final_is_asked_once() {
    let first = Responder::start(|_, _| Reply::Code(ResponseCode::NXDomain));
    let second = Responder::start(|_, _| Reply::Silence);
    let resolver = Resolver::at(&[first.address, second.address]).unwrap();
    assert_eq!(
        resolver.mx("example.org", PATIENCE).unwrap_err().outcome,
        Outcome::NxDomain
    );
    assert_eq!(first.asked.load(Ordering::SeqCst), 1);
    assert_eq!(second.asked.load(Ordering::SeqCst), 0);
}

#[test]
fn long_answers_come_over_tcp_and_are_bounded() {
    let server = Responder::start(|_, _| {
        Reply::OverTcp(
            (0..400)
                .map(|n| mx(n, &format!("mx{n}.example.org.")))
                .collect(),
        )
    });
    let hosts = server.resolver().mx("example.org", PATIENCE).unwrap();
    assert_eq!(hosts.len(), 64);
    assert_eq!(hosts[0].host, "mx0.example.org");
}

#[test]
fn aliases_are_followed() {
    let server = Responder::start(|_, _| {
        Reply::Records(vec![
            RData::CNAME(CNAME(Name::from_ascii("other.example.org.").unwrap())),
            mx(10, "mx.example.org."),
        ])
    });
    assert_eq!(
        server.resolver().mx("example.org", PATIENCE).unwrap()[0].host,
        "mx.example.org"
    );
}

#[test]
fn addresses_come_by_family() {
    let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2);
    let server = Responder::start(move |_, kind| match kind {
        RecordType::A => Reply::Records(vec![a(1), a(2)]),
        _ => Reply::Records(vec![RData::AAAA(AAAA(v6))]),
    });
    let resolver = server.resolver();
    let of = |family| {
        resolver
            .addresses("mx.example.org", family, PATIENCE)
            .unwrap()
    };
    let v4: Vec<IpAddr> = vec!["192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap()];
    assert_eq!(of(Family::V4), v4);
    assert_eq!(of(Family::V6), [IpAddr::V6(v6)]);
    assert_eq!(of(Family::Any), [&v4[..], &[IpAddr::V6(v6)]].concat());
}

#[test]
fn a_failing_family_does_not_hide_the_other() {
    let server = Responder::start(|_, kind| match kind {
        RecordType::A => Reply::Records(vec![a(1)]),
        _ => Reply::Code(ResponseCode::ServFail),
    });
    let resolver = server.resolver();
    assert_eq!(
        resolver
            .addresses("mx.example.org", Family::Any, PATIENCE)
            .unwrap()
            .len(),
        1
    );
    let error = resolver
        .addresses("mx.example.org", Family::V6, PATIENCE)
        .unwrap_err();
    assert_eq!(error.outcome, Outcome::ServFail);
    assert_eq!(
        error.to_string(),
        format!(
            "cannot find AAAA of mx.example.org: {} answers SERVFAIL",
            server.address
        )
    );
}

#[test]
fn an_address_stands_for_itself() {
    let server = Responder::start(|_, _| Reply::Silence);
    let resolver = server.resolver();
    for text in ["[2001:db8::2]", "2001:db8::2", "192.0.2.7"] {
        assert_eq!(
            resolver
                .addresses(text, Family::Any, PATIENCE)
                .unwrap()
                .len(),
            1
        );
    }
    assert_eq!(server.asked.load(Ordering::SeqCst), 0);
}

#[test]
fn one_resolver_serves_several_threads() {
    let server = Responder::start(|_, _| Reply::Records(vec![mx(10, "mx.example.org.")]));
    let resolver = server.resolver();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(resolver.mx("example.org", PATIENCE).is_ok()));
        }
    });
}

#[test]
fn no_server_is_an_error_not_a_panic() {
    let error = Resolver::at(&[]).err().unwrap();
    assert_eq!(error.to_string(), "cannot ask name servers: there is none");
}
