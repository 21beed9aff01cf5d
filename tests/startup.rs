//! What it takes to start: instructions under valgrind, which do not jitter, with a bound for each; processes, threads
//! and libraries.
//!
//! These are the binaries that `cargo test` builds, without optimisation: three times what the shipped ones take, and
//! good enough to notice what this is about: a bundle of authorities that is read (250 million), a runtime, a thread or a
//! library for nothing. `make bench` prints the shipped ones' numbers beside the known plugins'.

// Raw sockets and a stopwatch are for tests to use.
#![allow(clippy::disallowed_methods)]

#[path = "sandbox/mod.rs"]
mod sandbox;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use sandbox::callgrind::instructions;
use sandbox::children::{Children, children_of};
use sandbox::late::LateServer;
use sandbox::probe::{Run, built};
use sandbox::{Sandbox, Scenario};

const PROBES: [&str; 7] = [
    "check_smtp",
    "check_imap",
    "check_pop3",
    "check_cert",
    "check_mailq",
    "check_blacklist",
    "check_roundtrip",
];
/// Those that never speak TLS.
const WITHOUT_TLS: [&str; 2] = ["check_mailq", "check_blacklist"];

fn binary(probe: &str) -> PathBuf {
    built(probe).unwrap_or_else(|| panic!("{probe} is not built"))
}

/// A check of this server, with patience for valgrind.
fn check(probe: &str, server: &Sandbox, options: &[&str]) -> Run {
    Run::new(probe)
        .args(["-H", "localhost", "--address", "127.0.0.1", "-t", "120"])
        .args(["-p", &server.port().to_string(), "--ca-file"])
        .arg(server.ca_file())
        .args(options)
}

/// A listing of one message, which takes a program.
fn mailq() -> Run {
    let line = r#"{"queue_name":"deferred","queue_id":"4A","arrival_time":1790000000,"message_size":900,"sender":"a@example.org","recipients":[{"address":"b@example.net","delay_reason":"timed out"}]}"#;
    Run::new("check_mailq")
        .args(["-M", "postfix", "-w", "10", "-c", "20", "-t", "120"])
        .args(["--command", "/bin/echo", "--command-arg", line])
}

fn blacklist(server: &LateServer) -> Run {
    Run::new("check_blacklist")
        .args(["-n", &server.address().to_string(), "-t", "120"])
        .args(["-H", "192.0.2.1", "-s", "bl.example.test"])
}

fn name_server() -> LateServer {
    LateServer::start("127.0.0.1:0", Duration::ZERO).expect("a name server")
}

/// Runs it, says what it took, and holds it below so many millions of instructions.
#[track_caller]
fn bounded(name: &str, run: &Run, probe: &str, code: i32, millions: f64) {
    let (count, outcome) = instructions(run, &binary(probe));
    assert_eq!(outcome.code, Some(code), "{outcome}");
    #[expect(clippy::cast_precision_loss, reason = "below 2^52")]
    let taken = count as f64 / 1e6;
    println!("{name}: {taken:.2} million, bound {millions}");
    assert!(taken < millions, "{name}: {taken:.2} million instructions");
    // A bound far above what is taken would notice nothing.
    assert!(
        taken > millions / 2.0,
        "{name}: {taken:.2} million: lower the bound"
    );
}

#[test]
fn a_version_is_said_without_effort() {
    for probe in PROBES {
        let bound = match probe {
            // The loading of OpenSSL is the difference to the others.
            _ if WITHOUT_TLS.contains(&probe) => 4.0,
            // Two hundred options, which clap checks against each other in builds like this.
            "check_roundtrip" | "check_cert" => 36.0,
            _ => 14.0,
        };
        let name = format!("{probe} --version");
        bounded(&name, &Run::new(probe).arg("--version"), probe, 3, bound);
    }
}

#[test]
fn a_plain_check_sets_up_no_tls() {
    for (probe, scenario, bound) in [
        ("check_smtp", Scenario::smtp(), 16.0),
        ("check_imap", Scenario::imap(), 16.0),
        ("check_pop3", Scenario::pop3(), 16.0),
    ] {
        let server = Sandbox::start(scenario);
        bounded(probe, &check(probe, &server, &[]), probe, 0, bound);
    }
}

/// Reading the system's bundle of authorities alone would take more.
#[test]
fn a_check_with_tls_reads_no_bundle() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let run = check("check_smtp", &server, &["--starttls"]);
    bounded("check_smtp --starttls", &run, "check_smtp", 0, 45.0);
    let run = check("check_cert", &server, &["-P", "smtp", "--starttls"]);
    bounded("check_cert --starttls", &run, "check_cert", 0, 80.0);
}

#[test]
fn a_queue_and_a_zone() {
    bounded("check_mailq", &mailq(), "check_mailq", 0, 9.0);
    let server = name_server();
    let run = blacklist(&server);
    bounded("check_blacklist", &run, "check_blacklist", 0, 9.0);
}

/// What an ordinary shared object is needed by, as the loader will see it.
fn libraries(probe: &str) -> String {
    let readelf = Command::new("readelf")
        .arg("-d")
        .arg(binary(probe))
        .output();
    let output = readelf.expect("readelf, of the package binutils");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter(|line| line.contains("(NEEDED)"))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn who_speaks_no_tls_loads_no_openssl() {
    for probe in PROBES {
        let libraries = libraries(probe);
        assert!(libraries.contains("libc.so"), "{libraries}");
        if WITHOUT_TLS.contains(&probe) {
            assert!(
                !libraries.contains("libssl") && !libraries.contains("libcrypto"),
                "{probe}:\n{libraries}"
            );
        }
    }
}

#[track_caller]
fn starts(run: &Run, probe: &str, processes: usize, threads: usize) {
    let born = children_of(run.command(&binary(probe)), Duration::from_secs(60));
    let wanted = Children {
        processes,
        threads,
        code: Some(0),
    };
    assert_eq!(born, wanted, "{}", run.line());
}

/// One thread, which may hang while the main one keeps the time; no process but the mail system's command.
#[test]
fn one_thread_and_no_process() {
    let smtp = Sandbox::start(Scenario::smtp());
    starts(&check("check_smtp", &smtp, &[]), "check_smtp", 0, 1);
    let starttls = Sandbox::start(Scenario::smtp().starttls());
    let run = check("check_smtp", &starttls, &["--starttls"]);
    starts(&run, "check_smtp", 0, 1);
    let run = check("check_cert", &starttls, &["-P", "smtp", "--starttls"]);
    starts(&run, "check_cert", 0, 1);
    let imap = Sandbox::start(Scenario::imap());
    starts(&check("check_imap", &imap, &[]), "check_imap", 0, 1);
    let pop3 = Sandbox::start(Scenario::pop3());
    starts(&check("check_pop3", &pop3, &[]), "check_pop3", 0, 1);
    starts(&mailq(), "check_mailq", 1, 1);
    let server = name_server();
    starts(&blacklist(&server), "check_blacklist", 0, 1);
}

/// The counter itself counts: a shell that starts one, which starts two.
#[test]
fn the_counter_counts_grandchildren() {
    let script = "(/bin/true; /bin/true; :) & wait; exit 3";
    let run = Run::new("sh").args(["-c", script]);
    let born = children_of(
        run.command(std::path::Path::new("/bin/sh")),
        Duration::from_secs(60),
    );
    assert_eq!(born.code, Some(3));
    assert_eq!(born.processes, 3);
    assert_eq!(born.threads, 0);
}
