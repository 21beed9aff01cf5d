//! Where passwords come from, where they may go, and that they show nowhere.

use std::io::{Read, Write};
use std::net::{IpAddr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::time::Duration;

use crate::check::{assert_finds, assert_ok, assert_usage, check, smtp, text};
use crate::sandbox::faults::{Action, Fault, Phase, Twist};
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{Mechanism, PASSWORD, Sandbox, Scenario, Service, TOKEN, Transport};

fn written(text: &str) -> tempfile::NamedTempFile {
    // A credential's name does not start with a dot.
    let file = tempfile::Builder::new()
        .prefix("secret")
        .tempfile()
        .unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

/// A login with a secret from there; the service manager's are in the folder.
fn login(server: &Sandbox, source: [&str; 2], folder: &str) -> Outcome {
    smtp(server)
        .args(["-s", "-U", "probe"])
        .args(source)
        .env("CREDENTIALS_DIRECTORY", folder)
        .run()
}

#[track_caller]
fn assert_accepted(server: &Sandbox) {
    let sessions = server.sessions();
    assert!(sessions.iter().all(|session| session.logins[0].accepted));
}

#[test]
fn every_source_of_a_password() {
    let file = written(&format!("{PASSWORD}\nnot this line\n"));
    let windows = written(&format!("{PASSWORD}\r\n"));
    let path = file.path().to_str().unwrap();
    let folder = file.path().parent().unwrap().to_str().unwrap();
    let name = file.path().file_name().unwrap().to_str().unwrap();
    let command = format!("head -n 1 '{path}'");
    let server = Sandbox::start(Scenario::smtp().tls().mechanisms(&[Mechanism::Plain]));
    for source in [
        ["-P", PASSWORD],
        ["--password", PASSWORD],
        ["--password-file", path],
        ["--password-file", windows.path().to_str().unwrap()],
        ["--password-env", "PASSWORD"],
        ["--password-command", &command],
        ["--password-credential", name],
    ] {
        let outcome = login(&server, source, folder);
        let command_line_aside = Outcome {
            command: String::new(),
            ..outcome
        };
        assert_ok(&command_line_aside);
    }
    assert_accepted(&server);
}

#[test]
fn every_source_of_a_token() {
    let file = written(&format!("{TOKEN}\n"));
    let path = file.path().to_str().unwrap();
    let folder = file.path().parent().unwrap().to_str().unwrap();
    let name = file.path().file_name().unwrap().to_str().unwrap();
    let command = format!("cat \"{path}\"");
    let server = Sandbox::start(Scenario::smtp().tls().mechanisms(&[Mechanism::Xoauth2]));
    for source in [
        ["--token-file", path],
        ["--token-env", "TOKEN"],
        ["--token-command", &command],
        ["--token-credential", name],
    ] {
        let outcome = login(&server, source, folder);
        assert_ok(&outcome);
    }
    assert_accepted(&server);
}

#[test]
fn sources_that_hold_nothing() {
    let server = Sandbox::start(Scenario::smtp().tls());
    let empty = written("\n");
    for (source, words) in [
        (
            ["--password-file", "/nonexistent/pw"],
            "--password-file /nonexistent/pw: No such file",
        ),
        (
            ["--password-file", empty.path().to_str().unwrap()],
            "holds nothing",
        ),
        (
            ["--password-env", "NOT_SET"],
            "NOT_SET: no such environment variable",
        ),
        (
            ["--password-command", "false"],
            "--password-command false: failed",
        ),
        (
            ["--password-command", "/nonexistent/program"],
            "/nonexistent/program",
        ),
        (["--password-command", "true"], "printed nothing"),
        (
            ["--password-credential", "smtp"],
            "--password-credential smtp",
        ),
        (
            ["--password-credential", "../x"],
            "--password-credential ../x",
        ),
        (["--token-file", "/nonexistent/token"], "--token-file"),
    ] {
        let options = [&["-s", "-U", "probe"][..], &source].concat();
        assert_usage(&check(&server, &options), words);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_command_that_hangs_is_ended_at_the_deadline() {
    let server = Sandbox::start(Scenario::smtp());
    let outcome = smtp(&server)
        .args([
            "-t",
            "500ms",
            "-U",
            "probe",
            "--password-command",
            "tail -f /dev/null",
        ])
        .run_within(Duration::from_millis(750));
    assert_usage(&outcome, "did not finish in time");
}

/// An address of this machine that is not loopback; no packet is sent to find it.
fn other_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.53:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// Carries connections to `address` over to the sandbox. Ends with the process.
fn carried(server: &Sandbox, address: IpAddr) -> u16 {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let target = server.address();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(target).unwrap();
            let halves = [
                (client.try_clone().unwrap(), server.try_clone().unwrap()),
                (server, client),
            ];
            for (mut from, mut to) in halves {
                std::thread::spawn(move || {
                    let mut chunk = [0; 4096];
                    while let Ok(read @ 1..) = from.read(&mut chunk) {
                        if to.write_all(&chunk[..read]).is_err() {
                            break;
                        }
                    }
                    let _ = to.shutdown(Shutdown::Write);
                });
            }
        }
    });
    port
}

/// A check that reaches the server by an address that is not loopback.
fn from_outside(server: &Sandbox, options: &[&str]) -> Option<Outcome> {
    let address = other_address()?;
    let port = carried(server, address).to_string();
    let outcome = Run::new("check_smtp")
        .args([
            "-H",
            "localhost",
            "--address",
            &address.to_string(),
            "-p",
            &port,
        ])
        .args(["-t", "8", "--format", "json", "-vvv", "--ca-file"])
        .arg(server.ca_file())
        .env("PASSWORD", PASSWORD)
        .env("TOKEN", TOKEN)
        .args(["-U", "probe"])
        .args(options)
        .run();
    Some(outcome)
}

#[test]
fn a_password_goes_over_verified_tls_only() {
    let Some(_) = other_address() else {
        eprintln!(
            "this machine has loopback alone: the rule's own test (session::login) has to do"
        );
        return;
    };
    let password = ["--password-env", "PASSWORD"];
    let telling = [Mechanism::Plain, Mechanism::Login];
    let plain = || Sandbox::start(Scenario::smtp().mechanisms(&telling));
    let starttls = || Sandbox::start(Scenario::smtp().starttls().mechanisms(&telling));
    let refused = |server: Sandbox, options: &[&str]| {
        let outcome = from_outside(&server, options).unwrap();
        assert_finds(&outcome, 2, &["auth-missing"]);
        let text = text(&outcome, "auth-missing");
        assert!(text.contains("the password is not sent over"), "{text}");
        assert!(
            !server.lines().iter().any(|line| line.starts_with("AUTH")),
            "{outcome}"
        );
    };
    // In the clear; forced by name; TLS that is not verified; a token.
    refused(plain(), &password);
    for mechanism in ["PLAIN", "LOGIN"] {
        refused(plain(), &[&password[..], &["-A", mechanism]].concat());
    }
    refused(starttls(), &[&password[..], &["-S", "-k"]].concat());
    let tokens = Sandbox::start(Scenario::smtp());
    refused(tokens, &["--token-env", "TOKEN"]);
    // Verified, or the caller insists.
    let accepted = |server: Sandbox, options: &[&str]| {
        assert_ok(&from_outside(&server, options).unwrap());
        assert!(server.session().logins[0].accepted);
    };
    accepted(starttls(), &[&password[..], &["-S"]].concat());
    accepted(
        starttls(),
        &[&password[..], &["-S", "-k", "--insecure-auth"]].concat(),
    );
    accepted(plain(), &[&password[..], &["--insecure-auth"]].concat());
    // What does not tell the password may go anywhere.
    let all = Sandbox::start(Scenario::smtp());
    assert_ok(&from_outside(&all, &password).unwrap());
    assert_eq!(all.session().logins[0].mechanism, "SCRAM-SHA-256");
    let cram = Sandbox::start(Scenario::smtp().mechanisms(&[Mechanism::Plain, Mechanism::CramMd5]));
    accepted(cram, &password);
    // STARTTLS is missing: the login must not fall back to the clear.
    let outcome = from_outside(&plain(), &[&password[..], &["-S"]].concat()).unwrap();
    assert_finds(&outcome, 2, &["auth-missing", "starttls-missing"]);
}

#[test]
fn on_loopback_it_may_go_in_the_clear() {
    let server = Sandbox::start(Scenario::smtp().mechanisms(&[Mechanism::Plain]));
    assert_ok(&check(
        &server,
        &["-U", "probe", "--password-env", "PASSWORD"],
    ));
    assert!(server.session().logins[0].accepted);
}

/// Everything that a check says, in both formats, at every verbosity.
fn all_output(server: &Sandbox, options: &[&str]) {
    for format in ["nagios", "json"] {
        for verbosity in ["-v", "-vv", "-vvv"] {
            let outcome = smtp(server)
                .args(["-t", "900ms", "--format", format, verbosity])
                .args(options)
                .run();
            for secret in [PASSWORD, TOKEN] {
                assert!(!outcome.reveals(secret), "{outcome}");
            }
        }
    }
}

#[test]
fn secrets_show_nowhere() {
    for mechanism in Mechanism::ALL {
        let server = Sandbox::start(Scenario::smtp().mechanisms(&[mechanism]));
        all_output(&server, &["-U", "probe", "--password-env", "PASSWORD"]);
        all_output(&server, &["-U", "probe", "--token-env", "TOKEN"]);
    }
    // A server that sends back what it was sent, as it is and decoded.
    let echo: &'static Fault = Box::leak(Box::new(Fault {
        name: "auth-echo",
        about: "",
        services: vec![Service::Smtp],
        transports: Transport::ALL.to_vec(),
        phase: Phase::Login,
        action: Action::Twist(Twist::EchoSecret),
        wanted: &[2],
        offer: &[],
    }));
    for mechanism in [
        Mechanism::Plain,
        Mechanism::Login,
        Mechanism::Xoauth2,
        Mechanism::CramMd5,
    ] {
        let server = Sandbox::start(Scenario::smtp().mechanisms(&[mechanism]).fault(echo));
        all_output(&server, &["-U", "probe", "--password-env", "PASSWORD"]);
        all_output(&server, &["-U", "probe", "--token-env", "TOKEN"]);
    }
}
