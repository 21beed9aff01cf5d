//! Which processes and threads a program starts, counted by ptrace: every one, however short its life and whoever
//! reaps it. Slow; time such a run by nothing.

use std::collections::HashSet;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// What a program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Children {
    pub processes: usize,
    pub threads: usize,
    /// Its own end; none if a signal ended it.
    pub code: Option<i32>,
}

const OPTIONS: libc::c_int = libc::PTRACE_O_TRACEFORK
    | libc::PTRACE_O_TRACEVFORK
    | libc::PTRACE_O_TRACECLONE
    | libc::PTRACE_O_TRACEEXEC
    | libc::PTRACE_O_EXITKILL;

/// Runs it with its output thrown away; SIGKILL for its group when it takes longer than this.
pub fn children_of(mut command: Command, kill_after: Duration) -> Children {
    // A thread of its own: only this one's children are waited for, whatever else runs.
    let tracer = std::thread::spawn(move || {
        // SAFETY: one system call.
        unsafe {
            command.pre_exec(|| match ptrace(libc::PTRACE_TRACEME, 0, 0) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            });
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // Reaped below.
        #[allow(clippy::zombie_processes)]
        let child = command.spawn().expect("the program starts");
        let pid = libc::pid_t::try_from(child.id()).expect("a pid");
        let (done, waiting) = mpsc::channel::<()>();
        let patience = std::thread::spawn(move || {
            if waiting.recv_timeout(kill_after) == Err(mpsc::RecvTimeoutError::Timeout) {
                // SAFETY: a plain system call on a process group of our own making.
                unsafe { libc::kill(-pid, libc::SIGKILL) };
            }
        });
        let children = follow(pid);
        drop(done);
        let _ = patience.join();
        children
    });
    tracer.join().expect("the tracer")
}

fn follow(main: libc::pid_t) -> Children {
    let mut known = HashSet::new();
    let mut children = Children::default();
    loop {
        let mut status = 0;
        // SAFETY: the status lives through the call.
        let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::__WALL | libc::__WNOTHREAD) };
        assert!(pid > 0, "waitpid: {}", std::io::Error::last_os_error());
        if !libc::WIFSTOPPED(status) {
            if pid == main {
                children.code = libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status));
                // What it leaves running ends with this thread.
                return children;
            }
            continue;
        }
        // The first stop is exec's for the program itself, and the tracer's own for whatever it starts.
        if known.insert(pid) {
            if pid == main {
                assert_eq!(ptrace(libc::PTRACE_SETOPTIONS, pid, OPTIONS.into()), 0);
            }
            ptrace(libc::PTRACE_CONT, pid, 0);
            continue;
        }
        match status >> 16 {
            0 => {
                // Its own signal.
                ptrace(libc::PTRACE_CONT, pid, libc::WSTOPSIG(status).into());
                continue;
            }
            libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK => children.processes += 1,
            // Another thread than main's own life: clone without SIGCHLD.
            libc::PTRACE_EVENT_CLONE => children.threads += 1,
            _ => {}
        }
        ptrace(libc::PTRACE_CONT, pid, 0);
    }
}

fn ptrace(request: libc::c_uint, pid: libc::pid_t, data: libc::c_long) -> libc::c_long {
    // SAFETY: requests that read and write no memory of ours.
    unsafe { libc::ptrace(request, pid, 0 as libc::c_long, data) }
}
