//! In the place of the old check_imap and check_simap: the same options, the same exit codes.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::sandbox::probe::{Outcome, Run, built};
use crate::sandbox::{Sandbox, Scenario};

/// Where Debian's monitoring-plugins have theirs.
const THEIRS: &str = "/usr/lib/nagios/plugins";

struct Names(tempfile::TempDir);

impl Names {
    fn new() -> Names {
        let folder = tempfile::tempdir().unwrap();
        let binary = built("check_imap").expect("check_imap is built");
        for name in ["check_imap", "check_simap"] {
            symlink(&binary, folder.path().join(name)).unwrap();
        }
        Names(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn run(binary: &Path, server: &Sandbox, options: &[&str]) -> Outcome {
    Run::new("check_imap")
        .args(["-H", "127.0.0.1", "-p", &server.port().to_string()])
        .args(options)
        .kill_after(Duration::from_secs(15))
        .run_binary(binary)
}

/// Options, and the exit code on a good server.
const CASES: [(&[&str], i32); 25] = [
    (&[], 0),
    (&["-t", "5", "-v"], 0),
    (&["-4", "-j"], 0),
    (&["-e", "* OK"], 0),
    (&["-e", "sandbox ready"], 0),
    (&["-e", "nonsense"], 1),
    (&["-e", "nonsense", "-M", "ok"], 0),
    (&["-e", "nonsense", "-M", "warn"], 1),
    (&["-e", "nonsense", "-M", "crit"], 2),
    (&["-e", "nonsense", "-e", "* OK"], 0),
    (&["-A", "-e", "nonsense", "-e", "* OK"], 1),
    (&["--all", "--expect", "sandbox", "--expect", "* OK"], 0),
    (&["-E", "-s", r"a1 CAPABILITY\r\n"], 0),
    (&["-E", "-s", r"a1 CAPABILITY\r\n", "-e", "IMAP4rev1"], 0),
    (&["-E", "-s", r"a1 CAPABILITY\r\n", "-e", "* OK"], 0),
    (&["-E", "-s", r"a1 NOSUCH\r\n", "-e", "a1 BAD"], 0),
    (&["-E", "-s", r"a1 CAPABILITY\r\n", "-e", "nonsense"], 1),
    (
        &[
            "-E",
            "-s",
            r"a1 CAPABILITY\r\n",
            "-A",
            "-e",
            "IMAP4rev1",
            "-e",
            "LITERAL+",
        ],
        0,
    ),
    (
        &[
            "-E",
            "-s",
            r"a1 CAPABILITY\r\n",
            "-e",
            "IMAP4rev1",
            "-d",
            "1",
            "-w",
            "0.9",
        ],
        0,
    ),
    (&["-q", "a1 LOGOUT"], 0),
    (&["-E", "-q", r"a1 LOGOUT\r\n"], 0),
    (&["-w", "0.0000001"], 1),
    (&["-w", "0.0000001", "-c", "0.0000002"], 2),
    (&["-w", "5", "-c", "8"], 0),
    (&["-r", "warn", "-C", "1", "-W", "2"], 0),
];

#[test]
fn the_options_of_old_have_the_exit_codes_of_old() {
    let names = Names::new();
    let theirs = Path::new(THEIRS).join("check_imap");
    let server = Sandbox::start(Scenario::imap());
    for (options, code) in CASES {
        let ours = run(&names.path("check_imap"), &server, options);
        assert_eq!(ours.code, Some(code), "{ours}");
        assert!(ours.stdout.starts_with("IMAP "), "{ours}");
        assert!(ours.plugin().perf("time").is_some(), "{ours}");
        if theirs.is_file() {
            let old = run(&theirs, &server, options);
            assert_eq!(old.code, Some(code), "{old}");
        }
    }
}

#[test]
fn a_connection_that_is_refused_is_what_r_says() {
    let names = Names::new();
    let theirs = Path::new(THEIRS).join("check_imap");
    let server = Sandbox::start(Scenario::imap().fault_named("refused"));
    for (options, code) in [
        (&[][..], 2),
        (&["-r", "ok"], 0),
        (&["-r", "warn"], 1),
        (&["-r", "crit"], 2),
        (&["-H", "no-such-host.invalid"], 2),
    ] {
        let ours = run(&names.path("check_imap"), &server, options);
        assert_eq!(ours.code, Some(code), "{ours}");
        if theirs.is_file() {
            let old = run(&theirs, &server, options);
            assert_eq!(old.code, Some(code), "{old}");
        }
    }
}

#[test]
fn check_simap_speaks_tls_from_the_first_byte() {
    let names = Names::new();
    let server = Sandbox::start(Scenario::imap().tls());
    let ca = server.ca_file();
    let trusted = ["--ca-file", ca.to_str().unwrap(), "--tls-name", "localhost"];
    for (name, service, options) in [
        ("check_simap", "SIMAP", &[][..]),
        ("check_simap", "SIMAP", &["-D", "2,1"]),
        ("check_imap", "IMAP", &["-S"]),
        ("check_imap", "IMAP", &["--ssl"]),
        ("check_imap", "IMAP", &["-D", "2"]),
    ] {
        let options = [options, trusted.as_slice()].concat();
        let outcome = run(&names.path(name), &server, &options);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        let line = outcome.plugin();
        assert_eq!(line.service, service, "{outcome}");
        assert!(line.perf("cert_days").is_some(), "{outcome}");
    }
    // -N and --sni name the host for TLS, and ask for it.
    let named = ["--ca-file", ca.to_str().unwrap(), "--sni", "localhost"];
    let outcome = run(&names.path("check_imap"), &server, &named);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    // The deliberate difference: what does not verify is CRITICAL.
    let outcome = run(&names.path("check_simap"), &server, &[]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let expiring = [["-D", "9999"].as_slice(), &trusted].concat();
    assert_eq!(
        run(&names.path("check_imap"), &server, &expiring).code,
        Some(1)
    );
    let expired = [["-D", "9999,9998"].as_slice(), &trusted].concat();
    assert_eq!(
        run(&names.path("check_imap"), &server, &expired).code,
        Some(2)
    );
}

/// The deliberate differences: a service that does not serve is CRITICAL, unless that is expected.
#[test]
fn a_service_that_refuses_is_critical() {
    let names = Names::new();
    let server = Sandbox::start(Scenario::imap().fault_named("greeting-bye"));
    let ours = |options: &[&str]| run(&names.path("check_imap"), &server, options);
    assert_eq!(ours(&[]).code, Some(2));
    assert_eq!(ours(&["-e", "too many"]).code, Some(0));
    assert_eq!(ours(&["-e", "ready"]).code, Some(2));
}

#[test]
fn the_pause_of_d_is_not_part_of_the_time() {
    let names = Names::new();
    let server = Sandbox::start(Scenario::imap());
    let outcome = run(&names.path("check_imap"), &server, &["-d", "1"]);
    assert!(outcome.wall > Duration::from_secs(1), "{outcome}");
    assert!(
        outcome.plugin().perf("time").unwrap().value < 0.9,
        "{outcome}"
    );
    let late = run(&names.path("check_imap"), &server, &["-d", "5", "-t", "1"]);
    assert_eq!(late.code, Some(2), "{late}");
    assert!(late.wall < Duration::from_millis(1250), "{late}");
}

/// As the old one: `-m` ends the reading, and what one read brought is looked at whole.
#[test]
fn m_ends_the_reading() {
    let names = Names::new();
    let server = Sandbox::start(Scenario::imap());
    let ours = |options: &[&str]| run(&names.path("check_imap"), &server, options);
    assert_eq!(ours(&["-m", "4", "-e", "sandbox"]).code, Some(0));
    assert_eq!(ours(&["-m", "1000", "-e", "sandbox"]).code, Some(0));
    assert_eq!(ours(&["-m", "4"]).code, Some(0));
}

#[test]
fn jail_holds_whatever_the_verbosity() {
    let names = Names::new();
    let server = Sandbox::start(Scenario::imap());
    for more in ["-v", "-vv", "-vvv"] {
        for expect in ["sandbox", "nonsense"] {
            let outcome = run(
                &names.path("check_imap"),
                &server,
                &["-j", "-e", expect, more],
            );
            assert!(!outcome.stdout.contains("sandbox ready"), "{outcome}");
            assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
        }
    }
}
