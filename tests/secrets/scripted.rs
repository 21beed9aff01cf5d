//! Servers that say what a test wants and nothing else, for answers that no sane server gives.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use crate::sandbox::probe::{Outcome, Run};

/// Answers each line by `answer`, after the greeting; an empty answer says nothing. Ends with the process.
pub fn serve(
    greeting: impl Into<Vec<u8>>,
    answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let greeting = greeting.into();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let lines = BufReader::new(client.try_clone().unwrap()).lines();
            if client.write_all(&greeting).is_err() {
                continue;
            }
            for line in lines.map_while(Result::ok) {
                if client.write_all(&answer(&line)).is_err() {
                    break;
                }
            }
        }
    });
    port
}

/// An SMTP server that answers a login so.
pub fn smtp(login: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    serve("220 mail.example.org\r\n", move |line| {
        match line.get(..4) {
            Some("EHLO") => b"250-mail.example.org\r\n250 AUTH PLAIN EXTERNAL\r\n".to_vec(),
            Some("AUTH") => login(line),
            _ => b"221 bye\r\n".to_vec(),
        }
    })
}

/// A POP3 server that answers a login so.
pub fn pop3(login: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    serve("+OK mail.example.org\r\n", move |line| {
        match line.get(..4) {
            Some("CAPA") => b"+OK\r\nUSER\r\n.\r\n".to_vec(),
            Some("PASS") => login(line),
            _ => b"+OK\r\n".to_vec(),
        }
    })
}

/// An IMAP server that answers a login so; `TAG` becomes the tag.
pub fn imap(login: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    serve(
        "* OK [CAPABILITY IMAP4rev1] mail.example.org\r\n",
        move |line| {
            let tag = line.split(' ').next().unwrap_or_default();
            if !line.contains("LOGIN") {
                return format!("* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n").into_bytes();
            }
            let answer = login(line);
            match answer.strip_prefix(b"TAG") {
                Some(rest) => [tag.as_bytes(), rest].concat(),
                None => answer,
            }
        },
    )
}

pub fn run(probe: &str, port: u16, more: &[&str]) -> Outcome {
    let port = port.to_string();
    Run::new(probe)
        .args(["-H", "127.0.0.1", "-p", &port, "-t", "3"])
        .args(more)
        .run()
}
