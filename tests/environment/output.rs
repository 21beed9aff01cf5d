//! Standard streams that are closed, full, or read by nobody: the exit code tells all the same, and in time.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::probes::{Files, all};
use super::sandbox::probe::built;
use super::sandbox::{Sandbox, Scenario};

#[test]
fn closed_streams() {
    let files = Files::new();
    for probe in all(&files, |scenario| scenario) {
        for closed in [
            "<&-",
            ">&-",
            "2>&-",
            "<&- >&-",
            ">&- 2>&-",
            "<&- 2>&-",
            "<&- >&- 2>&-",
        ] {
            for format in ["nagios", "json"] {
                let script = format!("exec \"$0\" \"$@\" {closed}");
                let outcome = probe.within(&script, &["-vvv", "--format", format]);
                assert_eq!(outcome.code, Some(0), "{closed}: {outcome}");
                // Nothing that was meant for it went to a connection instead, and nothing else came here.
                let said = !outcome.stdout.is_empty();
                assert_eq!(
                    said,
                    !closed.contains('>') || closed == "2>&-" || closed == "<&- 2>&-",
                    "{closed}: {outcome}"
                );
                if said && format == "nagios" {
                    probe.says(&outcome, 0, closed);
                }
            }
        }
    }
}

#[test]
fn a_full_disk_and_a_reader_that_has_gone() {
    let files = Files::new();
    for probe in all(&files, |scenario| scenario) {
        for script in [
            "exec \"$0\" \"$@\" >/dev/full",
            "exec \"$0\" \"$@\" >/dev/full 2>&1",
            "\"$0\" \"$@\" | true; exit ${PIPESTATUS[0]}",
            "exec \"$0\" \"$@\" </dev/full",
        ] {
            let outcome = probe.within(script, &["-vvv"]);
            assert_eq!(outcome.code, Some(0), "{script}: {outcome}");
            assert_eq!(outcome.stderr, "", "{script}: {outcome}");
        }
    }
}

/// A pipe of one page.
fn small_pipe() -> (OwnedFd, OwnedFd) {
    let mut ends = [0; 2];
    // SAFETY: an array of two; both are owned from here on.
    unsafe {
        assert_eq!(libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC), 0);
        let pipe = (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1]));
        assert!(libc::fcntl(pipe.1.as_raw_fd(), libc::F_SETPIPE_SZ, 4096) >= 4096);
        pipe
    }
}

/// The check is over long before its deadline, and waits for its reader until then and no longer.
#[test]
fn a_reader_that_never_reads() {
    let files = Files::new();
    for probe in all(&files, |scenario| scenario) {
        for filled in [4096, 0] {
            let ended = (0..3).any(|_| {
                let (reader, writer) = small_pipe();
                // SAFETY: a plain write of our own bytes.
                let wrote = unsafe {
                    libc::write(writer.as_raw_fd(), [b'x'; 4096].as_ptr().cast(), filled)
                };
                assert_eq!(usize::try_from(wrote), Ok(filled));
                let began = Instant::now();
                let status = Command::new(probe.binary())
                    .args(&probe.args)
                    .args(["-t", "2", "--format", "json", "-vvv"])
                    .stdin(Stdio::null())
                    .stdout(writer)
                    .status()
                    .unwrap();
                drop(reader);
                assert_eq!(status.code(), Some(0), "{}", probe.name);
                // A loaded machine is not ours.
                began.elapsed() < Duration::from_millis(2250)
            });
            assert!(
                ended,
                "{} hangs on a pipe with {filled} bytes in it",
                probe.name
            );
        }
    }
}

/// More than a pipe holds is said to whoever reads slowly, or through a descriptor that does not block.
#[test]
fn a_reader_that_reads_late_gets_all() {
    let server = Sandbox::start(Scenario::smtp());
    let port = server.port().to_string();
    let mut command = Command::new(built("check_smtp").unwrap());
    for _ in 0..30 {
        command.args(["-H", "127.0.0.1"]);
    }
    command
        .args(["-p", &port, "-t", "20", "--format", "json", "-vvv"])
        .stdin(Stdio::null());
    for flags in [0, libc::O_NONBLOCK] {
        let (reader, writer) = small_pipe();
        // SAFETY: a plain system call on our own descriptor.
        unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETFL, flags) };
        let mut child = command.stdout(writer).spawn().unwrap();
        command.stdout(Stdio::null());
        // It has said what the pipe holds, and waits.
        std::thread::sleep(Duration::from_millis(400));
        let mut text = String::new();
        std::io::Read::read_to_string(&mut std::fs::File::from(reader), &mut text).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["targets"].as_array().unwrap().len(), 30);
        assert!(text.len() > 8192, "{}", text.len());
    }
}
