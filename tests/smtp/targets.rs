//! What is checked: hosts, ports, addresses, several at once.

use std::path::Path;
use std::time::Duration;

use crate::check::{assert_finds, assert_ok, check, targets};
use crate::namespace::run_with;
use crate::sandbox::calm::punctual;
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{Listen, Sandbox, Scenario};

fn run(options: &[&str]) -> Outcome {
    Run::new("check_smtp")
        .args(["--format", "json", "-t", "5"])
        .args(options)
        .run()
}

#[test]
fn several_ports_and_hosts_in_one_run() {
    let (one, two) = (
        Sandbox::start(Scenario::smtp()),
        Sandbox::start(Scenario::smtp()),
    );
    let ports = format!("{},{}", one.port(), two.port());
    let outcome = run(&["-H", "127.0.0.1", "-p", &ports]);
    assert_ok(&outcome);
    assert_eq!(targets(&outcome).len(), 2);
    let outcome = run(&["-H", "127.0.0.1", "-H", "localhost", "-4", "-p", &ports]);
    assert_ok(&outcome);
    let targets: Vec<String> = targets(&outcome)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let wanted = ["127.0.0.1", "localhost"]
        .map(|host| [one.port(), two.port()].map(|port| format!("{host}:{port}")))
        .concat();
    assert_eq!(targets, wanted);
    assert_eq!((one.connections(), two.connections()), (3, 3));
}

#[test]
fn one_verdict_for_all_and_the_worst_first() {
    let good = Sandbox::start(Scenario::smtp());
    let bad = Sandbox::start(Scenario::smtp().fault_named("greeting-554"));
    let busy = Sandbox::start(Scenario::smtp().fault_named("greeting-421"));
    let ports = [&good, &busy, &bad]
        .map(|server| server.port().to_string())
        .join(",");
    let outcome = run(&["-H", "127.0.0.1", "-p", &ports]);
    assert_finds(&outcome, 2, &["service-busy", "service-refused"]);
    let statuses: Vec<String> = targets(&outcome)
        .into_iter()
        .map(|(_, status)| status)
        .collect();
    assert_eq!(statuses, ["OK", "WARNING", "CRITICAL"]);

    let line = Run::new("check_smtp")
        .args(["-H", "127.0.0.1", "-p", &ports])
        .run();
    assert_eq!(line.code, Some(2), "{line}");
    let line = line.plugin();
    let lead = format!(
        "1 of 3 targets failed, 1 degraded: 127.0.0.1:{}",
        bad.port()
    );
    assert!(line.text.starts_with(&lead), "{line:?}");
    assert_eq!(
        line.labels()[..4],
        ["time", "targets", "failed", "degraded"]
    );
    assert_eq!(line.perf("failed").unwrap().value, 1.0);
    let own = format!("127.0.0.1:{}::greeting", good.port());
    assert!(line.perf(&own).is_some(), "{line:?}");
}

#[test]
fn they_run_side_by_side_under_one_deadline() {
    let servers: Vec<Sandbox> = (0..6)
        .map(|_| Sandbox::start(Scenario::smtp().fault_named("greeting-silence")))
        .collect();
    let good = Sandbox::start(Scenario::smtp().latency(Duration::from_millis(100)));
    let mut ports: Vec<String> = servers
        .iter()
        .map(|server| server.port().to_string())
        .collect();
    ports.push(good.port().to_string());
    let outcome = punctual(Duration::from_millis(950), || {
        run(&["-H", "127.0.0.1", "-p", &ports.join(","), "-t", "700ms"])
    });
    assert_finds(&outcome, 2, &["timeout"; 6]);
    assert_eq!(targets(&outcome)[6].1, "OK");
}

#[test]
fn sockets_and_hosts_together() {
    let socket = Sandbox::start(Scenario::lmtp().listen(Listen::Unix));
    let host = Sandbox::start(Scenario::lmtp());
    let outcome = run(&[
        "-L",
        "-H",
        &socket.host(),
        "-H",
        "127.0.0.1",
        "-p",
        &host.port().to_string(),
    ]);
    assert_ok(&outcome);
    assert_eq!(targets(&outcome)[0].0, socket.host());
}

#[test]
fn families() {
    let (four, six) = (
        Sandbox::start(Scenario::smtp()),
        Sandbox::start(Scenario::smtp().listen(Listen::V6)),
    );
    for (server, option, host) in [
        (&four, "-4", "127.0.0.1"),
        (&six, "-6", "::1"),
        (&six, "--ipv6", "[::1]"),
    ] {
        assert_ok(&run(&[
            "-H",
            host,
            option,
            "-p",
            &server.port().to_string(),
        ]));
    }
    let outcome = run(&["-H", "127.0.0.1", "-6", "-p", &four.port().to_string()]);
    assert_finds(&outcome, 3, &["host-not-found"]);
    let outcome = run(&["-H", "::1", "--use-ipv4", "-p", &six.port().to_string()]);
    assert_finds(&outcome, 3, &["host-not-found"]);
}

#[test]
fn an_address_instead_of_the_hosts_own() {
    let server = Sandbox::start(Scenario::smtp().tls());
    // The name need not exist; it is the name for TLS all the same.
    let outcome = Run::new("check_smtp")
        .args([
            "-H",
            "mail.example.test",
            "--address",
            "127.0.0.1",
            "-s",
            "--format",
            "json",
        ])
        .args(["-p", &server.port().to_string(), "--ca-file"])
        .arg(server.ca_file())
        .run();
    assert_ok(&outcome);
    assert_eq!(
        server.session().tls.unwrap().server_name.as_deref(),
        Some("mail.example.test")
    );
}

/// A run that finds these lines in /etc/hosts.
fn with_hosts(hosts: &str, options: &[&str]) -> Outcome {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), hosts).unwrap();
    let over: [(&Path, &str); 1] = [(file.path(), "/etc/hosts")];
    run_with(
        &over,
        &[&["--format", "json", "-t", "5"][..], options].concat(),
        &[],
    )
}

const DUAL: &str = "::1 mx.example.test\n127.0.0.1 mx.example.test\n127.0.0.2 mx.example.test\n";

#[test]
fn a_host_with_several_addresses_falls_back_and_says_so() {
    let server = Sandbox::start(Scenario::smtp());
    let port = server.port().to_string();
    let outcome = with_hosts(
        "127.0.0.2 mx.example.test\n127.0.0.1 mx.example.test\n",
        &["-H", "mx.example.test", "-p", &port],
    );
    assert_ok(&outcome);
    let alarmed = with_hosts(
        DUAL,
        &[
            "-H",
            "mx.example.test",
            "-p",
            &port,
            "--on",
            "address-fallback=warning",
        ],
    );
    assert_finds(&alarmed, 1, &["address-fallback"]);
    assert!(
        alarmed.stdout.contains("::1 connection refused"),
        "{alarmed}"
    );
    let nobody = Sandbox::start(Scenario::smtp().fault_named("refused"));
    let dead = with_hosts(
        DUAL,
        &["-H", "mx.example.test", "-p", &nobody.port().to_string()],
    );
    assert_finds(&dead, 2, &["connect-refused"]);
}

#[test]
fn each_address_on_its_own() {
    let server = Sandbox::start(Scenario::smtp());
    let port = server.port().to_string();
    let outcome = with_hosts(
        DUAL,
        &["-H", "mx.example.test", "-p", &port, "--all-addresses"],
    );
    // Only one of the three is served; a client would never notice.
    assert_finds(&outcome, 2, &["connect-refused"; 2]);
    let statuses: Vec<String> = targets(&outcome)
        .into_iter()
        .map(|(_, status)| status)
        .collect();
    assert_eq!(statuses.iter().filter(|status| *status == "OK").count(), 1);
    let text = outcome.json()["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("2 of 3 targets failed: "), "{text}");
    assert!(
        text.contains("mx.example.test [::1]:") || text.contains("[127.0.0.2]"),
        "{text}"
    );
    let four = with_hosts(
        DUAL,
        &[
            "-H",
            "mx.example.test",
            "-p",
            &port,
            "--all-addresses",
            "-4",
        ],
    );
    assert_eq!(targets(&four).len(), 2);
}

#[test]
fn a_host_that_does_not_exist_is_unknown() {
    // The peers take it for a mistake in the options.
    let nobody = "127.0.0.1 localhost\n";
    let outcome = with_hosts(nobody, &["-H", "nosuch.invalid", "-t", "3"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let id = &outcome.finding_ids()[0];
    assert!(
        ["host-not-found", "resolver-failed", "timeout"].contains(&id.as_str()),
        "{outcome}"
    );
}

#[test]
fn a_transport_for_each_port() {
    let (plain, tls) = (
        Sandbox::start(Scenario::smtp().starttls()),
        Sandbox::start(Scenario::smtp().tls()),
    );
    let ports = format!("{0},{0}:starttls,{1}:tls", plain.port(), tls.port());
    let outcome = Run::new("check_smtp")
        .args([
            "-H",
            "127.0.0.1",
            "-p",
            &ports,
            "--format",
            "json",
            "--ca-file",
        ])
        .arg(plain.ca_file())
        .run();
    assert_ok(&outcome);
    let encrypted: Vec<bool> = plain
        .sessions()
        .iter()
        .map(|session| session.tls.is_some())
        .collect();
    assert_eq!(encrypted.iter().filter(|tls| **tls).count(), 1);
    // An option for all of them is the default, what a port says wins.
    let outcome = Run::new("check_smtp")
        .args([
            "-H",
            "127.0.0.1",
            "-S",
            "-p",
            &format!("{},{}:plain", plain.port(), plain.port()),
        ])
        .args(["--format", "json", "--ca-file"])
        .arg(plain.ca_file())
        .run();
    assert_ok(&outcome);
}

#[test]
fn too_many_are_a_mistake() {
    let ports: Vec<String> = (1..=600).map(|port| port.to_string()).collect();
    let outcome = check(&Sandbox::start(Scenario::smtp()), &["-p", &ports.join(",")]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
}
