//! The options of the old check_tcp at a probe that takes its place, as far as exit codes beside it (tests/dropin) do not show
//! what they do.

use std::time::Duration;

use crate::sandbox::calm::punctual;
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::{Sandbox, Scenario};

/// A probe in its place.
pub struct Heir {
    pub probe: &'static str,
    /// A good server for it.
    pub server: fn() -> Scenario,
}

impl Heir {
    fn start(&self) -> Sandbox {
        Sandbox::start((self.server)())
    }

    fn run(&self, server: &Sandbox, options: &[&str]) -> Outcome {
        Run::new(self.probe)
            .args(["-H", "127.0.0.1", "-p", &server.port().to_string()])
            .args(options)
            .kill_after(Duration::from_secs(15))
            .run()
    }

    pub fn does_not_count_the_pause_of_d(&self) {
        let server = self.start();
        let outcome = self.run(&server, &["-d", "1"]);
        assert!(outcome.wall > Duration::from_secs(1), "{outcome}");
        assert!(
            outcome.plugin().perf("time").unwrap().value < 0.9,
            "{outcome}"
        );
        let late = punctual(Duration::from_millis(1250), || {
            self.run(&server, &["-d", "5", "-t", "1"])
        });
        assert_eq!(late.code, Some(2), "{late}");
    }

    /// As the old one: `-m` ends the reading, and what one read brought is looked at whole.
    pub fn reads_as_far_as_m(&self) {
        let server = self.start();
        let ours = |options: &[&str]| self.run(&server, options);
        assert_eq!(ours(&["-m", "4", "-e", "sandbox"]).code, Some(0));
        assert_eq!(ours(&["-m", "1000", "-e", "sandbox"]).code, Some(0));
        assert_eq!(ours(&["-m", "4"]).code, Some(0));
    }

    pub fn jails_whatever_the_verbosity(&self) {
        let server = self.start();
        for more in ["-v", "-vv", "-vvv"] {
            for expect in ["sandbox", "nonsense"] {
                let outcome = self.run(&server, &["-j", "-e", expect, more]);
                assert!(!outcome.stdout.contains("sandbox ready"), "{outcome}");
                assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
            }
        }
    }
}
