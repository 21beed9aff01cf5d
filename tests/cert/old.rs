//! Called as check_ssl_cert. Beside it its lines are run in tests/dropin/ssl_cert.rs.

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::check::Files;
use crate::sandbox::pki::case;
use crate::sandbox::probe::{Outcome, Run, built};
use crate::server::Server;

fn ours(files: &Files, name: &str) -> PathBuf {
    let link = files.folder.path().join(name);
    symlink(built("check_cert").unwrap(), &link).unwrap();
    link
}

/// By the old name, against a good server.
fn good(options: &[&str]) -> Outcome {
    let files = Files::new();
    let chain = case("good");
    let server = Server::tls(&chain);
    let roots = files.write("roots.pem", &chain.roots_pem());
    Run::new("check_ssl_cert")
        .args(["-H", "localhost", "-p", &server.port.to_string()])
        .args(["-r", &roots])
        .args(options)
        .run_binary(&ours(&files, "check_ssl_cert"))
}

#[test]
fn the_old_defaults_hold() {
    let outcome = good(&[]);
    assert!(outcome.stdout.starts_with("SSL_CERT OK - "), "{outcome}");
    assert!(outcome.stdout.contains(";1728000:;1296000:"), "{outcome}");
    assert_eq!(good(&["-V"]).code, Some(3));
}

#[test]
fn what_would_not_be_checked_is_refused_one_by_one() {
    for (options, words) in [
        (&["--all"][..], "by name"),
        (&["--all-local"], "by name"),
        (&["--check-ciphers", "A"], "ciphers"),
        (&["--check-ciphers-warnings"], "ciphers"),
        (&["--check-http-headers"], "HTTP headers"),
        (&["--require-hsts"], "HTTP headers"),
        (&["--require-http-header", "A"], "HTTP headers"),
        (&["--require-no-http-header", "A"], "HTTP headers"),
        (&["--require-security-header", "A"], "HTTP headers"),
        (&["--require-security-headers"], "HTTP headers"),
        (&["--require-x-frame-options"], "HTTP headers"),
        (&["--require-x-frame-options", "/"], "HTTP headers"),
        (&["-L", "A"], "SSL Labs"),
        (&["--check-ssl-labs-warn", "A"], "SSL Labs"),
        (&["--crl"], "--require-staple"),
        (&["--clientpass", "hunter2"], "passphrase"),
        (&["--configuration", "/etc/options"], "--extra-opts"),
        (&["--default-format"], "template"),
        (&["--dtls"], "no mail port"),
        (&["--dtls1"], "no mail port"),
        (&["--dtls1_2"], "no mail port"),
        (&["--ssl2"], "SSL 2 and 3"),
        (&["--ssl3"], "SSL 2 and 3"),
        (&["-S", "3"], "SSL 2 and 3"),
        (&["--ssl", "3"], "SSL 2 and 3"),
        (&["--require-no-ssl2"], "SSL 2 and 3"),
        (&["--require-no-ssl3"], "SSL 2 and 3"),
        (&["--jks-alias", "mail"], "key stores"),
        (&["--password", "pass:hunter2"], "key stores"),
        (&["--ignore-altnames"], "not judged"),
        (&["--require-client-cert"], "not judged"),
        (&["--require-client-cert", "CA"], "not judged"),
        (&["--proxy", "http://proxy.example.org:3128"], "proxy"),
        (&["--security-level", "3"], "--security-level"),
        (&["mail.example.org"], "behind -H"),
    ] {
        let outcome = good(options);
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert!(outcome.stdout.contains(words), "{outcome}");
        assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
        assert!(!outcome.reveals("hunter2"), "{outcome}");
    }
}

#[test]
fn what_does_nothing_is_told_to_who_looks_closer() {
    let options = [
        "--force-dconv-date",
        "--force-perl-date",
        "--nmap-bin",
        "/usr/bin/nmap",
        "--ignore-sct",
        "--format",
        "%CN%",
    ];
    let outcome = good(&options);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
    let outcome = good(&[&options[..], &["-v"]].concat());
    for words in [
        "without effect: --force-dconv-date, --force-perl-date, --nmap-bin (no other program is run)",
        "without effect: --ignore-sct",
        "without effect: --format",
    ] {
        assert!(flat(&outcome).contains(words), "{outcome}");
    }
}

/// Its lines in one.
fn flat(outcome: &Outcome) -> String {
    let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn the_output_is_as_it_is_asked_for() {
    assert!(good(&[]).stdout.contains(" | expires="));
    let outcome = good(&["--no-perf"]);
    assert!(!outcome.stdout.contains('|'), "{outcome}");
    assert_eq!(good(&["-q"]).stdout, "");
    assert_eq!(good(&["-q", "-w", "80", "-c", "70"]).code, Some(2));
    let outcome = good(&["--prometheus"]);
    assert!(outcome.stdout.contains("# TYPE "), "{outcome}");
    let outcome = good(&["--format", "json"]);
    assert_eq!(outcome.json()["status"], "OK", "{outcome}");
    let outcome = good(&["--long-output", "serial"]);
    assert!(flat(&outcome).contains(", serial "), "{outcome}");
}

/// OpenSSL would ask at the terminal, or read standard input.
#[test]
fn nobody_is_asked_for_a_passphrase() {
    let files = Files::new();
    let chain = case("good");
    let cipher = openssl::symm::Cipher::aes_128_cbc();
    let key = chain
        .key
        .private_key_to_pem_pkcs8_passphrase(cipher, b"open sesame");
    let key = files.write("key.pem", &key.unwrap());
    let certificate = files.write("cert.pem", &chain.pem());
    let outcome = Run::new("check_cert")
        .args(["-H", "localhost", "-p", "1", "-C", &certificate, "-K", &key])
        .stdin("open sesame\n")
        .run();
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.stdout.contains("without a passphrase"), "{outcome}");
}

/// That of the Nagios plugins, which no package of Debian's has: its options and exit codes as they are documented.
#[test]
fn check_ssl_validity_is_known_by_its_name() {
    let files = Files::new();
    let binary = ours(&files, "check_ssl_validity");
    for (name, options, code) in [
        ("good", &[][..], 0),
        ("good", &["-w", "70", "-c", "30"], 1),
        ("good", &["-w", "90", "-c", "70"], 2),
        ("good", &["-C", "3600", "-o", "-d"], 0),
        (
            "good",
            &[
                "--crl-cache-frequency",
                "3600",
                "--ocsp",
                "--ocsp-host",
                "ocsp.example.org",
                "--debug",
            ],
            0,
        ),
        ("ends-soon", &[], 2),
        ("expired", &[], 2),
        ("wrong-name", &[], 2),
    ] {
        let chain = case(name);
        let server = Server::tls(&chain);
        let roots = files.write("roots.pem", &chain.roots_pem());
        let port = server.port.to_string();
        for [host, address] in [["-H", "-I"], ["--cert-hostname", "--ip"]] {
            let outcome = Run::new("check_ssl_validity")
                .args([host, "mail.example.test", address, "127.0.0.1"])
                .args(["-p", &port, "--ca-file", &roots, "-t", "10"])
                .args(options)
                .run_binary(&binary);
            assert_eq!(outcome.code, Some(code), "{outcome}");
            assert!(outcome.stdout.starts_with("SSL_VALIDITY "), "{outcome}");
        }
    }
    let outcome = Run::new("check_ssl_validity").run_binary(&binary);
    assert_eq!(outcome.code, Some(3), "{outcome}");
}
