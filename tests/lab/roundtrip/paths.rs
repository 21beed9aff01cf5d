//! Every path: what is found, what is measured, what is left behind.

use std::fs;

use super::stage::{
    Contents, GREYLISTED, between, by_imap, contents, dovecot, finds, into_imap, leaves_no_trace,
    mailbox, metric, opensmtpd, ours, phases, postfix, text, timed, to, trip, unchanged, went_well,
};
use crate::lab;

#[test]
fn postfix_to_dovecot_by_imap_with_idle() {
    let outcome = leaves_no_trace("idle", || trip("idle", &to("SMTP"), &by_imap("idle")).run());
    went_well(&outcome, 2.0);
    assert!(outcome.stdout.contains("by IMAP IDLE"), "{outcome}");
    // INBOX to look and to remove, Junk to look.
    assert_eq!(phases(&outcome, "imap examine"), 3, "{outcome}");
    // Dovecot tells of new mail half a second after it has come. It is seen before.
    let again = || trip("idle", &to("SMTP"), &by_imap("idle")).run();
    let quickest = (0..5)
        .map(|_| metric(&again(), "transit"))
        .fold(metric(&outcome, "transit"), f64::min);
    assert!(quickest < 0.4, "{quickest} s");
    for label in [
        "smtp_connect",
        "smtp_greeting",
        "smtp_ehlo",
        "smtp_mail",
        "smtp_data",
        "imap_connect",
        "imap_tls",
        "imap_auth",
        "imap_fetch",
        "imap_expunge",
        "imap_cert_days",
    ] {
        metric(&outcome, label);
    }
    assert_eq!(metric(&outcome, "late"), 0.0, "{outcome}");
    assert_eq!(metric(&outcome, "messages"), 0.0, "{outcome}");
    for words in ["mail.example.test", "store.example.test"] {
        assert!(outcome.stdout.contains(words), "no hop {words}\n{outcome}");
    }
}

#[test]
fn postfix_to_dovecot_by_imap_without_idle() {
    let receive = format!(
        "imap://noidle@{}:{}?starttls",
        lab::STRICT_HOST,
        dovecot().port("IMAP")
    );
    let outcome = leaves_no_trace("noidle", || trip("noidle", &to("SMTP"), &receive).run());
    went_well(&outcome, 2.0);
    assert!(!outcome.stdout.contains("IDLE"), "{outcome}");
}

#[test]
fn postfix_to_dovecot_by_pop3() {
    let dovecot = dovecot();
    for receive in [
        format!("pop3://pop3@127.0.0.1:{}?stls", dovecot.port("POP3")),
        format!("pop3s://pop3@127.0.0.1:{}", dovecot.port("POP3S")),
    ] {
        let outcome = leaves_no_trace("pop3", || trip("pop3", &to("SMTP"), &receive).run());
        went_well(&outcome, 2.0);
        for label in ["pop3_connect", "pop3_auth", "pop3_retr", "pop3_dele"] {
            metric(&outcome, label);
        }
    }
}

#[test]
fn every_payload_survives() {
    for payload in ["plain", "8bit", "utf8", "long", "dots", "attachment", "all"] {
        let outcome = leaves_no_trace("payload", || {
            trip("payload", &to("SMTP"), &by_imap("payload"))
                .args(["--payload", payload, "--payload-size", "300kB"])
                .run()
        });
        went_well(&outcome, 2.0);
    }
}

#[test]
fn straight_into_dovecot_by_lmtp() {
    let send = format!("lmtp://127.0.0.1:{}", dovecot().port("LMTP"));
    let outcome = leaves_no_trace("lmtp", || trip("lmtp", &send, &by_imap("lmtp")).run());
    went_well(&outcome, 1.0);
}

#[test]
fn exim_to_a_maildir() {
    let exim = lab::exim();
    let maildir = exim.dir().join("exim/mail").join(lab::USER);
    // Mail of others, read and unread; Exim makes the Maildir when the first message comes.
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(maildir.join(part)).expect("a Maildir");
    }
    fs::write(maildir.join("new/1.M1.lab"), "Subject: new\r\n\r\n1").expect("a message");
    fs::write(maildir.join("cur/2.M2.lab:2,S"), "Subject: read\r\n\r\n2").expect("a message");
    open_to_all(&exim.dir().join("exim/mail"));
    let before: Contents = contents(&maildir);
    let send = format!("smtp://127.0.0.1:{}", exim.port("SMTP"));
    let receive = format!("maildir:{}", maildir.display());
    let outcome = trip(lab::USER, &send, &receive).run();
    went_well(&outcome, 1.0);
    assert_eq!(contents(&maildir), before, "{outcome}");
    assert!(maildir.join("new/1.M1.lab").exists(), "moved\n{outcome}");
}

/// Exim delivers as a user of its own.
fn open_to_all(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    let all = fs::Permissions::from_mode(0o777);
    if path.is_dir() {
        fs::set_permissions(path, all).expect("permissions");
        for entry in fs::read_dir(path).expect("a directory") {
            open_to_all(&entry.expect("an entry").path());
        }
    }
}

#[test]
fn opensmtpd_to_dovecot() {
    let send = format!("smtp://127.0.0.1:{}", opensmtpd().port("SMTP"));
    let outcome = leaves_no_trace(lab::USER, || {
        trip(lab::USER, &send, &by_imap(lab::USER)).run()
    });
    went_well(&outcome, 2.0);
}

#[test]
fn two_hops_and_whether_they_were_encrypted() {
    let outcome = leaves_no_trace("twohops", || {
        trip("twohops", &to("VIANEXT"), &by_imap("twohops")).run()
    });
    went_well(&outcome, 3.0);
    assert!(text(&outcome).contains("over 3 hops"), "{outcome}");
    // Exim took it by STARTTLS.
    let details = details(&outcome);
    let hop = |number: char| {
        let row = details.iter().find(|row| row.starts_with(number));
        row.unwrap_or_else(|| panic!("no hop {number}\n{outcome}"))
            .split_whitespace()
            .collect::<Vec<_>>()
    };
    // Exim has no name for its client.
    assert_eq!(hop('2')[1..3], ["[127.0.0.1]", "mail.example.test"]);
    assert!(hop('2').contains(&"TLS"), "{outcome}");
    assert!(hop('3').contains(&"store.example.test"), "{outcome}");
}

#[test]
fn hops_without_tls_are_told() {
    let run = |query: &str| {
        let send = format!("smtp://127.0.0.1:{}{query}", postfix().port("PROXY"));
        leaves_no_trace("proxied", || {
            trip("proxied", &send, &by_imap("proxied"))
                .args(["--require-tls-hops", "--smtp-proxy"])
                .args(["--smtp-proxy-source", "192.0.2.7:2525", "--smtp-ca-file"])
                .arg(postfix().ca())
                .run()
        })
    };
    let bare = run("?plain");
    finds(&bare, 2, &["hop-not-encrypted"]);
    assert!(
        text(&bare).contains("to mail.example.test (ESMTP)"),
        "{bare}"
    );
    timed(&bare, 2.0);
    went_well(&run("?starttls"), 2.0);
}

/// The lines of the report that are no verdict.
fn details(outcome: &crate::probe::Outcome) -> Vec<String> {
    let json = outcome.json();
    let lines = json["targets"][0]["details"].as_array().cloned();
    let lines = lines.unwrap_or_default();
    let words = |line: &serde_json::Value| line.as_str().map(str::to_owned);
    lines.iter().filter_map(words).collect()
}

#[test]
fn submission_with_login_over_starttls() {
    let send = format!(
        "smtp://login@127.0.0.1:{}?starttls",
        postfix().port("SUBMISSION")
    );
    let with = |password: &str| {
        trip("login", &send, &by_imap("login"))
            .args(["--smtp-password-env", "SUBMIT"])
            .env("SUBMIT", password)
            .arg("--smtp-ca-file")
            .arg(postfix().ca())
            .run()
    };
    let outcome = leaves_no_trace("login", || with(lab::PASSWORD));
    went_well(&outcome, 2.0);
    for label in ["smtp_starttls", "smtp_tls", "smtp_auth", "smtp_cert_days"] {
        metric(&outcome, label);
    }
    // Refused: nothing was sent, and the leg that works is told.
    let wrong = leaves_no_trace("login", || with("another password"));
    finds(&wrong, 2, &["auth-rejected"]);
    assert!(wrong.metric("transit").is_none(), "{wrong}");
    metric(&wrong, "imap_auth");
}

#[test]
fn an_unknown_recipient_is_refused() {
    let outcome = leaves_no_trace("unread", || {
        between("unread", "nobody", &to("SMTP"), "30")
            .args(into_imap("unread"))
            .run()
    });
    finds(&outcome, 2, &["recipient-rejected"]);
    assert!(outcome.metric("transit").is_none(), "{outcome}");
    metric(&outcome, "imap_auth");
}

#[test]
fn greylisted_and_then_let_through() {
    let run = || trip("grey", &to("GREY"), &by_imap("grey")).run();
    let first = leaves_no_trace("grey", run);
    finds(&first, 1, &["recipient-deferred"]);
    assert!(text(&first).contains("Greylisted"), "{first}");
    assert!(first.metric("transit").is_none(), "{first}");
    let mut next = run();
    for _ in 0..100 {
        if next.code != Some(1) {
            break;
        }
        next = run();
    }
    went_well(&next, 2.0);
}

#[test]
fn the_slow_hop_behind_greylisting_is_named() {
    let outcome = leaves_no_trace("viagrey", || {
        trip("viagrey", &to("VIAGREY"), &by_imap("viagrey"))
            .args(["-w", "1s"])
            .run()
    });
    finds(&outcome, 1, &["threshold"]);
    timed(&outcome, 3.0);
    assert!(metric(&outcome, "transit") >= GREYLISTED, "{outcome}");
    assert!(metric(&outcome, "hop_max") >= GREYLISTED - 1.0, "{outcome}");
    assert!(
        text(&outcome).contains("longest at grey.example.test"),
        "{outcome}"
    );
}

#[test]
fn greylisting_does_not_disturb_who_does_not_wait() {
    let account = "two";
    let before = mailbox(account);
    let run = || {
        trip(account, &to("VIAGREY"), &by_imap(account))
            .arg("--no-wait")
            .run()
    };
    let first = run();
    finds(&first, 3, &["nothing-known"]);
    assert!(first.wall.as_secs_f64() < GREYLISTED, "{first}");
    // It is in the mailbox when it is there; then the next run finds it, and leaves the newest for the one after.
    for _ in 0..1000 {
        if ours(&mailbox(account)) == 1 {
            break;
        }
        std::thread::yield_now();
        rest();
    }
    let second = run();
    finds(&second, 0, &[]);
    // The newest that has arrived is the one that had to wait, or the second, which the list lets through at once.
    let waited = metric(&second, "transit") >= GREYLISTED - 1.0;
    assert!(waited || metric(&second, "age") < 2.0, "{second}");
    assert_eq!(metric(&second, "hops"), 3.0, "{second}");
    let rest: Contents = mailbox(account)
        .into_iter()
        .filter(|(_, (_, bytes))| !String::from_utf8_lossy(bytes).contains("X-Mailprobe-Token"))
        .collect();
    assert!(rest == before, "mail of others was touched");
}

/// A look at the file system, no sleep.
fn rest() {
    let (_sender, receiver) = std::sync::mpsc::channel::<()>();
    let _ = receiver.recv_timeout(std::time::Duration::from_millis(20));
}

#[test]
fn gtube_goes_to_junk() {
    let run = |options: &[&str]| {
        leaves_no_trace("gtube", || {
            trip("gtube", &to("SMTP"), &by_imap("gtube"))
                .args(options)
                .run()
        })
    };
    let as_it_must = run(&["--payload", "gtube", "--expect", "junk"]);
    went_well(&as_it_must, 2.0);
    assert!(text(&as_it_must).contains("\"Junk\""), "{as_it_must}");
    finds(&run(&["--payload", "gtube"]), 1, &["in-junk"]);
    finds(
        &run(&["--payload", "plain", "--expect", "junk"]),
        2,
        &["not-filtered"],
    );
}

#[test]
fn eicar_is_refused() {
    let run = |port: &str, options: &[&str]| {
        leaves_no_trace("eicar", || {
            trip("eicar", &to(port), &by_imap("eicar"))
                .args(options)
                .run()
        })
    };
    let as_it_must = run("FILTER", &["--payload", "eicar", "--expect", "reject"]);
    finds(&as_it_must, 0, &[]);
    assert!(
        text(&as_it_must).contains("5.7.1 this is the EICAR test file"),
        "{as_it_must}"
    );
    assert!(as_it_must.metric("transit").is_none(), "{as_it_must}");
    finds(
        &run("FILTER", &["--payload", "eicar"]),
        2,
        &["message-rejected"],
    );
    finds(
        &run("SMTP", &["--payload", "eicar", "--expect", "reject"]),
        2,
        &["not-rejected"],
    );
    finds(
        &run("FILTER", &["--payload", "plain", "--expect", "reject"]),
        2,
        &["not-rejected"],
    );
}

#[test]
fn the_archive_gets_its_copy() {
    let run = |port: &str, seconds: &str, options: &[&str]| {
        between("copied", "copied", &to(port), seconds)
            .args(into_imap("copied"))
            .args([
                "--archive",
                &by_imap("archive"),
                "--archive-password-env",
                "SECRET",
            ])
            .arg("--archive-ca-file")
            .arg(dovecot().ca())
            .args(options)
            .run()
    };
    let archive = mailbox("archive");
    let outcome = leaves_no_trace("copied", || run("ARCHIVE", "30", &["--archive-delete"]));
    went_well(&outcome, 2.0);
    assert!(
        metric(&outcome, "archive") >= metric(&outcome, "send"),
        "{outcome}"
    );
    unchanged("archive", &archive);
    // An archive keeps what it gets.
    let kept = leaves_no_trace("copied", || run("ARCHIVE", "30", &[]));
    went_well(&kept, 2.0);
    assert_eq!(ours(&mailbox("archive")), 1, "{kept}");
    // The message arrives, and no copy.
    let missing = leaves_no_trace("copied", || run("SMTP", "3", &[]));
    finds(&missing, 2, &["archive-missing"]);
    timed(&missing, 2.0);
    assert!(missing.metric("archive").is_none(), "{missing}");
}

#[test]
fn a_bounce_comes_back() {
    let run = |port: &str, recipient: &str, seconds: &str| {
        leaves_no_trace("sender", || {
            between("sender", recipient, &to(port), seconds)
                .args([
                    "--bounce-to",
                    &by_imap("sender"),
                    "--bounce-password-env",
                    "SECRET",
                ])
                .arg("--bounce-ca-file")
                .arg(dovecot().ca())
                .run()
        })
    };
    let bounced = run("LAX", "nobody", "15");
    finds(&bounced, 0, &[]);
    assert!(text(&bounced).contains("5.1.1"), "{bounced}");
    assert_eq!(
        metric(&bounced, "bounce"),
        metric(&bounced, "transit"),
        "{bounced}"
    );
    assert!(
        metric(&bounced, "bounce") >= metric(&bounced, "send"),
        "{bounced}"
    );
    // Refused at once is no bounce; and thrown away is none.
    finds(&run("SMTP", "nobody", "15"), 2, &["recipient-rejected"]);
    finds(&run("DISCARD", "unread", "3"), 2, &["bounce-missing"]);
}

#[test]
fn what_never_arrives_and_what_was_altered() {
    let lost = leaves_no_trace("lost", || {
        between("lost", "lost", &to("DISCARD"), "3")
            .args(into_imap("lost"))
            .run()
    });
    finds(&lost, 2, &["not-arrived"]);
    metric(&lost, "send");
    assert!(lost.metric("transit").is_none(), "{lost}");
    let altered = leaves_no_trace("altered", || {
        trip("altered", &to("ALTER"), &by_imap("altered")).run()
    });
    finds(&altered, 2, &["content-altered"]);
    timed(&altered, 2.0);
}
