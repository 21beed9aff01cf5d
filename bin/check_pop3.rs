use std::process::ExitCode;

use mailprobe::probe::{self, pop3};

fn main() -> ExitCode {
    probe::main(&pop3::PROBE, &[])
}
