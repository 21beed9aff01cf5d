//! Every probe with a server that it finds well, and nothing that it would need of the machine: addresses instead of
//! names, its own CA, its password in a file.

use std::any::Any;
use std::path::PathBuf;
use std::time::Duration;

use super::sandbox::dns::{Dns, Zone};
use super::sandbox::pki::pki;
use super::sandbox::probe::{Outcome, Run, built};
use super::sandbox::{Mailbox, PASSWORD, Sandbox, Scenario, Store, USER};

pub struct Probe {
    pub name: &'static str,
    /// The word its lines begin with.
    pub service: &'static str,
    pub args: Vec<String>,
    _servers: Box<dyn Any + Send + Sync>,
}

/// Files that anybody may read, also another user.
pub struct Files {
    pub folder: tempfile::TempDir,
}

impl Files {
    pub fn new() -> Files {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::Builder::new()
            .prefix("environment-")
            .tempdir()
            .unwrap();
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).unwrap();
        std::fs::write(folder.path().join("password"), format!("{PASSWORD}\n")).unwrap();
        std::fs::copy(pki().ca_file(), folder.path().join("ca.pem")).unwrap();
        for file in ["password", "ca.pem"] {
            let open = std::fs::Permissions::from_mode(0o644);
            std::fs::set_permissions(folder.path().join(file), open).unwrap();
        }
        Files { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

/// All seven; `change` makes the servers what they are to be.
pub fn all(files: &Files, change: impl Fn(Scenario) -> Scenario) -> Vec<Probe> {
    let (ca, password) = (files.path("ca.pem"), files.path("password"));
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let session = |name, service, scenario: Scenario| {
        let server = Sandbox::start(change(scenario.tls()));
        let args = words(&format!(
            "-H 127.0.0.1 -p {} --tls --ca-file {ca} --user {USER} --password-file {password}",
            server.port()
        ));
        Probe {
            name,
            service,
            args,
            _servers: Box::new(server),
        }
    };
    let mut probes = vec![
        session("check_smtp", "SMTP", Scenario::smtp()),
        session("check_imap", "IMAP", Scenario::imap()),
        session("check_pop3", "POP3", Scenario::pop3()),
    ];
    let server = Sandbox::start(change(Scenario::smtp().tls()));
    probes.push(Probe {
        name: "check_cert",
        service: "CERT",
        args: words(&format!(
            "-H 127.0.0.1 -p {} -P tls --ca-file {ca}",
            server.port()
        )),
        _servers: Box::new(server),
    });
    let dns = Dns::start(Zone::new().a("2.0.0.127.bl.test", [127, 0, 0, 2]));
    probes.push(Probe {
        name: "check_blacklist",
        service: "BLACKLIST",
        args: words(&format!("-n {} -H 192.0.2.7 -s bl.test", dns.address())),
        _servers: Box::new(dns),
    });
    let listing = files.path("listing");
    std::fs::write(&listing, "Mail queue is empty\n").unwrap();
    probes.push(Probe {
        name: "check_mailq",
        service: "MAILQ",
        args: words(&format!(
            "-M postfix --command /bin/cat --command-arg {listing}"
        )),
        _servers: Box::new(()),
    });
    let store = Store::new([Mailbox::new("INBOX")]).dated();
    let smtp = Sandbox::start(change(Scenario::smtp().store(&store)));
    let inbox = Sandbox::start(change(Scenario::imap().tls().store(&store)));
    probes.push(Probe {
        name: "check_roundtrip",
        service: "ROUNDTRIP",
        args: words(&format!(
            "--from a@example.org --to probe@example.test --send smtp://127.0.0.1:{} \
             --receive imaps://{USER}@127.0.0.1:{} --imap-ca-file {ca} --imap-password-file {password}",
            smtp.port(),
            inbox.port()
        )),
        _servers: Box::new((smtp, inbox)),
    });
    probes
}

impl Probe {
    pub fn binary(&self) -> PathBuf {
        built(self.name).unwrap_or_else(|| panic!("{} is not built", self.name))
    }

    /// The command for a shell: its words begin at `$0`.
    pub fn words(&self, more: &[&str]) -> Vec<String> {
        let mut words = vec![self.binary().to_str().unwrap().to_owned()];
        words.extend(self.args.iter().cloned());
        words.extend(more.iter().map(|word| (*word).to_owned()));
        words
    }

    /// Run by a shell in surroundings that the script makes; it ends in `exec "$0" "$@"`.
    pub fn within(&self, script: &str, more: &[&str]) -> Outcome {
        Run::new("bash")
            .args(["-c", script])
            .args(self.words(more))
            .kill_after(Duration::from_secs(40))
            .run_binary("/bin/bash".as_ref())
    }

    /// The same in a mount namespace of its own.
    pub fn alone(&self, script: &str, more: &[&str]) -> Outcome {
        let map = if is_root() {
            &[][..]
        } else {
            &["--map-root-user"]
        };
        let outcome = Run::new("unshare")
            .args(map)
            .args(["--mount", "--", "bash", "-c"])
            .arg(format!("set -e; {script}"))
            .args(self.words(more))
            .kill_after(Duration::from_secs(40))
            .run_binary("/usr/bin/unshare".as_ref());
        assert!(
            !outcome.stderr.contains("unshare") && !outcome.stderr.contains("mount"),
            "this test needs a mount namespace (root, or user namespaces allowed)\n{outcome}"
        );
        outcome
    }

    /// One line of its own, and this exit code.
    #[track_caller]
    pub fn says(&self, outcome: &Outcome, code: i32, surroundings: &str) {
        assert_eq!(outcome.code, Some(code), "{surroundings}: {outcome}");
        let line = outcome.plugin();
        assert_eq!(line.service, self.service, "{surroundings}: {outcome}");
        assert_eq!(line.code(), code, "{surroundings}: {outcome}");
        assert!(!outcome.reveals(PASSWORD), "{surroundings}: {outcome}");
    }
}

pub fn is_root() -> bool {
    // SAFETY: a plain system call.
    unsafe { libc::getuid() == 0 }
}
