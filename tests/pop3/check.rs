//! One run of check_pop3; what of its report is API is judged by `sandbox::verdict`.

use crate::sandbox::Sandbox;
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::verdict;
pub use crate::sandbox::verdict::{LOGIN, assert_finds, assert_ok, assert_says, assert_usage};

/// A run against that server.
pub fn pop3(server: &Sandbox) -> Run {
    verdict::against("check_pop3", server)
}

/// The same with these options, reported as JSON.
pub fn check(server: &Sandbox, options: &[&str]) -> Outcome {
    verdict::reported(pop3(server)).args(options).run()
}

/// The same with the login.
pub fn inside(server: &Sandbox, options: &[&str]) -> Outcome {
    check(server, &[LOGIN.as_slice(), options].concat())
}

/// The verbs of the client's lines, in order.
pub fn verbs(server: &Sandbox) -> Vec<String> {
    server
        .lines()
        .iter()
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect()
}
