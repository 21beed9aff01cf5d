//! The surroundings as an enemy: files that never answer, a closed standard output, no threads to be had.

// A test that waits for a pipe needs a clock of its own.
#![allow(clippy::disallowed_methods)]

#[path = "environment/blacklist.rs"]
mod blacklist;
#[path = "environment/clock.rs"]
mod clock;
#[path = "environment/limits.rs"]
mod limits;
#[path = "smtp/namespace.rs"]
mod namespace;
#[path = "environment/output.rs"]
mod output;
#[path = "environment/probes.rs"]
mod probes;
#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "environment/signals.rs"]
mod signals;
#[path = "environment/surroundings.rs"]
mod surroundings;

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use sandbox::probe::{Run, built};
use sandbox::{Sandbox, Scenario};

const PROBES: [&str; 3] = ["check_smtp", "check_imap", "check_pop3"];

/// A pipe that nobody ever writes into.
fn mute(folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("fifo");
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    path
}

#[test]
fn a_file_that_never_answers_is_given_up_at_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = mute(&folder);
    let fifo = fifo.to_str().unwrap();
    let extra = format!("--extra-opts=@{fifo}");
    for probe in PROBES {
        for options in [
            &["--user", "x", "--password-file", fifo][..],
            &["--user", "x", "--token-file", fifo],
            &["--tls", "--ca-file", fifo],
            &[&extra],
        ] {
            let run = Run::new(probe).args(["-H", "127.0.0.1", "-t", "700ms"]);
            let run = run.args(options).kill_after(Duration::from_secs(5));
            let outcome = run.run_within(Duration::from_millis(950));
            assert_eq!(outcome.code, Some(3), "{outcome}");
            assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
        }
    }
}

#[test]
fn a_closed_stdout_does_not_change_the_exit_code() {
    let server = Sandbox::start(Scenario::smtp());
    let port = server.port().to_string();
    for (port, code) in [(port.as_str(), 0), ("1", 2)] {
        for closed in [
            ">&-",
            "| true; exit ${PIPESTATUS[0]}",
            ">/dev/full",
            "<&- 2>&-",
        ] {
            let line = format!(
                "{} -H 127.0.0.1 -p {port} -vvv {closed}",
                built("check_smtp").unwrap().display()
            );
            let status = Command::new("bash")
                .args(["-c", &line])
                .stdout(Stdio::null())
                .status()
                .unwrap();
            assert_eq!(status.code(), Some(code), "{closed}");
        }
    }
}

/// Threads are refused to a user who has too many processes; targets without a thread are not OK.
#[test]
fn a_target_that_gets_no_thread_is_not_ok() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("check_smtp");
    std::fs::copy(built("check_smtp").unwrap(), &copy).unwrap();
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), readable).unwrap();
    // A user of its own, so that nobody else's processes count.
    let user = 60_000 + std::process::id() % 5_000;
    for most in 1..6 {
        let mut command = Command::new(&copy);
        command.args([
            "-H",
            "127.0.0.1",
            "-H",
            "127.0.0.2",
            "-H",
            "127.0.0.3",
            "-p",
            "1",
            "-t",
            "2",
        ]);
        // SAFETY: plain system calls between fork and exec.
        unsafe {
            command.pre_exec(move || {
                let limit = libc::rlimit {
                    rlim_cur: most,
                    rlim_max: most,
                };
                let set = libc::setrlimit(libc::RLIMIT_NPROC, &raw const limit);
                if set != 0 || libc::setgid(user) != 0 || libc::setuid(user) != 0 {
                    return Err(std::io::Error::last_os_error());
                }
                Ok(())
            });
        }
        let Ok(output) = command.output() else {
            // Only root can become somebody else; the lab, which needs root too, says so already.
            return;
        };
        let code = output.status.code().unwrap();
        assert!(
            code == 2 || code == 3,
            "{most}: {code} {}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}
