//! How soon after the message is in the mailbox the verdict is there. `make bench` has the whole trip beside a check that
//! polls.
//!
//! The moment at which a message is in a Maildir is that of its rename into `new`, which the kernel tells.

use std::ffi::CString;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::stage::{by_imap, dovecot, leaves_no_trace, to, trip, went_well};
use crate::lab;
use crate::probe::Outcome;

/// Runs of each kind.
const RUNS: usize = 9;

/// From the message in the mailbox of an account to the end of the process.
fn after(account: &str, run: impl Fn() -> Outcome) -> (Duration, Outcome) {
    let folder = dovecot().dir().join("mail").join(account).join("new");
    let arrivals = arrivals(&folder);
    let outcome = run();
    let end = Instant::now();
    let arrived = arrivals.recv_timeout(Duration::from_secs(10));
    let arrived = arrived.unwrap_or_else(|_| panic!("nothing came\n{outcome}"));
    (end.saturating_duration_since(arrived), outcome)
}

/// When the next files come into a folder.
fn arrivals(folder: &Path) -> mpsc::Receiver<Instant> {
    let path = CString::new(folder.as_os_str().as_bytes()).expect("a path");
    // SAFETY: plain system calls; the descriptor is owned from here on.
    let mut watch = unsafe {
        let fd = libc::inotify_init1(libc::IN_CLOEXEC);
        assert!(fd >= 0, "inotify");
        File::from_raw_fd(fd)
    };
    let events = libc::IN_MOVED_TO | libc::IN_CREATE;
    // SAFETY: the path ends with a NUL and lives through the call.
    let added = unsafe { libc::inotify_add_watch(watch.as_raw_fd(), path.as_ptr(), events) };
    assert!(added >= 0, "{}", folder.display());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut event = [0; 4096];
        while watch.read(&mut event).is_ok_and(|bytes| bytes > 0) {
            if sender.send(Instant::now()).is_err() {
                return;
            }
        }
    });
    receiver
}

/// The middle one, in milliseconds.
fn median(account: &str, run: impl Fn() -> Outcome) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let (time, outcome) = leaves_no_trace(account, || after(account, &run));
            went_well(&outcome, 2.0);
            time.as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{account}: {times:.1?}");
    times[RUNS / 2]
}

#[test]
fn the_verdict_follows_the_message() {
    let dovecot = dovecot();
    let idle = median("pace", || trip("pace", &to("SMTP"), &by_imap("pace")).run());
    let receive = format!(
        "imap://paced@{}:{}?starttls",
        lab::STRICT_HOST,
        dovecot.port("IMAP")
    );
    let poll = median("paced", || trip("paced", &to("SMTP"), &receive).run());
    let receive = format!("pop3://popped@127.0.0.1:{}?stls", dovecot.port("POP3"));
    let pop3 = median("popped", || trip("popped", &to("SMTP"), &receive).run());
    println!("IDLE {idle:.1} ms, without {poll:.1} ms, POP3 {pop3:.1} ms");
    // This is no build for speed, and the machine may be busy: far below what Dovecot's own news take, and what polling costs others.
    assert!(idle < 250.0, "{idle} ms");
    assert!(poll < 500.0, "{poll} ms");
    assert!(pop3 < 1000.0, "{pop3} ms");
}
