//! Resolvers that send what they should not: no answer, garbage, somebody else's answer, loops, floods.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::thread;
use std::time::Duration;

use mailprobe::dns::{Kind, Published, SecureResolver, Security, Trust};
use mailprobe::time::{Clock, Deadline};

/// A DNS server of a few lines: `answer` gets the question and whether it came by TCP.
fn serve(answer: impl Fn(&[u8], bool) -> Vec<Vec<u8>> + Send + Sync + 'static) -> SocketAddr {
    let (udp, tcp) = loop {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()) {
            break (udp, tcp);
        }
    };
    let address = udp.local_addr().unwrap();
    let answer = std::sync::Arc::new(answer);
    let by_tcp = std::sync::Arc::clone(&answer);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = udp.recv_from(&mut buffer) {
            for packet in answer(&buffer[..length], false) {
                let _ = udp.send_to(&packet, from);
            }
        }
    });
    thread::spawn(move || {
        while let Ok((mut stream, _)) = tcp.accept() {
            let mut head = [0; 2];
            let _ = stream.read_exact(&mut head);
            let mut question = vec![0; usize::from(u16::from_be_bytes(head))];
            let _ = stream.read_exact(&mut question);
            for packet in by_tcp(&question, true) {
                let length = u16::try_from(packet.len()).unwrap();
                let _ = stream.write_all(&[&length.to_be_bytes(), packet.as_slice()].concat());
            }
        }
    });
    address
}

/// The question section and its type.
fn section(question: &[u8]) -> (&[u8], u16) {
    let mut at = 12;
    while question[at] != 0 {
        at += 1 + usize::from(question[at]);
    }
    let kind = u16::from_be_bytes([question[at + 1], question[at + 2]]);
    (&question[12..at + 5], kind)
}

/// An answer with these flags and records (type, data), each at the name that was asked for.
fn answer(question: &[u8], flags: u16, records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let (section, _) = section(question);
    let count = u16::try_from(records.len()).unwrap();
    let mut packet = question[..2].to_vec();
    for number in [flags, 1, count, 0, 0] {
        packet.extend(number.to_be_bytes());
    }
    packet.extend(section);
    for (kind, data) in records {
        packet.extend([0xc0, 12]);
        packet.extend(kind.to_be_bytes());
        packet.extend([0, 1, 0, 0, 1, 44]);
        packet.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        packet.extend(data);
    }
    packet
}

/// QR, RD, RA; AD; TC.
const PLAIN: u16 = 0x8180;
const AD: u16 = 0x81a0;
const TC: u16 = 0x8380;
const SERVFAIL: u16 = 0x8182;
const CD: u8 = 0x10;

fn tlsa(number: usize) -> (u16, Vec<u8>) {
    let mut data = vec![3, 1, 1];
    data.extend([0; 24]);
    data.extend(number.to_be_bytes());
    (52, data)
}

fn good(question: &[u8]) -> Vec<u8> {
    let records = match section(question).1 {
        1 => vec![(1, vec![127, 0, 0, 1])],
        52 => vec![tlsa(1)],
        _ => vec![],
    };
    answer(question, AD, &records)
}

fn soon() -> Deadline {
    Clock::start().deadline(Duration::from_millis(1500))
}

fn resolver(server: SocketAddr) -> SecureResolver {
    SecureResolver::new(&[server], Trust::AdBit, None).unwrap()
}

fn published(server: SocketAddr) -> Result<Published, mailprobe::dns::Error> {
    resolver(server).published("mail.example.test", 25, soon())
}

fn records(server: SocketAddr) -> usize {
    match published(server) {
        Ok(Published::Records { records, .. }) => records.len(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_good_server_is_understood() {
    assert_eq!(records(serve(|question, _| vec![good(question)])), 1);
}

#[test]
fn what_is_no_answer_to_our_question_is_passed_over() {
    let server = serve(|question, _| {
        let mut other = good(question);
        other[0] ^= 0xff;
        let mut elsewhere = good(question);
        elsewhere[13] ^= 1;
        let mut echo = question.to_vec();
        echo[2] &= 0x7f;
        vec![vec![], vec![0; 3], other, elsewhere, echo, good(question)]
    });
    assert_eq!(records(server), 1);
}

#[test]
fn what_is_cut_short_or_garbled_is_asked_for_by_tcp() {
    let cut = serve(|question, tcp| match tcp {
        false => vec![answer(question, TC, &[])],
        true => vec![good(question)],
    });
    assert_eq!(records(cut), 1);
    let garbled = serve(|question, tcp| match tcp {
        false => vec![[&question[..2], &[0xff; 40]].concat()],
        true => vec![good(question)],
    });
    assert_eq!(records(garbled), 1);
}

#[test]
fn a_flood_of_records_is_bounded() {
    let many: Vec<_> = (0..1200).map(tlsa).collect();
    let server = serve(move |question, tcp| match (section(question).1, tcp) {
        (52, false) => vec![answer(question, TC, &[])],
        (52, true) => vec![answer(question, AD, &many)],
        _ => vec![good(question)],
    });
    assert_eq!(records(server), 256);
}

#[test]
fn an_alias_of_itself_ends() {
    let server = serve(|question, _| {
        let (name, _) = section(question);
        vec![answer(
            question,
            AD,
            &[(5, name[..name.len() - 4].to_vec())],
        )]
    });
    let error = published(server).unwrap_err().to_string();
    assert!(error.contains("too many aliases"), "{error}");
}

#[test]
fn bogus_and_broken_are_told_apart_behind_servfail() {
    let bogus = serve(|question, _| {
        let unchecked = question[3] & CD != 0;
        vec![if unchecked || section(question).1 == 1 {
            good(question)
        } else {
            answer(question, SERVFAIL, &[])
        }]
    });
    assert!(matches!(published(bogus), Ok(Published::Bogus(..))));
    let broken = serve(|question, _| {
        vec![match section(question).1 {
            1 => good(question),
            _ => answer(question, SERVFAIL, &[]),
        }]
    });
    let error = published(broken).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("TLSA of _25._tcp.mail.example.test"),
        "{error}"
    );
}

#[test]
fn without_the_ad_bit_nothing_is_secure() {
    let never = serve(|question, _| {
        let mut packet = good(question);
        packet[2..4].copy_from_slice(&PLAIN.to_be_bytes());
        vec![packet]
    });
    assert!(matches!(published(never), Ok(Published::Indeterminate(..))));
    // The root is secure, this zone is not.
    let here = serve(|question, _| {
        let mut packet = good(question);
        if section(question).1 != 6 {
            packet[2..4].copy_from_slice(&PLAIN.to_be_bytes());
        }
        vec![packet]
    });
    assert!(
        matches!(published(here), Ok(Published::Insecure { records, .. }) if records.len() == 1)
    );
}

#[test]
fn silence_and_noise_end_with_the_deadline() {
    for server in [serve(|_, _| vec![]), serve(|_, _| vec![vec![0xff; 20]; 4])] {
        for trust in [Trust::AdBit, Trust::Validate] {
            let resolver = SecureResolver::new(&[server], trust, None).unwrap();
            let clock = Clock::start();
            let deadline = clock.deadline(Duration::from_millis(400));
            assert!(resolver.ask("example.test", Kind::Tlsa, deadline).is_err());
            assert!(clock.elapsed() < Duration::from_secs(2));
        }
    }
}

#[test]
fn a_forwarder_without_signatures_makes_nothing_bogus() {
    // Validated here it would be: the root itself comes without signatures.
    let server = serve(|question, _| {
        let mut packet = good(question);
        packet[2..4].copy_from_slice(&PLAIN.to_be_bytes());
        vec![packet]
    });
    let resolver = SecureResolver::new(&[server], Trust::Validate, None).unwrap();
    let answer = resolver
        .ask(
            "mail.example.test",
            Kind::A,
            Clock::start().deadline(Duration::from_secs(5)),
        )
        .unwrap();
    assert!(
        matches!(&answer.security, Security::Indeterminate(why) if why.contains("no signatures")),
        "{}",
        answer.security
    );
}
