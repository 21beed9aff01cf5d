//! A deadline is the probe's to hold and the machine's to allow: what a neighbour or a disk takes away is no probe's fault.

use std::time::{Duration, Instant};

use super::probe::Outcome;

/// A machine that does not come to rest for so long will not.
const LONGEST: Duration = Duration::from_secs(60);
/// A sleep, how much later than asked for it may end, and how many of them in a row are rest.
const NAP: Duration = Duration::from_millis(25);
const OVERSLEPT: Duration = Duration::from_millis(5);
const NAPS: u32 = 20;
/// What is late so often, alone and at rest, is late.
pub const TRIES: u32 = 5;

/// Runs until it ends within `limit`, and waits for a calm machine before it runs again.
pub fn punctual(limit: Duration, run: impl Fn() -> Outcome) -> Outcome {
    let mut outcome = run();
    for _ in 1..TRIES {
        if outcome.took() < limit {
            break;
        }
        rest();
        outcome = run();
    }
    assert!(outcome.took() < limit, "later than {limit:?}: {outcome}");
    outcome
}

/// Runs for what is said and not for its time, where a machine that stands still changes the words: a farewell that is
/// not waited for any more has no phase.
pub fn undisturbed(run: impl Fn() -> Outcome) -> Outcome {
    let mut outcome = run();
    for _ in 1..TRIES {
        if outcome.withheld < NAP {
            break;
        }
        rest();
        outcome = run();
    }
    outcome
}

/// Until a thread that sleeps wakes when it wanted to.
pub fn rest() {
    let (began, mut naps) = (Instant::now(), 0);
    while naps < NAPS && began.elapsed() < LONGEST {
        let asleep = Instant::now();
        std::thread::sleep(NAP);
        let slept = asleep.elapsed();
        naps = if slept < NAP + OVERSLEPT { naps + 1 } else { 0 };
    }
}
