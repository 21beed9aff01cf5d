//! Called as check_ssmtp: the options of the old check_tcp of that name, as far as exit codes beside it (tests/dropin)
//! do not show what they do.

use std::os::unix::fs::symlink;

use crate::sandbox::probe::{Outcome, Run, built};
use crate::sandbox::{PASSWORD, Sandbox, Scenario};

fn run(server: &Sandbox, options: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("check_ssmtp");
    symlink(built("check_smtp").unwrap(), &link).unwrap();
    Run::new("check_ssmtp")
        .args(["-H", "127.0.0.1", "-p", &server.port().to_string()])
        .args(options)
        .env("SSL_CERT_FILE", server.ca_file())
        .env("PASSWORD", PASSWORD)
        .run_binary(&link)
}

#[test]
fn it_says_what_it_is_told_to() {
    let tls = || Sandbox::start(Scenario::smtp().tls());
    let server = tls();
    let outcome = run(
        &server,
        &["-E", "-s", r"NOOP\r\n", "-e", "250", "-q", r"RSET\r\n"],
    );
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stdout.starts_with("SSMTP OK - "), "{outcome}");
    assert_eq!(server.lines(), ["NOOP", "RSET"]);
    // Without -s it is the usual session, and -q its last line.
    let server = tls();
    assert_eq!(run(&server, &["-q", "RSET"]).code, Some(0));
    let lines = server.lines();
    assert!(
        lines[0].starts_with("EHLO ") && lines[1..] == ["RSET"],
        "{lines:?}"
    );
    let server = tls();
    assert_eq!(run(&server, &[]).code, Some(0));
    assert_eq!(server.lines()[1..], ["QUIT"]);
}

#[test]
fn it_hides_what_the_server_says() {
    let server = Sandbox::start(Scenario::smtp().tls());
    for expect in ["sandbox", "nonsense"] {
        let outcome = run(&server, &["-j", "-e", expect, "-vvv"]);
        assert!(!outcome.stdout.contains("sandbox ready"), "{outcome}");
        assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
    }
}

#[test]
fn it_logs_in() {
    let server = Sandbox::start(Scenario::smtp().tls());
    let outcome = run(&server, &["-U", "probe", "--password-env", "PASSWORD"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(server.session().logins[0].accepted);
    let refused = run(&server, &["-U", "probe", "-P", "wrong", "-D", "7"]);
    assert_eq!(refused.code, Some(2), "{refused}");
    let both = run(&server, &["-U", "probe", "-P", "wrong", "-s", "NOOP"]);
    assert_eq!(both.code, Some(3), "{both}");
}
