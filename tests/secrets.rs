//! A secret never shows: not in any format, at any verbosity, from any source, in any outcome of a login, and not in
//! the command lines of children. (That it does not show in any fault of the sandbox is asked by each probe's own
//! test, row by row.)

// A bound on time needs a stopwatch.
#![allow(clippy::disallowed_methods)]

#[path = "sandbox/mod.rs"]
mod sandbox;

#[path = "secrets/bounds.rs"]
mod bounds;
#[path = "secrets/echo.rs"]
mod echo;
#[path = "secrets/keys.rs"]
mod keys;
#[path = "secrets/legs.rs"]
mod legs;
#[path = "secrets/options.rs"]
mod options;
#[path = "secrets/scripted.rs"]
mod scripted;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sandbox::probe::{Outcome, Run};
use sandbox::{Mechanism, PASSWORD, Sandbox, Scenario, Service, TOKEN, Transport, USER};

const PROBES: [(&str, Service); 3] = [
    ("check_smtp", Service::Smtp),
    ("check_imap", Service::Imap),
    ("check_pop3", Service::Pop3),
];

/// A password that no account has, with everything that quoting may trip over.
const WRONG: &str = "wr\"ong \\pass|word$1";

fn run(probe: &str, server: &Sandbox, more: &[&str]) -> Run {
    let port = server.port().to_string();
    let run = Run::new(probe).args([
        "-H",
        "localhost",
        "--address",
        "127.0.0.1",
        "-p",
        &port,
        "-t",
        "5",
    ]);
    let run = match server.scenario().transport {
        Transport::Plain => run,
        Transport::Starttls => run.arg("--starttls"),
        Transport::Tls => run.arg("--tls"),
    };
    run.arg("--ca-file")
        .arg(server.ca_file())
        .args(["--user", USER])
        .args(more)
}

/// `reveals`, and the halves of a secret that an escape may have broken apart.
fn hidden(outcome: &Outcome, secret: &str) {
    assert!(!outcome.reveals(secret), "{secret:?} shows\n{outcome}");
    let json = serde_json::to_string(secret).unwrap();
    assert!(
        !outcome.reveals(json.trim_matches('"')),
        "{secret:?} shows in JSON's spelling\n{outcome}"
    );
}

/// Must the right password get in?
fn gets_in(mechanism: Mechanism, transport: Transport) -> bool {
    match mechanism {
        Mechanism::Xoauth2 | Mechanism::OauthBearer | Mechanism::External => false,
        Mechanism::ScramSha1Plus | Mechanism::ScramSha256Plus => transport != Transport::Plain,
        _ => true,
    }
}

#[test]
fn no_outcome_of_a_login_shows_it() {
    for (probe, service) in PROBES {
        for transport in Transport::ALL {
            for mechanism in Mechanism::ALL {
                let mut scenario = Scenario::new(service, transport);
                scenario.mechanisms = vec![mechanism];
                let server = Sandbox::start(scenario);
                for (variable, secret) in [("RIGHT", PASSWORD), ("WRONG", WRONG), ("TOKEN", TOKEN)]
                {
                    let source = if variable == "TOKEN" {
                        "--token-env"
                    } else {
                        "--password-env"
                    };
                    for format in ["nagios", "json"] {
                        let outcome = run(
                            probe,
                            &server,
                            &[source, variable, "-vvv", "--format", format],
                        )
                        .env(variable, secret)
                        .run();
                        assert!(outcome.code.is_some_and(|code| code <= 3), "{outcome}");
                        hidden(&outcome, secret);
                        if variable == "RIGHT" && gets_in(mechanism, transport) {
                            assert_eq!(outcome.code, Some(0), "{outcome}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_source_works_and_none_shows() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let witness = folder.path().join("command-lines");
    let script = spying_script(folder.path(), &file, &witness);
    let ini = folder.path().join("plugins.ini");
    let file_text = file.to_str().unwrap();
    for (probe, service) in PROBES {
        fs::write(&ini, format!("[{probe}]\npassword={PASSWORD}\n")).unwrap();
        let extra = format!("--extra-opts=@{}", ini.display());
        let server = Sandbox::start(Scenario::new(service, Transport::Tls));
        let sources: [&[&str]; 6] = [
            &["--password", PASSWORD],
            &["--password-file", file_text],
            &["--password-env", "SECRET"],
            &["--password-command", &script],
            &["--password-credential", "password"],
            &[&extra],
        ];
        for source in sources {
            let outcome = run(probe, &server, source)
                .arg("-vvv")
                .env("SECRET", PASSWORD)
                .env("CREDENTIALS_DIRECTORY", folder.path())
                .run();
            assert_eq!(outcome.code, Some(0), "{outcome}");
            hidden(&outcome, PASSWORD);
        }
        let seen = fs::read_to_string(&witness).unwrap();
        assert!(
            seen.contains(probe),
            "the script did not see its parent: {seen:?}"
        );
        assert!(!seen.contains(PASSWORD), "{seen:?}");
        fs::remove_file(&witness).unwrap();
    }
}

/// A password command that also writes down the command lines of itself and of whoever called it.
fn spying_script(folder: &Path, password: &Path, witness: &Path) -> String {
    let script = folder.join("secret.sh");
    let text = format!(
        "#!/bin/sh\ncat /proc/$$/cmdline /proc/$PPID/cmdline | tr '\\0' ' ' >> '{}'\nexec cat '{}'\n",
        witness.display(),
        password.display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    script.to_str().unwrap().to_owned()
}

#[test]
fn mistakes_do_not_show_it() {
    let secret = "s3cret-on-the-command-line";
    for (probe, _) in PROBES {
        for mistake in [
            &["--no-such-option"][..],
            &["-w", "2:1"],
            &["-p", "none"],
            &["--auth", "NONSENSE"],
            &["--ca-file", "/nonexistent"],
            &["-t", "never"],
        ] {
            let run = Run::new(probe).args([
                "-H",
                "localhost",
                "--tls",
                "--user",
                USER,
                "--password",
                secret,
            ]);
            let outcome = run.args(mistake).run();
            assert_eq!(outcome.code, Some(3), "{outcome}");
            hidden(&outcome, secret);
        }
        for source in [
            "--password-file",
            "--password-env",
            "--password-command",
            "--password-credential",
        ] {
            let run =
                Run::new(probe).args(["-H", "localhost", "--user", USER, source, "/nonexistent"]);
            let outcome = run.run();
            assert_eq!(outcome.code, Some(3), "{outcome}");
            assert!(outcome.stdout.contains(source), "{outcome}");
        }
    }
}
