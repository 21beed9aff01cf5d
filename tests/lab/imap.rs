//! check_imap against real servers: every capability that each of them has.

use std::time::Duration;

use super::asked::{LOGIN, finds_the_mails, says, with};
use crate::lab::{self, Server};
use crate::probe::{Outcome, Run};

/// check_imap at a port of a server, as `port` says: `IMAP`, `IMAP:starttls`, `IMAPS:tls`.
fn probe(server: &Server, port: &str, args: &[&str]) -> Outcome {
    at(server, "127.0.0.1", port, args)
}

fn at(server: &Server, address: &str, port: &str, args: &[&str]) -> Outcome {
    let (name, transport) = port.split_once(':').unwrap_or((port, "plain"));
    run()
        .args(["-H", "localhost", "--address", address])
        .args(["-p", &format!("{}:{transport}", server.port(name))])
        .arg("--ca-file")
        .arg(server.ca())
        .args(args)
        .run()
}

fn run() -> Run {
    Run::new("check_imap")
        .args(["-t", "20"])
        .env("SECRET", lab::PASSWORD)
        .env("TOKEN", lab::token())
        .kill_after(Duration::from_secs(30))
}

fn login_as<'a>(user: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    with(&["--user", user, "--password-env", "SECRET"], more)
}

/// How many commands went to the server.
#[track_caller]
fn commands(outcome: &Outcome) -> Vec<String> {
    let sent = outcome.stdout.lines().filter_map(|line| {
        let (_, text) = line.split_once(" > ")?;
        Some(text.split(' ').nth(1).unwrap_or_default().to_owned())
    });
    sent.collect()
}

#[test]
fn dovecot_in_every_transport() {
    let dovecot = lab::dovecot();
    let plain = probe(dovecot, "IMAP", &["-vvv"]);
    says(&plain, 0, &["IMAP OK - ", "ready in"]);
    assert_eq!(commands(&plain), ["LOGOUT"], "{plain}");
    says(
        &probe(dovecot, "IMAP:starttls", &[]),
        0,
        &["STARTTLS verified", "cert_days="],
    );
    says(
        &probe(dovecot, "IMAPS:tls", &["-D", "2,1"]),
        0,
        &["TLS verified"],
    );
    says(
        &probe(dovecot, "IMAPS:tls", &["--tls-name", "www.example.org"]),
        2,
        &["certificate", "www.example.org"],
    );
    let proxied = probe(dovecot, "IMAP_PROXY", &["--proxy", "--proxy-version", "2"]);
    says(&proxied, 0, &["ready in"]);
    let socket = dovecot.dir().join("imap.sock");
    let outcome = run()
        .arg("-H")
        .arg(&socket)
        .args(login_as("probe", &["--mailbox", "INBOX"]))
        .run();
    says(&outcome, 0, &["messages=5"]);
}

#[test]
fn dovecot_by_every_login() {
    let dovecot = lab::dovecot();
    for mechanism in [
        "LOGIN-COMMAND",
        "PLAIN",
        "LOGIN",
        "CRAM-MD5",
        "SCRAM-SHA-1",
        "SCRAM-SHA-256",
    ] {
        for port in ["IMAP", "IMAP:starttls", "IMAPS:tls"] {
            let args = with(&LOGIN, &["--auth", mechanism, "-vvv"]);
            let by = match mechanism {
                "LOGIN-COMMAND" => "login as \"probe\" by LOGIN command".to_owned(),
                name => format!("login as \"probe\" by {name}"),
            };
            says(&probe(dovecot, port, &args), 0, &[&by]);
        }
    }
    let outcome = probe(dovecot, "IMAPS:tls", &with(&LOGIN, &["-vvv"]));
    says(&outcome, 0, &["login as \"probe\" by SCRAM-SHA-256"]);
    // Capabilities come with greeting and login: nothing else is asked.
    assert!(!commands(&outcome).iter().any(|name| name == "CAPABILITY"));
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        let token = ["--user", lab::ADDRESS, "--token-env", "TOKEN"];
        let args = with(&token, &["--auth", mechanism, "-vvv"]);
        says(
            &probe(dovecot, "IMAPS:tls", &args),
            0,
            &[&format!("by {mechanism}")],
        );
    }
    let pki = dovecot.dir().join("pki");
    let args = [
        "--auth",
        "EXTERNAL",
        "--client-cert",
        &pki.join("client.pem").to_string_lossy(),
        "--client-key",
        &pki.join("client.key").to_string_lossy(),
    ]
    .map(str::to_owned);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    says(
        &at(dovecot, lab::CERT_HOST, "IMAPS_CERT:tls", &args),
        0,
        &["by EXTERNAL"],
    );
}

#[test]
fn logins_that_fail_say_why() {
    let dovecot = lab::dovecot();
    let wrong = ["--user", "probe", "--password", "wrong-lab-Pass"];
    says(
        &probe(dovecot, "IMAPS:tls", &wrong),
        2,
        &["refused the login of \"probe\": NO [AUTHENTICATIONFAILED]"],
    );
    says(
        &probe(dovecot, "IMAPS:tls", &with(&wrong, &["--reject-login"])),
        0,
        &["refused as it must be"],
    );
    says(
        &probe(dovecot, "IMAPS:tls", &with(&LOGIN, &["--reject-login"])),
        2,
        &["which it must refuse"],
    );
    for mechanism in ["LOGIN-COMMAND", "PLAIN"] {
        let args = login_as("offline", &["--auth", mechanism]);
        says(
            &probe(dovecot, "IMAPS:tls", &args),
            2,
            &["cannot check the login of \"offline\" now: NO [UNAVAILABLE]"],
        );
    }
    let args = login_as("closed", &["--auth", "PLAIN"]);
    says(
        &probe(dovecot, "IMAPS:tls", &args),
        2,
        &["closed_for_the_lab"],
    );
    // The login is accepted, and the session ends with it.
    let args = login_as("broken", &["--auth", "PLAIN", "--mailbox", "INBOX"]);
    says(&probe(dovecot, "IMAPS:tls", &args), 2, &["localhost"]);
}

#[test]
fn a_password_does_not_go_in_clear() {
    let dovecot = lab::dovecot();
    let strict = |port: &str, args: &[&str]| at(dovecot, lab::STRICT_HOST, port, args);
    says(
        &strict("IMAP_STRICT", &["--audit-plaintext"]),
        0,
        &["no login before TLS"],
    );
    for mechanism in ["LOGIN-COMMAND", "PLAIN"] {
        let args = with(&LOGIN, &["--auth", mechanism, "--insecure-auth"]);
        says(&strict("IMAP_STRICT", &args), 2, &[]);
    }
    let disabled = strict(
        "IMAP_STRICT",
        &with(
            &LOGIN,
            &["--auth", "LOGIN-COMMAND", "--insecure-auth", "-vvv"],
        ),
    );
    says(&disabled, 2, &["LOGINDISABLED"]);
    assert!(!commands(&disabled).iter().any(|name| name == "LOGIN"));
    says(
        &strict(
            "IMAP_STRICT:starttls",
            &with(&LOGIN, &["--audit-plaintext"]),
        ),
        0,
        &["no login before TLS", "STARTTLS verified", "login as"],
    );
    says(
        &probe(dovecot, "IMAP", &["--audit-plaintext"]),
        2,
        &[
            "the LOGIN command",
            "AUTH=PLAIN",
            "before TLS: passwords pass in the clear",
        ],
    );
}

#[test]
fn capabilities_before_and_after_the_login() {
    let dovecot = lab::dovecot();
    says(
        &probe(
            dovecot,
            "IMAPS:tls",
            &[
                "--require-capability",
                "sasl-ir",
                "--require-auth",
                "scram-sha-256",
            ],
        ),
        0,
        &[],
    );
    says(
        &probe(dovecot, "IMAPS:tls", &["--require-capability", "QUOTA"]),
        2,
        &["does not offer QUOTA"],
    );
    says(
        &probe(
            dovecot,
            "IMAPS:tls",
            &with(
                &LOGIN,
                &[
                    "--require-capability",
                    "QUOTA",
                    "--forbid-capability",
                    "X-NO",
                ],
            ),
        ),
        0,
        &[],
    );
    says(
        &probe(
            dovecot,
            "IMAPS:tls",
            &["--forbid-capability", "IDLE", "--require-auth", "NTLM"],
        ),
        2,
        &["does not offer AUTH=NTLM"],
    );
    let outcome = probe(dovecot, "IMAPS:tls", &with(&LOGIN, &["--id", "-v"]));
    says(&outcome, 0, &[]);
    assert!(outcome.stdout.contains("name Dovecot"), "{outcome}");
}

#[test]
fn what_mailboxes_hold() {
    let dovecot = lab::dovecot();
    let look = |args: &[&str]| probe(dovecot, "IMAPS:tls", &with(&LOGIN, args));
    let outcome = look(&["--mailbox", "INBOX", "-vvv"]);
    says(
        &outcome,
        0,
        &["\"INBOX\" holds 5 mails", "messages=5", "unseen=1"],
    );
    // One round trip beyond the login.
    assert_eq!(
        commands(&outcome).last_chunk::<2>().unwrap(),
        &["STATUS".to_owned(), "LOGOUT".to_owned()],
        "{outcome}"
    );
    says(
        &look(&["--mailbox", "Größe", "--ages"]),
        0,
        &["messages=1", "newest=180", "oldest=180"],
    );
    says(
        &look(&["--mailbox", "INBOX", "--mailbox", "Reports", "--size"]),
        0,
        &["2 mailboxes hold 6 mails", "messages=6", "size="],
    );
    says(
        &look(&["--mailbox", "*"]),
        0,
        &["mailboxes hold 10", "messages=100"],
    );
    says(&look(&["--mailbox", "R%"]), 0, &["messages=1"]);
    says(
        &look(&["--mailbox", "Nowhere"]),
        2,
        &["has no mailbox \"Nowhere\": NO "],
    );
    says(
        &look(&["--mailbox", "Nowhere*"]),
        2,
        &["has no mailbox like \"Nowhere*\""],
    );
    says(
        &look(&["-w", "messages=4", "-w", "unseen=0"]),
        1,
        &["messages 5 is above 4"],
    );
    says(
        &look(&["-c", "newest=1h"]),
        2,
        &["no new mail in \"INBOX\" of localhost", "for 2 h"],
    );
    says(&look(&["-c", "newest=3h", "-w", "oldest=31d"]), 0, &[]);
    says(
        &look(&["-c", "oldest=29d"]),
        2,
        &["the oldest mail in \"INBOX\"", "waits for"],
    );
    // A thousand mails, a minute apart, the newest a day old and the last in the mailbox the oldest.
    let archive = look(&[
        "--mailbox",
        "Archive",
        "-c",
        "newest=25h",
        "-w",
        "oldest=42h",
    ]);
    says(&archive, 0, &["newest=86", "oldest=146"]);
    let empty = |args: &[&str]| {
        probe(
            dovecot,
            "IMAPS:tls",
            &login_as("inbox", &with(&["--auth", "PLAIN"], args)),
        )
    };
    let outcome = empty(&["-c", "newest=26h"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
}

#[test]
fn the_mail_that_must_be_there() {
    let dovecot = lab::dovecot();
    let look = |args: &[&str]| probe(dovecot, "IMAPS:tls", &with(&LOGIN, args));
    let backup = ["--match", "subject=^Backup srv3"];
    says(
        &look(&with(
            &backup,
            &["--unless", "subject=FAILED", "-c", "newest=3h"],
        )),
        0,
        &["newest mail with subject", " 2 h "],
    );
    says(
        &look(&with(
            &backup,
            &["--unless", "subject=FAILED", "-c", "newest=27h"],
        )),
        2,
        &["bad news: \"Backup srv3 FAILED\" of "],
    );
    says(
        &look(&with(&backup, &["--unless", "subject=FAILED"])),
        2,
        &["bad news: \"Backup srv3 FAILED\" of ", "matches=2"],
    );
    says(
        &look(&with(&backup, &["-c", "newest=1h"])),
        2,
        &[
            "no mail with subject /^Backup srv3/ in \"INBOX\" for 2 h ",
            "(newest: \"Backup srv3 ok\" of ",
        ],
    );
    finds_the_mails(look);
    says(
        &look(&[
            "--match",
            "header:message-id=srv3\\.example\\.org",
            "-w",
            "matches=5:",
        ]),
        0,
        &["matches=5"],
    );
    says(
        &look(&["--match", "subject=no such mail"]),
        2,
        &["no mail with subject /no such mail/ in \"INBOX\" among the 5 there"],
    );
    says(
        &look(&[
            "--mailbox",
            "INBOX",
            "--mailbox",
            "Reports",
            "--match",
            "subject=srv3 ok",
        ]),
        0,
        &["1 h 3", "matches=2"],
    );
    // The server finds one of a thousand; of what it cannot search for the newest are looked through.
    let outcome = look(&[
        "--mailbox",
        "Archive",
        "--match",
        "subject=^job 990 done$",
        "-vvv",
    ]);
    says(&outcome, 0, &["matches=1"]);
    assert_eq!(
        commands(&outcome)
            .iter()
            .filter(|name| *name == "UID")
            .count(),
        2,
        "{outcome}"
    );
    says(
        &look(&[
            "--mailbox",
            "Archive",
            "--newest",
            "20",
            "--match",
            "subject=^job \\d\\d done",
        ]),
        2,
        &["in \"Archive\" among the newest 20 of 1000"],
    );
    says(
        &look(&["--mailbox", "Nowhere", "--match", "subject=x"]),
        2,
        &["has no mailbox \"Nowhere\""],
    );
}

#[test]
fn quotas() {
    let dovecot = lab::dovecot();
    says(
        &probe(dovecot, "IMAPS:tls", &with(&LOGIN, &["--quota"])),
        0,
        &["quota of \"probe\" at", "quota=", "quota_bytes="],
    );
    let full = login_as("full", &["--auth", "PLAIN", "-w", "quota=90"]);
    says(
        &probe(dovecot, "IMAPS:tls", &full),
        1,
        &["quota of \"full\" at", "of 4 KiB)"],
    );
}

#[test]
fn writing() {
    let dovecot = lab::dovecot();
    let write = |port: &str, args: &[&str]| probe(dovecot, port, &with(&LOGIN, args));
    let before = write("IMAPS:tls", &["--mailbox", "Größe"]);
    for port in ["IMAP", "IMAP:starttls", "IMAPS:tls"] {
        let outcome = write(port, &["--write-test", "--mailbox", "Größe", "-vvv"]);
        says(
            &outcome,
            0,
            &["stored", "append=", "search=", "fetch=", "expunge="],
        );
    }
    let after = write("IMAPS:tls", &["--mailbox", "Größe"]);
    assert!(before.stdout.contains("messages=1;"), "{before}");
    assert!(after.stdout.contains("messages=1;"), "{after}");
    says(
        &write("IMAPS:tls", &["--write-test", "--mailbox", "Nowhere"]),
        2,
        &["has no mailbox \"Nowhere\""],
    );
    let full = login_as("full", &["--auth", "PLAIN", "--write-test"]);
    says(
        &probe(dovecot, "IMAPS:tls", &full),
        2,
        &["does not store a mail in \"INBOX\": NO [OVERQUOTA]"],
    );
}

#[test]
fn courier_with_what_it_has() {
    let courier = lab::courier();
    for port in ["IMAP", "IMAP:starttls", "IMAPS:tls"] {
        says(&probe(courier, port, &[]), 0, &["ready in"]);
        let look = |args: &[&str]| probe(courier, port, &with(&LOGIN, args));
        says(
            &look(&["--mailbox", "INBOX"]),
            0,
            &["by CRAM-MD5", "messages=3", "unseen="],
        );
        says(
            &look(&["--auth", "LOGIN-COMMAND", "--id"]),
            0,
            &["by LOGIN command"],
        );
        says(
            &look(&["--mailbox", "INBOX*", "--size", "-w", "oldest=1000w"]),
            0,
            &["messages=4", "size=", "oldest="],
        );
        says(
            &look(&["--match", "subject=message 3", "-c", "newest=1000w"]),
            0,
            &["matches=1"],
        );
        says(
            &look(&["--mailbox", "INBOX.Nowhere"]),
            2,
            &["has no mailbox"],
        );
        says(&look(&["--write-test"]), 0, &["stored"]);
        says(
            &look(&["--utf8", "--mailbox", "INBOX"]),
            0,
            &["UTF8=ACCEPT enabled"],
        );
    }
    says(
        &probe(courier, "IMAPS:tls", &with(&LOGIN, &["--auth", "PLAIN"])),
        0,
        &["by PLAIN"],
    );
    let wrong = ["--user", "probe", "--password", "wrong-lab-Pass"];
    says(
        &probe(courier, "IMAPS:tls", &wrong),
        2,
        &["refused the login of \"probe\": NO"],
    );
    says(
        &probe(courier, "IMAPS:tls", &with(&LOGIN, &["--quota"])),
        3,
        &["has set no quota for \"probe\""],
    );
}

#[test]
fn cyrus_with_what_it_has() {
    let cyrus = lab::cyrus();
    says(
        &probe(cyrus, "IMAP", &["--audit-plaintext"]),
        0,
        &["no login before TLS"],
    );
    for port in ["IMAP:starttls", "IMAPS:tls"] {
        says(&probe(cyrus, port, &[]), 0, &["verified"]);
        for mechanism in [
            "LOGIN-COMMAND",
            "PLAIN",
            "LOGIN",
            "CRAM-MD5",
            "SCRAM-SHA-1",
            "SCRAM-SHA-256",
        ] {
            let args = with(&LOGIN, &["--auth", mechanism, "-vvv"]);
            says(&probe(cyrus, port, &args), 0, &["login as \"probe\" by"]);
        }
        let look = |args: &[&str]| probe(cyrus, port, &with(&LOGIN, args));
        says(
            &look(&["--mailbox", "INBOX", "--size", "--ages", "-vvv"]),
            0,
            &["by SCRAM-SHA-256", "messages=3", "size=", "newest="],
        );
        says(&look(&["--mailbox", "*"]), 0, &["2 mailboxes hold 4 mails"]);
        says(
            &look(&["--match", "subject=message 3", "-c", "newest=1000w"]),
            0,
            &["matches=1"],
        );
        says(&look(&["--mailbox", "Nowhere"]), 2, &["has no mailbox"]);
        says(&look(&["--quota"]), 0, &["of 10 MiB)"]);
        says(
            &look(&["--write-test", "--mailbox", "Archive"]),
            0,
            &["stored"],
        );
        says(&look(&["--id", "-v"]), 0, &[]);
        says(&look(&["--require-capability", "UIDPLUS"]), 0, &[]);
    }
    says(&probe(cyrus, "IMAP", &LOGIN), 0, &["by SCRAM-SHA-256"]);
    says(
        &probe(cyrus, "IMAP", &with(&LOGIN, &["--auth", "PLAIN"])),
        2,
        &["localhost"],
    );
}

#[test]
fn a_proxy_header_that_nobody_wants() {
    for server in [lab::dovecot(), lab::courier(), lab::cyrus()] {
        for version in ["1", "2"] {
            let outcome = probe(server, "IMAP", &["--proxy-version", version]);
            says(&outcome, 2, &["does not understand the PROXY header"]);
        }
    }
}
