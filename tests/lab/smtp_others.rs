//! check_smtp against Exim and OpenSMTPD, and against the mail stores of Dovecot and Cyrus.

use super::asked::{LOGIN, with};
use super::smtp::{finds, is_ok, probe};
use crate::lab;
use crate::probe::{Outcome, Run};

#[test]
fn scripts_of_the_old_check_smtp() {
    let postfix = lab::postfix();
    let send = [
        "-f",
        "watchdog@invalid",
        "-C",
        "RCPT TO:full@example.test",
        "-C",
        "DATA",
        "-C",
        ".",
        "-R",
        "250",
        "-R",
        "^354",
        "-R",
        "queued as",
    ];
    is_ok(&probe(postfix, "SMTP", &send));
    let lmtp = [
        "-L",
        "-f",
        "watchdog@invalid",
        "-C",
        "RCPT TO:<watchdog@invalid>",
        "-R",
        "User doesn't exist",
    ];
    is_ok(&probe(lab::dovecot(), "LMTP", &lmtp));
}

#[test]
fn dovecot_takes_mail_over_lmtp() {
    let dovecot = lab::dovecot();
    let socket = dovecot.dir().join("lmtp");
    let over_socket = |args: &[&str]| {
        Run::new("check_smtp")
            .args(["--lmtp", "-t", "20", "--format", "json", "-H"])
            .arg(&socket)
            .args(args)
            .run()
    };
    let over_tcp = |args: &[&str]| probe(dovecot, "LMTP", &with(&["--lmtp"], args));
    type Way<'a> = &'a dyn Fn(&[&str]) -> Outcome;
    for check in [&over_tcp as Way, &over_socket] {
        is_ok(&check(&["-e", "Dovecot"]));
        let both = [
            "--to",
            "inbox@example.test",
            "--reject-to",
            "nobody@example.test",
        ];
        is_ok(&check(&both));
        let text = finds(
            &check(&["--to", "nobody@example.test"]),
            2,
            &["recipient-rejected"],
        );
        assert!(text.contains("550"), "{text}");
        let full = check(&["--to", "full@example.test"]);
        assert!(full.code != Some(3), "{full}");
    }
    finds(&probe(dovecot, "LMTP", &[]), 2, &["service-refused"]);
}

#[test]
fn cyrus_takes_mail_over_lmtp() {
    let cyrus = lab::cyrus();
    let both = [
        "-L",
        "--to",
        "probe@example.test",
        "--reject-to",
        "nobody@example.test",
    ];
    is_ok(&probe(cyrus, "LMTP", &both));
    finds(
        &probe(cyrus, "LMTP", &["-L", "--to", "nobody"]),
        2,
        &["recipient-rejected"],
    );
}

#[test]
fn exim_in_every_transport_and_by_every_login() {
    let exim = lab::exim();
    is_ok(&probe(
        exim,
        "SMTP",
        &["-e", "Exim", "--require-capability", "CHUNKING"],
    ));
    for port in ["SMTP:starttls", "SMTPS:tls"] {
        assert!(is_ok(&probe(exim, port, &["-D", "2,1"])).contains("verified"));
        for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"] {
            let args = with(&LOGIN, &["-A", mechanism, "--to", "a@example.net"]);
            let proven = is_ok(&probe(exim, port, &args));
            assert!(proven.contains(&format!("by {mechanism}")), "{proven}");
            let wrong = [
                "--user",
                lab::USER,
                "--password-env",
                "PATH",
                "-A",
                mechanism,
            ];
            finds(&probe(exim, port, &wrong), 2, &["auth-rejected"]);
        }
        assert!(is_ok(&probe(exim, port, &LOGIN)).contains("SCRAM-SHA-256"));
    }
    finds(&probe(exim, "SMTP", &LOGIN), 2, &["auth-missing"]);
}

#[test]
fn exim_judges_recipients() {
    let exim = lab::exim();
    let both = [
        "--to",
        "probe@example.test",
        "--reject-to",
        "nobody@example.test",
    ];
    is_ok(&probe(exim, "SMTP", &both));
    let text = finds(
        &probe(exim, "SMTP:starttls", &["--to", "grey@example.test"]),
        1,
        &["recipient-deferred"],
    );
    assert!(
        text.contains("451") && text.contains("Greylisted"),
        "{text}"
    );
    for port in ["SMTP", "SMTP:starttls", "SMTPS:tls"] {
        is_ok(&probe(exim, port, &["--open-relay", "--audit-plaintext"]));
    }
}

#[test]
fn exims_late_answer_to_quit_costs_nothing() {
    let outcome = probe(lab::exim(), "SMTP", &["-w", "quit=10"]);
    is_ok(&outcome);
    let time = outcome.json()["metrics"][0]["value"].as_f64().unwrap();
    assert!(time < 0.15, "{outcome}");
}

#[test]
fn opensmtpd_offers_a_starttls_that_it_cannot_do() {
    let opensmtpd = lab::opensmtpd();
    let both = [
        "-e",
        "OpenSMTPD",
        "--to",
        "probe@example.test",
        "--reject-to",
        "nobody@example.test",
    ];
    is_ok(&probe(opensmtpd, "SMTP", &both));
    is_ok(&probe(
        opensmtpd,
        "SMTP",
        &["--open-relay", "--audit-plaintext"],
    ));
    let outcome = probe(opensmtpd, "SMTP:starttls", &[]);
    let text = finds(&outcome, 2, &["tls-failed"]);
    assert!(text.contains("alert 80"), "{outcome}");
    finds(&probe(opensmtpd, "SMTP", &LOGIN), 2, &["auth-missing"]);
}
