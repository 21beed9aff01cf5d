//! `--no-wait`, messages of earlier runs, of other checks, and of runs that were killed.

use std::time::Duration;

use crate::check::{Path, assert_notes};
use crate::sandbox::verdict::{assert_finds, assert_ok, assert_says};
use crate::sandbox::{Delivery, Message, Scenario};

#[test]
fn the_mailbox_is_the_state() {
    for inbox in [Scenario::imap(), Scenario::pop3()] {
        let slow = Delivery::Slow(Duration::from_millis(300));
        let path = Path::new(Scenario::smtp().delivery(slow), inbox);
        let first = path.check(&["--no-wait"]);
        assert_finds(&first, 3, &["nothing-known"]);
        wait_for(&path, 1);
        let second = path.check(&["--no-wait"]);
        assert_ok(&second);
        assert_says(&second, "the newest sent ");
        for label in ["transit", "age", "send", "fetch", "hops"] {
            assert!(second.metric(label).is_some(), "{label}\n{second}");
        }
        wait_for(&path, 2);
        // It stands until it is old enough to go.
        assert_eq!(path.left(), 2);
    }
}

fn wait_for(path: &Path, count: usize) {
    let (_sender, receiver) = std::sync::mpsc::channel::<()>();
    for _ in 0..200 {
        if path.left() >= count {
            return;
        }
        let _ = receiver.recv_timeout(Duration::from_millis(25));
    }
    panic!("{count} messages never came");
}

/// What a run would have left behind that was sent so long ago.
fn orphan(path: &Path, name: &str, ago: i64, limit: u32) {
    let tokens = mailprobe::message::token::Tokens::new(None, name);
    let sent = crate::sandbox::store::now() - ago;
    let token = tokens.fresh(sent, limit).unwrap();
    let text = format!("From: probe@example.org\nX-Mailprobe-Token: {token}\nSubject: x\n\nold\n");
    path.store
        .deliver("INBOX", Message::raw(text).at(sent + 60).dated());
}

const NAME: &str = "probe@example.org probe@example.test";

#[test]
fn what_is_lost_is_told_by_age() {
    let path = Path::new(Scenario::smtp().delivery(Delivery::Lost), Scenario::imap());
    orphan(&path, NAME, 7200, 45);
    let outcome = path.check(&["--no-wait"]);
    assert_finds(&outcome, 2, &["not-arrived"]);
    let age = outcome.metric("age").unwrap();
    assert!((7199.0..7300.0).contains(&age), "{outcome}");
    let outcome = path.check(&["--no-wait", "--lost-after", "3h"]);
    assert_ok(&outcome);
    let options = ["--no-wait", "--lost-after", "3h", "-w", "age=1h"];
    assert_finds(&path.check(&options), 1, &["threshold"]);
    // The newest one stays however old it is: without it nothing would be known.
    let path = Path::new(Scenario::smtp().delivery(Delivery::Lost), Scenario::imap());
    orphan(&path, NAME, 400_000, 45);
    orphan(&path, NAME, 300_000, 45);
    path.check(&["--no-wait"]);
    assert_eq!(path.left(), 1);
}

#[test]
fn orphans_go_after_a_day_and_only_those() {
    for inbox in [Scenario::imap(), Scenario::pop3()] {
        let path = Path::new(Scenario::smtp(), inbox);
        orphan(&path, NAME, 90_000, 45);
        orphan(&path, NAME, 3_500, 45);
        orphan(&path, "another check", 90_000, 45);
        let forged = "Subject: y\nX-Mailprobe-Token: mp1-1-2d-000000000000000000000000-00000000000000000000000000000000\n\nz\n";
        path.store.deliver("INBOX", Message::raw(forged).at(1));
        let outcome = path.check(&[]);
        // One came too late within the last hour.
        assert_finds(&outcome, 1, &["late"]);
        assert_eq!(outcome.metric("late"), Some(2.0), "{outcome}");
        assert_eq!(outcome.metric("messages"), Some(2.0), "{outcome}");
        assert_eq!(path.left(), 3, "{outcome}");
        assert_finds(&path.check(&["--keep", "30m"]), 1, &["late"]);
        // The one that is an hour old is gone, this run's own one is kept.
        assert_eq!(path.left(), 3);
        assert_ok(&path.check(&["--name", "another check", "--keep", "1h"]));
        assert_eq!(path.left(), 3);
    }
}

#[test]
fn a_run_that_still_waits_is_not_disturbed() {
    let path = Path::imap();
    // Another scheduler's message, on its way with an hour's patience.
    orphan(&path, NAME, 60, 3_600);
    assert_ok(&path.check(&["--keep", "1"]));
    assert_eq!(path.left(), 2);
    // Side by side.
    let slow = Delivery::Slow(Duration::from_millis(400));
    let path = Path::new(Scenario::smtp().delivery(slow), Scenario::imap());
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| path.check(&[]))).collect();
        for run in runs {
            assert_ok(&run.join().unwrap());
        }
    });
    assert_eq!(path.left(), 0);
}

/// Old news is counted and no alarm.
#[test]
fn what_came_late_alarms_for_an_hour() {
    let path = Path::imap();
    orphan(&path, NAME, 7_200, 45);
    let outcome = path.check(&[]);
    assert_ok(&outcome);
    assert_eq!(outcome.metric("late"), Some(1.0), "{outcome}");
    orphan(&path, NAME, 900, 45);
    assert_finds(&path.check(&[]), 1, &["late"]);
    // With --no-wait, too, where the newest is in time and one before it was not.
    orphan(&path, NAME, 30, 45);
    let options = ["--no-wait", "-c", "50", "--on", "threshold=ok"];
    assert_finds(&path.check(&options), 1, &["late"]);
}

/// Whoever knows the name of a check without a key can forge tokens; a time to come makes lost mail look fresh, and a
/// scheduler whose clock is ahead makes such tokens in good faith.
#[test]
fn a_token_from_the_future_says_nothing() {
    let path = Path::new(Scenario::smtp().delivery(Delivery::Lost), Scenario::imap());
    orphan(&path, NAME, 7_200, 45);
    orphan(&path, NAME, -4_000_000, 45);
    let outcome = path.check(&["--no-wait"]);
    assert_finds(&outcome, 2, &["not-arrived"]);
    assert_notes(&outcome, "clock-skew");
    assert!(
        outcome.metric("age").unwrap() >= 7_199.0,
        "it counts\n{outcome}"
    );
    assert!(outcome.stdout.contains("--key-file"), "{outcome}");
    // It goes when it is old by the server's clock.
    let path = Path::imap();
    let tokens = mailprobe::message::token::Tokens::new(None, NAME);
    let now = crate::sandbox::store::now();
    let token = tokens.fresh(now + 4_000_000, 45).unwrap();
    let text = format!("X-Mailprobe-Token: {token}\n\nx\n");
    let message = Message::raw(text).at(now - 100_000).dated();
    path.store.deliver("INBOX", message);
    assert_ok(&path.check(&[]));
    assert_eq!(path.left(), 0);
    // With a key nobody needs to be told.
    let outcome = path.run().args(["--no-wait", "--key-env", "KEY"]);
    let outcome = outcome.env("KEY", "one long secret key").run();
    assert!(!outcome.stdout.contains("--key-file"), "{outcome}");
}

#[test]
fn with_a_key_nobody_else_makes_a_token() {
    let path = Path::imap();
    orphan(&path, NAME, 90_000, 45);
    let run = |key: &str| path.run().args(["--key-env", "KEY"]).env("KEY", key).run();
    let outcome = run("one long secret key");
    assert_ok(&outcome);
    assert!(!outcome.reveals("one long secret key"), "{outcome}");
    assert_eq!(path.left(), 1);
}

#[test]
fn killed_at_any_moment_it_leaves_its_own_message_and_nothing_else() {
    for after in [0, 20, 60, 100, 150, 250, 400, 700] {
        let slow = Delivery::Slow(Duration::from_millis(300));
        let path = Path::new(Scenario::smtp().delivery(slow), Scenario::imap());
        let killed = path.run().kill_after(Duration::from_millis(after)).run();
        let sent = path
            .smtp
            .lines()
            .iter()
            .any(|line| line.eq_ignore_ascii_case("."));
        if sent && killed.killed {
            let (_sender, receiver) = std::sync::mpsc::channel::<()>();
            let _ = receiver.recv_timeout(Duration::from_millis(350));
        }
        assert!(path.left() <= 1, "{killed}");
        // The next run removes it once its run is over for sure.
        let next = Path {
            smtp: crate::sandbox::Sandbox::start(Scenario::smtp().store(&path.store)),
            inbox: crate::sandbox::Sandbox::start(Scenario::imap().store(&path.store)),
            store: path.store.clone(),
        };
        age(&path, 30);
        let outcome = next.check(&["--keep", "0", "--on", "late=ok"]);
        assert_ok(&outcome);
        assert_eq!(next.left(), 0, "{killed}");
    }
}

/// Replaces tokens by older ones: a killed run's message is removed only when its deadline has passed.
fn age(path: &Path, seconds: i64) {
    let tokens = mailprobe::message::token::Tokens::new(None, NAME);
    path.store.with("INBOX", |inbox| {
        for message in &mut inbox.messages {
            let text = String::from_utf8_lossy(&message.raw).into_owned();
            if let Some(token) = tokens.find(&text).first() {
                let old = tokens.fresh(token.sent - seconds, token.limit).unwrap();
                message.raw = text.replace(token.text(), old.text()).into_bytes().into();
            }
        }
    });
}
