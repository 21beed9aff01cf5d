//! How many instructions a program takes, its libraries and their loading included: a number that hardly jitters.

use std::path::Path;
use std::time::Duration;

use super::probe::{Outcome, Run};

/// Instructions of this run without its children, and how it went. Panics where valgrind is missing: a bound that
/// nobody measures holds always.
pub fn instructions(run: &Run, path: &Path) -> (u64, Outcome) {
    let outcome = run
        .under(
            &["--tool=callgrind", "--callgrind-out-file=/dev/null"],
            path,
        )
        .kill_after(Duration::from_secs(180))
        .run_binary(Path::new("/usr/bin/valgrind"));
    let count = outcome
        .stderr
        .lines()
        .find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
        .unwrap_or_else(|| panic!("callgrind says no number\n{outcome}"));
    (count, outcome)
}
