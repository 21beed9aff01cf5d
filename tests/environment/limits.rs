//! Too few descriptors, too little memory, no threads: our own trouble is UNKNOWN and never the server's fault, and it
//! is said in one line.

use super::probes::{Files, Probe, all, is_root};
use super::sandbox::probe::Outcome;

/// OK where it was enough, UNKNOWN with one line where not; true when it was enough. Before our first line the loader
/// may give up by itself (127, or a signal of its own).
#[track_caller]
fn enough(probe: &Probe, outcome: &Outcome, limit: &str) -> Option<bool> {
    match outcome.code {
        Some(0) => Some(true),
        Some(3) => {
            probe.says(outcome, 3, limit);
            assert_eq!(outcome.stdout.lines().count(), 1, "{limit}: {outcome}");
            Some(false)
        }
        // OpenSSL that gets no memory in the middle of a handshake says many things (a weak key, an unknown issuer).
        Some(2)
            if limit.contains("KiB")
                && ["TLS", "ertificate"]
                    .iter()
                    .any(|word| outcome.stdout.contains(word)) =>
        {
            probe.says(outcome, 2, limit);
            Some(false)
        }
        Some(127) if outcome.stdout.is_empty() => None,
        // The kernel or the loader, before there was anything of ours; or the very first bytes were not to be had, with
        // which a line could be said at an abort.
        None if outcome.stdout.is_empty() && outcome.max_rss_kib < 4096 => None,
        _ => panic!("{limit}: {outcome}"),
    }
}

#[test]
fn no_descriptors_left() {
    let files = Files::new();
    for probe in all(&files, |scenario| scenario) {
        let mut seen = Vec::new();
        for most in 3..24 {
            let script = format!(
                "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; ulimit -n {most}; exec \"$0\" \"$@\""
            );
            let outcome = probe.within(&script, &["-t", "5"]);
            seen.extend(enough(&probe, &outcome, &format!("{most} descriptors")));
        }
        assert!(
            seen.contains(&false) && seen.contains(&true),
            "{}: {seen:?}",
            probe.name
        );
    }
}

#[test]
fn little_memory() {
    let files = Files::new();
    for probe in all(&files, |scenario| scenario) {
        let mut seen = Vec::new();
        let mut without_heap = 0;
        // Address space in KiB: from where the loader fails to where everything fits.
        for kib in (12_000..60_000).step_by(1_500).chain([200_000]) {
            let script = format!("ulimit -v {kib}; exec \"$0\" \"$@\"");
            let outcome = probe.within(&script, &["-t", "5"]);
            if speechless(&outcome) {
                without_heap += 1;
                continue;
            }
            seen.extend(enough(
                &probe,
                &outcome,
                &format!("{kib} KiB of address space"),
            ));
        }
        assert!(
            seen.contains(&false) && seen.last() == Some(&true),
            "{}: {seen:?}",
            probe.name
        );
        // The heap begins with 132 KiB: one step at most falls where everything is mapped and these are not to be had.
        assert!(without_heap <= 1, "{}: {without_heap}", probe.name);
    }
}

/// Rust's runtime got not one byte of memory: it aborts before `main`, or before there is a line for that.
fn speechless(outcome: &Outcome) -> bool {
    outcome.code.is_none()
        && outcome.stdout.is_empty()
        && ["memory allocation of", "thread 'main'"]
            .iter()
            .any(|first| outcome.stderr.trim_start().starts_with(first))
}

#[test]
fn no_threads() {
    if !is_root() {
        // Only root can become somebody else; the lab, which needs root too, says so already.
        return;
    }
    let files = Files::new();
    // A user of its own, so that nobody else's processes count.
    let user = 60_000 + std::process::id() % 5_000;
    for probe in all(&files, |scenario| scenario) {
        let mut seen = Vec::new();
        for most in [1, 2, 3, 4, 8, 30] {
            let script = format!(
                "mount --bind \"$(dirname \"$0\")\" /mnt; probe=/mnt/$(basename \"$0\"); \
                 exec setpriv --reuid {user} --regid {user} --clear-groups prlimit --nproc={most} $probe \"$@\""
            );
            let outcome = probe.alone(&script, &["-t", "5"]);
            seen.extend(enough(&probe, &outcome, &format!("{most} processes")));
        }
        assert_eq!(seen.first(), Some(&false), "{}: {seen:?}", probe.name);
        assert_eq!(seen.last(), Some(&true), "{}: {seen:?}", probe.name);
    }
}
