//! One run of check_imap; what of its report is API is judged by `sandbox::verdict`.

use crate::sandbox::Sandbox;
use crate::sandbox::probe::{Outcome, Run};
use crate::sandbox::verdict;
pub use crate::sandbox::verdict::{LOGIN, assert_finds, assert_ok, assert_says, assert_usage};

/// A run against that server.
pub fn imap(server: &Sandbox) -> Run {
    verdict::against("check_imap", server)
}

/// The same with these options, reported as JSON.
pub fn check(server: &Sandbox, options: &[&str]) -> Outcome {
    verdict::reported(imap(server)).args(options).run()
}

/// The same with the login.
pub fn inside(server: &Sandbox, options: &[&str]) -> Outcome {
    check(server, &[LOGIN.as_slice(), options].concat())
}

/// The client's commands without their tags, each up to its first argument.
pub fn commands(server: &Sandbox) -> Vec<String> {
    server
        .lines()
        .iter()
        .filter_map(|line| {
            let (tag, rest) = line.split_once(' ')?;
            tag.starts_with('a').then(|| {
                let words = if rest.starts_with("UID ") { 2 } else { 1 };
                rest.split(' ').take(words).collect::<Vec<_>>().join(" ")
            })
        })
        .collect()
}
