//! Runs a built probe the way a scheduler does, and measures it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// More output than any probe may make is cut here.
const MAX_OUTPUT: u64 = 8 << 20;
/// What a thread takes to wake up where there is nothing else to run.
const WAKING: Duration = Duration::from_millis(1);

/// One run, builder style: `Run::new("check_smtp").args(["-H", "127.0.0.1"]).run()`.
#[derive(Clone, Debug)]
pub struct Run {
    probe: String,
    args: Vec<OsString>,
    env: BTreeMap<OsString, OsString>,
    kill_after: Duration,
    stdin: Option<Vec<u8>>,
    directory: Option<PathBuf>,
    mounts: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub struct Outcome {
    /// For messages: the command as a shell would take it.
    pub command: String,
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// Killed because it did not end in time.
    pub killed: bool,
    pub stdout: String,
    pub stderr: String,
    /// The bytes behind [`Outcome::stdout`].
    pub raw: Vec<u8>,
    pub wall: Duration,
    /// For how much of it the machine ran nobody: so much later than it wanted to woke the thread that looked on.
    pub withheld: Duration,
    /// User and system.
    pub cpu: Duration,
    pub max_rss_kib: u64,
}

/// Where cargo has put the binary: beside the directory of the test or the example. None if it is not built.
pub fn built(probe: &str) -> Option<PathBuf> {
    let here = std::env::current_exe().ok()?;
    here.ancestors()
        .skip(1)
        .take(3)
        .map(|dir| dir.join(probe))
        .find(|path| path.is_file())
}

impl Run {
    pub fn new(probe: &str) -> Run {
        let (args, env) = (Vec::new(), BTreeMap::new());
        Run {
            probe: probe.to_owned(),
            args,
            env,
            kill_after: Duration::from_secs(20),
            stdin: None,
            directory: None,
            mounts: None,
        }
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Run {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Run {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// The environment is empty but for PATH and what is set here.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Run {
        self.env
            .insert(name.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    /// The end of patience: SIGKILL for the probe and all its children.
    pub fn kill_after(mut self, time: Duration) -> Run {
        self.kill_after = time;
        self
    }

    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Run {
        self.directory = Some(directory.into());
        self
    }

    /// Run in another mount namespace: `/proc/PID/ns/mnt`. Costs the child nothing, unlike a program that enters it.
    pub fn mounts(mut self, namespace: impl Into<PathBuf>) -> Run {
        self.mounts = Some(namespace.into());
        self
    }

    /// The same run, by another program: `valgrind ... PROBE ARGS`. To be run as that program.
    pub fn under(&self, words: &[&str], path: &std::path::Path) -> Run {
        let mut run = self.clone();
        run.args = words.iter().map(OsString::from).collect();
        run.args.push(path.into());
        run.args.extend(self.args.iter().cloned());
        run
    }

    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Run {
        self.stdin = Some(bytes.into());
        self
    }

    /// Panics if the probe is not built or cannot be started.
    pub fn run(&self) -> Outcome {
        let path = built(&self.probe).unwrap_or_else(|| panic!("{} is not built", self.probe));
        self.run_binary(&path)
    }

    /// Runs until it ends within `limit`, as [`punctual`](super::calm::punctual) has it.
    pub fn run_within(&self, limit: Duration) -> Outcome {
        super::calm::punctual(limit, || self.run())
    }

    /// Runs a binary from elsewhere.
    pub fn run_binary(&self, path: &std::path::Path) -> Outcome {
        let mut command = self.command(path);
        let started = Instant::now();
        // wait4 in reap() waits for it.
        #[allow(clippy::zombie_processes)]
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let pid = child.id();
        let readers = (collect(child.stdout.take()), collect(child.stderr.take()));
        if let (Some(mut pipe), Some(bytes)) = (child.stdin.take(), self.stdin.clone()) {
            std::thread::spawn(move || std::io::Write::write_all(&mut pipe, &bytes));
        }
        let (killed, polled, withheld) = self.wait(pid, started);
        let wall = started.elapsed();
        let (status, usage) = reap(pid);
        if killed {
            // What a killed probe left running would keep the pipes open.
            signal(-i64::from(pid), libc::SIGKILL);
        }
        let raw = readers.0.join().unwrap_or_default();
        let stderr = readers.1.join().unwrap_or_default();
        let peak = u64::try_from(usage.ru_maxrss).unwrap_or(0);
        // A child starts with its parent's peak as its own (the kernel keeps it over exec), so a peak that is not
        // clearly above ours says nothing; then what /proc said while the child ran is the better witness.
        let ours = peak_of("self").unwrap_or(0);
        let cpu = [usage.ru_utime, usage.ru_stime].map(|time| {
            Duration::from_secs(time.tv_sec.unsigned_abs())
                + Duration::from_micros(time.tv_usec.unsigned_abs())
        });
        Outcome {
            command: self.line(),
            code: libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status)),
            signal: libc::WIFSIGNALED(status).then(|| libc::WTERMSIG(status)),
            killed,
            stdout: String::from_utf8_lossy(&raw).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
            raw,
            wall,
            withheld,
            cpu: cpu[0] + cpu[1],
            max_rss_kib: if peak > ours + 4096 { peak } else { polled },
        }
    }

    /// What is started: in a process group of its own, its output piped.
    pub fn command(&self, path: &std::path::Path) -> Command {
        let mut command = Command::new(path);
        command
            .args(&self.args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(&self.env);
        command.stdin(if self.stdin.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        if let Some(mounts) = &self.mounts {
            let namespace = std::fs::File::open(mounts)
                .unwrap_or_else(|error| panic!("{}: {error}", mounts.display()));
            // SAFETY: one system call on a descriptor that lives as long as the closure.
            unsafe {
                command.pre_exec(move || {
                    match libc::setns(namespace.as_raw_fd(), libc::CLONE_NEWNS) {
                        0 => Ok(()),
                        _ => Err(std::io::Error::last_os_error()),
                    }
                });
            }
        }
        command
    }

    /// Until the process has ended (it is not reaped yet); says whether it had to be killed, its peak as seen, and what the
    /// machine withheld.
    fn wait(&self, pid: u32, started: Instant) -> (bool, u64, Duration) {
        // SAFETY: a plain system call; the descriptor is owned from here on.
        let opened = unsafe {
            libc::syscall(
                libc::SYS_pidfd_open,
                libc::c_long::from(pid),
                0 as libc::c_long,
            )
        };
        let fd = i32::try_from(opened)
            .ok()
            .filter(|fd| *fd >= 0)
            .expect("pidfd_open");
        // SAFETY: just opened.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        let (mut killed, mut peak, mut withheld) = (false, 0, Duration::ZERO);
        let mut pause = Duration::from_millis(4);
        let name = pid.to_string();
        loop {
            let began = Instant::now();
            peak = peak.max(peak_of(&name).unwrap_or(0));
            let milliseconds = i32::try_from(pause.as_millis()).unwrap_or(i32::MAX);
            let mut poll = libc::pollfd {
                fd: fd.as_raw_fd(),
                events: libc::POLLIN,
                revents: 0,
            };
            // SAFETY: one initialised entry.
            if unsafe { libc::poll(&raw mut poll, 1, milliseconds) } > 0 {
                return (killed, peak, withheld);
            }
            withheld += began.elapsed().saturating_sub(pause + WAKING);
            // Most memory is taken early; looking often at what waits costs more than the probe.
            pause = (pause + Duration::from_millis(1)).min(Duration::from_millis(25));
            if !killed && started.elapsed() > self.kill_after {
                killed = true;
                signal(-i64::from(pid), libc::SIGKILL);
            }
        }
    }

    /// The command line, quoted where a shell wants it.
    pub fn line(&self) -> String {
        let mut line = self.probe.clone();
        for arg in &self.args {
            let arg = arg.to_string_lossy();
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@%+[]".contains(c);
            if !arg.is_empty() && arg.chars().all(plain) {
                line.push_str(&format!(" {arg}"));
            } else {
                line.push_str(&format!(" '{}'", arg.replace('\'', r"'\''")));
            }
        }
        line
    }
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.by_ref().take(MAX_OUTPUT).read_to_end(&mut bytes);
            // The rest is drained, so that the child is judged by what it does and not by a full pipe.
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
        bytes
    })
}

/// Peak resident memory in KiB, of this very program image.
fn peak_of(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn signal(pid: i64, signal: i32) {
    if let Ok(pid) = libc::pid_t::try_from(pid) {
        // SAFETY: a plain system call on a process group of our own making.
        unsafe { libc::kill(pid, signal) };
    }
}

fn reap(pid: u32) -> (i32, libc::rusage) {
    let pid = libc::pid_t::try_from(pid).expect("a pid");
    let mut status = 0;
    // SAFETY: an all-zero rusage is a valid one; both out-parameters live through the call.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        while libc::wait4(pid, &raw mut status, 0, &raw mut usage) < 0 {
            let error = std::io::Error::last_os_error();
            assert_eq!(
                error.kind(),
                std::io::ErrorKind::Interrupted,
                "wait4: {error}"
            );
        }
        (status, usage)
    }
}

impl Outcome {
    /// What it took of the time that the machine gave.
    pub fn took(&self) -> Duration {
        self.wall.saturating_sub(self.withheld)
    }

    /// The first line by the plugin guidelines; panics with all output if it does not fit them.
    pub fn plugin(&self) -> super::plugin_output::Line {
        super::plugin_output::parse(&self.stdout)
            .unwrap_or_else(|reason| panic!("{reason}\n{self}"))
    }

    /// `--format json`, parsed and found to be of the schema that is shipped.
    pub fn json(&self) -> serde_json::Value {
        let report = serde_json::from_str(&self.stdout);
        let report = report.unwrap_or_else(|error| panic!("{error}\n{self}"));
        super::schema::validate(&report).unwrap_or_else(|error| panic!("{error}\n{self}"));
        report
    }

    /// Ids and statuses of the findings of `--format json`.
    pub fn findings(&self) -> Vec<(String, String)> {
        let json = self.json();
        let list = json["findings"]
            .as_array()
            .unwrap_or_else(|| panic!("no findings\n{self}"));
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        list.iter()
            .map(|finding| (text(&finding["id"]), text(&finding["status"])))
            .collect()
    }

    /// The ids alone.
    pub fn finding_ids(&self) -> Vec<String> {
        self.findings().into_iter().map(|(id, _)| id).collect()
    }

    /// The ids of the findings that are not OK.
    pub fn alarms(&self) -> Vec<String> {
        let alarms = self
            .findings()
            .into_iter()
            .filter(|(_, status)| status != "OK");
        alarms.map(|(id, _)| id).collect()
    }

    /// A metric of `--format json`.
    pub fn metric(&self, label: &str) -> Option<f64> {
        let json = self.json();
        let metrics = json["metrics"].as_array()?;
        let metric = metrics.iter().find(|metric| metric["label"] == label)?;
        metric["value"].as_f64()
    }

    /// True if `secret` or its base64 is anywhere in the output.
    pub fn reveals(&self, secret: &str) -> bool {
        let encoded = data_encoding::BASE64.encode(secret.as_bytes());
        let encoded = encoded.trim_end_matches('=');
        [&self.stdout, &self.stderr]
            .iter()
            .any(|text| text.contains(secret) || text.contains(encoded))
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "$ {}", self.command)?;
        write!(f, "{}", self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "stderr: {}", self.stderr)?;
        }
        let end = match (self.code, self.signal) {
            (Some(code), _) => format!("exit {code}"),
            (None, signal) => format!(
                "signal {}{}",
                signal.unwrap_or(0),
                if self.killed { ", out of patience" } else { "" }
            ),
        };
        writeln!(
            f,
            "[{end}, {:.3} s of which the machine withheld {:.3} s, {} KiB]",
            self.wall.as_secs_f64(),
            self.withheld.as_secs_f64(),
            self.max_rss_kib
        )
    }
}
