//! Questions to a name server that answers with any bytes, over UDP on loopback: mail exchangers, TLSA records with and
//! without the proof that they are authentic, SPF records and what they lead to, blocklists.
//!
//! The first byte chooses who asks, and whether the bytes behind it are a whole message (but for the id) or what stands behind
//! the header and the question: without the right ones hardly anything is looked at. Every question gets the same answer.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use mailprobe::dns::blocklist::{Asker, Patience, Place, Survey, Wanted, Watch};
use mailprobe::dns::zones::{Entry, Table, Zone};
use mailprobe::dns::{Error, Kind, Published, Resolver, SecureResolver, Trust};
use mailprobe::time::{Clock, Deadline};

/// All questions of one body end by this.
const LIMIT: Duration = Duration::from_millis(40);
/// What takes longer has no end; a machine that stands still for a moment may be late.
const HANGS: Duration = Duration::from_secs(8);

/// What the server says next.
#[derive(Default)]
struct Words {
    /// Are the id, the header's end and the question those that were asked?
    fitting: bool,
    bytes: Vec<u8>,
}

struct Server {
    address: SocketAddr,
    words: Sender<Words>,
}

static SERVER: LazyLock<Mutex<Server>> = LazyLock::new(|| {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
    let address = socket.local_addr().expect("an address");
    let (words, come) = channel();
    std::thread::spawn(move || answer(&socket, &come));
    Mutex::new(Server { address, words })
});

fn answer(socket: &UdpSocket, come: &Receiver<Words>) {
    let mut question = [0; 4096];
    let mut words = Words::default();
    while let Ok((size, from)) = socket.recv_from(&mut question) {
        if let Some(newer) = come.try_iter().last() {
            words = newer;
        }
        let _ = socket.send_to(&words.to(&question[..size]), from);
    }
}

impl Words {
    fn to(&self, question: &[u8]) -> Vec<u8> {
        let mut message = question.get(..2).unwrap_or_default().to_vec();
        let [high, low, records, rest @ ..] = self.bytes.as_slice() else {
            return message;
        };
        if !self.fitting {
            message.extend_from_slice(&self.bytes);
            return message;
        }
        // A response with these flags, one question, and so many records as the third byte says, one digit each.
        message.extend_from_slice(&[high | 0x80, *low, 0, 1]);
        message.extend_from_slice(&[0, records & 7, 0, records >> 3 & 7, 0, records >> 6]);
        // The question stands between the header and what EDNS adds: a name, then four bytes.
        let name = question.get(12..).unwrap_or_default();
        let end = name.iter().position(|byte| *byte == 0).unwrap_or_default() + 5;
        message.extend_from_slice(name.get(..end).unwrap_or_default());
        message.extend_from_slice(rest);
        message
    }
}

/// One question or more, by the one who asks so.
pub fn names(bytes: &[u8]) {
    let Some((choice, words)) = bytes.split_first() else {
        return;
    };
    let server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    let words = Words {
        fitting: choice & 8 == 8,
        bytes: words.to_vec(),
    };
    server.words.send(words).expect("a server");
    let clock = Clock::start();
    let deadline = clock.deadline(LIMIT);
    let ended = match choice & 7 {
        0 => mx(server.address),
        1 => tlsa(server.address, Trust::AdBit, deadline),
        2 => tlsa(server.address, Trust::Validate, deadline),
        3 => txt(server.address),
        choice => lists(server.address, choice, deadline),
    };
    if let Err(error) = ended {
        assert!(!error.to_string().is_empty());
    }
    let took = clock.elapsed();
    assert!(took < HANGS, "questions of {took:?}");
}

fn mx(server: SocketAddr) -> Result<(), Error> {
    for mx in Resolver::at(&[server])?.mx("example.test", LIMIT)? {
        assert!(!mx.host.is_empty());
    }
    Ok(())
}

fn txt(server: SocketAddr) -> Result<(), Error> {
    let resolver = Resolver::at(&[server])?;
    assert!(!resolver.texts("_mta-sts.example.test", LIMIT)?.is_empty());
    Ok(())
}

fn tlsa(server: SocketAddr, trust: Trust, deadline: Deadline) -> Result<(), Error> {
    let resolver = SecureResolver::new(&[server], trust, None)?;
    let published = resolver.published("mx.example.test", 25, deadline)?;
    // Nobody here has the keys of the root.
    assert!(
        trust != Trust::Validate
            || !matches!(published, Published::Records { .. } | Published::Absent(_))
    );
    let mx = resolver.ask("example.test", Kind::Mx, deadline)?;
    let _ = (mx.exchangers(), mx.addresses(), mx.texts());
    Ok(())
}

fn lists(server: SocketAddr, choice: u8, deadline: Deadline) -> Result<(), Error> {
    let patience = Patience {
        question: LIMIT / 2,
        sends: 1,
    };
    let asker = Asker::new(&[server], patience, deadline)?;
    let domain = vec!["example.test".to_owned()];
    let mut wanted = Wanted {
        entries: vec![Entry::v4([192, 0, 2, 1])],
        ..Wanted::default()
    };
    match choice {
        5 => wanted.spf = domain,
        6 => wanted.mx = domain,
        7 => wanted.hosts = domain,
        _ => {}
    }
    let subjects = asker.subjects(&wanted);
    let survey = Survey {
        places: ["zen.spamhaus.org", "bl.example.test"].map(place).into(),
        subjects: subjects.found.into_iter().take(4).collect(),
        self_test: true,
        spared: HashSet::new(),
        lenient: false,
    };
    let reports = asker.survey(&survey, &Deaf);
    assert_eq!(reports.len(), survey.places.len());
    for report in reports {
        assert!(report.verdicts.len() <= survey.subjects.len());
    }
    Ok(())
}

/// A zone of the table, or one of which nothing is known.
fn place(name: &str) -> Place {
    let table = Table::shipped();
    let known = table.zones().find(|zone| zone.name == name).cloned();
    Place {
        known: known.is_some(),
        zone: known.unwrap_or_else(|| Zone::unknown(name).expect("a name")),
        domain: name.to_owned(),
        shown: name.to_owned(),
    }
}

struct Deaf;

impl Watch for Deaf {
    fn listens(&self) -> bool {
        true
    }

    fn asked(&self, question: &str) {
        assert!(!question.is_empty());
    }

    fn answered(&self, _: &str, answer: &str) {
        assert!(!answer.is_empty());
    }

    fn progress(&self, zones: usize, of: usize) {
        assert!(zones <= of);
    }
}
