//! check_roundtrip over real servers: Postfix hands to Dovecot by LMTP, where the message is read; and all the other ways.

mod burden;
mod overhead;
mod paths;
mod signed;
mod stage;

use std::time::Duration;

use crate::lab::{self, Server};
use crate::probe::{Outcome, Run};

/// From Postfix's port to a port of Dovecot's.
fn probe(port: &str, transport: &str, args: &[&str]) -> Outcome {
    let (postfix, dovecot) = (lab::postfix(), lab::dovecot());
    let kind = if port.starts_with("IMAP") {
        "imap"
    } else {
        "pop3"
    };
    let option = |name: &str| format!("--{kind}-{name}");
    let at = |server: &Server, name: &str| server.port(name).to_string();
    Run::new("check_roundtrip")
        .args(["-f", lab::ADDRESS, "--to", lab::ADDRESS, "-t", "30", "-v"])
        .args(["--smtp-host", "localhost", "--smtp-address", "127.0.0.1"])
        .args(["--smtp-port".to_owned(), at(postfix, "SMTP")])
        .arg("--smtp-ca-file")
        .arg(postfix.ca())
        .args([option("host"), "localhost".to_owned()])
        .args([option("address"), "127.0.0.1".to_owned()])
        .args([option("port"), format!("{}:{transport}", at(dovecot, port))])
        .arg(option("ca-file"))
        .arg(dovecot.ca())
        .args([option("user"), lab::USER.to_owned()])
        .args([option("password-env"), "SECRET".to_owned()])
        .args(args)
        .env("SECRET", lab::PASSWORD)
        .kill_after(Duration::from_secs(40))
        .run()
}

/// A metric of the first line.
fn metric(outcome: &Outcome, label: &str) -> Option<f64> {
    let first = outcome.stdout.lines().next()?;
    let (_, rest) = first.split_once(&format!(" {label}="))?;
    rest.split(['s', ';', ' ']).next()?.parse().ok()
}

#[test]
fn postfix_to_dovecot_and_back() {
    for (port, transport) in [("IMAPS", "tls"), ("IMAP", "starttls"), ("POP3S", "tls")] {
        for payload in ["plain", "all"] {
            let outcome = probe(port, transport, &["--payload", payload]);
            assert_eq!(outcome.code, Some(0), "{outcome}");
            assert!(
                outcome
                    .stdout
                    .contains("ROUNDTRIP OK - probe@example.test to "),
                "{outcome}"
            );
            for label in ["transit", "send", "fetch", "hops", "hop_max"] {
                assert!(metric(&outcome, label).is_some(), "{label}\n{outcome}");
            }
            assert!(metric(&outcome, "hops").unwrap() >= 2.0, "{outcome}");
            assert!(!outcome.reveals(lab::PASSWORD), "{outcome}");
        }
    }
}
