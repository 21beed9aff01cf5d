//! However much a server says, a check ends, and says no more than somebody could read.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::sandbox::probe::built;
use crate::scripted::{run, serve};

/// An IMAP server whose only capability does not end, and that says a thousand things more.
fn talker() -> u16 {
    let word = "X".repeat(1_500_000);
    let greeting = format!("* OK [CAPABILITY IMAP4rev1 {word}] hi\r\n");
    serve(greeting, |line| {
        let tag = line.split(' ').next().unwrap_or_default();
        format!("* BYE {}\r\n{tag} OK\r\n", "y ".repeat(400)).into_bytes()
    })
}

#[test]
fn a_word_without_end() {
    let port = talker();
    for more in [&["-v"][..], &["-vvv"], &["-vvv", "--format", "json"]] {
        let outcome = run("check_imap", port, more);
        assert!(
            outcome.took() < Duration::from_secs(4),
            "{:?}",
            outcome.took()
        );
        assert!(outcome.stdout.len() < 64 * 1024, "{}", outcome.stdout.len());
        assert!(outcome.code.is_some(), "{:?}", outcome.signal);
    }
}

#[test]
fn nobody_needs_to_read() {
    let port = serve("220-x\r\n".repeat(400) + "220 x\r\n", |line| {
        let quit = line.starts_with("QUIT");
        let reply = format!("250-{}\r\n", "X ".repeat(180)).repeat(300);
        if quit {
            "221 x\r\n".to_owned()
        } else {
            reply + "250 ok\r\n"
        }
        .into_bytes()
    });
    let mut child = Command::new(built("check_smtp").unwrap())
        .args([
            "-H",
            "127.0.0.1",
            "-p",
            &port.to_string(),
            "-t",
            "3",
            "-vvv",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdout.take().unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    let pid = child.id();
    std::thread::spawn(move || sender.send(child.wait()));
    let ended = receiver.recv_timeout(Duration::from_secs(10));
    if ended.is_err() {
        Command::new("kill").arg(pid.to_string()).status().unwrap();
    }
    let mut output = Vec::new();
    pipe.read_to_end(&mut output).unwrap();
    assert!(ended.is_ok(), "it waits for a reader");
    let text = String::from_utf8_lossy(&output);
    assert!(text.contains(" more lines\n"), "{text}");
}

#[test]
fn an_ok_that_was_asked_for_claims_nothing() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let silent = serve("", |_| Vec::new());
    let rows: [(&str, u16, &[&str]); 4] = [
        ("check_smtp", closed, &["--on", "connect-refused=ok"]),
        ("check_imap", closed, &["-r", "ok"]),
        ("check_pop3", closed, &["-r", "ok"]),
        ("check_smtp", silent, &["-t", "300ms:ok"]),
    ];
    for (probe, port, more) in rows {
        let outcome = run(probe, port, more);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        let text = outcome.stdout.split(" | ").next().unwrap();
        assert!(text.ends_with(" (ignored)"), "{outcome}");
        assert!(!text.contains("ready"), "{outcome}");
        let json = run(probe, port, &[more, &["--format", "json"]].concat()).json();
        assert_eq!(json["targets"][0]["proven"], "", "{json}");
    }
}
