//! In the place of the old check_rbl: its options, its numbers, its exit codes.

use std::os::unix::fs::symlink;
use std::path::Path;

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

/// The old plugin itself, where it is installed; it can be told the port by the environment only.
fn theirs(port: u16, options: &[&str]) -> Option<Outcome> {
    let path = Path::new("/usr/lib/nagios/plugins/check_rbl");
    path.is_file().then(|| {
        Run::new("check_rbl")
            .env("RES_OPTIONS", format!("port:{port}"))
            .args(["-n", "127.0.0.1"])
            .args(options)
            .kill_after(std::time::Duration::from_secs(60))
            .run_binary(path)
    })
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
fn options_and_exit_codes_are_the_old_ones() {
    let dns = dns();
    let server = dns.address().to_string();
    let rows: [(&[&str], i32); 26] = [
        (&["-H", IP, "-s", "a.test"], 2),
        (&["-H", "192.0.2.8", "-s", "a.test"], 0),
        (&["-H", "mail.example.test", "-s", "a.test"], 2),
        (&["--host", IP, "--server", "a.test"], 2),
        (&["-H", IP, "-s", "a.test", "-w", "1", "-c", "2"], 1),
        (
            &[
                "-H", IP, "-s", "a.test", "-s", "b.test", "-w", "1", "-c", "2",
            ],
            2,
        ),
        (&["-H", IP, "-s", "a.test", "-w", "2", "-c", "3"], 0),
        (&["-H", IP, "-s", "a.test", "-w", "2", "-c", "1"], 3),
        (&["-H", IP, "-s", "a.test", "-w", "x"], 3),
        (&["-H", "none.example.test", "-s", "a.test"], 3),
        (&["-s", "a.test"], 3),
        (&["-H", IP], 3),
        (&["-U", "bad.example.test", "-s", "a.test"], 2),
        (&["-U", "good.example.test", "-s", "a.test"], 0),
        (
            &[
                "--url",
                "bad.example.test",
                "-H",
                "192.0.2.8",
                "-s",
                "a.test",
            ],
            0,
        ),
        (&["-H", IP, "-s", "a.test", "--whitelistings"], 0),
        (&["-H", "192.0.2.8", "-s", "a.test", "--wl"], 2),
        (
            &[
                "-H",
                "192.0.2.8",
                "-s",
                "a.test",
                "--wl",
                "-w",
                "1",
                "-c",
                "2",
            ],
            1,
        ),
        // Zones that do not answer are no listings, as long as others answer.
        (
            &[
                "-H",
                "192.0.2.8",
                "-s",
                "a.test",
                "-s",
                "silent.test",
                "--query-timeout",
                "1",
            ],
            0,
        ),
        (
            &["-H", "192.0.2.8", "-s", "a.test", "-s", "failing.test"],
            0,
        ),
        (
            &[
                "-H",
                IP,
                "-s",
                "a.test",
                "--workers",
                "5",
                "-r",
                "2",
                "--query-timeout",
                "3",
                "-t",
                "20",
            ],
            2,
        ),
        (
            &["-H", IP, "-s", "a.test", "-d", "-v", "-a", "see the wiki"],
            2,
        ),
        (&["-H", IP, "-s", "a.test", "--nonsense"], 3),
        (&["-H", "2001:db8::7", "-s", "a.test"], 0),
        // It lives by its IPv4 entry; the old one would not look.
        (&["-H", "2001:db8::7", "-s", "tested.test"], 0),
        (&["-U", "good.example.test", "-s", "tested.test"], 0),
    ];
    // The old one looks every address's name up, with the patience of the C library.
    std::thread::scope(|scope| {
        for (options, code) in rows {
            let (dns, server) = (&dns, &server);
            scope.spawn(move || {
                let outcome = rbl(&[&["-n", server.as_str()], options].concat());
                assert_eq!(outcome.code, Some(code), "{outcome}");
                assert_eq!(outcome.stderr, "", "{outcome}");
                if let Some(old) = theirs(dns.port(), options) {
                    assert_eq!(old.code, Some(code), "{old}");
                }
            });
        }
    });
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
