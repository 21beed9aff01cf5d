//! Runs one real server from its script, in a namespace of its own.
//!
//! `tests/lab/NAME.sh DIR` runs in new mount and process namespaces: it may mount what it likes, its server sees no system
//! configuration changed. Process 1 in there ends when the script does, or when its standard input does, and that is a pipe which
//! this process holds; the kernel then ends everything in there with it. So whatever becomes of the tests, nothing stays behind.
//! The shell around it removes DIR.
//!
//! The script finds in DIR `pki/` (see `pki`) and `oauth.key`, and in its environment `PORT_*` for each port asked for,
//! `LAB_USER`, `LAB_PASSWORD`, `LAB_ROOT` (where `unpack.sh` puts its trees) and `LAB_IPV6` (empty where there is no ::1). It says
//! `ready` when every port greets. Its standard error is `DIR/NAME.log`, and so should be the server's log.
//!
//! `LAB_KEEP=1` keeps DIR, to look at.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{PASSWORD, USER, pki, ports, token};

/// How long a server may take until it greets on every port.
const START: Duration = Duration::from_secs(60);
/// What of a log is worth showing when a start failed.
const TAIL: u64 = 3000;

/// Outside the namespaces: removes DIR when all is over.
const AROUND: &str = r#"
unshare --mount --pid --fork --kill-child --mount-proc sh -c "$0" "$1" "$2"
status=$?
[ -n "$LAB_KEEP" ] || rm -rf "$2"
exit $status
"#;

/// Process 1 inside: ends with the script, or when standard input ends, be it in the middle of a start.
const INSIDE: &str = r#"
exec 3<&0
sh "$0" "$1" <&3 3<&- &
script=$!
{ cat <&3 >/dev/null; kill -KILL "$script"; } >/dev/null &
exec 3<&- >/dev/null
wait "$script"
"#;

/// A running server.
pub struct Server {
    name: &'static str,
    dir: PathBuf,
    log: File,
    ports: BTreeMap<&'static str, u16>,
    child: Child,
    /// Holds the server's life: its end of file is the order to stop.
    stdin: Option<ChildStdin>,
}

impl Server {
    /// Starts the server of `tests/lab/NAME.sh` and waits until it greets.
    pub fn start(
        name: &'static str,
        port_names: &[&'static str],
        environment: &[(&str, &str)],
    ) -> Result<Server, String> {
        let at = |what: &str| {
            let what = what.to_owned();
            move |error: std::io::Error| format!("lab: {name}: {what}: {error}")
        };
        let uid = fs::metadata("/proc/self").map_err(at("/proc/self"))?.uid();
        if uid != 0 {
            return Err(
                "lab: real servers need root (run the tests as root, or leave these out: \
                        cargo test -- --skip lab::)"
                    .to_owned(),
            );
        }

        let numbers = ports::free(port_names.len()).map_err(at("free ports"))?;
        let ports: BTreeMap<_, _> = port_names.iter().copied().zip(numbers).collect();
        let dir = new_directory(name).map_err(at("its directory"))?;
        let log_path = dir.join(format!("{name}.log"));
        // Appending, so that server and script can share it; and held open, so that it can be read after DIR is gone.
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(&log_path)
            .map_err(at("its log"))?;
        pki::write(&dir.join("pki"))?;
        fs::write(dir.join("oauth.key"), token::key()).map_err(at("oauth.key"))?;

        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/lab/{name}.sh"));
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .args([AROUND, INSIDE])
            .args([&script, &dir])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.try_clone().map_err(at("its log"))?)
            .env("LC_ALL", "C.UTF-8")
            .env(
                "LAB_ROOT",
                Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lab"),
            )
            .env("LAB_USER", USER)
            .env("LAB_PASSWORD", PASSWORD)
            .env("LAB_IPV6", if ports::has_ipv6() { "::1" } else { "" })
            .envs(environment.iter().copied())
            .envs(
                ports
                    .iter()
                    .map(|(name, port)| (format!("PORT_{name}"), port.to_string())),
            )
            // A Ctrl-C is for the tests; what follows for the server comes by the pipe.
            .process_group(0);
        let mut child = command.spawn().map_err(at("sh"))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let server = Server {
            name,
            dir,
            log,
            ports,
            child,
            stdin,
        };

        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout.expect("a piped stdout")).lines() {
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        match receiver.recv_timeout(START) {
            Ok(line) if line.split(' ').next() == Some("ready") => Ok(server),
            Ok(line) => Err(server.failed(&format!("said `{line}` instead of `ready`"))),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(server.failed("was not ready in time")),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                Err(server.failed("ended before it was ready"))
            }
        }
    }

    fn failed(&self, how: &str) -> String {
        let name = self.name;
        format!(
            "lab: {name} {how}; the end of its log (tests/lab/install.sh installs what is missing):\n{}",
            self.log()
        )
    }

    /// The port that the script knows as `PORT_name`.
    pub fn port(&self, name: &str) -> u16 {
        *self
            .ports
            .get(name)
            .unwrap_or_else(|| panic!("{} has no port {name}", self.name))
    }

    /// The server's directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The certificate authority that signed the server's certificate.
    pub fn ca(&self) -> PathBuf {
        self.dir.join("pki/ca.pem")
    }

    /// The end of the server's log.
    pub fn log(&self) -> String {
        let mut log = &self.log;
        let mut tail = Vec::new();
        let start = log
            .metadata()
            .map_or(0, |metadata| metadata.len())
            .saturating_sub(TAIL);
        if log.seek(SeekFrom::Start(start)).is_ok() {
            let _ = log.read_to_end(&mut tail);
        }
        String::from_utf8_lossy(&tail).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// Servers drop their privileges: they must be able to pass through, and a path to a socket must stay below 108 bytes.
fn new_directory(name: &str) -> std::io::Result<PathBuf> {
    let dir = tempfile::Builder::new()
        .prefix(&format!("lab-{name}-"))
        .tempdir_in("/tmp")?;
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755))?;
    Ok(dir.keep()) // the shell around the script removes it
}
