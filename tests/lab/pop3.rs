//! check_pop3 against real servers: every capability that each of them has.

use std::time::Duration;

use super::asked::{LOGIN, finds_the_mails, says, with};
use crate::lab::{self, Server};
use crate::probe::{Outcome, Run};

/// check_pop3 at a port of a server, as `port` says: `POP3`, `POP3:starttls`, `POP3S:tls`.
fn probe(server: &Server, port: &str, args: &[&str]) -> Outcome {
    at(server, "localhost", "127.0.0.1", port, args)
}

fn at(server: &Server, host: &str, address: &str, port: &str, args: &[&str]) -> Outcome {
    let (name, transport) = port.split_once(':').unwrap_or((port, "plain"));
    Run::new("check_pop3")
        .args(["-H", host, "--address", address, "-t", "20"])
        .args(["-p", &format!("{}:{transport}", server.port(name))])
        .arg("--ca-file")
        .arg(server.ca())
        .args(args)
        .env("SECRET", lab::PASSWORD)
        .env("TOKEN", lab::token())
        .kill_after(Duration::from_secs(30))
        .run()
}

#[test]
fn dovecot_in_every_transport() {
    let dovecot = lab::dovecot();
    says(&probe(dovecot, "POP3", &[]), 0, &["POP3 OK - ", "ready in"]);
    says(
        &probe(dovecot, "POP3:starttls", &[]),
        0,
        &["STLS verified", "cert_days="],
    );
    says(
        &probe(dovecot, "POP3S:tls", &["-D", "2,1"]),
        0,
        &["TLS verified"],
    );
    says(
        &probe(dovecot, "POP3S:tls", &["--tls-name", "www.example.org"]),
        2,
        &["certificate", "www.example.org"],
    );
}

#[test]
fn dovecot_by_every_login() {
    let dovecot = lab::dovecot();
    for mechanism in [
        "USER",
        "APOP",
        "PLAIN",
        "LOGIN",
        "CRAM-MD5",
        "SCRAM-SHA-1",
        "SCRAM-SHA-256",
    ] {
        for port in ["POP3", "POP3:starttls", "POP3S:tls"] {
            let args = with(&LOGIN, &["--auth", mechanism, "-vvv"]);
            let by = format!("login as \"probe\" by {mechanism}");
            says(&probe(dovecot, port, &args), 0, &[&by, "messages=5"]);
        }
    }
    let by = "login as \"probe\" by SCRAM-SHA-256";
    says(&probe(dovecot, "POP3S:tls", &LOGIN), 0, &[by, "5 mails"]);
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        let token = ["--user", lab::ADDRESS, "--token-env", "TOKEN"];
        let args = with(&token, &["--auth", mechanism, "-vvv"]);
        let outcome = probe(dovecot, "POP3S:tls", &args);
        says(&outcome, 0, &[&format!("by {mechanism}")]);
        assert!(!outcome.reveals(&lab::token()), "{outcome}");
    }
}

#[test]
fn dovecot_knows_the_client_by_its_certificate() {
    let dovecot = lab::dovecot();
    let pki = dovecot.dir().join("pki");
    let (cert, key) = (pki.join("client.pem"), pki.join("client.key"));
    let args = [
        "--auth",
        "EXTERNAL",
        "--client-cert",
        cert.to_str().unwrap(),
        "--client-key",
        key.to_str().unwrap(),
    ];
    let outcome = at(
        dovecot,
        "localhost",
        lab::CERT_HOST,
        "POP3S_CERT:tls",
        &args,
    );
    says(&outcome, 0, &["by EXTERNAL"]);
}

#[test]
fn logins_that_fail_say_why() {
    let dovecot = lab::dovecot();
    let wrong = ["--user", "probe", "--password", "wrong-lab-Pass"];
    says(
        &probe(dovecot, "POP3S:tls", &wrong),
        2,
        &["refused the login of \"probe\": -ERR [AUTH]"],
    );
    let refused = with(&wrong, &["--reject-login"]);
    says(
        &probe(dovecot, "POP3S:tls", &refused),
        0,
        &["refused as it must be"],
    );
    let accepted = with(&LOGIN, &["--reject-login"]);
    says(
        &probe(dovecot, "POP3S:tls", &accepted),
        2,
        &["which it must refuse"],
    );
    let args = ["--user", "offline", "--password-env", "SECRET"];
    for mechanism in ["USER", "PLAIN"] {
        let args = with(&args, &["--auth", mechanism]);
        says(
            &probe(dovecot, "POP3S:tls", &args),
            2,
            &["cannot check the login of \"offline\" now: -ERR [SYS/TEMP]"],
        );
    }
    let args = [
        "--user",
        "closed",
        "--password-env",
        "SECRET",
        "--auth",
        "PLAIN",
    ];
    says(
        &probe(dovecot, "POP3S:tls", &args),
        2,
        &["closed_for_the_lab"],
    );
    let args = [
        "--user",
        "broken",
        "--password-env",
        "SECRET",
        "--auth",
        "PLAIN",
    ];
    says(&probe(dovecot, "POP3S:tls", &args), 2, &["localhost"]);
}

#[test]
fn a_password_does_not_go_in_clear() {
    let dovecot = lab::dovecot();
    let at_strict =
        |port: &str, args: &[&str]| at(dovecot, "localhost", lab::STRICT_HOST, port, args);
    says(
        &at_strict("POP3_STRICT", &["--audit-plaintext"]),
        0,
        &["no password before TLS"],
    );
    let args = with(&LOGIN, &["--auth", "PLAIN", "--insecure-auth"]);
    says(&at_strict("POP3_STRICT", &args), 2, &["-ERR"]);
    says(
        &at_strict(
            "POP3_STRICT:starttls",
            &with(&LOGIN, &["--audit-plaintext"]),
        ),
        0,
        &["no password before TLS", "STLS verified", "login as"],
    );
    says(
        &probe(dovecot, "POP3", &["--audit-plaintext"]),
        2,
        &["before TLS: passwords pass in the clear"],
    );
}

#[test]
fn the_mail_that_must_be_there() {
    let dovecot = lab::dovecot();
    let look = |args: &[&str]| probe(dovecot, "POP3S:tls", &with(&LOGIN, args));
    let backup = ["--match", "subject=^Backup srv3"];
    says(
        &look(&with(
            &backup,
            &["--unless", "subject=FAILED", "-c", "newest=3h"],
        )),
        0,
        &["newest mail with subject", " 2 h ", "matches=2"],
    );
    says(
        &look(&with(&backup, &["-c", "newest=1h"])),
        2,
        &[
            "no mail with subject /^Backup srv3/ for 2 h ",
            "(newest: \"Backup srv3 ok\" of ",
        ],
    );
    finds_the_mails(look);
    says(
        &look(&["--match", "subject=no such mail"]),
        2,
        &["no mail with subject /no such mail/ among the 5 in the mailbox"],
    );
    says(
        &look(&["--newest", "1", "--match", "subject=Backup"]),
        2,
        &["among the newest 1 of 5"],
    );
    says(
        &look(&["-w", "newest=1h:", "-c", "oldest=29d"]),
        2,
        &["oldest"],
    );
    says(
        &look(&["-w", "messages=4", "-w", "size=1M"]),
        1,
        &["messages 5"],
    );
    let empty = [
        "--user",
        "inbox",
        "--password-env",
        "SECRET",
        "--auth",
        "PLAIN",
    ];
    let outcome = probe(
        dovecot,
        "POP3S:tls",
        &with(
            &empty,
            &["-c", "newest=26h", "--match", "subject=nothing has this"],
        ),
    );
    assert_eq!(outcome.code, Some(2), "{outcome}");
}

#[test]
fn a_mailbox_that_another_session_holds() {
    use super::smoke::Dialogue;
    let dovecot = lab::dovecot();
    let mut holder = Dialogue::with(dovecot, "POP3");
    holder.line();
    holder.send("USER busy");
    holder.line();
    holder.send(&format!("PASS {}", lab::PASSWORD));
    assert!(holder.line().starts_with("+OK"));
    let args = ["--user", "busy", "--password-env", "SECRET"];
    says(
        &probe(dovecot, "POP3S:tls", &args),
        2,
        &["mailbox of \"busy\" is locked by another session: -ERR [IN-USE]"],
    );
}

#[test]
fn courier_with_what_it_has() {
    let courier = lab::courier();
    for port in ["POP3", "POP3:starttls", "POP3S:tls"] {
        says(&probe(courier, port, &[]), 0, &["ready in"]);
        says(
            &probe(courier, port, &LOGIN),
            0,
            &["by CRAM-MD5", "3 mails"],
        );
        for mechanism in ["USER", "PLAIN", "LOGIN", "CRAM-MD5"] {
            let args = with(&LOGIN, &["--auth", mechanism, "-c", "newest=1000w", "-vvv"]);
            let by = format!("by {mechanism}");
            says(&probe(courier, port, &args), 0, &[&by, "newest="]);
        }
    }
    let apop = with(&LOGIN, &["--auth", "APOP"]);
    says(&probe(courier, "POP3", &apop), 2, &["no timestamp"]);
    let wrong = ["--user", "probe", "--password", "wrong-lab-Pass"];
    says(
        &probe(courier, "POP3S:tls", &wrong),
        2,
        &["refused the login of \"probe\": -ERR"],
    );
}

#[test]
fn cyrus_with_what_it_has() {
    let cyrus = lab::cyrus();
    says(&probe(cyrus, "POP3", &["--audit-plaintext"]), 0, &[]);
    for port in ["POP3:starttls", "POP3S:tls"] {
        says(&probe(cyrus, port, &[]), 0, &["verified"]);
        says(
            &probe(cyrus, port, &with(&LOGIN, &["-vvv"])),
            0,
            &["by SCRAM-SHA-256", "3 mails"],
        );
        for mechanism in [
            "USER",
            "APOP",
            "PLAIN",
            "CRAM-MD5",
            "SCRAM-SHA-1",
            "SCRAM-SHA-256",
        ] {
            let args = with(
                &LOGIN,
                &["--auth", mechanism, "--match", "subject=message 3", "-vvv"],
            );
            let by = format!("by {mechanism}");
            says(&probe(cyrus, port, &args), 0, &[&by, "matches=1"]);
        }
    }
    says(
        &probe(cyrus, "POP3", &with(&LOGIN, &["--auth", "APOP"])),
        0,
        &["by APOP"],
    );
    says(
        &probe(cyrus, "POP3", &with(&LOGIN, &["--auth", "USER"])),
        2,
        &["-ERR [AUTH]"],
    );
}

#[test]
fn a_proxy_header_that_nobody_wants() {
    for server in [lab::dovecot(), lab::courier(), lab::cyrus()] {
        for version in ["1", "2"] {
            let outcome = probe(server, "POP3", &["--proxy-version", version]);
            says(&outcome, 2, &["does not understand the PROXY header"]);
        }
    }
}
