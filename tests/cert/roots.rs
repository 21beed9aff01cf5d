//! Which files of trust a check reads: no bundle where a hashed directory will do.
//!
//! The run sees a directory of the test's own as /etc/ssl. Its bundle is a pipe that nobody writes to: whoever
//! reads it hangs.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::check::found;
use crate::namespace::run_probe_with;
use crate::sandbox::pki::{Chain, case};
use crate::sandbox::probe::Outcome;
use crate::server::Server;

const BUNDLE: &str = "ca-certificates.crt";

fn system(links: &[&Chain], bundle: Option<&Chain>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let certs = folder.path().join("certs");
    std::fs::create_dir(&certs).unwrap();
    for root in links.iter().flat_map(|chain| &chain.roots) {
        let name = format!("{:08x}.0", root.subject_name_hash());
        std::fs::write(certs.join(name), root.to_pem().unwrap()).unwrap();
    }
    let path = certs.join(BUNDLE);
    if let Some(chain) = bundle {
        std::fs::write(path, chain.roots_pem()).unwrap();
    } else {
        let path = CString::new(path.as_os_str().as_bytes()).unwrap();
        // SAFETY: a C string that lives through the call.
        assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
    }
    folder
}

fn check(folder: &Path, server: &Server, more: &[&str]) -> Outcome {
    let port = server.port.to_string();
    let usual = [
        "-H",
        "mail.example.test",
        "--address",
        "127.0.0.1",
        "-p",
        &port,
        "-t",
        "3",
        "--format",
        "json",
    ];
    let all = [&usual[..], more].concat();
    run_probe_with("check_cert", &[(folder, "/etc/ssl")], &all, &[])
}

#[test]
fn the_bundle_is_not_read_where_a_hashed_directory_exists() {
    let chain = case("good");
    let folder = system(&[&chain], None);
    let server = Server::tls(&chain);
    let outcome = check(folder.path(), &server, &[]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.took() < Duration::from_secs(2), "{outcome}");
    // A fault that no root can mend.
    let expired = case("expired");
    let server = Server::tls(&expired);
    let outcome = check(folder.path(), &server, &[]);
    assert_eq!(
        found(&outcome, false),
        ["cert-expired=critical"],
        "{outcome}"
    );
}

#[test]
fn what_the_directory_lacks_the_bundle_may_hold_without_a_second_connection() {
    let chain = case("good");
    let folder = system(&[&case("two-roots")], Some(&chain));
    let server = Server::tls(&chain);
    let outcome = check(folder.path(), &server, &[]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(server.connections(), 1);
    let neither = system(&[&case("two-roots")], Some(&case("two-roots")));
    let outcome = check(neither.path(), &server, &[]);
    assert_eq!(
        found(&outcome, false),
        ["cert-untrusted=critical"],
        "{outcome}"
    );
}

/// With roots of the caller's alone the system's are no matter, and public rules bind nobody.
#[test]
fn public_authorities_are_held_to_public_rules() {
    let chain = case("long-lived");
    let folder = system(&[&chain], None);
    let server = Server::tls(&chain);
    let outcome = check(folder.path(), &server, &[]);
    assert_eq!(
        found(&outcome, false),
        ["lifetime-too-long=warning"],
        "{outcome}"
    );
    let sha1 = case("sha1");
    let server = Server::tls(&sha1);
    let outcome = check(folder.path(), &server, &[]);
    assert_eq!(
        found(&outcome, false),
        ["signature-weak=critical"],
        "{outcome}"
    );
}
