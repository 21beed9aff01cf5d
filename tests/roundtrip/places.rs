//! Places other than SMTP and IMAP by their options: URLs, LMTP, Maildir, sendmail, an archive.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::check::{Path, account};
use crate::sandbox::calm::punctual;
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::verdict::{assert_finds, assert_ok, assert_says};
use crate::sandbox::{Delivery, Listen, Mailbox, Message, PASSWORD, Sandbox, Scenario};

pub fn run(send: &str, receive: &str, options: &[&str]) -> Outcome {
    Run::new("check_roundtrip")
        .args([
            "-f",
            "probe@example.org",
            "--to",
            "probe@example.test",
            "-t",
            "5",
        ])
        .args([
            "--format",
            "json",
            "-vvv",
            "--send",
            send,
            "--receive",
            receive,
        ])
        .args(options)
        .env("PASSWORD", PASSWORD)
        .run()
}

#[test]
fn urls() {
    let path = Path::imap();
    let send = format!("smtp://127.0.0.1:{}", path.smtp.port());
    let receive = format!("imap://probe@127.0.0.1:{}/INBOX", path.inbox.port());
    let outcome = run(&send, &receive, &["--imap-password-env", "PASSWORD"]);
    assert_ok(&outcome);
    assert_eq!(path.left(), 0);
    let path = Path::pop3();
    let send = format!("smtp://127.0.0.1:{}", path.smtp.port());
    let receive = format!("pop3://probe@127.0.0.1:{}", path.inbox.port());
    for auth in ["APOP", "USER", "PLAIN"] {
        let options = ["--pop3-password-env", "PASSWORD", "--pop3-auth", auth];
        assert_ok(&run(&send, &receive, &options));
    }
}

#[test]
fn lmtp_over_a_socket() {
    let store = account();
    let lmtp = Sandbox::start(Scenario::lmtp().listen(Listen::Unix).store(&store));
    let imap = Sandbox::start(Scenario::imap().store(&store));
    let send = format!("lmtp:{}", lmtp.unix_path().unwrap().display());
    let receive = format!("imap://probe@127.0.0.1:{}", imap.port());
    let outcome = run(&send, &receive, &["--imap-password-env", "PASSWORD"]);
    assert_ok(&outcome);
    assert_eq!(store.messages("INBOX").len(), 2);
    // IMAP over a unix socket: IDLE cannot be waited for there, and is not needed.
    let slow = Delivery::Slow(std::time::Duration::from_millis(300));
    let lmtp = Sandbox::start(Scenario::lmtp().store(&store).delivery(slow));
    let imap = Sandbox::start(Scenario::imap().listen(Listen::Unix).store(&store));
    let send = format!("lmtp://127.0.0.1:{}", lmtp.port());
    let receive = format!("imap:{}", imap.unix_path().unwrap().display());
    let options = ["--imap-user", "probe", "--imap-password-env", "PASSWORD"];
    assert_ok(&run(&send, &receive, &options));
}

/// The same as another user than root; `None` where this one is not root.
pub fn as_nobody(send: &str, receive: &str, options: &[&str]) -> Option<Outcome> {
    let probe = crate::sandbox::probe::built("check_roundtrip")?;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("check_roundtrip");
    fs::copy(probe, &copy).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let able = std::process::Command::new("setpriv")
        .args(["--reuid=65534", "--clear-groups"])
        .arg(&copy)
        .arg("--version")
        .output();
    if !able.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("mailprobe")) {
        return None;
    }
    let outcome = Run::new("setpriv")
        .args(["--reuid=65534", "--clear-groups"])
        .arg(&copy)
        .args(["-f", "probe@example.org", "--to", "probe@example.test"])
        .args(["--format", "json", "--send", send, "--receive", receive])
        .args(options)
        .run_binary(std::path::Path::new("/usr/bin/setpriv"));
    Some(outcome)
}

/// A Maildir and a program that delivers to it, as sendmail would.
pub fn maildir(body: &str) -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    for part in ["new", "cur", "tmp", ".Junk/new", ".Junk/cur"] {
        fs::create_dir_all(folder.path().join(part)).unwrap();
    }
    fs::write(
        folder.path().join("cur/1.other:2,S"),
        "Subject: other\n\nx\n",
    )
    .unwrap();
    let program = folder.path().join("deliver");
    let shown = folder.path().display();
    fs::write(&program, format!("#!/bin/sh\nM={shown}\n{body}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let send = format!("sendmail:{}", program.display());
    let receive = format!("maildir:{shown}");
    (folder, send, receive)
}

fn files(folder: &tempfile::TempDir) -> usize {
    ["new", "cur", ".Junk/new"]
        .iter()
        .map(|part| fs::read_dir(folder.path().join(part)).unwrap().count())
        .sum()
}

#[test]
fn sendmail_and_maildir() {
    let (folder, send, receive) = maildir("cat >$M/tmp/2.ours && mv $M/tmp/2.ours $M/new/2.ours");
    for payload in ["plain", "all"] {
        let outcome = run(&send, &receive, &["--payload", payload]);
        assert_ok(&outcome);
        assert_eq!(files(&folder), 1, "{outcome}");
    }
    let (folder, send, receive) = maildir("cat >$M/tmp/2 && mv $M/tmp/2 $M/.Junk/new/2");
    assert_finds(&run(&send, &receive, &[]), 1, &["in-junk"]);
    assert_eq!(files(&folder), 1);
    // The arguments that every mailer knows.
    let (_folder, send, receive) = maildir(
        "[ \"$*\" = '-oi -f probe@example.org probe@example.test' ] || exit 64; cat >$M/tmp/2 && mv $M/tmp/2 $M/new/2",
    );
    assert_ok(&run(&send, &receive, &[]));
}

#[test]
fn a_mailer_that_fails() {
    let (_folder, send, receive) = maildir("cat >/dev/null; echo 'no such user' >&2; exit 67");
    let outcome = run(&send, &receive, &[]);
    assert_finds(&outcome, 2, &["send-failed"]);
    assert_says(&outcome, "exit code 67, no such user): no such user");
    let (_folder, send, receive) = maildir("cat >/dev/null; exec tail -f /dev/null");
    let outcome = punctual(std::time::Duration::from_millis(1250), || {
        run(&send, &receive, &["-t", "1"])
    });
    assert_finds(&outcome, 2, &["send-failed"]);
    let (_folder, _, receive) = maildir("");
    let outcome = run("sendmail:/nonexistent/sendmail", &receive, &[]);
    assert_finds(&outcome, 2, &["send-failed"]);
    let outcome = run("sendmail:/bin/true", "maildir:/nonexistent", &[]);
    assert_finds(&outcome, 2, &["mailbox-missing"]);
}

#[test]
fn the_copy_in_the_archive() {
    for delivery in [Delivery::Archived("Archive"), Delivery::Journal("Archive")] {
        let store = account();
        store.all(|mailboxes| {
            mailboxes.push(Mailbox::new("Archive").message(Message::new(
                "a@example.org",
                "b",
                "c",
            )));
        });
        let smtp = Sandbox::start(Scenario::smtp().store(&store).delivery(delivery));
        let imap = Sandbox::start(Scenario::imap().store(&store));
        let send = format!("smtp://127.0.0.1:{}", smtp.port());
        let receive = format!("imap://probe@127.0.0.1:{}", imap.port());
        let archive = format!("{receive}/Archive");
        let with = |more: &[&str]| {
            let mut options = vec![
                "--imap-password-env",
                "PASSWORD",
                "--archive-password-env",
                "PASSWORD",
                "--archive",
                &archive,
            ];
            options.extend(more);
            run(&send, &receive, &options)
        };
        let outcome = with(&[]);
        assert_ok(&outcome);
        assert_says(&outcome, "archived after");
        assert!(outcome.metric("archive").is_some(), "{outcome}");
        assert_eq!(store.messages("Archive").len(), 2);
        assert_ok(&with(&["--archive-delete"]));
        assert_eq!(store.messages("Archive").len(), 2);
    }
    let path = Path::imap();
    path.store
        .all(|mailboxes| mailboxes.push(Mailbox::new("Archive")));
    let archive = format!("imap://probe@127.0.0.1:{}/Archive", path.inbox.port());
    let outcome = path.check(&[
        "--archive",
        &archive,
        "--archive-password-env",
        "PASSWORD",
        "-t",
        "2",
    ]);
    assert_finds(&outcome, 2, &["archive-missing"]);
    assert!(outcome.metric("transit").is_some(), "{outcome}");
    assert_eq!(path.left(), 0);
}
