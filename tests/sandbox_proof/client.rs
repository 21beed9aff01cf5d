//! A client that is just good enough to walk through a dialogue, and that reports exactly what it met.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use openssl::ssl::{Ssl, SslContextBuilder, SslMethod, SslStream, SslVerifyMode};

use crate::sandbox::{PASSWORD, Sandbox, USER};

/// More than any good reply has.
const MAX_BYTES: usize = 2 << 20;

/// Why a read or write did not give what was wanted.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    Refused,
    Unreachable,
    Eof,
    Reset,
    Timeout,
    TooMuch,
    Handshake(String),
    Other(String),
}

#[derive(Debug)]
pub struct Client {
    pipe: Option<Raw>,
    tls: Option<SslStream<Raw>>,
    deadline: Instant,
    /// All that came in, and how much of it has been read.
    pub buffer: Vec<u8>,
    at: usize,
    pub max_bytes: usize,
}

#[derive(Debug)]
pub enum Raw {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Read for Raw {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Raw::Tcp(tcp) => tcp.read(buf),
            Raw::Unix(unix) => unix.read(buf),
        }
    }
}

impl Write for Raw {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Raw::Tcp(tcp) => tcp.write(buf),
            Raw::Unix(unix) => unix.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Failure::Refused,
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Failure::Reset,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Failure::Timeout,
            io::ErrorKind::UnexpectedEof => Failure::Eof,
            _ => Failure::Other(error.to_string()),
        }
    }
}

pub type Met<T = ()> = Result<T, Failure>;

impl Client {
    pub fn connect(sandbox: &Sandbox, patience: Duration) -> Met<Client> {
        let Some(path) = sandbox.unix_path() else {
            return Client::connect_to(sandbox.address(), patience);
        };
        let unix = UnixStream::connect(path)?;
        unix.set_read_timeout(Some(patience)).unwrap();
        Ok(Client::over(Raw::Unix(unix)))
    }

    pub fn connect_to(address: SocketAddr, patience: Duration) -> Met<Client> {
        let tcp =
            TcpStream::connect_timeout(&address, patience).map_err(|error| match error.kind() {
                io::ErrorKind::TimedOut => Failure::Unreachable,
                _ => error.into(),
            })?;
        tcp.set_read_timeout(Some(patience)).unwrap();
        tcp.set_write_timeout(Some(patience)).unwrap();
        tcp.set_nodelay(true).unwrap();
        Ok(Client::over(Raw::Tcp(tcp)))
    }

    fn over(raw: Raw) -> Client {
        let deadline = Instant::now() + Duration::from_secs(60);
        Client {
            pipe: Some(raw),
            tls: None,
            deadline,
            buffer: Vec::new(),
            at: 0,
            max_bytes: MAX_BYTES,
        }
    }

    /// The handshake, without verification.
    pub fn start_tls(&mut self) -> Met {
        self.start_tls_as(|_| {})
    }

    pub fn start_tls_as(&mut self, set_up: impl FnOnce(&mut SslContextBuilder)) -> Met {
        // Not a connector: that would read the system's CA bundle each time.
        let mut builder = SslContextBuilder::new(SslMethod::tls_client()).unwrap();
        builder.set_verify(SslVerifyMode::NONE);
        set_up(&mut builder);
        let mut ssl = Ssl::new(&builder.build()).unwrap();
        ssl.set_hostname("mail.example.test").unwrap();
        let raw = self.pipe.take().expect("no TLS yet");
        let tls = ssl.connect(raw);
        self.tls = Some(tls.map_err(|error| Failure::Handshake(error.to_string()))?);
        Ok(())
    }

    pub fn server_certificate(&self) -> openssl::x509::X509 {
        self.tls.as_ref().unwrap().ssl().peer_certificate().unwrap()
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> Met {
        match (&mut self.tls, &mut self.pipe) {
            (Some(tls), _) => Ok(tls.write_all(bytes.as_ref())?),
            (None, Some(raw)) => Ok(raw.write_all(bytes.as_ref())?),
            (None, None) => Err(Failure::Other("no connection".to_owned())),
        }
    }

    pub fn say(&mut self, line: &str) -> Met {
        self.send(format!("{line}\r\n"))
    }

    fn fill(&mut self) -> Met {
        if self.buffer.len() > self.max_bytes {
            return Err(Failure::TooMuch);
        }
        if Instant::now() > self.deadline {
            return Err(Failure::Timeout);
        }
        let mut chunk = vec![0; 64 * 1024];
        let got = match (&mut self.tls, &mut self.pipe) {
            (Some(tls), _) => tls.read(&mut chunk)?,
            (None, Some(raw)) => raw.read(&mut chunk)?,
            (None, None) => 0,
        };
        if got == 0 {
            return Err(Failure::Eof);
        }
        self.buffer.extend_from_slice(&chunk[..got]);
        Ok(())
    }

    /// One line with its end.
    pub fn line(&mut self) -> Met<String> {
        let mut searched = self.at;
        loop {
            if let Some(found) = memchr(&self.buffer[searched..]) {
                let end = searched + found + 1;
                let line = String::from_utf8_lossy(&self.buffer[self.at..end]).into_owned();
                self.at = end;
                return Ok(line);
            }
            searched = self.buffer.len();
            self.fill()?;
        }
    }

    pub fn bytes(&mut self, count: usize) -> Met<Vec<u8>> {
        while self.buffer.len() < self.at + count {
            self.fill()?;
        }
        self.at += count;
        Ok(self.buffer[self.at - count..self.at].to_vec())
    }

    /// An SMTP reply: all its lines.
    pub fn reply(&mut self) -> Met<String> {
        let mut reply = String::new();
        loop {
            let line = self.line()?;
            let more = line.as_bytes().get(3) == Some(&b'-');
            reply.push_str(&line);
            if !more {
                return Ok(reply);
            }
        }
    }

    pub fn ask(&mut self, line: &str) -> Met<String> {
        self.say(line)?;
        self.reply()
    }

    /// An IMAP reply to this tag: untagged lines with their literals, and the tagged line.
    pub fn tagged(&mut self, tag: &str) -> Met<String> {
        let mut reply = String::new();
        loop {
            let line = self.line()?;
            reply.push_str(&line);
            if let Some(size) = line
                .strip_suffix("}\r\n")
                .and_then(|line| line.rsplit_once('{')?.1.parse().ok())
            {
                reply.push_str(&String::from_utf8_lossy(&self.bytes(size)?));
            }
            if line.starts_with(&format!("{tag} ")) || line.starts_with("+ ") {
                return Ok(reply);
            }
        }
    }

    /// A POP3 reply of several lines.
    pub fn multi(&mut self) -> Met<String> {
        let mut reply = self.line()?;
        if !reply.starts_with("+OK") {
            return Ok(reply);
        }
        loop {
            let line = self.line()?;
            if line == ".\r\n" || line == ".\n" {
                return Ok(reply);
            }
            reply.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
    }

    /// IMAP: one command and its whole reply.
    pub fn tag(&mut self, tag: &str, command: &str) -> Met<String> {
        self.say(&format!("{tag} {command}"))?;
        self.tagged(tag)
    }

    pub fn close_notify(&mut self) {
        if let Some(tls) = &mut self.tls {
            let _ = tls.shutdown();
        }
    }
}

/// Initial response of PLAIN.
pub fn plain(user: &str, password: &str) -> String {
    BASE64.encode(format!("\0{user}\0{password}").as_bytes())
}

pub fn good_plain() -> String {
    plain(USER, PASSWORD)
}

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes
        .split(|byte| *byte == b'\n')
        .next()
        .map(<[u8]>::len)
        .filter(|at| *at < bytes.len())
}
