//! A TLS server that shows what it is told to, behind the dialogue of each protocol.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openssl::ssl::{NameType, SslAcceptor, SslAcceptorBuilder};

use crate::sandbox::pki::Chain;

/// What was said and seen, over all connections.
#[derive(Default)]
pub struct Heard {
    pub connections: AtomicUsize,
    /// Lines inside TLS.
    pub lines: Mutex<Vec<String>>,
    /// Server names.
    pub names: Mutex<Vec<Option<String>>>,
    /// Sessions that were ended by close_notify.
    pub closed: AtomicUsize,
}

pub struct Server {
    pub port: u16,
    pub heard: Arc<Heard>,
}

/// What is said before TLS: greeting, then for each command that is known an answer; TLS begins after
/// the last one.
struct Preamble {
    greeting: &'static str,
    answers: &'static [(&'static str, &'static str)],
    farewell: (&'static str, &'static str),
}

fn preamble(protocol: &str) -> Preamble {
    match protocol {
        "smtp" => Preamble {
            greeting: "220 mail.example.test ESMTP\r\n",
            answers: &[
                (
                    "EHLO ",
                    "250-mail.example.test\r\n250-STARTTLS\r\n250 HELP\r\n",
                ),
                ("STARTTLS", "220 go ahead\r\n"),
            ],
            farewell: ("QUIT", "221 bye\r\n"),
        },
        "lmtp" => Preamble {
            greeting: "220 mail.example.test LMTP\r\n",
            answers: &[
                ("LHLO ", "250-mail.example.test\r\n250 STARTTLS\r\n"),
                ("STARTTLS", "220 go ahead\r\n"),
            ],
            farewell: ("QUIT", "221 bye\r\n"),
        },
        "imap" => Preamble {
            greeting: "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n",
            answers: &[
                (
                    "CAPABILITY",
                    "* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK\r\n",
                ),
                ("STARTTLS", "{tag} OK begin\r\n"),
            ],
            farewell: ("LOGOUT", "{tag} OK bye\r\n"),
        },
        "pop3" => Preamble {
            greeting: "+OK hello\r\n",
            answers: &[
                ("CAPA", "+OK\r\nSTLS\r\nUSER\r\n.\r\n"),
                ("STLS", "+OK begin\r\n"),
            ],
            farewell: ("QUIT", "+OK bye\r\n"),
        },
        "sieve" => Preamble {
            greeting: "\"IMPLEMENTATION\" \"test\"\r\n\"SASL\" \"\"\r\n\"STARTTLS\"\r\nOK \"hello\"\r\n",
            answers: &[("STARTTLS", "OK \"begin\"\r\n")],
            farewell: ("LOGOUT", "OK \"bye\"\r\n"),
        },
        _ => Preamble {
            greeting: "",
            answers: &[],
            farewell: ("", ""),
        },
    }
}

impl Server {
    /// TLS from the first byte, and nothing inside.
    pub fn tls(chain: &Chain) -> Server {
        Server::start(chain, "tls", false, |_| {})
    }

    /// `starttls`: the dialogue first; else the greeting comes inside TLS.
    pub fn start(
        chain: &Chain,
        protocol: &'static str,
        starttls: bool,
        change: impl FnOnce(&mut SslAcceptorBuilder),
    ) -> Server {
        let mut builder = chain.acceptor();
        change(&mut builder);
        let acceptor = builder.build();
        Server::serve(move |socket, heard| {
            let _ = session(socket, &acceptor, protocol, starttls, heard);
        })
    }

    /// Each connection is given to `serve`.
    pub fn serve(serve: impl Fn(TcpStream, &Heard) + Send + Sync + 'static) -> Server {
        Server::serve_at("127.0.0.1:0", serve)
    }

    /// TLS from the first byte at this address and port.
    pub fn tls_at(address: &str, chain: &Chain) -> Server {
        let acceptor = chain.acceptor().build();
        Server::serve_at(address, move |socket, heard| {
            let _ = session(socket, &acceptor, "tls", false, heard);
        })
    }

    fn serve_at(
        address: &str,
        serve: impl Fn(TcpStream, &Heard) + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind(address).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Heard::default());
        let serve = Arc::new(serve);
        let ears = Arc::clone(&heard);
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                ears.connections.fetch_add(1, Ordering::SeqCst);
                let (serve, ears) = (Arc::clone(&serve), Arc::clone(&ears));
                std::thread::spawn(move || {
                    let _ = socket.set_read_timeout(Some(Duration::from_secs(20)));
                    serve(socket, &ears);
                });
            }
        });
        Server { port, heard }
    }

    pub fn connections(&self) -> usize {
        self.heard.connections.load(Ordering::SeqCst)
    }
}

/// Reads a byte at a time: nothing of the handshake may be taken.
fn line(stream: &mut impl Read) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let mut one = [0];
    while !bytes.ends_with(b"\n") {
        if stream.read(&mut one)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.push(one[0]);
    }
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

fn session(
    mut socket: TcpStream,
    acceptor: &SslAcceptor,
    protocol: &str,
    starttls: bool,
    heard: &Heard,
) -> Result<(), Box<dyn std::error::Error>> {
    let preamble = preamble(protocol);
    // That of IMAP, which its answers bear.
    let tagged = |line: &str, answer: &str| {
        let tag = line.split(' ').next().unwrap_or_default();
        answer.replace("{tag}", tag)
    };
    if starttls {
        socket.write_all(preamble.greeting.as_bytes())?;
        let last = preamble.answers.last().map(|(command, _)| *command);
        loop {
            let line = line(&mut socket)?;
            let said = line.to_uppercase();
            let known = |(command, _): &&(&str, &str)| said.contains(command.trim_end());
            let (command, answer) = preamble.answers.iter().find(known).expect(&line);
            socket.write_all(tagged(&line, answer).as_bytes())?;
            if Some(*command) == last {
                break;
            }
        }
    }
    let stream = acceptor.accept(socket).map_err(|error| error.to_string())?;
    let name = stream.ssl().servername(NameType::HOST_NAME);
    heard.names.lock().unwrap().push(name.map(str::to_owned));
    let mut stream = BufReader::new(stream);
    if !starttls || protocol == "sieve" {
        stream.get_mut().write_all(preamble.greeting.as_bytes())?;
    }
    loop {
        let mut text = String::new();
        match stream.read_line(&mut text) {
            Ok(0) => {
                heard.closed.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
            Ok(_) => {}
            Err(_) => return Ok(()),
        }
        let text = text.trim_end().to_owned();
        heard.lines.lock().unwrap().push(text.clone());
        if !preamble.farewell.0.is_empty() && text.contains(preamble.farewell.0) {
            let answer = tagged(&text, preamble.farewell.1);
            stream.get_mut().write_all(answer.as_bytes())?;
        }
    }
}
