//! After a failure, what to look at next: by finding, through the real binary.

use crate::sandbox::dns::{Dns, Zone};
use crate::sandbox::pki::{Certificate, pki};
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{PASSWORD, Relaying, Sandbox, Scenario};

/// A server, options, the finding, and words of the advice.
type Case = (
    fn() -> Scenario,
    &'static [&'static str],
    &'static str,
    &'static str,
);

const LOGIN: &str = "LOGIN";

#[rustfmt::skip]
const CASES: &[Case] = &[
    (|| Scenario::smtp().fault_named("refused"), &[], "connect-refused", "does the daemon run"),
    (|| Scenario::imap().fault_named("refused"), &[], "connect-refused", "does the daemon run"),
    (|| Scenario::smtp().fault_named("greeting-silence"), &["-t", "600ms"], "timeout", "postscreen"),
    (|| Scenario::imap().fault_named("greeting-silence"), &["-t", "600ms"], "timeout", "try --tls"),
    (|| Scenario::smtp().fault_named("greeting-close"), &[], "connection-closed", "accepted and closed at once"),
    (|| Scenario::pop3().fault_named("greeting-reset"), &[], "connection-reset", "PROXY header"),
    (|| Scenario::smtp().fault_named("greeting-garbage"), &[], "protocol-error", "right port"),
    (|| Scenario::smtp().fault_named("greeting-421"), &[], "service-busy", "overloaded"),
    (|| Scenario::smtp().fault_named("greeting-554"), &[], "service-refused", "access rule"),
    (|| Scenario::smtp(), &["--starttls"], "starttls-missing", "read its certificate"),
    (|| Scenario::smtp().starttls().fault_named("starttls-454"), &["--starttls"], "starttls-refused", "certificate or key"),
    (|| Scenario::smtp().starttls().fault_named("starttls-inject-smtp"), &["--starttls"], "starttls-injection", "in between"),
    (|| Scenario::smtp().tls().certificate(Certificate::Expired), &["--tls"], "cert-expired", "reload the server"),
    (|| Scenario::imap().tls().certificate(Certificate::WrongName), &["--tls"], "cert-name-mismatch", "--tls-name"),
    (|| Scenario::pop3().tls().certificate(Certificate::MissingIntermediate), &["--tls"], "cert-untrusted", "each intermediate"),
    (|| Scenario::smtp().tls().certificate(Certificate::SelfSigned), &["--tls"], "cert-self-signed", "--ca-file"),
    (|| Scenario::smtp().tls().fault_named("auth-535"), &["--tls", LOGIN], "auth-rejected", "its log says why"),
    (|| Scenario::smtp().tls().fault_named("auth-silence"), &["--tls", LOGIN, "-t", "900ms"], "timeout", "user database"),
    (|| Scenario::imap().tls().fault_named("auth-no-unavailable"), &["--tls", LOGIN], "auth-unavailable", "user database"),
    (|| Scenario::smtp().mechanisms(&[]), &[LOGIN], "auth-missing", "--starttls or --tls"),
    (|| Scenario::pop3().tls().fault_named("auth-err-in-use"), &["--tls", LOGIN], "mailbox-locked", "at the same time"),
    (|| Scenario::smtp().relaying(Relaying::Any), &["--open-relay"], "open-relay", "ask from outside"),
    (Scenario::smtp, &["--from", "a@example.test", "--to", "grey@example.test"], "recipient-deferred", "greylisting"),
    (Scenario::smtp, &["--from", "a@example.test", "--to", "nobody@example.test"], "recipient-rejected", "such a mailbox"),
    (Scenario::smtp, &["--require-capability", "CHUNKING"], "capability-missing", "-v shows"),
    (Scenario::smtp, &["-e", "Exim"], "expect-mismatch", "-vvv shows"),
];

fn run(scenario: Scenario, options: &[&str]) -> Outcome {
    let probe = format!("check_{}", scenario.service.name().to_lowercase());
    let sandbox = Sandbox::start(scenario);
    let port = sandbox.port().to_string();
    let ca = pki().ca_file();
    let mut run = Run::new(&probe)
        .args(["-H", "localhost", "-4", "-p", &port])
        .args(["--ca-file", ca.to_str().unwrap()])
        .env("PW", PASSWORD);
    for option in options {
        run = if *option == LOGIN {
            run.args(["--user", "probe", "--password-env", "PW"])
        } else {
            run.arg(option)
        };
    }
    run.args(["--format", "json"]).run()
}

fn hint(outcome: &Outcome) -> String {
    let report = outcome.json();
    let targets = report["targets"].as_array().unwrap().iter();
    let hints: Vec<&str> = targets
        .filter_map(|target| target["hint"].as_str())
        .collect();
    hints.join("; ")
}

#[test]
fn each_failure_says_where_to_look() {
    let mut wrong = Vec::new();
    for (scenario, options, id, words) in CASES {
        let outcome = run(scenario(), options);
        let ids = outcome.finding_ids();
        if !ids.iter().any(|found| found == id) || !hint(&outcome).contains(words) {
            wrong.push(format!(
                "{id}, {words:?}: {ids:?}, {:?}\n{outcome}",
                hint(&outcome)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_has_no_trouble_gets_no_advice() {
    for options in [&[][..], &["--on", "connect-refused=ok"]] {
        let scenario = match options {
            [] => Scenario::smtp(),
            _ => Scenario::smtp().fault_named("refused"),
        };
        let outcome = run(scenario, options);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert_eq!(hint(&outcome), "", "{outcome}");
    }
}

/// A time that was too long is the time of some phase.
#[test]
fn a_slow_phase_is_named() {
    let slow = Scenario::smtp().fault_named("greeting-drip");
    let outcome = run(slow, &["-c", "time=1ms", "-t", "900ms"]);
    // Dripping ends at the deadline; a server that is merely slow is told by its phase.
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // The pause is what is measured here.
        std::thread::sleep(std::time::Duration::from_millis(400));
        let mut say = |text: &str| std::io::Write::write_all(&mut stream, text.as_bytes());
        let _ = say("220 mail.example.test ESMTP\r\n");
        let mut buffer = [0; 512];
        while let Ok(1..) = std::io::Read::read(&mut stream, &mut buffer) {
            let _ = std::io::Write::write_all(&mut stream, b"250 mail.example.test\r\n");
        }
    });
    let outcome = Run::new("check_smtp")
        .args([
            "-H",
            "127.0.0.1",
            "-p",
            &port,
            "-w",
            "100ms",
            "--format",
            "json",
        ])
        .run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(
        hint(&outcome).starts_with("most of the time went into the phase greeting: 4"),
        "{outcome}"
    );
}

#[test]
fn lists_and_queues_and_ways_say_it_too() {
    let zone = Zone::new()
        .a("2.0.0.127.bl.example", [127, 0, 0, 2])
        .a("7.2.0.192.bl.example", [127, 0, 0, 2]);
    let server = Dns::start(zone);
    let dns = server.address().to_string();
    let listed = Run::new("check_blacklist")
        .args(["-H", "192.0.2.7", "-s", "bl.example", "-n", &dns])
        .args(["--format", "json"])
        .run();
    assert!(
        hint(&listed).contains("what caused the listing"),
        "{listed}"
    );
    let missing = Run::new("check_mailq")
        .args(["-M", "postfix", "--command", "/nonexistent/postqueue"])
        .args(["--format", "json"])
        .run();
    assert_eq!(missing.code, Some(3), "{missing}");
    assert!(hint(&missing).contains("--command"), "{missing}");
}
