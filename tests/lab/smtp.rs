//! check_smtp against Postfix in all its shapes: every capability that it has. The other servers stand in `smtp_others`.

use std::time::Duration;

use super::asked::{LOGIN, with};
use crate::lab::{self, Server};
use crate::probe::{Outcome, Run};

/// check_smtp at a port of a server, as `port` says: `SMTP`, `SMTP:starttls`, `SMTPS:tls`. Reports JSON.
pub(super) fn probe(server: &Server, port: &str, args: &[&str]) -> Outcome {
    at(server, "127.0.0.1", port, args)
}

pub(super) fn at(server: &Server, address: &str, port: &str, args: &[&str]) -> Outcome {
    let (name, transport) = port.split_once(':').unwrap_or((port, "plain"));
    Run::new("check_smtp")
        .args(["-H", "localhost", "--address", address, "-t", "20"])
        .args(["-p", &format!("{}:{transport}", server.port(name))])
        .args(["--format", "json", "-vvv", "--ca-file"])
        .arg(server.ca())
        .args(args)
        .env("SECRET", lab::PASSWORD)
        .env("TOKEN", lab::token())
        .env("EXPIRED", lab::expired_token())
        .kill_after(Duration::from_secs(30))
        .run()
}

/// Exactly these findings that are not OK, no secret, and what was proven.
#[track_caller]
pub(super) fn finds(outcome: &Outcome, code: i32, ids: &[&str]) -> String {
    assert_eq!(outcome.alarms(), ids, "{outcome}");
    assert_eq!(outcome.code, Some(code), "{outcome}");
    assert!(!outcome.reveals(lab::PASSWORD), "{outcome}");
    let text = &outcome.json()["text"];
    text.as_str().unwrap_or_default().to_owned()
}

#[track_caller]
pub(super) fn is_ok(outcome: &Outcome) -> String {
    finds(outcome, 0, &[]);
    let proven = &outcome.json()["targets"][0]["proven"];
    proven.as_str().unwrap_or_default().to_owned()
}

const TOKEN: [&str; 4] = ["--user", lab::ADDRESS, "--token-env", "TOKEN"];

#[test]
fn postfix_in_every_transport() {
    let postfix = lab::postfix();
    let outcome = probe(postfix, "SMTP", &["-e", "ESMTP Postfix"]);
    assert!(is_ok(&outcome).contains("ready in"));
    assert_eq!(outcome.metric("size_limit"), Some(20_480_000.0));
    for (port, args) in [
        (
            "SMTP:starttls",
            &["-D", "2,1", "--require-capability", "PIPELINING"][..],
        ),
        ("SUBMISSION:starttls", &["--require-auth", "SCRAM-SHA-256"]),
        ("SMTPS:tls", &["--tls-min", "1.3"]),
        ("SMTPS:tls", &["--tls-max", "1.2"]),
        ("SMTP:starttls", &["--tls-name", "mail.example.test"]),
    ] {
        assert!(
            is_ok(&probe(postfix, port, args)).contains("verified"),
            "{port}"
        );
    }
    finds(
        &probe(postfix, "SMTP:starttls", &["--tls-name", "mx.example.org"]),
        2,
        &["cert-name-mismatch"],
    );
    finds(
        &probe(postfix, "OPEN:starttls", &[]),
        1,
        &["starttls-missing"],
    );
    finds(&probe(postfix, "SMTPS", &["-t", "1"]), 2, &["timeout"]);
    finds(&probe(postfix, "SMTP:tls", &[]), 2, &["tls-failed"]);
}

#[test]
fn postscreen_is_waited_for() {
    let outcome = probe(
        lab::postfix(),
        "POSTSCREEN",
        &["--to", "probe@example.test"],
    );
    is_ok(&outcome);
    let greeting = outcome.json()["targets"][0]["phases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|phase| phase["name"] == "greeting")
        .unwrap()["duration_s"]
        .as_f64();
    assert!(greeting.unwrap() > 1.5, "{outcome}");
}

#[test]
fn postfix_logs_in_by_every_mechanism() {
    let postfix = lab::postfix();
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"] {
        for port in ["SUBMISSION:starttls", "SMTPS:tls", "OPEN"] {
            let args = with(&LOGIN, &["-A", mechanism, "--to", "a@example.net"]);
            let proven = is_ok(&probe(postfix, port, &args));
            assert!(
                proven.contains(&format!("login as \"probe\" by {mechanism}")),
                "{proven}"
            );
        }
    }
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        let args = with(&TOKEN, &["-A", mechanism]);
        let outcome = probe(postfix, "SUBMISSION:starttls", &args);
        assert!(is_ok(&outcome).contains(mechanism), "{outcome}");
        assert!(!outcome.reveals(&lab::token()), "{outcome}");
    }
    let strongest = is_ok(&probe(postfix, "SUBMISSION:starttls", &LOGIN));
    assert!(strongest.contains("SCRAM-SHA-256"), "{strongest}");
    let token = is_ok(&probe(postfix, "SMTPS:tls", &TOKEN));
    assert!(token.contains("OAUTHBEARER"), "{token}");
}

#[test]
fn postfix_refuses_logins_in_its_own_words() {
    let postfix = lab::postfix();
    let wrong = ["--user", lab::USER, "--password-env", "PATH"];
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"] {
        let outcome = probe(
            postfix,
            "SUBMISSION:starttls",
            &with(&wrong, &["-A", mechanism]),
        );
        let text = finds(&outcome, 2, &["auth-rejected"]);
        assert!(text.contains("535 5.7.8"), "{outcome}");
    }
    is_ok(&probe(
        postfix,
        "SMTPS:tls",
        &with(&wrong, &["--reject-login"]),
    ));
    finds(
        &probe(postfix, "SMTPS:tls", &with(&LOGIN, &["--reject-login"])),
        2,
        &["login-accepted"],
    );
    // An expired token: Dovecot's JSON is shown.
    let expired = ["--user", lab::ADDRESS, "--token-env", "EXPIRED"];
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        let outcome = probe(
            postfix,
            "SUBMISSION:starttls",
            &with(&expired, &["-A", mechanism]),
        );
        finds(&outcome, 2, &["auth-rejected"]);
        // {"status":"401","schemes":"bearer","scope":"mail"} or, for OAUTHBEARER, {"status":"invalid_token"}.
        assert!(outcome.stdout.contains("(status "), "{outcome}");
        assert!(!outcome.reveals(&lab::expired_token()), "{outcome}");
    }
    // No AUTH where there is no TLS, and no AUTH at all on the MX.
    finds(&probe(postfix, "SUBMISSION", &LOGIN), 2, &["auth-missing"]);
    finds(
        &probe(postfix, "SMTP:starttls", &LOGIN),
        2,
        &["auth-missing"],
    );
    finds(
        &probe(postfix, "SMTP:starttls", &with(&LOGIN, &["-A", "PLAIN"])),
        2,
        &["auth-rejected"],
    );
    // Dovecot's source of passwords is out of order for this one; Postfix 3.7 does not pass that on as 454.
    let offline = [
        "--user",
        "offline",
        "--password-env",
        "SECRET",
        "-A",
        "PLAIN",
    ];
    finds(
        &probe(postfix, "SUBMISSION:starttls", &offline),
        2,
        &["auth-rejected"],
    );
}

#[test]
fn postfix_and_client_certificates() {
    let postfix = lab::postfix();
    let pki = postfix.dir().join("pki");
    let (cert, key) = (pki.join("client.pem"), pki.join("client.key"));
    let shown = [
        "--client-cert",
        cert.to_str().unwrap(),
        "--client-key",
        key.to_str().unwrap(),
    ];
    is_ok(&probe(postfix, "SMTPS_CERT:tls", &shown));
    let without = probe(postfix, "SMTPS_CERT:tls", &[]);
    let text = finds(&without, 1, &["service-busy"]);
    assert!(text.contains("421 4.7.1"), "{without}");
}

#[test]
fn postfix_judges_recipients() {
    let postfix = lab::postfix();
    let from = ["--from", "a@example.org"];
    for (options, code, ids) in [
        (&["--to", "probe@example.test"][..], 0, &[][..]),
        (
            &["--to", "greylisted@example.test"],
            1,
            &["recipient-deferred"],
        ),
        (&["--to", "nobody@example.test"], 2, &["recipient-rejected"]),
        (
            &[
                "--reject-to",
                "nobody@example.test",
                "--reject-to",
                "a@example.net",
            ],
            0,
            &[],
        ),
        (
            &["--reject-to", "probe@example.test"],
            2,
            &["recipient-accepted"],
        ),
        (
            &["-f", "refused@example.org", "--to", "probe@example.test"],
            2,
            &["recipient-rejected"],
        ),
    ] {
        for port in ["SMTP", "SMTP:starttls"] {
            finds(&probe(postfix, port, &with(&from, options)), code, ids);
        }
    }
    let text = finds(
        &probe(postfix, "SMTP", &["--to", "greylisted@example.test"]),
        1,
        &["recipient-deferred"],
    );
    assert!(
        text.contains("450 4.2.0") && text.contains("greylisted"),
        "{text}"
    );
    // Submission wants TLS, then a login.
    finds(
        &probe(postfix, "SUBMISSION", &["--from", "a@example.org"]),
        2,
        &["sender-rejected"],
    );
    finds(
        &probe(
            postfix,
            "SUBMISSION:starttls",
            &["--to", "probe@example.test"],
        ),
        2,
        &["recipient-rejected"],
    );
}

#[test]
fn postfix_relays_for_nobody_but_where_it_is_open() {
    let postfix = lab::postfix();
    for port in ["SMTP", "SMTP:starttls", "SUBMISSION:starttls"] {
        let proven = is_ok(&probe(postfix, port, &["--open-relay"]));
        assert!(proven.contains("relaying refused"), "{proven}");
    }
    let text = finds(
        &probe(postfix, "OPEN", &["--open-relay"]),
        2,
        &["open-relay"],
    );
    assert!(text.contains("open relay"), "{text}");
}

#[test]
fn postfix_keeps_secrets_for_tls_but_where_it_is_open() {
    let postfix = lab::postfix();
    for port in [
        "SMTP",
        "SMTP:starttls",
        "SUBMISSION",
        "SUBMISSION:starttls",
        "SMTPS:tls",
    ] {
        is_ok(&probe(postfix, port, &["--audit-plaintext"]));
    }
    is_ok(&probe(
        postfix,
        "SUBMISSION:starttls",
        &["--audit-plaintext", "--require-tls"],
    ));
    finds(
        &probe(postfix, "SMTP", &["--require-tls"]),
        2,
        &["plaintext-mail"],
    );
    finds(
        &probe(postfix, "OPEN", &["--audit-plaintext"]),
        2,
        &["starttls-missing", "plaintext-auth"],
    );
}

#[test]
fn postfix_behind_a_proxy() {
    let postfix = lab::postfix();
    let to = ["--from", "a@example.org", "--to", "probe@example.test"];
    for version in ["1", "2"] {
        let version = ["--proxy-version", version];
        for port in ["PROXY", "PROXY:starttls"] {
            is_ok(&probe(postfix, port, &with(&version, &to)));
        }
        let given = [
            "--proxy-source",
            "192.0.2.7:4711",
            "--proxy-destination",
            "192.0.2.1:25",
        ];
        is_ok(&probe(
            postfix,
            "PROXY",
            &with(&with(&version, &given), &to),
        ));
        let refused = ["--proxy-source", "192.0.2.99:4711"];
        let outcome = probe(postfix, "PROXY", &with(&with(&version, &refused), &to));
        let text = finds(&outcome, 2, &["recipient-rejected"]);
        assert!(text.contains("this client is refused"), "{outcome}");
        let six = [
            "--proxy-source",
            "[2001:db8::7]:4711",
            "--proxy-destination",
            "[2001:db8::1]:25",
        ];
        is_ok(&probe(postfix, "PROXY", &with(&with(&version, &six), &to)));
    }
}

/// TLS 1.3 tickets and the greeting are two pieces, and Postfix waits with the second until the first is acknowledged.
#[test]
fn nobody_waits_for_a_delayed_acknowledgement() {
    let greeting = |_| {
        let outcome = probe(lab::postfix(), "SMTPS:tls", &[]);
        is_ok(&outcome);
        let metrics = outcome.json()["metrics"].as_array().unwrap().clone();
        let greeting = metrics.iter().find(|metric| metric["label"] == "greeting");
        greeting.unwrap()["value"].as_f64().unwrap()
    };
    // A machine under load may be late; a delayed acknowledgement is 40 ms late each time.
    let best = (0..5).map(greeting).fold(f64::INFINITY, f64::min);
    assert!(best < 0.03, "{best} s");
}
