//! A signal in each phase: one line that says what the check was waiting for, and exit code 3.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::sandbox::probe::built;
use super::sandbox::{Delivery, Mailbox, PASSWORD, Sandbox, Scenario, Store, USER};

/// A server that has said this much and then listens, in vain for us.
struct Stalled {
    listener: TcpListener,
    /// What is said, each after something was heard; the first at once.
    said: &'static [&'static str],
}

impl Stalled {
    fn new(said: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Stalled { listener, said }
    }

    fn port(&self) -> String {
        self.listener.local_addr().unwrap().port().to_string()
    }

    /// Comes back when the probe waits for what never comes.
    fn until_it_waits(&self) -> TcpStream {
        let (mut stream, _) = self.listener.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        for (at, line) in self.said.iter().enumerate() {
            if at > 0 {
                hear(&mut stream);
            }
            stream.write_all(line.as_bytes()).unwrap();
        }
        if !self.said.is_empty() {
            hear(&mut stream);
        }
        stream
    }
}

fn hear(stream: &mut TcpStream) {
    let mut buffer = [0; 2048];
    assert!(
        stream.read(&mut buffer).unwrap() > 0,
        "the probe has gone already"
    );
}

pub fn start(probe: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(built(probe).unwrap());
    command
        .args(arguments)
        .args(["-t", "20s"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    hearing(&mut command).spawn().unwrap()
}

/// Whoever runs these tests in the background, or by nohup, has signals ignored, and what is ignored is inherited.
fn hearing(command: &mut Command) -> &mut Command {
    // SAFETY: plain system calls.
    unsafe {
        command.pre_exec(|| {
            for (signal, _) in SIGNALS {
                libc::signal(signal, libc::SIG_DFL);
            }
            Ok(())
        })
    }
}

/// Sends the signal and reads the one line.
#[track_caller]
pub fn ends(child: Child, signal: (libc::c_int, &str), service: &str) -> String {
    let pid = libc::pid_t::try_from(child.id()).unwrap();
    // SAFETY: a plain system call about a child of our own that has not been waited for.
    assert_eq!(unsafe { libc::kill(pid, signal.0) }, 0);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(
        text.starts_with(&format!("{service} UNKNOWN - {}", signal.1)),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(output.stderr.is_empty(), "{:?}", output.stderr);
    text
}

pub const SIGNALS: [(libc::c_int, &str); 4] = [
    (libc::SIGTERM, "SIGTERM"),
    (libc::SIGALRM, "SIGALRM"),
    (libc::SIGINT, "SIGINT"),
    (libc::SIGHUP, "SIGHUP"),
];

#[test]
fn a_signal_in_each_phase_says_what_was_waited_for() {
    type Words = &'static [&'static str];
    let cases: [(&str, &str, Words, Words, &str); 6] = [
        ("check_smtp", "SMTP", &[], &[], "no greeting from"),
        ("check_smtp", "SMTP", &["220 a\r\n"], &[], "no answer to"),
        (
            "check_smtp",
            "SMTP",
            &["220 a\r\n", "250-a\r\n250 STARTTLS\r\n", "220 go\r\n"],
            &["-S"],
            "no TLS session with",
        ),
        ("check_smtp", "SMTP", &[], &["--tls"], "no TLS session with"),
        ("check_imap", "IMAP", &[], &[], "no greeting from"),
        ("check_pop3", "POP3", &[], &[], "no greeting from"),
    ];
    for (probe, service, said, options, words) in cases {
        for signal in SIGNALS {
            let server = Stalled::new(said);
            let port = server.port();
            let arguments = [&["-H", "127.0.0.1", "-p", &port][..], options].concat();
            let child = start(probe, &arguments);
            let _stream = server.until_it_waits();
            let text = ends(child, signal, service);
            // Between the connection and the phase there may be a moment of our own work.
            let moment = text.contains("was not finished") || text.contains("no connection");
            assert!(text.contains(words) || moment, "{words}: {text}");
        }
    }
}

/// Opening a pipe for writing succeeds once somebody reads it: then the probe is at its options.
#[test]
fn a_signal_while_the_options_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = super::mute(&folder);
    let file = fifo.to_str().unwrap();
    for signal in SIGNALS {
        let child = start(
            "check_imap",
            &[
                "-H",
                "127.0.0.1",
                "--user",
                "x",
                "--tls",
                "--password-file",
                file,
            ],
        );
        let writer = std::fs::OpenOptions::new().write(true).open(&fifo).unwrap();
        let text = ends(child, signal, "IMAP");
        assert!(text.contains("while the options were read"), "{text}");
        drop(writer);
    }
}

/// A pipe is at its end when nobody who may write to it is left.
#[test]
fn what_runs_for_us_ends_with_us() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = super::mute(&folder);
    let (script, there) = (folder.path().join("hangs"), folder.path().join("there"));
    std::fs::write(
        &script,
        format!("exec 3>{}\nexec sleep 20\n", fifo.display()),
    )
    .unwrap();
    // With a child of its own: that is why there are groups.
    std::fs::write(
        &there,
        format!("exec 3>{}\nsleep 20 &\nwait\n", fifo.display()),
    )
    .unwrap();
    let there = there.to_str().unwrap();
    let script = format!("sh {}", script.display());
    let password = [
        "-H",
        "127.0.0.1",
        "--user",
        "x",
        "--password-command",
        &script,
    ];
    for (probe, service, options) in [
        (
            "check_mailq",
            "MAILQ",
            &["--command", "/bin/sh", "--command-arg", there][..],
        ),
        ("check_imap", "IMAP", &password[..]),
    ] {
        let began = std::time::Instant::now();
        let child = start(probe, options);
        let mut reader = std::fs::File::open(&fifo).unwrap();
        ends(child, SIGNALS[0], service);
        let _ = reader.read_to_end(&mut Vec::new()).unwrap();
        assert!(began.elapsed() < Duration::from_secs(15), "{probe}");
    }
}

/// Whoever stops a check that waits for a server to come up does not want another attempt.
#[test]
fn a_signal_ends_the_patience() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port().to_string();
    let server = Stalled {
        listener: closed,
        said: &[],
    };
    let child = start(
        "check_smtp",
        &["-H", "127.0.0.1", "-p", &port, "--retry-for", "1h"],
    );
    let _stream = server.until_it_waits();
    ends(child, SIGNALS[0], "SMTP");
}

/// What the caller has asked to be spared stays away: nohup, background jobs. Nobody who reads no more ends a check.
#[test]
fn signals_that_do_not_end_a_check() {
    for (signal, ignored) in [
        (libc::SIGHUP, "trap '' HUP; "),
        (libc::SIGINT, "trap '' INT; "),
        (libc::SIGPIPE, ""),
    ] {
        let server = Stalled::new(&[]);
        let child = Command::new("bash")
            .args(["-c", &format!("{ignored}exec \"$0\" \"$@\"")])
            .arg(built("check_smtp").unwrap())
            .args(["-H", "127.0.0.1", "-p", &server.port(), "-t", "20s"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stream = server.until_it_waits();
        // SAFETY: a plain system call about a child of our own that has not been waited for.
        assert_eq!(
            unsafe { libc::kill(libc::pid_t::try_from(child.id()).unwrap(), signal) },
            0
        );
        stream
            .write_all(b"220 mail.example.test ESMTP\r\n")
            .unwrap();
        hear(&mut stream);
        ends(child, SIGNALS[0], "SMTP");
    }
}

/// A message of its own is all that it may leave behind.
#[test]
fn a_signal_while_the_message_is_awaited() {
    let store = Store::new([Mailbox::new("INBOX")]).dated();
    let lost = Scenario::smtp().delivery(Delivery::Lost);
    for (scenario, verb, scheme) in [
        (Scenario::imap(), "IDLE", "imap"),
        (Scenario::imap().without("IDLE"), "NOOP", "imap"),
        (Scenario::pop3(), "QUIT", "pop3"),
    ] {
        for signal in SIGNALS {
            let smtp = Sandbox::start(lost.clone().store(&store));
            let inbox = Sandbox::start(scenario.clone().store(&store));
            let mut command = Command::new(built("check_roundtrip").unwrap());
            command
                .args([
                    "-f",
                    "a@example.org",
                    "--to",
                    "probe@example.test",
                    "-t",
                    "20",
                ])
                .arg(format!("--send=smtp://127.0.0.1:{}", smtp.port()))
                .arg(format!(
                    "--receive={scheme}://{USER}@127.0.0.1:{}",
                    inbox.port()
                ))
                .args([&format!("--{scheme}-password-env"), "SECRET"])
                .env("SECRET", PASSWORD)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            let child = hearing(&mut command).spawn().unwrap();
            let (_sender, receiver) = std::sync::mpsc::channel::<()>();
            let waits = || inbox.lines().iter().any(|line| line.contains(verb));
            for _ in 0..500 {
                if waits() {
                    break;
                }
                let _ = receiver.recv_timeout(Duration::from_millis(10));
            }
            let text = ends(child, signal, "ROUNDTRIP");
            let way = ": a@example.org to probe@example.test: waiting for the message (";
            assert!(text.contains(way), "{text}");
            assert!(text.contains(" send="), "{text}");
            assert!(!text.contains(PASSWORD), "{text}");
        }
    }
}
