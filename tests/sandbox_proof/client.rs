//! A client that is just good enough to walk through a dialogue, and that reports exactly what it met.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};

use crate::sandbox::{PASSWORD, Sandbox, USER};

/// More than any good reply has.
const MAX_BYTES: usize = 14 << 20;

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

pub trait Pipe: Read + Write + std::fmt::Debug {}
impl<T: Read + Write + std::fmt::Debug> Pipe for T {}

#[derive(Debug)]
pub struct Client {
    pipe: Option<Raw>,
    tls: Option<SslStream<Raw>>,
    deadline: Instant,
    pub buffer: Vec<u8>,
    /// All that came in.
    pub seen: Vec<u8>,
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
        let raw = match sandbox.unix_path() {
            Some(path) => {
                let unix = UnixStream::connect(path)?;
                unix.set_read_timeout(Some(patience)).unwrap();
                Raw::Unix(unix)
            }
            None => {
                let tcp =
                    TcpStream::connect_timeout(&sandbox.address(), patience).map_err(|error| {
                        if error.kind() == io::ErrorKind::TimedOut {
                            Failure::Unreachable
                        } else {
                            error.into()
                        }
                    })?;
                tcp.set_read_timeout(Some(patience)).unwrap();
                tcp.set_write_timeout(Some(patience)).unwrap();
                Raw::Tcp(tcp)
            }
        };
        let deadline = Instant::now() + patience;
        Ok(Client {
            pipe: Some(raw),
            tls: None,
            deadline,
            buffer: Vec::new(),
            seen: Vec::new(),
        })
    }

    /// The handshake, without verification.
    pub fn start_tls(&mut self) -> Met {
        self.start_tls_as(|_| {})
    }

    pub fn start_tls_as(
        &mut self,
        set_up: impl FnOnce(&mut openssl::ssl::SslConnectorBuilder),
    ) -> Met {
        let mut builder = SslConnector::builder(SslMethod::tls()).unwrap();
        builder.set_verify(SslVerifyMode::NONE);
        set_up(&mut builder);
        let raw = self.pipe.take().expect("no TLS yet");
        let tls = builder.build().connect("mail.example.test", raw);
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
        if self.seen.len() > MAX_BYTES {
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
        self.seen.extend_from_slice(&chunk[..got]);
        Ok(())
    }

    /// One line with its end.
    pub fn line(&mut self) -> Met<String> {
        let mut searched = 0;
        loop {
            if let Some(at) = self.buffer[searched..]
                .iter()
                .position(|byte| *byte == b'\n')
            {
                let line: Vec<u8> = self.buffer.drain(..=searched + at).collect();
                return Ok(String::from_utf8_lossy(&line).into_owned());
            }
            searched = self.buffer.len();
            self.fill()?;
        }
    }

    pub fn bytes(&mut self, count: usize) -> Met<Vec<u8>> {
        while self.buffer.len() < count {
            self.fill()?;
        }
        Ok(self.buffer.drain(..count).collect())
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

    /// Closes the write side and reads to the end.
    pub fn rest(&mut self) -> Met<Vec<u8>> {
        loop {
            match self.fill() {
                Ok(()) => {}
                Err(Failure::Eof) => return Ok(std::mem::take(&mut self.buffer)),
                Err(failure) => return Err(failure),
            }
        }
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
