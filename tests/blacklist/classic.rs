//! In the place of the old check_rbl: its numbers, its file. Beside it its lines are run in tests/dropin/rbl.rs.

use std::os::unix::fs::symlink;

use crate::sandbox::dns::{Behaviour, Dns, Zone};
use crate::sandbox::probe::{Outcome, Run, built};
use crate::{IP, REVERSED};

/// Called by the old name.
fn rbl(options: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("check_rbl");
    symlink(built("check_blacklist").unwrap(), &path).unwrap();
    Run::new("check_rbl").args(options).run_binary(&path)
}

/// Lists without test entries, as many of one's own are.
fn dns() -> Dns {
    Dns::start(
        Zone::new()
            .a(&format!("{REVERSED}.a.test"), [127, 0, 0, 2])
            .a(&format!("{REVERSED}.b.test"), [127, 0, 0, 3])
            .a("bad.example.test.a.test", [127, 0, 0, 2])
            .a("mail.example.test", [192, 0, 2, 7])
            .a("2.0.0.127.tested.test", [127, 0, 0, 2])
            .behave("*.silent.test", Behaviour::Silence)
            .behave("*.failing.test", Behaviour::ServFail),
    )
}

#[test]
fn all_zones_silent_is_not_ok_any_more() {
    let dns = dns();
    let server = dns.address().to_string();
    let outcome = rbl(&[
        "-n",
        &server,
        "-H",
        IP,
        "-s",
        "silent.test",
        "--query-timeout",
        "1",
    ]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
}

#[test]
fn the_numbers_have_their_old_names() {
    let dns = dns();
    let server = dns.address().to_string();
    let outcome = rbl(&[
        "-n",
        &server,
        "-H",
        IP,
        "-s",
        "a.test",
        "-s",
        "b.test",
        "-a",
        "see the wiki",
    ]);
    assert!(
        outcome
            .stdout
            .starts_with("CHECK_RBL CRITICAL - 192.0.2.7 is listed by "),
        "{outcome}"
    );
    assert!(
        outcome
            .stdout
            .contains(" see the wiki | servers=2;0;0;0 time="),
        "{outcome}"
    );
}

#[test]
fn its_ini_file_is_read() {
    let dns = dns();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        file.path(),
        "; lists\n[rbl]\nserver=a.test\nserver=b.test\nserver=c.test\n",
    )
    .unwrap();
    let extra = format!("--extra-opts=rbl@{}", file.path().display());
    let server = dns.address().to_string();
    let outcome = rbl(&[&extra, "-n", &server, "-H", IP]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stdout.contains("servers=2;"), "{outcome}");
    assert!(outcome.stdout.contains("zones=3;"), "{outcome}");
}
