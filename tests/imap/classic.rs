//! The options of the old check_tcp, as far as exit codes beside it (tests/dropin) do not show what they do.

use std::time::Duration;

use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{Sandbox, Scenario};

fn run(server: &Sandbox, options: &[&str]) -> Outcome {
    Run::new("check_imap")
        .args(["-H", "127.0.0.1", "-p", &server.port().to_string()])
        .args(options)
        .kill_after(Duration::from_secs(15))
        .run()
}

#[test]
fn the_pause_of_d_is_not_part_of_the_time() {
    let server = Sandbox::start(Scenario::imap());
    let outcome = run(&server, &["-d", "1"]);
    assert!(outcome.wall > Duration::from_secs(1), "{outcome}");
    assert!(
        outcome.plugin().perf("time").unwrap().value < 0.9,
        "{outcome}"
    );
    let late = run(&server, &["-d", "5", "-t", "1"]);
    assert_eq!(late.code, Some(2), "{late}");
    assert!(late.wall < Duration::from_millis(1250), "{late}");
}

/// As the old one: `-m` ends the reading, and what one read brought is looked at whole.
#[test]
fn m_ends_the_reading() {
    let server = Sandbox::start(Scenario::imap());
    let ours = |options: &[&str]| run(&server, options);
    assert_eq!(ours(&["-m", "4", "-e", "sandbox"]).code, Some(0));
    assert_eq!(ours(&["-m", "1000", "-e", "sandbox"]).code, Some(0));
    assert_eq!(ours(&["-m", "4"]).code, Some(0));
}

#[test]
fn jail_holds_whatever_the_verbosity() {
    let server = Sandbox::start(Scenario::imap());
    for more in ["-v", "-vv", "-vvv"] {
        for expect in ["sandbox", "nonsense"] {
            let outcome = run(&server, &["-j", "-e", expect, more]);
            assert!(!outcome.stdout.contains("sandbox ready"), "{outcome}");
            assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
        }
    }
}
