//! Mail systems made of a few lines of shell.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::probe::{Outcome, Run};

/// A program that runs this script.
pub struct Fake {
    dir: tempfile::TempDir,
}

impl Fake {
    pub fn new(script: &str) -> Fake {
        Fake::raw(format!("#!/bin/sh\n{script}\n").as_bytes(), 0o755)
    }

    pub fn raw(content: &[u8], mode: u32) -> Fake {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mailq");
        fs::write(dir.path().join("text"), content).unwrap();
        place(&dir.path().join("text"), &path, mode);
        Fake { dir }
    }

    /// A program that prints this.
    pub fn printing(text: &str) -> Fake {
        Fake::new(&format!("cat <<'END_OF_LISTING'\n{text}END_OF_LISTING"))
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("mailq")
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The check of its queue.
    pub fn check(&self) -> Run {
        mailq().arg("--command").arg(self.path())
    }
}

/// Puts a program in its place. Another process does so: what we have open for writing, a program that another test
/// starts at that moment has open as well, and then it cannot be run ("text file busy").
pub fn place(from: &Path, to: &Path, mode: u32) {
    let status = Command::new("install")
        .arg(format!("-m{mode:o}"))
        .args([from, to])
        .status()
        .unwrap();
    assert!(status.success(), "{}", to.display());
}

pub fn mailq() -> Run {
    Run::new("check_mailq")
}

/// A line of `postqueue -j`.
pub fn json(
    id: u64,
    queue: &str,
    arrival: i64,
    from: &str,
    to: &str,
    reason: Option<&str>,
) -> String {
    let mut recipient = serde_json::json!({ "address": to });
    if let Some(reason) = reason {
        recipient["delay_reason"] = reason.into();
    }
    let message = serde_json::json!({
        "queue_name": queue, "queue_id": format!("{id:X}F00D"), "arrival_time": arrival, "message_size": 1000,
        "forced_expire": false, "sender": from, "recipients": [recipient],
    });
    format!("{message}\n")
}

/// Postfix's `mailq` with so many messages.
pub fn postfix(count: u64) -> String {
    if count == 0 {
        return "Mail queue is empty\n".to_owned();
    }
    let mut text =
        "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n".to_owned();
    for id in 0..count {
        text.push_str(&format!(
            "{:<11} {:>7} Sat Nov 21 12:00:00  a@example.org\n{:>79}\n{:>41}b@example.net\n\n",
            format!("{:X}", 0xA000_0000_u64 + id),
            1000,
            "(connect to mx.example.net[192.0.2.1]:25: Connection timed out)",
            ""
        ));
    }
    text.push_str(&format!("-- {count} Kbytes in {count} Requests.\n"));
    text
}

/// So many messages that wait for `example.net`.
pub fn messages(count: u64) -> String {
    (0..count)
        .map(|id| {
            json(
                id,
                "deferred",
                now() - 600,
                "a@example.org",
                "b@example.net",
                Some("Connection timed out"),
            )
        })
        .collect()
}

pub fn now() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// The value of a metric; none when it is not there.
pub fn metric(outcome: &Outcome, label: &str) -> Option<f64> {
    outcome.plugin().perf(label).map(|entry| entry.value)
}
