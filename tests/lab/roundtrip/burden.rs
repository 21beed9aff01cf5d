//! What must not matter: how full the mailbox is, and when a run is killed.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use super::stage::{
    CROWD, Contents, between, by_imap, crowded, finds, into_imap, mailbox, metric, ours, phases,
    to, trip, unchanged, went_well,
};
use crate::lab::Server;
use crate::probe::Outcome;

#[test]
fn a_mailbox_with_many_messages_takes_no_longer_than_an_empty_one() {
    let server = crowded();
    let run = |account: &str| {
        let port = |name| server.port(name);
        between(
            account,
            account,
            &format!("lmtp://127.0.0.1:{}", port("LMTP")),
            "30",
        )
        .args([
            "--receive",
            &format!("imap://{account}@127.0.0.1:{}?starttls", port("IMAP")),
        ])
        .args(["--imap-password-env", "SECRET", "--imap-ca-file"])
        .arg(server.ca())
        .run()
    };
    let before = listed(server);
    assert_eq!(before.lines().count(), CROWD + 3);
    // The server reads all of them once, whoever asks first.
    went_well(&run("crowd"), 1.0);
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..7 {
        for (account, times) in ["empty", "crowd"].into_iter().zip(&mut times) {
            let outcome = run(account);
            went_well(&outcome, 1.0);
            times.push((metric(&outcome, "time"), outcome));
        }
    }
    let [(empty, _), (crowd, outcome)] = times.map(|mut times| {
        times.sort_by(|one, other| one.0.total_cmp(&other.0));
        times.swap_remove(0)
    });
    println!(
        "empty {empty:.3} s, {CROWD} messages {crowd:.3} s, ratio {:.2}",
        crowd / empty
    );
    assert!(
        crowd < empty * 1.5 + 0.1,
        "empty {empty} s, full {crowd} s\n{outcome}"
    );
    // Opening may be dear where there are many: once to look, once to remove.
    assert_eq!(phases(&outcome, "imap examine"), 2, "{outcome}");
    assert!(listed(server) == before, "a message of others was touched");
}

/// UID and flags of every message there.
fn listed(server: &Server) -> String {
    let output = Command::new("doveadm")
        .arg("-c")
        .arg(server.dir().join("dovecot.conf"))
        .args(["-f", "tab", "fetch", "-u", "crowd", "uid flags"])
        .args(["mailbox", "INBOX"])
        .output()
        .expect("doveadm");
    let list = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows = list.lines().filter(|line| *line != "uid\tflags");
    // Which session hears first of a message is no flag of it.
    rows.map(|row| row.replace("\\Recent", "").trim_end().to_owned() + "\n")
        .collect()
}

/// Those of ours, by file name.
fn names(contents: &Contents) -> BTreeSet<String> {
    let ours = contents.iter().filter(|(_, (_, bytes))| {
        String::from_utf8_lossy(bytes).contains("X-Mailprobe-Token: mp1-")
    });
    ours.map(|(name, _)| name.clone()).collect()
}

#[test]
fn killed_at_any_moment_it_leaves_its_own_message_and_the_next_run_removes_it() {
    let before = mailbox("killed");
    let run = |after: Option<u64>, limit: &str| -> Outcome {
        let run = between("killed", "killed", &to("SMTP"), limit)
            .args(into_imap("killed"))
            .args(["--keep", "0"]);
        match after {
            Some(after) => run.kill_after(Duration::from_millis(after)).run(),
            None => run.run(),
        }
    };
    let whole = run(None, "30");
    went_well(&whole, 2.0);
    let length = u64::try_from(whole.wall.as_millis()).unwrap_or(200);
    let (mut killed, mut left) = (0, 0);
    for part in 1..=30 {
        let known = names(&mailbox("killed"));
        // With a short deadline, so that the next run may know that nobody waits for it any more.
        let outcome = run(Some(length * part / 30), "2");
        killed += u32::from(outcome.killed);
        // What was accepted is delivered, be it after the kill.
        settled();
        let now = mailbox("killed");
        let new = names(&now).difference(&known).count();
        assert!(new <= 1, "{new} messages\n{outcome}");
        left += new;
        let others: Contents = now
            .into_iter()
            .filter(|(name, (_, bytes))| {
                before.contains_key(name)
                    || !String::from_utf8_lossy(bytes).contains("X-Mailprobe-Token: mp1-")
            })
            .collect();
        assert!(others == before, "mail of others was touched\n{outcome}");
    }
    println!("{killed} of 30 killed, {left} messages left");
    assert!(
        killed >= 10,
        "{killed} killed: the moments were chosen too late"
    );
    assert!(left >= 1, "never killed with a message on its way");
    // Once their deadlines are over, the next run takes them all away.
    for _ in 0..1000 {
        let outcome = run(None, "30");
        finds(&outcome, 0, &[]);
        if ours(&mailbox("killed")) == 0 {
            break;
        }
    }
    unchanged("killed", &before);
}

/// Until Postfix's queue is empty of what goes to this mailbox: until a message sent after it has come.
fn settled() {
    let sentinel = trip("killed", &to("SMTP"), &by_imap("killed"))
        .args(["--name", "sentinel"])
        .run();
    finds(&sentinel, 0, &[]);
}
