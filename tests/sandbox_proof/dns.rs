//! The DNS server, asked by a resolver that others wrote, and by raw packets for what no resolver would show.

use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::time::Duration;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{TokioResolver, net::runtime::TokioRuntimeProvider};

use crate::sandbox::dns::{Behaviour, Data, Dns, Zone};

fn zone() -> Zone {
    Zone::new()
        .a("mail.example.test", [192, 0, 2, 7])
        .aaaa("mail.example.test", "2001:db8::7".parse().unwrap())
        .mx("example.test", 10, "mail.example.test")
        .mx("example.test", 20, "mx2.example.test")
        .null_mx("nomail.example.test")
        .txt("example.test", &"v=spf1 -all ".repeat(40))
        .cname("alias.example.test", "mail.example.test")
        .tlsa("_25._tcp.mail.example.test", 3, 1, 1, &[0xab; 32])
        .a("*.bl.example.test", [127, 0, 0, 2])
        .behave("broken.example.test", Behaviour::ServFail)
        .behave("*.refused.example.test", Behaviour::Refused)
        .behave("silent.example.test", Behaviour::Silence)
        .behave("big.example.test", Behaviour::Truncated)
        .a("big.example.test", [192, 0, 2, 8])
        .behave("id.example.test", Behaviour::WrongId)
        .a("id.example.test", [192, 0, 2, 9])
}

/// A resolver's view: the answers as text, or its error.
fn ask(dns: &Dns, name: &str, kind: RecordType) -> Result<Vec<String>, String> {
    let mut udp = ConnectionConfig::udp();
    let mut tcp = ConnectionConfig::tcp();
    udp.port = dns.port();
    tcp.port = dns.port();
    let server = NameServerConfig::new(dns.address().ip(), true, vec![udp, tcp]);
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let mut options = ResolverOpts::default();
    options.timeout = Duration::from_millis(300);
    options.attempts = 0;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        let resolver = builder
            .with_options(options)
            .build()
            .map_err(|error| error.to_string())?;
        let found = resolver
            .lookup(format!("{name}."), kind)
            .await
            .map_err(|error| error.to_string())?;
        let texts = found.answers().iter().map(|record| match &record.data {
            RData::TXT(txt) => format!(
                "TXT {}",
                txt.txt_data.iter().map(|part| part.len()).sum::<usize>()
            ),
            other => other.to_string(),
        });
        Ok(texts.collect())
    })
}

#[test]
fn a_resolver_understands_it() {
    let dns = Dns::start(zone());
    assert_eq!(
        ask(&dns, "mail.example.test", RecordType::A).unwrap(),
        ["192.0.2.7"]
    );
    assert_eq!(
        ask(&dns, "MAIL.example.TEST", RecordType::AAAA).unwrap(),
        ["2001:db8::7"]
    );
    assert_eq!(
        ask(&dns, "example.test", RecordType::MX).unwrap(),
        ["10 mail.example.test.", "20 mx2.example.test."]
    );
    assert_eq!(
        ask(&dns, "nomail.example.test", RecordType::MX).unwrap(),
        ["0 ."]
    );
    assert_eq!(
        ask(&dns, "example.test", RecordType::TXT).unwrap(),
        ["TXT 480"]
    );
    let alias = ask(&dns, "alias.example.test", RecordType::A).unwrap();
    assert_eq!(alias, ["mail.example.test.", "192.0.2.7"]);
    let tlsa = ask(&dns, "_25._tcp.mail.example.test", RecordType::TLSA).unwrap();
    assert!(
        tlsa[0].starts_with("3 1 1 ABAB") || tlsa[0].starts_with("3 1 1 abab"),
        "{tlsa:?}"
    );
    assert_eq!(
        ask(&dns, "2.0.0.127.bl.example.test", RecordType::A).unwrap(),
        ["127.0.0.2"]
    );
    assert_eq!(
        ask(&dns, "big.example.test", RecordType::A).unwrap(),
        ["192.0.2.8"]
    );
    assert!(
        dns.asked()
            .iter()
            .any(|asked| asked.name == "big.example.test" && asked.over_tcp)
    );
    for (name, kind) in [
        ("nobody.example.test", RecordType::A),
        ("mail.example.test", RecordType::MX),
        ("_tcp.mail.example.test", RecordType::A),
        ("broken.example.test", RecordType::A),
        ("x.refused.example.test", RecordType::A),
        ("silent.example.test", RecordType::A),
        ("id.example.test", RecordType::A),
    ] {
        assert!(ask(&dns, name, kind).is_err(), "{name}");
    }
}

/// A query by hand: id 0x1234, recursion desired, one question.
fn query(name: &str, kind: u16) -> Vec<u8> {
    let mut out = vec![0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        out.push(label.len() as u8);
        out.extend(label.bytes());
    }
    out.push(0);
    out.extend(kind.to_be_bytes());
    out.extend([0, 1]);
    out
}

fn raw(dns: &Dns, name: &str, kind: u16) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket
        .set_read_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    socket.send_to(&query(name, kind), dns.address()).unwrap();
    let mut buffer = [0; 4096];
    let size = socket.recv(&mut buffer).ok()?;
    Some(buffer[..size].to_vec())
}

#[test]
fn behaviours_on_the_wire() {
    let all = [
        ("nx", Behaviour::NxDomain),
        ("nodata", Behaviour::NoData),
        ("formerr", Behaviour::FormErr),
        ("servfail", Behaviour::ServFail),
        ("notimp", Behaviour::NotImp),
        ("refused", Behaviour::Refused),
        ("silence", Behaviour::Silence),
        ("late", Behaviour::Late(Duration::from_millis(100))),
        ("tc", Behaviour::Truncated),
        ("id", Behaviour::WrongId),
        ("question", Behaviour::WrongQuestion),
        ("garbage", Behaviour::Garbage),
        ("short", Behaviour::Short),
        ("echo", Behaviour::Echo),
        ("loop", Behaviour::Loop),
    ];
    let zone = all.iter().fold(Zone::new(), |zone, (label, behaviour)| {
        let name = format!("{label}.example.test");
        zone.record(&name, Data::A([127, 0, 0, 2].into()))
            .behave(&name, *behaviour)
    });
    let dns = Dns::start(zone);
    let ask = |label: &str| raw(&dns, &format!("{label}.example.test"), 1);
    let code = |label: &str| ask(label).map(|answer| answer[3] & 0x0f);
    for (label, wanted) in [
        ("nodata", 0),
        ("formerr", 1),
        ("servfail", 2),
        ("nx", 3),
        ("notimp", 4),
        ("refused", 5),
    ] {
        assert_eq!(code(label), Some(wanted), "{label}");
    }
    let count = |answer: &[u8]| answer[7];
    assert_eq!(ask("silence"), None);
    let started = std::time::Instant::now();
    assert_eq!(count(&ask("late").unwrap()), 1);
    assert!(started.elapsed() >= Duration::from_millis(100));
    let truncated = ask("tc").unwrap();
    assert!(truncated[2] & 0x02 != 0 && count(&truncated) == 0);
    assert_ne!(ask("id").unwrap()[..2], [0x12, 0x34]);
    let other = ask("question").unwrap();
    assert_eq!(
        (&other[..2], &other[12..18]),
        (&[0x12, 0x34][..], &b"\x05other"[..])
    );
    assert_eq!(ask("garbage").unwrap().len(), 64);
    assert_eq!(ask("short").unwrap().len(), 7);
    assert_eq!(ask("echo").unwrap()[2] & 0x80, 0);
    let looping = ask("loop").unwrap();
    let at = looping.len() - 16;
    assert_eq!(
        usize::from(u16::from_be_bytes([looping[at] & 0x3f, looping[at + 1]])),
        at
    );
    // Over TCP the truncated answer is whole.
    let mut tcp = TcpStream::connect(dns.address()).unwrap();
    let question = query("tc.example.test", 1);
    tcp.write_all(&[&(question.len() as u16).to_be_bytes(), question.as_slice()].concat())
        .unwrap();
    let mut size = [0; 2];
    tcp.read_exact(&mut size).unwrap();
    let mut answer = vec![0; usize::from(u16::from_be_bytes(size))];
    tcp.read_exact(&mut answer).unwrap();
    assert_eq!((answer[2] & 0x02, count(&answer)), (0, 1));
}

#[test]
fn nonsense_is_not_answered() {
    let dns = Dns::start(zone());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let mut response = query("mail.example.test", 1);
    response[2] |= 0x80;
    let mut long = query("mail.example.test", 1);
    long[12] = 200;
    for bytes in [
        &b"x"[..],
        &[0xff; 600],
        &response,
        &long,
        &query("mail.example.test", 1)[..20],
    ] {
        socket.send_to(bytes, dns.address()).unwrap();
    }
    assert!(socket.recv(&mut [0; 512]).is_err());
    assert!(raw(&dns, "mail.example.test", 1).is_some());
}
