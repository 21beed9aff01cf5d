//! Mailboxes and mailers that do what they must not.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

use crate::check::{Path, assert_notes};
use crate::places::{maildir, run};
use crate::sandbox::calm::punctual;
use crate::sandbox::faults::{Action, Fault, Phase};
use crate::sandbox::verdict::{assert_finds, assert_ok, assert_says};
use crate::sandbox::{Delivery, Mailbox, Message, Sandbox, Scenario, Service};

fn at_idle(action: Action) -> Scenario {
    Scenario::imap().fault(Fault::custom(Service::Imap, Phase::Idle, action))
}

/// The commands that the IMAP server was sent.
fn commands(path: &Path, verb: &str) -> usize {
    let lines = path.inbox.lines();
    lines.iter().filter(|line| line.contains(verb)).count()
}

#[test]
fn an_idle_that_lies() {
    // Tells of news that are none, without end; ends at once, without end; accepts and never tells.
    for said in [
        &b"+ idling\r\n* 2 EXISTS\r\n"[..],
        b"+ idling\r\n{tag} OK done already\r\n",
        b"{tag} BAD what is IDLE?\r\n",
        b"{tag} NO not now\r\n",
    ] {
        let slow = Delivery::Slow(Duration::from_millis(1500));
        let path = Path::new(
            Scenario::smtp().delivery(slow),
            at_idle(Action::Reply(said)),
        );
        let outcome = path.check(&["-t", "6"]);
        assert_ok(&outcome);
        let asked = commands(&path, "FETCH");
        assert!(asked < 60, "{asked} times asked\n{outcome}");
        assert_eq!(path.left(), 0, "{outcome}");
    }
}

#[test]
fn what_is_told_with_another_answer_is_heard() {
    // The message comes while FETCH is answered; IDLE does not tell of it again.
    let told = Fault::custom(
        Service::Imap,
        Phase::Idle,
        Action::Reply(b"+ idling, and silent\r\n"),
    );
    let path = Path::new(Scenario::smtp(), Scenario::imap().fault(told));
    assert_ok(&path.check(&["-t", "6"]));
}

#[test]
fn a_mailbox_that_is_numbered_anew_loses_nothing_and_nobody() {
    let slow = Delivery::Slow(Duration::from_millis(900));
    let bye = Action::ReplyClose(b"+ idling\r\n* BYE restoring from backup\r\n");
    let path = Path::new(Scenario::smtp().delivery(slow), at_idle(bye));
    // An old message of ours: by its old number another message would go.
    let tokens =
        mailprobe::message::token::Tokens::new(None, "probe@example.org probe@example.test");
    let now = crate::sandbox::store::now();
    let token = tokens.fresh(now - 100_000, 45).unwrap();
    let text = format!("X-Mailprobe-Token: {token}\n\nx\n");
    path.store
        .deliver("INBOX", Message::raw(text).at(now - 100_000).dated());
    let store = path.store.clone();
    let renumber = std::thread::spawn(move || {
        let (_sender, receiver) = std::sync::mpsc::channel::<()>();
        let _ = receiver.recv_timeout(Duration::from_millis(600));
        store.with("INBOX", |inbox| {
            inbox.uid_validity += 1;
            let last = 100 + u32::try_from(inbox.messages.len()).unwrap();
            for (message, uid) in inbox.messages.iter_mut().zip((101..=last).rev()) {
                message.uid = uid;
            }
            inbox.uid_next = last + 1;
            inbox.messages.sort_by_key(|message| message.uid);
        });
    });
    let outcome = path.check(&["-t", "8"]);
    renumber.join().unwrap();
    assert!(
        outcome.metric("transit").is_some(),
        "not found again\n{outcome}"
    );
    let left = path.store.messages("INBOX");
    let others = ["hello", "again"];
    for subject in others {
        let there = left
            .iter()
            .any(|one| String::from_utf8_lossy(&one.raw).contains(subject));
        assert!(there, "{subject} is gone\n{outcome}");
    }
}

#[test]
fn a_junk_mailbox_that_is_made_with_its_first_message() {
    let store = crate::sandbox::Store::new([Mailbox::new("INBOX")]).dated();
    let path = Path {
        smtp: Sandbox::start(Scenario::smtp().store(&store).delivery(Delivery::Lost)),
        inbox: Sandbox::start(Scenario::imap().store(&store)),
        store: store.clone(),
    };
    let smtp = &path.smtp;
    let outcome = std::thread::scope(|scope| {
        let check = scope.spawn(|| path.check(&["-t", "12"]));
        let (_sender, receiver) = std::sync::mpsc::channel::<()>();
        let body = loop {
            let _ = receiver.recv_timeout(Duration::from_millis(20));
            let lines = smtp.lines();
            let Some(end) = lines.iter().position(|line| line == ".") else {
                continue;
            };
            let begin = lines.iter().position(|line| line == "DATA").unwrap();
            break lines[begin + 1..end].join("\r\n");
        };
        store.all(|mailboxes| {
            mailboxes.push(
                Mailbox::new("Junk")
                    .special_use("\\Junk")
                    .message(Message::raw(format!("{body}\r\n"))),
            );
        });
        check.join().unwrap()
    });
    assert_notes(&outcome, "in-junk");
}

#[test]
fn a_flood_of_forged_messages_hides_nothing() {
    for inbox in [Scenario::imap(), Scenario::pop3()] {
        let slow = Delivery::Slow(Duration::from_millis(500));
        let path = Path::new(Scenario::smtp().delivery(slow), inbox);
        for number in 0..400 {
            let forged = format!(
                "Subject: y\nX-Mailprobe-Token: mp1-6aaaaaaa-2d-{number:024x}-{number:032x}\n\nz\n"
            );
            path.store.deliver("INBOX", Message::raw(forged));
        }
        let outcome = path.check(&[]);
        assert_ok(&outcome);
        assert_eq!(path.left(), 400, "{outcome}");
        assert!(outcome.max_rss_kib < 32 * 1024, "{outcome}");
    }
}

#[test]
fn a_header_that_is_absurd() {
    for topped in [
        "Received: from x by y; Thu, 99 Foo 99999 99:99:99 +9999",
        "Received: from x by y; Mon, 01 Jan 0001 00:00:00 +0000",
        "Received: from x by y; Fri, 31 Dec 9999 23:59:59 -1400",
        "Received: by ; ; ; ((((((((((",
        "Received: from [\u{1}] (\u{fffd}=?utf-8?q?=ff=fe?=) by =?x-none?b?////?= with \"; ",
        "Authentication-Results: mx; ((((((((;;;;==== spf=\u{ff}",
        "X-Spam-Status: Yes, score=1e999 required=nan",
        "Subject: =?no-such-charset?q?=80=81?=",
        "DKIM-Signature: v=1; a=rsa-sha256; d=; s=; h=:::; bh==; b=;;;t=99999999999999999999; l=-1; x=0",
    ] {
        for inbox in [Scenario::imap(), Scenario::pop3()] {
            let path = Path::new(Scenario::smtp().delivery(Delivery::Topped(topped)), inbox);
            let outcome = path.check(&["--verify-dkim", "--on", "dkim-invalid=ok"]);
            assert!(
                outcome.code.is_some_and(|code| code <= 2),
                "{topped}\n{outcome}"
            );
            assert!(outcome.metric("transit").unwrap() < 5.0, "{outcome}");
            let hop = outcome.metric("hop_max").unwrap_or_default();
            assert!((0.0..5.0).contains(&hop), "{topped}\n{outcome}");
            assert_eq!(path.left(), 0, "{topped}\n{outcome}");
        }
    }
}

#[test]
fn pipes_links_and_folders_in_a_maildir() {
    let deliver = "ln -s /etc/passwd $M/new/0.link; ln -s $M/new/3.loop $M/new/3.loop; mkfifo $M/new/1.pipe; \
                   mkdir $M/new/9.folder; cat >$M/tmp/2 && mv $M/tmp/2 $M/new/2";
    let (folder, send, receive) = maildir(deliver);
    symlink("/nonexistent", folder.path().join("cur/0.gone")).unwrap();
    let outcome = run(&send, &receive, &[]);
    assert_ok(&outcome);
    for name in ["0.link", "1.pipe", "3.loop", "9.folder"] {
        let there = folder.path().join("new").join(name).symlink_metadata();
        assert!(there.is_ok(), "{name}");
    }
    assert!(!folder.path().join("new/2").exists());
    // No file that a link points to is ever read for a token, or removed.
    let (folder, send, receive) = maildir("cat >$M/elsewhere && ln -s $M/elsewhere $M/new/2");
    assert_finds(&run(&send, &receive, &["-t", "1"]), 2, &["not-arrived"]);
    assert!(folder.path().join("elsewhere").exists());
}

#[test]
fn a_maildir_that_may_not_be_read_says_so() {
    // Root reads everything: another user looks.
    let deliver = "cat >$M/tmp/2 && chmod 0 $M/tmp/2 && mv $M/tmp/2 $M/new/2";
    let (folder, send, receive) = maildir(deliver);
    let open = |path: &std::path::Path| {
        fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    };
    for part in ["", "new", "cur", "tmp"] {
        open(&folder.path().join(part));
    }
    let Some(outcome) = crate::places::as_nobody(&send, &receive, &["-t", "1"]) else {
        return;
    };
    assert_finds(&outcome, 2, &["not-arrived"]);
    assert_says(&outcome, "cannot be read: Permission denied");
}

#[test]
fn a_mailer_that_hangs_takes_its_children_with_it() {
    let (folder, send, receive) =
        maildir("echo started >$M/mark; (exec 0<&-; while :; do :; done) & cat >/dev/null; wait");
    let outcome = punctual(Duration::from_millis(1250), || {
        run(&send, &receive, &["-t", "1"])
    });
    assert_finds(&outcome, 2, &["send-failed"]);
    let program = folder.path().join("deliver").display().to_string();
    let (_sender, receiver) = std::sync::mpsc::channel::<()>();
    for _ in 0..100 {
        if !runs(&program) {
            return;
        }
        let _ = receiver.recv_timeout(Duration::from_millis(20));
    }
    panic!("a child of the mailer is left");
}

/// Does a process have this in its command line?
fn runs(words: &str) -> bool {
    fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        fs::read(entry.path().join("cmdline"))
            .is_ok_and(|line| String::from_utf8_lossy(&line).contains(words))
            && fs::read_to_string(entry.path().join("stat"))
                .is_ok_and(|stat| !stat.contains(") Z "))
    })
}

#[test]
fn a_mailer_that_talks_without_end() {
    let (_folder, send, receive) =
        maildir("cat >/dev/null; yes >&2 | head -c 1 >/dev/null; yes >&2");
    let outcome = punctual(Duration::from_millis(1250), || {
        run(&send, &receive, &["-t", "1"])
    });
    assert_finds(&outcome, 2, &["send-failed"]);
    assert!(outcome.max_rss_kib < 32 * 1024, "{outcome}");
}

#[test]
fn the_deadlines_status_is_what_lost_mail_is_worth() {
    for inbox in [Scenario::imap(), Scenario::pop3()] {
        let lost = Scenario::smtp().delivery(Delivery::Lost);
        let path = Path::new(lost, inbox);
        // What is late because the machine stood still has a question that was not answered, too.
        let outcome = punctual(Duration::from_millis(1080), || {
            path.check(&["-t", "1s:warning"])
        });
        assert_finds(&outcome, 1, &["not-arrived"]);
    }
    // A bounce is an answer, and no deadline.
    let bounce = Scenario::smtp().delivery(Delivery::Bounce("5.1.1"));
    let path = Path::new(bounce, Scenario::imap());
    assert_finds(&path.check(&["-t", "4s:warning"]), 2, &["not-arrived"]);
}

#[test]
fn machines_have_a_name_for_it() {
    let path = Path::imap();
    let outcome = path.check(&["--format", "prometheus"]);
    let name = "target=\"probe@example.org to probe@example.test\"";
    assert!(outcome.stdout.contains(name), "{outcome}");
    assert!(!outcome.stdout.contains("#1"), "{outcome}");
    let outcome = path.check(&["--name", "way out", "--format", "json"]);
    assert_eq!(outcome.json()["targets"][0]["target"], "way out");
    // The first line says it where there is room and need only.
    let path = Path::new(Scenario::smtp().delivery(Delivery::Lost), Scenario::imap());
    let outcome = path.check(&["-t", "1", "--format", "nagios"]);
    let start = "ROUNDTRIP CRITICAL - accepted as 4XyZ1k by localhost after ";
    assert!(outcome.stdout.starts_with(start), "{outcome}");
}
