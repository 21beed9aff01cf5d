//! The single-file build (`make static`): OpenSSL and the C library linked in, every probe run in a root that holds
//! nothing but the probe. Builds it, without optimisation, in a folder of its own; needs root, as chroot does.

// Raw sockets and a stopwatch are for tests to use.
#![allow(clippy::disallowed_methods)]

#[path = "sandbox/mod.rs"]
mod sandbox;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use mailprobe::probe::table::PROBES;
use sandbox::late::LateServer;
use sandbox::probe::{Outcome, Run};
use sandbox::{Sandbox, Scenario};

/// Builds the probes as `packaging/static.sh` does for everybody, or what is missing; gives the folder.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let out = root.join("target/static");
        let mut build = Command::new(root.join("packaging/static.sh"));
        let said = build.arg("trial").arg(&out).output().unwrap();
        let words = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "packaging/static.sh: {words}");
        out
    })
}

/// What a shell says to it.
fn shell(script: &str, argument: &Path) -> String {
    let mut shell = Command::new("sh");
    shell.current_dir(env!("CARGO_MANIFEST_DIR"));
    let said = shell.args(["-euc", script, "sh"]).arg(argument).output();
    let said = said.unwrap();
    let words = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{script}: {words}");
    String::from_utf8(said.stdout).unwrap()
}

/// Such pieces of code the kernel maps at once.
const PIECE: u64 = 64 * 1024;

#[test]
fn what_a_start_runs_through_stands_together() {
    let binary = built().join("check_smtp");
    let linker = shell("readelf -p .comment \"$1\"", &binary);
    if !linker.contains("Linker: LLD") {
        println!("not LLD, which alone takes an order");
        return;
    }
    let names = include_str!("../packaging/start.names");
    let listed: BTreeSet<&str> = names.lines().collect();
    let code = "nm -P --defined-only \"$1\" | awk '$2 ~ /^[Tt]$/ { print $3, $1 }' | sed -f packaging/name.sed";
    let (mut all, mut start, mut found) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for line in shell(code, &binary).lines() {
        let (address, name) = line.split_once(' ').unwrap();
        let piece = u64::from_str_radix(address, 16).unwrap() / PIECE;
        all.insert(piece);
        if listed.contains(name) {
            start.insert(piece);
            found.insert(name.to_owned());
        }
    }
    let (found, start, all) = (found.len(), start.len(), all.len());
    println!(
        "{found} of {} names in {start} of {all} pieces",
        listed.len()
    );
    assert!(found * 3 > listed.len(), "the list is of another program");
    assert!(start * 3 < all, "scattered over {start} of {all} pieces");
}

/// A root of nothing but the probes.
struct Empty {
    root: tempfile::TempDir,
}

impl Empty {
    fn with(binaries: &Path) -> Empty {
        let root = tempfile::tempdir().unwrap();
        for probe in PROBES {
            let (from, to) = (binaries.join(probe.name), root.path().join(probe.name));
            fs::copy(&from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        }
        Empty { root }
    }

    /// Adds a file.
    fn put(&self, path: &str, text: &[u8]) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, probe: &str, arguments: &[&str]) -> Outcome {
        let root = self.root.path().to_str().unwrap();
        Run::new(probe)
            .args(arguments)
            .kill_after(Duration::from_secs(30))
            .under(&[root], Path::new(&format!("/{probe}")))
            .run_binary(Path::new("/usr/sbin/chroot"))
    }
}

#[track_caller]
fn says(outcome: &Outcome, code: i32, start: &str) {
    assert_eq!(outcome.code, Some(code), "{outcome}");
    assert!(outcome.stdout.starts_with(start), "{outcome}");
}

#[test]
fn every_probe_runs_where_there_is_nothing_else() {
    let empty = Empty::with(built());
    for probe in PROBES {
        let version = format!("{} {}", probe.name, env!("CARGO_PKG_VERSION"));
        says(&empty.run(probe.name, &["--version"]), 3, &version);
    }
    sessions(&empty);
    without_sessions(&empty);
}

/// Over TLS, verified by roots that are given: by file, and by the folder where a system keeps them.
fn sessions(empty: &Empty) {
    for (probe, scenario, service) in [
        ("check_smtp", Scenario::smtp().starttls(), "SMTP OK"),
        ("check_imap", Scenario::imap().starttls(), "IMAP OK"),
        ("check_pop3", Scenario::pop3().starttls(), "POP3 OK"),
    ] {
        let server = Sandbox::start(scenario);
        let port = server.port().to_string();
        let plain = ["-H", "127.0.0.1", "-p", &port, "-t", "10"];
        says(&empty.run(probe, &plain), 0, service);
        empty.put("ca.pem", &fs::read(server.ca_file()).unwrap());
        let mut secure = vec!["-H", "localhost", "--address", "127.0.0.1", "-p", &port];
        secure.extend(["-t", "10", "--starttls"]);
        let unknown = empty.run(probe, &secure);
        assert_eq!(unknown.code, Some(2), "no roots, no trust: {unknown}");
        secure.extend(["--ca-file", "/ca.pem"]);
        says(&empty.run(probe, &secure), 0, service);
    }
    let server = Sandbox::start(Scenario::smtp().starttls());
    let port = server.port().to_string();
    // The C library's resolver, too, is linked in.
    let name = ["-H", "mx.example.test", "-p", &port, "-t", "5"];
    let unresolved = empty.run("check_smtp", &name);
    assert_eq!(unresolved.code, Some(3), "{unresolved}");
    empty.put("etc/hosts", b"127.0.0.1 mx.example.test\n");
    says(&empty.run("check_smtp", &name), 0, "SMTP OK");
    let mut cert = vec!["-H", "localhost", "--address", "127.0.0.1", "-p", &port];
    cert.extend(["-P", "smtp", "--ca-file", "/ca.pem", "-t", "10"]);
    let cert = empty.run("check_cert", &cert);
    assert!(cert.code.is_some_and(|code| code < 3), "{cert}");
    assert!(cert.stdout.contains("localhost"), "{cert}");
}

fn without_sessions(empty: &Empty) {
    let server = LateServer::start("127.0.0.1:0", Duration::ZERO).expect("a name server");
    let address = server.address().to_string();
    let mut asked = vec!["-H", "192.0.2.1", "-s", "bl.example.test", "-n", &address];
    asked.extend(["-t", "10"]);
    says(&empty.run("check_blacklist", &asked), 0, "BLACKLIST OK");

    empty.put("listing", b"Mail queue is empty\n");
    let mut read = vec!["-M", "postfix", "--input", "/listing", "-w", "1", "-c", "2"];
    read.extend(["-t", "10"]);
    says(&empty.run("check_mailq", &read), 0, "MAILQ OK");

    let sent = ["--from", "probe@example.org", "--to", "probe@example.org"];
    let mut sent = sent.to_vec();
    sent.extend(["--send", "smtp://127.0.0.1:1", "--receive", "maildir:/box"]);
    empty.put("box/new/.keep", b"");
    let refused = empty.run("check_roundtrip", &sent);
    says(&refused, 2, "ROUNDTRIP CRITICAL");
}
