use std::process::ExitCode;

use mailprobe::probe::{self, smtp};

fn main() -> ExitCode {
    probe::main(&smtp::PROBE, &[&smtp::SSMTP])
}
