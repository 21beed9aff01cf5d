use std::process::ExitCode;

use mailprobe::probe::{self, blacklist};

fn main() -> ExitCode {
    probe::main(&blacklist::PROBE, &[])
}
