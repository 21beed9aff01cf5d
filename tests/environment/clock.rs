//! Clocks that are wrong, and clocks that are set while a check runs. Times are measured by the monotonic clock, which
//! nobody sets; the other one judges certificates and ages.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::probes::{Files, all};

/// The library that fakes the wall clock and leaves the monotonic one alone.
const FAKED: &str = "export FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_NO_CACHE=1 \
                     LD_PRELOAD=$(ls /usr/lib/*/faketime/libfaketimeMT.so.1 | head -n 1); [ -n \"$LD_PRELOAD\" ] || exit 99";

#[test]
fn a_clock_that_is_set_while_a_check_runs() {
    let files = Files::new();
    let file = files.folder.path().join("clock");
    std::fs::write(&file, "+0\n").unwrap();
    let done = Done::default();
    std::thread::scope(|scope| {
        // Also when an assertion fails.
        let _guard = Guard(&done);
        scope.spawn(|| {
            let next = files.folder.path().join("next");
            // Hours and days, both ways; the certificates are good all the while.
            for shift in ["-20d", "+1h", "-3h", "+20d", "+0"].iter().cycle() {
                if done.0.load(Ordering::Relaxed) {
                    return;
                }
                std::fs::write(&next, format!("{shift}\n")).unwrap();
                std::fs::rename(&next, &file).unwrap();
                std::thread::sleep(Duration::from_millis(7));
            }
        });
        let late = |scenario: super::sandbox::Scenario| scenario.latency(Duration::from_millis(30));
        for probe in all(&files, late) {
            let script = format!(
                "{FAKED}; export FAKETIME_TIMESTAMP_FILE={}; exec \"$0\" \"$@\"",
                file.display()
            );
            let outcome = probe.within(&script, &["-t", "15"]);
            let line = outcome.plugin();
            // A message is dated by a clock that is somewhere else when it comes: that may be told, and no more.
            let fine = outcome.code == Some(0)
                || (probe.name == "check_roundtrip" && outcome.code == Some(1));
            assert!(fine, "{outcome}");
            for entry in &line.perfdata {
                assert!(entry.value >= 0.0, "{entry:?} {outcome}");
                assert!(
                    entry.unit != "s"
                        || entry.value < 60.0
                        || entry.label.contains("expires")
                        || entry.label == "clock_skew",
                    "{entry:?} {outcome}"
                );
            }
        }
    });
}

#[derive(Default)]
struct Done(AtomicBool);

struct Guard<'a>(&'a Done);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn clocks_that_stand_in_another_century() {
    let files = Files::new();
    for probe in all(&files, |scenario| scenario) {
        for when in [
            "1970-01-01 00:00:01",
            "1999-12-31 23:59:59",
            "2038-01-19 03:14:08",
            "2150-06-01 00:00:00",
        ] {
            let script = format!("{FAKED}; export FAKETIME='@{when}'; exec \"$0\" \"$@\"");
            let outcome = probe.within(&script, &["-t", "5", "-vvv"]);
            let verifies = outcome.code == Some(2) && outcome.stdout.contains("ertificate");
            let no_tls = ["check_blacklist", "check_mailq"].contains(&probe.name);
            assert!(
                if no_tls {
                    outcome.code == Some(0)
                } else {
                    verifies
                },
                "{when}: {outcome}"
            );
            assert_eq!(outcome.plugin().service, probe.service, "{when}: {outcome}");
        }
    }
}

/// A container may have been started a moment ago, or years.
#[test]
fn a_monotonic_clock_that_starts_elsewhere() {
    let files = Files::new();
    for probe in all(&files, |scenario| scenario) {
        for offset in ["200000000", "0"] {
            let script = format!(
                "exec unshare --time --monotonic {offset} --boottime {offset} --fork -- \"$0\" \"$@\""
            );
            let outcome = probe.within(&script, &["-t", "5"]);
            probe.says(&outcome, 0, offset);
        }
    }
}
