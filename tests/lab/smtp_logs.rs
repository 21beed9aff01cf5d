//! What our checks leave in the servers' logs: nothing that a person or a tool like fail2ban would stumble over.
//!
//! Each test ends with a client of the bad sort. Its line shows that the log is looked at rightly, and that what came
//! before it is all there.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use super::smtp::{at, probe};
use crate::lab;
use crate::probe::Run;

/// Goes in the middle of a transaction, without QUIT. (Of a client that goes earlier Exim says nothing.)
fn rude(address: &str, port: u16, name: &str) {
    let mut stream = TcpStream::connect((address, port)).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("220"));
    stream
        .write_all(format!("EHLO {name}\r\n").as_bytes())
        .unwrap();
    while lines.next().unwrap().unwrap().starts_with("250-") {}
    stream.write_all(b"MAIL FROM:<>\r\n").unwrap();
    assert!(lines.next().unwrap().unwrap().starts_with("250"));
}

/// The lines that hold `about`, up to the one that holds `last` as well.
fn lines_until(log: &Path, about: &str, last: &str) -> Vec<String> {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let text = String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned();
        let lines: Vec<String> = text
            .lines()
            .filter(|line| line.contains(about))
            .map(str::to_owned)
            .collect();
        if lines.iter().any(|line| line.contains(last)) {
            return lines;
        }
        assert!(
            Instant::now() < until,
            "no {last:?} in {}:\n{}",
            log.display(),
            lines.join("\n")
        );
        // The log is written by another process; there is nothing to wait on but the file.
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

const SUBMIT: [&str; 6] = [
    "--user",
    lab::USER,
    "--password-env",
    "SECRET",
    "--to",
    "a@example.net",
];

#[test]
fn postfix_has_nothing_to_complain_of() {
    let postfix = lab::postfix();
    // Whoever comes from ::1 is one of this test's.
    if TcpStream::connect(("::1", postfix.port("SMTP"))).is_err() {
        eprintln!("no ::1 here: nobody's lines can be told from ours");
        return;
    }
    let unknown = ["--to", "nobody@example.test", "--to", "probe@example.test"];
    for (port, args) in [
        ("SMTP", &[][..]),
        ("SMTP:starttls", &[]),
        ("SMTP:starttls", &["-D", "2,1"]),
        ("SMTP", &unknown),
        (
            "SMTP",
            &["--open-relay", "--audit-plaintext", "--require-tls"],
        ),
        ("SMTP:starttls", &["--open-relay", "--audit-plaintext"]),
        ("SMTP", &["-e", "nothing like it"]),
        ("SMTP", &["-C", "NOOP", "-R", "nothing like it"]),
        ("SMTPS:tls", &SUBMIT),
        ("SUBMISSION:starttls", &SUBMIT),
        ("SUBMISSION:starttls", &["--from", "a@example.org"]),
        ("SUBMISSION", &["--from", "a@example.org"]),
        ("POSTSCREEN", &["--to", "probe@example.test"]),
        ("OPEN", &["--open-relay", "--audit-plaintext"]),
    ] {
        let outcome = at(postfix, "::1", port, args);
        assert_ne!(outcome.code, Some(3), "{outcome}");
        assert!(
            !outcome.finding_ids().contains(&"timeout".to_owned()),
            "{outcome}"
        );
    }
    rude("::1", postfix.port("SMTP"), "rude.example.org");
    let log = postfix.dir().join("postfix.log");
    let lines = lines_until(&log, "[::1]", "lost connection after MAIL");
    let complaints: Vec<&String> = lines
        .iter()
        .filter(|line| {
            [
                "lost connection",
                "improper command",
                "TLS library problem",
                "SSL_accept error",
                "timeout after",
                "too many errors",
                "non-SMTP command",
                "PREGREET",
                "HANGUP",
                "COMMAND",
            ]
            .iter()
            .any(|words| line.contains(words))
        })
        .collect();
    // One for the connection that looked whether there is a ::1, one for the rude client.
    let ours: Vec<&&String> = complaints
        .iter()
        .filter(|line| !line.contains("after MAIL") && !line.contains("after CONNECT"))
        .collect();
    assert!(ours.is_empty(), "{ours:#?}");
    assert!(complaints.len() <= 2, "{complaints:#?}");
}

#[test]
fn exim_has_nothing_to_complain_of() {
    let exim = lab::exim();
    let named = |args: &[&'static str]| [&["-F", "polite.example.org"][..], args].concat();
    for (port, args) in [
        ("SMTP", &[][..]),
        ("SMTP:starttls", &["-D", "2,1"]),
        ("SMTPS:tls", &SUBMIT),
        ("SMTP:starttls", &SUBMIT),
        (
            "SMTP",
            &["--to", "probe@example.test", "--to", "nobody@example.test"],
        ),
        ("SMTP", &["--open-relay", "--audit-plaintext"]),
        ("SMTP:starttls", &["-e", "nothing like it"]),
    ] {
        let outcome = probe(exim, port, &named(args));
        assert_ne!(outcome.code, Some(3), "{outcome}");
    }
    rude("127.0.0.1", exim.port("SMTP"), "rude.example.org");
    let log = exim.dir().join("exim/mainlog");
    lines_until(&log, "(rude.example.org)", "unexpected disconnection");
    let text = String::from_utf8_lossy(&std::fs::read(&log).unwrap()).into_owned();
    let complaints: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("polite.example.org"))
        .filter(|line| {
            [
                "unexpected disconnection",
                "TLS error",
                "synchronization",
                "syntax or protocol",
                "SMTP command timeout",
                "closed by",
                "lost",
            ]
            .iter()
            .any(|words| line.contains(words))
        })
        .collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn dovecot_is_taken_leave_of() {
    let dovecot = lab::dovecot();
    // Nobody else comes by the socket.
    let socket = dovecot.dir().join("lmtp");
    for args in [
        &["-L"][..],
        &[
            "-L",
            "--to",
            "inbox@example.test",
            "--to",
            "nobody@example.test",
        ],
        &["-L", "-e", "nothing like it"],
    ] {
        let outcome = Run::new("check_smtp")
            .arg("-H")
            .arg(&socket)
            .args(args)
            .run();
        assert_ne!(outcome.code, Some(3), "{outcome}");
    }
    let log = dovecot.dir().join("dovecot.log");
    let left = lines_until(&log, "Disconnect from local", "");
    let rude = left.iter().find(|line| !line.contains("Logged out"));
    assert_eq!(rude, None);
}
