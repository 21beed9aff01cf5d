//! The command line itself: help, version, mistakes, ini files, formats.

use crate::check::{assert_ok, assert_usage, check, smtp};
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::verdict::assert_help;
use crate::sandbox::{Sandbox, Scenario};

fn plain() -> Sandbox {
    Sandbox::start(Scenario::smtp())
}

fn bare(options: &[&str]) -> Outcome {
    Run::new("check_smtp").args(options).run()
}

#[test]
fn help_and_version() {
    for option in ["-h", "--help"] {
        assert_help(&bare(&[option]));
    }
    for option in ["-V", "--version"] {
        let version = bare(&[option]);
        assert_eq!(version.code, Some(3), "{version}");
        assert_eq!(
            version.stdout,
            concat!("check_smtp ", env!("CARGO_PKG_VERSION"), "\n")
        );
    }
    let question = bare(&["-?"]);
    assert!(question.stdout.contains("Usage:"), "{question}");
}

#[test]
fn mistakes_are_one_line_with_the_nearest_spelling() {
    assert_usage(&bare(&[]), "-H HOST");
    assert_usage(&bare(&["-H", "localhost", "--startls"]), "--starttls");
    assert_usage(&bare(&["-H", "localhost", "-Z"]), "-Z");
    assert_usage(&bare(&["-H"]), "--hostname");
    assert_usage(&bare(&["-H", "two words"]), "two words");
    assert_usage(&bare(&["-H", "localhost", "--format", "xml"]), "xml");
    for port in ["0", "65536", "smtp", "25:quic", "25,,26", "-1"] {
        assert_usage(&bare(&["-H", "localhost", &format!("-p{port}")]), "-p");
    }
    assert_usage(&bare(&["-H", "localhost:26"]), "give the port with -p 26");
    assert_usage(
        &bare(&["-H", "localhost", "--client-cert", "x"]),
        "not provided: --client-key",
    );
    for (option, value) in [("--address", "localhost"), ("--resolver", "ns.example.org")] {
        assert_usage(&bare(&["-H", "localhost", option, value]), value);
    }
    assert_usage(
        &bare(&[
            "-H",
            "a.example.org",
            "-H",
            "b.example.org",
            "--address",
            "192.0.2.1",
        ]),
        "--address needs exactly one host",
    );
}

#[test]
fn a_host_without_its_option() {
    let server = plain();
    let port = server.port().to_string();
    for options in [
        &["127.0.0.1", "-p", &port][..],
        &["-p", &port, "127.0.0.1"],
        &["-p", &port, "--host", "127.0.0.1"],
        &["-p", &port, "--hostname=127.0.0.1"],
        // No host at all is this one, as with the peers.
        &["-p", &port],
        &["-p", &port, "-H", "[127.0.0.1]"],
        &["-p", &port, "-H", "localhost."],
    ] {
        let outcome = bare(options);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(outcome.stdout.starts_with("SMTP OK - "), "{outcome}");
    }
}

#[test]
fn long_options_may_be_cut_short_and_short_ones_put_together() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let run = |options: &[&str]| {
        Run::new("check_smtp")
            .args(["-H", "localhost", "--address=127.0.0.1"])
            .arg(format!("-p{}", server.port()))
            .args(["--format=json", "--ca-file"])
            .arg(server.ca_file())
            .args(options)
            .run()
    };
    assert_ok(&run(&["--startt", "--warn=5", "--crit", "9"]));
    assert_ok(&run(&["-4Sqw5", "-c9", "-t5"]));
    assert_ok(&run(&["-vvS4"]));
}

fn ini(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plugins.ini");
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn options_from_an_ini_file() {
    let server = plain();
    let text = format!(
        "# monitoring\n[check_smtp]\nhostname = 127.0.0.1\nport={}\nf=probe@example.test\nformat=json\n\n\
         [strict]\nH=127.0.0.1\np = {}\nto=nobody@example.test\nformat=json\nquiet-is-no-option=1\n\
         [lists]\nH=127.0.0.1\np={}\nformat=json\nC=NOOP\nC=HELP\nq\nignore-quit-failure\n",
        server.port(),
        server.port(),
        server.port()
    );
    let (folder, path) = ini(&text);
    assert_ok(&bare(&[&format!("--extra-opts=@{path}")]));
    assert_eq!(server.lines()[1], "MAIL FROM:<probe@example.test>");
    // What stands on the command line comes after the file's, and wins or adds.
    assert_ok(&bare(&[
        &format!("--extra-opts=@{path}"),
        "-f",
        "other@example.test",
    ]));
    assert!(
        server
            .lines()
            .contains(&"MAIL FROM:<other@example.test>".to_owned())
    );
    assert_ok(&bare(&["-t", "5", &format!("--extra-opts=lists@{path}")]));
    assert!(server.lines().contains(&"HELP".to_owned()));
    assert_usage(
        &bare(&[&format!("--extra-opts=strict@{path}")]),
        "--quiet-is-no-option",
    );
    assert_usage(
        &bare(&[&format!("--extra-opts=none@{path}")]),
        "no section [none]",
    );
    assert_usage(
        &bare(&["--extra-opts=@/nonexistent/x.ini"]),
        "/nonexistent/x.ini",
    );

    // The file by the environment, and by its old name.
    for (name, value) in [
        ("MP_CONFIG_FILE", path.as_str()),
        ("NAGIOS_CONFIG_PATH", folder.path().to_str().unwrap()),
    ] {
        let outcome = Run::new("check_smtp")
            .arg("--extra-opts")
            .env(name, value)
            .run();
        assert_ok(&outcome);
        let section = Run::new("check_smtp")
            .arg("--extra-opts=lists")
            .env(name, value)
            .run();
        assert_ok(&section);
    }
    let standard_input = Run::new("check_smtp")
        .arg("--extra-opts=@-")
        .stdin(text)
        .run();
    assert_ok(&standard_input);
}

#[test]
fn a_password_may_stand_in_the_ini_file() {
    let server = plain();
    let text = format!(
        "[check_smtp]\nH=127.0.0.1\np={}\nauthtype=LOGIN\nauthuser=probe\nauthpass={}\nformat=json\nv\nv\nv\n",
        server.port(),
        crate::sandbox::PASSWORD
    );
    let (_folder, path) = ini(&text);
    assert_ok(&bare(&[&format!("--extra-opts=@{path}")]));
    assert!(server.session().logins[0].accepted);
}

#[test]
fn one_line_for_a_phone_and_more_for_a_person() {
    let server = plain();
    let lines = |verbosity: &[&str]| {
        let outcome = smtp(&server)
            .args(["--format", "nagios"])
            .args(verbosity)
            .run();
        outcome.plugin();
        outcome.stdout.lines().count()
    };
    // smtp() itself asks for -vvv; the count starts from there only where it is not overridden.
    let outcome = bare(&["-H", "127.0.0.1", "-p", &server.port().to_string()]);
    let line = outcome.plugin();
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
    assert!(
        outcome.stdout.split('|').next().unwrap().len() <= 161,
        "{outcome}"
    );
    assert_eq!(line.labels()[0], "time");
    assert!(lines(&[]) > 8);
    let port = server.port().to_string();
    let mut before = 1;
    for verbosity in ["-v", "-vv", "-vvv"] {
        let outcome = bare(&["-H", "127.0.0.1", "-p", &port, verbosity]);
        outcome.plugin();
        let now = outcome.stdout.lines().count();
        assert!(now > before, "{verbosity}: {outcome}");
        before = now;
    }
}

#[test]
fn json_has_what_the_line_has() {
    let server = plain();
    let outcome = check(&server, &["--to", "nobody@example.test", "-w", "3"]);
    let json = outcome.json();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["service"], "SMTP");
    assert_eq!(json["status"], "CRITICAL");
    assert_eq!(json["exit_code"], 2);
    assert_eq!(json["findings"][0]["id"], "recipient-rejected");
    let target = format!("localhost:{}", server.port());
    assert_eq!(json["findings"][0]["target"], target.as_str());
    assert_eq!(json["targets"][0]["address"], "127.0.0.1");
    assert_eq!(json["metrics"][0]["label"], "time");
    assert_eq!(json["metrics"][0]["warn"], "3");
    let phases: Vec<&str> = json["targets"][0]["phases"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|phase| phase["name"].as_str())
        .collect();
    assert_eq!(
        phases,
        ["connect", "greeting", "ehlo", "mail", "rcpt", "quit"]
    );
    let transcript = json["targets"][0]["transcript"].as_array().unwrap();
    assert!(
        transcript
            .iter()
            .any(|row| row["text"] == "RCPT TO:<nobody@example.test>")
    );
}

#[test]
fn the_exit_code_can_be_silenced() {
    let server = plain();
    let outcome = check(&server, &["--to", "nobody@example.test", "--exit-zero"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(outcome.json()["exit_code"], 2);
}

#[test]
fn hostile_text_is_harmless() {
    for fault in [
        "greeting-pipe-perfdata",
        "greeting-escapes",
        "greeting-latin1",
        "greeting-utf8",
        "greeting-macro",
    ] {
        let server = Sandbox::start(Scenario::smtp().fault_named(fault));
        let outcome = smtp(&server)
            .args([
                "--format",
                "nagios",
                "-e",
                "no such text",
                "-C",
                "NOOP",
                "-R",
                "no",
            ])
            .run();
        assert_eq!(outcome.code, Some(1), "{outcome}");
        let line = outcome.plugin();
        assert_eq!(line.labels()[0], "time");
        assert!(line.perf("size").is_none(), "{outcome}");
    }
}
