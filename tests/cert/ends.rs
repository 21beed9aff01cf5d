//! When the end is near: `-w`, `-c`, `--at`, and what perfdata says about it.

use crate::check::{against, case_run, found};
use crate::sandbox::pki::case;
use crate::server::Server;

/// Case, options, exit code, perfdata of `expires` behind its value.
#[test]
fn thresholds_are_shares_and_durations() {
    // A lifetime of 90.5 days, 63.5 left; and one of 6.5 days, 4.5 left.
    for (name, options, code, limits) in [
        ("good", &[][..], 0, ";1954800:;781920:"),
        (
            "good",
            &["-w", "28d,25%", "-c", "14d,10%"],
            0,
            ";1954800:;781920:",
        ),
        ("good", &["-w", "70", "-c", "64"], 2, ";6048000:;5529600:"),
        ("good", &["-w", "70d"], 1, ";6048000:;781920:"),
        ("good", &["-w", "80%"], 1, ";6255360:;781920:"),
        ("good", &["-w", "80%,30d"], 0, ";2592000:;781920:"),
        ("good", &["-w", "70:"], 1, ";6048000:;781920:"),
        ("good", &["-w", "expires=70d"], 1, ";6048000:;781920:"),
        (
            "good",
            &["-w", "1600h", "-c", "1550h"],
            2,
            ";5760000:;5580000:",
        ),
        ("good", &["-c", "63.6"], 2, ";1954800:;5495040:"),
        ("good", &["-c", "63.4", "-w", "1"], 0, ";86400:;5477760:"),
        ("good", &["-w", "0:60"], 1, ";5184000;781920:"),
        ("good", &["--ignore-exp"], 0, ";1954800:;781920:"),
        ("short-lived", &[], 0, ";140400:;56160:"),
        (
            "short-lived",
            &["-w", "28", "-c", "14"],
            2,
            ";2419200:;1209600:",
        ),
    ] {
        let outcome = case_run(name, options);
        assert_eq!(outcome.code, Some(code), "{name} {options:?}\n{outcome}");
        let first = outcome.stdout.lines().next().unwrap();
        let perfdata = first.split("expires=").nth(1).unwrap();
        let perfdata = perfdata.split(' ').next().unwrap();
        let shown = perfdata.trim_start_matches(|c: char| c.is_ascii_digit());
        let shown = shown.strip_prefix('s').unwrap();
        assert_eq!(shown, limits, "{name} {options:?}\n{first}");
    }
}

#[test]
fn the_line_says_how_long_and_until_when() {
    let line = case_run("ends-soon", &[]).stdout;
    assert!(
        line.contains("certificate expires in 5 d 12 h (20"),
        "{line}"
    );
    assert!(
        line.contains(" UTC), renewal was due 24 d 16 h before"),
        "{line}"
    );
    let line = case_run("expired", &[]).stdout;
    assert!(
        line.contains("expired on 20") && line.contains(", 3 d ago"),
        "{line}"
    );
    assert!(line.contains("expires=-2592"), "{line}");
    let line = case_run("not-yet-valid", &[]).stdout;
    assert!(line.contains("is not valid yet: it begins in "), "{line}");
    let line = case_run("ending-intermediate", &[]).stdout;
    assert!(line.contains("no valid chain any more in 10 d"), "{line}");
    assert!(
        line.contains("\"Case Ending Intermediate CA\" expires"),
        "{line}"
    );
}

#[test]
fn what_expires_can_be_waived_and_what_is_over_cannot_hide() {
    let outcome = case_run("ends-soon", &["--on", "cert-expiring=ok"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(
        outcome.stdout.contains("ignored: cert-expiring"),
        "{outcome}"
    );
    // However small the thresholds are.
    let outcome = case_run("expired", &["-w", "0", "-c", "0"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
}

#[test]
fn other_moments_can_be_judged() {
    let chain = case("good");
    let server = Server::tls(&chain);
    let run = |at: &str| against(&server, &chain, &["--at", at, "--format", "json"]);
    for (at, expected) in [
        ("+1d", &[][..]),
        ("+45d", &["cert-expiring=warning"]),
        ("+60d", &["cert-expiring=critical"]),
        ("+64d", &["cert-expired=critical"]),
        ("-30d", &["cert-not-yet-valid=critical"]),
        (
            "1999-12-31",
            &["cert-not-yet-valid=critical", "cert-not-yet-valid=critical"],
        ),
        ("2099-12-31T23:59:59Z", &["cert-expired=critical"]),
    ] {
        let outcome = run(at);
        let mut expected: Vec<&str> = expected.to_vec();
        expected.dedup();
        assert_eq!(found(&outcome, false), expected, "{at}\n{outcome}");
    }
    let left = run("+60d").metric("expires").unwrap() / 86_400.0;
    assert!((left - 3.5).abs() < 0.1, "{left}");
    for wrong in ["x", "2026-13-01", "", "+", "1960-01-01"] {
        let outcome = run(wrong);
        assert_eq!(outcome.code, Some(3), "{wrong}\n{outcome}");
    }
}

#[test]
fn other_numbers_are_judged_by_name() {
    for (options, code) in [
        (&["-w", "lifetime_left=80:"][..], 1),
        (&["-c", "lifetime_left=80:"], 2),
        (&["-c", "key_bits=384:"], 2),
        (&["-w", "leaf_expires=100d:"], 1),
        (&["-c", "time=10s"], 0),
    ] {
        let outcome = case_run("good", options);
        assert_eq!(outcome.code, Some(code), "{options:?}\n{outcome}");
    }
    let outcome = case_run("staple", &["-w", "ocsp_next_update=100d:"]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let outcome = case_run("staple", &["--ocsp-critical", "2400"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
}

#[test]
fn of_several_targets_the_nearest_end_comes_first() {
    let (good, soon) = (case("good"), case("ends-soon"));
    let (one, other) = (Server::tls(&good), Server::tls(&soon));
    let ports = format!("{},{}", one.port, other.port);
    let outcome = against(&one, &good, &["-p", &ports]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let first = outcome.stdout.lines().next().unwrap();
    let value = first.split("| expires=").nth(1).unwrap();
    let value: f64 = value.split('s').next().unwrap().parse().unwrap();
    assert!(value < 6.0 * 86_400.0, "{first}");
}
