//! check_blacklist in bad surroundings: resolv.conf, descriptors, files that never answer, signals while lists are asked.

use std::path::Path;
use std::time::Duration;

use super::namespace::{run_probe_with, run_with};
use super::sandbox::calm::punctual;
use super::sandbox::dns::{Behaviour, Dns, Zone};
use super::sandbox::probe::{Run, built};
use super::signals::{SIGNALS, ends, start};

const IP: &str = "192.0.2.7";

/// Whatever resolv.conf is, nothing is OK, and it is over in time.
#[test]
fn a_resolv_conf_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let files = [
        write("empty", b""),
        write("garbage", &[0xff, 0xfe, 0, b'\n', 7, b' ', b'x']),
        write("wrong", b"nameserver not-an-address\nnameserver\n"),
        write(
            "nobody",
            b"nameserver 127.0.0.1\noptions timeout:1 attempts:1 edns0\n",
        ),
        super::mute(&folder),
    ];
    let options = [
        "-H",
        IP,
        "-s",
        "bl.test",
        "-t",
        "2",
        "--query-timeout",
        "1s",
    ];
    for file in &files {
        let outcome = punctual(Duration::from_millis(2400), || {
            run_with_probe(file, &options)
        });
        assert!(matches!(outcome.code, Some(2 | 3)), "{file:?} {outcome}");
        assert!(
            outcome.stdout.starts_with("BLACKLIST "),
            "{file:?} {outcome}"
        );
    }
}

fn run_with_probe(file: &Path, options: &[&str]) -> super::sandbox::probe::Outcome {
    run_probe_with(
        "check_blacklist",
        &[(file, "/etc/resolv.conf")],
        options,
        &[],
    )
}

/// The other probes' entry is the same file's.
#[test]
fn a_resolv_conf_that_names_nobody_does_not_stop_an_address() {
    let outcome = run_with(
        &[(Path::new("/dev/null"), "/etc/resolv.conf")],
        &["-H", "127.0.0.1", "-p", "1", "-t", "2"],
        &[],
    );
    assert_eq!(outcome.code, Some(2), "{outcome}");
}

#[test]
fn no_descriptors_left() {
    let zone = (0..4).fold(Zone::new(), |zone, number| {
        zone.a(&format!("2.0.0.127.z{number}.test"), [127, 0, 0, 2])
    });
    let dns = Dns::start(zone);
    let binary = built("check_blacklist").unwrap();
    let (mut refused, mut done) = (0, 0);
    for most in 3..24 {
        let line = format!(
            "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; ulimit -n {most}; \
             exec \"$0\" -n {} -H {IP} -s z0.test -s z1.test -s z2.test -s z3.test -t 2",
            dns.address()
        );
        let outcome = Run::new("sh")
            .args(["-c", &line, &binary.display().to_string()])
            .run_binary(Path::new("/bin/sh"));
        match outcome.code {
            Some(0) => {
                assert!(outcome.stdout.contains("by 4 zones"), "{most}: {outcome}");
                done += 1;
            }
            // Before main, the loader itself needs one.
            Some(127) => {}
            Some(3) => {
                assert_eq!(outcome.stdout.lines().count(), 1, "{most}: {outcome}");
                refused += 1;
            }
            _ => panic!("{most}: {outcome}"),
        }
    }
    assert!(refused > 0 && done > 0, "{refused} {done}");
}

#[test]
fn files_of_its_own_that_never_answer() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = super::mute(&folder);
    let fifo = fifo.to_str().unwrap();
    let key = format!("spamhaus=@{fifo}");
    for options in [
        &["--zones", fifo][..],
        &["-s", "zen.dq.spamhaus.net", "--key", &key],
        &[
            "-s",
            "zen.dq.spamhaus.net",
            "--key",
            "spamhaus=command:sleep 30",
        ],
    ] {
        let run = Run::new("check_blacklist").args(["-H", IP, "-t", "700ms"]);
        let run = run.args(options).kill_after(Duration::from_secs(5));
        let outcome = run.run_within(Duration::from_millis(950));
        assert_eq!(outcome.code, Some(3), "{outcome}");
        assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
    }
    // The cache is not waited for.
    let dns = Dns::start(Zone::new().a("2.0.0.127.bl.test", [127, 0, 0, 2]));
    let server = dns.address().to_string();
    let outcome = Run::new("check_blacklist")
        .args(["-n", &server, "-H", IP, "-s", "bl.test", "-t", "2"])
        .args(["--self-test-cache", fifo])
        .run_within(Duration::from_secs(1));
    assert_eq!(outcome.code, Some(1), "{outcome}");
}

#[test]
fn a_signal_while_lists_are_asked() {
    for signal in SIGNALS {
        let dns = Dns::start(Zone::new().behave("*.test", Behaviour::Silence));
        let server = dns.address().to_string();
        let child = start(
            "check_blacklist",
            &["-n", &server, "-H", IP, "-s", "a.test", "-s", "b.test"],
        );
        while dns.asked().len() < 6 {
            std::thread::yield_now();
        }
        let text = ends(child, signal, "BLACKLIST");
        assert!(text.contains("the zones were not asked"), "{text}");
    }
}
