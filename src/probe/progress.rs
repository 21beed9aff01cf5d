//! What a person at a terminal sees while a check takes longer than a second: one line on stderr that
//! is wiped before the report is printed. Never when either end is piped.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use super::wake::{Sign, Wake};
use crate::time::Clock;

/// How often the line is drawn anew; the first time after this long.
const TICK: Duration = Duration::from_secs(1);
/// Back to the first column, and the rest of the line wiped.
const WIPE: &str = "\r\x1b[K";

/// Whether there is a person to see it.
pub fn is_seen() -> bool {
    std::io::stdout().is_terminal() && std::io::stderr().is_terminal()
}

/// Waits for the check; `doing` says what it is at.
pub fn wait(wake: &Wake, limit: Duration, clock: Clock, doing: impl Fn() -> String) -> Sign {
    if !is_seen() {
        return wake.wait(limit);
    }
    let end = clock.elapsed().saturating_add(limit);
    let mut drawn = false;
    let outcome = loop {
        let left = end.saturating_sub(clock.elapsed());
        match wake.wait(left.min(TICK)) {
            Sign::Late if clock.elapsed() < end => {
                let line = format!("{WIPE}{} ... {} s", doing(), clock.elapsed().as_secs());
                drawn |= std::io::stderr().write_all(line.as_bytes()).is_ok();
            }
            outcome => break outcome,
        }
    };
    if drawn {
        let _ = std::io::stderr().write_all(WIPE.as_bytes());
    }
    outcome
}
