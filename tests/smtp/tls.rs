//! STARTTLS, implicit TLS, certificates, names, versions, client certificates.

use std::path::Path;

use crate::check::{assert_finds, assert_ok, assert_usage, check, proven, smtp};
use crate::sandbox::pki::pki;
use crate::sandbox::{Certificate, End, HOST, Sandbox, Scenario, TlsPolicy, Transport};

/// A server over that transport, and the option for it.
fn over(transport: Transport, scenario: Scenario) -> (Sandbox, &'static str) {
    let option = if transport == Transport::Tls {
        "--tls"
    } else {
        "--starttls"
    };
    (Sandbox::start(scenario.transport(transport)), option)
}

const BOTH: [Transport; 2] = [Transport::Starttls, Transport::Tls];

#[test]
fn starttls_as_it_should_be() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    let outcome = check(&server, &["-S"]);
    assert_ok(&outcome);
    let session = server.session();
    let lines: Vec<String> = session.lines.iter().map(|line| line.text()).collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(
        lines[0].starts_with("EHLO ") && lines[2] == lines[0],
        "{lines:?}"
    );
    assert_eq!([&*lines[1], &*lines[3]], ["STARTTLS", "QUIT"]);
    assert!(!session.lines[1].encrypted && session.lines[2].encrypted);
    assert!(!session.spoke_before_go_ahead);
    assert_eq!(session.end, End::Polite);
    assert!(session.close_notify);
    assert!(proven(&outcome).contains("STARTTLS verified"), "{outcome}");
    for label in ["starttls", "tls", "ehlo", "cert_days"] {
        assert!(outcome.metric(label).is_some(), "{label}\n{outcome}");
    }
}

#[test]
fn implicit_tls_as_it_should_be() {
    let server = Sandbox::start(Scenario::smtp().tls());
    for option in ["-s", "--tls", "--ssl"] {
        let outcome = check(&server, &[option]);
        assert_ok(&outcome);
        assert!(proven(&outcome).contains("TLS verified"), "{outcome}");
        assert_eq!(outcome.metric("starttls"), None);
    }
    let sessions = server.sessions();
    for session in sessions {
        assert_eq!(session.lines.len(), 2);
        assert_eq!(session.end, End::Polite);
        assert!(session.close_notify);
    }
}

#[test]
fn a_port_may_say_its_transport() {
    let server = Sandbox::start(Scenario::smtp().tls());
    let run = |port: &str, more: &[&str]| {
        crate::sandbox::probe::Run::new("check_smtp")
            .args(["-H", "localhost", "--format", "json", "-t", "4", "-p", port])
            .arg("--ca-file")
            .arg(server.ca_file())
            .args(more)
            .run()
    };
    let port = server.port();
    assert_ok(&run(&format!("{port}:tls"), &[]));
    assert_ok(&run(&format!("{port}:SSL"), &["-S"]));
    let starttls = Sandbox::start(Scenario::smtp().starttls());
    let both = format!("{port}:tls,{}:starttls", starttls.port());
    assert_ok(&run(&both, &[]));
    assert!(starttls.session().tls.is_some());
}

#[test]
fn tls_and_starttls_exclude_each_other() {
    let server = Sandbox::start(Scenario::smtp());
    assert_usage(&check(&server, &["-s", "-S"]), "either --tls or --starttls");
    assert_eq!(server.connections(), 0);
}

#[test]
fn starttls_that_is_not_offered_is_a_warning_and_mail_still_flows() {
    let server = Sandbox::start(Scenario::smtp());
    let outcome = check(
        &server,
        &[
            "-S",
            "--from",
            "a@example.org",
            "--to",
            "probe@example.test",
        ],
    );
    assert_finds(&outcome, 1, &["starttls-missing"]);
    assert!(server.lines().iter().any(|line| line.starts_with("RCPT")));
    assert_finds(
        &check(&server, &["-S", "--on", "starttls-missing=critical"]),
        2,
        &["starttls-missing"],
    );
}

#[test]
fn the_certificate_is_verified_for_the_name_asked_for() {
    for transport in BOTH {
        let (server, option) = over(transport, Scenario::smtp());
        assert_ok(&check(&server, &[option]));
        // SNI carries the name; the name may be another than the host's.
        assert_eq!(
            server.sessions()[0]
                .tls
                .as_ref()
                .unwrap()
                .server_name
                .as_deref(),
            Some("localhost")
        );
        assert_ok(&check(&server, &[option, "--tls-name", HOST]));
        assert_eq!(
            server.sessions()[1]
                .tls
                .as_ref()
                .unwrap()
                .server_name
                .as_deref(),
            Some(HOST)
        );
        assert_ok(&check(
            &server,
            &[option, "--tls-name", "mx7.sandbox.example.test"],
        ));
        let other = check(&server, &[option, "--tls-name", "mx.example.org"]);
        assert_finds(&other, 2, &["cert-name-mismatch"]);
        assert!(other.stdout.contains("mx.example.org"), "{other}");
    }
}

#[test]
fn an_address_is_verified_as_an_address_and_sends_no_name() {
    let (server, option) = over(Transport::Tls, Scenario::smtp());
    let outcome = crate::sandbox::probe::Run::new("check_smtp")
        .args(["-H", "127.0.0.1", "-p", &server.port().to_string(), option])
        .args(["--format", "json", "--ca-file"])
        .arg(server.ca_file())
        .run();
    assert_ok(&outcome);
    assert_eq!(server.session().tls.unwrap().server_name, None);
}

#[test]
fn certificates_that_do_not_verify() {
    for transport in BOTH {
        for (certificate, id) in [
            (Certificate::Expired, "cert-expired"),
            (Certificate::NotYetValid, "cert-not-yet-valid"),
            (Certificate::SelfSigned, "cert-self-signed"),
            (Certificate::WrongName, "cert-name-mismatch"),
            (Certificate::UnknownCa, "cert-untrusted"),
            (Certificate::MissingIntermediate, "cert-untrusted"),
        ] {
            let (server, option) = over(transport, Scenario::smtp().certificate(certificate));
            assert_finds(&check(&server, &[option]), 2, &[id]);
            // Without verification it is a session like any other, and says so.
            let insecure = check(&server, &[option, "--insecure"]);
            assert_ok(&insecure);
            assert!(proven(&insecure).contains("not verified"), "{insecure}");
            let remapped = check(&server, &[option, "--on", &format!("{id}=warning")]);
            assert_finds(&remapped, 1, &[id]);
        }
        let (server, option) = over(
            transport,
            Scenario::smtp().certificate(Certificate::Intermediate),
        );
        assert_ok(&check(&server, &[option]));
    }
}

/// Without the CA file that every other test gives.
fn with_trust(server: &Sandbox, trust: &[&Path]) -> crate::sandbox::probe::Outcome {
    crate::sandbox::probe::Run::new("check_smtp")
        .args(["-H", "localhost", "-p", &server.port().to_string(), "-s"])
        .args(["--format", "json"])
        .args(trust)
        .run()
}

#[test]
fn trust_is_added_by_file_and_by_directory() {
    let (server, _) = over(Transport::Tls, Scenario::smtp());
    let (file, dir) = (pki().ca_file(), pki().ca_dir());
    assert_finds(&with_trust(&server, &[]), 2, &["cert-untrusted"]);
    assert_ok(&with_trust(&server, &[Path::new("--ca-file"), &file]));
    assert_ok(&with_trust(&server, &[Path::new("--ca-dir"), &dir]));
    for (option, path, words) in [
        ("--ca-file", pki().not_pem(), "no certificate in it"),
        ("--ca-file", dir.join("nothing"), "No such file"),
        ("--ca-dir", dir.join("nothing"), "No such file"),
        ("--ca-dir", file.clone(), "ca.pem"),
    ] {
        assert_usage(&with_trust(&server, &[Path::new(option), &path]), words);
    }
}

#[test]
fn versions_of_tls() {
    for transport in BOTH {
        let (server, option) = over(transport, Scenario::smtp());
        assert_ok(&check(&server, &[option, "--tls-min", "1.3"]));
        assert_ok(&check(&server, &[option, "--tls-max", "1.2"]));
        let versions: Vec<String> = server
            .sessions()
            .into_iter()
            .map(|session| session.tls.unwrap().version)
            .collect();
        assert_eq!(versions, ["TLSv1.3", "TLSv1.2"]);
        let (old, option) = over(transport, Scenario::smtp().tls_policy(TlsPolicy::Only12));
        assert_ok(&check(&old, &[option]));
        assert_finds(
            &check(&old, &[option, "--tls-min", "TLSv1.3"]),
            2,
            &["tls-failed"],
        );
        let (older, option) = over(transport, Scenario::smtp().tls_policy(TlsPolicy::Old));
        assert_finds(&check(&older, &[option]), 2, &["tls-failed"]);
    }
    let (server, _) = over(Transport::Tls, Scenario::smtp());
    assert_usage(
        &check(&server, &["-s", "--tls-min", "1.4"]),
        "1.0, 1.1, 1.2 or 1.3",
    );
}

#[test]
fn client_certificates() {
    let (cert, key) = (pki().client_cert(), pki().client_key());
    let shown = |server: &Sandbox, option: &str, cert: &Path, key: &Path| {
        smtp(server)
            .args([option, "--client-cert"])
            .arg(cert)
            .arg("--client-key")
            .arg(key)
            .run()
    };
    for transport in BOTH {
        let (server, option) = over(
            transport,
            Scenario::smtp().tls_policy(TlsPolicy::ClientRequired),
        );
        assert_ok(&shown(&server, option, &cert, &key));
        let session = server.session();
        assert_eq!(session.tls.unwrap().client_name.as_deref(), Some("probe"));
        let without = check(&server, &[option]);
        assert_eq!(without.code, Some(2), "{without}");
        assert!(
            without.finding_ids().iter().all(|id| id == "tls-failed"),
            "{without}"
        );
        let (asking, option) = over(
            transport,
            Scenario::smtp().tls_policy(TlsPolicy::ClientAsked),
        );
        assert_ok(&check(&asking, &[option]));
    }
    let (server, option) = over(Transport::Tls, Scenario::smtp());
    assert_usage(
        &shown(&server, option, &cert, &pki().other_key()),
        "client.pem",
    );
    assert_usage(
        &shown(&server, option, &cert, &pki().not_pem()),
        "no private key",
    );
    assert_usage(
        &shown(&server, option, &pki().dir().join("none"), &key),
        "No such file",
    );
    assert_usage(
        &smtp(&server)
            .args([option, "--client-cert"])
            .arg(&cert)
            .run(),
        "--client-key",
    );
    assert_eq!(server.connections(), 0);
}

#[test]
fn days_of_the_certificate() {
    for transport in BOTH {
        let (good, option) = over(transport, Scenario::smtp());
        let outcome = check(&good, &[option, "-D", "14,7"]);
        assert_ok(&outcome);
        let days = outcome.metric("cert_days").unwrap();
        assert!((62.9..63.6).contains(&days), "{days}");

        let (soon, option) = over(
            transport,
            Scenario::smtp().certificate(Certificate::EndsSoon),
        );
        for (days, code) in [("14,7", 2), ("14", 1), ("6,3", 1), ("14, 4", 1), ("4,2", 0)] {
            let outcome = check(&soon, &[option, "-D", days]);
            let ids: &[&str] = if code == 0 { &[] } else { &["threshold"] };
            assert_finds(&outcome, code, ids);
        }
        assert_finds(
            &check(&soon, &[option, "-w", "cert_days=10:"]),
            1,
            &["threshold"],
        );
        assert_finds(
            &check(&soon, &[option, "-c", "cert_days=10:"]),
            2,
            &["threshold"],
        );
    }
}

#[test]
fn days_and_everything_else_in_one_run() {
    let server = Sandbox::start(
        Scenario::smtp()
            .starttls()
            .certificate(Certificate::EndsSoon),
    );
    let outcome = check(
        &server,
        &[
            "-S",
            "-D",
            "14",
            "-U",
            "probe",
            "--password-env",
            "PASSWORD",
            "--to",
            "nobody@example.test",
        ],
    );
    assert_finds(&outcome, 2, &["threshold", "recipient-rejected"]);
    assert!(server.session().logins[0].accepted);
}

#[test]
fn days_alone_mean_tls_as_the_port_has_it() {
    let server = Sandbox::start(Scenario::smtp().starttls());
    assert_ok(&check(&server, &["-D", "14"]));
    assert!(server.session().tls.is_some());
    let tls = Sandbox::start(Scenario::smtp().tls());
    let port = format!("{}:tls", tls.port());
    let outcome = crate::sandbox::probe::Run::new("check_smtp")
        .args(["-H", "localhost", "-p", &port, "-D", "14", "-t", "4"])
        .args(["--format", "json", "--ca-file"])
        .arg(tls.ca_file())
        .run();
    assert_ok(&outcome);
    for wrong in ["x", "14,", "14,x", "-1", "1.5"] {
        assert_usage(&check(&server, &["-S", &format!("-D{wrong}")]), "-D");
    }
}

#[test]
fn what_came_before_tls_is_forgotten() {
    // AUTH was offered before TLS and is not after it.
    let server = Sandbox::start(
        Scenario::smtp()
            .starttls()
            .auth_before_tls()
            .fault_named("capabilities-shrink-after-tls"),
    );
    let outcome = check(
        &server,
        &["-S", "-U", "probe", "--password-env", "PASSWORD"],
    );
    assert_finds(&outcome, 2, &["auth-missing"]);
    assert!(server.session().logins.is_empty());
}
