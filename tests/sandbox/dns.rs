//! A DNS server (RFC 1035, EDNS0 of RFC 6891) over UDP and TCP on one loopback port: records are data, and so is
//! what it does wrong. Names are compared without case; questions are echoed with theirs.

mod message;

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::socket::{Link, Socket, Stop};
pub use message::Question;

/// The data of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    A(Ipv4Addr),
    Aaaa(Ipv6Addr),
    Cname(String),
    Ptr(String),
    Mx(u16, String),
    /// One string per element; up to 255 bytes each.
    Txt(Vec<String>),
    /// Usage, selector, matching type, data.
    Tlsa(u8, u8, u8, Vec<u8>),
}

/// What the server does about a name, instead of answering from its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    NxDomain,
    /// NOERROR without an answer.
    NoData,
    FormErr,
    ServFail,
    NotImp,
    Refused,
    /// No answer at all.
    Silence,
    /// UDP: no answer at all. TCP: the right answer.
    TcpOnly,
    /// The right answer, late.
    Late(Duration),
    /// UDP: truncated, without answers. TCP: the right answer.
    Truncated,
    /// Truncated over UDP, and TCP connections are closed.
    TruncatedNoTcp,
    /// The right answer under another id.
    WrongId,
    /// The right answer to another question.
    WrongQuestion,
    /// Random bytes.
    Garbage,
    /// The first seven bytes of the answer.
    Short,
    /// A query is sent back instead of a response.
    Echo,
    /// A name in the answer that points at itself.
    Loop,
    /// The name is an alias of an alias of the name.
    Circle,
    /// The question's letters come back as small letters.
    SmallLetters,
    /// UDP: truncated. TCP: a length, then one byte at a time, a tenth of a second apart, without end.
    Drip,
    /// TCP only: a length that is not kept, then the end.
    TruncatedShort,
    /// Half of the right answer, with counts that promise the whole.
    Half,
    /// Records of a name that was not asked for.
    OtherOwner,
}

impl Behaviour {
    /// All of them.
    pub const ALL: [Behaviour; 23] = [
        Behaviour::NxDomain,
        Behaviour::NoData,
        Behaviour::FormErr,
        Behaviour::ServFail,
        Behaviour::NotImp,
        Behaviour::Refused,
        Behaviour::Silence,
        Behaviour::TcpOnly,
        Behaviour::Late(Duration::from_millis(300)),
        Behaviour::Truncated,
        Behaviour::TruncatedNoTcp,
        Behaviour::WrongId,
        Behaviour::WrongQuestion,
        Behaviour::Garbage,
        Behaviour::Short,
        Behaviour::Echo,
        Behaviour::Loop,
        Behaviour::Circle,
        Behaviour::SmallLetters,
        Behaviour::Drip,
        Behaviour::TruncatedShort,
        Behaviour::Half,
        Behaviour::OtherOwner,
    ];

    /// Its name; whoever adds one is reminded here of the list above.
    pub fn name(self) -> String {
        match self {
            Behaviour::NxDomain
            | Behaviour::NoData
            | Behaviour::FormErr
            | Behaviour::ServFail
            | Behaviour::NotImp
            | Behaviour::Refused
            | Behaviour::Silence
            | Behaviour::TcpOnly
            | Behaviour::Late(_)
            | Behaviour::Truncated
            | Behaviour::TruncatedNoTcp
            | Behaviour::WrongId
            | Behaviour::WrongQuestion
            | Behaviour::Garbage
            | Behaviour::Short
            | Behaviour::Echo
            | Behaviour::Loop
            | Behaviour::Circle
            | Behaviour::SmallLetters
            | Behaviour::Drip
            | Behaviour::TruncatedShort
            | Behaviour::Half
            | Behaviour::OtherOwner => {}
        }
        let text = format!("{self:?}");
        text.split('(').next().unwrap_or_default().to_owned()
    }
}

/// Records and behaviours, builder style. A name `*.zone` stands for everything below the zone that has no records
/// of its own.
#[derive(Clone, Debug, Default)]
pub struct Zone {
    records: Vec<(String, u32, Data)>,
    behaviours: Vec<(String, Behaviour)>,
    authenticated: bool,
}

fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

impl Zone {
    pub fn new() -> Zone {
        Zone::default()
    }

    pub fn record(mut self, name: &str, data: Data) -> Zone {
        self.records.push((plain(name), 300, data));
        self
    }

    pub fn a(self, name: &str, address: [u8; 4]) -> Zone {
        self.record(name, Data::A(address.into()))
    }

    pub fn aaaa(self, name: &str, address: Ipv6Addr) -> Zone {
        self.record(name, Data::Aaaa(address))
    }

    pub fn mx(self, name: &str, preference: u16, host: &str) -> Zone {
        self.record(name, Data::Mx(preference, host.to_owned()))
    }

    /// RFC 7505: the domain takes no mail.
    pub fn null_mx(self, name: &str) -> Zone {
        self.mx(name, 0, ".")
    }

    pub fn txt(self, name: &str, text: &str) -> Zone {
        let strings = text
            .as_bytes()
            .chunks(255)
            .map(|part| String::from_utf8_lossy(part).into_owned());
        let strings = strings.collect();
        self.record(name, Data::Txt(strings))
    }

    pub fn cname(self, name: &str, target: &str) -> Zone {
        self.record(name, Data::Cname(target.to_owned()))
    }

    pub fn tlsa(self, name: &str, usage: u8, selector: u8, matching: u8, data: &[u8]) -> Zone {
        self.record(name, Data::Tlsa(usage, selector, matching, data.to_vec()))
    }

    pub fn behave(mut self, name: &str, behaviour: Behaviour) -> Zone {
        self.behaviours.push((plain(name), behaviour));
        self
    }

    /// Answers say AD to who asks for it, as from a validating resolver.
    pub fn authenticated(mut self) -> Zone {
        self.authenticated = true;
        self
    }

    fn behaviour(&self, name: &str) -> Option<Behaviour> {
        let name = plain(name);
        let below = |own: &str| own.strip_prefix('*').is_some_and(|end| name.ends_with(end));
        let exact = self.behaviours.iter().find(|(own, _)| *own == name);
        exact
            .or_else(|| self.behaviours.iter().find(|(own, _)| below(own)))
            .map(|(_, behaviour)| *behaviour)
    }

    /// The records of a name; None if there is no such name.
    fn lookup(&self, name: &str) -> Option<Vec<&(String, u32, Data)>> {
        let name = plain(name);
        let own: Vec<_> = self
            .records
            .iter()
            .filter(|(owner, ..)| *owner == name)
            .collect();
        if !own.is_empty() {
            return Some(own);
        }
        // A name that only has others below it exists, too.
        let end = format!(".{name}");
        if self
            .records
            .iter()
            .any(|(owner, ..)| owner.ends_with(&end) && !owner.starts_with('*'))
        {
            return Some(Vec::new());
        }
        let below = |owner: &str| {
            owner
                .strip_prefix('*')
                .is_some_and(|end| name.ends_with(end))
        };
        let wild: Vec<_> = self
            .records
            .iter()
            .filter(|(owner, ..)| below(owner))
            .collect();
        if wild.is_empty() { None } else { Some(wild) }
    }
}

/// A question as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub name: String,
    /// 1 A, 15 MX, 16 TXT, 28 AAAA, 52 TLSA, ...
    pub kind: u16,
    pub over_tcp: bool,
}

/// Stops when dropped.
#[derive(Debug)]
pub struct Dns {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<Stop>,
    threads: Vec<JoinHandle<()>>,
}

struct Server {
    zone: Zone,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<Stop>,
}

impl Dns {
    /// Answers on 127.0.0.1; panics if the machine does not allow it.
    pub fn start(zone: Zone) -> Dns {
        Dns::try_start(zone).expect("the DNS server's sockets")
    }

    fn try_start(zone: Zone) -> io::Result<Dns> {
        let stop = Stop::new()?;
        let asked = Arc::default();
        let (udp, tcp) = both()?;
        let address = udp.local_addr()?;
        let server = Arc::new(Server {
            zone,
            asked: Arc::clone(&asked),
            stop: Arc::clone(&stop),
        });
        let other = Arc::clone(&server);
        let threads = vec![
            std::thread::spawn(move || server.udp(&udp)),
            std::thread::spawn(move || Server::tcp(&other, &tcp)),
        ];
        Ok(Dns {
            address,
            asked,
            stop,
            threads,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// All questions so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        self.stop.ring();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A UDP and a TCP socket on the same port.
fn both() -> io::Result<(UdpSocket, TcpListener)> {
    let mut last = None;
    for _ in 0..50 {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        match TcpListener::bind(udp.local_addr()?) {
            Ok(tcp) => {
                udp.set_nonblocking(true)?;
                tcp.set_nonblocking(true)?;
                return Ok((udp, tcp));
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("no port")))
}

impl Server {
    /// The bytes to send back, and how late.
    fn answer(&self, query: &[u8], over_tcp: bool) -> Option<(Vec<u8>, Duration)> {
        let question = message::parse(query)?;
        {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if asked.len() < 100_000 {
                asked.push(Asked {
                    name: question.name.clone(),
                    kind: question.kind,
                    over_tcp,
                });
            }
        }
        let good = || message::answer(&self.zone, &question, over_tcp);
        let refuse = |code| message::empty(&question, code);
        let mut late = Duration::ZERO;
        let bytes = match self.zone.behaviour(&question.name) {
            None => good(),
            Some(Behaviour::NxDomain) => refuse(3),
            Some(Behaviour::NoData) => refuse(0),
            Some(Behaviour::FormErr) => refuse(1),
            Some(Behaviour::ServFail) => refuse(2),
            Some(Behaviour::NotImp) => refuse(4),
            Some(Behaviour::Refused) => refuse(5),
            Some(Behaviour::Silence) => return None,
            Some(Behaviour::TcpOnly) if !over_tcp => return None,
            Some(Behaviour::TcpOnly) => good(),
            Some(Behaviour::Late(time)) => {
                late = time;
                good()
            }
            Some(Behaviour::Truncated) if over_tcp => good(),
            Some(Behaviour::TruncatedNoTcp) if over_tcp => return None,
            Some(Behaviour::Truncated | Behaviour::TruncatedNoTcp) => message::truncated(&question),
            Some(Behaviour::WrongId) => {
                let mut bytes = good();
                bytes[0] ^= 0x55;
                bytes
            }
            Some(Behaviour::WrongQuestion) => {
                let other = Question {
                    name: format!("other.{}", question.name),
                    ..question.clone()
                };
                message::forged(&self.zone, &other, &question)
            }
            Some(Behaviour::Garbage) => (0..64_u8).map(|n| n.wrapping_mul(37) ^ 0xa5).collect(),
            Some(Behaviour::Short) => good()[..7].to_vec(),
            Some(Behaviour::Echo) => query.to_vec(),
            Some(Behaviour::Loop) => message::looping(&question),
            Some(Behaviour::Circle) => message::circling(&question),
            Some(Behaviour::SmallLetters) => {
                let small = Question {
                    name: question.name.to_ascii_lowercase(),
                    ..question.clone()
                };
                message::answer(&self.zone, &small, over_tcp)
            }
            Some(Behaviour::Drip | Behaviour::TruncatedShort) if !over_tcp => {
                message::truncated(&question)
            }
            Some(Behaviour::Drip | Behaviour::TruncatedShort) => good(),
            Some(Behaviour::Half) => {
                let good = good();
                good[..good.len() - good.len().min(9)].to_vec()
            }
            Some(Behaviour::OtherOwner) => message::of_another(&question),
        };
        Some((bytes, late))
    }

    fn udp(&self, socket: &UdpSocket) {
        let mut buffer = [0; 4096];
        std::thread::scope(|scope| {
            while self
                .stop
                .wait(socket.as_raw_fd(), libc::POLLIN, None)
                .is_ok()
            {
                let Ok((size, peer)) = socket.recv_from(&mut buffer) else {
                    continue;
                };
                let Some((answer, late)) = self.answer(&buffer[..size], false) else {
                    continue;
                };
                if late.is_zero() {
                    let _ = socket.send_to(&answer, peer);
                } else {
                    // One late answer must not hold up the others.
                    scope.spawn(move || {
                        if self.stop.sleep(late).is_ok() {
                            let _ = socket.send_to(&answer, peer);
                        }
                    });
                }
            }
        });
    }

    fn tcp(server: &Arc<Server>, listener: &TcpListener) {
        let mut threads = Vec::new();
        while server
            .stop
            .wait(listener.as_raw_fd(), libc::POLLIN, None)
            .is_ok()
        {
            let Ok((stream, _)) = listener.accept() else {
                continue;
            };
            let server = Arc::clone(server);
            // A connection that breaks is the client's business.
            threads.push(std::thread::spawn(move || {
                server.session(stream).unwrap_or(())
            }));
        }
        for thread in threads {
            let _ = thread.join();
        }
    }

    fn session(&self, stream: TcpStream) -> io::Result<()> {
        let mut socket = Socket::new(Link::Tcp(stream), Arc::clone(&self.stop))?;
        loop {
            let mut size = [0; 2];
            socket.read_exact(&mut size)?;
            let mut query = vec![0; usize::from(u16::from_be_bytes(size))];
            socket.read_exact(&mut query)?;
            let Some((answer, late)) = self.answer(&query, true) else {
                return Ok(());
            };
            self.stop.sleep(late)?;
            let behaviour =
                message::parse(&query).and_then(|asked| self.zone.behaviour(&asked.name));
            match behaviour {
                Some(Behaviour::Drip) => {
                    socket.write_all(&[0xff, 0xff])?;
                    loop {
                        socket.write_all(&[0])?;
                        self.stop.sleep(Duration::from_millis(100))?;
                    }
                }
                Some(Behaviour::TruncatedShort) => {
                    socket.write_all(&[0x40, 0, 1, 2, 3])?;
                    return Ok(());
                }
                _ => {}
            }
            let size = u16::try_from(answer.len())
                .unwrap_or(u16::MAX)
                .to_be_bytes();
            socket.write_all(&[&size, answer.as_slice()].concat())?;
        }
    }
}
