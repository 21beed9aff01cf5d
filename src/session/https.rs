//! One GET over HTTPS (RFC 9110, RFC 9112), as a sender of mail fetches an MTA-STS policy (RFC 8461 §3.3): the certificate
//! verified, nothing redirected, nothing cached, nothing longer than asked for.
//!
//! Refused: what is not HTTP/1.x, heads of more than 16 KiB or 64 fields, encodings that were not asked for, bodies that
//! break off before their announced end. A body whose end is the end of the connection is taken when TLS was closed properly.

use super::connection::{Connection, Dial};
use super::error::{Error, Kind};
use super::journal::Journal;
use crate::time::Deadline;
use crate::tls::Tls;
use crate::wire::command::Command;

/// Bytes of a head.
const LARGEST_HEAD: usize = 16 * 1024;
/// Fields of a head.
const MOST_FIELDS: usize = 64;
/// Answers before the answer (1xx).
const MOST_INTERIM: usize = 4;
const DOING: &str = "fetch the policy from";

/// What a web server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The media type, without parameters, lower case.
    pub media_type: Option<String>,
    /// Where it would send us.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// The head of an answer.
struct Head {
    status: u16,
    media_type: Option<String>,
    location: Option<String>,
    body: Body,
    /// Bytes it takes.
    length: usize,
}

/// How the end of a body is known (RFC 9112 §6.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Body {
    None,
    Length(usize),
    Chunked,
    UntilClose,
}

/// Fetches `https://host/path`; the body may have `limit` bytes. Phases `dns`, `connect`, `tls`, `get`.
///
/// # Errors
/// When no answer comes, or what comes is none. A status that is not 200 is an answer.
pub fn get(
    dial: &Dial,
    tls: Tls,
    host: &str,
    path: &str,
    limit: usize,
    deadline: Deadline,
    journal: &Journal,
) -> Result<Response, Error> {
    let mut connection = Connection::open(dial, None, deadline, journal)?;
    connection.secure_with(tls);
    connection.secure(&[])?;
    journal.enter("get");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: mailprobe/{}\r\nAccept: text/plain\r\nConnection: close\r\n\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let shown = format!("GET https://{host}{path}");
    connection.send(&Command::raw(request.into_bytes(), shown), DOING)?;
    let response = read(&mut connection, limit);
    if let Ok(response) = &response {
        journal.leave(response.status.to_string());
        journal.done();
        connection.close();
    }
    response
}

fn read(connection: &mut Connection, limit: usize) -> Result<Response, Error> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8 * 1024];
    let mut interim = 0;
    let head = loop {
        match head(&bytes) {
            Ok(Some(head)) if (100..200).contains(&head.status) && head.status != 101 => {
                interim += 1;
                if interim > MOST_INTERIM {
                    let limit = Kind::Limit("one interim answer after the other".to_owned());
                    return Err(connection.error(DOING, limit));
                }
                bytes.drain(..head.length.min(bytes.len()));
                continue;
            }
            Ok(Some(head)) => break head,
            Ok(None) if bytes.len() > LARGEST_HEAD => {
                let limit = Kind::Limit(format!("a head of more than {LARGEST_HEAD} bytes"));
                return Err(connection.error(DOING, limit));
            }
            Ok(None) => {}
            Err(kind) => {
                let kind = kind.unwrap_or_else(|| Kind::NotProtocol {
                    protocol: "HTTP",
                    quote: connection.quote(&bytes, 80),
                });
                return Err(connection.error(DOING, kind));
            }
        }
        bytes.extend_from_slice(connection.chunk(&mut buffer, DOING)?);
    };
    bytes.drain(..head.length.min(bytes.len()));
    let too_long = |connection: &Connection| {
        let limit = Kind::Limit(format!("a policy of more than {limit} bytes"));
        Err(connection.error(DOING, limit))
    };
    // What is not the policy need not be read to its end.
    if head.status != 200 || head.body == Body::None {
        bytes.clear();
    } else if head.body == Body::Chunked {
        loop {
            match unchunk(&bytes, limit) {
                Ok(Some(body)) => {
                    bytes = body;
                    break;
                }
                Ok(None) => {}
                Err(Chunk::TooLong) => return too_long(connection),
                Err(Chunk::Broken) => {
                    let why = "chunks that are none".to_owned();
                    return Err(connection.error(DOING, Kind::Limit(why)));
                }
            }
            bytes.extend_from_slice(connection.chunk(&mut buffer, DOING)?);
        }
    } else {
        let wanted = match head.body {
            Body::Length(length) => Some(length),
            _ => None,
        };
        if wanted.is_some_and(|length| length > limit) {
            return too_long(connection);
        }
        while wanted.is_none_or(|length| bytes.len() < length) {
            if bytes.len() > limit {
                return too_long(connection);
            }
            match connection.chunk(&mut buffer, DOING) {
                Ok(more) => bytes.extend_from_slice(more),
                Err(error) if wanted.is_none() && matches!(error.kind, Kind::Closed) => break,
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(wanted.unwrap_or(limit));
    }
    Ok(Response {
        status: head.status,
        media_type: head.media_type,
        location: head.location,
        body: bytes,
    })
}

/// The head, if it is all there. An error without a kind is no HTTP.
fn head(bytes: &[u8]) -> Result<Option<Head>, Option<Kind>> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let length = match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => {
            let why = format!("more than {MOST_FIELDS} header fields");
            return Err(Some(Kind::Limit(why)));
        }
        Err(_) => return Err(None),
    };
    let status = response.code.ok_or(None)?;
    let all = |name: &'static str| {
        response
            .headers
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| String::from_utf8_lossy(field.value).trim().to_owned())
    };
    let one = |name| all(name).next();
    if let Some(coding) = all("content-encoding").find(|coding| coding != "identity") {
        let coding: String = coding.chars().take(20).collect();
        let why = format!("a body encoded as \"{coding}\", which was not asked for");
        return Err(Some(Kind::Limit(why)));
    }
    let codings: Vec<String> = all("transfer-encoding").collect();
    let lengths: Vec<String> = all("content-length").collect();
    let body = match (codings.as_slice(), lengths.as_slice()) {
        _ if status == 204 || status == 304 => Body::None,
        ([], []) => Body::UntilClose,
        ([], [first, others @ ..]) => match first.parse() {
            Ok(length) if others.iter().all(|other| other == first) => Body::Length(length),
            _ => return Err(None),
        },
        // Both, or a coding we do not know: whoever sends that wants to be read differently by two readers.
        ([coding], []) if coding.eq_ignore_ascii_case("chunked") => Body::Chunked,
        _ => return Err(None),
    };
    Ok(Some(Head {
        status,
        media_type: one("content-type").map(|value| {
            let kind = value.split(';').next().unwrap_or_default();
            kind.trim().to_ascii_lowercase()
        }),
        location: one("location"),
        body,
        length,
    }))
}

#[derive(Debug, PartialEq, Eq)]
enum Chunk {
    TooLong,
    Broken,
}

/// The body out of its chunks (RFC 9112 §7.1), once the last one is there; what comes after it is not waited for.
fn unchunk(bytes: &[u8], limit: usize) -> Result<Option<Vec<u8>>, Chunk> {
    let mut rest = bytes;
    let mut body = Vec::new();
    loop {
        let (skip, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(found)) => found,
            // The line of a size is short; extensions are not.
            Ok(httparse::Status::Partial) if rest.len() > 1024 => return Err(Chunk::Broken),
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(Chunk::Broken),
        };
        if size == 0 {
            return Ok(Some(body));
        }
        let size = usize::try_from(size).map_err(|_| Chunk::TooLong)?;
        if size > limit.saturating_sub(body.len()) {
            return Err(Chunk::TooLong);
        }
        let data = rest.get(skip..).unwrap_or_default();
        let (Some(chunk), end) = (data.get(..size), data.get(size..size + 2)) else {
            return Ok(None);
        };
        match end {
            Some(b"\r\n") => {}
            Some(_) => return Err(Chunk::Broken),
            None => return Ok(None),
        }
        body.extend_from_slice(chunk);
        rest = data.get(size + 2..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_head_says_how_the_body_ends() {
        let body = |fields: &str| {
            head(format!("HTTP/1.1 200 OK\r\n{fields}\r\n").as_bytes())
                .map(|head| head.unwrap().body)
        };
        assert_eq!(body("").unwrap(), Body::UntilClose);
        assert_eq!(body("Content-Length: 5\r\n").unwrap(), Body::Length(5));
        assert_eq!(
            body("Content-Length: 5\r\ncontent-length: 5\r\n").unwrap(),
            Body::Length(5)
        );
        assert_eq!(
            body("Transfer-Encoding: Chunked\r\n").unwrap(),
            Body::Chunked
        );
        for bad in [
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: -1\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            "Content-Encoding: gzip\r\n",
        ] {
            assert!(body(bad).is_err(), "{bad}");
        }
        assert!(head(b"HTTP/1.1 200 O").unwrap().is_none());
        assert!(head(b"220 mail.example.org ESMTP\r\n").is_err());
        let found =
            head(b"HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; charset=utf-8\r\n\r\n").unwrap();
        assert_eq!(found.unwrap().media_type.as_deref(), Some("text/plain"));
    }

    #[test]
    fn chunks_are_joined_and_bounded() {
        assert_eq!(
            unchunk(b"5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n", 6),
            Ok(Some(b"hello!".to_vec()))
        );
        assert_eq!(
            unchunk(b"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", 5),
            Err(Chunk::TooLong)
        );
        assert_eq!(unchunk(b"5\r\nhel", 9), Ok(None));
        assert_eq!(unchunk(b"5\r\nhelloXX", 9), Err(Chunk::Broken));
        assert_eq!(unchunk(b"zz\r\n", 9), Err(Chunk::Broken));
        assert_eq!(unchunk(b"ffffffffffffffff\r\n", 9), Err(Chunk::TooLong));
    }

    proptest! {
        #[test]
        fn nothing_that_comes_makes_it_fall(bytes: Vec<u8>) {
            let _ = head(&bytes);
            if let Ok(Some(body)) = unchunk(&bytes, 16) {
                prop_assert!(body.len() <= 16);
            }
        }
    }
}
