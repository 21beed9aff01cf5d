//! Being a drop-in for check_ssl_cert: the same options, the same exit codes, beside the real one where it
//! is installed.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::check::Files;
use crate::sandbox::pki::{Chain, case};
use crate::sandbox::probe::{Outcome, Run, built};
use crate::server::Server;

const THEIRS: &str = "/usr/lib/nagios/plugins/check_ssl_cert";

/// What is never done here, and what their version would do over the network.
const CALM: [&str; 3] = [
    "--ignore-sct",
    "--ignore-tls-renegotiation",
    "--ignore-ocsp",
];

fn run(binary: &Path, server: &Server, chain: &Chain, roots: bool, options: &[&str]) -> Outcome {
    let files = Files::new();
    let path = files.write("roots.pem", &chain.roots_pem());
    let mut run =
        Run::new("check_ssl_cert").args(["-H", "localhost", "-p", &server.port.to_string()]);
    if roots {
        run = run.args(["-r", &path]);
    }
    run.args(CALM).args(options).run_binary(binary)
}

fn ours(files: &Files) -> PathBuf {
    let link = files.folder.path().join("check_ssl_cert");
    symlink(built("check_cert").unwrap(), &link).unwrap();
    link
}

/// Case, options, the exit code of both.
#[test]
fn the_options_of_old_have_the_exit_codes_of_old() {
    let files = Files::new();
    let ours = ours(&files);
    let theirs = Path::new(THEIRS);
    for (name, roots, options, code) in [
        ("good", true, &["-m", "localhost"][..], 0),
        (
            "good",
            true,
            &["--match", "localhost", "-w", "20", "-c", "15"],
            0,
        ),
        ("good", true, &["-n", "localhost"], 0),
        ("good", true, &["--cn", "localhost"], 0),
        (
            "good",
            true,
            &["-m", "localhost", "-m", "mail.example.test"],
            0,
        ),
        ("good", true, &["-m", "nope.example.org"], 2),
        (
            "good",
            true,
            &["-m", "localhost", "-w", "70", "-c", "10"],
            1,
        ),
        (
            "good",
            true,
            &["-m", "localhost", "-w", "80", "-c", "70"],
            2,
        ),
        (
            "good",
            true,
            &["-m", "localhost", "-w", "63.9", "-c", "0.5"],
            1,
        ),
        ("good", false, &["-m", "localhost"], 2),
        (
            "good",
            true,
            &["-m", "localhost", "-i", "Case Intermediate CA"],
            0,
        ),
        ("good", true, &["-m", "localhost", "-i", "Nobody"], 2),
        (
            "good",
            true,
            &["-m", "localhost", "--require-ocsp-stapling"],
            2,
        ),
        (
            "good",
            true,
            &["-m", "localhost", "--maximum-validity", "30"],
            2,
        ),
        ("good", true, &["-m", "localhost", "-P", "nonsense"], 3),
        (
            "good",
            true,
            &["-m", "localhost", "--sni", "localhost", "-4"],
            0,
        ),
        ("good", true, &["-m", "localhost", "-P", "https"], 0),
        ("expired", true, &["-m", "localhost"], 2),
        ("self-signed", false, &["-m", "localhost"], 2),
        ("self-signed", false, &["-m", "localhost", "-s"], 0),
        ("ends-soon", true, &["-m", "localhost"], 2),
        ("unknown-ca", true, &["-m", "localhost"], 2),
    ] {
        let chain = case(name);
        let server = Server::tls(&chain);
        let mine = run(&ours, &server, &chain, roots, options);
        assert_eq!(mine.code, Some(code), "{name} {options:?}\n{mine}");
        let word = ["OK", "WARNING", "CRITICAL", "UNKNOWN"][usize::try_from(code).unwrap()];
        assert!(mine.stdout.contains(word), "{mine}");
        if theirs.exists() {
            let other = run(theirs, &server, &chain, roots, options);
            assert_eq!(
                other.code,
                Some(code),
                "{name} {options:?}\n{other}\n{mine}"
            );
        }
    }
}

/// What the old one calls OK although clients cannot use it, and what it calls broken although they can.
#[test]
fn the_differences_are_deliberate() {
    let files = Files::new();
    let ours = ours(&files);
    for (name, code, words) in [
        ("must-staple", 2, "staples no OCSP response"),
        ("client-only", 2, "may not be used for a TLS server"),
        ("name-constraints-broken", 2, "certificate of"),
        ("expired-cross-sign-beside", 0, "valid until"),
    ] {
        let chain = case(name);
        let server = Server::tls(&chain);
        let options: &[&str] = if name.starts_with("name-") {
            &["--tls-name", "mail.example.test"]
        } else {
            &[]
        };
        let mine = run(&ours, &server, &chain, true, options);
        assert_eq!(mine.code, Some(code), "{name}\n{mine}");
        assert!(mine.stdout.contains(words), "{name}\n{mine}");
        assert!(mine.stdout.starts_with("SSL_CERT "), "{mine}");
    }
}

#[test]
fn under_the_old_name_the_old_defaults_hold() {
    let files = Files::new();
    let ours = ours(&files);
    let chain = case("good");
    let server = Server::tls(&chain);
    let outcome = run(&ours, &server, &chain, true, &[]);
    assert!(outcome.stdout.contains(";1728000:;1296000:"), "{outcome}");
    let help = Run::new("check_ssl_cert").arg("-V").run_binary(&ours);
    assert_eq!(help.code, Some(3), "{help}");
}

#[test]
fn starttls_by_protocol_name() {
    let files = Files::new();
    let ours = ours(&files);
    let chain = case("good");
    for (protocol, starttls, name) in [
        ("smtp", true, "smtp"),
        ("imap", true, "imap"),
        ("pop3", true, "pop3"),
        ("sieve", true, "sieve"),
        ("imap", false, "imaps"),
        ("pop3", false, "pop3s"),
        ("smtp", false, "smtps"),
    ] {
        let server = Server::start(&chain, protocol, starttls, |_| {});
        let outcome = run(&ours, &server, &chain, true, &["-P", name]);
        assert_eq!(outcome.code, Some(0), "{name}\n{outcome}");
    }
}
