//! Being a drop-in for the monitoring-plugins' check_smtp and check_ssmtp: the lines that people have in their
//! configuration, every option, the names. What becomes of each event stands in `events`.

use std::path::PathBuf;

use crate::sandbox::probe::{Outcome, Run, built};
use crate::sandbox::{Certificate, PASSWORD, Sandbox, Scenario};

/// What Icinga or Nagios would call, and nothing more. The sandbox's CA is trusted as if the system knew it.
pub fn call(server: &Sandbox, options: &[&str]) -> Run {
    Run::new("check_smtp")
        .args(["-H", "127.0.0.1", "-p", &server.port().to_string()])
        .args(options)
        .env("SSL_CERT_FILE", server.ca_file())
}

#[track_caller]
fn assert_code(outcome: &Outcome, code: i32) {
    assert_eq!(outcome.code, Some(code), "{outcome}");
    if code < 3 || !outcome.stdout.starts_with("SMTP UNKNOWN - ") {
        assert_eq!(outcome.plugin().code(), code, "{outcome}");
    }
}

#[test]
fn lines_of_mailcows_watchdog() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let send = [
        "-4",
        "-f",
        "watchdog@invalid",
        "-C",
        "RCPT TO:<probe@example.test>",
        "-C",
        "DATA",
        "-C",
        ".",
        "-R",
        "250",
    ];
    assert_code(&call(&server, &send).run(), 0);
    assert_eq!(
        server.lines()[1..],
        [
            "MAIL FROM:<watchdog@invalid>",
            "RCPT TO:<probe@example.test>",
            "DATA",
            ".",
            "QUIT"
        ]
    );
    // Words of the caller's own go out as they are, right or wrong.
    let bare = [
        "-4",
        "-f",
        "watchdog@invalid",
        "-C",
        "RCPT TO:watchdog@localhost",
        "-C",
        "DATA",
        "-C",
        ".",
        "-R",
        "250",
    ];
    assert_code(&call(&server, &bare).run(), 1);
    assert!(
        server
            .lines()
            .contains(&"RCPT TO:watchdog@localhost".to_owned())
    );
    assert_code(&call(&server, &["-4", "-S"]).run(), 0);
    assert_code(&call(&server, &["-4", "-S", "-D", "7"]).run(), 0);
    let lmtp = Sandbox::start(Scenario::lmtp());
    let unknown = [
        "-4",
        "-f",
        "watchdog@invalid",
        "-C",
        "RCPT TO:<nobody@example.test>",
        "-L",
        "-R",
        "user unknown",
    ];
    assert_code(&call(&lmtp, &unknown).run(), 0);
}

#[test]
fn every_option_of_the_peers_is_taken() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let all = [
        "-v",
        "-4",
        "-e",
        "220",
        "-f",
        "probe@example.test",
        "-F",
        "monitor.example.org",
        "-C",
        "NOOP",
        "-R",
        "250",
        "-w",
        "5",
        "-c",
        "9",
        "-t",
        "8",
        "-q",
        "-S",
        "-D",
        "14,7",
        "--sni",
        "--ignore-certificate-expiration",
        "--output-format",
        "multi-line",
        "-A",
        "LOGIN",
        "-U",
        "probe",
        "-P",
        PASSWORD,
    ];
    assert_code(&call(&server, &all).run(), 0);
    let long = [
        "--verbose",
        "--use-ipv4",
        "--expect=220",
        "--from=probe@example.test",
        "--fqdn=monitor.example.org",
        "--command=NOOP",
        "--response=250",
        "--warning=5",
        "--critical=9",
        "--timeout=8",
        "--ignore-quit-failure",
        "--starttls",
        "--certificate=14,7",
        "--authtype=LOGIN",
        "--authuser=probe",
        "--authpass",
        PASSWORD,
    ];
    assert_code(&call(&server, &long).run(), 0);
    for session in server.sessions() {
        assert_eq!(session.lines[0].text(), "EHLO monitor.example.org");
        assert!(session.logins[0].accepted && session.tls.is_some());
    }
    let tls = Sandbox::start(Scenario::smtp().tls());
    for option in ["-s", "--ssl", "--tls"] {
        assert_code(&call(&tls, &[option]).run(), 0);
    }
    let proxied = Sandbox::start(Scenario::smtp().proxy());
    assert_code(&call(&proxied, &["-r"]).run(), 0);
    let lmtp = Sandbox::start(Scenario::lmtp());
    assert_code(&call(&lmtp, &["--lmtp"]).run(), 0);
    let json = call(&server, &["--output-format=mp-test-json"]).run();
    assert_eq!(json.json()["exit_code"], 0);
}

#[test]
fn an_expired_certificate_can_be_ignored() {
    let server = Sandbox::start(
        Scenario::smtp()
            .starttls()
            .certificate(Certificate::Expired),
    );
    let outcome = call(
        &server,
        &["-S", "-D", "14", "--ignore-certificate-expiration"],
    )
    .run();
    assert_code(&outcome, 0);
    assert!(
        outcome
            .stdout
            .contains("the certificate has expired (ignored)"),
        "{outcome}"
    );
}

#[test]
fn the_line_begins_as_theirs_does() {
    let server = Sandbox::start(Scenario::smtp());
    let outcome = call(&server, &["-w", "5", "-c", "9"]).run();
    assert!(outcome.stdout.starts_with("SMTP OK - "), "{outcome}");
    let line = outcome.plugin();
    let time = &line.perfdata[0];
    assert_eq!((&*time.label, &*time.unit), ("time", "s"));
    assert_eq!(
        (time.warn.as_deref(), time.crit.as_deref(), time.min),
        (Some("5"), Some("9"), Some(0.0))
    );
}

/// The binary under another name, as packages link it.
fn linked(name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join(name);
    std::os::unix::fs::symlink(built("check_smtp").unwrap(), &link).unwrap();
    (folder, link)
}

#[test]
fn called_as_check_ssmtp() {
    let (_folder, ssmtp) = linked("check_ssmtp");
    let server = Sandbox::start(Scenario::smtp().tls());
    let outcome = call(&server, &["-D", "14,7", "-e", "220"]).run_binary(&ssmtp);
    assert_code(&outcome, 0);
    assert!(outcome.stdout.starts_with("SSMTP OK - "), "{outcome}");
    assert!(server.session().tls.is_some());
    // A port that says its transport is still believed.
    let plain = Sandbox::start(Scenario::smtp());
    let port = format!("{}:plain", plain.port());
    let outcome = Run::new("check_smtp")
        .args(["-H", "127.0.0.1", "-p", &port])
        .run_binary(&ssmtp);
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn ports_that_nobody_named() {
    let (_folder, ssmtp) = linked("check_ssmtp");
    let smtp = built("check_smtp").unwrap();
    // An address of loopback on which a mail server of this machine does not listen as a rule; what counts is the name.
    for (binary, options, port) in [
        (&smtp, &[][..], 25),
        (&smtp, &["-S"], 25),
        (&smtp, &["-s"], 465),
        (&smtp, &["-D", "14"], 25),
        (&smtp, &["-D", "14", "-s"], 465),
        (&smtp, &["-L"], 25),
        (&ssmtp, &[], 465),
        (&ssmtp, &["-D", "14"], 465),
    ] {
        let outcome = Run::new("check_smtp")
            .args(["-H", "127.0.0.77", "-t", "2", "--format", "json"])
            .args(options)
            .run_binary(binary);
        let target = format!("127.0.0.77:{port}");
        assert_eq!(
            outcome.json()["targets"][0]["target"],
            target.as_str(),
            "{outcome}"
        );
    }
}

#[test]
fn an_explicit_port_wins_in_any_place() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let port = server.port().to_string();
    for options in [
        ["-p", &port, "-S", "-D", "14"],
        ["-S", "-D", "14", "-p", &port],
        ["-D", "14", "-p", &port, "-S"],
    ] {
        let outcome = Run::new("check_smtp")
            .args(["-H", "127.0.0.1"])
            .args(options)
            .env("SSL_CERT_FILE", server.ca_file())
            .run();
        assert_code(&outcome, 0);
    }
}
