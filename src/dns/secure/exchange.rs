//! One question to one resolver and its answer, over UDP and, when that is cut short, over TCP (RFC 1035 §4.2, RFC 7766).
//!
//! hickory's own resolver sets neither AD nor DO in what it sends, and without them no resolver tells what is authentic
//! (RFC 6840 §5.7): so its messages are used here, and its transport is not.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use hickory_resolver::proto::op::{Edns, Message, MessageType, Query};

use crate::dns::{Outcome, Question};
use crate::time::Clock;

/// What fits every path (DNS flag day 2020).
const PAYLOAD: u16 = 1232;

/// With or without the resolver's own validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// As a client that trusts it: AD, and SERVFAIL for what is bogus.
    Checked,
    /// CD: whatever there is.
    Unchecked,
}

/// Asks one server.
pub(super) fn exchange(
    server: SocketAddr,
    question: &Question,
    asked: Asked,
    time: Duration,
) -> Result<Message, Outcome> {
    let clock = Clock::start();
    let mut query = Message::query();
    query.metadata.recursion_desired = true;
    query.metadata.authentic_data = true;
    query.metadata.checking_disabled = asked == Asked::Unchecked;
    query.add_query(Query::query(
        question.name().clone(),
        question.kind().record_type(),
    ));
    let mut edns = Edns::new();
    edns.set_max_payload(PAYLOAD);
    edns.set_version(0);
    edns.set_dnssec_ok(true);
    query.set_edns(edns);
    let wire = query
        .to_vec()
        .map_err(|error| Outcome::BadName(error.to_string()))?;
    let left = || {
        time.checked_sub(clock.elapsed())
            .filter(|left| !left.is_zero())
            .ok_or(io::Error::from(io::ErrorKind::TimedOut))
    };
    let failed = |error: &io::Error| match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Outcome::Timeout(time),
        io::ErrorKind::ConnectionRefused => Outcome::Unreachable("connection refused".to_owned()),
        io::ErrorKind::UnexpectedEof => {
            Outcome::Malformed("the connection was closed before the answer".to_owned())
        }
        _ => Outcome::Unreachable(error.to_string()),
    };
    let message = over_udp(server, &wire, &query, &left).map_err(|error| failed(&error))?;
    let message = match message {
        Some(message) if !message.truncation => message,
        _ => over_tcp(server, &wire, &query, &left).map_err(|error| failed(&error))?,
    };
    Ok(message)
}

/// `None` for an answer that cannot be read: TCP may tell more.
fn over_udp(
    server: SocketAddr,
    wire: &[u8],
    query: &Message,
    left: &dyn Fn() -> io::Result<Duration>,
) -> io::Result<Option<Message>> {
    let any: SocketAddr = if server.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(any)?;
    // Connected: the kernel drops what comes from others, and tells when nobody listens.
    socket.connect(server)?;
    socket.send(wire)?;
    let mut buffer = vec![0; 65_535];
    loop {
        socket.set_read_timeout(Some(left()?))?;
        let length = socket.recv(&mut buffer)?;
        let packet = buffer.get(..length).unwrap_or_default();
        // Not for our question, whoever sent it: wait on.
        if packet.get(..2) != Some(&query.id.to_be_bytes()) {
            continue;
        }
        match Message::from_vec(packet) {
            Ok(message) if answers(&message, query) => return Ok(Some(message)),
            Ok(_) => {}
            Err(_) => return Ok(None),
        }
    }
}

fn over_tcp(
    server: SocketAddr,
    wire: &[u8],
    query: &Message,
    left: &dyn Fn() -> io::Result<Duration>,
) -> io::Result<Message> {
    let bad = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let length = u16::try_from(wire.len()).map_err(|_| bad("the question is too long"))?;
    let mut stream = TcpStream::connect_timeout(&server, left()?)?;
    stream.set_write_timeout(Some(left()?))?;
    stream.write_all(&[&length.to_be_bytes(), wire].concat())?;
    let mut fill = |buffer: &mut [u8]| -> io::Result<()> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            stream.set_read_timeout(Some(left()?))?;
            match stream.read(rest) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    };
    let mut head = [0; 2];
    fill(&mut head)?;
    let mut packet = vec![0; usize::from(u16::from_be_bytes(head))];
    fill(&mut packet)?;
    let message =
        Message::from_vec(&packet).map_err(|error| bad(&format!("no message: {error}")))?;
    if answers(&message, query) {
        Ok(message)
    } else {
        Err(bad("an answer to another question"))
    }
}

fn answers(message: &Message, query: &Message) -> bool {
    let same = match (message.queries.as_slice(), query.queries.as_slice()) {
        ([theirs], [ours]) => {
            theirs.name() == ours.name() && theirs.query_type() == ours.query_type()
        }
        // Some servers leave the question out when they refuse.
        ([], _) => message.answers.is_empty(),
        _ => false,
    };
    message.id == query.id && message.message_type == MessageType::Response && same
}
