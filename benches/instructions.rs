//! Instructions of whole runs under callgrind, beside the known plugins: no jitter, so small steps show.

use std::path::PathBuf;
use std::time::Duration;

use crate::cost::Program;
use crate::lab;
use crate::late::LateServer;
use crate::sandbox::callgrind::instructions;

struct Line {
    name: &'static str,
    ours: Program,
    theirs: Option<Program>,
    ports: Vec<u16>,
}

pub fn print() {
    println!(
        "\n## Instructions\n\nMillions, by callgrind; loading of libraries included, children not.\n"
    );
    println!("|{:<32}|{:>8}|{:>8}|{:>6}|", "run", "ours", "theirs", "×");
    println!(
        "|{}|{}:|{}:|{}:|",
        "-".repeat(32),
        "-".repeat(7),
        "-".repeat(7),
        "-".repeat(5)
    );
    for line in lines() {
        let ours = count(&line.ours, &line.ports);
        let theirs = line
            .theirs
            .as_ref()
            .map(|theirs| count(theirs, &line.ports));
        let (shown, ratio) = theirs.map_or_else(
            || (String::new(), String::new()),
            |theirs| (format!("{theirs:.2}"), format!("{:.2}", ours / theirs)),
        );
        println!("|{:<32}|{ours:>8.2}|{shown:>8}|{ratio:>6}|", line.name);
    }
}

#[expect(clippy::cast_precision_loss, reason = "below 2^52")]
fn count(program: &Program, ports: &[u16]) -> f64 {
    let (count, outcome) = instructions(&(program.run)(ports), &program.path);
    assert!(matches!(outcome.code, Some(0 | 3)), "{outcome}");
    count as f64 / 1e6
}

fn version(name: &'static str, probe: &'static str, peer: Option<&'static str>) -> Line {
    Line {
        name,
        ours: Program::ours(probe, |run, _| run.arg("--version")),
        theirs: peer.map(|peer| Program::peer(peer, |run, _| run.arg("--version"))),
        ports: Vec::new(),
    }
}

fn lines() -> Vec<Line> {
    let (postfix, dovecot) = (lab::postfix(), lab::dovecot());
    let check = |name,
                 probe: &'static str,
                 (peer, more): (&'static str, &'static [&str]),
                 options: &'static [&str],
                 port| {
        let ca: PathBuf = postfix.ca();
        // One authority stands behind each server of its own.
        let ca = if probe == "check_smtp" {
            ca
        } else {
            dovecot.ca()
        };
        Line {
            name,
            ours: Program::ours(probe, move |run, ports| {
                run.args(["-H", "localhost", "--address", "127.0.0.1", "-t", "100"])
                    .args(["-p", &ports[0].to_string(), "--ca-file"])
                    .arg(&ca)
                    .args(options)
            }),
            theirs: Some(Program::peer(peer, move |run, ports| {
                run.args(["-H", "127.0.0.1", "-t", "100"])
                    .args(["-p", &ports[0].to_string()])
                    .args(more)
            })),
            ports: vec![port],
        }
    };
    vec![
        version("check_smtp --version", "check_smtp", Some("check_smtp")),
        version("check_imap --version", "check_imap", Some("check_imap")),
        version("check_pop3 --version", "check_pop3", Some("check_pop")),
        version("check_cert --version", "check_cert", None),
        version("check_mailq --version", "check_mailq", None),
        version("check_blacklist --version", "check_blacklist", None),
        version("check_roundtrip --version", "check_roundtrip", None),
        check(
            "SMTP",
            "check_smtp",
            ("check_smtp", &[]),
            &[],
            postfix.port("SMTP"),
        ),
        check(
            "SMTP STARTTLS",
            "check_smtp",
            ("check_smtp", &["-S"]),
            &["-S"],
            postfix.port("SMTP"),
        ),
        check(
            "IMAP",
            "check_imap",
            ("check_imap", &[]),
            &[],
            dovecot.port("IMAP"),
        ),
        check(
            "IMAPS",
            "check_imap",
            ("check_simap", &[]),
            &["--tls"],
            dovecot.port("IMAPS"),
        ),
        check(
            "POP3",
            "check_pop3",
            ("check_pop", &[]),
            &[],
            dovecot.port("POP3"),
        ),
        check(
            "POP3S",
            "check_pop3",
            ("check_spop", &[]),
            &["--tls"],
            dovecot.port("POP3S"),
        ),
        Line {
            name: "mailq, one message",
            ours: Program::ours("check_mailq", |run, _| {
                run.args([
                    "-M",
                    "postfix",
                    "-w",
                    "10",
                    "-c",
                    "20",
                    "--command",
                    "/bin/echo",
                ])
                .args(["--command-arg", MESSAGE])
            }),
            theirs: None,
            ports: Vec::new(),
        },
        zone(),
    ]
}

const MESSAGE: &str = r#"{"queue_name":"deferred","queue_id":"4A","arrival_time":1790000000,"message_size":900,"sender":"a@example.org","recipients":[{"address":"b@example.net","delay_reason":"timed out"}]}"#;

fn zone() -> Line {
    let server = LateServer::start("127.0.0.1:0", Duration::ZERO).expect("a name server");
    Line {
        name: "a blocklist zone",
        ours: Program::ours("check_blacklist", move |run, _| {
            run.args(["-n", &server.address().to_string(), "-t", "100"])
                .args(["-H", "192.0.2.1", "-s", "bl.example.test"])
        }),
        theirs: None,
        ports: Vec::new(),
    }
}
