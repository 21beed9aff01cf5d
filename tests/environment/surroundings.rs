//! Machines that lack what one takes for granted: every probe works where it needs none of it, and says in one line what
//! is missing where it does.

use std::time::Duration;

use super::probes::{Files, all, is_root};
use super::sandbox::probe::Run;

/// The root and what is mounted on it, as far as files can be made there.
const READ_ONLY: &str = "for at in / /tmp /var /run /var/tmp /dev/shm; do \
    ! mountpoint -q $at || mount -o remount,bind,ro $at; done; ! touch /tmp/x 2>/dev/null";

/// Each is a script that makes the surroundings, and the reason why the check is none the worse for it.
const BARE: [(&str, &str); 6] = [
    ("no /etc at all", "mount -t tmpfs none /etc"),
    (
        "no roots",
        "mount -t tmpfs none /etc/ssl; mount -t tmpfs none /usr/share/ca-certificates",
    ),
    ("nothing may be written", READ_ONLY),
    ("no /proc", "mount -t tmpfs none /proc"),
    ("no /dev", "mount -t tmpfs none /dev"),
    (
        "neither /proc nor /dev nor /etc",
        "mount -t tmpfs none /proc; mount -t tmpfs none /etc; mount -t tmpfs none /dev",
    ),
];

#[test]
fn bare_machines() {
    let files = Files::new();
    for probe in all(&files, |scenario| scenario) {
        for (name, script) in BARE {
            let outcome = probe.alone(&format!("{script}; exec \"$0\" \"$@\""), &[]);
            probe.says(&outcome, 0, name);
            assert_eq!(outcome.stderr, "", "{name}: {outcome}");
        }
    }
}

#[test]
fn environments_of_all_kinds() {
    let files = Files::new();
    let odd = [
        ("an empty one", "exec env -i \"$0\" \"$@\""),
        (
            "German",
            "exec env LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LANGUAGE=de \"$0\" \"$@\"",
        ),
        ("C", "exec env LC_ALL=C \"$0\" \"$@\""),
        (
            "no such locale",
            "exec env LC_ALL=xx_XX.none TZ=:/nonexistent \"$0\" \"$@\"",
        ),
        ("no home", "unset HOME USER LOGNAME; exec \"$0\" \"$@\""),
        (
            "nothing there",
            "export HOME=/nonexistent TMPDIR=/nonexistent PATH=/nonexistent; exec \"$0\" \"$@\"",
        ),
        (
            "no folder",
            "mkdir \"$TMPDIR/gone\"; cd \"$TMPDIR/gone\"; rmdir \"$TMPDIR/gone\"; exec \"$0\" \"$@\"",
        ),
        (
            "no UTF-8",
            "export X=$'\\xff\\xfe' TERM=$'\\xff' COLUMNS=-1; exec \"$0\" \"$@\"",
        ),
    ];
    for probe in all(&files, |scenario| scenario) {
        for (name, script) in odd {
            let place = format!("export TMPDIR={}; {script}", files.folder.path().display());
            let outcome = probe.within(&place, &["-vvv"]);
            probe.says(&outcome, 0, name);
            assert_eq!(outcome.stderr, "", "{name}: {outcome}");
        }
    }
}

/// The binaries are laid where anybody may run them; who they are is in no list of users.
#[test]
fn a_user_whom_nobody_knows() {
    if !is_root() {
        // The lab, which needs root too, says so already.
        return;
    }
    let files = Files::new();
    for probe in all(&files, |scenario| scenario) {
        let script = "mount --bind \"$(dirname \"$0\")\" /mnt; probe=/mnt/$(basename \"$0\"); unset HOME; \
                      exec setpriv --reuid 54321 --regid 54321 --clear-groups $probe \"$@\"";
        let outcome = probe.alone(script, &[]);
        probe.says(&outcome, 0, "a user without an entry");
        assert_eq!(outcome.stderr, "", "{outcome}");
    }
}

/// What needs the system's name servers or roots says so, in time.
#[test]
fn what_is_missing_is_named() {
    let files = Files::new();
    let probes = all(&files, |scenario| scenario);
    for probe in &probes[..4] {
        // No trust of its own.
        let mut args = probe.args.clone();
        let at = args.iter().position(|word| word == "--ca-file").unwrap();
        args.drain(at..at + 2);
        let outcome = Run::new("unshare")
            .args(if is_root() {
                &[][..]
            } else {
                &["--map-root-user"]
            })
            .args(["--mount", "--", "sh", "-c"])
            .arg("mount -t tmpfs none /etc/ssl && exec \"$0\" \"$@\"")
            .arg(probe.binary())
            .args(&args)
            .run_binary("/usr/bin/unshare".as_ref());
        probe.says(&outcome, 2, "no roots");
        assert!(outcome.stdout.contains("ertificate"), "{outcome}");
    }
    for (probe, args) in [
        ("check_smtp", &["-H", "mail.example.test"][..]),
        ("check_imap", &["-H", "mail.example.test"]),
        ("check_pop3", &["-H", "mail.example.test"]),
        ("check_cert", &["-H", "mail.example.test"]),
        ("check_smtp", &["--mx", "example.test"]),
        ("check_blacklist", &["-H", "192.0.2.7", "-s", "bl.test"]),
        (
            "check_blacklist",
            &["-H", "mail.example.test", "-s", "bl.test"],
        ),
    ] {
        let binary = super::sandbox::probe::built(probe).unwrap();
        let outcome = Run::new("unshare")
            .args(if is_root() {
                &[][..]
            } else {
                &["--map-root-user"]
            })
            .args(["--mount", "--net", "--", "sh", "-c"])
            .arg("mount -t tmpfs none /etc && exec \"$0\" \"$@\"")
            .arg(binary)
            .args(args)
            .args(["-t", "3"])
            .run_binary("/usr/bin/unshare".as_ref());
        assert!(matches!(outcome.code, Some(2 | 3)), "{args:?}: {outcome}");
        assert_eq!(outcome.plugin().code(), outcome.code.unwrap(), "{outcome}");
        assert!(outcome.took() < Duration::from_millis(3500), "{outcome}");
    }
}
