//! Which files of trust a check reads: no bundle where a hashed directory will do, nothing at all without TLS.
//!
//! The run sees a directory of the test's own as /etc/ssl; inotify tells what it opens in there.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use tempfile::TempDir;

use crate::check::{assert_finds, assert_ok};
use crate::namespace::run_with;
use crate::sandbox::pki::pki;
use crate::sandbox::probe::Outcome;
use crate::sandbox::{Certificate, Sandbox, Scenario};

const BUNDLE: &str = "ca-certificates.crt";

/// What stands for /etc/ssl, and what is opened in it.
struct System {
    directory: TempDir,
    watch: OwnedFd,
}

impl System {
    /// `hashed` and `bundle` say whether the sandbox's CA is there; an empty directory has no links at all.
    fn new(links: bool, hashed: bool, bundle: bool) -> System {
        let directory = tempfile::tempdir().unwrap();
        let certs = directory.path().join("certs");
        std::fs::create_dir(&certs).unwrap();
        std::fs::write(directory.path().join("openssl.cnf"), "").unwrap();
        let ca = std::fs::read(pki().ca_file()).unwrap();
        let mut other = openssl::x509::X509::builder().unwrap();
        other.set_version(2).unwrap();
        let other = other.build().to_der().unwrap_or_default();
        if links {
            std::fs::write(certs.join("0a1b2c3d.0"), &other).unwrap();
        }
        if hashed {
            for link in std::fs::read_dir(pki().ca_dir()).unwrap().flatten() {
                std::fs::copy(link.path(), certs.join(link.file_name())).unwrap();
            }
        }
        // With more in it than the directory has links.
        let all = [ca, std::fs::read(pki().client_cert()).unwrap()].concat();
        std::fs::write(certs.join(BUNDLE), if bundle { all } else { Vec::new() }).unwrap();
        // SAFETY: plain system calls; the descriptor is owned from here on.
        let watch = unsafe {
            let fd = libc::inotify_init1(libc::IN_NONBLOCK | libc::IN_CLOEXEC);
            assert!(fd >= 0, "inotify");
            OwnedFd::from_raw_fd(fd)
        };
        for path in [directory.path(), &certs] {
            let path = CString::new(path.as_os_str().as_bytes()).unwrap();
            // SAFETY: a descriptor of our own and a C string that lives through the call.
            let added =
                unsafe { libc::inotify_add_watch(watch.as_raw_fd(), path.as_ptr(), libc::IN_OPEN) };
            assert!(added >= 0, "inotify");
        }
        System { directory, watch }
    }

    /// The names of what was opened since the last call; a directory itself is `.`.
    fn opened(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut buffer = [0_u8; 64 * 1024];
        loop {
            // SAFETY: the buffer is as long as it is said to be.
            let read = unsafe {
                libc::read(
                    self.watch.as_raw_fd(),
                    buffer.as_mut_ptr().cast(),
                    buffer.len(),
                )
            };
            let Ok(read) = usize::try_from(read) else {
                return names;
            };
            let mut rest = &buffer[..read];
            while let Some((head, tail)) = rest.split_at_checked(16) {
                let length =
                    usize::try_from(u32::from_ne_bytes(head[12..].try_into().unwrap())).unwrap();
                let name = String::from_utf8_lossy(&tail[..length]);
                let name = name.trim_end_matches('\0');
                names.insert(if name.is_empty() { "." } else { name }.to_owned());
                rest = &tail[length..];
            }
        }
    }

    fn check(&self, server: &Sandbox, options: &[&str], environment: &[(&str, &str)]) -> Outcome {
        let port = server.port().to_string();
        let all = [
            &[
                "-H",
                "localhost",
                "--address",
                "127.0.0.1",
                "-p",
                &port,
                "--format",
                "json",
            ][..],
            options,
        ]
        .concat();
        run_with(&[(self.directory.path(), "/etc/ssl")], &all, environment)
    }
}

fn tls() -> Sandbox {
    Sandbox::start(Scenario::smtp().tls())
}

#[test]
fn the_bundle_is_not_read_where_a_hashed_directory_exists() {
    let system = System::new(true, true, true);
    let server = tls();
    system.opened();
    assert_ok(&system.check(&server, &["-s"], &[]));
    let opened = system.opened();
    assert!(opened.iter().any(|name| name.ends_with(".0")), "{opened:?}");
    assert!(!opened.contains(BUNDLE), "{opened:?}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn what_the_directory_lacks_the_bundle_may_hold() {
    let system = System::new(true, false, true);
    let server = tls();
    let outcome = system.check(&server, &["-s"], &[]);
    assert_ok(&outcome);
    assert!(system.opened().contains(BUNDLE));
    // The target was probed anew, and is reported once.
    assert_eq!(server.connections(), 2);
    assert_eq!(outcome.json()["targets"].as_array().unwrap().len(), 1);
    let tls_phases = outcome.json()["targets"][0]["phases"]
        .as_array()
        .unwrap()
        .len();
    assert!(tls_phases <= 6, "{outcome}");

    let starttls = Sandbox::start(Scenario::smtp().starttls());
    assert_ok(&system.check(&starttls, &["-S"], &[]));
    assert_eq!(starttls.connections(), 2);
}

#[test]
fn what_neither_holds_is_untrusted() {
    let system = System::new(true, false, false);
    let server = tls();
    assert_finds(&system.check(&server, &["-s"], &[]), 2, &["cert-untrusted"]);
    // The bundle holds no more than the directory: there is nothing to try again with.
    assert_eq!(server.connections(), 1);
    let system = System::new(true, false, true);
    let signed = Sandbox::start(Scenario::smtp().tls().certificate(Certificate::SelfSigned));
    assert_finds(
        &system.check(&signed, &["-s"], &[]),
        2,
        &["cert-self-signed"],
    );
}

#[test]
fn other_faults_of_a_certificate_are_no_reason_to_ask_twice() {
    let system = System::new(true, true, true);
    for (certificate, id) in [
        (Certificate::Expired, "cert-expired"),
        (Certificate::WrongName, "cert-name-mismatch"),
    ] {
        let server = Sandbox::start(Scenario::smtp().tls().certificate(certificate));
        assert_finds(&system.check(&server, &["-s"], &[]), 2, &[id]);
        assert_eq!(server.connections(), 1);
    }
    let unverified = tls();
    assert_ok(&system.check(&unverified, &["-s", "-k"], &[]));
    assert_eq!(unverified.connections(), 1);
}

#[test]
fn without_a_hashed_directory_the_bundle_is_the_first_choice() {
    let system = System::new(false, false, true);
    let server = tls();
    assert_ok(&system.check(&server, &["-s"], &[]));
    assert!(system.opened().contains(BUNDLE));
    assert_eq!(server.connections(), 1);
}

#[test]
fn the_callers_environment_decides_where_it_speaks() {
    let system = System::new(true, false, false);
    let ca = pki().ca_file();
    let server = tls();
    let file = [("SSL_CERT_FILE", ca.to_str().unwrap())];
    // The system's roots alone would not do; its bundle is not asked a second time.
    assert_ok(&system.check(&server, &["-s"], &file));
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_check_without_tls_opens_nothing_of_it() {
    let system = System::new(true, true, true);
    system.opened();
    let server = Sandbox::start(Scenario::smtp());
    let options = ["--to", "probe@example.test", "--open-relay"];
    assert_ok(&system.check(&server, &options, &[]));
    let opened = system.opened();
    assert!(opened.is_empty(), "{opened:?}");
    let with = Path::new("/etc/ssl");
    assert!(with.exists());
    assert_ok(&system.check(&tls(), &["-s"], &[]));
    assert!(!system.opened().is_empty(), "the watch sees nothing at all");
}
